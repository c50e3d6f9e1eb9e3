"""What a model hands the gateway, piece by piece, in the words of OpenRouter's wire."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from parley.local.card import Card


@dataclass(frozen=True, slots=True)
class Delta:
    """One piece of an answer: the fields of `choices[0].delta`, and the log-probabilities that belong to it."""

    fields: Mapping[str, Any]
    logprobs: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many tokens went in and came out; `reasoning` are among `completion`, `cached` among `prompt`."""

    prompt: int = 0
    completion: int = 0
    reasoning: int = 0
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of an answer; `native` is the reason in the model's own words."""

    reason: str
    native: str
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Fault:
    """An error inside an answer that has begun: it ends the answer, and what came before it stands."""

    code: int
    message: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


Part = Delta | Finish | Fault


class Refusal(Exception):
    """The request is refused before any part of an answer: an HTTP status and an error envelope."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        metadata: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.metadata = dict(metadata or {})
        self.headers = dict(headers or {})


class LocalModel(Protocol):
    """Whatever can stand behind the gateway: it describes itself, and it answers.

    Closing the generator that `answer` returns must stop the work behind it at once. Raise Refusal before the first part
    for a request that cannot be met; afterwards yield a Fault.
    """

    @property
    def card(self) -> Card: ...

    def answer(self, body: Mapping[str, Any]) -> AsyncGenerator[Part, None]: ...
