"""Which answers no longer fit what stands above them: found by comparing fingerprints, never stored."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from typing import Any, NamedTuple

from parley.notebook.continuing import without_prefill
from parley.notebook.messages import chosen_runs, said_in
from parley.notebook.run import Run
from parley.notebook.session import Cell, Session
from parley.notebook.template import filled_message

_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_AT_HAND = 16
"""Sessions whose fingerprints are remembered."""


class _Said:
    """Messages one after another, and the fingerprint of all of them so far: each is read once."""

    def __init__(self) -> None:
        self._all = hashlib.sha256()
        self._opening = b"["

    def and_then(self, messages: Iterable[Mapping[str, Any]]) -> _Said:
        """With some more; this one stays as it is."""
        more = _Said()
        more._all, more._opening = self._all.copy(), self._opening
        for message in messages:
            more._all.update(more._opening + _JSON.encode(message).encode())
            more._opening = b","
        return more

    def digest(self) -> str:
        whole = self._all.copy()
        whole.update(b"]" if self._opening == b"," else b"[]")
        return whole.hexdigest()


class _Place(NamedTuple):
    """A cell with its chosen run, as it was read the last time."""

    cell: Cell
    run: Run | None
    digest: str
    """Of what the cell would send."""
    through: _Said
    """What is said to the cells below it."""


_known: OrderedDict[str, tuple[dict[str, str], tuple[_Place, ...]]] = OrderedDict()
"""By session id, with the values of its variables: a page asks again at every rerun, and next to nothing has changed."""


def digest(sent: Iterable[Mapping[str, Any]]) -> str:
    """A fingerprint of messages: equal where the same JSON would be sent, whatever the order of keys."""
    return _Said().and_then(sent).digest()


def said_by(run: Run) -> str:
    """The fingerprint of what the run was sent, prefill apart."""
    return run.said or digest(without_prefill(run))


def said_now(session: Session, replies: Mapping[str, Run]) -> dict[str, str]:
    """The fingerprint of what each prompt cell would send now, as `messages_for` has it, in time linear in the session.

    What stands above the first change since the last time is not read again.
    """
    places = _places(session, replies, _known.get(session.id, ({}, ())))
    _known.pop(session.id, None)
    _known[session.id] = dict(session.variables), places
    while len(_known) > _AT_HAND:
        _known.popitem(last=False)
    return {place.cell.id: place.digest for place in places if place.cell.kind == "prompt"}


def stale(session: Session, attempts: Mapping[str, Iterable[Run]]) -> frozenset[str]:
    """Ids of the cells whose chosen run was sent other messages than the cell would send now."""
    replies = chosen_runs(session, attempts)
    now = said_now(session, replies)
    return frozenset(
        cell_id for cell_id, told in now.items() if cell_id in replies and said_by(replies[cell_id]) != told
    )


def _places(
    session: Session, replies: Mapping[str, Run], known: tuple[dict[str, str], tuple[_Place, ...]]
) -> tuple[_Place, ...]:
    """Cells and runs never change, so the very same ones say the very same."""
    values, before = known
    as_before, above = values == session.variables, _Said()
    found: list[_Place] = []
    for cell, place in zip(session.cells, chain(before, repeat(None)), strict=False):
        run = replies.get(cell.id)
        as_before = as_before and place is not None and place.cell is cell and place.run is run
        found.append(place if as_before and place is not None else _read(above, cell, run, session.variables))
        above = found[-1].through
    return tuple(found)


def _read(above: _Said, cell: Cell, run: Run | None, values: Mapping[str, str]) -> _Place:
    own = above.and_then([filled_message(cell.message, values)]).digest() if cell.kind == "prompt" else ""
    if cell.excluded or cell.kind == "note":
        return _Place(cell, run, own, above)
    return _Place(cell, run, own, above.and_then(said.as_sent(values) for said in said_in(cell, run)))
