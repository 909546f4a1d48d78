"""What an element's names say it is: class, id, role and the like, in the words that site builders use.

The words come from the mark-up of common systems (WordPress, Drupal, Blogger, phpBB, news platforms) and from ARIA
landmarks (https://www.w3.org/TR/wai-aria-1.2/#landmark_roles). A name is read as words between non-letters and at
lower case; the first role in the list that fits is taken.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What a container is by its tag and names."""

    CONSENT = "consent"
    SECURITY_BANNER = "security_banner"
    PAYWALL = "paywall"
    SHARE = "share"
    BREADCRUMBS = "breadcrumbs"
    PAGINATION = "pagination"
    CONTENTS = "contents"
    AUTHOR_BIO = "author_bio"
    BYLINE = "byline"
    COMMENT_FORM = "comment_form"
    COMMENTS = "comments"
    NEWSLETTER = "newsletter"
    RELATED = "related"
    ADVERT = "advert"
    LOGIN = "login"
    TAGS = "tags"
    CAPTION = "caption"
    REFERENCES = "references"
    NAVIGATION = "navigation"
    FOOTER = "footer"
    SIDEBAR = "sidebar"
    FORM = "form"


_NAMED: dict[Role, str] = {
    Role.CONSENT: "cookie* gdpr* consent* onetrust* didomi* cmpbox* ccpa",
    Role.SECURITY_BANNER: "usabanner* govbanner* officialbanner captcha*",
    Role.PAYWALL: """
        paywall* regwall* meterwall subscriberonly pianooffer* pianotemplate* pianocontainer* pianoinline*
        pianometer* pianomodal* pianowrapper* pianoid
    """,
    Role.SHARE: """
        share shared sharetop sharewrap* shareitem* sharebar* sharebutton* shareicon* sharelink* sharelist* sharetool*
        sharebox* shareon* sharing* sharedaddy social* addtoany* addthis* followus
    """,
    Role.BREADCRUMBS: "breadcrumb* crumb crumbs",
    Role.PAGINATION: "paginat* pager pagenumber pagenumbers navlink navlinks postnavigation wppagenavi prevnext",
    Role.CONTENTS: "toc tableofcontents contentslist",
    Role.AUTHOR_BIO: """
        authorbio* authorbox* aboutauthor* abouttheauthor* authorinfo* authorcard* authordescription authorprofile* bio
    """,
    Role.BYLINE: """
        byline* dateline entrymeta postmeta* articlemeta* postedon author pubdate published timestamp postdate
        metadata articleinfo
    """,
    Role.COMMENT_FORM: "commentform* respond replyform* commentreply* postcomment",
    Role.COMMENTS: """
        comment comments commentlist* commentbody commentcontent commentarea commentthread* commentsection commenttext
        disqus* livefyre* fbcomments discussionlist
    """,
    Role.NEWSLETTER: "newsletter* subscribe* subscription* signup* mailinglist mc4wp* mailchimp* optin*",
    Role.RELATED: """
        related* recommend* readmore readnext readalso morestories morenews morefrom morearticles moreposts trending*
        popular* mostread mostviewed mostpopular alsolike suggest* outbrain* taboola* teaser teasers seealso
        jprelatedposts upnext latest* recent*
    """,
    Role.ADVERT: """
        ad ads advert* adslot* adunit* adcontainer* adwrapper* adbanner* adbox* adlabel* sponsor* promo* bannerad*
        dfp* affiliate*
    """,
    Role.LOGIN: "login* signin* account* register* minicart cart basket",
    Role.TAGS: "tags taglist taglinks tagcloud posttags entrytags catlinks keywords",
    Role.CAPTION: "caption captions wpcaption* figcaption imagecredit photocredit",
    Role.REFERENCES: "reference references reflist footnote footnotes citation citations bibliography",
    Role.NAVIGATION: """
        nav navbar* navmenu* navlist navwrap* navigation menu menu* topbar masthead skiplink* skipnav* skipto*
        searchform searchbox searchbar siteheader toolbar quicklinks
    """,
    Role.FOOTER: "footer* colophon siteinfo copyright* contentinfo imprint impressum",
    Role.SIDEBAR: """
        sidebar* aside widget* complementary rightcol rightcolumn rightrail leftcol leftcolumn leftrail rail
    """,
}
"""Words of each role, the more telling role first: as they stand between non-letters, those joined by - or _ run
together (``post-meta``, ``post_meta`` and ``postmeta`` are one); a star stands for any ending."""

_RANK = {role: rank for rank, role in enumerate(_NAMED)}
_EXACT: dict[str, Role] = {}
_STARTS: dict[str, Role] = {}
for _role, _words in _NAMED.items():
    for _word in _words.split():
        (_STARTS if _word.endswith("*") else _EXACT).setdefault(_word.rstrip("*"), _role)
_PREFIXES = tuple(sorted(_STARTS, key=len, reverse=True))
_PARTS = re.compile(r"[a-z][a-z0-9]*")
_MOST_PARTS = 3
"""Parts of a name that are read together: ``table-of-contents``."""

_TAGGED = {
    "nav": Role.NAVIGATION,
    "menu": Role.NAVIGATION,
    "search": Role.NAVIGATION,
    "footer": Role.FOOTER,
    "aside": Role.SIDEBAR,
    "figcaption": Role.CAPTION,
    "button": Role.FORM,
    "select": Role.FORM,
    "textarea": Role.FORM,
    "fieldset": Role.FORM,
    "dialog": Role.CONSENT,
}


@lru_cache(maxsize=16384)
def _role_of_name(name: str) -> Role | None:
    """The most telling role of one name (one class or id)."""
    parts = [part.rstrip("0123456789") for part in _PARTS.findall(name)]
    found: list[Role] = []
    for start in range(len(parts)):
        joined = ""
        for part in parts[start : start + _MOST_PARTS]:
            joined += part
            if (role := _EXACT.get(joined)) is not None:
                found.append(role)
        if joined.startswith(_PREFIXES):
            found.append(_STARTS[next(prefix for prefix in _PREFIXES if joined.startswith(prefix))])
    return min(found, key=_RANK.__getitem__) if found else None


@lru_cache(maxsize=16384)
def role_of(tag: str, names: str) -> Role | None:
    """The role that tag and names give, or None; names speak before tags, since they say more.

    >>> role_of("div", "sharedaddy sd-block"), role_of("footer", ""), role_of("p", "lead")
    (<Role.SHARE: 'share'>, <Role.FOOTER: 'footer'>, None)
    >>> role_of("aside", "author-bio"), role_of("div", "shareholder-report")
    (<Role.AUTHOR_BIO: 'author_bio'>, None)
    """
    found = [role for name in names.split() if (role := _role_of_name(name)) is not None]
    return min(found, key=_RANK.__getitem__) if found else _TAGGED.get(tag)
