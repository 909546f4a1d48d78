"""A version is what the site published: a newer program, profile or mask makes none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.article import Article, Extraction
from pipeline.cleaning.fold import fold
from pipeline.flow import extract
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.profile import SiteProfile
from pipeline.run.decide import Decider
from pipeline.store.ledger import ArchivedVisit, Ledger
from pipeline.store.warc import RecordLocation
from tests.run.places import MOMENT, story

APPEAL = "If you like what you read here, tell the harbour master, who knows nobody that reads us and would be glad to."
ADDRESS = "http://news.example/day/1"


def page(*, appeal: str = APPEAL, words: str = "The harbour office counted the boats again") -> Page:
    body = story(1, words).replace(b"</article>", f"</article><section><p>{appeal}</p></section>".encode())
    return Page(ADDRESS, body, "text/html", MOMENT)


def digest(extraction: Extraction) -> str:
    assert isinstance(extraction.article, Article)
    return extraction.article.content_digest


class Site:
    """One address of one site, visited once a day."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger(folder / "ledger.sqlite")
        self._decider = Decider(self.ledger, "run")
        self._day = MOMENT

    def visit(self, page: Page, extraction: Extraction, *, after: int = 1) -> tuple[Outcome, int]:
        """The outcome, and the version that is known then."""
        self._day += timedelta(days=after)
        place = RecordLocation("a.warc.gz", 0, 1, extraction.page_digest)
        visit = ArchivedVisit("run", 1, ADDRESS, "news.example", "page", 200, self._day.isoformat(), place, ADDRESS)
        decided = self._decider.decide(visit, page, extraction)
        assert decided.result.article is not None
        return decided.result.outcome, decided.result.article.version


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_newer_profile_makes_no_version(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.extraction.judge.SURE", 2.0)  # so that the profile decides, whatever the score is
    profile = SiteProfile("news.example", "1", frozenset({fold(APPEAL)}))
    plain, cleaner = extract(page()), extract(page(), profile)
    assert isinstance(plain.article, Article)
    assert isinstance(cleaner.article, Article)
    assert APPEAL in plain.article.body
    assert APPEAL not in cleaner.article.body
    assert digest(plain) == digest(cleaner)
    assert site.visit(page(), plain) == (Outcome.ARTICLE, 1)
    assert site.visit(page(), cleaner) == (Outcome.UNCHANGED, 1)
    edited = page(words="The harbour office lost count of the boats")
    assert site.visit(edited, extract(edited, profile)) == (Outcome.ARTICLE, 2)


def test_what_another_rule_takes_as_well_is_not_counted() -> None:
    copy = "Day 1 at the harbour"
    profile = SiteProfile("news.example", "1", frozenset({fold(copy)}))
    assert digest(extract(page(appeal=copy))) == digest(extract(page(appeal=copy), profile))


def test_a_mask_makes_no_version() -> None:
    wrote = page(words="Ann (ann@mill.example) counted the boats again")
    assert digest(extract(wrote)) == digest(extract(wrote, mask=("email",)))


def test_a_newer_program_makes_no_version_of_the_same_page(site: Site) -> None:
    before = extract(page())
    assert isinstance(before.article, Article)
    newer = replace(before, article=replace(before.article, body="Read better.", content_digest="0" * 64))
    again = replace(newer, page_digest="1" * 64)  # the page with another advertisement, and the same text
    assert site.visit(page(), before) == (Outcome.ARTICLE, 1)
    assert site.visit(page(), newer) == (Outcome.UNCHANGED, 1)
    assert site.visit(page(), again) == (Outcome.UNCHANGED, 1)
    assert site.visit(page(), before) == (Outcome.ARTICLE, 2)  # neither the page nor the text of last time


def test_a_text_that_comes_back_is_a_version(site: Site) -> None:
    first, second = page(), page(words="The harbour office lost count of the boats")
    visits = [site.visit(each, extract(each)) for each in (first, second, first)]
    assert visits == [(Outcome.ARTICLE, 1), (Outcome.ARTICLE, 2), (Outcome.ARTICLE, 3)]


def test_an_old_capture_that_comes_late_changes_nothing(site: Site) -> None:
    now = extract(page())
    assert site.visit(page(), now) == (Outcome.ARTICLE, 1)
    assert site.visit(page(), replace(now, page_digest="1" * 64), after=-9) == (Outcome.UNCHANGED, 1)
