"""A snapshot as a document, and back: whole in itself, so that nothing that happens to the session later changes it."""

from __future__ import annotations

from typing import Any

from parley.notebook import Cell, Run, Session, Snapshot
from parley.reply import Reply
from parley.request import ChatRequest
from parley.store.documents import Apart, Document, pack
from parley.store.part import to_micros, to_moment
from parley.store.rows import plain, with_template_apart


def frozen(snapshot: Snapshot) -> Document:
    """Messages, cells and replies stand apart: a copy shares them with the runs it was made of."""
    attempts = {cell: [_run(run) for run in runs] for cell, runs in snapshot.attempts.items()}
    return pack({"session": _session(snapshot.session), "attempts": attempts})


def thawed(value: dict[str, Any]) -> Snapshot:
    attempts = {cell: tuple(_thawed_run(run) for run in runs) for cell, runs in value["attempts"].items()}
    return Snapshot(session=_thawed_session(value["session"]), attempts=attempts)


def _session(session: Session) -> dict[str, Any]:
    rest = session.model_dump(exclude={"settings", "cells"}, exclude_defaults=True)
    cells = [Apart(cell.model_dump(exclude_defaults=True)) for cell in session.cells]
    return {**rest, "settings": session.settings.payload(), "cells": cells}


def _thawed_session(value: dict[str, Any]) -> Session:
    cells = tuple(Cell(**cell) for cell in value["cells"])
    return Session(**{**value, "settings": ChatRequest.parse(value["settings"]), "cells": cells})


def _run(run: Run) -> dict[str, Any]:
    rest = with_template_apart(run, exclude={"request", "reply", "created"})
    request = run.request.payload()
    if isinstance(request.get("messages"), list):
        request["messages"] = [Apart(message) for message in request["messages"]]
    reply = Apart(plain(run.reply.model_dump(exclude_defaults=True)))
    return {**rest, "request": request, "reply": reply, "created": to_micros(run.created)}


def _thawed_run(value: dict[str, Any]) -> Run:
    made = {
        "request": ChatRequest.parse(value["request"]),
        "reply": Reply.model_validate(value["reply"]),
        "created": to_moment(value["created"]),
    }
    return Run(**{**value, **made})
