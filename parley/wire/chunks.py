"""A chunk of a stream, or a plain body, as events. Whatever a server may send, only errors of Parley are raised.

Source: OpenRouter's chat completion reference; what recorded answers do beyond it is told by the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from parley.errors import AnswerTooLarge, NotAModelApi
from parley.reply import (
    DebugEcho,
    Finished,
    Metadata,
    Noticed,
    ReasoningDelta,
    Started,
    StreamEvent,
    Usage,
    UsageReport,
)
from parley.wire.choices import ChoiceFollower, Piece
from parley.wire.deltas import DeltaReader, flushed
from parley.wire.failures import api_error, ended_in_error, find_error
from parley.wire.json_text import Unreadable, loads, risky, scrubbed
from parley.wire.limits import Limits
from parley.wire.sse import in_megabytes

_KNOWN_KEYS = frozenset({"choices", "usage", "error", "debug", "openrouter_metadata", "id", "object"})
_HEAD = ("id", "model", "provider", "created", "service_tier", "system_fingerprint")
"""What every chunk repeats."""
_LONGEST_NAME = 300
_FAILED_NATIVELY = frozenset({"network_error"})
_FAILED_WITHOUT_OUTPUT = frozenset({"malformed_function_call", "unexpected_tool_call", "error"})


class ChunkReader:
    """Reads one answer, chunk by chunk, and remembers what a chunk alone does not tell."""

    def __init__(self, limits: Limits | None = None, generation_id: str | None = None) -> None:
        self._limits = limits or Limits()
        self._head: dict[str, Any] = {"generation_id": generation_id}
        self._last_head: tuple[Any, ...] = ()
        self._deltas = DeltaReader(self._limits.text)
        self._choices = ChoiceFollower()
        self._finish: str | None = None
        self._native: str | None = None
        self._failed = False
        self.bad = 0
        """Events that could not be read."""

    @property
    def ended(self) -> bool:
        """A finish reason was seen: whatever happens now, the answer is whole."""
        return self._finish is not None or self._choices.waits_with("finish_reason")

    def read(self, raw: str, name: str = "") -> Iterator[StreamEvent]:
        """The events of one chunk; where it holds an error, first what it also holds, then the error is raised."""
        for text in _one_or_each(raw):
            try:
                chunk = loads(text)
            except Unreadable:
                chunk = None
                if name == "error":
                    raise api_error(raw, **self._known()) from None
            if isinstance(chunk, dict) and (name == "error" or not _KNOWN_KEYS.isdisjoint(chunk)):
                yield from self.take(chunk, text, named_error=name == "error")
            elif chunk is not None or text.strip():
                self._count_bad()

    def take(
        self, chunk: dict[str, Any], raw: str, *, named_error: bool = False, whole: bool = False
    ) -> Iterator[StreamEvent]:
        """The events of a parsed chunk or, where `whole`, of a plain body."""
        error = find_error(chunk) or (chunk if named_error else None)
        torn = risky(raw)
        yield from self._started(scrubbed(chunk) if torn else chunk)
        yield from self._said(self._choices.ours(chunk.get("choices"), torn=torn), whole=whole)
        if whole:
            yield from self._said(self._choices.settle(), whole=True)
        yield from self._extras(chunk, raw, torn=torn)
        if error is not None:
            yield from self.notes()
            raise api_error(error, **self._known())
        if self._deltas.full:
            yield from self.notes()
            size = in_megabytes(self._limits.text)
            raise AnswerTooLarge(
                f"The answer has more than {size} of text, so Parley stopped reading; what came before is kept."
            )

    def finish(self) -> Iterator[StreamEvent]:
        """The end of an answer with a terminal marker: raises ProviderFailed where the reason it gives is a failure."""
        yield from self._said(self._choices.settle())
        for channel, piece in self._deltas.mender.left_over().items():
            yield from flushed(channel, piece)
        if self._deltas.empty_details:
            yield ReasoningDelta(details=())
        yield from self.notes()
        native = (self._native or "").lower()
        nothing_came = not self._deltas.output and native in _FAILED_WITHOUT_OUTPUT
        if self._failed or native in _FAILED_NATIVELY or nothing_came:
            raise ended_in_error(self._native, self._head.get("generation_id"))
        yield Finished(finish_reason=self._finish, native_finish_reason=self._native)

    def notes(self) -> Iterator[StreamEvent]:
        """Remarks on what was read so far, after what was still to be read; ask once."""
        yield from self._said(self._choices.settle())
        told = (
            (self.bad, "1 event could not be read", "{} events could not be read"),
            (self._deltas.mender.replaced, "1 torn character was replaced", "{} torn characters were replaced"),
            (int(self._choices.note is not None), self._choices.note or "", ""),
        )
        for count, one, many in told:
            if count:
                yield Noticed(note=one if count == 1 else many.format(count))

    def _known(self) -> dict[str, Any]:
        return {"status": 200, "generation_id": self._head.get("generation_id")}

    def _count_bad(self) -> None:
        self.bad += 1
        if self.bad > self._limits.bad_events:
            told = f"More than {self._limits.bad_events} events of the answer could not be read: check the base URL."
            raise NotAModelApi(told, **self._known())

    def _started(self, chunk: dict[str, Any]) -> Iterator[StreamEvent]:
        head = tuple(map(chunk.get, _HEAD))
        if head == self._last_head:
            return
        self._last_head = head
        told = {
            "generation_id": _word(chunk.get("id")),
            "model": _word(chunk.get("model")),
            "provider": _word(chunk.get("provider")),
            "created": _seconds(chunk.get("created")),
            "service_tier": _word(chunk.get("service_tier")),
            "system_fingerprint": _word(chunk.get("system_fingerprint")),
        }
        news = {key: value for key, value in told.items() if value is not None and self._head.get(key) != value}
        if news:
            self._head |= news
            yield Started(**news)

    def _said(self, pieces: Iterable[Piece], *, whole: bool = False) -> Iterator[StreamEvent]:
        for _, choice, torn in pieces:
            yield from self._deltas.read(choice, torn=torn, whole=whole)
            self._note_end(choice)

    def _note_end(self, choice: dict[str, Any]) -> None:
        if reason := choice.get("finish_reason"):
            self._finish = _word(scrubbed(reason)) or self._finish
            self._failed |= self._finish == "error"
        if native := choice.get("native_finish_reason"):
            self._native = _word(scrubbed(native)) or self._native

    def _extras(self, chunk: dict[str, Any], raw: str, *, torn: bool) -> Iterator[StreamEvent]:
        clean = scrubbed if torn else _same
        if isinstance(chunk.get("debug"), dict):
            yield DebugEcho(debug=clean(chunk["debug"]))
        if isinstance(chunk.get("openrouter_metadata"), dict):
            yield Metadata(metadata=clean(chunk["openrouter_metadata"]))
        if isinstance(chunk.get("usage"), dict):
            yield UsageReport(usage=Usage.model_validate(clean(loads(raw, exact=True)["usage"])))


def _one_or_each(raw: str) -> list[str]:
    """The payload; or its lines, where they are no JSON together, as when a server left out the blank lines between its events."""
    if "\n" not in raw:
        return [raw]
    try:
        loads(raw)
    except Unreadable:
        return [line for line in raw.split("\n") if line.strip()]
    return [raw]


def _same(value: Any) -> Any:
    return value


def _word(value: object) -> str | None:
    """A name; one that is longer than any name is cut, because it stands in a line of the ledger."""
    return value[:_LONGEST_NAME] if isinstance(value, str) and value else None


def _seconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value < 2**53 else None
