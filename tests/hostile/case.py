"""What a case of the hostile suite is."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.hostile.server import Serve, answer

ARCHIVED = "archived"  # fetched, kept, and waiting for the build
TEXT = "A paragraph of our own that stands on a page of a host which behaves itself otherwise. "


@dataclass(frozen=True)
class Case:
    """A host of the name of the case, how it misbehaves, and what must become of it.

    ``expected`` is the outcome of ``at`` (a path, or a whole address). ``most`` is how many requests for pages it may
    cost, ``never`` are paths of it that must not be asked. ``quick`` cases are those that `make test` runs.
    ``resolves`` says where its name leads: to the server, to the listener inside, or to the TLS server.
    """

    name: str
    serve: Serve
    expected: str
    at: str = "/"
    robots: Serve | None = None
    most: int = 3
    never: tuple[str, ...] = ()
    quick: bool = False
    resolves: str = "server"
    sitemaps: bool = False
    counted: dict[str, int] = field(default_factory=dict)
    """Outcome -> how many addresses of the host have it, at least."""

    @property
    def host(self) -> str:
        return f"{self.name}.example"

    @property
    def start(self) -> str:
        return f"{'https' if self.resolves == 'tls' else 'http'}://{self.host}/"

    @property
    def looked_at(self) -> str:
        return self.start[:-1] + self.at if self.at.startswith("/") else self.at


def html(*links: str, text: str = TEXT, head: str = "") -> bytes:
    """A small page with these links."""
    items = "".join(f'<li><a href="{link}">a link</a></li>' for link in links)
    return (
        f"<!doctype html><html><head><title>A page</title>{head}</head>"
        f"<body><article><p>{text * 3}</p></article><ul>{items}</ul></body></html>"
    ).encode()


PAGE = html()
GOOD = answer(PAGE)
