"""A snapshot as one JSON document, and back.

The document is whole in itself and names nobody: ids are places (`cell-3`, `attempt-3-1`), what nobody meant to hand over is left
out, and every message that was sent stands once, in `messages`, however many requests had it. What is not set is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain
from typing import Any, Literal

from pydantic import Field

from parley.bundle.limits import LONGEST_TITLE, MOST_CELLS, MOST_MESSAGES, MOST_SENT
from parley.notebook import Cell, Lane, Run, Session, Snapshot
from parley.notebook.copying import renewed
from parley.request import ChatRequest
from parley.request.kept import Kept, copied
from parley.request.messages import Message
from parley.value import Value
from parley.wire.json_text import storable

FORMAT = "parley-session"
VERSION = 2
"""Raised by whatever an older Parley could not read rightly; a further field that it would refuse is such a thing. What the first
version could say is written as that: the second has steps of attempts, results of tools, and reasoning that stays behind."""
_FIRST, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between them every attempt was made; calendars and databases end elsewhere."""


class Document(Value):
    """The whole of it, as it is read: everything else is refused."""

    format: Literal["parley-session"]
    version: Literal[1, 2]
    session: dict[str, Any]
    messages: list[dict[str, Any]] = Field(default_factory=list)
    """Messages that requests name by their place here, counted from 0."""
    attempts: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    """Runs by cell id, oldest first."""


def document_of(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as JSON values. Its runs must be whole, with the messages that they were sent."""
    whole = _placed(snapshot.anonymous())
    table = _Table()
    attempts = {cell_id: [_spelt_run(run, table) for run in runs] for cell_id, runs in whole.attempts.items()}
    told = {"format": FORMAT, "version": _version_for(whole), "session": _spelt_session(whole.session)}
    document: dict[str, Any] = plain({**told, "messages": table.messages, "attempts": attempts})
    return document


def snapshot_of(document: Mapping[str, Any]) -> Snapshot:
    """The snapshot that a document holds, under the document's own ids.

    Raises ValueError (pydantic's ValidationError is one) for whatever does not fit; nothing is half read.
    """
    read = Document.model_validate(document)
    session = _session(read.session)
    sent = _Sent(read.messages)
    known = {cell.id for cell in session.cells}
    if strange := read.attempts.keys() - known:
        raise ValueError(f"attempts of a cell that is not there: {min(strange)[:60]!r}")
    attempts = {
        cell_id: tuple(_run(run, cell_id, session.id, sent) for run in runs) for cell_id, runs in read.attempts.items()
    }
    run_ids = [run.id for runs in attempts.values() for run in runs]
    if len(run_ids) != len(set(run_ids)):
        raise ValueError("two attempts of the same id")
    return Snapshot(session=session, attempts=attempts)


def _version_for(snapshot: Snapshot) -> int:
    """The oldest version that can say it."""
    steps = any(run.follows or run.between for runs in snapshot.attempts.values() for run in runs)
    session = snapshot.session
    left = any(cell.without_reasoning for cell in session.cells)
    return VERSION if steps or left or session.fixtures or session.loop_steps else 1


def _placed(snapshot: Snapshot) -> Snapshot:
    """The same under ids that are places."""
    cells = [(number, cell.id) for number, cell in enumerate(snapshot.session.cells, 1)]
    ids = chain(
        ["session"],
        (f"cell-{number}" for number, _ in cells),
        (f"attempt-{n}-{m}" for n, cell in cells for m in range(1, len(snapshot.attempts.get(cell, ())) + 1)),
    )
    return renewed(snapshot, lambda: next(ids))


def plain(value: Any) -> Any:
    """JSON that any reader takes: exact decimals as text, no number without an end, no half of a character."""
    match value:
        case str():
            return value if value.isascii() and "\0" not in value else storable(value)[0]
        case Decimal():
            return str(value)
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {plain(str(key)): plain(part) for key, part in value.items()}
        case list() | tuple():
            return [plain(part) for part in value]
    return value


class _Table:
    """Messages, each once, in the order in which they were first sent."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}
        self._seen: dict[int, tuple[Any, int]] = {}
        """Places of messages that several requests share, by where these are in memory."""

    def place_of(self, message: Any) -> int:
        if id(message) not in self._seen:
            said = copied(message)
            place = self._places.setdefault(repr(said), len(self.messages))
            self.messages += [said] if place == len(self.messages) else []
            self._seen[id(message)] = message, place
        return self._seen[id(message)][1]


def _spelt_session(session: Session) -> dict[str, Any]:
    rest = session.model_dump(include={"title", "variables", "fixtures", "loop_steps"}, exclude_defaults=True)
    lanes = [{"id": f"lane-{n}", "overrides": lane.overrides.payload()} for n, lane in enumerate(session.lanes, 1)]
    cells = [cell.model_dump(exclude_defaults=True) for cell in session.cells]
    told = {"cells": cells, "settings": session.settings.payload(), "lanes": lanes}
    return {"id": session.id, **rest, **{name: value for name, value in told.items() if value}}


def _spelt_run(run: Run, table: _Table) -> dict[str, Any]:
    left = {"owner", "session_id", "cell_id", "request", "created", "tail"}
    rest = run.model_dump(exclude=left, exclude_defaults=True)
    return {"id": run.id, "created": run.created.isoformat(), "request": _spelt_request(run.request, table), **rest}


def _spelt_request(request: ChatRequest, table: _Table) -> dict[str, Any]:
    return {key: _spelt_messages(held, table) if key == "messages" else copied(held) for key, held in request.held()}


def _spelt_messages(sent: Any, table: _Table) -> Any:
    if isinstance(sent, list) and all(isinstance(one, dict | Kept) for one in sent):
        return [table.place_of(one) for one in sent]
    return {"as_sent": copied(sent)}


def _session(told: Mapping[str, Any]) -> Session:
    cells = told.get("cells", [])
    if not isinstance(cells, list) or len(cells) > MOST_CELLS:
        raise ValueError(f"more than {MOST_CELLS:,} cells")
    if isinstance(title := told.get("title"), str) and len(title) > LONGEST_TITLE:
        raise ValueError(f"a title of more than {LONGEST_TITLE:,} characters")
    named = [_named(Cell, cell, "session.cells") for cell in cells]
    if len({cell.id for cell in named}) != len(named):
        raise ValueError("two cells of the same id")
    lanes = tuple(_lane(lane) for lane in _listed(told.get("lanes", []), "session.lanes"))
    settings = ChatRequest.parse(_object(told.get("settings", {}), "session.settings")).without("messages")
    return Session.model_validate({**told, "cells": tuple(named), "lanes": lanes, "settings": settings})


def _lane(told: Any) -> Lane:
    known = _object(told, "session.lanes")
    overrides = ChatRequest.parse(_object(known.get("overrides", {}), "session.lanes")).without("messages")
    return Lane.model_validate({**known, "overrides": overrides})


def _run(told: Mapping[str, Any], cell_id: str, session_id: str, sent: _Sent) -> Run:
    request = sent.request(_object(told.get("request"), f"attempts.{cell_id}.request"))
    place = {"request": request, "session_id": session_id, "cell_id": cell_id, "tail": ()}
    run = Run.model_validate({**told, **place})
    if run.live:
        raise ValueError("an attempt that is still on its way")
    if "messages" in request.sent_keys() and not _has_steps(run):
        raise ValueError("steps of an attempt that are no answers and results of tools")
    if not _FIRST <= (run.created if run.created.tzinfo else run.created.replace(tzinfo=UTC)) < _END:
        raise ValueError(f"the date of an attempt is not between {_FIRST.year} and {_END.year}")
    return run


def _has_steps(run: Run) -> bool:
    """Whether what is to be its steps can be: later cells are told it, and the page shows answers and results of it alone."""
    said = run.steps_said
    return len(said) == run.between and all(message.get("role") in ("assistant", "tool") for message in said)


class _Sent:
    """The messages of a document, each read once, however many requests have it."""

    def __init__(self, messages: Sequence[dict[str, Any]]) -> None:
        if len(messages) > MOST_MESSAGES:
            raise ValueError(f"more than {MOST_MESSAGES:,} different messages")
        self._messages: list[Message | dict[str, Any]] = [ChatRequest.message(message) for message in messages]
        self._left = MOST_SENT

    def request(self, told: dict[str, Any]) -> ChatRequest:
        match told.get("messages"):
            case None:
                return ChatRequest.parse(told)
            case list(places):
                self._left -= len(places)
                if self._left < 0:
                    raise ValueError(f"more than {MOST_SENT:,} messages were sent")
                return ChatRequest.parse({**told, "messages": [self._at(place) for place in places]})
            case {"as_sent": sent}:
                return ChatRequest.parse({**told, "messages": sent})
        raise ValueError("a request whose messages are no places")

    def _at(self, place: Any) -> Message | dict[str, Any]:
        if type(place) is not int or not 0 <= place < len(self._messages):
            raise ValueError("a request that names a message that is not there")
        return self._messages[place]


def _named(kind: type[Cell], told: Any, where: str) -> Cell:
    return kind.model_validate(_object(told, where))


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is no object")
    return value


def _listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{where} is no list")
    return value
