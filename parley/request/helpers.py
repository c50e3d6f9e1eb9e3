"""Other models that work for the one that answers: advisor, subagent, fusion."""

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING

from parley.request.caching import CacheControl
from parley.request.kept import Kept
from parley.request.knob import Bounds, Inner, Integer, JsonObject, Number, Switch
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
    """A server tool, such as `openrouter:web_search`."""
    parameters: Annotated[JsonObject | MISSING, Inner("Settings")] = MISSING
    """Its settings, as for a tool of the request."""


class Advisor(Kept):
    """A model that is asked for advice."""

    name: Name = MISSING
    """Tells several advisors apart."""
    model: str | MISSING = MISSING
    """Slug of the model that advises; without it the model that asks may choose one."""
    instructions: Annotated[str | MISSING, Inner(editor="long_text")] = MISSING
    """Its system prompt; without it it has none."""
    forward_transcript: Switch | MISSING = MISSING
    """Whether it reads the conversation so far."""
    max_completion_tokens: Tokens = MISSING
    """The most tokens of its answer, reasoning included."""
    temperature: Temperature = MISSING
    """How freely it chooses its words, 0 to 2."""
    reasoning: Budget | MISSING = MISSING
    """How much it thinks."""
    stream: Switch | MISSING = MISSING
    """Without effect in chat completions."""


class Subagent(Kept):
    """A model that is given a task of its own."""

    name: Name = MISSING
    """Tells several subagents apart."""
    model: str | MISSING = MISSING
    """Slug of the model that does the task; without it the one of the request."""
    instructions: Annotated[str | MISSING, Inner(editor="long_text")] = MISSING
    """Its system prompt; without it it has none."""
    max_completion_tokens: Tokens = MISSING
    """The most tokens of its answer, reasoning included."""
    temperature: Temperature = MISSING
    """How freely it chooses its words, 0 to 2."""
    reasoning: Budget | MISSING = MISSING
    """How much it thinks."""
    tools: Annotated[list[HelperTool] | MISSING, Inner(noun="a tool")] = MISSING
    """Server tools it may use; functions of ours are not possible here."""
    max_tool_calls: Annotated[Integer | MISSING, Bounds(low=1, high=25)] = MISSING
    """Steps it may take with its own tools, at most 25."""
    inherit_functions: Switch | MISSING = MISSING
    """Refused by chat completions."""
    inherited_function_names: list[str] | MISSING = MISSING
    """Refused by chat completions."""


class Fusion(Kept):
    """Several models answer, and one makes their answers into one."""

    analysis_models: Annotated[list[str] | MISSING, Bounds(least=1, most=8)] = MISSING
    """Slugs of the 1 to 8 models that answer; without it a panel chosen by OpenRouter."""
    model: str | MISSING = MISSING
    """Slug of the model that joins the answers; without it the one of the request."""
    max_completion_tokens: Tokens = MISSING
    """Usually 16,000."""
    max_tool_calls: Annotated[Integer | MISSING, Bounds(low=1, high=16)] = MISSING
    """Usually 4."""
    temperature: Temperature = MISSING
    """How freely the panel chooses its words, 0 to 2; whoever joins the answers stays at 0."""
    reasoning: Budget | MISSING = MISSING
    """How much it thinks."""
    tools: Annotated[list[HelperTool] | MISSING, Bounds(most=8), Inner(noun="a tool")] = MISSING
    """Server tools of the panel; usually web search and web fetch. An empty list takes them away."""
    cache_control: CacheControl | MISSING = MISSING
    """Caches the prompts of the panel."""
