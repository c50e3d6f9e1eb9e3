"""Answers judged in a real browser: the verdict by a schema, and a fork from one token, on scripted models and on the local one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from parley import ChatRequest, Session, Store
from parley.connection import LOCAL
from parley.notebook import Run
from tests.browser.conftest import Served, ask, prompt, rest

pytestmark = pytest.mark.browser


@pytest.fixture
def page(blank: Page) -> Page:
    """Every test goes where it wants to."""
    return blank


PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
BY_SCHEMA = {"type": "json_schema", "json_schema": {"name": "person", "schema": PERSON}}
RATED = {"logprobs": True, "top_logprobs": 4, "temperature": 0, "max_completion_tokens": 24}


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Served]:
    """Parley as it comes, with the language model of this machine."""
    model = os.environ.get("PARLEY_MODEL") or ""
    if not Path(model).is_file():
        pytest.skip("no weights at hand: PARLEY_MODEL names the file")
    served = Served(tmp_path / "home", PARLEY_MODEL=model)
    yield served
    served.stop()


def opened(page: Page, served: Served, store: Store, **settings: Any) -> None:
    """A session with these settings, on the page."""
    session = store.save(Session(id="judged", title="Judged", settings=ChatRequest.parse(settings)))
    page.goto(f"{served.url}/?c={session.id}")
    prompt(page).wait_for()
    rest(page)


def ended(page: Page) -> None:
    expect(page.locator("[class*='st-key-cell-'][class*='-run'] button")).to_be_visible(timeout=60_000)
    rest(page)


def look_at(page: Page, way: str) -> None:
    page.locator("[class*='st-key-view-']").get_by_role("radio", name=way).click()
    rest(page)


def tokens(page: Page) -> Locator:
    return page.locator(".tokens [role=button]")


def latest(store: Store) -> Run:
    return store.run(store.runs().rows[0].id)


ANOTHER = "button[aria-label^='Fork with']:not(:disabled)"


def forked(page: Page, store: Store, by: str = ANOTHER) -> Run:
    """Fork from the third token by the first such button, which is an alternative that did not come; gives the run in the fork."""
    before = latest(store)
    look_at(page, "Tokens")
    tokens(page).nth(2).click()
    page.locator(f".panel {by}").first.click()
    expect(page.locator(".st-key-kin")).to_be_visible(timeout=60_000)
    ended(page)
    run = latest(store)
    assert run.session_id != before.session_id
    assert run.prefill
    assert run.request.payload()["messages"][-1] == {"role": "assistant", "content": run.prefill}
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text(run.prefill)
    return run


def test_a_verdict_names_what_is_wrong_and_the_tree_shows_it(page: Page, served: Served, store: Store) -> None:
    opened(page, served, store, model="scripted/json", response_format=BY_SCHEMA)
    ask(page, "Invent somebody")
    expect(page.locator("[class*='st-key-judged-']")).to_contain_text("Valid")
    ended(page)
    look_at(page, "Tree")
    expect(page.get_by_test_id("stJson")).to_contain_text("scripted")
    look_at(page, "Text")
    expect(page.get_by_test_id("stJson")).to_have_count(0)


def test_an_alternative_forks_the_session_from_its_token(page: Page, served: Served, store: Store) -> None:
    opened(page, served, store, model="scripted/logprobs", **RATED)
    ask(page, "Go on")
    ended(page)
    first = latest(store)
    run = forked(page, store)
    assert run.cell_id == first.cell_id
    assert run.request.payload()["top_logprobs"] == 4
    page.locator("[class*='st-key-parent-'] button").click()
    expect(page.locator(".st-key-kin")).to_contain_text("Fork at cell 1")


def test_an_answer_goes_on_anew_from_before_a_token(page: Page, served: Served, store: Store) -> None:
    opened(page, served, store, model="scripted/logprobs", logprobs=True)
    ask(page, "Go on")
    ended(page)
    first = latest(store)
    run = forked(page, store, by=".again")
    assert first.reply.text.startswith(run.prefill)


def test_tokens_are_walked_and_opened_from_the_keyboard(page: Page, served: Served, store: Store) -> None:
    opened(page, served, store, model="scripted/logprobs", **RATED)
    ask(page, "Go on")
    ended(page)
    look_at(page, "Tokens")
    tokens(page).first.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(tokens(page).nth(2)).to_be_focused()


@pytest.mark.model
def test_the_local_model_is_rated_forked_and_held_against_a_schema(browser: Browser, local: Served) -> None:
    store = Store(f"sqlite:///{local.home}/parley.db")
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    opened(page, local, store, **RATED)
    ask(page, "What is the capital of France?")
    ended(page)
    run = forked(page, store)
    assert run.connection == LOCAL.name
    assert run.reply.logprobs
    look_at(page, "Tokens")
    expect(page.locator(".tokens .lead")).to_have_text(run.prefill)
    context.close()
    store.close()
