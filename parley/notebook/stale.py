"""Which answers no longer fit what stands above them: found by comparing fingerprints, never stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from parley.notebook.continuing import without_prefill
from parley.notebook.messages import chosen_runs, said_in
from parley.notebook.run import Run
from parley.notebook.session import Session
from parley.notebook.template import filled_message

_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


class _Said:
    """Messages one after another, and the fingerprint of all so far with one more: each is read once."""

    def __init__(self) -> None:
        self._all, self._before = hashlib.sha256(b"["), b""

    def add(self, message: Mapping[str, Any]) -> None:
        self._all.update(self._before + _JSON.encode(message).encode())
        self._before = b","

    def digest(self, last: Mapping[str, Any] | None = None) -> str:
        """Of all messages that were added, with a last one that is not."""
        whole = self._all.copy()
        whole.update(b"]" if last is None else self._before + _JSON.encode(last).encode() + b"]")
        return whole.hexdigest()


def digest(sent: Iterable[Mapping[str, Any]]) -> str:
    """A fingerprint of messages: equal where the same JSON would be sent, whatever the order of keys."""
    said = _Said()
    for message in sent:
        said.add(message)
    return said.digest()


def said_by(run: Run) -> str:
    """The fingerprint of what the run was sent, prefill apart."""
    return run.said or digest(without_prefill(run))


def said_now(session: Session, replies: Mapping[str, Run]) -> dict[str, str]:
    """The fingerprint of what each prompt cell would send now, as `messages_for` has it, in time linear in the session."""
    above, told = _Said(), {}
    for cell in session.cells:
        if cell.kind == "prompt":
            told[cell.id] = above.digest(filled_message(cell.message, session.variables))
        if cell.excluded or cell.kind == "note":
            continue
        for said in said_in(cell, replies.get(cell.id)):
            above.add(said.as_sent(session.variables))
    return told


def stale(session: Session, attempts: Mapping[str, Iterable[Run]]) -> frozenset[str]:
    """Ids of the cells whose chosen run was sent other messages than the cell would send now."""
    replies = chosen_runs(session, attempts)
    now = said_now(session, replies)
    return frozenset(
        cell_id for cell_id, told in now.items() if cell_id in replies and said_by(replies[cell_id]) != told
    )
