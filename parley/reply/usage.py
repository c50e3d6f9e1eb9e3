"""What an answer used and what the server says it cost, in the wire's own names."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from parley.money import Cost, Count
from parley.value import Received


def _finite(number: float | Decimal) -> bool:
    if isinstance(number, float):
        return math.isfinite(number)
    return not isinstance(number, Decimal) or number.is_finite()


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _part(value: Any) -> Any:
    return value if isinstance(value, (dict, Received)) else None


def _as_json(value: Any) -> Any:
    """An addition we do not know, as plain JSON: only the costs we know stay exact decimals."""
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, (Decimal, float)):
        number = float(value) if _finite(value) else math.inf
        return number if math.isfinite(number) else None
    return value


Flag = Annotated[bool | None, BeforeValidator(_flag)]


class _Accounts(Received):
    """A part of the usage: a number that cannot be one (negative, text, a fraction of a token) reads as None."""

    @model_validator(mode="before")
    @classmethod
    def _keep_additions_as_json(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: value if key in cls.model_fields else _as_json(value) for key, value in data.items()}


class CostDetails(_Accounts):
    """What the provider charged OpenRouter, or the owner of the key; in USD."""

    upstream_inference_cost: Cost = None
    upstream_inference_prompt_cost: Cost = None
    upstream_inference_completions_cost: Cost = None


class PromptTokensDetails(_Accounts):
    """Parts of `prompt_tokens`."""

    cached_tokens: Count = None
    cache_write_tokens: Count = None
    audio_tokens: Count = None
    video_tokens: Count = None


class CompletionTokensDetails(_Accounts):
    """Parts of `completion_tokens`; recorded answers show reasoning above the whole."""

    reasoning_tokens: Count = None
    image_tokens: Count = None
    audio_tokens: Count = None


class ServerToolUseDetails(_Accounts):
    """Calls of tools that the server ran; searches are among the calls, so never add the two."""

    web_search_requests: Count = None
    tool_calls_requested: Count = None
    tool_calls_executed: Count = None


class Usage(_Accounts):
    """The `usage` object of an answer.

    Every field may be missing or null; additions are kept. Costs are exact: the decimal digits of the JSON text.
    Source: OpenRouter's usage accounting guide, and its chat completion reference.
    """

    prompt_tokens: Count = None
    completion_tokens: Count = None
    total_tokens: Count = None
    cost: Cost = None
    """USD, as charged to the account; with one's own provider key only OpenRouter's fee."""
    is_byok: Flag = None
    cost_details: Annotated[CostDetails | None, BeforeValidator(_part)] = None
    prompt_tokens_details: Annotated[PromptTokensDetails | None, BeforeValidator(_part)] = None
    completion_tokens_details: Annotated[CompletionTokensDetails | None, BeforeValidator(_part)] = None
    server_tool_use_details: Annotated[ServerToolUseDetails | None, BeforeValidator(_part)] = None
