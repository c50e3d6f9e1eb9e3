"""Parts of a snapshot that tell more than a conversation: each is shown to a judge, and kept, masked or dropped as that decides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from parley.exporting.checking.found import Decision, PartKind, Place, mask_of
from parley.exporting.checking.walking import at_cell, at_run
from parley.notebook import Cell, Run, Snapshot, Template
from parley.notebook.template import names_in
from parley.reply import Reply
from parley.request import ChatRequest

IDENTIFIERS: dict[str, PartKind] = {
    "user": "user",
    "safety_identifier": "user",
    "session_id": "session_id",
    "prompt_cache_key": "session_id",
    "metadata": "metadata",
    "trace": "trace",
}
"""Fields of a request that tell who asked, and for whom."""
_INSTRUCTING = ("system", "developer")
_RESULTS = ("tool", "function")
_WORDS = ("text", "input_text", "output_text", "refusal")
_THOUGHTS = ("reasoning", "reasoning_details", "reasoning_content")


class Judge(Protocol):
    """Whoever decides about parts."""

    def part(self, kind: PartKind, value: Any, place: Place) -> Decision: ...


class Parts:
    """Shows all parts of a snapshot to a judge, and gives back what is left of it."""

    def __init__(self, snapshot: Snapshot, judge: Judge) -> None:
        self._snapshot, self._judge = snapshot, judge
        self._said = frozenset(_said(snapshot))

    def judged(self) -> Snapshot:
        session, attempts = self._snapshot.session, self._snapshot.attempts
        cells = [(cell, self._cell(number, cell)) for number, cell in enumerate(session.cells, 1)]
        runs = {
            cell.id: tuple(self._run(number, at, run) for at, run in enumerate(attempts[cell.id], 1))
            for number, (cell, kept) in enumerate(cells, 1)
            if kept is not None and cell.id in attempts
        }
        changes = {
            "cells": tuple(kept for _, kept in cells if kept is not None),
            "settings": self._request(session.settings, Place(words="Settings"))[0],
            "lanes": tuple(
                lane.model_copy(update={"overrides": self._request(lane.overrides, Place(words=f"Lane {at}"))[0]})
                for at, lane in enumerate(session.lanes, 1)
            ),
        }
        return self._snapshot.model_copy(update={"session": session.model_copy(update=changes), "attempts": runs})

    def _cell(self, number: int, cell: Cell) -> Cell | None:
        message = self._message(cell.message, at_cell(number, cell))
        return None if message is None else cell.model_copy(update={"message": message})

    def _run(self, number: int, attempt: int, run: Run) -> Run:
        request, gone = self._request(run.request, at_run(number, attempt, run, "sent request"), run)
        reply = self._reply(run.reply, at_run(number, attempt, run, "answer"))
        template = self._template(run, gone, at_run(number, attempt, run, "template"))
        return run.model_copy(update={"request": request, "reply": reply, "template": template})

    def _request(
        self, request: ChatRequest, place: Place, run: Run | None = None
    ) -> tuple[ChatRequest, dict[int, int]]:
        """The request, and where each message that is left stands now."""
        body = request.payload()
        left = {key: value for key, value in body.items() if key != "messages"}
        for name in IDENTIFIERS.keys() & left.keys():
            self._identify(left, name, place)
        moved: dict[int, int] = {}
        if isinstance(body.get("messages"), list):
            left = {key: left.get(key) for key in body if key in left or key == "messages"}
            left["messages"] = self._messages(body["messages"], place, run, moved)
        return (request if left == body else ChatRequest.parse(left)), moved

    def _identify(self, body: dict[str, Any], name: str, place: Place) -> None:
        kind = IDENTIFIERS[name]
        match self._judge.part(kind, body[name], place):
            case "drop":
                del body[name]
            case "mask":
                body[name] = _masked(body[name], mask_of(kind))
            case "keep":
                pass

    def _messages(self, messages: list[Any], place: Place, run: Run | None, moved: dict[int, int]) -> list[Any]:
        kept: list[Any] = []
        for at, message in enumerate(messages):
            written = run.template.messages.get(at, message) if run is not None and run.template else message
            former = run is not None and not self._still_said(written, run)
            judged = self._message(message, place, former=former) if isinstance(message, Mapping) else message
            if judged is not None:
                moved[at] = len(kept)
                kept.append(judged)
        return kept

    def _still_said(self, message: Any, run: Run) -> bool:
        if not isinstance(message, Mapping):
            return True
        content, calls = message.get("content"), message.get("tool_calls")
        words_stand = not content or content == run.prefill or _spelled(content) in self._said
        return words_stand and (not calls or _spelled(calls) in self._said)

    def _message(self, message: Mapping[str, Any], place: Place, *, former: bool = False) -> dict[str, Any] | None:
        """The message as it may leave; None where nothing of it may."""
        kind: PartKind | None = None
        if former:
            kind = "earlier"
        elif message.get("role") in _INSTRUCTING:
            kind = "system"
        elif message.get("role") in _RESULTS:
            kind = "tool result"
        said = message.get("content") or (message.get("tool_calls") if kind == "earlier" else None)
        decision = self._judge.part(kind, said, place) if kind and said else "keep"
        if kind and decision == "drop":
            # A call needs its result, so the message stays where it answers one.
            return {**message, "content": ""} if message.get("role") in _RESULTS else None
        if kind and decision == "mask":
            kept = {key: message[key] for key in ("role", "name", "tool_call_id") if key in message}
            return {**kept, "content": mask_of(kind)}
        return self._thoughts({**message, **self._content(message, place)}, place)

    def _content(self, message: Mapping[str, Any], place: Place) -> dict[str, Any]:
        content = message.get("content")
        if not isinstance(content, list):
            return {}
        kept = [left for part in content for left in self._part(part, place)]
        return {"content": kept}

    def _part(self, part: Any, place: Place) -> Iterator[Any]:
        if not isinstance(part, Mapping) or part.get("type") in _WORDS:
            yield part
            return
        match self._judge.part("attachment", part, place):
            case "keep":
                yield part
            case "mask":
                yield {"type": "text", "text": mask_of("attachment")}

    def _thoughts(self, message: dict[str, Any], place: Place) -> dict[str, Any]:
        thought = _thought(message)
        decision = self._judge.part("reasoning", thought, place) if thought else "keep"
        if decision == "keep":
            return message
        rest = {key: value for key, value in message.items() if key not in _THOUGHTS}
        return {**rest, "reasoning": mask_of("reasoning")} if decision == "mask" else rest

    def _reply(self, reply: Reply, place: Place) -> Reply:
        changes: dict[str, Any] = {}
        thought = reply.reasoning_details or reply.reasoning
        if thought and (decision := self._judge.part("reasoning", _plain(thought), place)) != "keep":
            told = mask_of("reasoning") if decision == "mask" else ""
            changes |= {"reasoning": told, "reasoning_details": (), "details_received": False}
        if reply.debug and self._judge.part("debug", _plain(reply.debug), place) != "keep":
            changes["debug"] = ()
        files = [one for one in reply.annotations if one.get("type") == "file"]
        gone = [one for one in files if self._judge.part("attachment", one, place) != "keep"]
        if gone:
            changes["annotations"] = tuple(one for one in reply.annotations if one not in gone)
        return reply.model_copy(update=changes) if changes else reply

    def _template(self, run: Run, moved: dict[int, int], place: Place) -> Template | None:
        """The messages as they were written, where the request still holds them."""
        if run.template is None:
            return None
        kept = {
            moved[at]: judged
            for at, message in run.template.messages.items()
            if at in moved and self._still_said(message, run) and (judged := self._message(message, place)) is not None
        }
        named = names_in(kept.values())
        values = {name: value for name, value in run.template.values.items() if name in named}
        return Template(messages=kept, values=values) if kept else None


def _said(snapshot: Snapshot) -> Iterator[str]:
    """What cells and attempts say, as far as they leave."""
    for cell in snapshot.session.cells:
        yield from (_spelled(cell.message.get(name)) for name in ("content", "tool_calls"))
    for runs in snapshot.attempts.values():
        for run in runs:
            yield from (_spelled(one) for one in (run.whole.text, run.prefill, run.whole.message().get("tool_calls")))


def _thought(message: Mapping[str, Any]) -> Any:
    return next((message[name] for name in reversed(_THOUGHTS[:2]) if message.get(name)), message.get(_THOUGHTS[2]))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _masked(value: Any, mask: str) -> Any:
    return dict.fromkeys(value, mask) if isinstance(value, Mapping) else mask


def _spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
