"""The main job, end to end, as a person does it: what only a browser shows."""

from __future__ import annotations

import json
import sqlite3

import pytest
from playwright.sync_api import Page, Route, expect

from parley import Store
from tests.browser.conftest import Served, ask, choose_model, prompt, until

pytestmark = pytest.mark.browser
SLOW = "900 tokens at 20/s"


def store(served: Served) -> Store:
    return Store(f"sqlite:///{served.home}/parley.db")


def outcomes(served: Served) -> list[str]:
    with sqlite3.connect(f"file:{served.home}/parley.db?mode=ro", uri=True) as database:
        return [row[0] for row in database.execute("SELECT outcome FROM runs ORDER BY sequence")]


def drafts(served: Served) -> list[str]:
    kept = store(served)
    return [kept.session(row.id).draft for row in kept.sessions()]


def look_away_and_back(page: Page) -> None:
    """As slowly as a finger presses and lifts."""
    page.get_by_role("link", name="History").click(delay=80)
    page.locator(".st-key-history-empty").wait_for()
    page.get_by_role("link", name="Notebook").click(delay=80)


def streaming(page: Page) -> None:
    """Wait until an answer is being painted."""
    page.locator("[class*='st-key-stop-'] button").wait_for()
    page.get_by_test_id("stChatMessage").nth(1).wait_for()


def answer(page: Page) -> str:
    return page.locator("[data-testid=stChatMessage]").last.inner_text()


def ended(page: Page) -> None:
    page.locator("[class*='st-key-stop-']").wait_for(state="detached")


def test_a_slider_moved_and_a_page_switched_do_not_disturb_the_answer(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    ask(page, "150 tokens at 40/s")
    streaming(page)
    page.get_by_text("Sampling", exact=False).first.click()
    field = page.locator(".st-key-field-temperature input")
    field.fill("0.5")
    field.press("Enter")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Notebook").click()
    ended(page)
    until(lambda: outcomes(served) == ["complete"], "the run did not complete")
    assert len(answer(page)) > 300


def test_stop_acts_within_a_second_and_keeps_the_text(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    ask(page, SLOW)
    streaming(page)
    page.locator("[class*='st-key-stop-'] button").click()
    until(lambda: outcomes(served) == ["stopped"], "the run was not stopped", patience=3)
    ended(page)
    expect(page.get_by_text("Stopped", exact=False).first).to_be_visible()


def test_sidebar_and_draft_survive_a_reload(page: Page, served: Served) -> None:
    page.get_by_text("Length and stop", exact=False).first.click()
    field = page.locator(".st-key-field-max_tokens input")
    field.fill("123")
    field.press("Enter")
    prompt(page).press_sequentially("half a thought")
    page.wait_for_timeout(1000)
    page.reload()
    expect(prompt(page)).to_have_value("half a thought")
    page.get_by_text("Length and stop", exact=False).first.click()
    expect(page.locator(".st-key-field-max_tokens input")).to_have_value("123")


def test_everything_is_still_there_after_a_restart(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    ask(page, "20 tokens at 500/s")
    until(lambda: outcomes(served) == ["complete"], "the run did not complete")
    said = answer(page)
    served.stop()
    served.start()
    page.goto(served.url)
    expect(page.locator("[data-testid=stChatMessage]").last).to_contain_text(said.split()[0])
    page.get_by_role("link", name="History").click()
    page.locator(".st-key-history-table").wait_for()


def test_the_key_is_nowhere_in_the_page_or_the_database(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    ask(page, "5 tokens")
    until(lambda: outcomes(served) == ["complete"], "the run did not complete")
    held = page.content() + json.dumps(page.evaluate("({...localStorage, ...sessionStorage, url: location.href})"))
    on_disk = b"".join(file.read_bytes() for file in served.home.rglob("*") if file.is_file())
    assert "c0ffeec0ffee" not in held
    assert b"c0ffeec0ffee" not in on_disk


def test_a_prompt_that_was_sent_is_no_draft_any_more(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    prompt(page).press_sequentially("5 tokens", delay=20)
    page.wait_for_timeout(800)
    prompt(page).press_sequentially(" at 500/s", delay=20)
    prompt(page).press("Enter")
    until(lambda: outcomes(served) == ["complete"], "the run did not complete")
    page.wait_for_timeout(800)
    page.reload()
    page.get_by_text("Run again").wait_for()
    expect(prompt(page)).to_have_value("")


def test_a_draft_is_there_again_after_a_look_at_another_page(page: Page, served: Served) -> None:
    prompt(page).press_sequentially("half a thought")
    until(lambda: drafts(served) == ["half a thought"], "the draft was never kept")
    look_away_and_back(page)
    expect(prompt(page)).to_have_value("half a thought")


def test_a_draft_is_kept_though_the_page_was_left_at_once(page: Page, served: Served) -> None:
    prompt(page).press_sequentially("half a thought")
    until(lambda: drafts(served) == ["half a thought"], "the draft was never kept")
    page.wait_for_timeout(1_000)
    prompt(page).press_sequentially(", and more")
    look_away_and_back(page)
    expect(prompt(page)).to_have_value("half a thought, and more")


def test_what_was_typed_before_the_page_was_complete_is_a_draft_too(page: Page, served: Served) -> None:
    held: list[Route] = []
    page.route("**/draft*.js*", lambda route: held.append(route))
    page.reload()
    prompt(page).press_sequentially("half a thought")
    until(lambda: page.wait_for_timeout(50) or bool(held), "the script was never asked for")
    held.pop().continue_()
    until(lambda: drafts(served) == ["half a thought"], "the draft was never kept")


def test_a_prompt_that_was_sent_is_seen_wherever_the_page_stood(page: Page) -> None:
    choose_model(page, "scripted/text")
    for words in ("400 tokens at 2000/s", "Once more, 400 tokens at 2000/s"):
        ask(page, words)
        said = page.get_by_test_id("stChatMessage").filter(has_text=words)
        expect(said).to_be_in_viewport()
        expect(page.get_by_text("Run again").last).to_be_attached()
        expect(page.locator("[class*='st-key-stop-'] button")).to_have_count(0)
        page.get_by_test_id("stMain").evaluate("one => one.scrollTo(0, 0)")
