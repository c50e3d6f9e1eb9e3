"""What of the load and the soak needs no minutes: their tabs, their upstream, their figures, their last line."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks import load, paced_upstream, soak
from benchmarks.chats import parley_chat
from benchmarks.crowd import Watch
from benchmarks.load import OURS, Load
from benchmarks.side_by_side import HOUSE, plain_environment, web_server
from benchmarks.soak import Held, Soaked
from components.answer.watching import FEW, RAREST, rarity

WELL = Load(pace=0.995, worst=0.98, first=0.2, late=0.04, cpu=20, idle=0.2, streaming=0.5)
BADLY = Load(pace=0.9, worst=0.5, first=2, late=1, cpu=40, idle=1.2, streaming=2)


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.paced_upstream"]
    with web_server(command, folder=HOUSE, environment=plain_environment()) as url:
        yield url


def test_the_upstream_says_so_many_words_at_its_pace_and_when_it_began(upstream: str) -> None:
    body = {"messages": [{"role": "user", "content": "41 words at 1000/s"}]}
    answer = httpx.post(f"{upstream}/chat/completions", json=body, trust_env=False)
    pieces = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    text = "".join(one["choices"][0]["delta"].get("content", "") for one in pieces)
    assert text.startswith("s")
    assert text.endswith("w39 w40\n\nw41 ")
    assert pieces[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_prompt_without_words_is_no_prompt() -> None:
    with pytest.raises(ValueError, match="no words"):
        paced_upstream.asked(json.dumps({"messages": [{"content": "Hello"}]}).encode())


def test_a_crowd_sees_its_answers_to_the_last_word_and_a_soak_hears_of_each(upstream: str, tmp_path: Path) -> None:
    with parley_chat(upstream, tmp_path) as chat:
        with load.crowd([chat.fresh(0), chat.fresh(0)], 30, 1000) as present:
            answers = present.answers()
        soaked = asyncio.run(soak.soak(lambda: chat.fresh(0), runs=2, warm_up=1))
    assert [one.missing for one in answers] == [0, 0]
    assert all(0 < one.first <= one.lasted and one.pace > 0 for one in answers)
    assert soaked.heard == 2
    assert soaked.before.files > 0


def test_a_tab_that_saw_half_an_answer_says_so() -> None:
    watch = Watch(words=10, rate=50)
    watch.see("s1000 w1")
    assert watch.reached == 0
    watch.asked = 1.0
    watch.see("s1000 w1 w2 w3")
    watch.see("no word of it")
    watch.see("w4 w5")
    assert watch.told()["missing"] == 5
    assert not watch.whole.is_set()


def test_paces_are_to_be_at_least_and_memory_at_most() -> None:
    judged = {one.name: one.met for one in load.aims({(OURS, 25): WELL, (OURS, 50): BADLY, ("tutorial", 25): BADLY})}
    assert judged == {
        "25 tabs: share of the upstream's pace": True,
        "50 tabs: share of the upstream's pace": False,
        "an idle tab, MB": False,
    }


def test_a_quick_load_is_a_small_one() -> None:
    quick, whole = load.parsed(["--quick"]), load.parsed([])
    assert (quick.tabs, whole.tabs) == ([1, 25], [1, 10, 25, 50])
    assert (quick.repetitions, soak.parsed(["--quick"]).runs, soak.parsed([]).runs) == (1, 60, 500)


def test_the_tables_have_their_rows() -> None:
    assert "| 25 | Parley | 99.5% | 98.0% | 0.20 | 40 | 20 | 0.20 | 0.50 |" in load.report(
        {(OURS, 25): WELL}, 3, 9, "May"
    )
    soaked = Soaked(60, 60, 9.0, Held(100.4, 12, 20), Held(101, 12, 21))
    assert "| 60 runs later | 101 | 12 | 21 |" in soak.report(soaked, "May")
    assert [one.met for one in soak.aims(soaked)] == [True] * 4


def test_few_answers_are_looked_at_as_ever_and_many_more_rarely_but_never_too_rarely() -> None:
    assert [rarity(alive) for alive in (0, 1, FEW)] == [1, 1, 1]
    assert rarity(2 * FEW) == 2
    assert rarity(10_000) == RAREST


def test_a_crowd_that_finds_no_server_ends_the_benchmark() -> None:
    with pytest.raises(SystemExit), load.crowd(["http://127.0.0.1:9/?c=1"], 1, 1):
        pass
    assert (
        subprocess.run(
            [sys.executable, "-m", "benchmarks.load", "--help"], cwd=HOUSE, stdout=subprocess.DEVNULL
        ).returncode
        == 0
    )
