"""A snapshot as a document, and back: whole in itself, so that nothing that happens to the session later changes it."""

from __future__ import annotations

from typing import Any

from parley.notebook import Cell, Run, Session, Snapshot
from parley.reply import Reply
from parley.request import ChatRequest
from parley.request.kept import copied
from parley.store.documents import Apart, Document, pack
from parley.store.part import to_micros, to_moment
from parley.store.rows import plain, with_template_apart


def frozen(snapshot: Snapshot) -> Document:
    """Messages, cells and replies stand apart: a copy shares them with the runs it was made of."""
    apart = _Messages()
    attempts = {cell: [_run(run, apart) for run in runs] for cell, runs in snapshot.attempts.items()}
    return pack({"session": _session(snapshot.session), "attempts": attempts})


def thawed(value: dict[str, Any]) -> Snapshot:
    sent: dict[int, Any] = {}
    attempts = {cell: tuple(_thawed_run(run, sent) for run in runs) for cell, runs in value["attempts"].items()}
    return Snapshot(session=_thawed_session(value["session"]), attempts=attempts)


def _session(session: Session) -> dict[str, Any]:
    rest = session.model_dump(exclude={"settings", "cells"}, exclude_defaults=True)
    cells = [Apart(cell.model_dump(exclude_defaults=True)) for cell in session.cells]
    return {**rest, "settings": session.settings.payload(), "cells": cells}


def _thawed_session(value: dict[str, Any]) -> Session:
    cells = tuple(Cell(**cell) for cell in value["cells"])
    return Session(**{**value, "settings": ChatRequest.parse(value["settings"]), "cells": cells})


class _Messages:
    """Messages that stand apart, each spelled once, however many requests were sent with it."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Apart]] = {}

    def request(self, request: ChatRequest) -> dict[str, Any]:
        held = dict(request.held())
        sent = held.pop("messages", None)
        apart = [self._apart(message) for message in sent] if isinstance(sent, list) else copied(sent)
        return {key: apart if key == "messages" else copied(held[key]) for key in request.sent_keys()}

    def _apart(self, message: Any) -> Apart:
        if id(message) not in self._known:
            self._known[id(message)] = message, Apart(copied(message))
        return self._known[id(message)][1]


def _run(run: Run, apart: _Messages) -> dict[str, Any]:
    rest = with_template_apart(run, exclude={"request", "reply", "created"})
    reply = Apart(plain(run.reply.model_dump(exclude_defaults=True)))
    return {**rest, "request": apart.request(run.request), "reply": reply, "created": to_micros(run.created)}


def _thawed_run(value: dict[str, Any], sent: dict[int, Any]) -> Run:
    """`sent` are the messages that were read so far, by their place in memory: what stood apart once is one value again."""
    request = value["request"]
    if isinstance(messages := request.get("messages"), list):
        sent.update((id(one), ChatRequest.message(one)) for one in messages if id(one) not in sent)
        request = {**request, "messages": [sent[id(one)] for one in messages]}
    made = {
        "request": ChatRequest.parse(request),
        "reply": Reply.model_validate(value["reply"]),
        "created": to_moment(value["created"]),
    }
    return Run(**{**value, **made})
