"""One choice of a chunk (`delta`) or of a plain body (`message`), as events."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from parley.reply import (
    AnnotationDelta,
    AudioDelta,
    ImageDelta,
    LogprobsDelta,
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
)
from parley.wire.calls import CallSorter, OpenCall
from parley.wire.json_text import scrubbed
from parley.wire.mending import Mender
from parley.wire.twice import ToldTwice

Json = dict[str, Any]
_DETAIL_TEXT = {"reasoning.text": "text", "reasoning.summary": "summary"}
_TEXT_ALONE = frozenset({"role", "content"})
"""The keys of nearly every delta, for which nothing else need be looked for."""
_CALL_KEYS = frozenset({"id", "index", "type", "function"})


class DeltaReader:
    """Reads the deltas of one choice; keeps text within `room` bytes and makes torn characters whole."""

    def __init__(self, room: int) -> None:
        self.mender = Mender()
        self.full = False
        """The cap on text was reached; what was read up to it was given out."""
        self.output = False
        """Something came that a person can see."""
        self.empty_details = False
        """An empty list of reasoning details came, and no other."""
        self._room = room
        self._details_came = False
        self._reasoned = ToldTwice()
        self._sorter = CallSorter()
        self._torn = self._whole = False

    def read(self, choice: Json, *, torn: bool, whole: bool) -> Iterator[StreamEvent]:
        """The events of one choice; `torn` says that its text may hold half characters."""
        self._torn, self._whole = torn, whole
        for key in ("delta", "message"):
            if isinstance(choice.get(key), dict):
                yield from self._message(choice[key])
        yield from self._logprobs(choice.get("logprobs"))

    def _message(self, said: Json) -> Iterator[StreamEvent]:
        for event in self._parts(said):
            self.output = True
            yield event

    def _parts(self, said: Json) -> Iterator[StreamEvent]:
        if said.keys() <= _TEXT_ALONE and isinstance(text := said.get("content"), str):
            if piece := self._text("text", text):
                yield TextDelta(text=piece)
            return
        yield from self._reasoning(said)
        for text in _texts(said.get("content")):
            if piece := self._text("text", text):
                yield TextDelta(text=piece)
        if piece := self._text("refusal", said.get("refusal")):
            yield RefusalDelta(text=piece)
        yield from self._calls(said.get("tool_calls"))
        for image in (*_dicts(said.get("images")), *_image_parts(said.get("content"))):
            yield ImageDelta(image=self._clean(image))
        if isinstance(said.get("audio"), dict):
            yield from self._audio(said["audio"])
        for annotation in _dicts(said.get("annotations")):
            yield AnnotationDelta(annotation=self._clean(annotation))

    def _reasoning(self, said: Json) -> Iterator[StreamEvent]:
        details = said.get("reasoning_details")
        items = tuple(self._detail(item) for item in _dicts(details))
        plain = said.get("reasoning") or said.get("reasoning_content")
        detailed = "".join(map(_detail_text, _dicts(details)))
        piece = self._text("reasoning", self._reasoned.once(plain if isinstance(plain, str) else "", detailed))
        if items or piece:
            self._details_came |= bool(items)
            yield ReasoningDelta(text=piece, details=items or None, whole=self._whole)
        self.empty_details = (self.empty_details or isinstance(details, list)) and not self._details_came

    def _detail(self, item: Json) -> Json:
        """The item with its text made whole; as text it is told a second time, so it does not count against the cap."""
        key = _DETAIL_TEXT.get(str(item.get("type")))
        text = item.get(key) if key else None
        if not isinstance(text, str):
            return dict(self._clean(item))
        channel = ("detail", str(item.get("type")), repr(item.get("index")), key)
        mended = self.mender.mend(channel, text, risky=self._torn, whole=self._whole)
        return {**self._clean({**item, str(key): ""}), str(key): mended}

    def _calls(self, calls: object) -> Iterator[StreamEvent]:
        for position, call in enumerate(_dicts(calls)):
            index = call.get("index")
            index = index if isinstance(index, int) and not isinstance(index, bool) else position
            function: Json = call["function"] if isinstance(call.get("function"), dict) else {}
            yield from self._call(index, call, function, _arguments(function.get("arguments")))

    def _call(self, index: int, call: Json, function: Json, arguments: str) -> Iterator[StreamEvent]:
        clean: Json = self._clean({**call, "function": {"name": function.get("name")}})
        id, name = _word(clean.get("id")), _word(clean["function"]["name"])
        found = self._sorter.find(index, id, name, arguments, alone=self._whole)
        if found.left is not None and (rest := self.mender.release(found.left)):
            yield from flushed(found.left, rest)
        yield ToolCallDelta(
            index=index,
            id=id or found.id,
            name=name,
            arguments=self._text(found.call, arguments),
            extra={key: value for key, value in clean.items() if key not in _CALL_KEYS},
            begins=found.begins,
        )

    def _audio(self, audio: Json) -> Iterator[StreamEvent]:
        clean, expires = self._clean({**audio, "transcript": None}), audio.get("expires_at")
        yield AudioDelta(
            id=_word(clean.get("id")),
            data=_word(clean.get("data")) or "",
            transcript=self._text("transcript", audio.get("transcript")),
            expires_at=expires if isinstance(expires, int) and not isinstance(expires, bool) else None,
        )

    def _logprobs(self, logprobs: object) -> Iterator[StreamEvent]:
        if not isinstance(logprobs, dict):
            return
        content, refusal = (tuple(map(self._clean, _dicts(logprobs.get(key)))) for key in ("content", "refusal"))
        if content or refusal:
            yield LogprobsDelta(content=content, refusal=refusal)

    def _text(self, channel: Hashable, text: object) -> str:
        if not isinstance(text, str) or not text or self.full:
            return ""
        mended = self.mender.mend(channel, text, risky=self._torn, whole=self._whole)
        encoded = mended.encode()
        self.full = len(encoded) > self._room
        if self.full:
            mended = encoded[: self._room].decode(errors="ignore")
        self._room -= len(encoded)
        return mended

    def _clean(self, value: Any) -> Any:
        return scrubbed(value) if self._torn else value


def flushed(channel: Hashable, piece: str) -> Iterator[StreamEvent]:
    """What was held back in a channel, as the event that it belongs to."""
    match channel:
        case "text":
            yield TextDelta(text=piece)
        case "reasoning":
            yield ReasoningDelta(text=piece)
        case "refusal":
            yield RefusalDelta(text=piece)
        case "transcript":
            yield AudioDelta(transcript=piece)
        case OpenCall(index=index, id=id):
            yield ToolCallDelta(index=index, id=id, arguments=piece)


def _texts(content: object) -> Iterator[str]:
    """The text of a message: a string, or parts, some of which are text."""
    if isinstance(content, str):
        yield content
    for part in _dicts(content):
        if isinstance(part.get("text"), str):
            yield part["text"]


def _image_parts(content: object) -> Iterator[Json]:
    return (part for part in _dicts(content) if part.get("type") == "image_url")


def _detail_text(item: Json) -> str:
    text = item.get(_DETAIL_TEXT.get(str(item.get("type")), ""))
    return text if isinstance(text, str) else ""


def _arguments(arguments: object) -> str:
    if isinstance(arguments, (dict, list)):
        return json.dumps(arguments, separators=(",", ":"), ensure_ascii=False)
    return arguments if isinstance(arguments, str) else ""


def _dicts(items: object) -> Iterable[Json]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
