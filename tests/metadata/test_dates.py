from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.article import Precision
from pipeline.extraction.metadata.date_text import read_date

META = '<meta property="article:published_time" content="{}">'
LINKED = '<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{}"}}</script>'


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-03",
        "2024-05-03T10:00:00Z",
        "20240503",
        "2024/05/03",
        "2024.5.3",
        "3.5.2024",
        "03.05.24",
        "03/05/2024",
        "3-5-2024",
        "Fri, 03 May 2024 10:00:00 GMT",
        "May 3, 2024",
        "May 3rd 2024",
        "3 May 2024",
        "3rd of May 2024",
        "Friday, May 3, 2024 at 9:15 am EST",
        "3. Mai 2024",
        "03. Mai 2024, 10:15 Uhr",
        "3 mai 2024",
        "3 de mayo de 2024",
        "3 de maio de 2024",
        "3 maggio 2024",
        "3 mei 2024",
        "3 maja 2024",
        "3. května 2024",
        "3. mája 2024",
        "2024. május 3.",
        "3 Mayıs 2024",
        "3 мая 2024 г.",
        "3 травня 2024",
        "3 Μαΐου 2024",
        "3. toukokuuta 2024",
        "3 maj 2024",
        "3. mai 2024",
        "2024年5月3日",
        "2024年05月03日 10:15",
        "2024년 5월 3일",
        "3 مايو 2024",
        "3 במאי 2024",
        "ngày 3 tháng 5, năm 2024",
        "3 Mei 2024",
        "3 พฤษภาคม 2567",
        "3 मई 2024",
        "1714730400",
        "Published 3 May 2024 by somebody",
        "Datum:3. Mai 2024",
        "Datum:03.05.2024",
    ],
)
def test_days_in_many_languages(text):
    found = read_date(text)
    assert found is not None
    assert found.at.date() == date(2024, 5, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2 hours ago",
        "yesterday",
        "gestern",
        "vor 3 Tagen",
        "10:30",
        "2024",
        "May 2024",
        "31.02.2024",
        "1.2.3.4",
        "99/99/2024",
        "call 0800-1234-5678 now",
    ],
)
def test_what_is_no_day(text):
    assert read_date(text) is None


def test_zone_and_precision_are_kept():
    second = read_date("2024-05-03T23:30:15-05:00")
    assert second is not None
    assert (second.at.isoformat(), second.precision) == ("2024-05-03T23:30:15-05:00", Precision.SECOND)
    minute = read_date("3 May 2024 11:30 pm EDT")
    assert minute is not None
    assert (minute.at.isoformat(), minute.precision) == ("2024-05-03T23:30:00-04:00", Precision.MINUTE)
    day = read_date("3 May 2024")
    assert day is not None
    assert (day.at, day.precision, day.raw) == (datetime(2024, 5, 3, tzinfo=UTC), Precision.DAY, "3 May 2024")


def test_month_first_only_with_strokes():
    assert read_date("4/5/2024", month_first=True).at.month == 4
    assert read_date("4.5.2024", month_first=True).at.month == 5
    assert read_date("14/5/2024", month_first=True).at.month == 5


@pytest.mark.parametrize(
    ("html", "source"),
    [
        (LINKED.format("2024-05-03T10:00:00+02:00"), "json_ld"),
        (META.format("2024-05-03T10:00:00Z"), "opengraph"),
        ('<meta name="dc.date" content="2024-05-03">', "meta"),
        ('<meta itemprop="datePublished" content="2024-05-03">', "meta"),
        ('<p itemprop="datePublished" content="2024-05-03">Friday</p>', "itemprop"),
        ('<time datetime="2024-05-03T10:00">Friday</time>', "time"),
        ('<span class="post-date">3 May 2024</span>', "markup"),
        ("<h1>A story</h1><p>3 May 2024, 10:00</p><p>Text.</p>", "visible"),
    ],
)
def test_dates_wherever_they_stand(read, html, source):
    found = read(html)
    assert found.published_at is not None
    assert found.published_at.date() == date(2024, 5, 3)
    assert found.published_source == source


def test_the_address_is_a_weak_candidate(read):
    found = read("<p>Text.</p>", url="https://paper.example/2024/05/03/story")
    assert found.published_source == "url"
    assert found.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    other = read(META.format("2024-04-01"), url="https://paper.example/2024/05/03/story")
    assert other.published_at == datetime(2024, 4, 1, tzinfo=UTC)
    assert other.published_confidence < read(META.format("2024-04-01")).published_confidence


def test_the_future_is_judged_by_the_time_of_the_fetch(read):
    now = datetime(2025, 6, 1, tzinfo=UTC)
    soon, far = now + timedelta(hours=20), now + timedelta(days=2)
    assert read(META.format(soon.isoformat()), now=now).published_at == soon
    assert read(META.format(far.isoformat()), now=now).published_at is None
    assert read(META.format(far.isoformat()), now=None).published_at == far


@pytest.mark.parametrize("when", ["1989-12-31T00:00:00Z", "0001-01-01", "1970-01-01T00:00:00Z", "9999-99-99"])
def test_days_before_1990_and_nonsense_are_refused(read, when):
    assert read(META.format(when)).published_at is None


@pytest.mark.parametrize(
    "html",
    [
        "<h1>A story</h1><p>Text.</p><footer><p>© 3 May 2024 The Paper</p></footer>",
        "<h1>A question</h1><p>Member since: 3 May 2024</p><p>Text.</p>",
        "<h1>A story</h1><p>Two hours ago</p><p>Text.</p>",
        "<h1>A story</h1><p>Text of it all, which is long enough for a paragraph and names no day.</p>",
    ],
)
def test_what_is_not_the_day_of_publication(read, html):
    assert read(html).published_at is None


@pytest.mark.parametrize(
    "trap",
    [
        '<div class="comments"><time datetime="2025-01-01">1 January 2025</time></div>',
        '<aside class="related"><p class="date">1 January 2025</p></aside>',
        '<footer><span class="date">1 January 2025</span></footer>',
        '<p class="updated-date">Updated: 1 January 2025</p>',
    ],
)
def test_comments_teasers_footers_and_updates_do_not_win(read, trap):
    story = "<h1>A story</h1><p class='date'>3 May 2024</p><p>Text.</p>"
    assert read(trap + story).published_at == datetime(2024, 5, 3, tzinfo=UTC)
    assert read(story + trap).published_at == datetime(2024, 5, 3, tzinfo=UTC)


def test_the_day_counts_in_its_own_zone(read):
    found = read(LINKED.format("2024-05-03T23:30:00-07:00"))
    assert found.published_at is not None
    assert found.published_at.date() == date(2024, 5, 3)
    assert found.published_at.astimezone(UTC).date() == date(2024, 5, 4)


def test_the_shown_day_beats_its_neighbour_in_utc(read):
    utc = META.format("2024-05-03T23:30:00Z")
    shown = "<h1>A story</h1><p>4 May 2024</p><p>Text.</p>"
    assert read(utc).published_at.date() == date(2024, 5, 3)
    assert read(utc + shown, url="https://paper.example/2024/05/04/a").published_at.date() == date(2024, 5, 4)
    assert read(utc + shown.replace("4 May", "9 May")).published_at.date() == date(2024, 5, 3)


def test_modified_is_a_field_of_its_own(read):
    found = read(META.format("2024-05-03") + '<meta property="article:modified_time" content="2024-06-01T08:00:00Z">')
    assert found.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    assert found.modified_at == datetime(2024, 6, 1, 8, tzinfo=UTC)


def test_candidates_come_in_order_of_trust_and_disagreement_costs(read):
    agreed = read(LINKED.format("2024-05-03") + '<time datetime="2024-05-03">x</time>')
    apart = read(LINKED.format("2024-05-03") + '<time datetime="2024-05-30">x</time>')
    assert apart.published_at == agreed.published_at
    assert apart.published_confidence < agreed.published_confidence
    assert [c.value[:10] for c in apart.candidates if c.field == "published_at"] == ["2024-05-03", "2024-05-30"]
    assert apart.published_raw == "2024-05-03"


INDIA = "2024-05-03T23:30:00+05:30"


@pytest.mark.parametrize(
    ("html", "when", "precision", "raw"),
    [
        (META.format(INDIA), INDIA, Precision.SECOND, INDIA),
        ("<h1>A story</h1><p>3 May 2024 11:30 pm EDT</p>", "2024-05-03T23:30:00-04:00", Precision.MINUTE, None),
        ("<h1>A story</h1><p>Am 3. Mai 2024</p>", "2024-05-03T00:00:00+00:00", Precision.DAY, "3. Mai 2024"),
    ],
)  # fmt: skip
def test_time_zone_and_the_words_of_the_page_are_on_the_record(read, html, when, precision, raw):
    found = read(html)
    assert (found.published_at.isoformat(), found.published_precision) == (when, precision)
    assert found.published_raw == (raw or "3 May 2024 11:30 pm EDT")


def test_an_implausible_day_gives_way_to_a_plausible_one(read):
    html = META.format("2099-01-01T00:00:00Z") + "<h1>A story</h1><p class='date'>3 May 2024</p>"
    found = read(html)
    assert found.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    assert found.published_source != "opengraph"
    assert all(not c.value.startswith("2099") for c in found.candidates)
