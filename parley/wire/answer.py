"""A whole answer, from its first byte to its end, as events: streamed or plain, whichever the server chose to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from parley.errors import NotAModelApi, StreamBroken, UpstreamError
from parley.reply import Noticed, Started, StreamEvent
from parley.wire.chunks import ChunkReader
from parley.wire.failures import find_error
from parley.wire.json_text import Unreadable, loads
from parley.wire.limits import Limits
from parley.wire.own_keys import OwnKeys
from parley.wire.redaction import REMOVED
from parley.wire.sse import BLANK, BOM, ServerEvent, SseDecoder, too_large

DONE = "[DONE]"
_PADDING = BLANK.decode()


class AnswerReader:
    """Bytes of a 200 in, events out; no network, no clock.

    What the body is shows in its first byte, because servers do not keep to what was asked for: `{` begins a plain body, `<` a page,
    anything else a stream. `received` is told each payload as it came.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        generation_id: str | None = None,
        received: Callable[[str], None] = lambda raw: None,
        hidden: str | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._generation_id = generation_id
        self._received = received
        self._hidden = hidden
        self._keys = OwnKeys([hidden] if hidden else [])
        self._chunks = ChunkReader(self._limits, generation_id)
        self._sse = SseDecoder(self._limits)
        self._body: list[bytes] = []
        self._size = 0
        self._form: Literal["stream", "plain"] | None = None
        self._begun = self._torn = False
        self.done = False
        """The end was marked: nothing that follows belongs to the answer."""
        self.heard = 0
        """How much data came, in no unit; comments and padding do not count."""

    @property
    def ended(self) -> bool:
        """A finish reason came; usage and the end marker may still follow."""
        return self._chunks.ended

    def feed(self, data: bytes) -> Iterator[StreamEvent]:
        """The events that these bytes complete. Run it to its end; raises only errors of Parley."""
        if not self._begun and self._generation_id:
            yield Started(generation_id=self._generation_id)
        self._begun = True
        if self._form is None:
            self._recognise(data)
        if self._form == "stream":
            yield from self._stream(self._sse.feed(data))
        elif not self.done:
            self._hold(data)

    def _recognise(self, data: bytes) -> None:
        first = data.lstrip(BLANK)[:1]
        if first == b"<":
            raise NotAModelApi(
                "The server answered with a web page, not with a model's answer: check the base URL.", status=200
            )
        if first in (b"{", b"["):
            self._form = "plain"
        elif first:
            self._form = "stream"
            before, self._body = self._body, []
            for piece in before:
                list(self._sse.feed(piece))

    def _hold(self, data: bytes) -> None:
        self._body.append(data)
        self._size += len(data)
        self.heard += self._form is not None
        if self._size > self._limits.event:
            raise too_large(self._limits.event, "in one body")

    def _stream(self, events: Iterator[ServerEvent]) -> Iterator[StreamEvent]:
        for name, data in events:
            self.heard += 1
            raw = self._covered(data)
            self._received(raw)
            payload, _, last = raw.rpartition("\n")
            marked = last.strip() == DONE
            yield from self._chunks.read(payload if marked else raw, name)
            if marked:
                self.done = True
                yield from self._end()
                return

    def close(self, broken: UpstreamError | None = None) -> Iterator[StreamEvent]:
        """The end of the bytes: by themselves, or because something `broke` the connection."""
        if self.done:
            return
        if self._form == "plain":
            yield from self._plain(broken)
        else:
            yield from self._stream(self._last_event())
            if not self.done:
                yield from self._unmarked_end(broken)
        self.done = True

    def _last_event(self) -> Iterator[ServerEvent]:
        """What stands behind the last blank line, as far as it can be read: it may be cut, or be many events that none parts."""
        before = self._sse.replaced
        for name, data in self._sse.close():
            readable = data if name == "error" or _whole(data) else "\n".join(filter(_whole_chunk, data.split("\n")))
            if readable:
                yield ServerEvent(name, readable)
            else:
                self._sse.replaced, self._torn = before, True

    def _unmarked_end(self, broken: UpstreamError | None) -> Iterator[StreamEvent]:
        if self._chunks.ended:
            if broken:
                yield Noticed(note="the answer is whole, but the server did not mark its end")
            yield from self._end()
            return
        yield from self._notes()
        if not self.heard and self._sse.strange:
            raise NotAModelApi(
                "The server answered, but not with a model's answer: check the base URL.", **self._known()
            )
        nothing = "The server answered with nothing: try again, or choose another model or provider."
        early = "The answer stopped arriving before its end: what came is kept, the rest is missing."
        if self._torn and not self.heard:
            nothing = "The answer broke off within its first event: try again, or choose another model or provider."
        raise broken or StreamBroken(early if self.heard else nothing, **self._known())

    def _plain(self, broken: UpstreamError | None) -> Iterator[StreamEvent]:
        text = self._covered(self._sse.decoded(b"".join(self._body).removeprefix(BOM)))
        self._body = []
        self._received(text)
        text = text.lstrip(_PADDING)
        try:
            body = loads(text)
        except Unreadable:
            cut = "The answer was cut off in the middle, or is no JSON: try again, or check the base URL."
            raise broken or StreamBroken(cut, **self._known()) from None
        if not isinstance(body, dict) or not (find_error(body) or body.get("choices")):
            raise NotAModelApi(
                "The server answered, but not with a model's answer: check the base URL.", **self._known()
            )
        yield from self._chunks.take(body, text, whole=True)
        yield from self._end()

    def _end(self) -> Iterator[StreamEvent]:
        yield from self._replaced()
        yield from self._chunks.finish()

    def _notes(self) -> Iterator[StreamEvent]:
        yield from self._replaced()
        yield from self._chunks.notes()

    def _replaced(self) -> Iterator[StreamEvent]:
        if self._sse.replaced:
            yield Noticed(
                note=f"invalid UTF-8 was replaced in {self._sse.replaced} place{'s' * (self._sse.replaced > 1)}"
            )

    def _covered(self, raw: str) -> str:
        """The payload without our own key, should a server send it back, in whatever dress."""
        return self._keys.hidden(raw.replace(self._hidden, REMOVED)) if self._hidden else raw

    def _known(self) -> dict[str, Any]:
        return {"status": 200, "generation_id": self._generation_id}


def _whole(data: str) -> bool:
    """The last payload is there to its end although nothing marks its end."""
    if data.rpartition("\n")[2].strip() == DONE:
        return True
    try:
        loads(data)
    except Unreadable:
        return False
    return True


def _whole_chunk(line: str) -> bool:
    return line.lstrip().startswith("{") and _whole(line)
