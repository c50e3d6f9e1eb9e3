"""What is said of an answer can be read by day and by night: its verdict, its tree, and its tokens, which stand in a root of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Served, rest
from tests.browser.judged_screens import judged, look_at
from tests.browser.looks import FAINT, Look, faint, looks, sideways

pytestmark = pytest.mark.browser
WITHIN = FAINT.replace("document.elementFromPoint", "one.getRootNode().elementFromPoint")
PHONE: tuple[Look, ...] = (("light", 390), ("dark", 390))
IN_ITS_ROOT = f"""() => {{
  const roots = [...document.querySelectorAll("*")].map((one) => one.shadowRoot)
  const root = roots.find((one) => one?.querySelector(".tokens"))
  return ({WITHIN.replace("createTreeWalker(document.body", "createTreeWalker(root")})()
}}"""


@pytest.fixture
def tab(blank: Page, served: Served) -> Page:
    judged(served.home)
    blank.set_viewport_size({"width": 390, "height": 3_000})
    blank.goto(f"{served.url}/?c=j")
    blank.locator(".st-key-view-r").wait_for()
    rest(blank)
    return blank


def test_a_verdict_a_tree_and_tokens_can_be_read_and_fit_a_phone(tab: Page) -> None:
    look_at(tab, "Tree")
    tab.get_by_test_id("stJson").get_by_text("er").first.wait_for()
    for look in looks(tab, *PHONE):
        assert (faint(tab), sideways(tab)) == ("", 0), look
    look_at(tab, "Tokens")
    tab.locator(".tokens [role=button]").nth(20).click()
    tab.locator(".panel").wait_for()
    for look in looks(tab, *PHONE):
        assert (faint(tab, IN_ITS_ROOT), sideways(tab)) == ("", 0), look
