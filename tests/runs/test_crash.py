"""A process that is killed in mid-stream loses no run, and at most a quarter of a second or 2 KB of its text."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parley import Store
from tests.conftest import HOUSE

RECEIVING = """
import sys, time
from parley import ChatRequest, OpenRouter, Runner, Store

store = Store(sys.argv[1])
request = ChatRequest(model="scripted/text", messages=[{"role": "user", "content": "2000 tokens at 400/s"}], stream=True)
live = Runner(store).start(request, client=OpenRouter(base_url=sys.argv[2]))
print(live.id, flush=True)
while True:
    print(time.monotonic(), len(live.reply.text), flush=True)
    time.sleep(0.01)
"""
LAG = 0.25


@pytest.mark.parametrize("seed", range(10))
def test_a_kill_in_mid_stream_loses_no_run(tmp_path: Path, gateway: str, seed: int) -> None:
    url = f"sqlite:///{tmp_path}/parley.db"
    command = [sys.executable, "-c", RECEIVING, url, gateway]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        run_id = process.stdout.readline().strip()
        time.sleep(random.Random(seed).uniform(0, 1.2))
        process.send_signal(signal.SIGKILL)
        seen = [line.split() for line in process.stdout.read().splitlines() if line.count(" ") == 1]
    with Store(url) as store:
        run = store.run(run_id)
    assert run.outcome == "interrupted"
    assert run.request.payload()["messages"] == [{"role": "user", "content": "2000 tokens at 400/s"}]
    last = float(seen[-1][0]) if seen else 0.0
    received = [int(length) for at, length in seen if float(at) <= last - LAG]
    assert len(run.reply.text) >= max(received, default=0) or int(seen[-1][1]) - len(run.reply.text) <= 2048
