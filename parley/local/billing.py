"""Tokens as the `usage` of an answer, at the prices of the endpoint that gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from parley.catalog import Pricing
from parley.local.offer import FREE
from parley.local.parts import Tokens


@dataclass(frozen=True, slots=True)
class Tariff:
    """What an endpoint charges. With one's own key (`byok`) nothing is, and the price stands as the provider's bill."""

    pricing: Mapping[str, Any] = field(default_factory=lambda: FREE)
    byok: bool = False

    def usage(self, tokens: Tokens, unsaid: tuple[str, ...] = ()) -> dict[str, Any]:
        """The `usage` object, in US dollars."""
        counted = counts(tokens)
        prompt, completion = self._cost(counted | {"completion_tokens": 0}), self._cost(completion_side(counted))
        billed: dict[str, Any] = {
            "cost": 0 if self.byok else number(self._cost(counted, searches=tokens.searches)),
            "is_byok": self.byok,
            "cost_details": {
                "upstream_inference_cost": number(prompt + completion),
                "upstream_inference_prompt_cost": number(prompt),
                "upstream_inference_completions_cost": number(completion),
            },
        }
        if tokens.searches:
            billed["server_tool_use_details"] = server_tools(tokens.searches)
        return {name: value for name, value in (counted | billed).items() if name not in unsaid}

    def saved(self, tokens: Tokens) -> Decimal:
        """What the cache saved; negative where writing to it cost more than was saved."""
        plain = counts(Tokens(tokens.prompt, tokens.completion, heard=tokens.heard, drawn=tokens.drawn))
        return self._cost(plain) - self._cost(counts(tokens))

    def _cost(self, counted: Mapping[str, Any], searches: int = 0) -> Decimal:
        """By list price, with the fees of tools only where `searches` were made."""
        asked = {**counted, "server_tool_use_details": {"web_search_requests": searches}}
        return Pricing.model_validate(self.pricing).cost(asked) or Decimal(0)


def counts(tokens: Tokens) -> dict[str, Any]:
    return {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {
            "cached_tokens": tokens.cached,
            "cache_write_tokens": tokens.written,
            "audio_tokens": tokens.heard,
            "video_tokens": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": tokens.reasoning,
            "image_tokens": tokens.drawn,
            "audio_tokens": tokens.spoken,
        },
    }


def completion_side(counted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in counted.items() if name.startswith("completion")} | {"prompt_tokens": 0}


def server_tools(searches: int) -> dict[str, int]:
    return {"web_search_requests": searches, "tool_calls_requested": searches, "tool_calls_executed": searches}


def number(sum_: Decimal) -> float | int:
    """As JSON has it: an integer where nothing is charged."""
    return float(sum_) if sum_ else 0
