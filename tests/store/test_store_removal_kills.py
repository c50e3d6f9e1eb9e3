"""A removal for good that is killed at any of its statements loses no cost and counts none twice, and the next start completes it."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from parley.budget import Paid
from parley.notebook import Run
from parley.reply import Reply
from parley.store import Store
from parley.store.marks import Leftovers
from tests.conftest import HOUSE
from tests.store.removal_child import OWNERS

WORST = Decimal("0.06")
EACH = 2
"""Runs of each owner."""


@pytest.fixture
def deleted(tmp_path: Path, a_run: Callable[..., Run]) -> Path:
    """A ledger whose runs were all deleted two days ago: what they cost is not known yet."""
    path = tmp_path / "deleted.db"
    with Store(f"sqlite:///{path}") as store:
        for owner in OWNERS:
            names = [f"{owner}{number}" for number in range(EACH)]
            for name in names:
                body = {"messages": [{"role": "user", "content": f"Only {name} says this."}]}
                run = a_run(name, body, session_id="s", created=datetime.now(UTC))
                store.begin(run, worst=WORST, owner=owner)
                ended = {"outcome": "stopped", "reply": Reply(text="So", generation_id="gen-1")}
                store.finish(run.model_copy(update=ended), owner=owner)
            store.delete_runs(names, owner=owner)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE runs SET deleted = deleted - ?", [timedelta(days=2) // timedelta(microseconds=1)])
    return path


def left(path: Path) -> tuple[int, int, int, str]:
    """Runs that are there, those that are remembered as removed, those whose cost may still come, and whether the file is whole."""
    questions = (
        "SELECT count(*) FROM runs",
        "SELECT coalesce(sum(doubted), 0) FROM removed_costs",
        "SELECT count(*) FROM awaited_costs",
        "PRAGMA integrity_check",
    )
    with closing(sqlite3.connect(path)) as raw:
        runs, removed, awaited, whole = (raw.execute(question).fetchone()[0] for question in questions)
    return runs, removed, awaited, whole


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_wherever_it_is_killed_the_next_start_completes_it(deleted: Path, tmp_path: Path) -> None:
    folder, every = tmp_path / "killed", EACH * len(OWNERS)
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "tests.store.removal_child", deleted, folder], cwd=HOUSE, check=True)
    copies = [path / "parley.db" for path in folder.iterdir()]
    assert {left(path) for path in copies} == {(runs, every - runs, every - runs, "ok") for runs in (4, 2, 0)}
    for path in copies:
        with Store(f"sqlite:///{path}") as store:
            assert store.deletions() == ()
            store.remove_deleted()
            for owner in OWNERS:
                assert store.spent(session="s", owner=owner) == Paid(doubtful=EACH * WORST, doubted=EACH)
                assert store.leftovers(owner=owner) == Leftovers()
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("SELECT count(*) FROM blobs").fetchone() == (0,)
