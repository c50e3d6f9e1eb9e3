"""A run: one request that was really sent, and everything that is known about what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypedDict, get_args

from pydantic import Field

from parley.figures import Moment, Wait
from parley.money import Booked, Money
from parley.notebook.pacing import Pace
from parley.notebook.template import Template
from parley.reply import Reply
from parley.request import ChatRequest
from parley.value import Value

Outcome = Literal["queued", "running", "complete", "stopped", "truncated", "failed", "interrupted"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
LIVE: frozenset[Outcome] = frozenset({"queued", "running"})


class Failure(Value):
    """An error as it is kept with a run: a sentence for people, and the facts for whoever looks closer."""

    kind: str
    """Name of the class in `parley.errors`, for instance `RateLimited`."""
    message: str
    """One sentence a person can act on; never a key."""
    status: int | None = None
    code: int | str | None = None
    provider: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    retry_after: Wait = None


class Mark(Value):
    """One point of a run's timeline."""

    ms: Moment
    """Milliseconds since the run was queued, by a monotonic clock."""
    what: str
    """For instance `queued`, `sent`, `headers`, `first token`, `retry`, `stopped`, `finished`."""
    note: str = ""


class Timings(Value):
    """Milliseconds, by a monotonic clock; None where it was not reached. Sending is the first try: what the tries after it took, and
    the pauses between them, was waited for, too."""

    first_token_ms: Wait = None
    """From sending to the first piece of text, reasoning, tool call, image or audio."""
    total_ms: Wait = None
    """From sending to the end, however it ended."""

    def tokens_per_second(self, completion_tokens: int | None) -> float | None:
        """Completion tokens over the time between the first token and the end; None where either is unknown."""
        if completion_tokens is None or self.first_token_ms is None or self.total_ms is None:
            return None
        seconds = (self.total_ms - self.first_token_ms) / 1000
        return completion_tokens / seconds if seconds > 0 and completion_tokens > 1 else None


class Among(TypedDict, total=False):
    """Where a run stands among the steps of its attempt."""

    follows: str | None
    between: int


class Besides(Among, total=False):
    """What is kept with a run besides its request and its cell; the fields of `Run` say what each is."""

    template: Template | None
    added: tuple[str, ...]
    prefill: str


class Run(Value):
    """One request that was really sent.

    Written when it starts and however it ends. `complete` needs a terminal marker from the server; whatever ended without
    one is `truncated`, whatever the process did not live to see is `interrupted`.
    """

    id: str
    owner: str = ""
    session_id: str | None = None
    cell_id: str | None = None
    request: ChatRequest
    """Exactly what was sent, its variables replaced."""
    template: Template | None = None
    """What the request was made from; None where it was sent as it was written."""
    added: tuple[str, ...] = ()
    """Fields of the request that nobody set: Parley sent them so that there is an answer to show."""
    prefill: str = ""
    """The beginning of the answer that was sent along, as the last message, to be gone on with; see `parley.notebook.continuing`."""
    follows: str | None = None
    """Id of the run whose tool calls this one answers, see `parley.notebook.looping`; None for the first step of an attempt."""
    between: int = Field(default=0, ge=0)
    """How many of the last messages that it was sent, prefill apart, are the steps before it: their answers, and the results."""
    tail: tuple[dict[str, Any], ...] = ()
    """Those messages; only runs that come without their messages have them here, and `steps_said` has them of any run."""
    said: str = ""
    """Fingerprint of the messages it was sent, prefill and steps before it apart; only runs that come without their messages have it."""
    reply: Reply = Field(default_factory=Reply)
    """What came; `whole` has the prefill before it."""
    outcome: Outcome = "queued"
    failure: Failure | None = None
    imported: str = ""
    """When it was read from a file (UTC, ISO 8601): what it says of answer, money and time was not seen here. Empty for what was
    sent from here."""
    connection: str = ""
    """Name of the connection it went over; never its key."""
    created: datetime
    """UTC, by the wall clock, for people; order comes from the store."""
    timings: Timings = Field(default_factory=Timings)
    money: Money = Field(default_factory=Money)
    booked: Booked | None = None
    """What the server had booked when it was asked, some time after the end; changes nothing of the answer."""
    timeline: tuple[Mark, ...] = ()
    pace: Pace | None = None
    """When its pieces came; only copies that leave have it, in place of the raw events, which the store keeps."""

    @property
    def live(self) -> bool:
        return self.outcome in LIVE

    @property
    def whole(self) -> Reply:
        """The answer as it is shown, and as later cells see it: what came, after the beginning that was sent along."""
        return self.reply.model_copy(update={"text": self.prefill + self.reply.text}) if self.prefill else self.reply

    @property
    def steps_said(self) -> tuple[dict[str, Any], ...]:
        """What the steps before it said, and what their calls were answered with: later cells see that between prompt and answer."""
        if self.tail or not self.between:
            return self.tail
        sent = self.request.payload().get("messages")
        told = sent[: len(sent) - bool(self.prefill)] if isinstance(sent, list) else []
        return tuple(told[-self.between :])

    @property
    def settings(self) -> ChatRequest:
        """What it was sent with, to be loaded or sent again: messages and what Parley added are left out, but for the model."""
        return self.request.without("messages", *(name for name in self.added if name != "model"))
