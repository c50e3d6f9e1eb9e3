"""The request of POST /chat/completions: every field declared once, with type, bounds, meaning and knob."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import MISSING, ConfigDict

from parley.request.caching import CacheControl, Prediction, PromptCacheOptions
from parley.request.formats import ResponseFormat
from parley.request.knob import Bounds, Inner, Integer, JsonList, Knob, Number, Switch
from parley.request.looping import DeferredTools, StopCondition
from parley.request.messages import Message
from parley.request.observing import DebugOptions, StreamOptions, Trace
from parley.request.plugins import AnyPlugin
from parley.request.reasoning import Effort, Reasoning
from parley.request.routing import ProviderPreferences
from parley.request.sampling import PARAMETERS, Sampling
from parley.request.tools import Tool, ToolChoice

CALL = "api_reference/overview"
FALLBACKS = "guides/routing/model-fallbacks"
THINKING = "guides/best-practices/reasoning-tokens"
CACHING = "guides/best-practices/prompt-caching"
TOOL_CALLING = "guides/features/tool-calling"
SERVER_TOOLS = "guides/features/server-tools"
IMAGES = "guides/overview/multimodal/image-generation"
BROADCAST = "guides/features/broadcast"


class ChatRequest(Sampling):
    """One request, with OpenRouter's own JSON names.

    A field that is MISSING is not sent, which is not the same as sending null. Numbers keep the form they were given:
    1 stays 1, 1.0 stays 1.0, and true is no number. A request without messages is a sidebar: settings for later.

    The constructor raises ValidationError for a name that is no field and for a wrong type; `parse` refuses no JSON
    object. Neither looks at ranges: `problems()` does. Source: api_reference/overview of OpenRouter's documentation.
    """

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str | MISSING, Knob("Model and routing", CALL, editor="model", aliases=("llm", "engine"))] = (
        MISSING
    )
    """The model that answers, by its slug, such as `openai/gpt-4o`; a suffix such as `:nitro` or `:free` picks a
    variant. Without it the account's default model answers."""

    messages: Annotated[
        list[Message] | MISSING,
        Bounds(least=1),
        Knob("Model and routing", CALL, advanced=True, aliases=("prompt", "conversation", "chat history")),
    ] = MISSING
    """The conversation so far, at least one message. The notebook writes it; this is the raw view of it."""

    models: Annotated[
        list[str] | MISSING, Knob("Model and routing", FALLBACKS, label="Fallback models", aliases=("fallbacks",))
    ] = MISSING
    """Models to try in this order when the first is down, limited or refuses. Any of them may be the one that answers
    and is billed."""

    provider: Annotated[
        ProviderPreferences | MISSING | None,
        Knob(
            "Model and routing",
            "guides/routing/provider-selection",
            label="Provider preferences",
            usual="balanced by price",
            aliases=("providers", "routing", "cheapest provider", "fastest", "privacy", "retention"),
        ),
    ] = MISSING
    """Which providers may serve the model, in what order, at what price, speed and precision, and what they may do with
    the data. Without it OpenRouter balances by price."""

    service_tier: Annotated[
        Literal["auto", "default", "fast", "flex", "priority", "scale", "ultrafast"] | str | MISSING | None,
        Knob(
            "Model and routing",
            "guides/features/service-tiers",
            usual="auto",
            aliases=("serviceTier", "priority processing", "speed"),
        ),
    ] = MISSING
    """How urgently the provider treats the request, where it offers that: `flex` is cheaper and slower, `priority` (or
    `fast`) dearer and faster. The answer says which tier really served it."""

    route: Annotated[
        Literal["fallback", "sort"] | str | MISSING | None,
        Knob("Model and routing", FALLBACKS, deprecated="use models and provider.sort", advanced=True),
    ] = MISSING
    """How several models were gone through in older versions of the API: `fallback` one after the other, `sort` all
    endpoints in one order."""

    reasoning: Annotated[
        Reasoning | MISSING,
        Knob(
            "Reasoning",
            THINKING,
            usual="the model's own",
            aliases=("thinking", "include_reasoning", "includeReasoning", "budget_tokens", "chain of thought"),
        ),
    ] = MISSING
    """How a reasoning model thinks: how hard (effort) or for how many tokens, and whether its thoughts are shown. What it
    thinks is billed as output."""

    reasoning_effort: Annotated[
        Effort | str | MISSING | None,
        Knob("Reasoning", THINKING, aliases=("reasoningEffort", "thinking effort")),
    ] = MISSING
    """How hard the model thinks, from `none` to `max`; short for the effort in Reasoning. Send one of the two: where they
    differ the API refuses the request."""

    response_format: Annotated[
        ResponseFormat | MISSING,
        Knob(
            "Output format",
            "guides/features/structured-outputs",
            usual="text",
            aliases=("responseFormat", "json_schema", "structured_outputs", "structured outputs", "json mode"),
        ),
    ] = MISSING
    """The form of the answer: text, any JSON object, JSON by a schema, a grammar, or Python. Require parameters in
    Provider preferences keeps away endpoints that would ignore it."""

    modalities: Annotated[
        list[Literal["text", "image", "audio"] | str] | MISSING,
        Knob(
            "Output format",
            IMAGES,
            usual="text",
            aliases=("output modalities", "image output", "audio output", "voice"),
        ),
    ] = MISSING
    """What the answer may be made of: text, image, audio; usually text alone. The model must be able to."""

    image_config: Annotated[
        dict[str, str | Number | JsonList] | MISSING,
        Inner(noun="a setting", names="Setting"),
        Knob("Output format", IMAGES, label="Image settings", aliases=("imageConfig", "aspect_ratio", "image_size")),
    ] = MISSING
    """Settings of models that draw, by name, such as aspect_ratio `16:9` or image_size `2K`; which there are differs from
    model to model."""

    prediction: Annotated[
        Prediction | MISSING | None,
        Knob("Output format", PARAMETERS, label="Predicted output", aliases=("predicted outputs",), advanced=True),
    ] = MISSING
    """Text that most of the answer will repeat, such as a file to be edited; the few models that can use it answer
    sooner."""

    logprobs: Annotated[
        Switch | MISSING | None,
        Knob("Output format", PARAMETERS, label="Log probabilities", usual="false", aliases=("log probabilities",)),
    ] = MISSING
    """Whether each token of the answer comes with its log probability; usually not."""

    top_logprobs: Annotated[
        Integer | MISSING | None,
        Bounds(low=0, high=20),
        Knob(
            "Output format",
            PARAMETERS,
            label="Top log probabilities",
            step=1,
            aliases=("topLogprobs", "alternatives"),
        ),
    ] = MISSING
    """How many of the likeliest alternatives are listed for each token, 0 to 20. Needs Log probabilities."""

    tools: Annotated[
        list[Tool] | MISSING,
        Inner(noun="a tool"),
        Knob("Tools", TOOL_CALLING, aliases=("functions", "function calling", "server tools", "web search")),
    ] = MISSING
    """What the model may call: functions of ours, whose results we give back, and tools that run on OpenRouter's side,
    such as web search, billed by their use."""

    tool_choice: Annotated[
        ToolChoice | MISSING,
        Knob("Tools", TOOL_CALLING, usual="auto where there are tools", aliases=("toolChoice", "function_call")),
    ] = MISSING
    """Whether the model may (`auto`), must (`required`) or must not (`none`) call a tool, or which one it must call;
    usually auto where there are tools."""

    parallel_tool_calls: Annotated[
        Switch | MISSING | None,
        Knob("Tools", PARAMETERS, usual="true", aliases=("parallelToolCalls",)),
    ] = MISSING
    """Whether the model may ask for several calls in one answer; usually true."""

    stop_server_tools_when: Annotated[
        list[StopCondition] | MISSING,
        Bounds(least=1),
        Inner(noun="a condition"),
        Knob(
            "Tools",
            SERVER_TOOLS,
            label="Stop server tools when",
            aliases=("stopServerToolsWhen", "max_tool_calls", "step count", "agent loop"),
            advanced=True,
        ),
    ] = MISSING
    """Conditions, at least one, that end the loop of tools on OpenRouter's side: steps taken, a tool called, tokens used,
    dollars spent, a finish reason. The first that holds ends it, with one last answer without tools."""

    deferred_tools: Annotated[
        DeferredTools | MISSING,
        Knob(
            "Tools",
            "guides/features/server-tools/tool-search",
            aliases=("deferredTools", "tool search", "defer_loading"),
            advanced=True,
        ),
    ] = MISSING
    """How tools marked `defer_loading` are found: they stay out of the prompt until a search brings them in, which keeps
    a long list of tools cheap."""

    plugins: Annotated[
        list[AnyPlugin] | MISSING,
        Knob(
            "Plugins",
            "guides/features/plugins",
            aliases=("transforms", "context length", "truncate", "online"),
        ),
    ] = MISSING
    """What OpenRouter does to the request or the answer on its way: web search, reading PDF files, repairing JSON,
    shortening what is too long, choosing a model. Some are billed by their use."""

    cache_control: Annotated[
        CacheControl | MISSING,
        Knob("Caching", CACHING, aliases=("cacheControl", "prompt caching", "ephemeral", "ttl")),
    ] = MISSING
    """Caches the prompt at the provider, up to its last block that can be cached, for 5 minutes (`5m`) or an hour (`1h`);
    reading it again is cheaper, writing it can cost more."""

    prompt_cache_key: Annotated[
        str | MISSING | None, Knob("Caching", CACHING, aliases=("promptCacheKey",), advanced=True)
    ] = MISSING
    """Requests with the same key go to the same provider, so that they find each other's cached prompt."""

    prompt_cache_options: Annotated[
        PromptCacheOptions | MISSING | None,
        Knob("Caching", CACHING, aliases=("promptCacheOptions",), advanced=True),
    ] = MISSING
    """Says that cache marks in the messages are all there are (mode `explicit`) and how long they last; OpenAI's GPT-5.6
    and later only."""

    stream: Annotated[
        Switch | MISSING,
        Knob("Streaming and debug", "api_reference/streaming", usual="false", aliases=("streaming", "sse")),
    ] = MISSING
    """Whether the answer arrives piece by piece while it is written, or at once when it is finished; the API's own
    default is false."""

    stream_options: Annotated[
        StreamOptions | MISSING | None,
        Knob(
            "Streaming and debug",
            "api_reference/streaming",
            aliases=("streamOptions", "include_usage", "includeUsage", "usage"),
            advanced=True,
        ),
    ] = MISSING
    """Options of the stream. Its one known key, include_usage, has no effect any more: usage always comes with the last
    event."""

    debug: Annotated[
        DebugOptions | MISSING,
        Knob(
            "Streaming and debug",
            "api_reference/errors-and-debugging",
            aliases=("echo_upstream_body", "echoUpstreamBody"),
        ),
    ] = MISSING
    """Sends back the body that OpenRouter forwarded to the provider (echo_upstream_body). Only with Stream, and not for
    production."""

    session_id: Annotated[
        str | MISSING,
        Bounds(longest=256),
        Knob(
            "Metadata and tracing",
            BROADCAST,
            label="Session ID",
            aliases=("sessionId", "x-session-id", "sticky routing"),
        ),
    ] = MISSING
    """Groups requests that belong together, in at most 256 characters, and sends them to the same provider, which helps
    its cache."""

    user: Annotated[
        str | MISSING, Knob("Metadata and tracing", PARAMETERS, label="End user", aliases=("user_id", "end user"))
    ] = MISSING
    """A stable pseudonym of whoever asks, so that abuse by one of them does not fall back on the whole account; it is
    never forwarded as it is."""

    metadata: Annotated[
        dict[str, str] | MISSING,
        Bounds(most=16, key=64, longest=512),
        Inner(noun="a pair"),
        Knob("Metadata and tracing", CALL, aliases=("labels", "tags")),
    ] = MISSING
    """Notes of your own: at most 16 names of at most 64 characters, each with a text of at most 512 characters."""

    trace: Annotated[
        Trace | MISSING,
        Knob("Metadata and tracing", BROADCAST, aliases=("observability",), advanced=True),
    ] = MISSING
    """Names under which the request appears in connected tracing tools: trace, span, generation; any other key is passed
    on to them."""

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> Self:
        """Read a request that others wrote; no JSON object is refused, and `payload()` gives back the very same.

        Unknown keys, and values that have not the type of their field, are kept in `.extra`.
        """
        return cls.model_validate(dict(body))

    @classmethod
    def message(cls, said: Any) -> Any:
        """One message as `parse` holds it, so that many requests may hold the very same; what is no object stays as it is."""
        read = cls.parse({"messages": [said]})
        return said if read.is_raw("messages") else read.messages[0]  # type: ignore[index]

    @classmethod
    def unknown_name(cls, name: str) -> str | None:
        near = get_close_matches(name, cls.wire, n=1)
        return f"a request has no field {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
