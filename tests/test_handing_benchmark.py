"""The benchmark of handing over: every step is measured for both sessions, and an aim is the ratio of their medians."""

from __future__ import annotations

import json

import pytest

from benchmarks.handing_over import AIM, aims, measured, report
from benchmarks.side_by_side import aims_line
from parley.exporting import leaving
from parley.store import Store

STEPS = ["copy", "check", "mask", "link", "read behind a link", "bundle", "HTML page", "Markdown", "Jupyter notebook"]


@pytest.fixture
def store(tmp_path) -> Store:
    with Store(f"sqlite:///{tmp_path}/parley.db") as opened:
        yield opened


def test_both_sessions_go_through_all_steps_as_often_as_asked(store: Store) -> None:
    results = measured(store, (2, 4), 2)
    assert {length: {step: len(times) for step, times in one.items()} for length, one in results.items()} == {
        2: dict.fromkeys(STEPS, 2),
        4: dict.fromkeys(STEPS, 2),
    }
    long = store.snapshot("4")
    (last,) = long.attempts[long.session.cells[-1].id]
    assert len(last.request.messages) == 7
    assert {one.kind for one in leaving(long)} == {"e-mail"}


def test_an_aim_is_how_many_times_longer_the_longer_session_takes() -> None:
    results = {100: {"check": [0.1, 0.3, 0.2]}, 500: {"check": [1.0, 9.0, 1.2]}}
    told = json.loads(aims_line(aims(results)))["aims"]["check: 500 cells, of 100"]
    assert told == {"value": 6.0, "aim": AIM, "met": True}
    assert "| check | 0.20 | 1.20 | 6.0× |" in report(results, 3)
