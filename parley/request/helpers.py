"""Other models that work for the one that answers: advisor, subagent, fusion."""

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING

from parley.request.caching import CacheControl
from parley.request.kept import Kept
from parley.request.knob import Bounds, Integer, JsonObject, Number, Switch
from parley.request.reasoning import Budget

Name = Annotated[
    str | MISSING,
    Bounds(shortest=1, longest=64, pattern="[A-Za-z0-9 _-]*", alphabet="letters, digits, space, dash and underscore"),
]
Tokens = Annotated[Integer | MISSING, Bounds(low=1)]
Temperature = Annotated[Number | MISSING, Bounds(low=0, high=2)]


class HelperTool(Kept):
    """A server tool that a helping model may use itself."""

    type: str
    parameters: JsonObject | MISSING = MISSING


class Advisor(Kept):
    """A model that is asked for advice."""

    name: Name = MISSING
    """Tells several advisors apart."""
    model: str | MISSING = MISSING
    instructions: str | MISSING = MISSING
    forward_transcript: Switch | MISSING = MISSING
    """Whether it reads the conversation so far."""
    max_completion_tokens: Tokens = MISSING
    temperature: Temperature = MISSING
    reasoning: Budget | MISSING = MISSING
    stream: Switch | MISSING = MISSING
    """Without effect in chat completions."""


class Subagent(Kept):
    """A model that is given a task of its own."""

    name: Name = MISSING
    model: str | MISSING = MISSING
    instructions: str | MISSING = MISSING
    max_completion_tokens: Tokens = MISSING
    temperature: Temperature = MISSING
    reasoning: Budget | MISSING = MISSING
    tools: list[HelperTool] | MISSING = MISSING
    """Server tools it may use; functions of ours are not possible here."""
    max_tool_calls: Annotated[Integer | MISSING, Bounds(low=1, high=25)] = MISSING
    inherit_functions: Switch | MISSING = MISSING
    """Refused by chat completions."""
    inherited_function_names: list[str] | MISSING = MISSING
    """Refused by chat completions."""


class Fusion(Kept):
    """Several models answer, and one makes their answers into one."""

    analysis_models: Annotated[list[str] | MISSING, Bounds(least=1, most=8)] = MISSING
    model: str | MISSING = MISSING
    max_completion_tokens: Tokens = MISSING
    """Usually 16,000."""
    max_tool_calls: Annotated[Integer | MISSING, Bounds(low=1, high=16)] = MISSING
    """Usually 4."""
    temperature: Temperature = MISSING
    reasoning: Budget | MISSING = MISSING
    tools: Annotated[list[HelperTool] | MISSING, Bounds(most=8)] = MISSING
    cache_control: CacheControl | MISSING = MISSING
