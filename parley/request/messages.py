"""The messages of a conversation, by role."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.content import ContentPart
from parley.request.kept import Kept
from parley.request.kinds import Kinds
from parley.request.knob import Integer, JsonObject
from parley.request.reasoning import Budget

Content = str | list[ContentPart]


class ConfigurationUpdate(Kept):
    """Changes how hard the model thinks from here on, without losing the cached prompt before it."""

    reasoning: Budget


class SystemMessage(Kept):
    """Standing orders; the model reads them before everything else."""

    role: Literal["system"]
    content: Content
    name: str | MISSING = MISSING
    configuration_update: ConfigurationUpdate | MISSING = MISSING


class DeveloperMessage(Kept):
    """Standing orders, as OpenAI's newer models call them."""

    role: Literal["developer"]
    content: Content
    name: str | MISSING = MISSING
    configuration_update: ConfigurationUpdate | MISSING = MISSING


class UserMessage(Kept):
    """What the person says, in text or in parts."""

    role: Literal["user"]
    content: Content
    name: str | MISSING = MISSING


class FunctionCall(Kept):
    """Which function, with its arguments as the text the model wrote."""

    name: str
    arguments: str


class ToolCall(Kept):
    """A call that the model asked for; its `id` must come back unchanged with the result."""

    id: str
    type: Literal["function"] | str
    function: FunctionCall


class AudioReply(Kept):
    """Audio that the model spoke in an earlier answer."""

    id: str | MISSING = MISSING
    data: str | MISSING = MISSING
    """The bytes in base64."""
    transcript: str | MISSING = MISSING
    expires_at: Integer | MISSING = MISSING
    """Seconds since 1970, UTC."""


class ReasoningDetail(Kept):
    """One block of a model's reasoning, to be sent back unmodified and in order.

    The types seen are `reasoning.text`, `reasoning.summary`, `reasoning.encrypted` and `reasoning.server_tool_call`.
    """

    type: str
    id: str | MISSING | None = MISSING
    format: str | MISSING | None = MISSING
    index: Integer | MISSING = MISSING
    text: str | MISSING | None = MISSING
    signature: str | MISSING | None = MISSING
    summary: str | MISSING = MISSING
    data: str | MISSING = MISSING
    tool_name: str | MISSING = MISSING
    tool_call_id: str | MISSING | None = MISSING
    arguments: str | MISSING = MISSING
    result: str | MISSING = MISSING


class ImageAddress(Kept):
    """Where an answered image is: an https address, or a data: URL that holds it."""

    url: str


class AnsweredImage(Kept):
    """An image that the model made in an earlier answer."""

    type: Literal["image_url"] | str | MISSING = MISSING
    image_url: ImageAddress
    index: Integer | MISSING = MISSING


class AssistantMessage(Kept):
    """What the model said, as it is echoed to it."""

    role: Literal["assistant"]
    content: Content | MISSING | None = MISSING
    name: str | MISSING = MISSING
    model: str | MISSING = MISSING
    refusal: str | MISSING | None = MISSING
    reasoning: str | MISSING | None = MISSING
    reasoning_content: str | MISSING | None = MISSING
    """Another spelling of `reasoning`."""
    reasoning_details: list[ReasoningDetail] | MISSING | None = MISSING
    """As received; needed for tool loops on Claude, Gemini 3 and OpenAI."""
    tool_calls: list[ToolCall] | MISSING | None = MISSING
    images: list[AnsweredImage] | MISSING | None = MISSING
    audio: AudioReply | MISSING | None = MISSING
    annotations: list[JsonObject] | MISSING | None = MISSING
    """Citations and parsed files of the answer; sent back, a file is not parsed again."""


class ToolMessage(Kept):
    """What a tool gave back."""

    role: Literal["tool"]
    tool_call_id: str
    """The `id` of the call that this answers."""
    content: Content


class OtherMessage(Kept):
    """A message of a role that is not known yet, or without something that its role must have."""

    role: str | MISSING = MISSING


Message = Annotated[
    SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage | OtherMessage, Kinds("role")
]
