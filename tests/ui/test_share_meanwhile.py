"""What happens to a session while somebody hands it over: the copy that was checked is the one that leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.services import close_services, open_services
from parley.notebook import Cell, Run, Session
from parley.reply import Reply
from parley.request import ChatRequest
from tests.conftest import HOUSE

CELLS = tuple(Cell(id=f"c{n}", message={"role": "user", "content": f"Prompt {n}"}) for n in range(3))


def a_run(id: str, cell: Cell, outcome: str = "complete") -> Run:
    told = {"request": ChatRequest(model="a/b", messages=[cell.message]), "reply": Reply(text=f"Answer {id}")}
    return Run(
        id=id, session_id="s", cell_id=cell.id, outcome=outcome, created=datetime(2026, 1, 1, tzinfo=UTC), **told
    )


@pytest.fixture
def dialog(home: Path) -> Iterator[AppTest]:
    """It stands open on a session of three prompts, of which the last is still being answered."""
    page = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page("pages/3_Sessions.py")
    store = open_services().store
    store.save(Session(id="s", title="Ours", cells=CELLS))
    store.finish(a_run("r0", CELLS[0]))
    store.finish(a_run("r1", CELLS[1]))
    store.begin(a_run("r2", CELLS[2], "queued"))
    page.run()
    yield page.menu_button(key="session-s-more").click("Share or export").run()
    close_services()


def without(number: int) -> None:
    """Another tab deletes a prompt."""
    store = open_services().store
    session = store.session("s")
    kept = tuple(cell for cell in session.cells if cell.id != f"c{number}")
    store.save(session.model_copy(update={"cells": kept}))


def linked(page: AppTest) -> list[str]:
    """The cells of the copy behind the link that is made now."""
    page.button(key="share-create").click().run()
    assert not page.exception
    (url,) = [one.value for one in page.code if "/share/" in one.value]
    share = open_services().store.shared(url.rpartition("/")[2])
    assert share is not None
    assert share.snapshot is not None
    return [cell.id for cell in share.snapshot.session.cells]


def test_what_was_deleted_elsewhere_meanwhile_is_in_the_copy_that_was_checked(dialog: AppTest) -> None:
    without(1)
    assert linked(dialog) == ["c0", "c1", "c2"]


def test_so_is_a_whole_session_that_was(dialog: AppTest) -> None:
    open_services().store.delete_session("s")
    assert linked(dialog) == ["c0", "c1", "c2"]


def test_read_again_it_does_not_go_beyond_what_was_chosen(dialog: AppTest) -> None:
    dialog.selectbox(key="share-until").set_value("c1").run()
    without(1)
    dialog.button(key="share-again").click().run()
    assert not dialog.exception
    assert linked(dialog) == ["c0"]


def test_read_again_after_it_was_deleted_it_says_so(dialog: AppTest) -> None:
    open_services().store.delete_session("s")
    dialog.button(key="share-again").click().run()
    assert not dialog.exception
    assert "There is no such session" in " ".join(one.value for one in dialog.error)
