"""What an answer is made of, one event after another: a closed union with a literal tag.

There is no event for a failure: failures raise. Text in an event is always storable: no half surrogate pair, no NUL.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from parley.reply.usage import Usage
from parley.value import Value

Json = dict[str, Any]


class Started(Value):
    """The head of the answer, or what has become known of it since; None says nothing new."""

    kind: Literal["started"] = "started"
    generation_id: str | None = None
    model: str | None = None
    """As the server names it: a dated slug or a fallback, so rarely equal to the model that was asked for."""
    provider: str | None = None
    """Display name of the provider that answered."""
    created: int | None = None
    """Seconds since 1970, by the server's clock."""
    service_tier: str | None = None
    system_fingerprint: str | None = None


class TextDelta(Value):
    kind: Literal["text"] = "text"
    text: str


class ReasoningDelta(Value):
    """A piece of reasoning: `text` is for people, `details` carry the same again for the next turn."""

    kind: Literal["reasoning"] = "reasoning"
    text: str = ""
    details: tuple[Json, ...] | None = None
    """None when the server sent no such list, which differs from an empty one."""
    whole: bool = False
    """The details are finished items of a plain answer, not pieces to be merged."""


class ToolCallDelta(Value):
    """A piece of a tool call; pieces belong together by `index` and `id`, and without an id to the newest call of their index."""

    kind: Literal["tool_call"] = "tool_call"
    index: int = 0
    id: str | None = None
    name: str | None = None
    arguments: str = ""
    extra: Json = Field(default_factory=dict)
    """Keys that are not OpenAI's, for instance a provider's signature; they go back unchanged."""
    begins: bool = False
    """A call of its own whatever index and id say: a finished one of a plain answer, or one that only its name tells apart."""


class ImageDelta(Value):
    """One whole image: `{"type": "image_url", "image_url": {"url": "data:..."}}`."""

    kind: Literal["image"] = "image"
    image: Json


class AudioDelta(Value):
    """A piece of audio in base64, of its transcript, or both."""

    kind: Literal["audio"] = "audio"
    id: str | None = None
    data: str = ""
    transcript: str = ""
    expires_at: int | None = None


class AnnotationDelta(Value):
    """A citation, or a parsed file."""

    kind: Literal["annotation"] = "annotation"
    annotation: Json


class LogprobsDelta(Value):
    """Log probabilities of the tokens of the text, and of the refusal."""

    kind: Literal["logprobs"] = "logprobs"
    content: tuple[Json, ...] = ()
    refusal: tuple[Json, ...] = ()


class RefusalDelta(Value):
    kind: Literal["refusal"] = "refusal"
    text: str


class DebugEcho(Value):
    """What OpenRouter sent to a provider; one for each attempt."""

    kind: Literal["debug"] = "debug"
    debug: Json


class Metadata(Value):
    """How OpenRouter routed the request (`openrouter_metadata`)."""

    kind: Literal["metadata"] = "metadata"
    metadata: Json


class UsageReport(Value):
    kind: Literal["usage"] = "usage"
    usage: Usage


class Noticed(Value):
    """A remark of the reader on the answer, for people: for instance that two events could not be read."""

    kind: Literal["noticed"] = "noticed"
    note: str


class Finished(Value):
    """The end, once, and only after a terminal marker; the reasons are None where the server named none."""

    kind: Literal["finished"] = "finished"
    finish_reason: str | None = None
    native_finish_reason: str | None = None


StreamEvent = Annotated[
    Started
    | TextDelta
    | ReasoningDelta
    | ToolCallDelta
    | ImageDelta
    | AudioDelta
    | AnnotationDelta
    | LogprobsDelta
    | RefusalDelta
    | DebugEcho
    | Metadata
    | UsageReport
    | Noticed
    | Finished,
    Field(discriminator="kind"),
]
