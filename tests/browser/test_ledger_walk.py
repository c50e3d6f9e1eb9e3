"""The ledger as a person walks through it: filtered, searched, sorted, opened, marked, compared, sent again, exported, loaded."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from parley import ChatRequest, Run, Store
from parley.money import Money
from parley.notebook import Timings
from parley.reply import Reply
from tests.browser.conftest import Served, rest

pytestmark = pytest.mark.browser
BOX, HEAD, FIRST_ROW, ROW = 18, 15, 52, 35
"""Pixels within the table: the boxes that pick rows, the heads, the middle of the first row, and from row to row."""
ASKED = ("Why is the sky blue?", "What is a tide?", "Who was Ada Lovelace?")
ANSWERS = ("Blue light is scattered more.", "The sea that rises and falls.", "The sea of her machine was numbers.")
COSTS = ("0.1", "0.9", "0.000042")
MODELS = ("scripted/citations", "scripted/text", "scripted/refusal")


@pytest.fixture
def ledger(blank: Page, served: Served) -> Page:
    """The page of a history of three requests; each of the answers may be sent again to the gateway."""
    began = datetime(2026, 7, 1, tzinfo=UTC)
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        for number, (text, answer, cost) in enumerate(zip(ASKED, ANSWERS, COSTS, strict=True)):
            body = {"model": MODELS[number], "temperature": number / 10, "stream": True}
            request = ChatRequest.parse({**body, "messages": [{"role": "user", "content": text}]})
            run = Run(id=f"r{number}", request=request, created=began + timedelta(minutes=number), connection="Test")
            store.begin(run)
            known = {
                "reply": Reply(text=answer),
                "money": Money(reported=cost),
                "timings": Timings(total_ms=number * 9e2),
            }
            store.finish(run.model_copy(update={"outcome": "complete", **known}))
    blank.set_viewport_size({"width": 1400, "height": 1000})
    blank.goto(f"{served.url}/history")
    rows(blank, 2, 1, 0)
    rest(blank)
    return blank


def table(page: Page) -> Locator:
    return page.locator(".st-key-history-table [data-testid=stDataFrame]")


def rows(page: Page, *numbers: int) -> None:
    """Wait until the rows are those of these requests, in this order."""
    cells = table(page).locator("td").filter(has_text="scripted/")
    expect(cells).to_have_text([MODELS[number] for number in numbers])


def box(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-history-{name} input")


def press(page: Page, name: str) -> None:
    page.locator(f".st-key-history-{name} button").first.click()


def choose(page: Page, name: str, text: str) -> None:
    """Take the entry of a list that has this text."""
    rest(page)
    box(page, name).click()
    box(page, name).press_sequentially(text)
    page.get_by_role("option").filter(has_text=text).first.click()


def pick(page: Page, *numbers: int) -> None:
    told = page.locator(".st-key-history-picked-acts strong")
    for number in numbers:
        before = told.inner_text()
        rest(page)
        table(page).click(position={"x": BOX, "y": FIRST_ROW + number * ROW})
        expect(told).not_to_have_text(before)


def details(page: Page) -> Locator:
    """While a row opens, what was open before stands beside it for an instant."""
    return page.locator(".st-key-history-details").last


def test_words_filters_and_orders_lead_to_the_rows_that_are_looked_for(ledger: Page) -> None:
    box(ledger, "search").fill("sea")
    rows(ledger, 2, 1)
    expect(ledger.locator(".st-key-history-totals")).to_contain_text("2")
    choose(ledger, "sort", "Cost")
    rows(ledger, 1, 2)
    choose(ledger, "order", "Ascending")
    rows(ledger, 2, 1)
    ledger.locator(".st-key-group-More-filters summary").click()
    box(ledger, "filter-cost-from").fill("0.5")
    box(ledger, "filter-cost-from").press("Enter")
    rows(ledger, 1)
    press(ledger, "reset")
    rows(ledger, 2, 0, 1)
    expect(box(ledger, "search")).to_have_value("")


def test_a_row_that_is_open_stays_open_whatever_is_filtered(ledger: Page) -> None:
    choose(ledger, "open", ASKED[0])
    expect(details(ledger)).to_contain_text(ANSWERS[0])
    box(ledger, "search").fill("tide")
    rows(ledger, 1)
    expect(details(ledger)).to_contain_text(ANSWERS[0])


def test_rows_are_picked_compared_marked_deleted_and_brought_back(ledger: Page) -> None:
    pick(ledger, 0, 1)
    expect(ledger.get_by_text("2 runs picked")).to_be_visible()
    press(ledger, "compare-picked")
    compared = ledger.locator(".st-key-history-compared")
    expect(compared).to_contain_text("temperature")
    expect(compared.locator(".st-key-history-compared-answers")).to_contain_text("rises and falls")
    press(ledger, "star")
    expect(table(ledger).locator("td").filter(has_text="★")).to_have_count(2)
    press(ledger, "delete")
    rows(ledger, 0)
    press(ledger, "undo")
    rows(ledger, 2, 1, 0)


def test_the_table_stays_where_it_is_when_the_first_row_is_picked(ledger: Page) -> None:
    expect(ledger.locator(".st-key-history-totals")).to_contain_text("3")
    rest(ledger)
    before = table(ledger).bounding_box()
    pick(ledger, 0)
    expect(ledger.get_by_text("1 run picked")).to_be_visible()
    assert table(ledger).bounding_box() == before


def test_a_click_on_a_cell_opens_its_row_and_leaves_what_is_picked(ledger: Page) -> None:
    pick(ledger, 0)
    table(ledger).click(position={"x": 250, "y": FIRST_ROW + ROW})
    expect(details(ledger)).to_contain_text(ANSWERS[1])
    expect(ledger.get_by_text("1 run picked")).to_be_visible()
    pick(ledger, 2)
    expect(ledger.get_by_text("2 runs picked")).to_be_visible()
    expect(details(ledger)).to_contain_text(ANSWERS[1])


def test_a_row_is_sent_again_and_its_new_run_opens(ledger: Page) -> None:
    choose(ledger, "open", ASKED[1])
    press(ledger, "again")
    rows(ledger, 1, 2, 1, 0)
    expect(box(ledger, "open")).to_have_value(re.compile("^#4 "))
    expect(details(ledger)).to_contain_text("Complete")
    press(ledger, "session")
    expect(ledger.locator("[data-testid=stChatMessage]").first).to_contain_text(ASKED[1])


def test_what_is_pressed_is_done_though_the_page_is_drawn_anew_for_a_runs_end(ledger: Page, served: Served) -> None:
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        run = Run(id="alive", request=ChatRequest.parse({"model": MODELS[0]}), created=datetime.now(UTC))
        store.begin(run)
        ledger.reload()
        rows(ledger, 0, 2, 1, 0)
        choose(ledger, "open", ASKED[1])
        expect(details(ledger)).to_contain_text(ANSWERS[1])
        store.finish(run.model_copy(update={"outcome": "stopped"}))
        press(ledger, "load")
        expect(ledger.locator(".st-key-field-temperature input").first).to_have_value("0.1")


def test_a_row_is_loaded_into_the_sidebar(ledger: Page) -> None:
    choose(ledger, "open", ASKED[2])
    press(ledger, "load")
    expect(ledger.locator(".st-key-field-temperature input").first).to_have_value("0.2")


def test_what_is_filtered_is_exported_as_a_table_and_as_whole_runs(ledger: Page) -> None:
    box(ledger, "search").fill("sea")
    rows(ledger, 2, 1)
    lines = list(csv.DictReader(io.StringIO(downloaded(ledger, "csv").decode("utf-8-sig"))))
    assert [(line["prompt"], line["cost_usd"]) for line in lines] == [(ASKED[2], COSTS[2]), (ASKED[1], COSTS[1])]
    whole = [json.loads(line) for line in downloaded(ledger, "jsonl").splitlines()]
    assert [run["reply"]["text"] for run in whole] == [ANSWERS[2], ANSWERS[1]]
    assert whole[0]["request"]["temperature"] == 0.2


def downloaded(page: Page, form: str) -> bytes:
    """What the link leads this browser to."""
    address = page.locator(f".st-key-history-export-{form} a").evaluate("link => link.href")
    return page.request.get(address).body()


@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_never_scrolls_sideways(ledger: Page, width: int) -> None:
    ledger.set_viewport_size({"width": width, "height": 844})
    pick(ledger, 0, 1)
    press(ledger, "compare-picked")
    ledger.locator(".st-key-history-compared").wait_for()
    ledger.locator(".st-key-group-More-filters summary").click()
    ledger.locator(".st-key-history-more").wait_for()
    wide = "e => e.scrollWidth - e.clientWidth"
    assert ledger.locator("[data-testid=stMain]").evaluate(wide) == 0
    assert ledger.locator("html").evaluate(wide) == 0
