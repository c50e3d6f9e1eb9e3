"""Every screen for every eye and ear: each text reaches WCAG AA by day and by night, each control says what it is, nothing is wider
than its window, and one heading stands above all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Served, rest
from tests.browser.looks import faint, looks, nameless, sideways, unfold

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tab(window: BrowserContext) -> Page:
    return window.new_page()


def notebook(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/?c=s1")
    tab.locator("[data-testid=stChatMessage]").nth(9).wait_for()


def lanes(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/?c=s2")
    tab.get_by_text("Difference, word by word").wait_for()
    rest(tab)
    tab.get_by_text("Difference, word by word").click()
    tab.locator("[class*='-difference-text'] strong").first.wait_for()
    tab.locator("[class*='-difference-text'] del").first.wait_for()


def history(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/history")
    opener = tab.locator(".st-key-history-open input")
    # At the lower edge of a screen the page scrolls to show what has the focus, and Streamlit closes a list that scrolls.
    opener.evaluate("box => box.scrollIntoView({ block: 'center' })")
    opener.click()
    tab.get_by_role("option").first.wait_for()
    tab.keyboard.press("Enter")
    tab.locator(".st-key-history-details").wait_for()


def models(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/models")
    tab.locator(".st-key-models-table [data-testid=stDataFrame]").wait_for()


def model(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/models?model=scripted/priced")
    tab.locator(".st-key-prefer-only-scripted-south").wait_for()
    tab.locator(".st-key-prefer-only-scripted-north").get_by_role("button").click()
    tab.wait_for_timeout(1000)


def settings(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/settings")
    tab.get_by_text("Save and test").wait_for()


def presented(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/present?c=s1&at=1")
    tab.get_by_text("A note.").wait_for()


def presented_lanes(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/present?c=s2&at=1")
    tab.locator(".st-key-present-screen button").wait_for(state="attached")


ON_STAGE = (presented, presented_lanes)
"""What is presented stands alone: a cell has no heading but its own words."""


@pytest.mark.parametrize(
    "visit",
    [notebook, lanes, history, models, model, settings, presented, presented_lanes],
    ids=lambda visit: visit.__name__,
)
def test_a_screen_is_for_everybody(tab: Page, told: Served, visit: Callable[[Page, Served], None]) -> None:
    tab.set_viewport_size({"width": 1400, "height": 12_000})
    visit(tab, told)
    expect(tab.get_by_role("heading", level=1)).to_have_count(0 if visit in ON_STAGE else 1)
    for look in looks(tab):
        assert sideways(tab) == 0, look
        unfold(tab)
        assert faint(tab) == "", look
        if look.startswith("dark"):
            assert nameless(tab) == [], look


def test_what_floats_over_the_page_can_be_read(tab: Page, told: Served) -> None:
    """It lies outside of the page, and knows nothing of its day and night."""
    tab.set_viewport_size({"width": 1400, "height": 12_000})
    tab.goto(f"{told.url}/history")
    table = tab.locator(".st-key-history-table [data-testid=stDataFrame]")
    table.click(position={"x": 18, "y": 52})
    tab.get_by_text("1 run picked").wait_for()
    tab.locator(".st-key-history-mark button").first.click()
    tab.get_by_text("Give a star").click()
    chosen = tab.locator("[role=radio][aria-checked=true]").filter(has_text="Give a star")
    chosen.wait_for()
    for look in looks(tab):
        assert faint(tab) == "", look
        assert chosen.is_visible()
