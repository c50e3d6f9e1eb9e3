"""What of the notebook's benchmark needs no browser: its sessions, its figures, its last line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.notebook import LENGTHS, SIZE, aims, report, session_of
from benchmarks.panel import Cost
from benchmarks.side_by_side import aims_line
from parley import Store
from parley.notebook import chosen_runs, messages

FLAT = {length: [Cost(time=50, bytes=12_000, held=26_000)] for length in LENGTHS}
STEEP = {length: [Cost(time=50 + length, bytes=12_000 + 100 * length, held=26_000)] for length in LENGTHS}


def test_every_cell_of_its_sessions_was_answered_and_none_like_another(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path.as_posix()}/parley.db") as store:
        session = store.session(session_of(store, 12))
        attempts = store.attempts(session.id)
    said = [message["content"] for message in messages(session, chosen_runs(session, attempts))]
    assert len(said) == len(set(said)) == 24
    assert all(0.8 * SIZE < len(words) <= 1.1 * SIZE for words in said)


@pytest.mark.parametrize(("results", "met"), [(FLAT, True), (STEEP, False)])
def test_its_last_line_says_whether_the_cost_stays_flat(results: dict[int, list[Cost]], met: bool) -> None:
    told = json.loads(aims_line(aims(results)))["aims"]
    assert [one["met"] for one in told.values()] == [met, met]


def test_its_table_has_a_row_for_each_length() -> None:
    rows = [line for line in report(FLAT, 3, "today").splitlines() if line.startswith("| ")]
    assert [row.split("|")[1].strip() for row in rows[2:]] == [f"{length:,}" for length in LENGTHS]
