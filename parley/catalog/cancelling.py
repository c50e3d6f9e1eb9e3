"""Which providers stop computing and billing when a stream is closed before its end.

Source: OpenRouter's page api_reference/streaming, section "Stream cancellation", as it stood on 22 August 2026. The lists are
OpenRouter's; a provider that stands in neither is unknown, and what is not streamed is always billed whole.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

AS_OF = date(2026, 8, 22)
"""The day whose lists these are."""

Cancelling = Literal["stops", "goes on", "unknown"]

_STOPS = (
    "OpenAI", "Azure", "Anthropic", "Fireworks", "Mancer", "Recursal", "AnyScale", "Lepton", "OctoAI", "Novita", "DeepInfra",
    "Together", "Cohere", "Hyperbolic", "Infermatic", "Avian", "xAI", "Cloudflare", "SFCompute", "Nineteen", "Liquid",
    "Friendli", "Chutes", "DeepSeek",
)  # fmt: skip
_GOES_ON = (
    "AWS Bedrock", "Amazon Bedrock", "Groq", "Modal", "Google", "Google Vertex", "Google AI Studio", "Minimax", "HuggingFace",
    "Replicate", "Perplexity", "Mistral", "AI21", "Featherless", "Lynn", "Lambda", "Reflection", "SambaNova", "Inflection",
    "ZeroOneAI", "AionLabs", "Alibaba", "Nebius", "Kluster", "Targon", "InferenceNet",
)  # fmt: skip


def _plain(name: str) -> str:
    """A provider's name however it is spelled: "DeepInfra", "Deep Infra", "deepinfra"."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


_KNOWN: dict[str, Cancelling] = {
    **{_plain(name): "stops" for name in _STOPS},
    **{_plain(name): "goes on" for name in _GOES_ON},
}


def cancelling(provider: str | None) -> Cancelling:
    """What a provider, by its display name or slug, does when its stream is closed."""
    return _KNOWN.get(_plain((provider or "").partition("/")[0]), "unknown")


def stopped_bill(provider: str | None, *, streamed: bool = True) -> str:
    """What stopping an answer means for its bill, in a sentence."""
    if not streamed:
        return "An answer that is not streamed is billed whole, stopped or not."
    as_of = f"(OpenRouter's list of {AS_OF.day} {AS_OF:%B %Y})"
    match cancelling(provider):
        case "stops":
            return f"{provider} stops billing when an answer is stopped {as_of}."
        case "goes on":
            return f"{provider} goes on when an answer is stopped, and bills it whole {as_of}."
    who = provider or "the provider"
    return f"Whether {who} stops billing then is not known {as_of}."
