"""The handle of a run: what whoever wants to see it, or to end it, holds."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from itertools import count
from typing import Any

from parley.catalog import Catalog
from parley.errors import UpstreamError
from parley.notebook import LIVE, Failure, Mark, Outcome, Run, Timings
from parley.reply import Reply, ReplyFold, Started, StreamEvent
from parley.runs.faults import fault_of_ours, log_where
from parley.runs.settling import Unsettled
from parley.runs.waiting import Pause, Waiting

_numbers = count(1)
OUTPUT_KINDS = frozenset({"text", "reasoning", "refusal", "tool_call", "image", "audio"})


class LiveRun:
    """The handle of a run: safe to hold and to ask from any thread, before and after its end."""

    def __init__(self, run: Run, prices: Catalog | None = None) -> None:
        self.id, self.owner = run.id, run.owner
        self.number = next(_numbers)
        """Grows from run to run within a process."""
        self._run = run
        self._prices = prices or Catalog()
        self._fold = ReplyFold()
        self._seen = Reply()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.settled = threading.Event()
        """Set when the run has its final state, as a screen shows it; `wait()` waits for the store, too."""
        self._born = time.monotonic()
        self._sent: float | None = None
        self._first_token_ms: float | None = None
        self._waiting = Waiting()
        self._timeline: list[Mark] = []
        self._events: list[tuple[float, str]] = []
        self._reading: asyncio.Future[None] | None = None
        self.ended_by: Outcome | None = None
        """How it was ended from outside; None while nobody has."""
        self.version = 0
        """Grows with every event: a page compares it to know whether there is news."""
        self.settling = False
        """Whether the cost of the ended run is being asked for."""
        self.unsaved: str | None = None
        """A sentence while the store refuses the run; it stays where trying again is of no use."""
        self.mark("queued")

    @property
    def reply(self) -> Reply:
        """What has arrived so far."""
        with self._lock:
            self._seen = self._fold.reply
            return self._seen

    @property
    def prices(self) -> Catalog:
        """What the answer is priced by, where it names no cost."""
        return self._prices

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

    @property
    def silence(self) -> float | None:
        """Seconds for which nothing came since the request was sent, or since the last piece; None where none is on its way."""
        return None if self._run.outcome not in LIVE else self._waiting.silence

    @property
    def pause(self) -> Pause | None:
        """The pause before another try, while there is one."""
        return None if self._run.outcome not in LIVE else self._waiting.pause

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
        self._sent = self._sent or time.monotonic()
        self._waiting.sent()
        self.mark("sent")

    def headers(self, status: int, generation_id: str | None) -> None:
        self.mark("headers", f"HTTP {status}")
        if generation_id:
            self.take(Started(generation_id=generation_id))

    def received(self, raw: str) -> None:
        self._waiting.heard()
        self._events.append((round(self._age_ms(), 3), raw))

    def retrying(self, attempt: int, wait: float, error: UpstreamError) -> None:
        self._waiting.refused(attempt, wait, str(error))
        self.mark("retry", f"try {attempt + 1} in {wait:.1f} s: {error}")
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

    def settle(self, outcome: Outcome, failure: Failure | None, *, asks: bool = False) -> Run:
        """Freeze the run in its final state; the page sees it from here on, `wait()` returns once it is written.

        An answer that cannot be folded to its end has failed, with what was last seen of it; one that cannot be priced
        has no price. `asks` says that whoever runs it will ask what was booked, if the answer can be asked for.
        """
        self.mark("finished" if outcome == "complete" else outcome)
        with self._lock:
            known = {"outcome": outcome, "failure": failure, "timings": self._timings(), **self._past()}
            try:
                known["reply"] = reply = self._fold.reply
                known["money"] = self._prices.money(
                    reply.model, reply.usage, provider=reply.provider, at=self._run.created
                )
            except Exception as error:
                log_where(self.id, error)
                if "reply" not in known:
                    known |= {"reply": self._seen, "outcome": "failed", "failure": fault_of_ours(error)}
            self._run = self._run.model_copy(update=known)
        self.settling = asks and Unsettled.of(self._run) is not None
        self.version += 1
        self.settled.set()
        return self._run

    def settle_with(self, run: Run | None) -> None:
        """Take over what the run was found to have cost, if anything was."""
        if run is not None:
            with self._lock:
                self._run = self._run.model_copy(update={"money": run.money, "booked": run.booked})
        self.settling = False
        self.version += 1

    def written(self) -> None:
        self._ended.set()

    def kept(self, patience: float = 0.0) -> bool:
        """Whether the store has taken the ended run, or refused it for good; waits so many seconds for it."""
        return self._ended.wait(patience)

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
