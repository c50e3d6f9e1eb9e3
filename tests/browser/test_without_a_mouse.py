"""For whoever uses no mouse, or no screen, or a small one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, choose_model, prompt
from tests.browser.test_contrast import history, notebook, settings

pytestmark = pytest.mark.browser
CONTROLS = {
    "button",
    "checkbox",
    "combobox",
    "link",
    "menuitem",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
}
VISITS = pytest.mark.parametrize("visit", [notebook, history, settings], ids=lambda visit: visit.__name__)


@pytest.fixture(params=[1400, 390])
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())")
    page.wait_for_timeout(1000)


def names(page: Page) -> Iterator[tuple[str, str]]:
    """Role and name of every control, as a screen reader is told them."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    for node in tree["nodes"]:
        role = node.get("role", {}).get("value")
        if role in CONTROLS and not node["ignored"]:
            yield role, node.get("name", {}).get("value", "")


@VISITS
def test_every_control_says_what_it_is(tab: Page, told: Served, visit: Callable[[Page, Served], None]) -> None:
    visit(tab, told)
    unfold(tab)
    said = list(names(tab))
    assert len(said) > 5
    assert [one for one in said if not one[1].strip() or one[1].endswith(" icon")] == []


@VISITS
def test_no_page_scrolls_sideways(tab: Page, told: Served, visit: Callable[[Page, Served], None]) -> None:
    visit(tab, told)
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@VISITS
def test_every_page_has_one_heading_above_all(tab: Page, told: Served, visit: Callable[[Page, Served], None]) -> None:
    visit(tab, told)
    expect(tab.get_by_role("heading", level=1)).to_have_count(1)


def test_a_prompt_is_asked_stopped_and_asked_again_by_keyboard(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    page.reload()
    expect(prompt(page)).to_be_focused()
    page.keyboard.type("300 tokens at 20/s")
    page.keyboard.press("Enter")
    reach(page, "Stop")
    page.keyboard.press("Enter")
    page.get_by_text("You stopped this answer").wait_for()
    reach(page, "Run again")
    page.keyboard.press("Enter")
    page.get_by_text("Attempt 2 of 2").wait_for()


def reach(page: Page, name: str) -> None:
    """Go back from where the focus is until a button of that name has it."""
    button = page.get_by_role("button", name=name)
    button.wait_for()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if button.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")
