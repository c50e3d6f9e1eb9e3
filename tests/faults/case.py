"""What a case of a fault is: how the fault is made, and what is promised of a run that meets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any, Literal

from parley.client import Clocks, Limits
from parley.local.scripted.text import PIECES
from parley.notebook import Outcome
from tests.faults.serving import Answer

Kept = str | Callable[[str], bool]
Way = Literal["http", "ipv6", "expired", "blurting", "proxy"]
"""How a server is reached: over IPv4 or IPv6 in the clear; over TLS with a certificate of 2020, or that it does not speak, so
that it answers whatever it is told; or as the proxy on the way to OpenRouter."""
QUICK = Clocks(backoff=0.01)


@dataclass(frozen=True)
class Model:
    """A scripted model of the gateway, and what it is asked."""

    name: str
    prompt: str = "7 tokens at 5000/s after 0 ms"
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """A server of this process that answers its connections so, and the way to it."""

    answers: tuple[Answer, ...]
    way: Way = "http"


@dataclass(frozen=True)
class Nobody:
    """An address where nobody answers."""

    url: str


@dataclass(frozen=True)
class Ending:
    """What is promised: the outcome, words of the sentence that is painted, the text that is kept, words of a note, a fact."""

    outcome: Outcome = "complete"
    sees: str = ""
    kept: Kept = ""
    note: str = ""
    fact: str = ""


@dataclass(frozen=True)
class Case:
    """One fault. `plain` is what is promised without a stream: the same unless it is said, None where there is no such thing."""

    id: str
    fault: str
    made: Model | Server | Nobody
    streamed: Ending
    plain: Ending | None = None
    both: bool = True
    retries: int = 0
    posts: int | None = None
    clocks: Clocks = QUICK
    limits: Limits = field(default_factory=Limits)
    stopped_at: int | None = None
    """Stop is pressed when so many characters are there; below zero, when the answer has ended."""
    grows: int | None = None
    """Megabytes by which the process may grow meanwhile."""

    @property
    def forms(self) -> tuple[bool, ...]:
        return (True, False) if self.both else (True,)

    def ending(self, *, stream: bool) -> Ending:
        return self.streamed if stream or self.plain is None else self.plain


def passage(tokens: int) -> str:
    """What scripted models write."""
    return "".join(islice(cycle(PIECES), tokens))


def complete(kept: Kept = "", note: str = "") -> Ending:
    return Ending("complete", "", kept, note)


def cut_off(sees: str, kept: Kept, note: str = "") -> Ending:
    return Ending("truncated", sees, kept, note)


def failed(sees: str, kept: Kept = "", note: str = "") -> Ending:
    return Ending("failed", sees, kept, note)
