"""What a block is, what becomes of it, and why. The lists are closed."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Class(StrEnum):
    """What a block is. Class and decision are separate: an analyst may overrule the decision, the class stays."""

    BODY = "body"
    BODY_SPUN = "body_spun"
    HEADLINE = "headline"
    DUPLICATE_HEADLINE = "duplicate_headline"
    BYLINE_DATELINE = "byline_dateline"
    AUTHOR_BIO = "author_bio"
    CAPTION = "caption"
    REFERENCE_LIST = "reference_list"
    TABLE_OF_CONTENTS = "table_of_contents"
    TRUNCATED_FRAGMENT = "truncated_fragment"
    FOREIGN_LANGUAGE_INSERT = "foreign_language_insert"
    NAVIGATION = "navigation"
    BREADCRUMBS = "breadcrumbs"
    PAGINATION = "pagination"
    COOKIE_CONSENT = "cookie_consent"
    SECURITY_BANNER = "security_banner"
    LOGIN_ACCOUNT = "login_account"
    PAYWALL_SUBSCRIBE = "paywall_subscribe"
    NEWSLETTER = "newsletter"
    FORM_ERROR = "form_error"
    SHARE_SOCIAL = "share_social"
    COMMENTS = "comments"
    RELATED_LINKS = "related_links"
    ADVERT_AFFILIATE = "advert_affiliate"
    DISCLAIMER_MEDICAL = "disclaimer_medical"
    DISCLAIMER_LEGAL = "disclaimer_legal"
    DISCLAIMER_FINANCIAL = "disclaimer_financial"
    COPYRIGHT_FOOTER = "copyright_footer"
    REPORT_FLAG_LINK = "report_flag_link"
    SECTION_LABEL = "section_label"
    UNRECOGNISED = "unrecognised"


class Reason(StrEnum):
    """Why a block was removed: the classes that are removed, and three that say how it was known."""

    DUPLICATE_HEADLINE = "duplicate_headline"
    FOREIGN_LANGUAGE_INSERT = "foreign_language_insert"
    NAVIGATION = "navigation"
    BREADCRUMBS = "breadcrumbs"
    PAGINATION = "pagination"
    COOKIE_CONSENT = "cookie_consent"
    SECURITY_BANNER = "security_banner"
    LOGIN_ACCOUNT = "login_account"
    PAYWALL_SUBSCRIBE = "paywall_subscribe"
    NEWSLETTER = "newsletter"
    FORM_ERROR = "form_error"
    SHARE_SOCIAL = "share_social"
    COMMENTS = "comments"
    RELATED_LINKS = "related_links"
    ADVERT_AFFILIATE = "advert_affiliate"
    DISCLAIMER_MEDICAL = "disclaimer_medical"
    DISCLAIMER_LEGAL = "disclaimer_legal"
    DISCLAIMER_FINANCIAL = "disclaimer_financial"
    COPYRIGHT_FOOTER = "copyright_footer"
    REPORT_FLAG_LINK = "report_flag_link"
    SECTION_LABEL = "section_label"
    BYLINE_DATELINE = "byline_dateline"
    AUTHOR_BIO = "author_bio"
    TABLE_OF_CONTENTS = "table_of_contents"
    UNLIKE_ARTICLE = "unlike_article"
    REPEATED_ON_SITE = "repeated_on_site"
    MASKED = "masked"


_REASON_OF = {Class(reason.value): reason for reason in Reason if reason.value in Class.__members__.values()}


def reason_of(block_class: Class) -> Reason | None:
    """The reason that a block of this class is removed for; None for a class that is kept.

    >>> reason_of(Class.NEWSLETTER), reason_of(Class.BODY)
    (<Reason.NEWSLETTER: 'newsletter'>, None)
    """
    return _REASON_OF.get(block_class)


class Decision(StrEnum):
    """What becomes of a block: into the body, into a field of the record, or out."""

    KEEP = "keep"
    FIELD = "field"
    REMOVE = "remove"


class Verdict(NamedTuple):
    """The decision on one block.

    ``score`` is the keep-score, 0 (chrome) to 1 (article), rounded to 4 decimals. ``rule`` names the rule that
    spoke (``names.share_bar``), or is empty where the score alone decided. ``template`` and ``similarity``
    (0 to 1) are set where a boilerplate template was recognised. ``reason`` is set exactly when the decision is REMOVE.
    """

    decision: Decision
    block_class: Class
    reason: Reason | None = None
    rule: str = ""
    score: float = 1.0
    template: str | None = None
    similarity: float | None = None


class Removal(NamedTuple):
    """One removed block, as the ``removals`` table keeps it. ``position`` is the block's place on the page."""

    position: int
    block_class: Class
    reason: Reason
    rule: str
    score: float
    template: str | None
    similarity: float | None
    text: str
