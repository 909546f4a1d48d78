"""What becomes of an archived page: a new version, unchanged, a duplicate, or no article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pipeline.article import Article, Extraction
from pipeline.outcome import Outcome
from pipeline.page import Page
from pipeline.store.ledger import ArchivedVisit, ArticleState, BuildResult, Ledger
from pipeline.store.rows import Origin, article_id, article_row, removal_rows
from pipeline.store.scrub import scrub
from pipeline.told import from_text

# Pages whose removed blocks are kept: a listing's menu would fill the table on every visit and explain no article,
# and those of an unchanged or duplicate page are there already.
EXPLAINED = frozenset(outcome for outcome in Outcome if outcome.value.startswith("reject.")) | {Outcome.ARTICLE}


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of one visit, and the rows that it gives. ``day`` is the day of fetching, YYYY-MM-DD."""

    result: BuildResult
    row: Mapping[str, Any] | None = None
    removals: tuple[Mapping[str, Any], ...] = ()
    day: str = ""


class Decider:
    """Decides the members of one batch in their order; what it has decided counts for those that follow."""

    def __init__(self, ledger: Ledger, run_id: str) -> None:
        self._ledger = ledger
        self._run_id = run_id
        self._articles: dict[str, ArticleState] = {}
        self._contents: dict[tuple[str, str], str] = {}

    def discovery(self, visit: ArchivedVisit) -> Decided:
        """A sitemap or feed: read for addresses only."""
        return Decided(BuildResult(visit.run_id, visit.address_id, Outcome.DISCOVERY, visit.kind))

    def unreadable(self, visit: ArchivedVisit, reason: str) -> Decided:
        """A visit whose record is damaged."""
        return Decided(BuildResult(visit.run_id, visit.address_id, Outcome.QUARANTINED_ERROR, reason))

    def decide(self, visit: ArchivedVisit, page: Page, extraction: Extraction) -> Decided:
        """The outcome of a page that has been extracted."""
        article = extraction.article
        if isinstance(article, Article):
            return self._article(visit, page, extraction, article)
        result = BuildResult(visit.run_id, visit.address_id, article.outcome, scrub(article.detail))
        return self._explained(result, page, extraction, Origin(visit.site, self._run_id))

    def _article(self, visit: ArchivedVisit, page: Page, extraction: Extraction, article: Article) -> Decided:
        name = article_id(visit.key)
        known = self._known(name)
        late = known is not None and _moment(visit.fetched_at) < _moment(known.last_seen_at)
        # The page of last time, byte for byte: a newer program reads it otherwise, and the site published nothing.
        same_page = known is not None and known.page_digest == extraction.page_digest
        if known is not None and (same_page or known.content_digest == article.content_digest):
            seen = known if late else _seen_again(known, visit, extraction, article)
            self._remember(seen)
            return Decided(
                BuildResult(visit.run_id, visit.address_id, Outcome.UNCHANGED, article_id=name, article=seen)
            )
        if known is not None and late:
            # An older capture, from a WARC file that came late: what the site published since is known already.
            detail = f"fetched before version {known.version} was last seen"
            return Decided(BuildResult(visit.run_id, visit.address_id, Outcome.UNCHANGED, detail, name, known))
        other = self._same_content(visit.site, article.content_digest)
        if other is not None and other != name:
            return Decided(BuildResult(visit.run_id, visit.address_id, Outcome.DUPLICATE, article_id=other))
        state = ArticleState(
            article_id=name,
            url=visit.key,
            site=visit.site,
            version=known.version + 1 if known else 1,
            content_digest=article.content_digest,
            page_digest=extraction.page_digest,
            first_seen_at=known.first_seen_at if known else visit.fetched_at,
            last_seen_at=visit.fetched_at,
        )
        self._remember(state)
        first = datetime.fromisoformat(state.first_seen_at)
        origin = Origin(
            visit.site, self._run_id, name, state.version, first, extraction.profile_version, from_text(visit.told)
        )
        result = BuildResult(visit.run_id, visit.address_id, Outcome.ARTICLE, article_id=name, article=state)
        decided = self._explained(result, page, extraction, origin)
        return replace(decided, row=article_row(article, page, extraction.page_digest, origin))

    def _explained(self, result: BuildResult, page: Page, extraction: Extraction, origin: Origin) -> Decided:
        if result.outcome not in EXPLAINED or page.fetched_at is None:
            return Decided(result)
        day = f"{page.fetched_at.astimezone(UTC):%Y-%m-%d}"
        return Decided(result, removals=tuple(removal_rows(extraction, page, origin)), day=day)

    def _known(self, name: str) -> ArticleState | None:
        return self._articles.get(name) or self._ledger.article_version(name)

    def _same_content(self, site: str, digest: str) -> str | None:
        other = self._contents.get((site, digest)) or self._ledger.content_seen(site, digest)
        if other is None:
            return None
        # The ledger does not know yet that this batch has given that article a new version.
        newer = self._articles.get(other)
        return other if newer is None or newer.content_digest == digest else None

    def _remember(self, state: ArticleState) -> None:
        self._articles[state.article_id] = state
        self._contents[state.site, state.content_digest] = state.article_id


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _seen_again(known: ArticleState, visit: ArchivedVisit, extraction: Extraction, article: Article) -> ArticleState:
    """The same version, as the program of today sees it: what comes next is compared with that."""
    return replace(
        known,
        last_seen_at=visit.fetched_at,
        page_digest=extraction.page_digest,
        content_digest=article.content_digest,
    )
