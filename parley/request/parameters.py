"""Which words of a model's `supported_parameters` a set field needs, so that it is honoured and not ignored.

A field whose name is such a word needs that word; what differs from this stands in `ANY_OF`. All other fields are OpenRouter's
own and need nothing of a model. Source: the schema `Parameter` of GET /models.
"""

from __future__ import annotations

from typing import Any

from parley.request.chat import ChatRequest
from parley.request.kept import Kept

PARAMETERS: tuple[str, ...] = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "top_a",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "max_tokens",
    "max_completion_tokens",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "prediction",
    "seed",
    "response_format",
    "structured_outputs",
    "stop",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "include_reasoning",
    "reasoning",
    "reasoning_effort",
    "web_search_options",
    "verbosity",
)
"""Every word there is; keys of that name that are no typed field may be sent as raw JSON."""

ANY_OF: dict[str, tuple[str, ...]] = {
    # OpenRouter hands either limit on under the name that the endpoint knows.
    "max_tokens": ("max_tokens", "max_completion_tokens"),
    "max_completion_tokens": ("max_completion_tokens", "max_tokens"),
    # The short form is turned into the long one.
    "reasoning_effort": ("reasoning_effort", "reasoning"),
    # Of 345 models that take tools six list it, and the models it was made for do not.
    "parallel_tool_calls": ("parallel_tool_calls", "tools"),
    "response_format": ("response_format", "structured_outputs"),
}
"""Fields that any one of several words stands for."""


def needed(name: str, value: Any) -> tuple[str, ...]:
    """The words of which one must be among the supported parameters, so that `value` has an effect; none where it has anyway.

    `null`, `false` and empty lists ask for nothing, nor does reasoning that is switched off.
    """
    if name not in PARAMETERS or _asks_for_nothing(name, value):
        return ()
    if name == "response_format" and _kind(value) == "json_schema":
        return ("structured_outputs",)
    return ANY_OF.get(name, (name,))


def needs(request: ChatRequest) -> dict[str, tuple[str, ...]]:
    """The set fields and raw keys that need a word of the model, each with its words."""
    asked = {
        name: needed(name, value.payload() if isinstance(value, Kept) else value)
        for name, value in request.held()
        if name in PARAMETERS
    }
    return {name: words for name, words in asked.items() if words}


def _asks_for_nothing(name: str, value: Any) -> bool:
    if value is None or value is False or (not value and isinstance(value, str | list | dict)):
        return True
    match name, value:
        case "reasoning", {"enabled": False} | {"effort": "none"}:
            return True
        case "reasoning_effort" | "tool_choice", "none":
            return True
        case "response_format", {"type": "text"}:
            return True
    return False


def _kind(value: Any) -> object:
    return value.get("type") if isinstance(value, dict) else None
