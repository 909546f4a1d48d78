"""Word lists of bylines: what opens them, offices, organisations, and words that are nobody's name."""

from __future__ import annotations

# Each an expression: what may stand before the names, in the languages of the benchmark and their neighbours.
_OPENINGS = (
    # English
    (
        r"(?:this\s+(?:post|article|story)\s+(?:was|is)\s+)?(?:originally\s+)?(?:written|posted|published|authored|reported"
        r"|created|submitted|contributed|story|article|words|post|text|report|analysis|opinion|review|news|researched"
        r"|recommended|interview|compiled|curated|penned|started|asked|uploaded|essay|commentary|column|feature|recipe)"
        r"\s*(?:and\s+\w+\s+)?by"
    ),
    r"by(?:\s+the)?(?=[\s:])|authors?(?=\s*:)|(?:guest\s+)?author|written|writers?|reporters?|words|byline|(?:thread|topic)\s+starter",
    # German
    r"(?:(?:ein|eine|der)\s+)?(?:(?:gast)?beitrag\s+|artikel\s+|verfasst\s+|geschrieben\s+|text\s+|rezension\s+|kommentar\s+)?von",
    r"autor(?:in|en|\*in|:in)?|text(?=\s*:)",
    # French, Spanish and Portuguese, Italian
    r"(?:écrit\s+|publié\s+|rédigé\s+|propos\s+recueillis\s+)?par|auteurs?",
    r"(?:escrito\s+|publicado\s+|texto\s+)?por|autora?(?:es)?|redacción(?=\s*:)|texto(?=\s*:)",
    r"(?:scritto\s+|pubblicato\s+)?da|di|a\s+cura\s+di",
    # Dutch, the Nordic languages, Indonesian, Czech, Polish, Hungarian, Romanian, Turkish
    r"(?:geschreven\s+)?door|(?:skrevet\s+)?a[fv]|skriven\s+av|oleh|penulis|penyunting|napsala?|autorka|autorzy|tekst",
    r"írta|szerző|scris\s+de|yazan|yazar",
    # Russian and its neighbours, Greek, Arabic, Hebrew
    r"авторы?|автор(?:и|ка)?|текст(?=\s*:)|συντάκτης|του|της|γράφει\s+(?:ο|η)|από|بقلم|كتبت?|מאת",
    # Chinese, Japanese, Korean
    r"作者|撰文|文(?=\s*[:：/／])|记者(?=[\s:：])|著者|執筆|文責|筆者|글|문",
)
PREFIXES = "|".join(_OPENINGS)

# The first words of them that are plain Latin letters: a line that begins with none is no byline, which is quicker to
# see than to match.
OPENERS = frozenset(
    (
        "this originally written posted published authored reported created submitted contributed story article "
        "words post text report analysis opinion review news researched recommended interview compiled curated penned "
        "guest started asked uploaded essay commentary column feature recipe thread topic "
        "by author authors writer writers reporter reporters byline ein eine der beitrag gastbeitrag artikel verfasst "
        "geschrieben rezension kommentar von autor "
        "autorin autoren propos par auteur auteurs escrito publicado texto por autora autores autoras scritto "
        "pubblicato da di a geschreven door skrevet af av skriven oleh penulis penyunting napsal napsala autorka "
        "autorzy tekst scris yazan yazar "
    ).split()
)

# Offices.
ROLES = frozenset(
    (
        "editor editors reporter reporters correspondent writer writers staff journalist journaliste redakteur "
        "redakteurin redaktion columnist contributor contributors contributing producer director manager founder co- "
        "founder cofounder ceo cto cmo cfo president author specialist expert analyst photographer photography video "
        "chief head senior officer consultant professor marketing lead desk bureau korrespondent korrespondentin "
        "reporterin autor autorin redactor redactora periodista giornalista freier freelance minutes edited reviewed "
        "coach engineer strategist executive copywriter blogger owner partner researcher fellow scientist developer "
        "candidate policy content designer attorney lawyer coordinator administrator leiter leiterin chefredakteur "
        "ressort volontär volontärin intern assistant associate redaktør journalista toimittaja rédacteur rédactrice "
    ).split()
)

# What the names of organisations, agencies and desks hold.
ORGANISATIONS = frozenset(
    (
        "news newsroom staff team editors redaktion agency agentur agence press presse media magazine times post "
        "online editorial board desk service services wire inc llc ltd gmbh ag group company association "
        "institute university foundation center centre department office society network studio radio tv dpa afp "
        "ap reuters apa efe ansa pti ians ani xinhua tass belga anp ntb ritzau sda contributors administration "
        "clinic hospital bank school college academy council committee bureau zeitung nachrichten journal herald "
        "tribune gazette guardian agencies agencias redacción redaction redazione rédaction redaksi works channel "
        "club forum blog digital corporation corp organization organisation insurance health solutions cloud "
        "software publishers publishing publications business cnn bbc nbc cbs abc npr pbs fox cnbc upi pap epa kna "
        "epd yonhap kyodo jiji aap interfax tass newswire newsdesk redaktionen redaktionell toimitus redakcja redakce "
        "redakcija redação rédac équipe equipe equipo collective project ministry ministerium commission authority "
        "government partners systems technologies technology labs lab store shop federation alliance museum library "
        "verlag verein magazin getty gettyimages shutterstock alamy istock reddit youtube google wikipedia "
        "collaborators hotel hotels resort industries holdings consulting marketing logistics airlines motors "
    ).split()
)

# Of those, what is joined to a paper's short name by a hyphen; "Post-Doe" is a person's.
JOINED = frozenset("redaktion online team infocom agentur newsroom media news".split())

# Words that are nobody's name.
NOBODY = frozenset(
    (
        "admin administrator staff author authors editor user guest unknown webmaster name none null undefined by "
        "posted written share follow email twitter facebook instagram linkedin comments comment home news published "
        "updated advertisement subscribe contact about search menu login redaktion editorial website more read next "
        "previous views view profile super-user superuser root wordpress reply today yesterday video photo photos "
        "image images text date source sources team via print save listen new blog post posts article articles report "
        "bio the and in on of min mins minute minutes ago no following author: 著者 作者 来源 editorial-team "
        "person people reporter writer default false true authoring username member members register registered "
        "moderator moderators offline quote reputation "
    ).split()
)

# Words that do not stand in a person's name, though capitalised in headings and buttons.
COMMON = NOBODY | frozenset(
    (
        "a an all any are as at be best books but can considered disclosure do for free from get guide here how if is "
        "it last latest learn links main my not now off only or our out page part photo policy privacy related see "
        "show sign sponsored start story that this to top topics up us view watch we what when where who why with you "
        "your advertiser advertising things table contents filed under heard back overview click continue continuing "
        "clicking default using loading popular trending most category categories tags tag share join i am der die "
        "das und für mit auf im zum zur le la les des el los las del comentarios kommentare artikel lesen mehr weiter "
        "alle teilen getty images illustration credit development "
        "strategy community artikel beiträge weitere scholar politics sports science culture finance daily weekly "
        "navigation button cookies cookie settings download shopping cart checkout account password newsletter "
        "season episode chapter volume issue section page pages list report reports update updates live "
        "letzte aktualisierung research password joined quote "
    ).split()
)

# Months, weekdays and what stands beside times.
DATE_WORDS = frozenset(
    (
        "january february march april may june july august september october november december jan feb mar apr jun "
        "jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri "
        "sat sun januar februar märz juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag "
        "sonntag janvier février mars avril mai juin juillet août septembre octobre novembre décembre enero febrero "
        "marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lundi mardi mercredi jeudi "
        "vendredi samedi dimanche uhr pm am est edt "
    ).split()
)
