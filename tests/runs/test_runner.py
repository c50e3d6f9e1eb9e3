"""What must hold of a run, whatever the other side does: committed first, one POST, settled once, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from parley import ChatRequest, Runner, Store
from parley.budget import Paid, forecast
from parley.catalog import Catalog
from parley.errors import (
    AnswerTimeout,
    AuthenticationFailed,
    LocalModelError,
    ParleyError,
    RateLimited,
    StoreUnavailable,
    StreamBroken,
)
from parley.reply import Finished, ReasoningDelta, StreamEvent, TextDelta, Usage, UsageReport
from parley.runs import LiveRun

HELLO = ChatRequest(model="a/b", messages=[{"role": "user", "content": "Hello"}])
Script = Callable[[Any], AsyncIterator[StreamEvent]]


class Other:
    """The other side, played by a script; counts how often it was asked and knows whether it was left."""

    def __init__(self, script: Script) -> None:
        self.script, self.asked, self.left = script, 0, 0

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: Any = None) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        self.asked += 1
        tap.sent()
        try:
            yield self.script(tap)
        finally:
            self.left += 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/parley.db")
    yield store
    store.close()


@pytest.fixture
def runner(store: Store) -> Iterator[Runner]:
    runner = Runner(store)
    yield runner
    runner.close()


async def greeting(tap: Any) -> AsyncIterator[StreamEvent]:
    tap.headers(200, "gen-1")
    for word in ("Good ", "morning"):
        tap.received(word)
        yield TextDelta(text=word)
    yield UsageReport(usage=Usage.model_validate({"completion_tokens": 2, "cost": "0.0000420"}))
    yield Finished(finish_reason="stop")


async def silence(tap: Any) -> AsyncIterator[StreamEvent]:
    yield TextDelta(text="So")
    await asyncio.Event().wait()


def breaking_off(error: ParleyError, *, after: str = "") -> Script:
    async def script(tap: Any) -> AsyncIterator[StreamEvent]:
        if after:
            yield TextDelta(text=after)
        raise error

    return script


def when(live: LiveRun, holds: Callable[[], bool]) -> None:
    """Wait for something that the run's thread brings about."""
    for _ in range(2000):
        if holds():
            return
        live._ended.wait(0.005)
    raise AssertionError("it never happened")


def test_an_answer_is_folded_priced_and_kept(runner: Runner, store: Store) -> None:
    live = runner.start(HELLO, client=Other(greeting))
    ended = live.wait(5)
    assert (ended.outcome, ended.reply.text, str(ended.money.reported)) == ("complete", "Good morning", "0.0000420")
    assert store.run(live.id) == ended


def test_the_run_is_in_the_store_before_anything_is_sent(runner: Runner, store: Store) -> None:
    found: list[str] = []

    async def looks(tap: Any) -> AsyncIterator[StreamEvent]:
        found.extend(row.id for row in store.runs().rows)
        yield Finished(finish_reason="stop")

    live = runner.start(HELLO, client=Other(looks))
    live.wait(5)
    assert found == [live.id]


def test_what_arrived_is_journaled_while_it_streams(runner: Runner, store: Store) -> None:
    live = runner.start(HELLO, client=Other(silence))
    when(live, lambda: store.run(live.id).reply.text == "So")
    assert store.run(live.id).outcome == "running"


def test_stop_keeps_the_text_and_closes_the_connection(runner: Runner, store: Store) -> None:
    other = Other(silence)
    live = runner.start(HELLO, client=other)
    when(live, lambda: live.reply.text == "So")
    live.stop()
    assert live.wait(5).outcome == "stopped"
    assert (store.run(live.id).reply.text, other.left) == ("So", 1)


def test_stop_before_anything_was_read(runner: Runner) -> None:
    live = runner.start(HELLO, client=Other(silence))
    live.stop()
    live.stop()
    assert live.wait(5).outcome == "stopped"


def test_stopping_an_ended_run_changes_nothing(runner: Runner) -> None:
    live = runner.start(HELLO, client=Other(greeting))
    live.wait(5)
    live.stop()
    assert live.outcome == "complete"


@pytest.mark.parametrize(
    ("error", "after", "outcome"),
    [
        (AuthenticationFailed("No key.", status=401, code=401), "", "failed"),
        (RateLimited("Slow down.", status=429, retry_after=3.0), "", "failed"),
        (RateLimited("Slow down.", status=429), "some", "failed"),
        (AnswerTimeout("Nothing came.", clock="first event"), "", "failed"),
        (AnswerTimeout("It stopped arriving.", clock="idle"), "some", "truncated"),
        (StreamBroken("It may be cut off."), "some", "truncated"),
        (LocalModelError("The weights could not be fetched."), "", "failed"),
    ],
)
def test_every_failure_ends_as_what_it_is(
    runner: Runner, store: Store, error: ParleyError, after: str, outcome: str
) -> None:
    run = runner.start(HELLO, client=Other(breaking_off(error, after=after))).wait(5)
    assert (run.outcome, run.reply.text) == (outcome, after)
    assert run.failure is not None
    assert (run.failure.kind, run.failure.message) == (type(error).__name__, str(error))
    assert store.run(run.id) == run


def test_a_fault_of_ours_fails_the_run_and_not_the_process(runner: Runner) -> None:
    async def wrong(tap: Any) -> AsyncIterator[StreamEvent]:
        raise ZeroDivisionError("secret text")
        yield

    run = runner.start(HELLO, client=Other(wrong)).wait(5)
    assert run.failure is not None
    assert (run.outcome, "secret" in run.failure.message) == ("failed", False)
    assert runner.start(HELLO, client=Other(greeting)).wait(5).outcome == "complete"


def test_one_click_that_arrives_twice_is_one_post(runner: Runner) -> None:
    other = Other(greeting)
    first = runner.start(HELLO, client=other, run_id="click")
    second = runner.start(HELLO, client=other, run_id="click")
    first.wait(5)
    assert (first is second, other.asked) == (True, 1)


def test_the_first_token_is_the_first_output_of_any_kind(runner: Runner) -> None:
    async def thinking(tap: Any) -> AsyncIterator[StreamEvent]:
        yield ReasoningDelta(text="Hm")
        await asyncio.sleep(0.05)
        yield TextDelta(text="Yes")
        yield Finished(finish_reason="stop")

    timings = runner.start(HELLO, client=Other(thinking)).wait(5).timings
    assert timings.first_token_ms is not None
    assert timings.total_ms is not None
    assert timings.total_ms - timings.first_token_ms >= 50


def test_the_tries_before_the_last_are_in_its_times(runner: Runner) -> None:
    async def refused_once(tap: Any) -> AsyncIterator[StreamEvent]:
        tap.sent()
        await asyncio.sleep(0.1)
        tap.sent()
        yield TextDelta(text="Yes")
        yield Finished(finish_reason="stop")

    timings = runner.start(HELLO, client=Other(refused_once)).wait(5).timings
    assert timings.first_token_ms is not None
    assert timings.total_ms is not None
    assert timings.total_ms >= timings.first_token_ms >= 100


def test_the_timeline_names_every_step(runner: Runner) -> None:
    run = runner.start(HELLO, client=Other(greeting)).wait(5)
    assert [mark.what for mark in run.timeline] == ["queued", "sent", "headers", "first token", "finished"]


def test_raw_events_are_kept_with_their_times(runner: Runner, store: Store) -> None:
    run = runner.start(HELLO, client=Other(greeting)).wait(5)
    assert [raw for _, raw in store.events(run.id)] == ["Good ", "morning"]


def test_closing_marks_what_runs_as_interrupted(store: Store) -> None:
    runner = Runner(store)
    live = runner.start(HELLO, client=Other(silence))
    when(live, lambda: live.reply.text == "So")
    runner.close()
    assert (store.run(live.id).outcome, store.run(live.id).reply.text) == ("interrupted", "So")


def test_two_runs_never_share_text(runner: Runner) -> None:
    def saying(word: str) -> Script:
        async def script(tap: Any) -> AsyncIterator[StreamEvent]:
            for _ in range(50):
                yield TextDelta(text=word)
                await asyncio.sleep(0)
            yield Finished(finish_reason="stop")

        return script

    lives = [runner.start(HELLO, client=Other(saying(word))) for word in "abcdefgh"]
    assert [live.wait(5).reply.text for live in lives] == [word * 50 for word in "abcdefgh"]


def test_only_its_owner_sees_a_live_run(runner: Runner) -> None:
    live = runner.start(HELLO, client=Other(greeting), owner="alice")
    assert runner.live(live.id, "alice") is live
    assert runner.live(live.id, "bob") is None
    live.wait(5)


class Refusing:
    """A store on a full disk: it takes the first write, then refuses a while."""

    def __init__(self, store: Store, refusals: int) -> None:
        self._store, self._left = store, refusals

    def begin(self, run: Any, **known: Any) -> None:
        self._store.begin(run, **known)

    def journal(self, *args: Any, **kwargs: Any) -> None:
        self._refuse()
        self._store.journal(*args, **kwargs)

    def finish(self, *args: Any, **kwargs: Any) -> None:
        self._refuse()
        self._store.finish(*args, **kwargs)

    def _refuse(self) -> None:
        if self._left:
            self._left -= 1
            raise StoreUnavailable("The disk is full.")


def test_a_store_that_refuses_is_asked_again_until_it_takes_the_run(store: Store) -> None:
    runner = Runner(Refusing(store, refusals=2))
    live = runner.start(HELLO, client=Other(greeting))
    when(live, lambda: live.unsaved == "The disk is full.")
    assert live.wait(10).outcome == "complete"
    assert (store.run(live.id).reply.text, live.unsaved) == ("Good morning", None)
    assert [raw for _, raw in store.events(live.id)] == ["Good ", "morning"]
    runner.close()


def test_nothing_is_sent_when_the_run_cannot_be_committed(store: Store) -> None:
    class Full(Refusing):
        def begin(self, run: Any, **known: Any) -> None:
            raise StoreUnavailable("The disk is full.")

    runner, other = Runner(Full(store, 0)), Other(greeting)
    with pytest.raises(StoreUnavailable):
        runner.start(HELLO, client=other)
    runner.close()
    assert (other.asked, store.runs().rows) == (0, ())


def test_what_a_run_may_cost_at_worst_is_written_before_it_is_sent(store: Store, runner: Runner) -> None:
    async def unpriced(tap: Any) -> AsyncIterator[StreamEvent]:
        yield TextDelta(text="Yes")
        yield Finished(finish_reason="stop")

    prices = {"prompt": "0.000001", "completion": "0.00001"}
    listed = Catalog.parse([{"id": "a/b", "context_length": 9_000, "pricing": prices}])
    most = forecast(HELLO, listed).most()
    assert most
    runner.start(HELLO, client=Other(unpriced), session_id="s", prices=listed).wait(5)
    assert store.spent(session="s") == Paid(doubtful=most, doubted=1)
    live = runner.start(HELLO, client=Other(unpriced), session_id="unlisted", prices=Catalog())
    live.wait(5)
    assert store.spent(session="unlisted") == Paid(unpriced=(live.id,))
