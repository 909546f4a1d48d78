"""Bytes to text: the only decoder.

The order is the one of the WHATWG Encoding and HTML standards (byte order mark, HTTP header, ``<meta>``), with one
change that the web needs: bytes that are valid UTF-8 and not plain ASCII are UTF-8, whatever a header or a meta says
(sources that lie so are common; bytes of another encoding are valid UTF-8 by chance only when they are few).
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from resiliparse.parse.encoding import detect_encoding

META_WINDOW = 4096
"""Bytes searched for a ``<meta>``. The standard says 1,024; real pages put scripts before it."""

BAD_SHARE = 0.002
"""Share of U+FFFD above which a declared encoding is not believed: one bad byte in a page is a slip, one in
five hundred is another encoding."""

_META = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_XML = re.compile(rb"^\s*<\?xml[^>]+?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# The labels of https://encoding.spec.whatwg.org/#names-and-labels that are met on the web, to Python's codec.
# A label that is not here is no label: rot13, zlib, idna and the like are codecs of Python, not of the web.
_LABELS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "cp1252": "windows-1252 cp1252 x-cp1252 ascii us-ascii ansi_x3.4-1968 iso-8859-1 iso8859-1 iso88591 iso_8859-1 "
    "latin1 latin-1 l1 cp819 ibm819 iso-ir-100 csisolatin1",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2 l2 iso_8859-2 csisolatin2",
    "iso8859-3": "iso-8859-3 latin3 l3",
    "iso8859-4": "iso-8859-4 latin4 l4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic ecma-114 asmo-708",
    "iso8859-7": "iso-8859-7 iso8859-7 greek greek8 ecma-118 elot_928",
    "iso8859-8": "iso-8859-8 iso-8859-8-i iso8859-8 hebrew visual logical",
    "iso8859-10": "iso-8859-10 latin6 l6",
    "iso8859-13": "iso-8859-13",
    "iso8859-14": "iso-8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 latin9 latin-9 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "koi8-r koi8 koi cskoi8r koi8_r",
    "koi8-u": "koi8-u koi8-ru",
    "mac-roman": "macintosh mac x-mac-roman csmacintosh",
    "cp866": "ibm866 866 cp866 csibm866",
    "cp874": "windows-874 tis-620 iso-8859-11 iso8859-11 dos-874",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 latin5 l5",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "gb18030": "gb18030 gbk gb2312 gb_2312 gb_2312-80 chinese x-gbk csgb2312 iso-ir-58 cp936",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5",
    "euc_jp": "euc-jp x-euc-jp cseucpkdfmtjapanese",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j ms932 csshiftjis",
    "cp949": "euc-kr cseuckr korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 iso-ir-149",
    "utf-16-le": "utf-16 utf-16le ucs-2 unicode iso-10646-ucs-2 csunicode",
    "utf-16-be": "utf-16be unicodefffe",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}


# https://mimesniff.spec.whatwg.org/#binary-data-byte
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
# Section 7.1 there: what begins as a page is one, whatever bytes follow.
_PAGE_START = re.compile(rb"(?:\xef\xbb\xbf)*[\t\n\x0c\r ]*<(?:!doctype html|html|head|body|script|!--)[\s>]", re.I)
BINARY_SHARE = 0.02
"""Share of binary data bytes above which a body is no text: random bytes have 0.1, pages hardly ever one at all."""


class Decoded(NamedTuple):
    """Text of a page, and how it was read.

    ``encoding`` is the Python codec used, ``declared`` the label that header or meta gave (None without one),
    ``replaced_share`` the share of characters that could not be decoded and stand as U+FFFD, 0 to 1.
    """

    text: str
    encoding: str
    declared: str | None
    replaced_share: float


def is_binary(body: bytes) -> bool:
    """Whether a body is no text at all (an image, an archive, noise), whatever its type says.

    >>> is_binary(bytes(range(256)) * 4), is_binary(b"<p>Text"), is_binary("<p>Text".encode("utf-16"))
    (True, False, False)
    """
    if body.startswith(tuple(mark for mark, _ in _BOMS)) or _utf16_without_mark(body) or _PAGE_START.match(body):
        return False
    head = body[:META_WINDOW]
    return len(_BINARY.findall(head)) > BINARY_SHARE * max(len(head), 1)


def codec_of(label: str | None) -> str | None:
    """The Python codec of a WHATWG label, or None for a label that the web does not know.

    >>> codec_of("Latin1"), codec_of("gb2312"), codec_of("rot13"), codec_of(None)
    ('cp1252', 'gb18030', None, None)
    """
    return _CODECS.get(label.strip().lower()) if label else None


def _declared(body: bytes, content_type: str | None) -> tuple[str | None, str | None]:
    """The label declared by header, meta or XML declaration, and its codec; the first that the web knows wins."""
    window = body[:META_WINDOW]
    header = _HEADER.search(content_type or "")
    labels = [header.group(1)] if header else []
    labels += [m.group(1).decode("ascii", "replace") for m in (_META.search(window), _XML.search(window)) if m]
    for label in labels:
        codec = codec_of(label)
        if codec is not None:
            return label, codec
    return (labels[0] if labels else None), None


def _utf16_without_mark(body: bytes) -> str | None:
    """UTF-16 text of mostly Latin letters has a NUL in every other byte; nothing else has."""
    head = body[:400]
    if len(head) < 20:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > 0.7 * half and head[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _read(body: bytes, codec: str) -> tuple[str, float]:
    """Text and the share of it that could not be decoded. C1 controls of cp1252 gaps come out as U+FFFD."""
    text = body.decode(codec, "replace")
    return text, text.count("�") / max(len(text), 1)


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page's bytes; total: any bytes give text.

    >>> decode("<p>Zürich".encode("cp1252")).text
    '<p>Zürich'
    >>> decode("<meta charset=iso-8859-1><p>Zürich".encode()).encoding
    'utf-8'
    """
    declared, codec = _declared(body, content_type)
    for mark, marked in _BOMS:
        if body.startswith(mark):
            return Decoded(*_with_share(body[len(mark) :], marked, declared))
    wide = _utf16_without_mark(body)
    if wide is not None:
        return Decoded(*_with_share(body, wide, declared))
    if codec in {"utf-16-le", "utf-16-be"}:
        codec = "utf-8"  # the prescan of the HTML standard: a page whose meta can be read is not UTF-16
    if codec != "iso2022_jp":
        try:
            return Decoded(body.decode("utf-8"), "utf-8", declared, 0.0)
        except UnicodeDecodeError:
            pass
    if codec is not None:
        text, share = _read(body, codec)
        if share <= BAD_SHARE:
            return Decoded(text, codec, declared, share)
    return _best_guess(body, codec, declared)


def _with_share(body: bytes, codec: str, declared: str | None) -> tuple[str, str, str | None, float]:
    text, share = _read(body, codec)
    return text, codec, declared, share


def _best_guess(body: bytes, codec: str | None, declared: str | None) -> Decoded:
    """Without a declaration that fits: the detector, the declared one or windows-1252, by fewest errors."""
    guesses = [codec_of(detect_encoding(body)), codec, "cp1252"]
    readings = [Decoded(*_with_share(body, guess, declared)) for guess in dict.fromkeys(guesses) if guess]
    return min(readings, key=lambda reading: reading.replaced_share)
