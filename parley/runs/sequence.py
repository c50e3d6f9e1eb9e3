"""Runs one after another: no script that draws a page has a part in how they go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

from parley.errors import ParleyError
from parley.runs.faults import log_where
from parley.runs.live import LiveRun

FAULT_OF_OURS = "Parley itself failed before this step was sent; what was sent before it stays."
NOT_COMPLETE = "The next answer is not complete, so none was asked for after it."
STOPPED = "It was stopped."
Begin = Callable[[str], LiveRun | None]
Then = Callable[[str, LiveRun, int], LiveRun | None]
KEPT = 256
"""Sequences that are at hand at once; of more, those that ended first are forgotten."""


def _nothing_begins(step: str) -> LiveRun | None:
    """What has ended holds on to nothing of whoever began it: its handle stays for long, and a page may have much in hand."""
    return None


def _nothing_follows(step: str, live: LiveRun, number: int) -> LiveRun | None:
    return None


class RunSequence:
    """The handle of a sequence: safe to hold and to ask from any thread, before and after its end.

    `begin` has a step's id when its turn comes, so that its request holds what the steps before it brought, and gives the run
    that it started; None leaves the step out. `then` has each run that ended complete, and how many it has let follow in this step:
    it gives a run that follows before the next step, such as one that sends results of tools, or None. Whatever does not end
    complete ends the sequence, and so does what either raises. It waits on a thread of its own, because they ask the store, which
    blocks.
    """

    def __init__(self, steps: Sequence[str], begin: Begin, then: Then = _nothing_follows) -> None:
        self.steps = tuple(steps)
        self.done = 0
        """How many steps are behind it."""
        self.live: LiveRun | None = None
        """The run that is on its way, or was last."""
        self.why = ""
        """One sentence of why it ended before its last step; empty while it has not, or went to its end."""
        self.error: ParleyError | None = None
        """What `begin` or `then` raised, where that is why."""
        self._begin = begin
        self._then = then
        self._beginning = threading.Lock()
        self._told = threading.Event()
        self._ended = threading.Event()
        threading.Thread(target=self._work, name="parley-sequence", daemon=True).start()

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    @property
    def state(self) -> tuple[int, str, bool]:
        """Differs whenever a step has begun or ended: a page compares it to know whether there is news."""
        return self.done, self.live.id if self.live else "", self.ended

    def stop(self) -> None:
        """Stop the run that is on its way, and begin no other; returns at once, harmless after the end."""
        self._told.set()
        if self.live is not None:
            self.live.stop()

    def end(self, patience: float = 5.0) -> None:
        """Begin no other run, for a process that is told to go; waits so many seconds for one that is being begun."""
        self._told.set()
        if self._beginning.acquire(timeout=patience):
            self._beginning.release()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until it has ended, or `timeout` seconds have passed; says whether it has."""
        return self._ended.wait(timeout)

    def _work(self) -> None:
        try:
            while self.done < len(self.steps) and self._goes_on(self.steps[self.done]):
                self.done += 1
        except ParleyError as error:
            self.why, self.error = str(error), error
        except Exception as error:
            log_where(self.steps[self.done], error)
            self.why = FAULT_OF_OURS
        finally:
            self._begin, self._then = _nothing_begins, _nothing_follows
            self._ended.set()

    def _goes_on(self, step: str) -> bool:
        """Work one step off, with what follows in it; says whether the next one may begin."""
        live, number = self._begun(partial(self._begin, step)), 0
        while live is not None and self._ended_well(live):
            live = self._begun(partial(self._then, step, live, number))
            number += 1
        return not self.why

    def _begun(self, begin: Callable[[], LiveRun | None]) -> LiveRun | None:
        """The run that begins now; None where there is none, or the sequence was stopped."""
        with self._beginning:
            stopped = self._told.is_set()
            live = None if stopped else begin()
            self.live = live or self.live
        if stopped:
            self.why = STOPPED
        return live

    def _ended_well(self, live: LiveRun) -> bool:
        if self._told.is_set():
            live.stop()
        live.settled.wait()
        self.why = "" if live.outcome == "complete" else STOPPED if live.outcome == "stopped" else NOT_COMPLETE
        return not self.why


class Sequences:
    """The sequences of a process: one at a time under each name, such as a session's id, the last one at hand until another takes
    its place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[tuple[str, str], RunSequence] = {}

    def play(
        self, name: str, steps: Sequence[str], begin: Begin, then: Then = _nothing_follows, *, owner: str = ""
    ) -> RunSequence:
        """Begin one. Where one is on its way under this name, that one is given back: a second click sends nothing."""
        with self._lock:
            known = self._of.get((owner, name))
            if known is None or known.ended:
                self._of.pop((owner, name), None)
                self._make_room()
                known = self._of[owner, name] = RunSequence(steps, begin, then)
            return known

    def of(self, name: str, *, owner: str = "") -> RunSequence | None:
        """The sequence of that name, on its way or the last one; None when there was none, or it was let go."""
        return self._of.get((owner, name))

    def let_go(self, name: str, *, owner: str = "") -> None:
        """Forget a sequence that has ended; one on its way stays."""
        with self._lock:
            known = self._of.get((owner, name))
            if known is not None and known.ended:
                del self._of[owner, name]

    def _make_room(self) -> None:
        ended = [place for place, known in self._of.items() if known.ended]
        for place in ended[: max(0, len(self._of) - KEPT + 1)]:
            del self._of[place]

    def close(self) -> None:
        """Begin no run any more."""
        for one in tuple(self._of.values()):
            one.end()
