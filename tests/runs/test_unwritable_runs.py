"""However the store, the prices or the server fail: a run ends, on the screen and for whoever waits for it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from parley import ChatRequest, Runner, Store
from parley.catalog import Catalog
from parley.errors import Missing, RateLimited, StoreError, StoreUnavailable
from parley.money import Money
from parley.reply import Finished, StreamEvent, TextDelta, Usage, UsageReport
from parley.runs.writing import TEXT_ALONE, UNSENT, UNWRITABLE

HELLO = ChatRequest(model="a/b", messages=[{"role": "user", "content": "Hello"}])
SECRET = "what the person wrote"


class Saying:
    """The other side: says two words, says no more unless it may go on, then tells what it used."""

    def __init__(self, usage: Usage | None = None, error: Exception | None = None, *, go_on: bool = True) -> None:
        self.usage, self.error, self.go_on = usage, error, go_on

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: Any = None) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        tap.sent()
        yield self._events(tap)

    async def _events(self, tap: Any) -> AsyncIterator[StreamEvent]:
        tap.received("Good morning")
        yield TextDelta(text="Good morning")
        if not self.go_on:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        if self.usage:
            yield UsageReport(usage=self.usage)
        yield Finished(finish_reason="stop")


class Picky:
    """A store that asks `objects` about every journal write and every final one, and otherwise does its work."""

    def __init__(self, store: Store, objects: Callable[[str, Any], None]) -> None:
        self._store, self._objects = store, objects
        self.asked: list[str] = []

    def begin(self, run: Any, **known: Any) -> None:
        self._store.begin(run, **known)

    def journal(self, run_id: str, reply: Any, events: Any = (), **known: Any) -> None:
        self.asked.append("journal")
        self._objects("journal", reply)
        self._store.journal(run_id, reply, events, **known)

    def finish(self, run: Any, events: Any = ()) -> None:
        self.asked.append("finish")
        self._objects("finish", run.reply)
        self._store.finish(run, events)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path}/parley.db") as store:
        yield store


@pytest.fixture
def running() -> Iterator[Callable[[Any], Runner]]:
    """Makes runners, and closes them."""
    runners: list[Runner] = []

    def made(store: Any) -> Runner:
        runners.append(Runner(store))
        return runners[-1]

    yield made
    for runner in runners:
        runner.close()


def always(error: Exception) -> Callable[[str, Any], None]:
    def objects(call: str, reply: Any) -> None:
        raise error

    return objects


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError(SECRET), UNWRITABLE),
        (OverflowError(SECRET), UNWRITABLE),
        (Missing("This run was deleted."), "This run was deleted."),
        (StoreError("The database could not do this."), "The database could not do this."),
    ],
)
def test_a_write_that_can_never_be_is_given_up_and_the_run_ends(
    store: Store, running: Any, caplog: pytest.LogCaptureFixture, error: Exception, told: str
) -> None:
    picky = Picky(store, always(error))
    runner = running(picky)
    live = runner.start(HELLO, client=Saying())
    assert live.wait(5).outcome == "complete"
    assert (live.reply.text, live.unsaved, picky.asked) == ("Good morning", told, ["finish", "finish"])
    assert runner.live(live.id) is live
    assert "in finish" in caplog.text
    assert SECRET not in caplog.text


def test_an_answer_that_cannot_be_journaled_can_be_stopped_and_is_written_whole(store: Store, running: Any) -> None:
    tried = threading.Event()

    def objects(call: str, reply: Any) -> None:
        if call == "journal":
            tried.set()
            raise ValueError(SECRET)

    live = running(Picky(store, objects)).start(HELLO, client=Saying(go_on=False))
    assert tried.wait(5)
    live.stop()
    assert live.wait(5).outcome == "stopped"
    assert live.unsaved is None
    assert store.run(live.id) == live.run
    assert store.events(live.id)


def test_the_words_alone_are_journaled_where_the_whole_cannot_be(store: Store, running: Any) -> None:
    journaled = threading.Event()

    def objects(call: str, reply: Any) -> None:
        if TEXT_ALONE in reply.notes:
            journaled.set()
        else:
            raise ValueError(SECRET)

    live = running(Picky(store, objects)).start(HELLO, client=Saying(go_on=False))
    assert journaled.wait(5)
    live.stop()
    live.wait(5)
    assert (store.run(live.id).reply.text, store.run(live.id).outcome) == ("Good morning", "stopped")


def test_what_the_database_can_never_take_costs_the_figures_and_not_the_words(store: Store, running: Any) -> None:
    def objects(call: str, reply: Any) -> None:
        if reply.usage is not None:
            raise OverflowError(SECRET)

    live = running(Picky(store, objects)).start(HELLO, client=Saying(Usage(prompt_tokens=1)))
    ended = live.wait(5)
    kept = store.run(live.id)
    assert (ended.outcome, kept.outcome, kept.reply.text) == ("complete", "complete", "Good morning")
    assert (kept.reply.notes, live.unsaved) == ((TEXT_ALONE,), TEXT_ALONE)
    assert ended.reply.usage is not None


class Unpriceable(Catalog):
    def money(self, *args: Any, **kwargs: Any) -> Money:
        raise ArithmeticError(SECRET)


def test_an_answer_that_cannot_be_priced_has_no_price(
    store: Store, running: Any, caplog: pytest.LogCaptureFixture
) -> None:
    live = running(store).start(HELLO, client=Saying(), prices=Unpriceable())
    run = live.wait(5)
    assert (run.outcome, run.reply.text, run.money) == ("complete", "Good morning", Money())
    assert store.run(live.id) == run
    assert SECRET not in caplog.text


def test_an_error_with_facts_of_a_strange_kind_is_kept_without_them(store: Store, running: Any) -> None:
    odd: Any = ["not", "a", "code"]
    run = running(store).start(HELLO, client=Saying(error=RateLimited("Slow down.", code=odd))).wait(5)
    assert run.failure is not None
    assert (run.outcome, run.failure.kind, run.failure.message) == ("failed", "RateLimited", "Slow down.")


def test_a_screen_learns_of_the_end_before_it_is_written(store: Store, running: Any) -> None:
    may_write = threading.Event()

    def slow(call: str, reply: Any) -> None:
        may_write.wait(5)

    live = running(Picky(store, slow)).start(HELLO, client=Saying())
    assert live.settled.wait(5)
    assert (live.outcome, store.run(live.id).live) == ("complete", True)
    may_write.set()
    assert live.wait(5) == store.run(live.id)


def test_a_run_on_its_way_is_not_settled(store: Store, running: Any) -> None:
    live = running(store).start(HELLO, client=Saying(go_on=False))
    assert not live.settled.is_set()
    live.stop()
    assert live.settled.wait(5)


def test_a_runner_may_be_closed_twice_while_the_store_refuses(store: Store) -> None:
    runner = Runner(Picky(store, always(StoreUnavailable("The disk is full."))))
    live = runner.start(HELLO, client=Saying())
    assert live.settled.wait(5)
    runner.close(0.5)
    runner.close()
    assert (live.outcome, live.unsaved) == ("complete", "The disk is full.")


def test_what_is_logged_is_where_and_never_what(caplog: pytest.LogCaptureFixture, store: Store, running: Any) -> None:
    live = running(store).start(HELLO, client=Saying(error=ValueError(SECRET)))
    assert live.wait(5).outcome == "failed"
    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert "ValueError" in record.getMessage()
    assert SECRET not in record.getMessage()


def test_a_request_that_cannot_be_written_is_not_sent(
    store: Store, running: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Picky):
        def begin(self, run: Any, **known: Any) -> None:
            raise OverflowError(SECRET)

    with pytest.raises(StoreError, match=UNSENT) as caught:
        running(Broken(store, always(ValueError()))).start(HELLO, client=Saying(), run_id="click")
    assert SECRET not in f"{caught.value} {caplog.text}"
    assert running(store).start(HELLO, client=Saying(), run_id="click").wait(5).outcome == "complete"
