"""Lanes in a real browser: several answers stream side by side, each in its own place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FloatRect, Page, expect

from parley import Store
from parley.notebook import Run
from tests.browser.conftest import Served, ask, enter, until

pytestmark = pytest.mark.browser
MODELS = ("scripted/text", "scripted/reasoning", "scripted/fault-midstream")
SLOW = "120 tokens at 30/s"


@pytest.fixture(scope="module")
def served(lasting: Served) -> Served:
    return lasting


def field(page: Page, number: int, name: str, value: str) -> None:
    enter(page.locator(f".st-key-lane-{number}-field-{name} input"), value)


def compare(page: Page, *models: str) -> None:
    for number, _ in enumerate(models[1:], 2):
        page.locator(".st-key-compare-add button").click()
        page.locator(f".st-key-lane-{number}-field-model").wait_for()
    for number, model in enumerate(models, 1):
        field(page, number, "model", model)


def runs(store: Store) -> list[Run]:
    session = store.sessions()[0]
    (cell,) = store.session(session.id).cells
    return [store.run(run_id) for run_id in cell.compared] or list(store.attempts(session.id)[cell.id])


def outcomes(store: Store) -> list[str]:
    return [run.outcome for run in runs(store)]


def ended(page: Page) -> None:
    page.locator("[class*='-figures']").wait_for()


def place(page: Page, run: Run) -> str:
    return page.locator(f".st-key-beside-{run.id}").inner_text()


def test_no_lane_ever_shows_what_another_says(page: Page, store: Store) -> None:
    compare(page, *MODELS)
    ask(page, SLOW)
    page.locator("[class*='st-key-stop-'] button").first.wait_for()
    looks = 0
    while page.locator("[class*='-figures']").count() == 0:
        for run in runs(store):
            named = set(re.findall(r"scripted/[a-z-]+", place(page, run)))
            assert named <= {run.request.payload()["model"]}
        looks += 1
    assert looks > 3
    assert outcomes(store) == ["complete", "complete", "failed"]


def test_stopping_one_lane_leaves_the_others_alone(page: Page, store: Store) -> None:
    compare(page, "scripted/text", "scripted/text")
    ask(page, SLOW)
    page.locator("[class*='st-key-stop-'] button").nth(1).wait_for()
    first, second = runs(store)
    page.locator(f".st-key-stop-{first.id} button").click()
    page.locator(f".st-key-keep-{first.id} button").wait_for()
    assert page.locator(f".st-key-stop-{second.id} button").count() == 1
    ended(page)
    until(lambda: outcomes(store) == ["stopped", "complete"], "the other lane did not complete")


def test_a_reload_in_mid_stream_finds_every_lane_where_it_was(page: Page, store: Store) -> None:
    compare(page, *MODELS)
    ask(page, SLOW)
    page.locator("[class*='st-key-stop-'] button").first.wait_for()
    page.reload()
    ended(page)
    assert [run.request.payload()["model"] in place(page, run) for run in runs(store)] == [True] * 3
    assert page.locator(".st-key-lane-2-field-model input").input_value() == "scripted/reasoning"


def test_one_is_kept_while_others_go_on_and_undo_brings_all_back(page: Page, store: Store) -> None:
    compare(page, "scripted/text", "scripted/text")
    field(page, 2, "temperature", "0.5")
    ask(page, "20 tokens at 200/s")
    ended(page)
    kept = runs(store)[1]
    page.locator(f".st-key-keep-{kept.id} button").click()
    page.get_by_text("Attempt 2 of 2").wait_for()
    assert kept.request.payload()["temperature"] == 0.5
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("[class*='st-key-keep-'] button")).to_have_count(2)


def test_lanes_stand_side_by_side_on_a_desk_and_stack_on_a_phone_and_the_truth_of_each_opens(
    page: Page, store: Store
) -> None:
    compare(page, *MODELS)
    ask(page, "60 tokens at 500/s")
    ended(page)
    assert len({round(one["x"]) for one in boxes(page, "[class*='st-key-beside-'] [data-testid=stChatMessage]")}) == 3
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    tops = [one["y"] for one in boxes(page, "[class*='st-key-keep-']")]
    assert len(tops) == 3
    assert tops == sorted(tops)
    assert tops[1] - tops[0] > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(f".st-key-beside-{runs(store)[1].id}-truth button").click()
    page.get_by_role("dialog").get_by_text("scripted/reasoning").first.wait_for()


def boxes(page: Page, which: str) -> list[FloatRect]:
    """Where these are drawn."""
    return [box for one in page.locator(which).all() if (box := one.bounding_box())]
