"""Tool calls in a real browser: answered by hand, by themselves, through a reload, in lanes, and on the local model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from parley import Store
from parley.notebook import Fixture, Run, Session
from parley.request import ChatRequest
from tests.browser.conftest import Served, prompt, rest

pytestmark = pytest.mark.browser


@pytest.fixture
def page(blank: Page) -> Page:
    """Every test goes where it wants to."""
    return blank


CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOLS = [{"type": "function", "function": {"name": name, "parameters": CITY}} for name in ("weather", "tides")]
WARM = Fixture(tool="weather", result='{"degrees": 17}')
Opened = Callable[..., None]


def start(page: Page, url: str, store: Store, text: str, settings: dict[str, Any], **facts: Any) -> None:
    """Ask in a session of its own that declares tools."""
    request = ChatRequest.parse({"tools": TOOLS, **settings})
    store.save(Session(id="s", settings=request, **facts))
    page.goto(f"{url}/?c=s")
    box = prompt(page)
    box.wait_for()
    rest(page)
    box.fill(text)
    box.press("Enter")


def runs(store: Store) -> tuple[Run, ...]:
    (found,) = store.attempts("s").values()
    return found


def test_parallel_calls_are_answered_by_hand_and_all_of_it_is_one_cell(
    page: Page, served: Served, store: Store
) -> None:
    start(page, served.url, store, "Weather and tide?", {"model": "scripted/tools-thinking"})
    go_on = page.get_by_role("button", name="Continue", exact=True)
    expect(go_on).to_be_visible()
    boxes = page.locator("[class*='st-key-result-'] textarea")
    boxes.nth(0).fill("17 degrees")
    go_on.click()
    expect(page.get_by_text("Each call needs a result")).to_be_visible()
    expect(boxes.nth(0)).to_have_value("17 degrees")
    boxes.nth(1).fill("2.1 metres")
    go_on.click()
    expect(page.get_by_text("2 steps together")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 steps together")).to_be_visible()
    expect(page.get_by_text("Step 1")).to_be_visible()
    first, second = runs(store)
    body = store.run(second.id).request.payload()["messages"]
    assert body[1]["content"] is None
    assert tuple(body[1]["reasoning_details"]) == first.reply.reasoning_details
    assert [one["tool_call_id"] for one in body[2:]] == [call.id for call in first.reply.tool_calls]


def test_a_loop_goes_on_by_itself_through_a_reload(page: Page, served: Served, store: Store) -> None:
    settings = {"model": "scripted/tools-steps"}
    start(page, served.url, store, "4 times, after 400 ms", settings, fixtures=(WARM,), loop_steps=10)
    expect(page.get_by_text("Step 1")).to_be_visible()
    page.reload()
    expect(page.get_by_text("5 steps together")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Run again")).to_have_count(1)
    assert [run.outcome for run in runs(store)] == ["complete"] * 5


def test_stop_ends_the_answer_and_the_loop(page: Page, served: Served, store: Store) -> None:
    settings = {"model": "scripted/tools-steps"}
    start(page, served.url, store, "9 times, after 3000 ms", settings, fixtures=(WARM,), loop_steps=10)
    expect(page.get_by_text("Step 1")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).first.click()
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    expect(page.get_by_role("button", name="Continue", exact=True)).to_be_visible()
    *former, last = runs(store)
    assert last.outcome == "stopped"
    assert {run.outcome for run in former} == {"complete"}
    assert len(former) < 9


def test_the_local_model_calls_a_tool_and_is_answered(browser: Browser, tmp_path: Path) -> None:
    model = os.environ.get("PARLEY_MODEL") or ""
    if not model:
        pytest.skip("no weights at hand: PARLEY_MODEL names the file")
    served = Served(tmp_path / "home", PARLEY_MODEL=model)
    store, page = Store(f"sqlite:///{served.home}/parley.db"), browser.new_page()
    try:
        settings = {"tools": TOOLS[:1], "tool_choice": "required", "max_completion_tokens": 100, "seed": 1}
        start(page, served.url, store, "How warm is it in Paris?", settings, fixtures=(WARM,), loop_steps=1)
        expect(page.get_by_text("Answered by itself once")).to_be_visible(timeout=120_000)
        assert [len(run.reply.tool_calls) for run in runs(store)] == [1, 1]
    finally:
        page.close()
        store.close()
        served.stop()
