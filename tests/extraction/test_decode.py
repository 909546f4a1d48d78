"""Bytes to text: what is declared, what is true, and what wins."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extraction.decode import codec_of, decode, is_binary

GERMAN = "<p>Die Fußgängerbrücke von Seld schwingt – und das bleibt so, heißt es im Gutachten.</p>"
RUSSIAN = "<p>Ночной паром на северные острова снова пойдёт с первой недели мая.</p>"
JAPANESE = "<p>博物館は向かいの電柱にカメラを置き、切符売り場の横でその映像を流している。</p>" * 3


@pytest.mark.parametrize(
    ("text", "encoding", "content_type"),
    [
        (GERMAN, "utf-8", None),
        (GERMAN, "utf-8", "text/html; charset=utf-8"),
        (GERMAN, "cp1252", "text/html; charset=windows-1252"),
        (GERMAN, "cp1252", 'text/html; charset="ISO-8859-1"'),
        (RUSSIAN, "cp1251", "text/html;charset=windows-1251"),
        (RUSSIAN, "koi8-r", "text/html; charset=KOI8-R"),
        (JAPANESE, "cp932", "text/html; charset=Shift_JIS"),
        (JAPANESE, "euc_jp", "text/html; charset=EUC-JP"),
        (JAPANESE, "iso2022_jp", "text/html; charset=ISO-2022-JP"),
    ],
)
def test_header_is_followed(text: str, encoding: str, content_type: str | None) -> None:
    decoded = decode(text.encode(encoding), content_type)
    assert decoded.text == text
    assert decoded.replaced_share == 0


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('<meta charset="shift_jis">', "cp932"),
        ("<META CONTENT='text/html; charset=x-sjis' HTTP-EQUIV=content-type>", "cp932"),
        ('<meta charset="euc-jp">', "euc_jp"),
        ('<?xml version="1.0" encoding="EUC-JP"?><html>', "euc_jp"),
    ],
)
def test_the_page_declares_it_itself(declaration: str, encoding: str) -> None:
    decoded = decode((declaration + JAPANESE).encode(encoding))
    assert decoded.text == declaration + JAPANESE
    assert decoded.encoding == encoding


def test_header_beats_meta() -> None:
    page = '<meta charset="windows-1251">' + GERMAN
    assert decode(page.encode("cp1252"), "text/html; charset=iso-8859-1").text == page


def test_windows_1252_without_declaration() -> None:
    decoded = decode(GERMAN.encode("cp1252"))
    assert (decoded.text, decoded.declared) == (GERMAN, None)


@pytest.mark.parametrize("label", ["windows-1252", "shift_jis", "utf-16", "koi8-r"])
def test_valid_utf8_beats_a_meta_that_says_otherwise(label: str) -> None:
    page = f'<meta charset="{label}">{GERMAN}'
    decoded = decode(page.encode("utf-8"), f"text/html; charset={label}")
    assert (decoded.text, decoded.encoding, decoded.declared) == (page, "utf-8", label)


def test_a_meta_that_says_utf8_of_windows_1252() -> None:
    page = '<meta charset="utf-8">' + GERMAN * 5
    decoded = decode(page.encode("cp1252"), "text/html; charset=utf-8")
    assert decoded.text == page
    assert decoded.declared == "utf-8"


def test_one_bad_byte_does_not_change_the_encoding() -> None:
    body = (GERMAN * 20).encode("utf-8") + b"\xff" + (GERMAN * 20).encode("utf-8")
    decoded = decode(body, "text/html; charset=utf-8")
    assert decoded.encoding == "utf-8"
    assert decoded.text.count("\ufffd") == 1
    assert 0 < decoded.replaced_share < 0.001


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark(codec: str) -> None:
    assert decode(GERMAN.encode(codec)).text == GERMAN
    assert decode(GERMAN.encode(codec), "text/html; charset=utf-8").encoding == codec


@pytest.mark.parametrize(
    ("mark", "codec"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_beats_everything(mark: bytes, codec: str) -> None:
    decoded = decode(mark + JAPANESE.encode(codec), "text/html; charset=koi8-r")
    assert (decoded.text, decoded.encoding) == (JAPANESE, codec)


@pytest.mark.parametrize("label", ["rot13", "zlib", "hex", "base64", "idna", "punycode", "unicode_escape", "utf-7"])
def test_codecs_of_python_are_no_labels_of_the_web(label: str) -> None:
    page = f'<meta charset="{label}">{GERMAN}'
    assert codec_of(label) is None
    decoded = decode(page.encode("utf-8"), f"text/html; charset={label}")
    assert decoded.text == page
    assert decoded.declared == label


def test_a_label_that_nobody_knows_leaves_the_next_one() -> None:
    page = '<meta charset="koi8-r">' + RUSSIAN
    decoded = decode(page.encode("koi8-r"), "text/html; charset=none-such")
    assert (decoded.text, decoded.encoding) == (page, "koi8-r")


def test_bytes_that_are_no_text() -> None:
    assert is_binary(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00")
    assert not is_binary(JAPANESE.encode("iso2022_jp"))
    assert not is_binary(GERMAN.encode("utf-16-le"))
    assert not is_binary(b"")


@given(st.binary(max_size=600), st.sampled_from([None, "text/html", "text/html; charset=utf-16", "; charset=\x00"]))
def test_total(body: bytes, content_type: str | None) -> None:
    decoded = decode(body, content_type)
    assert 0 <= decoded.replaced_share <= 1
    assert decoded.text.encode("utf-8", "strict") is not None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_utf8_is_read_back(text: str) -> None:
    """With a letter that is not ASCII in front, so that the bytes cannot be meant otherwise."""
    assert decode(("é " + text).encode()).text == "é " + text
