"""What a model hands the gateway, piece by piece, in the words of OpenRouter's wire."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from parley.local.card import Card

Tail = Literal["repeated", "null", "choiceless"]
"""How the chunk with the usage looks: with the finish reason again (2026), with a null one (until 2026), without choices."""
FaultShape = Literal["beside", "choiceless", "inside", "bare", "late"]
"""An error in a stream: beside a choice that ends in `error`, with empty choices, inside the choice, alone without an end
marker, or after the finish reason and together with the usage."""
Failing = Literal["closed", "cut", "torn", "ended", "stalled", "mute"]
"""A connection that fails: closed at once, between two events or within one, ended properly but too early, silent for ever
or, where it is mute, even without a header."""
Way = Callable[[bytes], Iterable[bytes]]
"""What becomes of bytes on their way: in how many pieces they come, and whether they are the same."""


@dataclass(frozen=True, slots=True)
class Delta:
    """One piece of an answer: the fields of `choices[0].delta`, and the log-probabilities that belong to it."""

    fields: Mapping[str, Any]
    logprobs: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """What a provider was sent, for who asked with `debug.echo_upstream_body`."""

    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many tokens went in and came out, and how many searches were made.

    `cached`, `written` (to the cache) and `heard` (audio) are among `prompt`; `reasoning`, `drawn` (images) and `spoken`
    are among `completion`.
    """

    prompt: int = 0
    completion: int = 0
    reasoning: int = 0
    cached: int = 0
    written: int = 0
    heard: int = 0
    drawn: int = 0
    spoken: int = 0
    searches: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of an answer; `native` is the reason in the model's own words.

    `unsaid` are keys that the usage leaves out; `booked_after` are seconds until GET /generation knows the answer.
    """

    reason: str
    native: str
    tokens: Tokens
    tail: Tail = "repeated"
    unsaid: tuple[str, ...] = ()
    booked_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """An error inside an answer that has begun: it ends the answer, and what came before it stands."""

    code: int
    message: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    shape: FaultShape = "beside"
    tokens: Tokens = Tokens()


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The connection fails under the answer."""

    how: Failing


def whole(data: bytes) -> Iterable[bytes]:
    """The way of bytes that nothing happens to."""
    yield data


@dataclass(frozen=True, slots=True)
class Distorted:
    """Parts that travel as they should not, and after which nothing comes: their bytes go a `way`, under further `headers`.

    Bytes among the parts stand in a stream only. With `unstreamed`, a plain body is sent to whoever asked for a stream.
    """

    parts: tuple[Any, ...]
    way: Way = whole
    headers: Mapping[str, str] = field(default_factory=dict)
    unstreamed: bool = False

    @property
    def meant(self) -> tuple[Part, ...]:
        """The parts without the bytes."""
        return tuple(part for part in self.parts if not isinstance(part, bytes))


Part = Delta | Echo | Finish | Fault | Breakdown | Distorted


class Refusal(Exception):
    """The request is refused before any part of an answer: an HTTP status and an error envelope.

    `beside` are further keys of the error object; with a `page`, that HTML is sent instead of the envelope.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        metadata: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        beside: Mapping[str, Any] | None = None,
        page: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.metadata = dict(metadata or {})
        self.headers = dict(headers or {})
        self.beside = dict(beside or {})
        self.page = page


class LocalModel(Protocol):
    """Whatever can stand behind the gateway: it describes itself, and it answers.

    Closing the generator that `answer` returns must stop the work behind it at once. Raise Refusal before the first part
    for a request that cannot be met; afterwards yield a Fault.
    """

    @property
    def card(self) -> Card: ...

    def answer(self, body: Mapping[str, Any]) -> AsyncGenerator[Part, None]: ...
