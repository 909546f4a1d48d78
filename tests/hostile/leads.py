"""Where links and redirects lead: other schemes, addresses inside, circles, credentials (S01 to S10, R01 to R06).

``{inside}`` in a target is the port of the listener that nobody may dial.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.hostile.case import ARCHIVED, GOOD, PAGE, Case, html
from tests.hostile.server import Exchange, Serve, answer

INSIDE = 0  # replaced in targets by `cases`


def redirect(target: str, status: int = 302, headers: dict[str, str] | None = None) -> Serve:
    """The start page leads there; everything else on the host is a page."""
    moved = answer(b"", status, {"Location": target, **(headers or {})})

    def serve(exchange: Exchange) -> None:
        (moved if exchange.path == "/" else GOOD)(exchange)

    return serve


def endless(exchange: Exchange) -> None:
    number = int(exchange.path.strip("/") or 0)
    answer(b"", 302, {"Location": f"/{number + 1}"})(exchange)


def ping_pong(exchange: Exchange) -> None:
    answer(b"", 302, {"Location": "/b" if exchange.path in {"/", "/a"} else "/a"})(exchange)


def by_path(pages: dict[str, Serve]) -> Serve:
    def serve(exchange: Exchange) -> None:
        pages.get(exchange.path, GOOD)(exchange)

    return serve


SCHEMES = (
    Case("link-to-a-file", answer(html("file:///etc/passwd")), "blocked.scheme", at="file:///etc/passwd", quick=True),
    Case("link-to-data", answer(html("data:text/html,hi-there")), "blocked.scheme", at="data:text/html,hi-there"),
    Case("link-to-ftp", answer(html("ftp://link-to-ftp.example/x")), "blocked.scheme", at="ftp://link-to-ftp.example/x"),
    Case("redirect-to-a-file", redirect("file:///etc/hosts"), "blocked.scheme", most=1, quick=True),
    Case("redirect-to-data", redirect("data:text/html,x"), "blocked.scheme", most=1),
    Case("redirect-to-ftp", redirect("ftp://a.example/"), "blocked.scheme", most=1),
    Case("redirect-to-script", redirect("javascript:alert(1)"), "blocked.scheme", most=1),
    Case("refresh-to-a-file", answer(html(head='<meta http-equiv="refresh" content="0;url=file:///etc/shadow">')),
         "blocked.scheme", at="file:///etc/shadow", most=1),
    Case("refresh-to-a-page", by_path({"/": answer(html(head='<meta http-equiv="refresh" content="0;url=/there">'))}),
         ARCHIVED, at="/there"),
)  # fmt: skip

ROUND = (
    Case("redirect-to-itself", redirect("/"), "redirect_limit", most=1, quick=True),
    Case("redirect-to-and-fro", ping_pong, "redirect_limit", most=3),
    Case("redirect-without-end", endless, "redirect_limit", most=6, quick=True),
    Case("redirect-to-nowhere", redirect(""), "protocol_error", most=1, quick=True),
    Case("redirect-of-15-kilobytes", redirect("/" + "x" * 15_000), "trap_limit", most=1, quick=True),
    Case("redirect-with-nul", redirect("/a\0b"), "redirected", most=2),
    Case("redirect-with-bytes", redirect("/\xff\xfe"), "redirected", most=7),
    Case("redirect-with-line-break", redirect("/a%0d%0aX-Injected:%20yes"), "redirected", most=2),
    Case("redirect-with-user", redirect("http://user:secret@redirect-with-user.example/there"), ARCHIVED, at="/there"),
    Case("redirect-with-cookie", redirect("/there", headers={"Set-Cookie": "id=1; Path=/"}), ARCHIVED, at="/there"),
    Case("redirect-for-good", redirect("/there", 308), ARCHIVED, at="/there"),
    Case("referrer-policy-of-python", answer(PAGE, headers={"Referrer-Policy": "sys.exit"}), ARCHIVED, most=1),
    Case("header-that-imports", answer(PAGE, headers={"Link": "</x>; rel=preload", "Refresh": "0;url=file:///etc/group"}),
         ARCHIVED, most=1),
)  # fmt: skip

# Spellings that all reach 127.0.0.1 (measured with plain Scrapy), and private or tunnelled addresses.
_INSIDE = {
    "another-port": "http://127.0.0.1:{inside}/{name}",
    "another-address": "http://127.0.0.2:{inside}/{name}",
    "mapped": "http://[::ffff:127.0.0.1]:{inside}/{name}",
    "integer": "http://2130706433:{inside}/{name}",
    "hexadecimal": "http://0x7f000001:{inside}/{name}",
    "octal": "http://017700000001:{inside}/{name}",
    "short": "http://127.1:{inside}/{name}",
    "circled": "http://①②⑦.⓪.⓪.①:{inside}/{name}",
    "backslashes": "http:\\\\127.0.0.1:{inside}/{name}",
    "no-scheme": "//127.0.0.1:{inside}/{name}",
    "name-of-this-machine": "http://localhost:{inside}/{name}",
    "loopback-6": "http://[::1]:{inside}/{name}",
    "unspecified": "http://0.0.0.0:{inside}/{name}",
    "compatible": "http://[::127.0.0.1]:{inside}/{name}",
    "nat64": "http://[64:ff9b::7f00:1]:{inside}/{name}",
    "6to4": "http://[2002:7f00:1::]:{inside}/{name}",
    "private": "http://10.0.0.1/{name}",
    "carrier": "http://100.64.0.1/{name}",
    "metadata-service": "http://169.254.169.254/{name}",
    "multicast": "http://224.0.0.1/{name}",
}
_QUICK = {"another-port", "mapped", "integer", "circled", "metadata-service"}


def inside_cases(port: int, key: Callable[[str], str]) -> tuple[Case, ...]:
    """Redirects to addresses inside. ``key`` gives the address under which the ledger knows a target."""
    cases = []
    for name, text in _INSIDE.items():
        target = text.format(inside=port, name=name)
        at = key(f"http:{target}" if target.startswith("//") else target.replace("\\", "/"))
        # Header bytes are UTF-8, as servers send them.
        sent = target.encode().decode("latin-1")
        cases.append(Case(f"inside-{name}", redirect(sent), "blocked.address", at=at, most=1, quick=name in _QUICK))
    odd = Case("odd-port", redirect("http://127.0.0.1:22/odd"), "blocked.port", at="http://127.0.0.1:22/odd", most=1)
    named = Case("name-that-leads-inside", GOOD, "blocked.address", most=0, resolves="inside", quick=True)
    unknown = Case("name-that-leads-nowhere", GOOD, "dns_error", most=0, resolves="nowhere")
    return (*cases, odd, named, unknown)


CASES = (*SCHEMES, *ROUND)
