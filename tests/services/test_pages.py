"""The pages people see, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.services.service import Service, service

pytestmark = pytest.mark.services
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("pages") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, "--disable-sync"], headless=True)
        yield found
        found.close()


def _is_complaint(message: ConsoleMessage) -> bool:
    """An error of a script or the content policy; that a page has an error status, the test itself looks at."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture
def page(browser: Browser, running: Service) -> Iterator[Page]:
    """A page of the service; what its scripts complain about, and what it fetches from elsewhere, fails the test."""
    context = browser.new_context(base_url=running.address)
    found = context.new_page()
    complaints: list[str] = []
    found.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((running.address, "data:", "blob:"))
            else complaints.append(f"fetched {request.url}")
        ),
    )
    yield found
    context.close()
    assert not complaints


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/", "newsapi"),
        ("/v1/articles", "Articles"),
        ("/v1/aggregations?by=source", "Aggregations"),
        ("/v1/entities", "Entities"),
        ("/v1/topics", "Topics"),
        ("/v1/sources", "Sources"),
        ("/docs", "Guide"),
        ("/docs/query", "The query language"),
        ("/docs/errors", "Errors"),
    ],
)
def test_every_page_opens_and_explains_itself(page: Page, address: str, heading: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok
    assert page.locator("h1").first.inner_text() == heading


def test_the_reference_works_offline(page: Page) -> None:
    page.goto("/docs/reference")
    page.get_by_text("/v1/articles", exact=True).first.wait_for()


def test_a_filter_form_narrows_the_list(page: Page) -> None:
    page.goto("/v1/articles")
    page.get_by_label("Language", exact=True).fill("sq")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/v1/articles?language=sq")
    assert page.locator(".cards li").count() == 8


def test_a_misspelt_value_is_explained_on_the_page(page: Page) -> None:
    page.goto("/v1/topics")
    answer = page.goto("/v1/articles?topic=politcs", wait_until="domcontentloaded")
    assert answer is not None
    assert answer.status == 400
    assert "politics" in page.get_by_role("alert").inner_text()


def test_log_in_paste_an_article_and_see_it(browser: Browser, running: Service) -> None:
    context = browser.new_context(base_url=running.address)
    page = context.new_page()
    page.goto("/v1/documents")
    page.get_by_role("link", name="Log in", exact=True).first.click()
    page.get_by_label("API key").fill(running.key)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/v1/documents")
    page.get_by_label("As it was scraped, menus and all").fill(
        "Tide Times\n\nWorld\n\nLighthouse keepers meet in Oslo\n\nLighthouse keepers meet in\n\n"
        "Lighthouse keepers from Norway, Scotland and Chile met in Oslo on Tuesday to talk about fog.\n\n"
        "“We have a lot in common, mostly stairs,” said Nils Aasen.\n\nLatest news"
    )
    page.get_by_role("button", name="Structure it").click()
    page.wait_for_url("**/v1/articles/*")
    shown = page.locator("pre.json").inner_text()
    assert "Lighthouse keepers meet in Oslo" in shown
    assert "Latest news" not in shown
    context.close()


def test_a_phone_sees_no_sideways_scrolling(browser: Browser, running: Service, tmp_path: Path) -> None:
    context = browser.new_context(base_url=running.address, viewport={"width": 375, "height": 700})
    page = context.new_page()
    for address in ("/v1/articles?q=the", "/v1/aggregations?by=topic", "/docs"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, address
    context.close()


ACCESSIBLE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PAGES = (
    "/v1/", "/v1/articles?q=the&limit=5", "/v1/articles?topic=politcs", "/v1/aggregations?by=source", "/v1/entities", "/v1/topics",
    "/v1/sources", "/v1/documents", "/v1/timeline", "/v1/trending", "/v1/cooccurrence", "/v1/map", "/v1/suggest?q=e", "/v1/changes",
    "/v1/query?q=school", "/login", "/docs", "/docs/query",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_in_light_and_dark(
    browser: Browser, running: Service, scheme: Literal["light", "dark"]
) -> None:
    """WCAG 2.2, levels A and AA, as far as axe can tell."""
    # axe is put into the page as a script, which the pages' own policy forbids.
    context = browser.new_context(base_url=running.address, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    with running.client() as client:
        article = client.get("/v1/articles", params={"limit": 1}).json()["results"][0]["id"]
    wrong = {}
    for address in (*PAGES, f"/v1/articles/{article}"):
        page.goto(address)
        found = Axe().run(page, options=ACCESSIBLE).response["violations"]
        if found:
            wrong[address] = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
    context.close()
    assert not wrong


def test_an_article_is_read_with_its_entities_marked(page: Page) -> None:
    page.goto("/v1/articles?q=Senate&limit=1")
    page.locator(".headline").first.click()
    mention = page.locator(".reading a.mention").first
    entity = mention.get_attribute("title")
    assert entity is not None
    mention.click()
    page.wait_for_url("**/v1/articles?entity=*")
    assert page.locator(".cards li").count() >= 1
    assert entity.partition(": ")[2] in page.locator(".cards").inner_text()


def test_names_are_suggested_while_one_writes(page: Page) -> None:
    page.goto("/v1/articles")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    field = page.get_by_label("Entity", exact=True)
    field.press_sequentially("Norway, Germ")
    option = page.locator("#f-entity-names option[value='Norway, Germany']")
    option.wait_for(state="attached")
    field.fill(option.get_attribute("value") or "")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/v1/articles?entity=*")
    assert page.locator(".cards li").count() >= 2
