"""What is said of an answer can be read by day and by night: its verdict, its tree, and its tokens, which stand in a root of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, rest
from tests.browser.judged_screens import judged, look_at
from tests.browser.test_contrast import FAINT

pytestmark = pytest.mark.browser
WITHIN = FAINT.replace("document.elementFromPoint", "one.getRootNode().elementFromPoint")
IN_ITS_ROOT = f"""() => {{
  const roots = [...document.querySelectorAll("*")].map((one) => one.shadowRoot)
  const root = roots.find((one) => one?.querySelector(".tokens"))
  return ({WITHIN.replace("createTreeWalker(document.body", "createTreeWalker(root")})()
}}"""


@pytest.fixture(params=["light", "dark"])
def tab(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Page]:
    judged(served.home)
    context = browser.new_context(viewport={"width": 390, "height": 3_000}, color_scheme=request.param)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{served.url}/?c=j")
    page.locator(".st-key-view-r").wait_for()
    rest(page)
    yield page
    context.close()


def faint(page: Page, look: str = FAINT) -> list[str]:
    page.mouse.move(0, 0)
    texts = page.evaluate(look)
    assert len(texts) > 20
    return [f"{one['ratio']} {one['text']!r} in {one['where']}" for one in texts if not one["enough"]]


def test_a_verdict_and_a_tree_can_be_read_and_fit_a_phone(tab: Page) -> None:
    look_at(tab, "Tree")
    tab.get_by_test_id("stJson").get_by_text("er").first.wait_for()
    assert faint(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == 390


def test_tokens_and_what_else_was_likely_can_be_read_and_fit_a_phone(tab: Page) -> None:
    look_at(tab, "Tokens")
    tab.locator(".tokens [role=button]").nth(20).click()
    tab.locator(".panel").wait_for()
    assert faint(tab, IN_ITS_ROOT) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
