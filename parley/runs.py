"""Runs: requests that were really sent, each worked off on one event loop that no screen can disturb.

A run is committed to the store before anything is sent, journaled while it streams, and written once more however it
ends. Whoever wants to see it holds a LiveRun; closing a page, moving a slider or losing a connection touches only the
onlooker. Only `LiveRun.stop()` stops a run.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from parley.catalog import Catalog
from parley.errors import AnswerTimeout, AnswerTooLarge, ParleyError, StoreError, StreamBroken, UpstreamError
from parley.notebook import LIVE, Failure, Mark, Outcome, Run, Timings
from parley.reply import Reply, ReplyFold, Started, StreamEvent
from parley.request import ChatRequest

JOURNAL_EVERY = 0.2
"""Seconds between two journal writes: text is on disk at most 250 ms after it arrived (RELIABILITY: journal first)."""
MOST_LIVE_RUNS = 64
OUTPUT_KINDS = frozenset({"text", "reasoning", "refusal", "tool_call", "image", "audio"})
KEPT_AT_HAND = 600.0
"""Seconds for which a finished run stays at hand in memory, so that a page that looks late finds it at once."""

_log = logging.getLogger("parley.runs")


class Journal(Protocol):
    """What a Runner needs of the store."""

    def begin(self, run: Run) -> None: ...

    def journal(
        self, run_id: str, reply: Reply, events: Sequence[tuple[float, str]] = (), *, timings: Timings, owner: str = ""
    ) -> None: ...

    def finish(self, run: Run, events: Sequence[tuple[float, str]] = ()) -> None: ...


class Upstream(Protocol):
    """What a Runner needs of a client."""

    def stream(self, request: ChatRequest, tap: Any = None) -> Any: ...


class LiveRun:
    """The handle of a run: safe to hold and to ask from any thread, before and after its end."""

    def __init__(self, run: Run, prices: Catalog | None = None) -> None:
        self.id = run.id
        self._run = run
        self._prices = prices or Catalog()
        self._fold = ReplyFold()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._born = time.monotonic()
        self._sent: float | None = None
        self._first_token_ms: float | None = None
        self._timeline: list[Mark] = []
        self._events: list[tuple[float, str]] = []
        self._reading: asyncio.Future[None] | None = None
        self.ended_by: Outcome | None = None
        """How it was ended from outside; None while nobody has."""
        self.version = 0
        """Grows with every event: a page compares it to know whether there is news."""
        self.unsaved: str | None = None
        """A sentence while the store refuses to take the run; it is tried again until it is written."""
        self.mark("queued")

    @property
    def reply(self) -> Reply:
        """What has arrived so far."""
        with self._lock:
            return self._fold.reply

    @property
    def outcome(self) -> Outcome:
        return self._run.outcome

    @property
    def run(self) -> Run:
        """The run as it stands now, as a value."""
        with self._lock:
            run = self._run
            if run.outcome not in LIVE:
                return run
            return run.model_copy(update={"reply": self._fold.reply, "timings": self._timings(), **self._past()})

    def stop(self) -> None:
        """Close the connection and keep what came; returns at once, harmless when the run has ended."""
        self.end("stopped")

    def end(self, how: Outcome) -> None:
        """End the run before its time, as `how`; the first word counts."""
        if self.ended_by is None:
            self.ended_by = how
            if self._reading is not None:
                self._reading.get_loop().call_soon_threadsafe(self._reading.cancel)

    def wait(self, timeout: float | None = None) -> Run:
        """Block until the run has ended and is written, or `timeout` seconds have passed; gives the run as it is then."""
        self._ended.wait(timeout)
        return self.run

    def mark(self, what: str, note: str = "") -> None:
        self._timeline.append(Mark(ms=round(self._age_ms(), 3), what=what, note=note))

    # What a client tells while it works: see `OpenRouter.stream(tap=...)`.

    def sent(self) -> None:
        self._sent = time.monotonic()
        self.mark("sent")

    def headers(self, status: int, generation_id: str | None) -> None:
        self.mark("headers", f"HTTP {status}")
        if generation_id:
            self.take(Started(generation_id=generation_id))

    def received(self, raw: str) -> None:
        self._events.append((round(self._age_ms(), 3), raw))

    def retrying(self, attempt: int, wait: float, error: UpstreamError) -> None:
        self.mark("retry", f"attempt {attempt + 1} in {wait:.1f} s: {error}")
        self.version += 1

    def take(self, event: StreamEvent) -> None:
        """Fold one event in."""
        with self._lock:
            self._fold.add(event)
        if self._first_token_ms is None and event.kind in OUTPUT_KINDS:
            self._first_token_ms = self._since_sent()
            self.mark("first token")
        self.version += 1

    def new_events(self) -> list[tuple[float, str]]:
        """The raw events since the last call."""
        events, self._events = self._events, []
        return events

    def put_back(self, events: Sequence[tuple[float, str]]) -> None:
        """Give back raw events that could not be written, to be taken again before the newer ones."""
        self._events[:0] = events

    def begin(self) -> None:
        with self._lock:
            self._run = self._run.model_copy(update={"outcome": "running"})

    def settle(self, outcome: Outcome, failure: Failure | None) -> Run:
        """Freeze the run in its final state; the page sees it from here on, `wait()` returns once it is written."""
        self.mark("finished" if outcome == "complete" else outcome)
        with self._lock:
            reply, timings = self._fold.reply, self._timings()
            money = self._prices.money(reply.model, reply.usage, provider=reply.provider, at=self._run.created)
            self._run = self._run.model_copy(
                update={
                    "reply": reply,
                    "outcome": outcome,
                    "failure": failure,
                    "timings": timings,
                    "money": money,
                    **self._past(),
                }
            )
        self.version += 1
        return self._run

    def written(self) -> None:
        self._ended.set()

    @property
    def timings(self) -> Timings:
        return self._timings()

    def attach(self, reading: asyncio.Future[None]) -> None:
        """Take the task that reads the answer, the one thing that ending a run cancels."""
        self._reading = reading
        if self.ended_by is not None:
            reading.cancel()

    def _past(self) -> dict[str, Any]:
        return {"timeline": tuple(self._timeline)}

    def _timings(self) -> Timings:
        total = None if self._sent is None else self._since_sent()
        return Timings(first_token_ms=self._first_token_ms, total_ms=total)

    def _age_ms(self) -> float:
        return (time.monotonic() - self._born) * 1000

    def _since_sent(self) -> float:
        return round((time.monotonic() - (self._sent or self._born)) * 1000, 3)


class Runner:
    """Works off runs on one event loop of its own, on one daemon thread.

    `store` is asked before a request is sent and told however it ends. A Runner knows no key: each run brings its client.
    """

    def __init__(self, store: Journal) -> None:
        self._store = store
        self._live: dict[str, LiveRun] = {}
        self._lock = threading.Lock()
        self._closing = False
        self._loop = asyncio.new_event_loop()
        self._places = asyncio.Semaphore(MOST_LIVE_RUNS)
        self._thread = threading.Thread(target=self._serve, name="parley-runs", daemon=True)
        self._thread.start()

    def start(
        self,
        request: ChatRequest,
        *,
        client: Upstream,
        owner: str = "",
        session_id: str | None = None,
        cell_id: str | None = None,
        connection: str = "",
        prices: Catalog | None = None,
        run_id: str | None = None,
    ) -> LiveRun:
        """Commit the run, then send it; callable from any thread.

        One `run_id` is one run: a second start with the id of a run at hand gives that run back and sends nothing, so a
        click that arrives twice is still one POST. `prices` price an answer that names no cost of its own. Raises StoreError when the run cannot be committed; nothing is sent then.
        """
        with self._lock:
            known = self._live.get(run_id) if run_id else None
            if known is not None:
                return known
            run = Run(
                id=run_id or uuid.uuid4().hex,
                owner=owner,
                session_id=session_id,
                cell_id=cell_id,
                request=request,
                connection=connection,
                created=datetime.now(UTC),
            )
            self._store.begin(run)
            live = self._live[run.id] = LiveRun(run, prices)
        asyncio.run_coroutine_threadsafe(self._work(live, client), self._loop)
        return live

    def live(self, run_id: str, owner: str = "") -> LiveRun | None:
        """The run's handle while it is alive and a while longer; None when it is only in the store, or somebody else's."""
        live = self._live.get(run_id)
        return live if live is not None and live.run.owner == owner else None

    def of_session(self, session_id: str, owner: str = "") -> tuple[LiveRun, ...]:
        """The runs of a session that are at hand, oldest first."""
        with self._lock:
            lives = tuple(self._live.values())
        return tuple(one for one in lives if one.run.session_id == session_id and one.run.owner == owner)

    def close(self, timeout: float = 5.0) -> None:
        """End all runs as *interrupted*, write them, and end the thread; for a process that is told to go."""
        if self._closing:
            return
        self._closing = True
        with self._lock:
            lives = tuple(self._live.values())
        for live in lives:
            live.end("interrupted")
        deadline = time.monotonic() + timeout
        for live in lives:
            live.wait(max(0.0, deadline - time.monotonic()))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout)

    def _serve(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _work(self, live: LiveRun, client: Upstream) -> None:
        """Never cancelled itself: only the reading is, so that whatever happens the run is settled and written."""
        reading = asyncio.ensure_future(self._read(live, client))
        live.attach(reading)
        ended = asyncio.Event()
        journal = asyncio.ensure_future(self._journal(live, ended))
        outcome, failure = await _how_it_ended(live, reading)
        ended.set()
        await journal
        await self._write(live, live.settle(outcome, failure))
        live.written()
        self._loop.call_later(KEPT_AT_HAND, self._live.pop, live.id, None)

    async def _read(self, live: LiveRun, client: Upstream) -> None:
        async with self._places:
            live.begin()
            async with client.stream(live.run.request, tap=live) as events:
                async for event in events:
                    live.take(event)

    async def _journal(self, live: LiveRun, ended: asyncio.Event) -> None:
        """Put what is new on disk, a few times a second; an event instead of a cancellation, so no write is ever cut."""
        seen = 0
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), JOURNAL_EVERY)
            if live.version != seen and not ended.is_set():
                seen = live.version
                events = live.new_events()
                progress = partial(
                    self._store.journal, live.id, live.reply, events, timings=live.timings, owner=live.run.owner
                )
                if not await _told(live, progress):
                    live.put_back(events)

    async def _write(self, live: LiveRun, run: Run) -> None:
        """Write the final run; while the store refuses, try again: what is on screen is not lost for a full disk."""
        events, pause = live.new_events(), 0.25
        while not await _told(live, partial(self._store.finish, run, events)) and not self._closing:
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)


async def _how_it_ended(live: LiveRun, reading: asyncio.Future[None]) -> tuple[Outcome, Failure | None]:
    try:
        await reading
    except asyncio.CancelledError:
        return live.ended_by or "interrupted", None
    except ParleyError as error:
        return _outcome_of(error, live.reply), failure_of(error)
    except Exception as error:
        # A fault of ours: the log has where, the screen has a sentence, neither has the text of the request.
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("run %s: %s\n%s", live.id, type(error).__name__, where)
        return "failed", Failure(kind=type(error).__name__, message="Parley itself failed while reading this answer.")
    return "complete", None


async def _told(live: LiveRun, write: Callable[[], None]) -> bool:
    try:
        await asyncio.to_thread(write)
    except StoreError as error:
        live.unsaved = str(error)
        return False
    live.unsaved = None
    return True


def failure_of(error: ParleyError) -> Failure:
    """The error as it is kept with the run."""
    known = {name: getattr(error, name, None) for name in ("status", "code", "provider", "retry_after")}
    return Failure(kind=type(error).__name__, message=str(error), metadata=getattr(error, "metadata", {}), **known)


def _outcome_of(error: ParleyError, reply: Reply) -> Outcome:
    """An answer that broke off is *truncated* when some of it arrived; what never began has *failed*."""
    broke_off = isinstance(error, AnswerTimeout | StreamBroken | AnswerTooLarge)
    return "truncated" if broke_off and reply.has_output else "failed"
