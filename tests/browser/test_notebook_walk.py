"""The whole notebook in one walk, with a reload at every step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from parley import Store
from parley.notebook import Cell, Run, Session
from tests.browser.cells import from_menu, of, rewrite
from tests.browser.conftest import ask, choose_model, enter, prompt, until

pytestmark = pytest.mark.browser
QUICK = "8 tokens at 1000/s"
STALE = "Stale: its messages changed"
LANES = ("scripted/text", "scripted/reasoning", "scripted/fault-midstream")


class Walker:
    """A person at the notebook, who reloads the page after everything."""

    def __init__(self, page: Page, store: Store) -> None:
        self.page, self.store = page, store

    @property
    def session(self) -> Session:
        return self.store.session(self.page.url.partition("c=")[2])

    def attempts(self, cell: Cell) -> tuple[Run, ...]:
        now = self.session
        return self.store.attempts(now.id, inherited=cell.inherited).get(cell.id, ())

    def reload(self) -> None:
        self.page.reload()
        prompt(self.page).wait_for()
        self.page.wait_for_load_state("networkidle")

    def asks(self, count: int) -> None:
        choose_model(self.page, "scripted/text")
        for number in range(1, count + 1):
            ask(self.page, QUICK)
            expect(self.page.locator("[class*='st-key-cell-'][class*='-run'] button")).to_have_count(number)
        self.reload()

    def sees_stale(self, count: int) -> None:
        expect(self.page.get_by_text(STALE)).to_have_count(count)

    def runs_from(self, cell: Cell) -> None:
        self.page.locator(of(cell, "from")).click()
        self.page.locator(".st-key-replay-start button").click()
        self.page.locator(".st-key-sequence-stop").wait_for()
        self.reload()
        self.page.locator(".st-key-sequence-stop").wait_for(state="detached")

    def steps_back(self, cell: Cell) -> None:
        self.page.locator(of(cell, "prev")).click()
        self.page.get_by_text("Attempt 1 of 2").wait_for()
        self.reload()
        self.page.get_by_text("Attempt 1 of 2").wait_for()

    def compares(self) -> None:
        for number in range(2, len(LANES) + 1):
            self.page.locator(".st-key-compare-add button").click()
            self.page.locator(f".st-key-lane-{number}-field-model").wait_for()
        for number, model in enumerate(LANES, 1):
            enter(self.page.locator(f".st-key-lane-{number}-field-model input"), model)
            until(lambda: model in str(self.session.lanes), f"{model} was not kept")  # noqa: B023
        ask(self.page, QUICK)
        self.page.locator("[class*='-figures']").wait_for()
        self.reload()

    def keeps(self, run: Run) -> None:
        self.page.locator(f".st-key-keep-{run.id} button").click()
        self.page.locator(f".st-key-keep-{run.id}").wait_for(state="detached")
        self.reload()

    def undoes_everything(self) -> None:
        undo = self.page.locator(".st-key-session-undo button")
        while undo.is_enabled():
            before = self.session.version
            undo.click()
            until(lambda: self.session.version != before, "nothing was undone")  # noqa: B023
            expect(self.page.locator("[data-testid='stStatusWidget']")).to_have_count(0)
            self.page.wait_for_timeout(300)
        self.reload()


@pytest.mark.nightly
def test_the_whole_notebook(page: Page, store: Store) -> None:
    walker = Walker(page, store)
    walker.asks(5)
    cells = walker.session.cells

    rewrite(page, cells[1], "60 tokens at 30/s")
    walker.reload()
    walker.sees_stale(4)

    walker.runs_from(cells[1])
    walker.sees_stale(0)
    assert [len(walker.attempts(cell)) for cell in cells] == [1, 2, 2, 2, 2]

    walker.steps_back(cells[3])
    walker.sees_stale(1)

    parent = walker.session
    from_menu(page, cells[3], "Fork from here")
    page.locator(f".st-key-parent-{parent.id} button").wait_for()
    walker.reload()
    fork = walker.session
    assert (fork.parent, fork.parent_cell, len(fork.cells)) == (parent.id, cells[3].id, 4)
    assert store.session(parent.id) == parent

    walker.compares()
    compared = walker.session.cells[-1]
    first, second, failed = walker.attempts(compared)
    assert [run.outcome for run in (first, second, failed)] == ["complete", "complete", "failed"]
    walker.keeps(second)
    assert walker.session.cells[-1].chosen == second.id

    walker.undoes_everything()
    assert walker.session.cells == fork.cells
    page.locator(f".st-key-parent-{parent.id} button").click()
    page.locator(f".st-key-child-{fork.id} button").wait_for()
    walker.undoes_everything()
    assert (walker.session.id, walker.session.cells) == (parent.id, ())
    assert len(store.runs().rows) == 5 + 4 + 3
