"""Which call a piece of a tool call belongs to, although servers give indexes, ids and names as they please.

Source: OpenRouter's guide on tool calling, and recorded answers: a call has its index, its id, both or none; a later piece repeats
them, leaves them out or holds empty ones; two calls may come under one index.
"""

from __future__ import annotations

from typing import NamedTuple

from parley.wire.json_text import Unreadable, loads


class OpenCall:
    """One call, as far as it is known; a channel of text of its own."""

    def __init__(self, index: int, came_whole: bool) -> None:
        self.index = index
        self.id: str | None = None
        self.name: str | None = None
        self._came_whole = came_whole

    def takes(self, name: str | None, whole: bool) -> bool:
        """A piece under this name may go on with this call: another name, or all of a call again, begins another call."""
        return not name or not self.name or (name == self.name and not (self._came_whole and whole))


class Found(NamedTuple):
    """The call that a piece belongs to, and what must be said for everyone to find it."""

    call: OpenCall
    begins: bool = False
    """Neither its index nor its id tell that it begins a call."""
    id: str | None = None
    """The id of the call, where a piece without one would be taken for a piece of the newest call under its index."""
    left: OpenCall | None = None
    """The call before it under its index, where nothing can be added to that any more."""


class CallSorter:
    """Finds the call of each piece: by index and id, without an id the one that spoke last under that index."""

    def __init__(self) -> None:
        self._speaking: dict[int, OpenCall] = {}
        self._newest: dict[int, OpenCall] = {}
        self._named: dict[tuple[int, str], OpenCall] = {}

    def find(self, index: int, id: str | None, name: str | None, arguments: str, *, alone: bool) -> Found:
        """The call of a piece; `alone` says that it is a whole call by itself."""
        whole = alone or bool(name and _is_object(arguments))
        known = self._known(index, id)
        if known is not None and not alone and known.takes(name, whole):
            found = Found(known, id=None if self._newest[index] is known else known.id)
        else:
            before, call = self._newest.get(index), OpenCall(index, whole)
            closed = before is not None and before.id in (None, id)
            found = Found(call, begins=alone or known is not None, left=before if closed else None)
            self._newest[index] = call
        self._note(found.call, id, name)
        return found

    def _known(self, index: int, id: str | None) -> OpenCall | None:
        if not id:
            return self._speaking.get(index)
        newest = self._newest.get(index)
        return self._named.get((index, id)) or (newest if newest is not None and newest.id is None else None)

    def _note(self, call: OpenCall, id: str | None, name: str | None) -> None:
        call.id, call.name = id or call.id, name or call.name
        self._speaking[call.index] = call
        if call.id:
            self._named[call.index, call.id] = call


def _is_object(arguments: str) -> bool:
    if not arguments.rstrip().endswith("}"):
        return False
    try:
        return isinstance(loads(arguments), dict)
    except Unreadable:
        return False
