"""The sidebar in a real browser: what is wrong is mended with a click, and nobody is thrown out of a field meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served, enter

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(lasting: Served) -> Served:
    return lasting


def unfold(page: Page, group: str) -> None:
    page.locator(f".st-key-group-{group} summary").first.click()


def box(page: Page, field: str) -> Locator:
    return page.locator(f".st-key-field-{field} input").first


def typed(page: Page, field: str, text: str) -> None:
    enter(box(page, field), text)


def test_a_conflict_is_mended_with_one_click_and_the_header_counts(page: Page) -> None:
    unfold(page, "Output-format")
    typed(page, "top_logprobs", "3")
    expect(page.get_by_text("it needs logprobs to be true")).to_be_visible()
    expect(page.locator(".st-key-panel-count")).to_have_text("1 set")
    page.get_by_role("button", name="Set logprobs").click()
    expect(page.get_by_text("it needs logprobs to be true")).to_be_hidden()
    expect(page.locator(".st-key-panel-count")).to_have_text("2 set")
    page.locator(".st-key-panel-reset button").click()
    expect(page.locator(".st-key-panel-count")).to_have_text("Nothing set")
    expect(box(page, "top_logprobs")).to_have_value("")


def test_typing_goes_on_while_the_fold_that_was_just_opened_fills(page: Page) -> None:
    unfold(page, "Sampling")
    box(page, "temperature").click()
    page.keyboard.type("0.5", delay=120)
    expect(page.locator(".st-key-field-temperature-more button")).to_be_visible()
    expect(box(page, "temperature")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-field-temperature-reset button")).to_be_visible()
    expect(box(page, "temperature")).to_be_focused()
    expect(box(page, "temperature")).to_have_value("0.5")


def test_menu_and_reset_lie_on_the_line_of_the_label(page: Page) -> None:
    unfold(page, "Sampling")
    typed(page, "temperature", "0.5")
    label = page.locator(".st-key-field-temperature [data-testid=stWidgetLabel] p").bounding_box()
    for part in ("more", "reset"):
        button = page.locator(f".st-key-field-temperature-{part} button")
        expect(button).to_be_visible()
        place = button.bounding_box()
        assert place is not None
        assert label is not None
        assert abs((place["y"] + place["height"] / 2) - (label["y"] + label["height"] / 2)) < 8
        assert place["x"] > label["x"] + label["width"]


@pytest.mark.parametrize("spelling", ["maxTokens", "max tokens", "max_output_tokens"])
def test_a_field_is_found_by_its_older_names(page: Page, spelling: str) -> None:
    page.locator(".st-key-panel-find input").fill(spelling)
    expect(box(page, "max_completion_tokens")).to_be_visible()
    expect(box(page, "temperature")).to_have_count(0)


def test_raw_json_says_what_it_overrides_and_where_it_is_broken(page: Page) -> None:
    unfold(page, "Sampling")
    typed(page, "temperature", "0.5")
    unfold(page, "Raw-JSON")
    raw = page.locator(".st-key-raw-json textarea")
    raw.fill('{"temperature": 1,\n "verbosity" "low"}')
    raw.press("Control+Enter")
    expect(page.get_by_text("line 2, column 14")).to_be_visible()
    raw.fill('{"temperature": 1, "verbosity": "low"}')
    raw.press("Control+Enter")
    expect(page.get_by_text("Overrides Temperature.")).to_be_visible()
    expect(page.locator(".st-key-panel-count")).to_have_text("1 set · 1 raw key")
