"""The reply: what an answer has said so far. Any prefix of an answer is a Reply that can be shown and stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from parley.money import part
from parley.reply.events import Json, StreamEvent
from parley.reply.usage import Usage
from parley.value import Value

_REASONING = frozenset({"reasoning", "reasoning_content", "reasoning_details"})
_CUT_SHORT = frozenset({"length", "max_output_tokens", "max_tokens"})


class ToolCall(Value):
    """A call the model asks for; `arguments` is the text as it came, which may be empty or, when cut short, broken JSON."""

    id: str | None = None
    name: str | None = None
    arguments: str = ""
    index: int = 0
    """Where the stream placed it; not sent back."""
    extra: Json = Field(default_factory=dict)
    """Keys that are not OpenAI's; they are sent back."""

    @classmethod
    def told(cls, raw: object) -> ToolCall:
        """The call that an entry of a message's `tool_calls` tells of, as far as it does: a message may be anybody's."""
        name, arguments, call_id = part(raw, "function", "name"), part(raw, "function", "arguments"), part(raw, "id")
        return cls(
            id=call_id if isinstance(call_id, str) else None,
            name=name if isinstance(name, str) else None,
            arguments=arguments if isinstance(arguments, str) else "",
        )


class Audio(Value):
    """Spoken output."""

    id: str | None = None
    data: str = ""
    """Base64; OpenAI's models stream 16-bit PCM, mono, 24 kHz."""
    transcript: str = ""
    expires_at: int | None = None
    """Seconds since 1970: until then `id` stands for the audio in the next request."""

    @property
    def bytes(self) -> bytes:
        """The sound itself; of text that is not base64 nothing."""
        from parley.reply.merging import decoded

        try:
            return decoded(self.data)
        except ValueError:
            return b""


class Reply(Value):
    """The fold of an answer's events: `Reply().plus(event)`."""

    text: str = ""
    reasoning: str = ""
    reasoning_details: tuple[Json, ...] = ()
    """Merged, in order, unmodified otherwise: the next turn of a tool loop must send them back."""
    details_received: bool = False
    """The server sent `reasoning_details`, if only an empty list: some models want that back, too."""
    tool_calls: tuple[ToolCall, ...] = ()
    images: tuple[Json, ...] = ()
    audio: Audio | None = None
    annotations: tuple[Json, ...] = ()
    logprobs: tuple[Json, ...] = ()
    """One entry a token of the text: `token`, `logprob`, `bytes`, `top_logprobs`."""
    refusal_logprobs: tuple[Json, ...] = ()
    refusal: str | None = None
    finish_reason: str | None = None
    native_finish_reason: str | None = None
    usage: Usage | None = None
    model: str | None = None
    provider: str | None = None
    generation_id: str | None = None
    created: int | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    metadata: Json | None = None
    debug: tuple[Json, ...] = ()
    notes: tuple[str, ...] = ()

    def plus(self, event: StreamEvent) -> Reply:
        """This reply and one event more. For a whole stream `ReplyFold` does the same in linear time."""
        from parley.reply.fold import ReplyFold

        fold = ReplyFold(self)
        fold.add(event)
        return fold.reply

    @property
    def cut_short(self) -> bool:
        """The output limit ended it; providers report that as `tool_calls`, too, and only natively as what it was."""
        reasons = (self.finish_reason, self.native_finish_reason)
        return any(reason is not None and reason.lower() in _CUT_SHORT for reason in reasons)

    @property
    def words(self) -> str:
        """What the answer says, written or spoken; a refusal where it says nothing else."""
        return self.text or (self.audio.transcript if self.audio else "") or self.refusal or ""

    @property
    def has_output(self) -> bool:
        """Something came that can be shown or used."""
        return bool(self.text or self.reasoning or self.tool_calls or self.images or self.audio or self.refusal)

    def message(self) -> Json:
        """The assistant message that puts this reply into the next request.

        Reasoning details go back merged, unmodified and in order, with their text in one place only; citations stay here, parsed
        files go back so that they need not be parsed again. Source: OpenRouter's guide on preserving reasoning blocks.
        """
        told: dict[str, Any] = {
            "refusal": self.refusal,
            "reasoning": self.reasoning if not self.reasoning_details else None,
            "tool_calls": [self._call(call) for call in self.tool_calls],
            "images": [_without_index(image) for image in self.images],
            "audio": {"id": self.audio.id} if self.audio and self.audio.id else None,
            "annotations": [one for one in self.annotations if one.get("type") == "file"],
        }
        said = {key: value for key, value in told.items() if value}
        if self.details_received or self.reasoning_details:
            said["reasoning_details"] = list(self.reasoning_details)
        return {"role": "assistant", "content": self.text or (None if said else ""), **said}

    def _call(self, call: ToolCall) -> Json:
        arguments = call.arguments or ("" if self.cut_short else "{}")
        function = {"name": call.name or "", "arguments": arguments}
        return {"id": call.id or "", "type": "function", "function": function, **call.extra}


def without_reasoning(message: Mapping[str, Any]) -> Json:
    """The message of an answer without what its model reasoned: another model may refuse that, or cannot read it."""
    return {key: value for key, value in message.items() if key not in _REASONING}


def _without_index(image: Json) -> Json:
    return {key: value for key, value in image.items() if key != "index"}
