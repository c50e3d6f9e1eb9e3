"""For whoever uses no mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import choose_model, prompt

pytestmark = pytest.mark.browser


def test_a_prompt_is_asked_stopped_and_asked_again_by_keyboard(page: Page) -> None:
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
