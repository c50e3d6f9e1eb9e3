"""The History page under a pointer: what only a browser shows, because the table is a picture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from parley import ChatRequest, Run, Store
from parley.money import Money
from tests.browser.conftest import Served, rest

pytestmark = pytest.mark.browser
FIRST_ROW, SECOND_ROW, HEAD = 52, 87, 15
COST = 640
"""Pixels from the table's left edge to the column with the cost."""


@pytest.fixture
def history(blank: Page, served: Served) -> Page:
    """The page of a history of three requests, of which the second was the dearest."""
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        for number, cost in enumerate(("0.1", "0.9", "0.000042")):
            request = ChatRequest.parse({"model": f"m/{number}", "messages": []})
            began = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(minutes=number)
            run = Run(id=f"r{number}", request=request, created=began)
            store.begin(run)
            store.finish(run.model_copy(update={"outcome": "complete", "money": Money(reported=cost)}))
    blank.goto(f"{served.url}/history")
    table(blank).wait_for()
    rest(blank)
    blank.wait_for_timeout(1000)
    return blank


def table(page: Page) -> Locator:
    return page.locator(".st-key-history-table [data-testid=stDataFrame]")


def click(page: Page, x: int, y: int) -> None:
    table(page).click(position={"x": x, "y": y})


def opened(page: Page) -> Locator:
    return page.locator(".st-key-history-open input")


def test_a_click_opens_a_row_and_arrows_go_from_row_to_row(history: Page) -> None:
    click(history, 200, FIRST_ROW)
    expect(opened(history)).to_have_value("#3 · 01 Jul, 00:02:00 · m/2")
    history.keyboard.press("ArrowDown")
    expect(opened(history)).to_have_value("#2 · 01 Jul, 00:01:00 · m/1")
    expect(history.locator(".st-key-history-details")).to_contain_text('"model": "m/1"')


def test_a_row_opens_again_after_it_was_closed(history: Page) -> None:
    for _ in range(2):
        click(history, 200, SECOND_ROW)
        expect(opened(history)).to_have_value("#2 · 01 Jul, 00:01:00 · m/1")
        history.locator(".st-key-history-open [aria-label*=lear]").first.click()
        expect(history.locator(".st-key-history-details")).to_have_count(0)


def test_a_click_on_a_columns_head_orders_by_it_and_another_turns_it_round(history: Page) -> None:
    for order, models in (("Descending", ["m/1", "m/0", "m/2"]), ("Ascending", ["m/2", "m/0", "m/1"])):
        click(history, COST, HEAD)
        expect(history.locator(".st-key-history-order input")).to_have_value(order)
        expect(history.locator(".st-key-history-sort input")).to_have_value("Cost")
        expect(table(history).locator("td").filter(has_text="m/")).to_have_text(models)


def test_a_phone_scrolls_the_table_but_never_the_page(history: Page) -> None:
    history.set_viewport_size({"width": 390, "height": 844})
    click(history, 60, FIRST_ROW)
    expect(history.locator(".st-key-history-details")).to_contain_text("m/2")
    wide = "e => e.scrollWidth - e.clientWidth"
    assert history.locator("[data-testid=stMain]").evaluate(wide) == 0
    assert history.locator("html").evaluate(wide) == 0
