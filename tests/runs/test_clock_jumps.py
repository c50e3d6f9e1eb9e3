"""A clock that is set while an answer comes: no time of the run is measured by it, and what is stored is in UTC."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from parley import ChatRequest, Runner, Store
from parley.reply import Finished, StreamEvent, TextDelta

HOUR = 3600.0
FAR = 60_000.0
"""Milliseconds: longer than any of these answers takes, much shorter than the jump."""


class Jumping:
    """An upstream in whose middle the clock is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, by: float) -> None:
        self._monkeypatch, self._by = monkeypatch, by

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: Any = None) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        tap.sent()
        yield self._events(tap)

    async def _events(self, tap: Any) -> AsyncIterator[StreamEvent]:
        tap.received("one")
        yield TextDelta(text="one")
        await asyncio.sleep(0)
        moment, by = time.time(), self._by
        self._monkeypatch.setattr(time, "time", lambda: moment + by)
        self._monkeypatch.setattr(time, "time_ns", lambda: int((moment + by) * 1e9))
        tap.received("two")
        yield TextDelta(text=", two")
        yield Finished(finish_reason="stop")


@pytest.mark.parametrize("by", [-HOUR, HOUR, 24 * 365 * HOUR])
def test_a_clock_that_is_set_in_mid_answer_changes_nothing_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: float
) -> None:
    with Store(f"sqlite:///{tmp_path}/parley.db") as store:
        runner = Runner(store)
        said = [{"role": "user", "content": "Hello"}]
        live = runner.start(ChatRequest(model="a/b", messages=said), client=Jumping(monkeypatch, by))
        run = live.wait(30)
        runner.close()
        assert (run.outcome, store.run(run.id).reply.text) == ("complete", "one, two")
        assert 0 <= (run.timings.total_ms or 0) < FAR
        assert [mark.ms for mark in run.timeline] == sorted(mark.ms for mark in run.timeline)
        assert [ms for ms, _ in store.events(run.id)] == sorted(ms for ms, _ in store.events(run.id))
        assert store.run(run.id).created.tzinfo is UTC
        assert store.interrupt_orphans() == 0
