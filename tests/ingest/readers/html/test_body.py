"""The text of a page: whole, whatever its classes are called and however much script surrounds it."""

from __future__ import annotations

from tests.ingest.readers.html.pages import HEADLINE, PARAGRAPHS, TEXT, page, read

SCRIPT = f"<script>var data = '{'x' * 60_000}'</script>"
RELATED = "".join(
    f'<div class="related"><p>Read also what the council said of mill number {i}, and of the boats.</p></div>'
    for i in range(4)
)


def test_scripts_do_not_make_the_text_small() -> None:
    html = f'<html><body>{SCRIPT}<div class="paywall content-sidebar"><h1>{HEADLINE}</h1>{TEXT}</div>{SCRIPT}</body></html>'
    assert read(html).paragraphs == PARAGRAPHS


def test_systems_that_call_each_paragraph_a_widget() -> None:
    widgets = "".join(f'<div class="site-widget"><p>{paragraph}</p></div>' for paragraph in PARAGRAPHS)
    html = f"<html><head><title>{HEADLINE}</title></head><body>{widgets}{RELATED}</body></html>"
    assert set(PARAGRAPHS) <= set(read(html).paragraphs)


def test_boxes_with_other_articles_are_no_text() -> None:
    body = read(page(after=RELATED)).body
    assert "Read also" not in body
    assert PARAGRAPHS[-1] in body


def test_subheadings_and_points_between_paragraphs_stay() -> None:
    middle = f"<h2>Lost and found</h2><p>{PARAGRAPHS[0]}</p><ul><li>Barrel</li><li>Boat</li></ul><p>{PARAGRAPHS[1]}</p>"
    html = page(after=middle + f"<p>{PARAGRAPHS[2]}</p>")
    found = read(html).paragraphs
    for text in ("Lost and found", "Barrel", "Boat"):
        assert text in found


def test_comments_are_not_taken_for_a_long_article() -> None:
    comments = "".join(
        f"<li><p>I do not believe a word of this, said reader {i}, and I was there.</p></li>" for i in range(60)
    )
    html = page(after=f'</article><section id="comments"><ol>{comments}</ol></section><article>')
    assert "I do not believe" not in read(html).body
