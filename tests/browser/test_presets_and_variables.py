"""Presets and template variables under a person's hand, which is quicker than the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from parley import Store
from tests.browser.conftest import Served, ask, choose_model, enter, prompt, rest, until

pytestmark = pytest.mark.browser


def store(served: Served) -> Store:
    return Store(f"sqlite:///{served.home}/parley.db")


def sent(served: Served) -> list[str]:
    kept = store(served)
    rows = reversed(kept.runs().rows)
    return [kept.run(row.id).request.payload()["messages"][-1]["content"] for row in rows]


@pytest.mark.parametrize("pause", [0, 50, 200])
def test_a_value_typed_the_moment_before_sending_is_sent(page: Page, served: Served, pause: int) -> None:
    choose_model(page, "scripted/text")
    prompt(page).fill("Say {{word}}, 5 tokens at 1000/s")
    page.locator(".st-key-variable-word textarea").fill("cheese")
    prompt(page).click()
    page.wait_for_timeout(pause)
    prompt(page).press("Enter")
    until(lambda: sent(served) == ["Say cheese, 5 tokens at 1000/s"], "it was never sent")
    expect(page.get_by_text("Sent with word = cheese")).to_be_visible()


def test_an_empty_variable_holds_back_once(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    ask(page, "5 tokens at 1000/s{{rest}}")
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    expect(prompt(page)).to_have_value("5 tokens at 1000/s{{rest}}")
    rest(page)
    prompt(page).press("Enter")
    until(lambda: sent(served) == ["5 tokens at 1000/s"], "it was never sent")


def test_a_preset_is_saved_exported_imported_and_loaded_with_the_keyboard(
    page: Page, served: Served, tmp_path: Path
) -> None:
    choose_model(page, "scripted/text")
    page.locator(".st-key-preset-save button").first.click()
    name = page.locator(".st-key-preset-name input")
    name.fill("Terse")
    name.press("Enter")
    expect(page.get_by_text("Saved “Terse”")).to_be_visible()
    page.locator(".st-key-preset-more button").first.click()
    with page.expect_download() as download:
        page.locator(".st-key-preset-export button").click()
    file = tmp_path / "presets.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["presets"][0]["request"] == {"model": "scripted/text"}
    page.locator(".st-key-preset-import input[type=file]").set_input_files(file)
    expect(page.get_by_text("Imported “Terse (2)”")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".st-key-session-new button").click(force=True)
    load = page.locator(".st-key-preset-load input")
    expect(load).to_have_value("")
    enter(load, "Terse (2)")
    expect(page.get_by_text("Loaded “Terse (2)”")).to_be_visible()
    expect(page.locator(".st-key-field-model input")).to_have_value("scripted/text")
    page.locator(".st-key-preset-undo button").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
