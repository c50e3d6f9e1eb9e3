"""What a run cost is asked for after its end, in the background: on the real gateway, however the run ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parley import ChatRequest, OpenRouter, Run, Runner, Store
from parley.reply import Reply
from parley.runs import Unsettled
from parley.wire.exchange import Clocks
from tests.conftest import KEY


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path}/parley.db") as opened:
        yield opened


@pytest.fixture
def runner(store: Store) -> Iterator[Runner]:
    runner = Runner(store, first_ask=0)
    yield runner
    runner.close()


@pytest.fixture
def client(gateway: str) -> OpenRouter:
    return OpenRouter(base_url=gateway, api_key=KEY, clocks=Clocks(backoff=0.1))


def asking(model: str, words: str, *, stream: bool = True) -> ChatRequest:
    return ChatRequest(model=model, messages=[{"role": "user", "content": words}], stream=stream)


def when(holds: Callable[[], Any]) -> None:
    """Wait for something that the run's thread brings about."""
    tick = threading.Event()
    for _ in range(4000):
        if holds():
            return
        tick.wait(0.005)
    raise AssertionError("it never happened")


@pytest.mark.parametrize("stream", [True, False])
def test_a_complete_run_is_audited_and_its_answer_stays(
    runner: Runner, store: Store, client: OpenRouter, stream: bool
) -> None:
    live = runner.start(asking("scripted/priced", "Go on", stream=stream), client=client)
    before = live.wait(20)
    when(lambda: live.run.money.audited is not None)
    after = store.run(live.id)
    assert after.money.audited == after.money.reported
    assert (after.outcome, after.reply, after.timeline) == (before.outcome, before.reply, before.timeline)
    assert live.run == after


def test_a_stopped_run_has_a_cost_and_tokens_that_its_answer_never_named(
    runner: Runner, store: Store, client: OpenRouter
) -> None:
    live = runner.start(asking("scripted/slow", "400 tokens at 200/s"), client=client)
    when(lambda: live.reply.text)
    live.stop()
    assert live.wait(20).money.best is None
    when(lambda: live.run.booked)
    settled = store.run(live.id)
    assert (settled.outcome, settled.reply.usage) == ("stopped", None)
    assert settled.booked is not None
    assert 0 < (settled.booked.completion_tokens or 0) < 400
    assert not live.settling


def test_what_is_booked_late_is_asked_for_until_it_is(runner: Runner, client: OpenRouter) -> None:
    live = runner.start(asking("scripted/booking", "booked in 300 ms"), client=client)
    assert live.wait(20).money.audited is None
    when(lambda: live.run.money.audited is not None)


def test_an_end_waits_for_no_cost_and_the_next_start_asks_again(store: Store, client: OpenRouter) -> None:
    first = Runner(store, first_ask=3600)
    live = first.start(asking("scripted/priced", "Go on"), client=client, connection="OpenRouter")
    live.wait(20)
    first.close()
    assert not live.settling
    (left,) = store.unsettled("OpenRouter", datetime(2020, 1, 1, tzinfo=UTC))
    second = Runner(store, first_ask=0)
    second.settle([Unsettled(*left)], client)
    try:
        when(lambda: store.run(live.id).money.audited is not None)
    finally:
        second.close()


def test_a_cost_that_comes_after_its_run_was_removed_for_good_is_counted(
    store: Store, client: OpenRouter, caplog: pytest.LogCaptureFixture
) -> None:
    first = Runner(store, first_ask=3600)
    live = first.start(asking("scripted/slow", "400 tokens at 200/s"), client=client, session_id="s", connection="C")
    when(lambda: live.reply.text)
    live.stop()
    live.wait(20)
    first.close()
    (left,) = store.unsettled("C", datetime(2020, 1, 1, tzinfo=UTC))
    store.delete_runs([live.id])
    store.remove_deleted()
    assert store.spent(session="s").more == 1
    second = Runner(store, first_ask=0)
    second.settle([Unsettled(*left)], client)
    try:
        when(lambda: store.spent(session="s").more == 0)
    finally:
        second.close()
    assert not caplog.records


class NoBooks:
    """A server that answers, and knows no way to ask for a cost."""

    def __init__(self, inner: OpenRouter) -> None:
        self.stream = inner.stream


def test_who_keeps_no_books_is_not_asked(runner: Runner, client: OpenRouter) -> None:
    live = runner.start(asking("scripted/priced", "Go on"), client=NoBooks(client))
    assert live.wait(20).outcome == "complete"
    assert not live.settling


@pytest.mark.parametrize("id_", [None, "", "chatcmpl-1"])
def test_only_answers_that_are_booked_are_asked_for(id_: str | None) -> None:
    run = Run(id="r", request=ChatRequest(), created=datetime(2026, 1, 1, tzinfo=UTC), reply=Reply(generation_id=id_))
    assert Unsettled.of(run) is None
