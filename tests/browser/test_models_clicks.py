"""The Models page under a pointer: from the list to a model, to the session's preferences, to the request that arrives."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from parley import Store
from tests.browser.conftest import Served, ask, enter, prompt, until

pytestmark = pytest.mark.browser


@pytest.fixture
def page(blank: Page) -> Page:
    """Every test goes where it wants to."""
    return blank


FIRST_ROW = (60, 52)


def listed(page: Page, url: str) -> None:
    page.goto(f"{url}/models")
    page.locator(".st-key-models-table [data-testid=stDataFrame]").wait_for()


def test_a_model_is_found_opened_and_asked_over_one_endpoint(page: Page, served: Served) -> None:
    listed(page, served.url)
    page.locator(".st-key-models-search input").fill("three endpoints")
    expect(page.get_by_text("1 of ")).to_be_visible()
    page.wait_for_timeout(800)
    page.locator(".st-key-models-table [data-testid=stDataFrame]").click(
        position={"x": FIRST_ROW[0], "y": FIRST_ROW[1]}
    )
    expect(page.get_by_text("Scripted: three endpoints with prices").first).to_be_visible()
    assert "model=scripted" in page.url
    page.locator(".st-key-prefer-only-scripted-south").get_by_role("button").click()
    expect(page.locator(".st-key-prefer-only-scripted-south button[kind=primary]").first).to_be_visible()
    page.locator(".st-key-models-use button").click()
    prompt(page).wait_for()
    expect(page.locator(".st-key-field-model input")).to_have_value("scripted/priced")
    ask(page, "3 tokens at 100/s")
    page.get_by_text("Run again").wait_for()
    body = sent(served)
    assert body["model"] == "scripted/priced"
    assert body["provider"] == {"only": ["scripted-south"]}
    expect(page.get_by_text("Scripted South").first).to_be_visible()


def sent(served: Served) -> dict[str, object]:
    """The body of the only request that went out."""
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        until(lambda: len(store.runs().rows) == 1, "nothing was sent")
        body: dict[str, object] = store.run(store.runs().rows[0].id).request.payload()
        return json.loads(json.dumps(body))


def test_a_model_is_opened_by_keyboard_and_by_its_address(page: Page, served: Served) -> None:
    listed(page, served.url)
    box = page.locator(".st-key-models-open input")
    box.click()
    enter(box, "vendor/of-tomorrow:nitro")
    expect(page.get_by_text("not in this connection's list")).to_be_visible()
    page.goto(f"{served.url}/models?model=scripted%2Fpriced-20260101")
    expect(page.get_by_text("Scripted: three endpoints with prices").first).to_be_visible()
    page.locator(".st-key-models-all button").click()
    expect(page.locator(".st-key-models-table [data-testid=stDataFrame]")).to_be_visible()


def test_a_phone_scrolls_the_tables_but_never_the_page(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    listed(page, served.url)
    wide = "e => e.scrollWidth - e.clientWidth"
    assert page.locator("[data-testid=stMain]").evaluate(wide) == 0
    page.goto(f"{served.url}/models?model=scripted/priced")
    page.locator(".st-key-prefer-only-scripted-south").wait_for()
    assert page.locator("[data-testid=stMain]").evaluate(wide) == 0
    assert page.locator("html").evaluate(wide) == 0
