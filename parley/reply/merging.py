"""How pieces become wholes: text, tool calls, reasoning details, audio. Every `add` takes constant time."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any

from parley.reply.events import AudioDelta, Json, ToolCallDelta
from parley.reply.reply import Audio, ToolCall

_MERGED_KEY = {"reasoning.text": "text", "reasoning.summary": "summary"}
_UP_TO_PADDING = re.compile(r"[^=]+")
_WITH_PADDING = re.compile(r"[^=]+=+")


class Pieces:
    """Text that grows at its end."""

    __slots__ = ("_parts",)

    def __init__(self, text: str = "") -> None:
        self._parts = [text]

    def add(self, piece: str) -> None:
        self._parts.append(piece)

    @property
    def text(self) -> str:
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0]


class _Call:
    def __init__(self, call: ToolCall) -> None:
        self.index, self.id, self.name, self.extra = call.index, call.id, call.name, dict(call.extra)
        self.arguments = Pieces(call.arguments)
        self._made: ToolCall | None = call

    def take(self, delta: ToolCallDelta) -> None:
        self.id = delta.id or self.id
        self.name = delta.name or self.name
        self.extra |= delta.extra
        self.arguments.add(delta.arguments)
        self._made = None

    @property
    def value(self) -> ToolCall:
        if self._made is None:
            arguments, extra = self.arguments.text, dict(self.extra)
            self._made = ToolCall(id=self.id, name=self.name, arguments=arguments, index=self.index, extra=extra)
        return self._made


class Calls:
    """Tool calls, by index and id: a known id goes back to its call, another one opens a call, none goes on with the newest.

    Which call is the newest shows in a snapshot, so that folding can go on from one.
    """

    def __init__(self, calls: Iterable[ToolCall] = ()) -> None:
        self._calls: list[_Call] = []
        self._newest: dict[int, _Call] = {}
        self._named: dict[tuple[int, str], _Call] = {}
        for call in calls:
            self._open(_Call(call))

    def _open(self, call: _Call) -> _Call:
        self._calls.append(call)
        self._newest[call.index] = call
        self._name(call)
        return call

    def _name(self, call: _Call) -> None:
        if call.id:
            self._named[call.index, call.id] = call

    def add(self, delta: ToolCallDelta) -> None:
        call = None if delta.begins else self._known(delta)
        call = call or self._open(_Call(ToolCall(index=delta.index)))
        call.take(delta)
        self._name(call)

    def _known(self, delta: ToolCallDelta) -> _Call | None:
        newest = self._newest.get(delta.index)
        if not delta.id:
            return newest
        return self._named.get((delta.index, delta.id)) or (newest if newest is not None and not newest.id else None)

    @property
    def values(self) -> tuple[ToolCall, ...]:
        return tuple(call.value for call in sorted(self._calls, key=lambda call: call.index))


class _Detail:
    """One item of `reasoning_details`, with the text that is still growing kept in pieces."""

    def __init__(self, item: Json, order: int) -> None:
        self.order = order
        self._fields = dict(item)
        self._key = _MERGED_KEY.get(str(item.get("type")))
        self._pieces: Pieces | None = None
        self._made: Json | None = item

    @property
    def id(self) -> Any:
        return self._fields.get("id")

    def take(self, item: Json) -> None:
        for key, value in item.items():
            if key == self._key and isinstance(value, str):
                self._extend(value)
            elif key not in self._fields or (value is not None and key != self._key):
                self._fields[key] = value
        self._made = None

    def _extend(self, piece: str) -> None:
        if self._pieces is None:
            first = self._fields.get(str(self._key))
            self._pieces = Pieces(first if isinstance(first, str) else "")
            self._fields[str(self._key)] = ""
        self._pieces.add(piece)

    @property
    def value(self) -> Json:
        if self._made is None:
            grown = {str(self._key): self._pieces.text} if self._pieces else {}
            self._made = {**self._fields, **grown}
        return self._made


class Details:
    """`reasoning_details`, merged for the next turn.

    `index` is not unique across types, so a text or summary joins the last item of its type and index whose id is absent or the
    same; anything else is appended whole.
    """

    def __init__(self, items: Iterable[Json] = ()) -> None:
        self._items: list[_Detail] = []
        self._last: dict[tuple[str, ...], _Detail] = {}
        for item in items:
            self._append(item)

    def add(self, item: Json, *, whole: bool = False) -> None:
        found = None if whole else self._partner(item)
        if found is None:
            self._append(item)
        else:
            found.take(item)
            self._remember(item, found)

    def _partner(self, item: Json) -> _Detail | None:
        if str(item.get("type")) not in _MERGED_KEY:
            return None
        if item.get("id") is None:
            return self._last.get(_address(item))
        candidates = (self._last.get((*_address(item), repr(wanted))) for wanted in (item["id"], None))
        fitting = [one for one in candidates if one is not None and one.id in (None, item["id"])]
        return max(fitting, key=lambda one: one.order, default=None)

    def _append(self, item: Json) -> None:
        detail = _Detail(item, len(self._items))
        self._items.append(detail)
        self._last[_address(item)] = detail
        self._remember(item, detail)

    def _remember(self, item: Json, detail: _Detail) -> None:
        self._last[(*_address(item), repr(item.get("id")))] = detail

    @property
    def values(self) -> tuple[Json, ...]:
        return tuple(item.value for item in self._items)


def _address(item: Json) -> tuple[str, ...]:
    return repr(item.get("type")), repr(item.get("index"))


class Base64:
    """Base64 in pieces: some servers pad each piece, some cut anywhere. Padding says that what stands before it is whole.

    What follows the last padding may only be cut and stays as it came, so that piece by piece gives what all at once gives.
    """

    def __init__(self, data: str) -> None:
        self._settled, self._carry = Pieces(), b""
        self._tail: list[str] = []
        self._padded, self._broken = True, False
        self.add(data)

    def add(self, data: str) -> None:
        """Constant time for each character: what is settled is encoded once, in groups of three bytes."""
        if self._padded:
            data = data.lstrip("=")
        if not data:
            return
        self._tail.append(data)
        self._padded = False
        if "=" in data and not self._broken:
            self._settle("".join(self._tail))

    def _settle(self, text: str) -> None:
        sound, end = [self._carry], 0
        for run in _WITH_PADDING.finditer(text):
            try:
                sound.append(decoded(run.group()))
            except ValueError:
                self._broken = True
                break
            end = run.end()
        self._padded = 0 < end == len(text)
        self._tail = [text[end:]] if end < len(text) else []
        whole = b"".join(sound)
        edge = len(whole) - len(whole) % 3
        self._settled.add(base64.b64encode(whole[:edge]).decode())
        self._carry = whole[edge:]

    @property
    def text(self) -> str:
        self._tail = ["".join(self._tail)]
        return self._settled.text + base64.b64encode(self._carry).decode() + self._tail[0]


class Sound:
    """Audio in base64 pieces, and what is said in it."""

    def __init__(self, audio: Audio | None = None) -> None:
        self._data = Base64(audio.data if audio else "")
        self._transcript = Pieces(audio.transcript if audio else "")
        self._id = audio.id if audio else None
        self._expires_at = audio.expires_at if audio else None
        self._made = audio
        self._grown = False

    def add(self, delta: AudioDelta) -> None:
        self._data.add(delta.data)
        self._transcript.add(delta.transcript)
        self._id = delta.id or self._id
        self._expires_at = self._expires_at if delta.expires_at is None else delta.expires_at
        self._grown = True

    @property
    def value(self) -> Audio | None:
        if self._grown:
            data, transcript = self._data.text, self._transcript.text
            self._made = Audio(id=self._id, data=data, transcript=transcript, expires_at=self._expires_at)
            self._grown = False
        return self._made


def decoded(data: str) -> bytes:
    """The bytes of base64 text that may hold padding between its pieces; raises ValueError where it is none."""
    runs = (run.group() for run in _UP_TO_PADDING.finditer(data))
    return b"".join(base64.b64decode(run + "=" * (-len(run) % 4), validate=True) for run in runs)
