"""Chinese bylines: 作者, 记者 and names in brackets at the end of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HAN = "\u4e00-\u9fff"
_NAME = rf"[{_HAN}]{{2,4}}"
_NAMES = rf"({_NAME}(?:[\s、，\u3000]+{_NAME}){{0,4}})(?![{_HAN}])(?!\s*[:：])"
# The office before the names, the most telling first. 编辑 (editor) is named where no author is.
_LABELLED = (
    re.compile(rf"作\s*者\s*[:：]\s*(?:{_NAMES}|([A-Za-z][\w.-]{{2,20}})(?![\w=]))"),
    re.compile(rf"(?:[（(【][^）)】]{{0,12}}记\s*者|记\s*者\s*[:：]|记\s*者\s)\s*{_NAMES}"),
    re.compile(rf"^[^。]{{0,60}}\d{{2}}\s*\[\s*{_NAMES}\s*\]"),
    re.compile(rf"(?:^|[\s（(])(?:文|撰文|撰稿|供稿)\s*[:：/／]\s*{_NAMES}"),
    re.compile(rf"(?:^|[。！？”」…])\s*[（(]\s*(?:通讯员\s*|实习生\s*)?{_NAMES}\s*[）)]\s*$"),
    re.compile(rf"(?:责任编辑|责编|编辑)\s*[:：]\s*{_NAMES}"),
)
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_LONE = re.compile(rf"^([{_HAN}])\s+([{_HAN}])$")
# Two to four characters in brackets that end a text without being a name.
_NO_NAMES = frozenset(
    (
        "完 附图 组图 图片 资料 来源 本报 编辑 作者 记者 网络 转载 原创 "
        "未完 待续 未完待续 完结 新闻 如图 资料图 下同 见图 图片来源 报道 整理 通讯员"
    ).split()
)


def is_han_name(text: str) -> bool:
    """Two to four Chinese characters.

    >>> is_han_name("茉莉"), is_han_name("Jane")
    (True, False)
    """
    return 2 <= len(text) <= 4 and all("\u4e00" <= char <= "\u9fff" for char in text) and text not in _NO_NAMES


def squeeze(name: str) -> str:
    """A name of two characters that is spaced out.

    >>> squeeze("赵 培")
    '赵培'
    """
    return _LONE.sub(r"\1\2", name)


def han_byline(lines: Iterable[str]) -> tuple[str, ...]:
    """The names that the lines give by their office, the most telling office first.

    >>> han_byline(["据新华社电（记者 常书香 马丹阳）昨日"])
    ('常书香', '马丹阳')
    """
    wanted = [line for line in lines if _HAN_CHARACTER.search(line)]
    for label in _LABELLED:
        for line in wanted:
            match = label.search(line)
            if match:
                names = [
                    name
                    for name in re.split(r"[\s、，\u3000]+", next(filter(None, match.groups())))
                    if name not in _NO_NAMES
                ]
                if names:
                    return tuple(dict.fromkeys(names))
    return ()
