"""Bytes that are not in the encoding they claim, or in none."""

from __future__ import annotations

import gzip
import random

from tests.reliability.pages.hostile import (
    ARTICLE,
    COSTLY,
    FIRST,
    LAST,
    NO_PAGE,
    PARAGRAPHS,
    SEEN,
    Hostile,
    made,
    page,
    story,
)

_CYRILLIC = "Смотритель маяка считает лодки каждый вечер и записывает число в серую книгу, что лежит на столе у печи. "
_UMLAUTS = "Der Leuchtturmwärter zählt über fünfzig Boote und schreibt größere Zahlen in das graue Büchlein. "
_CHINESE = "灯塔看守人每天晚上都会数船，并把数字写进放在炉子旁边桌子上的灰色本子里。"
_JAPANESE = "灯台守は毎晩、船の数を数えて、ストーブのそばの机の上にある灰色の帳面に書き込む。"
_NOISE = random.Random(5).randbytes(60_000)


def said(label: str, text: str = "") -> str:
    """A page whose meta names an encoding."""
    return page(
        text and f"<article><h1>{text[:12]}</h1><p>{text * 4}</p><p>{text * 5}</p></article>",
        head=f"<meta charset={label}>",
    )


def label(name: str, **more: object) -> Hostile:
    """The page in UTF-8 under a wrong name."""
    return Hostile(f"called-{name[:20]}", made(said(name, "")), **more)  # type: ignore[arg-type]


PAGES = (
    *(
        label(name)
        for name in (
            "rot13",
            "zlib_codec",
            "idna",
            "punycode",
            "unicode_escape",
            "base64",
            "hex",
            "undefined",
            "mbcs",
            "x-user-defined",
            "replacement",
            "hz-gb-2312",
            "iso-2022-kr",
            "utf-7",
            "utf-16",
            "utf-32",
            "ucs-4",
            "none",
            "UTF-8;q=1",
            "\x00",
            "%s",
            "../../etc/passwd",
            "x" * 60_000,
            "cp037",
            "iso-8859-8-i",
            "windows-31j",
            "unicode-1-1-utf-8",
        )
    ),
    Hostile("type-names-a-codec", made(page()), content_type="text/html; charset=zlib_codec"),
    Hostile(
        "type-names-many", made(page()), content_type="text/html; charset=a; charset=utf-16; charset=" + "x" * 9_000
    ),
    Hostile("type-is-noise", made(page()), content_type="\x00\udcff;;;=charset=\"'"),
    Hostile("no-type", made(page()), content_type=None),
    Hostile("10000-metas", made(page(head="<meta charset=utf-16><meta charset=big5>" * 5_000))),
    Hostile("utf-8-called-cyrillic", made(said("windows-1251", _UMLAUTS)), keeps=("Leuchtturmwärter zählt",)),
    Hostile("cyrillic-called-utf-8", made(said("utf-8", _CYRILLIC), "cp1251"), keeps=("Смотритель маяка",)),
    Hostile(
        "koi8-without-a-word",
        made(page(f"<h1>{_CYRILLIC[:16]}</h1><p>{_CYRILLIC * 4}</p><p>{_CYRILLIC * 3}"), "koi8-r"),
        keeps=("Смотритель маяка",),
    ),
    Hostile("latin-1-called-utf-8", made(said("utf-8", _UMLAUTS), "latin-1"), keeps=("Leuchtturmwärter zählt",)),
    Hostile("gbk", made(said("gb2312", _CHINESE * 4), "gb18030"), keeps=("灯塔看守人",)),
    Hostile(
        "big5",
        made(said("big5", "燈塔看守人每天晚上都會數船，並把數字寫進放在爐子旁邊桌子上的灰色本子裡。" * 4), "big5"),
        keeps=("燈塔看守人",),
    ),
    Hostile("shift-jis", made(said("shift_jis", _JAPANESE * 4), "shift_jis"), keeps=("灯台守は毎晩",)),
    Hostile("iso-2022-jp", made(said("iso-2022-jp", _JAPANESE * 4), "iso2022_jp"), keeps=("灯台守は毎晩",)),
    Hostile(
        "iso-2022-jp-escape-in-ascii",
        lambda: said("iso-2022-jp").replace("The light", "\x1b$B!!\x1b(BThe light", 1).encode(),
        keeps=(LAST,),
    ),
    Hostile("utf-16-le-without-mark", made(page(), "utf-16-le")),
    Hostile("utf-16-be-without-mark", made(page(), "utf-16-be")),
    Hostile("utf-16-with-mark", made(page(), "utf-16")),
    Hostile("utf-16-called-utf-8", made(said("utf-8"), "utf-16")),
    Hostile("utf-16-cut-in-a-character", lambda: page().encode("utf-16") + b"x", ARTICLE),
    Hostile("utf-16-lone-surrogates", lambda: page(after="\ud800<p>\udfff").encode("utf-16", "surrogatepass")),
    Hostile("utf-32-with-mark", made(page(), "utf-32"), ARTICLE | NO_PAGE, ()),
    Hostile("utf-32-without-mark", made(page(), "utf-32-le"), ARTICLE | NO_PAGE, ()),
    Hostile("utf-7", made(page().replace("<", "+ADw-").replace(">", "+AD4-"), "ascii"), ARTICLE | NO_PAGE, ()),
    Hostile("utf-7-hidden-script", made(page(before="+ADw-script+AD4-alert(1)+ADw-/script+AD4-")), drops=("<script>",)),
    Hostile("ebcdic", made(page(), "cp037"), ARTICLE | NO_PAGE, ()),
    Hostile("two-marks", lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + page().encode()),
    Hostile("marks-everywhere", made(page().replace("</p>", "\ufeff</p>\ufeff"))),
    Hostile("utf-8-cut-in-a-character", lambda: page(after="é").encode()[:-15] + b"\xe2\x82"),
    Hostile(
        "utf-8-overlong", lambda: page(before="MENU").encode().replace(b"MENU", b"\xc0\xbcscript\xc0\xbe\xe0\x80\xbc")
    ),
    Hostile(
        "utf-8-and-latin-1-by-turns",
        lambda: b"<p>".join([page().encode(), *(_UMLAUTS.encode(code) for code in ("utf-8", "latin-1") * 20)]),
    ),
    Hostile("cesu-8", lambda: page(before="MENU").encode().replace(b"MENU", b"\xed\xa0\xbd\xed\xb8\x80" * 9)),
    Hostile("c1-controls", lambda: page(before="MENU").encode().replace(b"MENU", bytes(range(128, 160)) * 4)),
    Hostile("nothing", made(""), NO_PAGE, ()),
    Hostile("spaces", made(" \n\t" * 400_000), NO_PAGE, ()),
    Hostile("a-mark-alone", lambda: b"\xef\xbb\xbf", NO_PAGE, ()),
    Hostile("nul-bytes", lambda: bytes(500_000), NO_PAGE, ()),
    Hostile("noise", lambda: _NOISE, NO_PAGE, ()),
    Hostile("noise-after-the-article", lambda: page().encode() + _NOISE, COSTLY),
    Hostile("noise-before-the-article", lambda: _NOISE[:900] + page().encode(), COSTLY | NO_PAGE, ()),
    Hostile("packed", lambda: gzip.compress(page().encode()), NO_PAGE, ()),
    Hostile("pdf", lambda: b"%PDF-1.7\n1 0 obj << /Type /Catalog >>\nstream\n" + _NOISE, NO_PAGE, ()),
    Hostile("picture", lambda: b"\x89PNG\r\n\x1a\n" + _NOISE, NO_PAGE, ()),
    Hostile("rich-text", lambda: b"{\\rtf1\\ansi " + "\\par ".join(PARAGRAPHS).encode() + b"}", ARTICLE | NO_PAGE, ()),
    Hostile("json", lambda: b'{"text": "' + FIRST.encode() * 40 + b'"}', ARTICLE | NO_PAGE, ()),
    Hostile(
        "xml-with-laughs",
        made('<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">' + "]>" + story() + "&b;" * 999),
        SEEN,
    ),
    Hostile("xhtml-in-latin-1", made('<?xml version="1.0" encoding="iso-8859-1"?>' + page(after=_UMLAUTS), "latin-1")),
)
