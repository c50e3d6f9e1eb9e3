"""The budget under a person's hand: the range while they type, a cap set in Settings, a prompt held back and its ways out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from parley import ChatRequest, Session, Store
from parley.notebook.edits import add_prompt
from parley.notebook.session import Lane
from tests.browser.conftest import Served, ask, choose_model, enter, prompt, rest, until

pytestmark = pytest.mark.browser


def sent(served: Served) -> int:
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        return len(store.runs().rows)


def ended(served: Served) -> int:
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        return sum(row.outcome == "complete" for row in store.runs().rows)


def set_cap(page: Page, name: str, sum_: str) -> None:
    page.get_by_role("link", name="Settings", exact=True).click()
    field = page.locator(f".st-key-budget-{name} input")
    enter(field, sum_)
    expect(page.get_by_text("every send is compared with these caps")).to_be_visible()
    expect(field).to_have_value(sum_)
    page.get_by_role("link", name="Notebook", exact=True).click()
    prompt(page).wait_for()
    rest(page)


def test_the_range_follows_what_is_typed(page: Page) -> None:
    choose_model(page, "scripted/tiers")
    line = page.locator(".st-key-estimate")
    prompt(page).fill("A few words")
    expect(line).to_contain_text("$")
    few = int(re.search(r"About (\d+)", line.inner_text().replace("\u00a0", " ")).group(1))  # type: ignore[union-attr]
    prompt(page).fill("A few words and a good many more than that, " * 5)
    expect(line).not_to_contain_text(f"About\u00a0{few}\u00a0tokens")


def test_a_prompt_over_the_cap_is_held_and_every_way_out_is_one(page: Page, served: Served) -> None:
    set_cap(page, "session", "0.001")
    choose_model(page, "scripted/tiers")
    held = page.locator(".st-key-budget-held")
    ask(page, "5 tokens at 1000/s")
    expect(held).to_contain_text("may cost up to")
    assert sent(served) == 0
    word = page.locator(".st-key-budget-word input")
    word.fill("no")
    word.press("Enter")
    expect(held).to_contain_text("type the word send")
    word.fill("send")
    word.press("Enter")
    until(lambda: sent(served) == 1, "it was never sent")
    expect(held).to_have_count(0)
    ask(page, "6 tokens at 1000/s")
    expect(held).to_be_visible()
    page.locator(".st-key-budget-cap input").fill("5")
    page.locator(".st-key-budget-raise button").click()
    until(lambda: sent(served) == 2, "raising the cap did not send it")
    expect(held).to_have_count(0)


def test_a_shorter_answer_is_written_into_its_field(page: Page, served: Served) -> None:
    set_cap(page, "day", "0.005")
    choose_model(page, "scripted/tiers")
    ask(page, "5 tokens at 1000/s")
    page.locator(".st-key-budget-lower button").click()
    until(lambda: sent(served) == 1, "it was never sent")
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        body = store.run(store.runs().rows[0].id).request.payload()
    assert 0 < body["max_completion_tokens"] < 5_000
    page.locator(".st-key-panel-find input").fill("max_completion_tokens")
    expect(page.locator(".st-key-field-max_completion_tokens input")).to_have_value(str(body["max_completion_tokens"]))


def test_what_is_let_go_is_brought_before_the_eye(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 1400, "height": 600})
    set_cap(page, "day", "0.005")
    choose_model(page, "scripted/text")
    for number in (1, 2):
        ask(page, "200 tokens at 2000/s")
        until(lambda number=number: ended(served) == number, "it never ended")  # type: ignore[misc]
    choose_model(page, "scripted/tiers")
    ask(page, "5 tokens at 1000/s")
    said = page.locator("[data-testid=stChatMessage]").get_by_text("5 tokens at 1000/s")
    expect(said).not_to_be_in_viewport()
    page.locator(".st-key-budget-lower button").click()
    expect(said).to_be_in_viewport()
    until(lambda: ended(served) == 3, "it never ended")
    expect(said).to_be_in_viewport()


def test_what_lanes_of_other_models_cost_comes_by_itself(blank: Page, served: Served, store: Store) -> None:
    lanes = (Lane(id=name, overrides=ChatRequest(model=f"scripted/{name}")) for name in ("tiers", "priced"))
    session = add_prompt(Session(id="beside", lanes=tuple(lanes)), {"role": "user", "content": "Hello"}, "c")
    store.save(session)
    blank.goto(f"{served.url}/?c=beside")
    line = blank.locator(".st-key-estimate")
    expect(line).to_contain_text("2 requests")
    expect(line).to_contain_text("(estimate)")
    expect(line).not_to_contain_text("on its way")
    expect(line).not_to_contain_text("no upper end")


def test_a_cap_that_is_lowered_while_cells_are_run_again_holds_the_rest(page: Page, served: Served) -> None:
    choose_model(page, "scripted/text")
    ask(page, "600 tokens at 20/s")
    page.locator("[class*='st-key-stop-'] button").click()
    page.locator("[class*='st-key-cell-'][class*='-run'] button").wait_for()
    choose_model(page, "scripted/tiers")
    ask(page, "5 tokens")
    until(lambda: ended(served) == 1, "it never ended")
    page.locator("[class*='st-key-cell-'][class*='-more'] button").first.click()
    page.get_by_text("Run from here").click()
    page.locator(".st-key-replay-start button").click()
    until(lambda: sent(served) == 3, "it never began")
    set_cap(page, "session", "0.0001")
    held = page.locator(".st-key-budget-held")
    expect(held).to_contain_text("may cost up to", timeout=60_000)
    expect(page.locator(".st-key-sequence")).to_contain_text("1 of 2 cells were run again.")
    assert sent(served) == 3
    page.locator(".st-key-budget-word input").fill("send")
    page.locator(".st-key-budget-word input").press("Enter")
    until(lambda: ended(served) == 3, "the rest was never sent")
    expect(held).to_have_count(0)
