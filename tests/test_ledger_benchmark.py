"""What of the ledger's benchmark needs no minutes: its ledgers are what the store would have written, and its last line says what it must."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import ledger
from benchmarks.grown_ledger import COMMON, RARE, RARE_EVERY, grow
from benchmarks.side_by_side import aims_line
from parley import Store
from parley.store import RunQuery

SIZE = RARE_EVERY


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("ledger") / "parley.db"
    grow(path, SIZE)
    with Store(f"sqlite:///{path.as_posix()}") as opened:
        yield opened


def test_a_grown_ledger_holds_whole_runs(store: Store) -> None:
    page = store.runs(RunQuery(limit=3))
    assert store.totals().runs == SIZE
    for row in page.rows:
        run = store.run(row.id)
        assert run.request.payload()["messages"][0]["content"].startswith(row.prompt)
        assert (run.outcome, run.reply.model, run.timings.total_ms) == (row.outcome, row.model_answered, row.total_ms)
        assert store.session(row.session_id or "").title == row.session_title


def test_its_words_are_found_and_its_index_is_sound(store: Store) -> None:
    (row,) = store.runs(RunQuery(search=RARE))
    assert row.sequence == SIZE
    hits = store.totals(RunQuery(search=COMMON)).runs
    assert SIZE / 5 < hits < SIZE / 1.5
    with closing(sqlite3.connect(store._database.path or "")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_every_task_does_something_and_leaves_the_ledger_as_it_was(store: Store) -> None:
    for task in ledger.tasks():
        task.do(store)
    ledger.tidied(store)
    assert store.totals().runs == SIZE


@pytest.mark.parametrize(("many", "met"), [(2.0, True), (900.0, False)])
def test_its_last_line_says_whether_a_million_feel_like_ten_thousand(many: float, met: bool) -> None:
    results = {task.name: {ledger.FEW: 1.0, ledger.MANY: many} for task in ledger.tasks()}
    told = json.loads(aims_line(ledger.aims(results)))["aims"]
    assert {one["met"] for one in told.values()} == {met}
    rows = [
        line for line in ledger.report(results, {ledger.FEW: 10**7, ledger.MANY: 10**9}, 3).splitlines() if "| " in line
    ]
    assert len(rows) == 2 + len(results)
    assert [name.strip() for name in rows[0].split("|")][2:4] == ["10,000 runs", "1,000,000 runs"]


def test_quick_asks_less(tmp_path: Path) -> None:
    quick, whole = ledger.parsed(["--quick", "--keep", str(tmp_path)]), ledger.parsed([])
    assert (quick.sizes[1], quick.repetitions) < (whole.sizes[1], whole.repetitions)
    assert quick.keep == tmp_path
