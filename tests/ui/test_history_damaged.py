"""What cannot be read or counted says so in its place, and the rest of the page is there."""

from __future__ import annotations

import contextlib
import sqlite3

from streamlit.testing.v1 import AppTest

from components.services import open_services
from parley.notebook import Cell, Session
from tests.ui.history_screen import answer, models, opened, sent, words

TOLD = "damaged and cannot be read"


def spoil(change: str) -> None:
    """Change the database behind Parley's back."""
    path = open_services().store._database.path
    assert path is not None
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(change)


def test_a_row_that_cannot_be_read_says_so(history: AppTest) -> None:
    run = sent(1, reply=answer())
    sent(2, reply=answer())
    spoil("UPDATE bodies SET reply = x'0102' WHERE run = 1")
    opened(history, run)
    assert not history.exception
    assert TOLD in words(history)
    assert len(models(history)) == 2


def test_a_row_is_compared_with_none_that_cannot_be_read(history: AppTest) -> None:
    sent(1, reply=answer())
    opened(history, sent(2, reply=answer()))
    spoil("UPDATE bodies SET request = x'0102' WHERE run = 1")
    history.selectbox(key="history-compare").set_value("r1").run()
    assert not history.exception
    assert TOLD in words(history)


def test_a_session_shows_what_can_be_read_of_it(app: AppTest, connected: object) -> None:
    cell = Cell(id="c", message={"role": "user", "content": "Question"})
    open_services().store.save(Session(id="s", title="Cats", cells=(cell,)))
    sent(1, reply=answer("About cats."), session_id="s", cell_id="c")
    sent(2, reply=answer("About dogs."), session_id="s", cell_id="c")
    spoil("UPDATE bodies SET reply = x'0102' WHERE run = 2")
    app.run()
    assert not app.exception
    assert "About cats." in words(app)


def test_rows_are_drawn_though_their_sums_cannot_be_counted(history: AppTest) -> None:
    sent(1, reply=answer(prompt_tokens=1))
    sent(2, reply=answer(prompt_tokens=1))
    spoil("UPDATE runs SET prompt_tokens = 9223372036854775807")
    history.run()
    assert not history.exception
    assert len(models(history)) == 2
    assert "Not counted: " in words(history)
