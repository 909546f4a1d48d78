"""The small words of a language that a synonym spinner leaves alone: articles, pronouns, prepositions, auxiliaries."""

from __future__ import annotations

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "a an the this that these those i we you he she it they me us him her them my our your his its their "
        "mine of to in on at by for from with without into onto upon over under about above below between "
        "through during before after until against within among as than and or but nor so if because while "
        "when where who whom whose which what how why not no any all some each every other another such only "
        "own same too very can will just should could would may might must shall do does did done have has "
        "had having is am are was were be been being here there then also more most out up off again once "
        "both few t s re ve ll d m don isn aren won",
        "de": "der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine keinen ist "
        "sind war wird werden wurde kann können sie wir ich er es ihr ihre ihren ihrer unser unsere uns mit "
        "von zu zum zur auf für in im an am bei aus nach über um durch als wie wenn dass diese dieser dieses "
        "auch nur so sich haben hat",
        "fr": "le la les l un une des du de d et ou mais ne pas est sont être a ont avoir vous nous il elle ils on "
        "votre vos notre nos ce cette ces qui que qu dont en dans sur pour par avec sans aux au à si plus se "
        "s n y tout toute",
        "es": "el la los las un una unos unas de del y o pero no es son ser está están usted nosotros su sus "
        "nuestro nuestra nuestros este esta estos estas que en con sin por para a al como si se lo le más ha "
        "han puede todo",
        "pt": "o a os as um uma de do da dos das e ou mas não é são ser está você nós seu sua seus suas nosso nossa "
        "este esta estes estas que em no na nos nas com sem por para ao à como se mais pode podem todo todos",
        "it": "il lo la i gli le un uno una di del della dei delle dello e o ma non è sono essere ha hanno lei noi "
        "tuo tua tuoi suo sua nostro nostra questo questa questi che in nel nella con senza per da dal a al "
        "alla come se si più può ti ci vi su sul sulla",
        "nl": "de het een en of maar niet geen is zijn was wordt worden kan kunnen u je jij wij we uw jouw ons onze "
        "dit dat deze die in op voor van met zonder aan door bij te om als ook meer er naar uit over",
        "pl": "i oraz lub ale nie jest są być może można w we na do z ze za o od dla po przez przy pod się to ten "
        "ta te tej tego tych że który która które nasz nasza nasze nas twój twoje swój jak jeśli aby co już",
        "ru": "и или но не ни есть быть может можно в во на с со по о об от до для за из к у при через без это этот "
        "эта эти этого что который которые наш наша наши нас вы вас вам ваш ваша ваше мы как если чтобы бы же "
        "все",
        "ar": "في من على إلى عن أن إن أو و لا ما لم لن هذا هذه التي الذي مع كل قد كان هو هي نحن أنت بعد قبل أي عند ليس",
    }.items()
}
