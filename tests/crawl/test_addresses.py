"""One spelling for each address; what belongs to a site; what looks endless; what may not be dialled."""

from __future__ import annotations

import re
from dataclasses import replace
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.addresses import (
    MAX_LENGTH,
    in_scope,
    is_file,
    read_address,
    registrable,
    resolved,
    scheme_of,
    trap,
    wanted,
)
from spiders.guard import BlockedAddressError, BlockedPortError, Guard, refusal


def key(text: str) -> str | None:
    found = read_address(text)
    return found.key if found else None


PIECES = st.sampled_from(
    ["a", "B", "%41", "%2F", "ä", " ", "..", ".", "/", "//", ";", ";jsessionid=1", "?", "&", "=", "utm_source=x", "a=1",
     "b=2&a=1", "#", "#x", ":80", ":8080", "@", "www.", "Example.COM", "xn--4ca", "[::1]", "127.1", "\\", "\t",
     "phpsessid=9", chr(0xD800), chr(0xDFFF)]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(["http://", "HTTPS://", "http:", "http://h.example/"]), st.lists(PIECES, max_size=8))
def test_reading_a_canonical_address_changes_nothing(scheme: str, pieces: list[str]) -> None:
    found = read_address(scheme + "".join(pieces))
    if found is not None:
        assert read_address(found.key) == found
        assert re.fullmatch(r"https?://[\x21-\x7e]+", found.key)
        assert not {"#", " "} & set(found.key)
        assert "@" not in found.key.split("/")[2], "no user is kept"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["", "http://", "http://a.example/"]),
    st.lists(st.text(max_size=20) | st.sampled_from([chr(0xD800), chr(0xDFFF)]), max_size=10).map("".join),
)
def test_any_text_is_an_address_or_none(start: str, rest: str) -> None:
    text = start + rest
    found = read_address(text)
    assert found is None or (found.scheme in {"http", "https"} and found.key.encode())
    scheme_of(text)
    read_address(resolved("http://a.example/b", text))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.text(ascii_lowercase, min_size=1, max_size=3), st.integers(0, 9)), max_size=6), st.randoms()
)
def test_the_order_of_parameters_does_not_matter_unless_a_name_stands_twice(
    pairs: list[tuple[str, int]], random: object
) -> None:
    unique = list(dict(pairs).items())
    shuffled = list(unique)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = ("&".join(f"{name}={value}" for name, value in order) for order in (unique, shuffled))
    assert key(f"http://a.example/?{one}") == key(f"http://a.example/?{other}")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("http://EXAMPLE.com", "http://example.com/"),
        ("http://example.com:80/", "http://example.com/"),
        ("https://example.com:443/", "https://example.com/"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("http://user:secret@example.com/", "http://example.com/"),
        ("http://example.com./a", "http://example.com/a"),
        ("http://example.com/a/./b/../c", "http://example.com/a/c"),
        ("http://example.com/?utm_source=a&utm_medium=b&fbclid=c", "http://example.com/"),
        ("http://example.com/?page=2&UTM_Source=a&id=1", "http://example.com/?id=1&page=2"),
        ("http://example.com/?id=3&sid=4", "http://example.com/?id=3&sid=4"),
        ("http://example.com/?tag=b&tag=a", "http://example.com/?tag=b&tag=a"),
        ("http://example.com/a;jsessionid=5A?x", "http://example.com/a?x"),
        ("http://example.com/?", "http://example.com/"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://0x7f000001/", "http://127.0.0.1/"),
        ("http:\\\\example.com\\a", "http://example.com/a"),
        ("  http://example.com/\n", "http://example.com/"),
        ("http://exa mple.com/", None),
        ("ftp://example.com/", None),
        ("//example.com/", None),
        ("", None),
    ],
)
def test_one_spelling(text: str, canonical: str | None) -> None:
    assert key(text) == canonical


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.example.co.uk", "example.co.uk"),
        ("news.example.com", "example.com"),
        ("one.blogspot.com", "one.blogspot.com"),
        ("co.uk", "co.uk"),
        ("a.b.intranet", "b.intranet"),
        ("localhost", "localhost"),
        ("10.0.0.1", "10.0.0.1"),
        ("[::1]", "[::1]"),
    ],
)
def test_the_site_of_a_host(host: str, site: str) -> None:
    assert registrable(host) == site


@pytest.mark.parametrize(
    ("path", "is_trap"),
    [
        ("/a/b/c", False),
        ("/a/b/a/b/a/b", False),
        ("/a/b/a/b/a/b/a/b", True),
        ("/" + "/".join(ascii_lowercase[:15]), False),
        ("/" + "/".join(ascii_lowercase[:16]), True),
        ("/?" + "&".join(f"{letter}=1" for letter in "abcdefgh"), False),
        ("/?" + "&".join(f"{letter}=1" for letter in "abcdefghi"), True),
        ("/" + "x" * (MAX_LENGTH - 17), False),
        ("/" + "x" * (MAX_LENGTH - 16), True),
    ],
)
def test_traps(path: str, is_trap: bool) -> None:
    found = read_address(f"http://a.example{path}")
    assert found is not None
    assert (trap(found) is not None) == is_trap


def test_scopes() -> None:
    start = read_address("http://www.example.com/blog/index.html")
    assert start is not None
    inside = {
        "http://www.example.com/blog/a": {"site", "host", "path"},
        "https://www.example.com/blog/a": {"site", "host", "path"},
        "http://www.example.com/blogs/a": {"site", "host"},
        "http://www.example.com:8080/blog/a": {"site"},
        "http://shop.example.com/blog/a": {"site"},
        "http://example.org/blog/a": set(),
    }
    for text, expected in inside.items():
        found = read_address(text)
        assert found is not None
        assert {scope for scope in ("site", "host", "path") if in_scope(found, start, scope)} == expected, text


def test_patterns_and_files() -> None:
    found = read_address("http://a.example/news/1.html")
    assert found is not None
    news, one = re.compile("/news/"), re.compile(r"/1\.html$")
    assert wanted(found, (), ())
    assert wanted(found, (news,), ())
    assert not wanted(found, (news,), (one,))
    assert not wanted(found, (re.compile("/blog/"),), ())
    assert not is_file(found)
    assert is_file(replace(found, path="/a/b.JPEG"))


PUBLIC = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PRIVATE = """
    127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 240.0.0.1 255.255.255.255
    192.0.2.1 198.18.0.1 192.88.99.1 ::1 :: ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
    64:ff9b:1::7f00:1 2002:7f00:1:: 2002:a00:1:: 2001:0:7f00:1:: 2001:0:808:808:0:0:80ff:fffe fec0::1 fe80::1
    fe80::1%eth0 fc00::1 fd00::1 ff02::1 2001:db8::1 nonsense
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_of_the_open_web(address: str) -> None:
    assert refusal(address) is not None


def test_an_address_of_this_machine_is_refused_though_it_is_public() -> None:
    assert refusal("8.8.8.8", is_own=lambda _: True) == "an address of this machine"


def test_one_private_answer_condemns_a_name_and_an_allowed_one_does_not() -> None:
    guard = Guard.of(
        [80, 443], ["127.0.0.1:8000", "[::1]:8000"], {"news.example:80": "127.0.0.1:8000", "Any.example": "[::1]:8000"}
    )
    assert guard.vet([("8.8.8.8", 80)]) == [("8.8.8.8", 80)]
    assert guard.vet([("127.0.0.1", 8000), ("::1", 8000)])
    for endpoints in ([("8.8.8.8", 80), ("10.0.0.1", 80)], [("127.0.0.1", 8001)], [("127.0.0.1", 80)]):
        with pytest.raises(BlockedAddressError):
            guard.vet(endpoints)
    with pytest.raises(BlockedPortError):
        guard.vet([("8.8.8.8", 22)])
    with pytest.raises(BlockedPortError):
        guard.vet([("8.8.8.8", 8000)])
    with pytest.raises(BlockedPortError):
        guard.check_port(22)
    guard.check_port(8000)
    assert guard.fixed_endpoint("news.example", 80) == ("127.0.0.1", 8000)
    assert guard.fixed_endpoint("news.example", 443) is None
    assert guard.fixed_endpoint("any.example", 443) == ("::1", 8000)
