"""Small words by which a language is known: frequent, and rare in the neighbouring languages."""

from __future__ import annotations

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to is was that with for are this have has from his her they which been were would not at by",
        "de": "der und das ist nicht mit den von ein eine auf dem für sich auch wird sind wurde nach bei zu als aus",
        "fr": "le les des et est une dans pour que qui pas sur avec sont cette ses aux au du il elle ont été",
        "es": "el los las una del por con para que como más fue pero sus este entre está y es al lo",
        "pt": "o os uma do da dos em não com para que como mais foi mas são pela pelo ao à e é",
        "it": "il gli una della di che non per con sono del alla nel anche più è ha dei le si i",
        "nl": "het een van en niet dat zijn op met voor te aan ook maar door werd bij naar",
        "pl": "nie się jest że na do przez jak oraz dla był jego także ale które który po od to w z i",
        "cs": "je se na že by jsou jako pro byl jeho ale který které také podle od to v z i",
        "sv": "och att det som är på för av med till inte har om ett den var men från",
        "da": "og at det som er på for af med til ikke har om et den var men fra",
        "no": "og at det som er på for av med til ikke har om et den var men fra",
        "fi": "ja on ei että se hän oli ovat mutta myös kun joka sekä",
        "tr": "ve bir bu için ile da de olarak olan daha çok gibi ama",
        "ru": "и в не на что с как по это из за от для был его но к а",
        "uk": "і в не на що з як до це та за від для був його але у",
        "el": "και το να του η της με για που από στο την τα ότι οι",
        "ar": "في من على أن إلى عن التي هذا مع الذي كان هذه",
    }.items()
}
