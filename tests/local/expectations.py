"""What Parley's own client must make of each scripted model: the reply, or the error and what came before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from parley.errors import (
    AnswerTimeout,
    AnswerTooLarge,
    AuthenticationFailed,
    Forbidden,
    NotAModelApi,
    NotFound,
    PaymentRequired,
    ProviderFailed,
    RateLimited,
    RequestRejected,
    StreamBroken,
    UpstreamError,
    UpstreamTimeout,
)
from parley.local.scripted.distortions import SAID
from parley.local.scripted.media import SAMPLES, SECONDS, SPEECH
from parley.local.scripted.senses import NOTHING
from parley.reply import Reply

Holds = Callable[[Reply], object]


def anything(reply: Reply) -> bool:
    return True


SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
TOOLS = [{"type": "function", "function": {"name": name, "parameters": SCHEMA}} for name in ("weather", "tides")]
FORMAT = {"type": "json_schema", "json_schema": {"name": "trip", "schema": SCHEMA}}
AUDIO = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "pcm16"}}


@dataclass(frozen=True)
class Expected:
    """`fields` of the reply, and what else `holds` of it; with an `error`, of what came before."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    holds: Holds = anything
    body: Mapping[str, Any] = field(default_factory=dict)
    error: type[UpstreamError] | None = None
    words: str = ""
    plain: Expected | None = None


def text(words: str, holds: Holds = anything, **fields: Any) -> Expected:
    return Expected({"text": words, "finish_reason": "stop", **fields}, holds)


def calls(holds: Holds = anything) -> Expected:
    whole = [("weather", {"city": "first", "days": 2}), ("tides", {"city": "second", "days": 2})]

    def whole_calls(reply: Reply) -> object:
        return [(call.name, json.loads(call.arguments)) for call in reply.tool_calls] == whole and holds(reply)

    return Expected({"text": "", "finish_reason": "tool_calls"}, whole_calls, {"tools": TOOLS})


def fails(error: type[UpstreamError], words: str, plain: Expected | None = None) -> Expected:
    """Nothing came before the error."""
    return Expected({"text": "", "tool_calls": ()}, anything, error=error, words=words, plain=plain)


def breaks(error: type[UpstreamError], words: str, plain: Expected | None = None) -> Expected:
    """Some text came before the error."""
    return Expected({}, lambda reply: reply.text.startswith("## Notes"), error=error, words=words, plain=plain)


def kinds(reply: Reply) -> list[tuple[str, int]]:
    return [(detail["type"], detail["index"]) for detail in reply.reasoning_details]


def cost(reply: Reply) -> Decimal:
    assert reply.usage is not None
    assert reply.usage.cost is not None
    return reply.usage.cost


SEALED = [("reasoning.summary", 0), ("reasoning.encrypted", 0)]
CUT = fails(StreamBroken, "cut off in the middle")

EXPECTED: Mapping[str, Expected] = {
    "scripted/text": Expected({"finish_reason": "stop"}, lambda reply: reply.text.startswith("## Notes")),
    "scripted/slow": Expected({"finish_reason": "stop"}, lambda reply: reply.text.startswith("## Notes")),
    "scripted/reasoning": Expected(
        {"finish_reason": "stop", "reasoning": "The question "},
        lambda reply: reply.reasoning_details[0]["signature"] and kinds(reply) == [("reasoning.text", 0)],
    ),
    "scripted/reasoning-summary": text(
        "Both halves agree, so the answer stands.",
        lambda reply: kinds(reply) == SEALED and reply.reasoning == reply.reasoning_details[0]["summary"],
    ),
    "scripted/reasoning-late": text(
        "\nThe answer comes after the thought.", lambda reply: reply.reasoning, reasoning_details=()
    ),
    "scripted/tools": calls(),
    "scripted/tools-whole": calls(),
    "scripted/tools-together": calls(),
    "scripted/tools-thinking": calls(
        lambda reply: kinds(reply) == SEALED and [call.index for call in reply.tool_calls] == [1, 2]
    ),
    "scripted/tools-nulls": calls(),
    "scripted/tools-crossed": calls(),
    "scripted/tools-steps": Expected(
        {"finish_reason": "tool_calls"},
        lambda reply: [call.arguments for call in reply.tool_calls] == ['{"city": "step 1", "days": 2}'],
        {"tools": TOOLS},
    ),
    "scripted/tools-cut": Expected(
        {"finish_reason": "tool_calls", "native_finish_reason": "length", "cut_short": True},
        lambda reply: reply.tool_calls[0].arguments == '{"city": "firs',
        {"tools": TOOLS},
    ),
    "scripted/image": text(
        "Here is a square of colours.",
        lambda reply: (
            reply.images[0]["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
            and reply.usage.completion_tokens_details.image_tokens == 1290
        ),
    ),
    "scripted/audio": Expected(
        {"finish_reason": "stop"},
        lambda reply: (
            (reply.audio.transcript, len(reply.audio.bytes), reply.audio.id)
            == (SPEECH, 2 * SAMPLES * SECONDS, "audio_scripted")
        ),
        AUDIO,
        plain=fails(RequestRejected, "only answered in a stream"),
    ),
    "scripted/citations": Expected(
        {"finish_reason": "stop"},
        lambda reply: (
            [
                reply.text[cited.get("start_index", 0) : cited.get("end_index", 0)]
                for cited in (one["url_citation"] for one in reply.annotations)
            ]
            == ["The tide turns twice a day.", "Harbours keep tables of it.", "", ""]
        ),
    ),
    "scripted/senses": text(NOTHING),
    "scripted/files": Expected(
        {"finish_reason": "stop"},
        lambda reply: reply.message()["annotations"][0]["file"]["name"] == "notes.pdf",
    ),
    "scripted/refusal": text("", refusal="I'm sorry, but I can't help with that."),
    "scripted/filtered": Expected({"finish_reason": "content_filter", "native_finish_reason": "SAFETY"}),
    "scripted/length": Expected({"finish_reason": "length", "cut_short": True}),
    "scripted/empty": text("", has_output=False),
    "scripted/json": Expected(
        {"finish_reason": "stop"},
        lambda reply: json.loads(reply.text) == {"city": "scripted", "days": 2},
        {"response_format": FORMAT},
    ),
    "scripted/json-broken": Expected(
        {"finish_reason": "stop"}, lambda reply: reply.text.startswith("```json\n{"), {"response_format": FORMAT}
    ),
    "scripted/logprobs": Expected(
        {"text": "Most likely this, perhaps that."},
        lambda reply: (
            "".join(entry["token"] for entry in reply.logprobs) == reply.text
            and [len(entry["top_logprobs"]) for entry in reply.logprobs] == [2] * len(reply.logprobs)
        ),
        {"logprobs": True, "top_logprobs": 2},
    ),
    "scripted/priced": text(
        "This answer has a price, in play money.",
        lambda reply: cost(reply) == Decimal("0.000039"),
        model="scripted/priced-20260101",
        provider="Scripted North (no model runs)",
    ),
    "scripted/cache": text(
        "0 tokens came from the cache.",
        lambda reply: reply.usage.prompt_tokens_details.cache_write_tokens == reply.usage.prompt_tokens,
    ),
    "scripted/byok": text(
        "Somebody else sends the bill.",
        lambda reply: (
            (cost(reply), reply.usage.is_byok) == (0, True) and reply.usage.cost_details.upstream_inference_cost > 0
        ),
    ),
    "scripted/auto": text("This answer has a price, in play money.", model="scripted/priced-20260101"),
    "scripted/tiers": text("Long prompts cost more.", cost),
    "scripted/uncosted": text(
        "What this costs, you must work out.",
        lambda reply: reply.usage.completion_tokens and reply.usage.cost is reply.usage.is_byok is None,
    ),
    "scripted/usage-null": text("The last chunk has no reason.", lambda reply: reply.usage.completion_tokens),
    "scripted/usage-choiceless": text("The last chunk has no choices.", lambda reply: reply.usage.completion_tokens),
    "scripted/booking": text("The books are closed for a moment.", cost),
    "scripted/fault-rate": fails(RateLimited, "try again in 2 s"),
    "scripted/fault-busy": fails(RateLimited, "temporarily rate-limited upstream"),
    "scripted/fault-credits": fails(PaymentRequired, "max_completion_tokens to 100 or less"),
    "scripted/fault-key": fails(AuthenticationFailed, "User not found"),
    "scripted/fault-moderation": fails(Forbidden, "flagged for violence, self-harm"),
    "scripted/fault-region": fails(Forbidden, "territory not supported"),
    "scripted/fault-endpoints": fails(NotFound, "left out by data_policy:zdr, max_price"),
    "scripted/fault-context": fails(RequestRejected, "maximum context length"),
    "scripted/fault-provider": fails(ProviderFailed, "fell over"),
    "scripted/fault-unavailable": fails(ProviderFailed, "not available"),
    "scripted/fault-overloaded": fails(ProviderFailed, "overloaded"),
    "scripted/fault-timeout": fails(UpstreamTimeout, "timeout"),
    "scripted/fault-gateway": fails(ProviderFailed, "Bad gateway"),
    "scripted/fault-page": fails(NotAModelApi, "web page"),
    "scripted/fault-midstream": breaks(ProviderFailed, "disconnected"),
    "scripted/fault-choiceless": breaks(
        ProviderFailed, "Upstream is overloaded", plain=fails(ProviderFailed, "Upstream is overloaded")
    ),
    "scripted/fault-bare": breaks(PaymentRequired, "only afford 7", plain=fails(PaymentRequired, "only afford 7")),
    "scripted/fault-late": breaks(RequestRejected, "Token limit reached"),
    "scripted/fault-wordless": fails(ProviderFailed, "MALFORMED_FUNCTION_CALL"),
    "scripted/fault-network": breaks(ProviderFailed, "network_error"),
    "scripted/fault-choice": breaks(ProviderFailed, "disconnected"),
    "scripted/fault-mute": fails(AnswerTimeout, ""),
    "scripted/fault-cut": breaks(StreamBroken, "broke", plain=fails(StreamBroken, "broke")),
    "scripted/fault-status": fails(ProviderFailed, "Internal Server Error, as asked"),
    "scripted/fault-flapping": fails(ProviderFailed, "not available"),
    "scripted/fault-redirect": fails(NotAModelApi, "refused the redirect"),
    "scripted/fault-error": fails(ProviderFailed, "fell over"),
    "scripted/fault-nothing": fails(StreamBroken, "with nothing"),
    "scripted/fault-closed": fails(StreamBroken, "before an answer came"),
    "scripted/fault-torn": breaks(StreamBroken, "broke", plain=fails(StreamBroken, "broke")),
    "scripted/fault-unended": breaks(StreamBroken, "before its end", plain=CUT),
    "scripted/fault-stall": breaks(AnswerTimeout, "", plain=fails(AnswerTimeout, "")),
    "scripted/fault-silence": fails(AnswerTimeout, ""),
    "scripted/fault-reasonless": text(SAID, finish_reason=None),
    "scripted/fault-unmarked": text(SAID),
    "scripted/fault-halved": Expected(
        {"text": SAID.removesuffix(" 🌊.")}, error=StreamBroken, words="before its end", plain=CUT
    ),
    "scripted/fault-bytewise": text(SAID),
    "scripted/fault-surrogates": text("A wave: 🌊, and half a wave: \ufffd."),
    "scripted/fault-bom": text(SAID),
    "scripted/fault-utf8": text("Good \ufffd\ufffd morning."),
    "scripted/fault-garbled": text(SAID),
    "scripted/fault-nonsense": text(SAID),
    "scripted/fault-event": Expected(
        {"text": SAID}, error=ProviderFailed, words="disconnected", plain=fails(ProviderFailed, "disconnected")
    ),
    "scripted/fault-twice": text(SAID),
    "scripted/fault-choices": text(SAID),
    "scripted/fault-unstreamed": text(SAID),
    "scripted/fault-endless": Expected({}, error=AnswerTooLarge, words="more than 4 MB of text"),
    "scripted/fault-huge": Expected(
        {"text": SAID}, error=AnswerTooLarge, words="32 MB in one event", plain=fails(AnswerTooLarge, "in one body")
    ),
    "scripted/fault-line": fails(AnswerTooLarge, "in one event", plain=fails(AnswerTooLarge, "in one body")),
    "scripted/fault-gzip": text(SAID),
    "scripted/fault-gzip-lie": fails(NotAModelApi, "but it is not"),
    "scripted/fault-bomb": fails(AnswerTooLarge, "in one event", plain=fails(AnswerTooLarge, "in one body")),
}
