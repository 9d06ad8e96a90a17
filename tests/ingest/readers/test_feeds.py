"""Feeds of every format, whole and broken in every way: no exception, no entry lost."""

from __future__ import annotations

import gzip
import html
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.feeds import Feed, NotAFeed, read_feed

TITLES = (
    "Ferry runs again after the storm",
    "Café opens in the old mill",
    "Council & court disagree",
    "Über den Fluss",
)
URL = "https://harbour.example/news/"
AT = datetime(2026, 6, 18, 12, 5, tzinfo=UTC)


def rss2(**change: str) -> str:
    items = "".join(
        f"<item><title>{html.escape(title)}</title><link>{change.get('link', URL)}{number}</link>"
        f"{change.get('guid') if 'guid' in change else '<guid>tag-' + str(number) + '</guid>'}"
        f"<pubDate>{change.get('date', 'Thu, 18 Jun 2026 14:05:00 +0200')}</pubDate>"
        f"<dc:creator>Jane Doe</dc:creator><category>World</category>"
        f"<description>{html.escape('<p>Two sentences. The second one.</p>')}</description>{change.get('extra', '')}</item>"
        for number, title in enumerate(TITLES, 1)
    )
    return (
        f"<?xml version='1.0' encoding='{change.get('charset', 'utf-8')}'?>{change.get('doctype', '')}"
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'"
        " xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>"
        f"<channel><title>Harbour Post</title><link>{URL}</link><description>News</description><language>en-gb</language>"
        f"{change.get('channel', '')}{items}</channel></rss>"
    )


def rss091(**change: str) -> str:
    items = "".join(
        f"<item><title>{html.escape(title)}</title><link>{URL}{number}</link></item>"
        for number, title in enumerate(TITLES, 1)
    )
    return f"<?xml version='1.0'?><rss version='0.91'><channel><title>Harbour Post</title>{items}</channel></rss>"


def rss1(**change: str) -> str:
    items = "".join(
        f"<item rdf:about='{URL}{number}'><title>{html.escape(title)}</title><link>{URL}{number}</link>"
        f"<dc:date>2026-06-18T12:05:00Z</dc:date></item>"
        for number, title in enumerate(TITLES, 1)
    )
    return (
        "<?xml version='1.0'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
        " xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        f"<channel rdf:about='{URL}'><title>Harbour Post</title><link>{URL}</link></channel>{items}</rdf:RDF>"
    )


def atom(**change: str) -> str:
    entries = "".join(
        f"<entry><title>{html.escape(title)}</title><link href='{URL}{number}'/>"
        f"{change.get('guid', f'<id>urn:harbour:{number}</id>')}"
        f"<published>{change.get('date', '2026-06-18T14:05:00+02:00')}</published><author><name>Jane Doe</name></author>"
        f"<content type='html'>{html.escape('<p>Two sentences. The second one.</p>')}</content></entry>"
        for number, title in enumerate(TITLES, 1)
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'>"
        f"<title>Harbour Post</title><link href='{URL}'/><link rel='self' href='{URL}atom.xml'/>"
        f"<link rel='hub' href='https://hub.example/'/>{entries}</feed>"
    )


def json_feed(**change: str) -> str:
    items = [
        {
            "id": number, "url": f"{URL}{number}", "title": title, "content_html": "<p>Two sentences. The second one.</p>",
            "date_published": change.get("date", "2026-06-18T14:05:00+02:00"), "authors": [{"name": "Jane Doe"}],
        }
        for number, title in enumerate(TITLES, 1)
    ]  # fmt: skip
    return json.dumps({
        "version": "https://jsonfeed.org/version/1.1", "title": "Harbour Post", "home_page_url": URL, "items": items,
    })  # fmt: skip


FORMATS: dict[str, Callable[..., str]] = {
    "rss2": rss2, "rss091": rss091, "rss1": rss1, "atom": atom, "json": json_feed,
}  # fmt: skip


def titles(feed: Feed) -> list[str | None]:
    return [entry.title for entry in feed.entries]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same(name: str) -> None:
    feed = read_feed(FORMATS[name]().encode(), url="https://harbour.example/feed")
    assert titles(feed) == list(TITLES)
    assert [entry.url for entry in feed.entries] == [f"{URL}{number}" for number in range(1, 5)]
    assert feed.title == "Harbour Post"
    if name != "rss091":
        assert {entry.published_at for entry in feed.entries} == {AT}
        assert feed.home_url == URL
    if name in ("rss2", "atom", "json"):
        assert {entry.authors for entry in feed.entries} == {("Jane Doe",)}
        assert {entry.html for entry in feed.entries} == {"<p>Two sentences. The second one.</p>"}
    assert feed.problems == ()


def test_an_atom_feed_names_itself_its_hub_and_its_language() -> None:
    feed = read_feed(atom().encode())
    assert (feed.self_url, feed.hubs, feed.language) == (f"{URL}atom.xml", ("https://hub.example/",), "en")
    assert feed.entries[0].id == "urn:harbour:1"


def test_when_to_come_again() -> None:
    asked = "<ttl>30</ttl><skipHours><hour>1</hour><hour>2</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    feed = read_feed(rss2(channel=asked).encode())
    assert (feed.ttl, feed.skip_hours, feed.skip_days) == (1800, {0, 1, 2}, {6})


def test_media_and_full_text() -> None:
    extra = (
        "<media:content url='https://harbour.example/a.jpg' medium='image'><media:description>The ferry</media:description>"
        "<media:credit>J. Doe</media:credit></media:content><enclosure url='/b.png' type='image/png' length='1'/>"
        "<content:encoded><![CDATA[<p>The whole text, and more of it.</p>]]></content:encoded>"
    )
    entry = read_feed(rss2(extra=extra).encode(), url=URL).entries[0]
    assert entry.content == "<p>The whole text, and more of it.</p>"
    assert entry.images[0].url == "https://harbour.example/a.jpg"
    assert (entry.images[0].caption, entry.images[0].credit) == ("The ferry", "J. Doe")
    assert entry.images[1].url == "https://harbour.example/b.png"


def test_a_caption_is_not_the_text() -> None:
    extra = "<media:content url='https://h.example/a.jpg'><media:description>A caption of the picture that is long</media:description></media:content>"
    assert read_feed(rss2(extra=extra).encode()).entries[0].html == "<p>Two sentences. The second one.</p>"


DATES = [
    "", "yesterday-ish", "0000-00-00", "Thu, 31 Feb 2026 10:00:00 GMT", "18.06.2026", "99999-01-01", "1781784300",
    "Thu, 18 Jun 2026 25:61:00 +0200", "jeudi 18 juin 2026", "2026-06-18", "Jun 18 2026", "-1", "∞", "a" * 5000,
]  # fmt: skip
GUIDS = [
    "", "<guid></guid>", "<guid>same</guid>", "<guid isPermaLink='true'>not a url</guid>", "<id></id>", "<id>same</id>",
    f"<guid>{'g' * 5000}</guid>",
]  # fmt: skip
EXTRAS = [
    "<unknown:thing>x</unknown:thing>", "<title/>", "<pubDate/>", "<link/>", "<enclosure/>", "<media:content/>",
    "<category/>" * 200, "<source url='x'>Other Post</source>", "<media:group><media:content url='::'/></media:group>",
    "<itunes:image href='https://h.example/i.jpg'/>", "<author>jane@harbour.example (Jane Doe)</author>", "<!-- comment -->",
    "<georss:point>1 2</georss:point>", "<content:encoded/>", "<description/>", "<guid/>", "<![CDATA[loose text]]>",
]  # fmt: skip


def broken(name: str, source: str) -> dict[str, bytes]:
    """One feed broken in many ways that leave every title readable."""
    data = source.encode()
    end = {"rss2": b"</channel></rss>", "rss091": b"</channel></rss>", "rss1": b"</rdf:RDF>", "atom": b"</feed>"}.get(
        name
    )
    ways = {
        "leading blank lines": b"\r\n\r\n \t" + data,
        "byte order mark": b"\xef\xbb\xbf" + data,
        "trailing NULs": data + b"\0" * 20,
    }
    if name == "json":
        return ways | {"utf-8 escapes": json.dumps(json.loads(source), ensure_ascii=True).encode()}
    assert end is not None
    xml = {
        "no declaration": data[data.index(b"?>") + 2 :],
        "end missing": data.removesuffix(end),
        "end cut": data.removesuffix(end) + end[:4],
        "text after the end": data + b"<p>Served by cache 3</p>",
        "html comment first": b"<!-- cached -->" + data,
        "php warning first": b"Warning: Undefined index in feed.php on line 3\n" + data,
        "control characters": data.replace(b"Ferry", b"\x0bFerry\x08"),
        "bare ampersand": data.replace(b"Council &amp; court", b"Council & court"),
        "unknown entity": data.replace(b"Council &amp;", b"Council &amp;").replace(b"News</desc", b"&hellip;&bogus; News</desc"),
        "windows-1252 bytes": source.encode("cp1252"),
        "declared latin-1, utf-8 bytes": data.replace(b"utf-8", b"iso-8859-1", 1),
        "utf-16": source.replace("utf-8", "utf-16", 1).encode("utf-16"),
        "unknown charset": data.replace(b"utf-8", b"x-unknown-8", 1),
        "doctype": data.replace(b"?>", b"?><!DOCTYPE rss [<!ENTITY nbsp '&#160;'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>", 1),
        "stylesheet": data.replace(b"?>", b"?><?xml-stylesheet type='text/xsl' href='a.xsl'?>", 1),
        "titles in CDATA": data.replace(b"<title>Ferry runs again after the storm</title>",
                                        b"<title><![CDATA[Ferry runs again after the storm]]></title>"),
        "titles escaped twice": data.replace(b"Council &amp; court", b"Council &amp;amp; court"),
        "titles with tags": data.replace(b"Ferry runs", b"&lt;b&gt;Ferry&lt;/b&gt; runs"),
        "tag not closed": data.replace(b"<category>World</category>", b"<category>World", 1),
        "attributes without quotes": data.replace(b"version='2.0'", b"version=2.0"),
        "upper case ends": data.replace(b"</item>", b"</ITEM>", 1),
        "windows line ends": data.replace(b">", b">\r\n"),
    }  # fmt: skip
    return ways | xml


ODD = [
    (f"{name}: {way}", data) for name, make in FORMATS.items() for way, data in broken(name, make()).items()
] + [
    (f"{name}: date {date[:20]!r}", FORMATS[name](date=html.escape(date)).encode())
    for name in ("rss2", "atom", "json") for date in DATES
] + [
    (f"{name}: guid {guid[:30]!r}", FORMATS[name](guid=guid).encode()) for name in ("rss2", "atom") for guid in GUIDS
] + [
    (f"rss2: extra {extra[:40]!r} {way}", data)
    for extra in EXTRAS for way, data in broken("rss2", rss2(extra=extra)).items()
    if way in ("byte order mark", "end missing", "bare ampersand", "windows-1252 bytes", "no declaration", "php warning first",
               "windows line ends", "unknown charset", "text after the end")
]  # fmt: skip


def test_there_are_many_odd_feeds() -> None:
    assert len(ODD) >= 300


@pytest.mark.parametrize(("way", "data"), ODD, ids=[way for way, _ in ODD])
def test_no_entry_of_an_odd_feed_is_lost(way: str, data: bytes) -> None:
    feed = read_feed(data, url="https://harbour.example/feed")
    assert titles(feed) == list(TITLES)
    assert len({entry.id for entry in feed.entries}) == len(TITLES)


@pytest.mark.parametrize("name", FORMATS)
def test_a_feed_cut_anywhere_gives_what_was_whole(name: str) -> None:
    data = FORMATS[name]().encode()
    for cut in range(0, len(data), 37):
        part = data[:cut]
        try:
            found = titles(read_feed(part))
        except NotAFeed:
            assert name == "json" or part.count(b"</item>") + part.count(b"</entry>") == 0
            continue
        whole = part.count(b"</item>") + part.count(b"</entry>")
        assert found[:whole] == list(TITLES)[:whole]


@pytest.mark.parametrize(
    ("data", "found"),
    [(b"<!doctype html><html><head><title>x</title></head></html>", "html"), (b"<html><body>no</body></html>", "html"),
     (b"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "sitemap"),
     (b"", "text"), (b"Not found", "text"), (b"{}", "json"), (b"{not json", "json"), (gzip.compress(b"<rss/>"), "text"),
     (b"\x89PNG\r\n\x1a\n", "text")],
)  # fmt: skip
def test_what_is_no_feed_is_said(data: bytes, found: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        read_feed(data)
    assert caught.value.extra["found"] == found


def test_entities_do_not_explode_and_nothing_outside_is_read(tmp_path: object) -> None:
    levels = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'lol'}'>" for n in range(10))
    bomb = rss2(doctype=f"<!DOCTYPE rss [{levels}]>", channel="<copyright>&l9;</copyright>")
    began = time.process_time()
    feed = read_feed(bomb.encode())
    assert time.process_time() - began < 5
    assert titles(feed) == list(TITLES)
    outside = rss2(doctype="<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", extra="<category>&x;</category>")
    assert "root:" not in str(read_feed(outside.encode()))


def test_a_feed_of_ten_megabytes_is_read_whole() -> None:
    item = rss2().partition("<item>")[2].partition("</item>")[0]
    count = 10_000_000 // len(item) // 8
    many = "".join(
        f"<item>{item.replace('tag-1', f'tag-{n}').replace(URL + '1', f'{URL}{n}')}</item>" for n in range(count)
    )
    text = "x" * 8_700_000
    source = rss2(channel=f"<copyright>{text}</copyright>{many}").encode()
    assert len(source) > 9_500_000
    assert len(read_feed(source).entries) == count + 3


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"<rss><channel><item>", b"<feed><entry><title>", b'{"items":']))
def test_anything_at_all_is_a_feed_or_none(data: bytes, beginning: bytes) -> None:
    try:
        feed = read_feed(beginning + data, url=URL, content_type="text/xml; charset=\udcff")
    except NotAFeed:
        return
    assert all(entry.id for entry in feed.entries)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["id", "url", "title", "authors", "name", "tags", "date_published",
                                                       "content_html", "content_text", "image", "summary"]), inner))  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(JSON, max_size=5))
def test_a_json_feed_loses_no_object(items: list[object]) -> None:
    feed = read_feed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode())
    assert len(feed.entries) == sum(isinstance(item, dict) for item in items)
