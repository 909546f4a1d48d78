"""Languages of our own sentences, and stray lines told from quotations and passages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.language import Language, base, detect, foreign_insert, paragraph_languages
from pipeline.cleaning.record import clean
from pipeline.quality import ParagraphLanguage
from pipeline.verdict import Class

SENTENCES = {
    "en": "The harbour master closed the eastern pier because the new planks had not yet dried.",
    "de": "Der Hafenmeister sperrte den östlichen Steg, weil die neuen Bretter noch nicht trocken waren.",
    "fr": "Le capitaine du port a fermé la jetée parce que les nouvelles planches n'étaient pas sèches.",
    "es": "El capitán del puerto cerró el muelle porque las tablas nuevas todavía no estaban secas.",
    "pt": "O capitão do porto fechou o cais porque as tábuas novas ainda não estavam secas.",
    "it": "Il capitano del porto ha chiuso il molo perché le nuove assi non erano ancora asciutte.",
    "nl": "De havenmeester sloot de steiger omdat de nieuwe planken nog niet droog waren.",
    "pl": "Kapitan portu zamknął molo, ponieważ nowe deski jeszcze nie wyschły.",
    "ru": "Начальник порта закрыл восточный причал, потому что новые доски ещё не высохли.",
    "el": "Ο λιμενάρχης έκλεισε την προβλήτα επειδή οι νέες σανίδες δεν είχαν στεγνώσει.",
    "ar": "أغلق مدير الميناء الرصيف الشرقي لأن الألواح الجديدة لم تجف بعد.",
    "zh": "港务长关闭了东边的码头，因为新木板还没有干。",
    "ja": "港長は新しい板がまだ乾いていないため、東の桟橋を閉鎖した。",
    "ko": "새 널빤지가 아직 마르지 않아 항만장은 동쪽 부두를 닫았다.",
}


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_one_sentence_is_enough(code: str, sentence: str) -> None:
    found = detect(sentence)
    assert found.code == code
    assert found.confidence is not None
    assert 0.5 < found.confidence <= 1


@pytest.mark.parametrize("text", ["", "   ", "OK.", "12:30, 45 km", "港口", "!!! … ???", "1 2 3 4 5 6 7 8 9"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert detect(text) == Language("und", None)


def test_a_long_text_is_not_judged_by_its_first_lines_alone() -> None:
    assert detect("Lorem ipsum. " + SENTENCES["de"] * 40).code == "de"


@pytest.mark.parametrize(
    ("tag", "code"), [("pt-BR", "pt"), ("zh_Hant", "zh"), ("EN", "en"), ("nb-NO", "no"), ("", "und"), (None, "und")]
)
def test_tags_of_pages_become_codes(tag: str | None, code: str) -> None:
    assert base(tag) == code


def test_each_paragraph_has_its_own_language_where_it_says_enough() -> None:
    paragraphs = [SENTENCES["en"], "Read more", SENTENCES["fr"], SENTENCES["ru"], "12 km"]
    found = paragraph_languages(paragraphs, "en-GB", 0.9)
    assert [each.language for each in found] == ["en", "en", "fr", "ru", "en"]
    assert [found[0].confidence, found[1].confidence, found[4].confidence] == [0.9, None, None]
    assert min(found[2].confidence or 0, found[3].confidence or 0) > 0.9


def test_without_a_page_language_short_paragraphs_stay_undetermined() -> None:
    short, whole = paragraph_languages(["12 km", SENTENCES["es"]], None)
    assert short == ParagraphLanguage("und", None)
    assert whole.language == "es"


def test_labels_names_and_lines_in_another_script() -> None:
    lines = [
        "Neue Post Garmisch, Haus Bergblick",
        "Заглавная страница Случайная статья Войти",
        "Smoked salmon with dill",
    ]
    assert [each.language for each in paragraph_languages(lines, "en")] == ["en", "ru", "en"]
    assert [each.language for each in paragraph_languages([SENTENCES["ja"], SENTENCES["zh"]], "ja")] == ["ja", "zh"]
    assert [each.language for each in paragraph_languages([SENTENCES["zh"], SENTENCES["en"]], "zh")] == ["zh", "en"]


@pytest.mark.parametrize("code", SENTENCES)
def test_a_text_in_one_language_stays_in_it(code: str) -> None:
    assert {each.language for each in paragraph_languages([SENTENCES[code]] * 2, code)} == {code}


INSERTS = [
    ("en", "الصفحة الرئيسية بحث إنشاء حساب تسجيل الدخول المساهمات"),
    ("en", "Заглавная страница Случайная статья Войти Настройки"),
    ("de", "登录 注册 帮助 关于我们 联系方式"),
    ("ru", "الصفحة الرئيسية بحث إنشاء حساب تسجيل الدخول"),
    ("en", "Abonnieren Sie unseren kostenlosen Newsletter und bleiben Sie auf dem Laufenden."),
    ("de", "Inscrivez-vous gratuitement pour recevoir chaque matin notre lettre d'information."),
]
"""Lines of a platform or a scraped page: another script, or another language of the same script."""

NO_INSERTS = [
    ("en", SENTENCES["en"]),
    ("ru", SENTENCES["ru"]),
    ("ru", "Microsoft Visual Studio Code Insiders Edition"),  # names in Latin letters stand everywhere
    ("en", "“Всё ещё впереди, и ничего не потеряно”, wrote the poet."),
    ("en", "«Der Hafen bleibt geschlossen, bis die Bretter trocken sind», sagte er."),
    ("en", "The word Κύμα (wave) stands on the old lighthouse."),
    ("en", " ".join([SENTENCES["ru"]] * 4)),  # a passage in another language is content
    ("de", "The Times, New York"),
    ("en", "Hotel Neue Post, Garmisch"),
    (None, "الصفحة الرئيسية بحث إنشاء حساب تسجيل الدخول"),
    ("zh", "港务长说：码头明天重新开放。"),
    ("en", ""),
]


@pytest.mark.parametrize(("page", "line"), INSERTS)
def test_stray_lines_are_inserts(page: str, line: str) -> None:
    assert foreign_insert(line, page)


@pytest.mark.parametrize(("page", "line"), NO_INSERTS)
def test_quotations_names_and_passages_are_not(page: str | None, line: str) -> None:
    assert not foreign_insert(line, page)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["en", "ru", "zh", "xx", None]))
def test_any_text_has_an_answer(text: str, page: str | None) -> None:
    found = detect(text)
    assert (found.confidence is None) == (found.code == "und")
    assert len(paragraph_languages([text, text], page)) == 2
    assert foreign_insert(text, page) is foreign_insert(text, page)


def test_hangul_is_not_han() -> None:
    line = "로그인 회원가입 고객센터 자주 묻는 질문 이용약관"
    assert foreign_insert(line, "zh")
    assert not foreign_insert(line, "ko")


@pytest.mark.parametrize(("declared", "language"), [("en", "en"), (None, "en"), ("pcm", "pcm"), ("de", "en")])
def test_a_kin_of_english_is_believed_where_the_page_says_so(
    declared: str | None, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cleaning.record.detect", lambda _text: Language("pcm", 0.9))
    assert clean(None, [SENTENCES["en"]], [Class.BODY], (declared, 0.5)).language == language
