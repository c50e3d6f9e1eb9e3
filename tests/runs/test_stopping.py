"""Stop, at every moment of a run on the real gateway: it ends as stopped, what came is kept, the other side sees the close."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from parley import ChatRequest, OpenRouter, Runner, Store
from parley.runs import LiveRun
from tests.conftest import KEY

Moment = Callable[[LiveRun], Any]


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    with Store(f"sqlite:///{tmp_path}/parley.db") as store:
        runner = Runner(store, first_ask=0)
        yield runner
        runner.close()


def when(holds: Callable[[], Any]) -> None:
    tick = threading.Event()
    for _ in range(4000):
        if holds():
            return
        tick.wait(0.005)
    raise AssertionError("it never happened")


def seen(base_url: str, user: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = httpx.get(f"{base_url}/posts", params={"user": user}).json()["data"]
    return told


MOMENTS: dict[str, tuple[str, str, Moment]] = {
    "before the answer begins": ("scripted/slow", "after 3600 s", lambda live: live.silence is not None),
    "in a pause before another try": ("scripted/fault-unavailable", "retry in 50 s", lambda live: live.pause),
    "in mid-stream": ("scripted/slow", "4000 tokens at 200/s", lambda live: live.reply.text),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_stop_ends_it_at_once_and_the_other_side_knows(runner: Runner, gateway: str, moment: str) -> None:
    model, words, reached = MOMENTS[moment]
    user = f"stopped {moment}"
    asked = ChatRequest(model=model, messages=[{"role": "user", "content": words}], stream=True, user=user)
    live = runner.start(asked, client=OpenRouter(base_url=gateway, api_key=KEY))
    when(lambda: reached(live) and seen(gateway, user))
    text = live.reply.text
    live.stop()
    ended = live.wait(1)
    assert ended.outcome == "stopped"
    assert ended.reply.text.startswith(text)
    assert (live.pause, live.silence) == (None, None)
    if model == "scripted/slow":
        when(lambda: seen(gateway, user)[0]["cancelled"])


def test_a_retry_is_a_line_of_the_record(runner: Runner, gateway: str) -> None:
    asked = ChatRequest(model="scripted/fault-busy", messages=[{"role": "user", "content": "Hi"}])
    ended = runner.start(asked, client=OpenRouter(base_url=gateway, api_key=KEY)).wait(20)
    marks = [mark.what for mark in ended.timeline]
    assert (ended.outcome, marks.count("sent"), marks.count("retry")) == ("failed", 3, 2)
    notes = [mark.note for mark in ended.timeline if mark.what == "retry"]
    assert [note.split(" in ")[0] for note in notes] == ["try 2", "try 3"]
