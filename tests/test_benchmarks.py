"""What of the benchmarks needs no browser: their options, their figures, their last line, and that they leave nothing running."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks import streaming
from benchmarks.chats import EARLIER_TOKENS, answer_of, written_session
from benchmarks.side_by_side import Aim, aims_line, child, plain_environment, table, web_server
from benchmarks.streaming import LONG, LONGER, PACED, REMEMBERING, Case, Seen
from parley.local.scripted.table import Asked
from parley.store import Store
from tests.conftest import HOUSE

FAST = Seen(first=0.1, last=1.0, task=40, gap=20, bytes=10_000)
SLOW = Seen(first=0.2, last=2.0, task=400, gap=500, bytes=900_000)


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_last_line_says_of_every_aim_whether_it_is_met() -> None:
    told = json.loads(aims_line([Aim("quick enough", 1.04, 1.05), Aim("small enough", 13, 12)]))
    assert told == {
        "aims": {
            "quick enough": {"value": 1.04, "aim": 1.05, "met": True},
            "small enough": {"value": 13, "aim": 12, "met": False},
        }
    }


def test_quick_asks_less_and_once() -> None:
    quick, whole = streaming.parsed(["--quick"]), streaming.parsed([])
    assert (quick.repetitions, whole.repetitions) == (1, 3)
    assert set(quick.cases) < set(whole.cases)


def test_cases_can_be_chosen_by_their_words() -> None:
    assert streaming.parsed(["--only", "turns"]).cases == [REMEMBERING]


@pytest.mark.parametrize("case", streaming.CASES, ids=lambda case: case.name)
def test_a_prompt_asks_the_scripted_model_for_just_this_case(case: Case) -> None:
    asked = Asked({"messages": [{"role": "user", "content": case.prompt(7)}]})
    assert (asked.tokens(0), asked.rate(0)) == (case.tokens, case.rate)
    assert asked.first_delay() == (streaming.FIRST_TOKEN_HELD if case.rate == 50 else 0)


def test_every_aim_is_judged_from_the_medians() -> None:
    typical = {(case, chat): SLOW for case in streaming.CASES for chat in ("floor", "tutorial")}
    typical |= {(case, "Parley"): FAST for case in streaming.CASES}
    judged = {one.name: one for one in streaming.aims(typical)}
    assert judged[f"{LONGER.name}: last token, of the tutorial's time"] == Aim(
        "8,000 unlimited: last token, of the tutorial's time", 0.5, 0.15
    )
    assert judged[f"{PACED.name}: longest stall, ms"].met
    assert [one.aim for name, one in judged.items() if "floor" in name] == [1.05, 1.05]


def test_what_was_not_measured_is_not_judged() -> None:
    names = [one.name for one in streaming.aims({(LONG, "Parley"): FAST, (LONG, "tutorial"): SLOW})]
    assert len(names) == 3
    assert all(name.startswith(LONG.name) for name in names)


def test_a_stall_is_the_longest_task_or_the_longest_gap_whichever_is_longer() -> None:
    stalls = [
        one.value for one in streaming.aims({(LONG, "Parley"): SLOW, (LONG, "tutorial"): SLOW}) if "stall" in one.name
    ]
    assert stalls == [500]


def test_the_median_is_taken_figure_by_figure() -> None:
    middle = streaming.median([FAST, SLOW, Seen(first=0.3, last=1.5, task=30, gap=30, bytes=20_000)])
    assert middle == Seen(first=0.2, last=1.5, task=40, gap=30, bytes=20_000)


def test_an_answer_is_whole_when_its_words_and_its_last_letters_are_there() -> None:
    assert streaming.ending(answer_of(300)) == {"counted": 6, "letters": "Notes"}


def test_the_table_has_a_row_for_every_case_and_chat() -> None:
    words = streaming.report({(PACED, "floor"): [FAST], (PACED, "Parley"): [FAST, SLOW]}, 2, "1 May 2026; 2 cores")
    assert "| 300 at 50/s | Parley | 0.15 | 1.50 | 220 | 260 | 455 |" in words
    assert table(["a", "b"], [["c", "1"]]) == "| a | b |\n| --- | ---: |\n| c | 1 |"


def test_the_history_is_a_session_of_answered_cells_of_a_kilobyte(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path.as_posix()}/parley.db"
    session_id = written_session(database, 3)
    with Store(database) as store:
        attempts = store.attempts(session_id)
        assert [len(runs) for runs in attempts.values()] == [1, 1, 1]
        assert {run.reply.text for (run,) in attempts.values()} == {answer_of(EARLIER_TOKENS)}
    assert 900 < len(answer_of(EARLIER_TOKENS).encode()) < 1_200


def test_a_child_ends_with_its_block_even_when_that_is_interrupted(tmp_path: Path) -> None:
    started: list[int] = []

    def interrupted() -> None:
        sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
        with child(sleep, folder=tmp_path, environment=plain_environment()) as process:
            started.append(process.pid)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not alive(started[0])


def test_nobody_else_s_settings_reach_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENROUTER_API_KEY", "PARLEY_HOME", "STREAMLIT_SERVER_PORT", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "theirs")
    assert "theirs" not in plain_environment(PARLEY_MODE="local").values()


@pytest.fixture
def bare_page(gateway: str) -> Iterator[str]:
    environment = plain_environment(
        BENCHMARK_UPSTREAM=gateway, BENCHMARK_PROMPT="Well?", BENCHMARK_ANSWER="</script><b>well</b>"
    )
    command = [sys.executable, "-m", "benchmarks.bare_page"]
    with web_server(command, folder=HOUSE, environment=environment) as url:
        yield url


def test_the_bare_page_hands_the_stream_on_as_it_comes(bare_page: str) -> None:
    body = {"model": "scripted/text", "messages": [{"role": "user", "content": "12 tokens at 1000/s"}], "stream": True}
    answer = httpx.post(f"{bare_page}/chat/completions", json=body, trust_env=False)
    pieces = [json.loads(line[6:])["choices"] for line in answer.text.splitlines() if line.startswith("data: {")]
    assert "".join(one[0]["delta"].get("content") or "" for one in pieces if one) == answer_of(12)
    assert answer.text.rstrip().endswith("data: [DONE]")


def test_the_bare_page_holds_its_history_as_text(bare_page: str) -> None:
    assert "<b>" not in httpx.get(bare_page, trust_env=False).text
