"""A process that is killed at a random moment loses no run, and at most a quarter of a second or 2 KB of its text.

`PARLEY_KILLS=50 python -m pytest tests/runs/test_crash.py` kills fifty times and says what was missing at most; without a number
it is six times.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from parley import Run, Store
from parley.local.scripted.text import PIECES
from tests.conftest import HOUSE
from tests.runs.crash_child import ASKED, prompt_of

KILLS = int(os.environ.get("PARLEY_KILLS", "6"))
LONGEST = 1.8
"""Seconds: by then the shortest of the answers is over, and the longest is not."""
LAG_MS, LAG_BYTES = 250, 2048


class Log:
    """What the process wrote down of itself before it was killed, each line before it acted on it."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text().splitlines(keepends=True)
        self.told: list[dict[str, Any]] = [json.loads(line) for line in lines if line.endswith("\n")]

    def of(self, what: str) -> dict[str, Any]:
        """Run ids with what was told of them last."""
        return {one["run"]: one["how"] for one in self.told if one["what"] == what}

    def arrived(self, run_id: str, by: float) -> int:
        """Bytes of the answer that the process had by then."""
        told = (one for one in self.told if one["what"] == "received" and one["run"] == run_id and one["at"] <= by)
        return max((int(one["how"]) for one in told), default=0)

    def missing_ms(self, run_id: str, kept: int, killed: float) -> float:
        """How long before its end the process had received the first byte that is not there any more."""
        late = (one["at"] for one in self.told if one["what"] == "received" and one["run"] == run_id)
        sizes = (int(one["how"]) for one in self.told if one["what"] == "received" and one["run"] == run_id)
        return 1000 * next((killed - at for at, size in zip(late, sizes, strict=True) if size > kept), 0.0)


class Crash(NamedTuple):
    log: Log
    killed: float
    runs: dict[str, Run]


def crash(home: Path, gateway: str, seed: int) -> Crash:
    """Let a process work on several runs, kill it, and open what it left behind."""
    url, log = f"sqlite:///{home}/parley.db", home / "log"
    command = [sys.executable, "-m", "tests.runs.crash_child", url, gateway, str(log)]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        time.sleep(random.Random(seed).uniform(0, LONGEST))
        process.kill()
        killed = time.monotonic()
    told = Log(log)
    with Store(url) as store:
        return Crash(told, killed, {run_id: store.run(run_id) for run_id in told.of("begun")})


def integrity(home: Path) -> str:
    with closing(sqlite3.connect(home / "parley.db")) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


class Missing(NamedTuple):
    bytes: int
    ms: float


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[list[Missing]]:
    """What was missing of each run; said at the end to whoever asked for a number of kills."""
    found: list[Missing] = []
    yield found
    if "PARLEY_KILLS" in os.environ and found:
        most, longest = max(one.bytes for one in found), max(one.ms for one in found)
        with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
            sys.stdout.write(f"\n{KILLS} kills, {len(found)} runs: missing at most {most} bytes, {longest:.0f} ms\n")


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_in_mid_stream_loses_no_run(tmp_path: Path, gateway: str, seed: int, figures: list[Missing]) -> None:
    log, killed, runs = crash(tmp_path, gateway, seed)
    assert integrity(tmp_path) == "ok"
    ended = log.of("ended")
    for run_id, name in log.of("begun").items():
        run, whole = runs[run_id], "".join(islice(cycle(PIECES), ASKED[name].tokens))
        assert run.request.payload()["messages"] == [{"role": "user", "content": prompt_of(name)}]
        assert run.outcome in ({ended[run_id]} if run_id in ended else {"interrupted", "complete"})
        assert run.reply.text == whole if run.outcome == "complete" else whole.startswith(run.reply.text)
        kept, received = len(run.reply.text.encode()), log.arrived(run_id, killed)
        missing = received - kept
        figures.append(Missing(max(missing, 0), log.missing_ms(run_id, kept, killed)))
        assert kept >= log.arrived(run_id, killed - LAG_MS / 1000) or missing <= LAG_BYTES
