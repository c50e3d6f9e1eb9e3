"""A finger on the screen that leaves the prompt box by tapping a button; what the server makes of it is in tests/ui/test_clicks.py."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ask, choose_model, prompt

pytestmark = pytest.mark.browser

A_TAP = """button => {
    button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }))
    button.click()
}"""
"""A finger that is gone before what it left was told."""


def test_a_tap_that_leaves_a_draft_is_heard(page: Page) -> None:
    choose_model(page, "scripted/echo")
    ask(page, "First")
    page.get_by_text("Run again").wait_for()
    prompt(page).fill("A draft")
    page.locator(".st-key-session-new button").evaluate(A_TAP)
    page.locator(".st-key-sample").wait_for()
