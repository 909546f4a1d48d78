"""What each column says, and its name at schema.org, in the order of the tables.

The types are not here: they follow from the values (``schema.py``). A column of the values that has no line here is
still stored, behind the others, and a test asks for the line.
"""

from __future__ import annotations

from typing import NamedTuple


class About(NamedTuple):
    """One line of the data dictionary. ``schema_org`` is empty where schema.org has no such property."""

    text: str
    schema_org: str = ""


ARTICLES: dict[str, About] = {
    "id": About("Stable across versions: first 32 hex digits of the sha256 of the canonical address.", "identifier"),
    "version": About("Counts, from 1, the changes of what the site published.", "version"),
    "url": About("Address that the page was fetched from.", "url"),
    "canonical_url": About("Address that the page names as its own.", "mainEntityOfPage"),
    "site": About("Registrable domain of the address.", ""),
    "title": About("Headline.", "headline"),
    "title_source": About("Where the title was found: json_ld, opengraph, meta, visible …"),
    "authors": About("Names, in the order of the page.", "author"),
    "authors_source": About("Where the authors were found."),
    "published_at": About("Moment of publication, UTC.", "datePublished"),
    "published_precision": About("How exact that is: day, minute or second."),
    "published_raw": About("The date as the page wrote it."),
    "published_source": About("Where the date was found."),
    "modified_at": About("Last change that the page names, UTC.", "dateModified"),
    "field_confidence": About("Confidence, 0 to 1, in title, authors and published_at; 0 where the field is empty."),
    "language": About("Language of the text, BCP 47.", "inLanguage"),
    "language_confidence": About("Confidence in that, 0 to 1."),
    "section": About("Part of the site that the page names.", "articleSection"),
    "tags": About("Keywords that the page names.", "keywords"),
    "description": About("Summary that the page gives.", "description"),
    "image_url": About("Address of the main image.", "image"),
    "site_name": About("Name that the site gives itself.", "publisher"),
    "page_type": About("Kind of page: article, forum, product, listing, collection, documentation or service."),
    "completeness": About("How much of the article the page holds: full, teaser, paywalled or truncated."),
    "completeness_evidence": About(
        "What on the page says so; of a full text, a wall that stands elsewhere on the page."
    ),
    "body": About("Kept paragraphs joined by a blank line, without the headline.", "articleBody"),
    "body_markdown": About("The same text with its headings, lists, links and tables as Markdown."),
    "block_classes": About(
        "What each paragraph of the body is, one entry a paragraph: body, caption … and, where evidence says so, "
        "body_spun, truncated_fragment or foreign_language_insert."
    ),
    "block_languages": About(
        "Language of each paragraph and the confidence in that; no confidence where the paragraph says too little for "
        "itself and has the language of the text."
    ),
    "author_bio": About("What the page says of the author."),
    "comments": About("Readers' comments, each one text.", "comment"),
    "word_count": About("Words of the body; in scripts without word spaces, characters.", "wordCount"),
    "confidence": About("Estimate, 0 to 1, of how well the body matches the article."),
    "quality": About(
        "Published quality measures of the body (C4, Gopher, FineWeb, RefinedWeb) and the presets passed."
    ),
    "spin_score": About("Evidence that the text was spun or patched together, 0 to 100."),
    "spin_band": About("What that means: none, suspect (20 and more) or quarantine (50 and more)."),
    "spin_evidence": About("Each trace: rule, points, paragraph of the body (empty: the title) and the words seen."),
    "flags": About(
        "What a reader should know of this row. Of the page: headline_repeated, headline_not_on_page, foreign_insert, "
        "text_from_json_ld, text_from_page_state, text_not_shown. Of the text: machine_spun, spun_boilerplate, "
        "patchwork, truncated_paragraphs, foreign_paragraph, title_template."
    ),
    "fixes": About("Repairs that changed the text, by name."),
    "content_digest": About(
        "sha256 of title and text as the page has them, before repairs, masks and the site's profile: what unchanged "
        "and duplicate mean."
    ),
    "opt_out": About(
        "What the owner says of the page's use: whether a signal that is meant for us refuses it, the words of robots"
        " elements and headers, TDM reservation and policy, training (Content-Usage, Content-Signal), ai.txt, and all"
        " signals with their source. Recorded; obeyed where the job says skip.",
        "usageInfo",
    ),
    "variants": About(
        "Other versions that the page names: AMP and translations, each with its address.", "workTranslation"
    ),
    "fetched_at": About("Moment of fetching, UTC."),
    "first_seen_at": About("When this article was first fetched, UTC."),
    "http_status": About("Status of the response."),
    "warc_file": About("File below raw/ that holds the response."),
    "warc_offset": About("Byte offset of the record in that file."),
    "page_digest": About("sha256 of the page's bytes as archived."),
    "extractor_version": About("Version of Broadsheet that made the row."),
    "profile_version": About("Version of the site's profile, empty when none was used."),
    "run_id": About("The run that made the row."),
}

RELEASE: dict[str, About] = {
    "last_seen_at": About(
        "When the address was last fetched and still held this article, UTC, at the time of the release."
    ),
    "gone_at": About(
        "When the address was last asked and said that it is gone (404, 410), UTC; empty while it is there."
    ),
}

REMOVALS: dict[str, About] = {
    "page_digest": About("sha256 of the page's bytes: which page the block stood on."),
    "article_id": About("id of the article made of the page, empty when it gave none."),
    "url": About("Address that the page was fetched from."),
    "run_id": About("The run that removed the block."),
    "position": About("Place of the block on the page, from 0."),
    "class": About("What the block is."),
    "reason": About("Why it was removed."),
    "rule": About("The rule that spoke; empty where the score alone decided."),
    "score": About("Keep-score from 0 (chrome) to 1 (article)."),
    "template": About("The boilerplate template that was recognised."),
    "similarity": About("How close the block is to that template, 0 to 1."),
    "text": About("The block's text."),
}

OUTCOMES: dict[str, About] = {
    "run_id": About("The run."),
    "url": About("The address."),
    "site": About("Registrable domain of the address."),
    "outcome": About("What became of the address in this run, from the closed list."),
    "stage": About("How far it came: open, fetch or extract."),
    "detail": About("A word more, such as the robots rule or the limit that was met."),
    "http_status": About("Status of the response, when there was one."),
    "fetched_at": About("Moment of fetching, UTC."),
    "article_id": About("id of the article that the page is, or is a duplicate of."),
    "warc_file": About("File below raw/ that holds the response."),
    "warc_offset": About("Byte offset of the record in that file."),
    "warc_length": About("Length of the record in bytes."),
}
