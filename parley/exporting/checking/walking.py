"""Every text of a snapshot, one after another, with its place: to be read, or to be replaced."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from parley.exporting.checking.found import Place
from parley.exporting.checking.once import Noting, Once
from parley.exporting.checking.sent import copied_but_messages, is_messages, unchanged
from parley.notebook import Cell, Run, Snapshot
from parley.reply import Reply
from parley.request import BY_NAME, ChatRequest
from parley.request.kept import Kept

T = TypeVar("T")
OPAQUE = frozenset(
    {"id", "generation_id", "session_id", "cell_id", "parent", "parent_cell", "chosen", "inherited", "compared", "said"}
    | {"tool_call_id", "signature", "data", "encrypted_content", "system_fingerprint", "bytes", "file_data", "hash"}
)
"""Names of ids, signatures and media: random by nature."""
_OWN_NAMES = frozenset({"variables", "values", "metadata", "trace"})
"""Under these, and in fields that nobody here knows, the names are people's own and tell nothing of what stands under them."""
_DATA = re.compile(r"data:[^,]{0,300};base64,")
_HEAD = 4_096
"""Characters of a file that tell whether it is text, whatever its type says: browsers know few types by name."""


class Reader(Noting, Protocol):
    """Whoever looks at texts; what it gives back stands in their place."""

    def text(self, text: str, place: Place, name: str, *, opaque: bool = False) -> str:
        """`name` is the key or field that the text stands under; empty for the key of an object itself."""
        ...


class Walk:
    """Reads a snapshot to somebody, and gives back what they made of it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._messages = Once(reader)

    def snapshot(self, snapshot: Snapshot) -> Snapshot:
        session, attempts = snapshot.session, snapshot.attempts
        numbered = list(enumerate(session.cells, 1))
        changes: dict[str, Any] = {
            "title": self.value(session.title, Place(words="Title"), "title"),
            "settings": self.value(session.settings, Place(words="Settings")),
            "lanes": self.value(session.lanes, Place(words="Lanes")),
            "draft": self.value(session.draft, Place(words="Draft")),
            "variables": self.value(session.variables, Place(words="Variables"), "variables"),
            "fixtures": self.value(session.fixtures, Place(words="Results kept for tools")),
            "cells": tuple(self._cell(number, cell) for number, cell in numbered),
        }
        runs = {
            cell.id: tuple(self._run(number, at, run) for at, run in enumerate(attempts[cell.id], 1))
            for number, cell in numbered
            if cell.id in attempts
        }
        return snapshot.model_copy(update={"session": session.model_copy(update=changes), "attempts": runs})

    def _cell(self, number: int, cell: Cell) -> Cell:
        return cell.model_copy(update={"message": self.value(cell.message, at_cell(number, cell))})

    def _run(self, number: int, attempt: int, run: Run) -> Run:
        sent = self.value(run.request, at_run(number, attempt, run, "sent request"))
        about = at_run(number, attempt, run, "about the answer")
        rest = {
            name: self.value(value, about, name)
            for name, value in run
            if name not in ("request", "reply", "prefill", "id", "cell_id", "session_id", "created", "said", "follows")
        }
        answer = at_run(number, attempt, run, "answer")
        prefill, reply = self._answer(run.prefill, run.reply, answer)
        return run.model_copy(update={**rest, "request": sent, "prefill": prefill, "reply": reply})

    def _answer(self, prefill: str, reply: Reply, place: Place) -> tuple[str, Reply]:
        """The answer goes on from its beginning, so both are read as one text; what else tells the same goes with it."""
        whole = prefill + reply.text
        read = self._reader.text(whole, place, "text")
        told: Reply = self.value(reply.model_copy(update={"text": ""}), place)
        if read == whole:
            return prefill, told.model_copy(update={"text": reply.text})
        kept = prefill if read.startswith(prefill) else ""
        spoken = told.audio is None or reply.audio is None or told.audio.transcript == reply.audio.transcript
        audio = told.audio if spoken or told.audio is None else told.audio.model_copy(update={"data": ""})
        return kept, told.model_copy(update={"text": read[len(kept) :], "logprobs": (), "audio": audio})

    def value(self, value: T, place: Place, name: str = "") -> T:
        """A value of any kind, with every text in it read."""
        return self._any(value, place, name, own=name in _OWN_NAMES)  # type: ignore[no-any-return]

    def _any(self, value: Any, place: Place, name: str, *, own: bool) -> Any:
        """`own` says that the names in it are people's own."""
        match value:
            case str():
                return self._text(value, place, name, opaque=name in OPAQUE and not own)
            case ChatRequest():
                return self._request(value, place, own=own)
            case BaseModel():
                return value.model_copy(
                    update={key: self._any(inner, place, key, own=own or key in _OWN_NAMES) for key, inner in value}
                )
            case dict():
                return {
                    self._key(key, place): self._any(inner, place, _name(key, value), own=own or key in _OWN_NAMES)
                    for key, inner in value.items()
                }
            case list() | tuple():
                return type(value)(self._any(inner, place, name, own=own) for inner in value)
            case _:
                return value

    def _request(self, request: ChatRequest, place: Place, *, own: bool) -> ChatRequest:
        changed, read = False, {}
        for key, held in request.held():
            inner, mine = copied_but_messages(key, held), own or key in _OWN_NAMES or key not in BY_NAME
            read[self._key(key, place)] = now = self._field(inner, place, key, own=mine)
            changed = changed or not unchanged(now, inner)
        return ChatRequest.parse(read) if changed or list(read) != list(request.sent_keys()) else request

    def _field(self, inner: Any, place: Place, key: str, *, own: bool) -> Any:
        if not is_messages(inner):
            return self._any(inner, place, key, own=own)
        return [self._messages.of(one, place, partial(self._message, one, place, own), how=own) for one in inner]

    def _message(self, message: Kept, place: Place, own: bool) -> Any:
        body = message.payload()
        read = self._any(body, place, "", own=own)
        return message if read == body else ChatRequest.message(read)

    def _key(self, key: Any, place: Place) -> Any:
        return self._reader.text(key, place, "") if isinstance(key, str) else key

    def _text(self, text: str, place: Place, name: str, *, opaque: bool) -> str:
        embedded = _DATA.match(text)
        if embedded is None:
            return self._reader.text(text, place, name, opaque=opaque)
        inside = decoded(text[embedded.end() :])
        if inside is not None and (read := self._reader.text(inside, place, "")) != inside:
            text = text[: embedded.end()] + base64.b64encode(read.encode("utf-8", "replace")).decode()
        return self._reader.text(text, place, name, opaque=True)


def _name(key: Any, beside: Mapping[Any, Any]) -> str:
    """The token that a log probability is of is a word of the answer, and no key to anything."""
    return "text" if key == "token" and "logprob" in beside else str(key)


def decoded(data: str) -> str | None:
    """The text that a file holds; None for one that is no text."""
    try:
        head = base64.b64decode(data[:_HEAD] if len(data) > _HEAD else data, validate=True)
        if b"\0" in head or not codecs.getincrementaldecoder("utf-8")().decode(head):
            return None
        return base64.b64decode(data, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def at_cell(number: int, cell: Cell) -> Place:
    """A cell, as it counts on screen."""
    what = "prompt" if cell.kind == "prompt" else "note" if cell.kind == "note" else cell.message.get("role", "message")
    return Place(words=f"Cell {number}, {what}", cell=cell.id)


def at_run(number: int, attempt: int, run: Run, what: str) -> Place:
    """Something of an attempt."""
    return Place(words=f"Cell {number}, attempt {attempt}, {what}", cell=run.cell_id, run=run.id)
