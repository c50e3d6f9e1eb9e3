"""The Runner: one event loop for all runs, which no screen can disturb."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Protocol, Unpack

from parley.catalog import Catalog
from parley.errors import ParleyError, StoreError
from parley.notebook import Failure, Outcome, Run
from parley.notebook.run import Besides
from parley.request import ChatRequest
from parley.runs.faults import failure_of, fault_of_ours, log_where, outcome_of
from parley.runs.live import LiveRun
from parley.runs.sequence import Sequences
from parley.runs.settling import FIRST_ASK, Books, Ledger, Settling, Unsettled
from parley.runs.writing import TEXT_ALONE, UNSENT, Journal, Told, text_alone, told_by, words, worst_of

JOURNAL_EVERY = 0.2
"""Seconds between two journal writes: text is on disk at most 250 ms after it arrived (RELIABILITY: journal first)."""
MOST_LIVE_RUNS = 64
KEPT_AT_HAND = 600.0
"""Seconds for which a finished run stays at hand in memory, so that a page that looks late finds it at once."""


class Upstream(Protocol):
    """What a Runner needs of a client; one that is `Books` is asked afterwards, too, what the answer cost."""

    def stream(self, request: ChatRequest, tap: Any = None) -> Any: ...


class Runner:
    """Works off runs on one event loop of its own, on one daemon thread.

    `store` is asked before a request is sent and told however it ends. A Runner knows no key: each run brings its client.
    """

    def __init__(self, store: Journal, *, first_ask: float = FIRST_ASK) -> None:
        """`first_ask` is how many seconds after its end a run's cost is asked for."""
        self._store = store
        self.sequences = Sequences()
        """Runs of this Runner that follow one another, by session."""
        self.loops = Sequences()
        """Runs that send results of tools, by the run whose answer called them first."""
        self._live: dict[str, LiveRun] = {}
        self._lock = threading.Lock()
        self._closing = False
        self._loop = asyncio.new_event_loop()
        self._places = asyncio.Semaphore(MOST_LIVE_RUNS)
        self._settling = Settling(store, first_ask) if isinstance(store, Ledger) else None
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
        **besides: Unpack[Besides],
    ) -> LiveRun:
        """Commit the run, then send it; callable from any thread.

        One `run_id` is one run: a second start with the id of a run at hand gives that run back and sends nothing, so a
        click that arrives twice is still one POST. `prices` price an answer that names no cost of its own; what is known `besides` is
        kept with it. Raises StoreError when the run cannot be committed; nothing is sent then.
        """
        worst = worst_of(request, prices)
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
                **besides,
            )
            self._begin(run, worst)
            live = self._live[run.id] = LiveRun(run, prices)
        asyncio.run_coroutine_threadsafe(self._work(live, client), self._loop)
        return live

    def live(self, run_id: str, owner: str = "") -> LiveRun | None:
        """The run's handle while it is alive and a while longer; None when it is only in the store, or somebody else's."""
        live = self._live.get(run_id)
        return live if live is not None and live.owner == owner else None

    def at_hand(self, owner: str = "") -> tuple[LiveRun, ...]:
        """The handles of an owner's runs that are alive, or ended a while ago, in the order of their starts."""
        return tuple(live for live in tuple(self._live.values()) if live.owner == owner)

    @property
    def alive(self) -> int:
        """How many runs are alive at this moment, whoever's they are."""
        return sum(not live.settled.is_set() for live in tuple(self._live.values()))

    def settle(self, several: Iterable[Unsettled], client: Books) -> None:
        """Ask in the background what runs cost that ended in an earlier process."""
        for what in several:
            self._loop.call_soon_threadsafe(self._ask_cost, what, client, _nobody_waits)

    def close(self, timeout: float = 5.0) -> None:
        """End all runs as *interrupted*, write them, and end the thread; for a process that is told to go, maybe twice.

        What a run cost that is not known yet is not waited for.
        """
        if self._closing:
            return
        self._closing = True
        self.sequences.close()
        self.loops.close()
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
            if self._settling is not None:
                self._loop.run_until_complete(self._settling.end())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    def _begin(self, run: Run, worst: Decimal | None) -> None:
        try:
            self._store.begin(run, worst=worst)
        except StoreError:
            raise
        except Exception as error:
            log_where(run.id, error)
            raise StoreError(UNSENT) from None

    async def _work(self, live: LiveRun, client: Upstream) -> None:
        """Never cancelled itself: only the reading is, so that whatever happens the run is settled and written."""
        reading = asyncio.ensure_future(self._read(live, client))
        live.attach(reading)
        ended = asyncio.Event()
        journal = asyncio.ensure_future(self._journal(live, ended))
        outcome, failure = await _how_it_ended(live, reading)
        ended.set()
        run = live.settle(outcome, failure, asks=isinstance(client, Books))
        await asyncio.gather(journal, return_exceptions=True)
        try:
            if await self._write(live, run):
                self._loop.call_later(KEPT_AT_HAND, self._live.pop, live.id, None)
                if isinstance(client, Books) and (what := Unsettled.of(run)):
                    self._ask_cost(what, client, live.settle_with)
            else:
                live.settling = False
        finally:
            live.written()

    def _ask_cost(self, what: Unsettled, client: Books, settled: Callable[[Run | None], None]) -> None:
        if self._settling is None or self._closing:
            settled(None)
        else:
            self._settling.ask(what, client, settled)

    async def _read(self, live: LiveRun, client: Upstream) -> None:
        async with self._places:
            live.begin()
            async with client.stream(live.run.request, tap=live) as events:
                async for event in events:
                    live.take(event)

    async def _journal(self, live: LiveRun, ended: asyncio.Event) -> None:
        """Put what is new on disk, a few times a second; an event instead of a cancellation, so no write is ever cut."""
        seen, short = 0, False
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), JOURNAL_EVERY)
            if live.version == seen or ended.is_set():
                continue
            seen, events = live.version, [] if short else live.new_events()
            told = await told_by(live, partial(self._put_on_disk, live, events, short))
            if told != "taken":
                live.put_back(events)
            if told == "refused":
                if short:
                    return
                seen, short = 0, True

    def _put_on_disk(self, live: LiveRun, events: Sequence[tuple[float, str]], short: bool) -> None:
        """`short` is for an answer that the store refused as a whole: its words alone."""
        reply = words(live.reply) if short else live.reply
        self._store.journal(live.id, reply, events, timings=live.timings, owner=live.owner)

    async def _write(self, live: LiveRun, run: Run) -> bool:
        """Write the final run, or at least its text where the rest is what the store can never take.

        Of what was not written this process has the only copy: it stays at hand.
        """
        told = await self._finish(live, run, live.new_events())
        if told == "refused":
            told = await self._finish(live, text_alone(run), ())
            live.unsaved = TEXT_ALONE if told == "taken" else live.unsaved
        return told == "taken"

    async def _finish(self, live: LiveRun, run: Run, events: Sequence[tuple[float, str]]) -> Told:
        """While the store refuses for now, try again: what is on screen is not lost for a full disk."""
        pause = 0.25
        while (told := await told_by(live, partial(self._store.finish, run, events))) == "refused for now":
            if self._closing:
                break
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)
        return told


async def _how_it_ended(live: LiveRun, reading: asyncio.Future[None]) -> tuple[Outcome, Failure | None]:
    try:
        try:
            await reading
        except asyncio.CancelledError:
            return live.ended_by or "interrupted", None
        except ParleyError as error:
            return outcome_of(error, live.reply), failure_of(error)
    except Exception as error:
        log_where(live.id, error)
        return "failed", fault_of_ours(error)
    return "complete", None


def _nobody_waits(run: Run | None) -> None:
    """For runs of which no page of this process holds a handle."""
