"""Names of meta elements, in order of trust: what stands in each and how far it is to be trusted (0 to 1).

The trusts are judgements, made while looking at which place was right where two disagreed on two thirds of the
benchmark's sites (``bench/metadata.py``); those of the titles came out of a search over the same. Small changes move
nothing.
"""

from __future__ import annotations

from typing import NamedTuple


class MetaName(NamedTuple):
    """A meta element's name (lower case), the source that it is recorded as, and its trust."""

    name: str
    source: str
    trust: float


def _table(text: str) -> tuple[MetaName, ...]:
    """Lines of a trust, a source and names."""
    rows = [line.split() for line in text.strip().splitlines()]
    return tuple(MetaName(name, row[1], float(row[0])) for row in rows for name in row[2:])


PUBLISHED = _table("""
0.85 opengraph article:published_time og:article:published_time
0.82 meta datepublished parsely-pub-date
0.80 meta article:published cxenseparse:recs:publishtime cxenseparse:publishtime
0.78 meta pubdate publishdate publish-date publish_date pub_date originalpublicationdate article.published
0.75 meta og:published_time sailthru.date bt:pubdate displaydate rnews:datepublished article_date_original
0.75 meta publication_date shareaholic:article_published_time publisheddate published-date
0.72 meta dcterms.issued dc.date.issued
0.70 meta date.release citation_online_date ptime pdate published og:pubdate article:create_at vr:published_time
0.70 meta article:post_date
0.68 meta citation_publication_date
0.66 meta citation_date date
0.65 meta dcterms.created dc.date.created datecreated
0.62 meta dcterms.date dc.date
0.60 meta created creation_date
0.50 meta release_date timestamp
0.40 meta video:release_date dateline uploaddate
""")

MODIFIED = tuple(
    (
        "article:modified_time og:article:modified_time datemodified og:updated_time article:updated lastmod "
        "article:last_modified dcterms.modified dc.date.modified dc.date.updated last-modified updated modified revised"
    ).split()
)

AUTHORS = _table("""
0.75 meta citation_author
0.72 meta byl
0.70 meta parsely-author sailthru.author cxenseparse:author author article:author_name
0.65 meta dc.creator dcterms.creator dc:creator
0.60 meta dc.creator.name article_author article.author shareaholic:article_author_name
0.60 opengraph article:author
0.55 opengraph og:article:author og:author
0.50 meta articleauthor
0.40 meta weibo:article:author creator
""")

TITLES = _table("""
0.50 meta citation_title
0.40 opengraph og:title
0.40 meta parsely-title sailthru.title headline
0.35 meta dc.title dcterms.title
0.30 twitter twitter:title
0.30 meta cxenseparse:title
0.25 meta title
""")
