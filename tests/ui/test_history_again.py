"""A row of the ledger sent once more: the exact request, in its own cell or in a new session."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.services import close_services, open_services
from parley.money import Money
from parley.notebook import Run, Session, edits
from parley.request import ChatRequest
from tests.conftest import HOUSE
from tests.ui.history_screen import opened, words

Settled = Callable[[], AppTest]
BODY = {"model": "scripted/text", "temperature": 0, "x_unknown": {"a": 1.0}, "stream": True}


@pytest.fixture
def asked(app: AppTest, settled: Settled) -> Run:
    """A run of the notebook, ended."""
    open_services().store.save(Session(id="s", settings=ChatRequest.parse({"model": "scripted/text"})))
    app.run()
    app.chat_input(key="prompt").set_value("3 tokens at 1000/s").run()
    settled()
    return only(app)


@pytest.fixture
def ledger(asked: Run) -> AppTest:
    other = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page("pages/2_History.py")
    return opened(other, asked)


def only(app: AppTest) -> Run:
    (row,) = open_services().store.runs().rows
    return open_services().store.run(row.id)


def again(app: AppTest) -> Run:
    """The run that comes of it, ended."""
    app.button(key="history-again").click().run()
    doors = open_services()
    newest = doors.store.runs().rows[0]
    live = doors.runner.live(newest.id)
    assert live is not None
    live.wait(20)
    return doors.store.run(newest.id)


def test_the_exact_request_goes_out_as_a_new_attempt_of_its_cell(ledger: AppTest, asked: Run) -> None:
    run = again(ledger)
    assert run.id != asked.id
    assert run.request.payload() == asked.request.payload()
    assert (run.session_id, run.cell_id, run.added) == (asked.session_id, asked.cell_id, asked.added)
    assert run.outcome == "complete"


def test_the_new_run_opens(ledger: AppTest) -> None:
    run = again(ledger)
    assert ledger.run().selectbox(key="history-open").value == run.id


def test_the_cell_shows_the_newest_again(ledger: AppTest, asked: Run) -> None:
    store = open_services().store
    session = store.session(asked.session_id or "")
    store.save(edits.choose(session, asked.cell_id or "", asked.id))
    again(ledger)
    (cell,) = store.session(asked.session_id or "").cells
    assert cell.chosen is None


def test_without_its_session_it_gets_one_that_says_the_same(ledger: AppTest, asked: Run) -> None:
    store = open_services().store
    store.delete_session(asked.session_id or "")
    run = again(ledger.run())
    assert run.session_id not in (None, asked.session_id)
    assert run.request.payload() == asked.request.payload()
    (cell,) = store.session(run.session_id or "").cells
    assert (cell.id, cell.text) == (run.cell_id, "3 tokens at 1000/s")


@pytest.mark.parametrize(
    "messages", [[{"role": "user", "content": "2 tokens"}], [{"role": "system", "content": "Hi"}], []]
)
def test_a_request_from_elsewhere_is_sent_as_it_is(connected: Path, messages: list[dict[str, str]]) -> None:
    store = open_services().store
    run = Run(id="r", request=ChatRequest.parse({**BODY, "messages": messages}), created="2026-07-01T00:00:00Z")
    store.begin(run)
    store.finish(run.model_copy(update={"outcome": "failed"}))
    ledger = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page("pages/2_History.py")
    sent = again(opened(ledger, run))
    assert sent.request.payload() == run.request.payload()
    assert store.session(sent.session_id or "").cells[-1].id == sent.cell_id
    close_services()


def test_what_the_budget_holds_back_is_not_sent(ledger: AppTest, asked: Run) -> None:
    doors = open_services()
    store = doors.store
    dear = asked.request.payload() | {"model": "scripted/priced"}
    run = asked.model_copy(update={"id": "dear", "request": ChatRequest.parse(dear), "outcome": "queued"})
    store.begin(run)
    store.finish(run.model_copy(update={"outcome": "complete"}))
    store.set_setting("caps", {"session": "0.000001"})
    opened(ledger, run)
    ledger.button(key="history-again").click().run()
    assert "Held back" in words(ledger)
    assert store.runs().totals.runs == 2  # type: ignore[union-attr]
    assert Decimal("0.000001") == doors.caps().session


def test_what_goes_to_a_new_session_is_held_against_what_that_one_may_spend(ledger: AppTest, asked: Run) -> None:
    store = open_services().store
    dear = asked.request.payload() | {"model": "scripted/priced"}
    paid = Money(reported=Decimal(999))
    run = asked.model_copy(update={"id": "dear", "request": ChatRequest.parse(dear), "outcome": "queued"})
    store.begin(run)
    store.finish(run.model_copy(update={"outcome": "complete", "money": paid}))
    store.set_setting("caps", {"session": "999"})
    opened(ledger, run).button(key="history-again").click().run()
    assert "Held back" in words(ledger)
    store.delete_session(asked.session_id or "")
    assert again(opened(ledger, run)).session_id not in (None, asked.session_id)
