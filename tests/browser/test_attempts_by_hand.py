"""Attempts in a real browser: run from here goes on without its page, and two tabs lose nothing of each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from parley import Store
from parley.notebook import Cell, Run, Session
from tests.browser.cells import from_menu, of, rewrite
from tests.browser.conftest import Served, ask, choose_model, prompt, until

pytestmark = pytest.mark.browser
QUICK, SLOW = "8 tokens at 1000/s", "180 tokens at 30/s"


@pytest.fixture(scope="module")
def served(lasting: Served) -> Served:
    return lasting


@pytest.fixture
def talk(page: Page, store: Store) -> Callable[..., Session]:
    """Ask these prompts one after another; gives the session."""

    def asked(*prompts: str) -> Session:
        choose_model(page, "scripted/text")
        for number, text in enumerate(prompts, 1):
            ask(page, text)
            expect(page.locator("[class*='st-key-cell-'][class*='-run'] button")).to_have_count(number)
        return session(store)

    return asked


def session(store: Store) -> Session:
    """The one that was changed last."""
    return store.session(store.sessions()[0].id)


def attempts(store: Store, cell: Cell) -> tuple[Run, ...]:
    return store.attempts(session(store).id, inherited=cell.inherited).get(cell.id, ())


def stale(page: Page) -> int:
    return page.get_by_text("Stale: its messages changed").count()


def run_from(page: Page, cell: Cell) -> None:
    page.locator(of(cell, "from")).click()
    page.locator(".st-key-replay-start button").click()
    page.locator(".st-key-sequence-stop button").wait_for()


def test_run_from_here_goes_on_through_a_reload_and_ends_with_nothing_stale(
    page: Page, store: Store, talk: Callable[..., Session]
) -> None:
    cells = talk(QUICK, QUICK, QUICK, QUICK, QUICK).cells
    rewrite(page, cells[1], SLOW)
    expect(page.get_by_text("Stale: its messages changed")).to_have_count(4)
    run_from(page, cells[1])
    page.reload()
    page.locator(".st-key-sequence-stop button").wait_for()
    page.locator(".st-key-sequence-stop").wait_for(state="detached")
    expect(page.get_by_text("Stale: its messages changed")).to_have_count(0)
    assert [len(attempts(store, cell)) for cell in cells] == [1, 2, 2, 2, 2]


def test_run_from_here_goes_on_when_its_tab_is_closed(page: Page, store: Store, talk: Callable[..., Session]) -> None:
    cells = talk(QUICK, QUICK).cells
    rewrite(page, cells[0], SLOW)
    run_from(page, cells[0])
    page.close()
    until(lambda: [len(attempts(store, cell)) for cell in cells] == [2, 2], "the sequence did not go on")
    until(lambda: attempts(store, cells[1])[-1].outcome == "complete", "the last answer did not come")


def test_stop_ends_the_sequence_within_its_answer(page: Page, store: Store, talk: Callable[..., Session]) -> None:
    cells = talk(QUICK, QUICK).cells
    rewrite(page, cells[0], "900 tokens at 30/s")
    run_from(page, cells[0])
    page.locator("[class*='st-key-stop-'] button").wait_for()
    page.locator(".st-key-sequence-stop button").click()
    page.get_by_text("0 of 2 cells were run again").wait_for()
    until(lambda: [one.outcome for one in attempts(store, cells[0])] == ["complete", "stopped"], "it was not stopped")
    assert len(attempts(store, cells[1])) == 1
    page.locator(".st-key-sequence-dismiss button").click()
    page.locator(".st-key-sequence-dismiss").wait_for(state="detached")


def test_continue_puts_what_comes_after_what_was_there(page: Page, store: Store, talk: Callable[..., Session]) -> None:
    (cell,) = talk(QUICK).cells
    from_menu(page, cell, "Continue this answer")
    page.get_by_text("Attempt 2 of 2").wait_for()
    first, second = attempts(store, cell)
    assert second.whole.text.startswith(first.reply.text.rstrip())
    assert stale(page) == 0


def test_a_fork_leads_to_its_parent_and_back(page: Page, store: Store, talk: Callable[..., Session]) -> None:
    parent = talk(QUICK, QUICK)
    from_menu(page, parent.cells[0], "Fork from here")
    page.locator(f".st-key-parent-{parent.id} button").wait_for()
    child = session(store)
    page.reload()
    page.locator(f".st-key-parent-{parent.id} button").click()
    page.locator(f".st-key-child-{child.id} button").click()
    page.locator(f".st-key-parent-{parent.id} button").wait_for()
    assert (child.parent, len(child.cells)) == (parent.id, 1)
    assert store.session(parent.id) == parent


def test_the_settings_of_an_attempt_are_loaded_into_the_sidebar(
    page: Page, store: Store, talk: Callable[..., Session]
) -> None:
    (cell,) = talk(QUICK).cells
    choose_model(page, "scripted/reasoning")
    page.locator(f".st-key-cell-{cell.id}-differs button").first.click()
    page.locator(of(cell, "load")).click()
    page.locator(f".st-key-cell-{cell.id}-differs").wait_for(state="detached")
    assert page.locator(".st-key-field-model input").input_value() == "scripted/text"
    assert session(store).settings.payload()["model"] == "scripted/text"


def test_of_two_tabs_that_rewrite_one_cell_the_second_one_chooses(
    page: Page, store: Store, talk: Callable[..., Session]
) -> None:
    (cell,) = talk(QUICK).cells
    other = page.context.new_page()
    other.goto(page.url)
    prompt(other).wait_for()
    other.locator(of(cell, "edit")).wait_for()
    rewrite(page, cell, "Theirs")
    until(lambda: session(store).cells[0].text == "Theirs", "the first edit was not saved")
    rewrite(other, cell, "Mine")
    other.locator(".st-key-disagreement").wait_for()
    assert session(store).cells[0].text == "Theirs"
    other.locator(".st-key-disagreement-mine button").click()
    other.locator(".st-key-disagreement").wait_for(state="detached")
    assert session(store).cells[0].text == "Mine"
