"""The budget where things change meanwhile: between two steps, under another tab, while a cell is deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.desk import Desk
from components.services import open_services
from components.state import UiState
from parley.errors import OverBudget
from parley.notebook import Session, edits
from parley.request import ChatRequest
from parley.runs import RunSequence

Settled = Callable[[], AppTest]
SLOW, QUICK = "30 tokens at 40/s", "5 tokens at 1000/s"


def cap(**sums: str) -> None:
    # A page under test has no cookie: its settings are those of nobody in particular.
    open_services().store.set_setting("caps", sums)


def run_ids() -> set[str]:
    return {row.id for row in open_services().store.runs().rows}


def words(app: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "warning", "error")
    return "\n".join(str(one.value) for kind in kinds for one in app.get(kind)).replace("\\", "")


def cells(app: AppTest) -> list[str]:
    return [cell.id for cell in app.session_state["ui"].session.cells]


def sequence(app: AppTest) -> RunSequence | None:
    """One that went to its end is let go when the page is drawn."""
    found: RunSequence | None = open_services().runner.sequences.of(app.session_state["ui"].session.id)
    return found


def ended(app: AppTest) -> AppTest:
    found = sequence(app)
    assert found is None or found.wait(20)
    return app.run()


@pytest.fixture
def told(app: AppTest, settled: Settled) -> AppTest:
    """A session with a slow answer that is free, and two quick ones of a model that has a price."""
    open_services().store.save(Session(id="s", settings=ChatRequest.parse({"model": "scripted/text"})))
    while "scripted/tiers" not in app.run().selectbox(key="field-model").options:
        pass
    for text, model in ((SLOW, "scripted/text"), (QUICK, "scripted/tiers"), (QUICK, "scripted/tiers")):
        app.selectbox(key="field-model").set_value(model).run()
        app.chat_input(key="prompt").set_value(text).run()
        settled()
    return app


def from_the_first(app: AppTest) -> None:
    app.menu_button(key=f"cell-{cells(app)[0]}-more").click("Run from here").run()
    app.button(key="replay-start").click().run()


@pytest.fixture
def midway(told: AppTest) -> AppTest:
    """The same, run again: the cap was lowered while the first answer came, and the other two may not be sent any more."""
    cap(session="50")
    from_the_first(told)
    cap(session="0.013")
    return ended(told)


def test_a_cap_that_is_reached_midway_holds_the_rest(midway: AppTest) -> None:
    found = sequence(midway)
    assert found is not None
    assert isinstance(found.error, OverBudget)
    assert len(run_ids()) == 4
    assert "1 of 3 cells were run again." in words(midway)
    assert words(midway).count("Held back") == 1
    assert "sequence-dismiss" not in {one.key for one in midway.button}


def raised(app: AppTest) -> None:
    app.button(key="budget-raise").click().run()


def lowered(app: AppTest) -> None:
    app.button(key="budget-lower").click().run()


def sent_anyway(app: AppTest) -> None:
    app.text_input(key="budget-word").set_value("send")
    app.button(key="budget-anyway").click().run()


@pytest.mark.parametrize("way", [raised, lowered, sent_anyway])
def test_each_way_out_sends_the_rest_and_nothing_twice(midway: AppTest, way: Callable[[AppTest], None]) -> None:
    way(midway)
    ended(midway)
    first, *rest = cells(midway)
    attempts = open_services().store.attempts(midway.session_state["ui"].session.id)
    assert [len(attempts[cell]) for cell in (first, *rest)] == [2, 2, 2]
    assert "Held back" not in words(midway)


def test_what_a_sequence_left_can_be_left(midway: AppTest) -> None:
    midway.button(key="budget-leave").click().run()
    assert "Held back" not in words(midway.run())
    assert "were run again" not in words(midway)
    assert len(run_ids()) == 4


def test_what_another_tab_has_sent_is_no_longer_held_here(midway: AppTest) -> None:
    other = AppTest.from_file(midway._script_path, default_timeout=20).run()  # type: ignore[attr-defined]
    assert "Held back" in words(other)
    sent_anyway(other)
    ended(other)
    assert "Held back" not in words(midway.run())
    assert len(run_ids()) == 6


def test_a_held_cell_that_was_deleted_meanwhile_is_left_out(told: AppTest) -> None:
    cap(session="0.0001")
    from_the_first(told)
    assert "Held back" in words(told)
    told.menu_button(key=f"cell-{cells(told)[0]}-more").click("Delete").run()
    assert len(cells(told)) == 2
    sent_anyway(told)
    assert not told.exception
    ended(told)
    assert len(run_ids()) == 5


def test_where_every_held_cell_was_deleted_that_is_said(told: AppTest) -> None:
    cap(session="0.0001")
    from_the_first(told)
    store, here = open_services().store, told.session_state["ui"]
    emptied = store.session(here.session.id)
    for cell in cells(told):
        emptied = edits.delete(emptied, cell)
    here.session = store.save(emptied)
    raised(told)
    assert not told.exception
    assert "these cells were deleted meanwhile" in words(told)


def test_of_tabs_that_send_at_the_same_moment_only_those_do_that_fit(connected: Path) -> None:
    doors, tabs = open_services(), 6
    desks = [Desk(doors, UiState()) for _ in range(tabs)]
    body = ChatRequest.parse({"model": "scripted/tiers", "max_completion_tokens": 3_000})
    for number, desk in enumerate(desks):
        session = edits.add_prompt(Session(id=f"s{number}"), {"role": "user", "content": SLOW}, "c")
        desk.tab.session = doors.store.save(session)
    tariff = doors.tariff(desks[0].connection)
    (one,) = tariff.known(lambda: desks[0].forecasts("c", [body], {}), 10)
    cap(day=str(one.most()))
    together = threading.Barrier(tabs)

    def send(desk: Desk) -> None:
        together.wait()
        desk.act("c", "run", body)

    with ThreadPoolExecutor(tabs) as pool:
        list(pool.map(send, desks))
    assert len(run_ids()) == 1
    assert sum(desk.tab.held is not None for desk in desks) == tabs - 1
