"""U30: the server of the local model dies under an answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

from components.answer.receipt import trouble_of
from parley import ChatRequest, OpenRouter
from parley.errors import WeightsUnavailable
from parley.local import LocalServer
from parley.local.server import LocalStatus
from parley.runs import LiveRun
from tests.faults.playing import House


def no_weights(*_: object) -> NoReturn:
    raise WeightsUnavailable("No weights today.")


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalServer]:
    """The server as the app runs it, in a child process; scripted models stand in for the language model."""
    server = LocalServer(tmp_path, fetch=no_weights, back_off=0.0)
    server.start()
    yield server
    server.stop()


def asked(house: House, status: LocalStatus, prompt: str) -> LiveRun:
    request = ChatRequest(model="scripted/text", messages=[{"role": "user", "content": prompt}], stream=True)
    assert status.base_url
    return house.runner.start(request, client=OpenRouter(base_url=status.base_url, api_key=status.api_key))


def test_a_child_that_is_killed_under_an_answer_leaves_what_came_and_is_replaced(
    house: House, local: LocalServer
) -> None:
    status = local.wait(30)
    live = asked(house, status, "5000 tokens at 100/s")
    while not live.reply.text:
        live.wait(0.01)
    psutil.Process(status.pid).kill()
    run = live.wait(30)
    kept, told = house.store.run(run.id), trouble_of(run)
    assert (kept.outcome, kept.reply.text) == ("truncated", run.reply.text)
    assert run.reply.text.startswith("##")
    assert told is not None
    assert "The connection broke before the end of the answer: what came is kept." in told[1]
    again = local.until(lambda now: now.pid not in (None, status.pid), 30)
    assert asked(house, again, "3 tokens at 5000/s").wait(30).outcome == "complete"
