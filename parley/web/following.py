"""Following runs: what is new of an owner's runs since a cursor, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Protocol

from parley.errors import StoreError
from parley.notebook import Run
from parley.web.cursor import Cursor, Place

LONGEST_PIECE = 32_000
"""Characters in one event, so that who is cut off in a long answer does not begin it again."""
STORE_EVERY = 2.0
"""Seconds between two looks into the store at a run that another process works off."""


class Watched(Protocol):
    """A run at hand: see `parley.runs.LiveRun`."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def run(self) -> Run: ...


class Runs(Protocol):
    """What the event stream must know of runs."""

    def owner(self, browser: str) -> str:
        """The owner for whom a browser with this cookie acts."""

    def at_hand(self, owner: str) -> Iterable[Watched]:
        """The owner's runs that are alive, or ended a while ago, in the order of their numbers."""

    def stored(self, run_id: str, owner: str) -> Run | None:
        """The owner's run in the store; None where there is no such run. Called on a worker thread; raises StoreError."""


class Following:
    """Tells one listener about the runs of one owner, or about one of them, from a cursor on.

    Without a cursor of this process it begins with the runs that are alive. A piece of text comes with the place where it belongs:
    what was told from there on before, if anything, does not stand any more.
    """

    def __init__(
        self, runs: Runs, owner: str, process: str, since: Cursor | None = None, only: str | None = None
    ) -> None:
        self._runs, self._owner, self._process, self._only = runs, owner, process, only
        self._places = {
            run_id: place
            for run_id, place in (since.places if since else {}).items()
            if only in (None, run_id) and (only or place.state != "e")
        }
        if only:
            self._places.setdefault(only, Place())
        known = [one.number for one in runs.at_hand(owner)]
        self._highest = since.highest if since and since.process == process else max(known, default=0)
        self._versions: dict[str, int] = {}
        self._outcomes: dict[str, str] = {}
        self._looked = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing can come any more: the one run that is followed was told to its end, or is gone."""
        return self._only is not None and self._places.get(self._only, Place(state="e")).state == "e"

    @property
    def busy(self) -> bool:
        """Whether a run is alive."""
        return any(place.state != "e" for place in self._places.values())

    async def news(self) -> AsyncIterator[bytes]:
        """Events for what is new, each with the cursor after it; nothing is gathered for who does not take it."""
        handles = {one.id: one for one in self._runs.at_hand(self._owner)}
        self._notice(handles.values())
        for run_id, handle in handles.items():
            version = handle.version
            if run_id in self._places and self._versions.get(run_id) != version:
                for event in self._told(handle.run):
                    yield event
                self._versions[run_id] = version
        for run_id in self._away(handles):
            try:
                run = await asyncio.to_thread(self._runs.stored, run_id, self._owner)
            except StoreError:
                continue
            if run is None:
                del self._places[run_id]
                continue
            for event in self._told(run):
                yield event

    def _notice(self, handles: Iterable[Watched]) -> None:
        """Take new runs in: a run that is not alive is new when its number is."""
        for one in handles:
            new = one.number > self._highest or (one.id not in self._places and one.run.live)
            if new and self._only is None:
                self._places.setdefault(one.id, Place())
            self._highest = max(self._highest, one.number)

    def _away(self, handles: Iterable[str]) -> list[str]:
        """The runs to be looked up in the store now."""
        known = set(handles)
        away = [run_id for run_id, place in self._places.items() if run_id not in known and place.state != "e"]
        if not away or time.monotonic() - self._looked < STORE_EVERY:
            return []
        self._looked = time.monotonic()
        return away

    def _told(self, run: Run) -> Iterator[bytes]:
        if self._places[run.id].state == "e":
            return
        if self._places[run.id].state == "n":
            yield self._event("begun", run, self._places[run.id]._replace(state="l"), _beginning(run))
        elif self._outcomes.get(run.id, "running") != run.outcome and run.live:
            yield self._event("outcome", run, self._places[run.id], {"outcome": run.outcome})
        self._outcomes[run.id] = run.outcome
        for name in ("reasoning", "text"):
            yield from self._pieces(run, name)
        if not run.live:
            yield self._event("ended", run, self._places[run.id]._replace(state="e"), _ending(run))

    def _pieces(self, run: Run, name: str) -> Iterator[bytes]:
        """What the listener has not, or where it has more than there is, the word that there is less."""
        whole = str(getattr(run.reply, name))
        told = getattr(self._places[run.id], name)
        starts = range(told, len(whole), LONGEST_PIECE) if told <= len(whole) else (len(whole),)
        for start in starts:
            piece = whole[start : start + LONGEST_PIECE]
            yield self._event(
                name, run, _further(self._places[run.id], name, start + len(piece)), {"at": start, "text": piece}
            )

    def _event(self, kind: str, run: Run, place: Place, data: dict[str, Any]) -> bytes:
        self._places[run.id] = place
        if place.state == "e" and self._only is None:
            del self._places[run.id]
        cursor = Cursor(self._process, self._highest, self._places)
        body = json.dumps({"run": run.id, **data}, ensure_ascii=False)
        return f"id: {cursor}\nevent: {kind}\ndata: {body}\n\n".encode("utf-8", "replace")


def _further(place: Place, name: str, told: int) -> Place:
    return place._replace(text=told) if name == "text" else place._replace(reasoning=told)


def _beginning(run: Run) -> dict[str, Any]:
    return {
        "session": run.session_id,
        "cell": run.cell_id,
        "model": run.request.payload().get("model"),
        "connection": run.connection,
        "created": run.created.isoformat(),
        "outcome": run.outcome,
    }


def _ending(run: Run) -> dict[str, Any]:
    """What a receipt says, and how much there is of what is not told piece by piece."""
    reply, best = run.reply, run.money.best
    return {
        "outcome": run.outcome,
        "failure": None if run.failure is None else {"kind": run.failure.kind, "message": run.failure.message},
        "finish_reason": reply.finish_reason,
        "model": reply.model,
        "provider": reply.provider,
        "generation_id": reply.generation_id,
        "usage": None if reply.usage is None else reply.usage.model_dump(mode="json", exclude_none=True),
        "cost": None if best is None else {"dollars": str(best[0]), "source": best[1]},
        "timings": run.timings.model_dump(mode="json"),
        "length": {"text": len(reply.text), "reasoning": len(reply.reasoning)},
        "count": {name: len(getattr(reply, name)) for name in ("tool_calls", "images", "annotations")},
    }
