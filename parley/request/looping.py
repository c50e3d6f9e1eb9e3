"""When a loop of server tools ends, and how tools are found that are not in the prompt."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.kinds import Kinds
from parley.request.knob import Bounds, Integer, Number


class StepCount(Kept):
    """Stops after so many steps."""

    type: Literal["step_count_is"]
    step_count: Annotated[Integer, Bounds(low=1)]
    """How many steps of the loop."""


class ToolCalled(Kept):
    """Stops once this tool was called."""

    type: Literal["has_tool_call"]
    tool_name: Annotated[str, Bounds(shortest=1)]
    """Name of the tool."""


class TokensUsed(Kept):
    """Stops once so many tokens were used."""

    type: Literal["max_tokens_used"]
    max_tokens: Annotated[Integer, Bounds(low=1)]
    """Tokens of the whole loop, in and out."""


class CostReached(Kept):
    """Stops once so many dollars were spent."""

    type: Literal["max_cost"]
    max_cost_in_dollars: Annotated[Number, Bounds(low=0)]
    """Dollars spent by the whole loop."""


class FinishReason(Kept):
    """Stops once a step ended for this reason."""

    type: Literal["finish_reason_is"]
    reason: Annotated[str, Bounds(shortest=1)]
    """A finish reason, such as `length`."""


class OtherCondition(Kept):
    """A condition that is not known yet, or one without something it must have."""

    type: str | MISSING = MISSING


StopCondition = Annotated[
    StepCount | ToolCalled | TokensUsed | CostReached | FinishReason | OtherCondition, Kinds("type")
]


class ToolSearch(Kept):
    """Who looks for a tool: OpenRouter (`regex`, `bm25`), or the caller (`custom`)."""

    type: Literal["regex", "bm25", "custom"] | str
    """`regex` and `bm25` are done by OpenRouter, `custom` by a tool of your own."""
    max_results: Annotated[Integer | MISSING, Bounds(low=1)] = MISSING
    """Tools that one search may find; for `regex` and `bm25`."""
    tool_id: str | MISSING = MISSING
    """Names the caller's own search tool; for `custom`."""
    result_key: str | MISSING = MISSING
    """Under which key its result lists the tools; for `custom`."""


class DeferredTools(Kept):
    """Tools that are marked `defer_loading` stay out of the prompt until a search finds them."""

    protocol: Literal["v1"] | str
    """Version of the agreement: `v1` so far."""
    profile: Literal["portable"] | str
    """How tools are handed over: `portable` so far."""
    search: ToolSearch
    """Who looks for a tool that is wanted."""
    validation: Literal["runtime"] | str
    """Where arguments are held against the tool's own schema."""
