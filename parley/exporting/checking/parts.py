"""Parts of a snapshot that tell more than a conversation: each is shown to a judge, and kept, masked or dropped as that decides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from parley.exporting.checking.found import Decision, PartKind, Place, mask_of
from parley.exporting.checking.once import Noting, Once
from parley.exporting.checking.sent import copied_but_messages, unchanged
from parley.exporting.checking.walking import at_cell, at_run
from parley.notebook import Cell, Fixture, Run, Snapshot, Template
from parley.notebook.template import names_in
from parley.reply import Reply
from parley.request import ChatRequest
from parley.request.kept import Kept

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


class Judge(Noting, Protocol):
    """Whoever decides about parts."""

    def part(self, kind: PartKind, value: Any, place: Place) -> Decision: ...


class Parts:
    """Shows all parts of a snapshot to a judge, and gives back what is left of it."""

    def __init__(self, snapshot: Snapshot, judge: Judge) -> None:
        self._snapshot, self._judge = snapshot, judge
        self._said = frozenset(_said(snapshot))
        self._once = Once(judge)
        self._standing: dict[int, tuple[Any, bool, bool]] = {}
        """What is known of messages, by their place in memory: the snapshot holds them."""

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
            "fixtures": tuple(
                kept for at, one in enumerate(session.fixtures, 1) if (kept := self._fixture(at, one)) is not None
            ),
            "lanes": tuple(
                lane.model_copy(update={"overrides": self._request(lane.overrides, Place(words=f"Lane {at}"))[0]})
                for at, lane in enumerate(session.lanes, 1)
            ),
        }
        return self._snapshot.model_copy(update={"session": session.model_copy(update=changes), "attempts": runs})

    def _cell(self, number: int, cell: Cell) -> Cell | None:
        message = self._message(cell.message, at_cell(number, cell))
        return None if message is None else cell.model_copy(update={"message": message})

    def _fixture(self, number: int, fixture: Fixture) -> Fixture | None:
        """What a tool gave back is a result of a tool, also where it only waits to be sent; without it nothing is left to wait."""
        place = Place(words=f"Result {number} kept for a tool")
        match self._judge.part("tool result", fixture.result, place) if fixture.result else "keep":
            case "drop":
                return None
            case "mask":
                return fixture.model_copy(update={"result": mask_of("tool result")})
            case "keep":
                return fixture

    def _run(self, number: int, attempt: int, run: Run) -> Run:
        request, gone = self._request(run.request, at_run(number, attempt, run, "sent request"), run)
        reply = self._reply(run.reply, at_run(number, attempt, run, "answer"))
        template = self._template(run, gone, at_run(number, attempt, run, "template"))
        left = {"between": _between(run, gone), "tail": ()} if run.between else {}
        return run.model_copy(update={"request": request, "reply": reply, "template": template, **left})

    def _request(
        self, request: ChatRequest, place: Place, run: Run | None = None
    ) -> tuple[ChatRequest, dict[int, int]]:
        """The request, and where each message that is left stands now."""
        body = {key: copied_but_messages(key, held) for key, held in request.held()}
        left = {key: value for key, value in body.items() if key != "messages"}
        for name in IDENTIFIERS.keys() & left.keys():
            self._identify(left, name, place)
        moved: dict[int, int] = {}
        if isinstance(body.get("messages"), list):
            left = {key: left.get(key) for key in body if key in left or key == "messages"}
            left["messages"] = self._messages(body["messages"], place, run, moved)
        same = left.keys() == body.keys() and all(unchanged(left[key], body[key]) for key in body)
        return (request if same else ChatRequest.parse(left)), moved

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
            judged = self._judged(message, place, former=former, written=written)
            if judged is not None:
                moved[at] = len(kept)
                kept.append(judged)
        return kept

    def _judged(self, message: Any, place: Place, *, former: bool, written: Any) -> Any:
        """A message of a request as it may leave; one that was sent as it was written is judged once for all requests."""
        if not isinstance(message, Kept):
            is_known = isinstance(message, Mapping)
            return self._message(message, place, former=former, written=written) if is_known else message

        def look() -> Any:
            body = message.payload()
            judged = self._message(body, place, former=former, written=written)
            return message if judged == body else None if judged is None else ChatRequest.message(judged)

        return look() if written is not message else self._once.of(message, place, look, how=former)

    def _still_said(self, message: Any, run: Run) -> bool:
        if not isinstance(message, Kept):
            content, words_stand, calls_stand = self._stands(message)
        elif id(message) in self._standing:
            content, words_stand, calls_stand = self._standing[id(message)]
        else:
            content, words_stand, calls_stand = self._standing[id(message)] = self._stands(message.payload())
        return (words_stand or content == run.prefill) and calls_stand

    def _stands(self, message: Any) -> tuple[Any, bool, bool]:
        """What a message says, and whether its words, and its calls, stand in what leaves anyway."""
        if not isinstance(message, Mapping):
            return None, True, True
        content, calls = message.get("content"), message.get("tool_calls")
        return content, not content or _spelled(content) in self._said, not calls or _spelled(calls) in self._said

    def _message(
        self, message: Mapping[str, Any], place: Place, *, former: bool = False, written: Any = None
    ) -> dict[str, Any] | None:
        """The message as it may leave; None where nothing of it may. As `written`, with variables, it is the one that a cell holds."""
        kind: PartKind | None = None
        if former:
            kind = "earlier"
        elif message.get("role") in _INSTRUCTING:
            kind = "system"
        elif message.get("role") in _RESULTS:
            kind = "tool result"
        known = written if isinstance(written, Mapping) and not former else message
        said = known.get("content") or (message.get("tool_calls") if kind == "earlier" else None)
        decision = self._judge.part(kind, said, place) if kind and said else "keep"
        if kind and decision == "drop":
            # A call needs its result, so the message stays where it answers one.
            return {**message, "content": ""} if message.get("role") in _RESULTS else None
        if kind and decision == "mask":
            kept = {key: message[key] for key in ("role", "name", "tool_call_id") if key in message}
            return {**kept, "content": mask_of(kind)}
        return self._thoughts(self._read({**message, **self._content(message, place)}, place), place)

    def _content(self, message: Mapping[str, Any], place: Place) -> dict[str, Any]:
        content = message.get("content")
        if not isinstance(content, list):
            return {}
        kept = [left for part in content for left in self._part(part, place)]
        return {"content": kept}

    def _read(self, message: dict[str, Any], place: Place) -> dict[str, Any]:
        """The message of an answer, which has the files that were read for it, so that nobody reads them again."""
        told = message.get("annotations")
        if not isinstance(told, list) or len(kept := self._annotations(told, place)) == len(told):
            return message
        rest = {key: value for key, value in message.items() if key != "annotations"}
        return {**rest, "annotations": kept} if kept else rest

    def _annotations(self, told: Iterable[Any], place: Place) -> list[Any]:
        """A file that was read is an attachment once more, with its whole text."""
        return [one for one in told if not _is_file(one) or self._judge.part("attachment", one, place) == "keep"]

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
        annotations = tuple(self._annotations(reply.annotations, place))
        if len(annotations) < len(reply.annotations):
            changes["annotations"] = annotations
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


def _between(run: Run, moved: Mapping[int, int]) -> int:
    """How many of the messages of the steps before it are left."""
    sent = run.request.payload().get("messages")
    end = len(sent) - bool(run.prefill) if isinstance(sent, list) else 0
    return sum(end - run.between <= at < end for at in moved)


def _said(snapshot: Snapshot) -> Iterator[str]:
    """What cells and attempts say, as far as they leave."""
    for cell in snapshot.session.cells:
        yield from (_spelled(cell.message.get(name)) for name in ("content", "tool_calls"))
    for runs in snapshot.attempts.values():
        for run in runs:
            yield from (_spelled(one) for one in (run.whole.text, run.prefill, run.whole.message().get("tool_calls")))


def _thought(message: Mapping[str, Any]) -> Any:
    return next((message[name] for name in reversed(_THOUGHTS[:2]) if message.get(name)), message.get(_THOUGHTS[2]))


def _is_file(annotation: Any) -> bool:
    return isinstance(annotation, Mapping) and annotation.get("type") == "file"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _masked(value: Any, mask: str) -> Any:
    return dict.fromkeys(value, mask) if isinstance(value, Mapping) else mask


def _spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
