"""What of the panel's benchmark needs no browser: the same widgets on both sides, its figures and its aims."""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from benchmarks import panel, processes
from benchmarks.panel import BARE, CASES, EVERY_FIELD, TUNED, Cost
from benchmarks.relay import Relay
from benchmarks.side_by_side import scripted_upstream
from parley import ChatRequest, Store
from parley.request import FIELDS, problems
from tests.conftest import HOUSE


def test_every_field_has_a_value_that_may_be_sent() -> None:
    assert set(EVERY_FIELD) == {spec.name for spec in FIELDS} - {"messages"}
    found = problems(ChatRequest.parse(EVERY_FIELD), settings_only=True)
    assert not [problem for problem in found if problem.blocks]


@pytest.mark.parametrize("chosen", ["0", "1"])
def test_the_bare_page_has_a_plain_widget_for_each_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    widgets = panel.plain_widgets()
    (tmp_path / "widgets.json").write_text(json.dumps(widgets), encoding="utf-8")
    monkeypatch.setenv("BENCHMARK_WIDGETS", str(tmp_path / "widgets.json"))
    page = AppTest.from_file(str(HOUSE / "benchmarks" / "bare_panel.py"))
    page.query_params["set"] = chosen
    page.run()
    assert not page.exception
    drawn = {one["label"]: page.get_by_key(f"bare-{one['label']}") for one in widgets}
    assert len(drawn) == len(FIELDS) - 1 + 3
    assert (drawn["temperature"].value, drawn["stop"].value) == (
        (1.0, ["END", "STOP"]) if chosen == "1" else (None, [])
    )


def test_each_case_is_a_session_of_its_own(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path.as_posix()}/parley.db"
    ids = panel.sessions(database)
    with Store(database) as store:
        assert [len(store.session(ids[case]).settings.payload()) for case in CASES] == [0, len(EVERY_FIELD)]


def test_aims_are_held_against_the_bare_page_as_it_comes() -> None:
    typical = {(case, name): Cost(time=10, bytes=1000, held=0) for case in CASES for name in (BARE, TUNED)}
    typical |= {(case, "Parley"): Cost(time=14, bytes=1600, held=0) for case in CASES}
    judged = {one.name: one for one in panel.aims(typical)}
    assert [(one.value, one.met) for one in judged.values()] == [(1.4, True), (1.6, False)] * 2
    assert "nothing set: server time, of the bare page's" in judged


def test_a_relay_hands_on_what_comes_and_counts_it() -> None:
    relay = Relay()
    with scripted_upstream() as url, relay.before(processes.port_of(url.removesuffix("/api/v1"))) as address:
        direct, through = (httpx.get(f"{at}/models") for at in (url, f"{address}/api/v1"))
        assert through.json() == direct.json()
        assert relay.bytes > len(through.content)


def test_quick_types_less_often() -> None:
    quick, whole = panel.parsed(["--quick"]), panel.parsed([])
    assert (quick.repetitions, whole.repetitions) == (1, 3)
    assert quick.reruns < whole.reruns


def test_processor_time_is_that_of_all_threads_also_of_those_that_ended() -> None:
    before = processes.spent(psutil.Process(os.getpid()))
    sum(number * number for number in range(200_000))
    assert processes.spent(psutil.Process(os.getpid())) > before


def test_the_report_has_a_row_for_each_case_and_page() -> None:
    words = panel.report(
        {(CASES[0], "Parley"): [Cost(10, 2000, 9000), Cost(12, 3000, 7000), Cost(40, 2500, 8000)]}, 3, "1 May 2026"
    )
    assert "| nothing set | Parley | 12 | 2.5 | 8.0 |" in words
    assert words.startswith("1 May 2026; medians of 3 reruns")
