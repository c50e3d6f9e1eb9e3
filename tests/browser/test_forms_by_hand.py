"""The forms of the sidebar under a real hand: keys, focus, and what is sent in the end."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from parley import Store
from tests.browser.conftest import Served, ask, choose_model, enter, rest, until

pytestmark = pytest.mark.browser


def field(page: Page, name: str, kind: str = "input") -> Locator:
    return page.locator(f".st-key-field-{name} {kind}").first


def unfold(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} summary").first.click()
    page.wait_for_timeout(300)
    rest(page)


def shown(page: Page, name: str) -> object:
    """What the JSON view of a field says."""
    text = field(page, name, "textarea").input_value()
    return json.loads(text) if text else None


def test_a_tool_is_described_with_the_keyboard_and_sent_as_it_is_shown(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    unfold(page, "group-Tools")
    unfold(page, "field-tools-form")
    page.locator(".st-key-field-tools-add button").click()
    page.get_by_text("Function", exact=True).last.click()
    field(page, "tools-0-function-name").fill("weather")
    for _ in ("its explanation", "the box"):
        page.keyboard.press("Tab")
    expect(field(page, "tools-0-function-description", "textarea")).to_be_focused()
    page.keyboard.type("Says the weather.")
    schema = field(page, "tools-0-function-parameters", "textarea")
    schema.fill('{"type": "object", }')
    schema.press("Control+Enter")
    expect(page.get_by_text("line 1, column 20").first).to_be_visible()
    expect(schema).to_have_value('{"type": "object", }')
    schema.fill('{"type": "object", "properties": {}}')
    schema.press("Control+Enter")
    function = {
        "name": "weather",
        "description": "Says the weather.",
        "parameters": {"type": "object", "properties": {}},
    }
    tools = [{"type": "function", "function": function}]
    until(lambda: shown(page, "tools") == tools, "the JSON view does not follow the form")
    ask(page, "3 tokens")
    with Store(f"sqlite:///{served.home}/parley.db") as kept:
        until(lambda: bool(kept.runs().rows), "nothing was sent")
        assert kept.run(kept.runs().rows[0].id).request.payload()["tools"] == tools


def test_json_and_form_follow_each_other(page: Page) -> None:
    unfold(page, "group-Model-and-routing")
    unfold(page, "field-provider-form")
    slugs = field(page, "provider-order")
    for slug in ("fireworks", "azure/eu"):
        enter(slugs, slug)
        expect(page.locator(".st-key-field-provider-order")).to_contain_text(slug)
    until(lambda: shown(page, "provider") == {"order": ["fireworks", "azure/eu"]}, "the JSON does not follow the form")
    text = field(page, "provider", "textarea")
    text.fill('{"sort": {"by": "price"}, "zdr": true}')
    text.press("Control+Enter")
    expect(field(page, "provider-sort-by")).to_have_value("price")
    expect(page.locator(".st-key-field-provider-order")).not_to_contain_text("fireworks")


def test_each_value_of_a_form_has_its_reset_on_its_own_label(page: Page) -> None:
    unfold(page, "group-Model-and-routing")
    text = field(page, "provider", "textarea")
    text.fill('{"order": ["a"], "only": ["b"], "zdr": true, "max_price": {"prompt": "1"}}')
    text.press("Control+Enter")
    unfold(page, "field-provider-form")
    unfold(page, "field-provider-max_price-fold")
    expect(page.locator(".st-key-field-provider-max_price-prompt-reset button")).to_be_visible()
    for name in ("order", "only", "zdr", "max_price-prompt"):
        reset = page.locator(f".st-key-field-provider-{name}-reset button").bounding_box()
        label = page.locator(f".st-key-field-provider-{name} [data-testid=stWidgetLabel]").first.bounding_box()
        assert reset is not None
        assert label is not None
        assert abs((reset["y"] + reset["height"] / 2) - (label["y"] + label["height"] / 2)) < 8
    page.locator(".st-key-field-provider-only-reset button").click()
    others = {"order": ["a"], "zdr": True, "max_price": {"prompt": "1"}}
    until(lambda: shown(page, "provider") == others, "the reset did not clear its own value")
