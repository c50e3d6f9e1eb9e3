"""What the rules ask of a request, each in a function that says yes or no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import MISSING

from parley.request.chat import ChatRequest
from parley.request.formats import JsonSchemaFormat
from parley.request.kept import Kept
from parley.request.plugins import ResponseHealingPlugin
from parley.request.reasoning import Reasoning
from parley.request.routing import ProviderPreferences
from parley.request.tools import FunctionTool, NamedChoice, ServerChoice

ONLINE = ":online"
SMALLEST_EVERYWHERE = 16
"""Output tokens below which some providers refuse `max_tokens`."""
MOST_STEPS = 30
"""Steps that `max_tool_calls` may ask for."""
PERPLEXITY_RESULTS = 20
EXA_MODES = frozenset({"instant", "fast", "auto", "deep-lite", "deep", "deep-reasoning"})
PARALLEL_MODES = frozenset({"turbo", "fast", "basic", "advanced"})


def given(value: Any) -> bool:
    """Whether a field says something: neither unset nor null."""
    return value is not MISSING and value is not None


def loose(request: ChatRequest, key: str) -> Any:
    """The value of a key that is no field; MISSING where it is not sent."""
    return next((value for name, value in request.held() if name == key), MISSING)


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def efforts(request: ChatRequest) -> tuple[Any, Any]:
    """The two spellings of how hard to think; MISSING twice unless both are given."""
    inner = request.reasoning.effort if isinstance(request.reasoning, Reasoning) else MISSING
    both = given(inner) and given(request.reasoning_effort)
    return (request.reasoning_effort, inner) if both else (MISSING, MISSING)


def efforts_differ(request: ChatRequest) -> bool:
    short, inner = efforts(request)
    return bool(short != inner)


def efforts_agree(request: ChatRequest) -> bool:
    short, inner = efforts(request)
    return short is not MISSING and bool(short == inner)


def budget(request: ChatRequest) -> Any:
    return request.reasoning.max_tokens if isinstance(request.reasoning, Reasoning) else MISSING


def limit(request: ChatRequest) -> Any:
    """The most tokens that may come, by the name that counts where both are given."""
    return next((tokens for tokens in (request.max_completion_tokens, request.max_tokens) if given(tokens)), MISSING)


def thinks_it_all_away(request: ChatRequest) -> bool:
    return given(budget(request)) and given(limit(request)) and bool(budget(request) >= limit(request))


def speaks(request: ChatRequest) -> bool:
    return "audio" in items(request.modalities)


def audio_format(request: ChatRequest) -> Any:
    audio = loose(request, "audio")
    return audio.get("format", MISSING) if isinstance(audio, dict) else MISSING


def echoes(request: ChatRequest) -> bool:
    return request.debug is not MISSING and request.debug.echo_upstream_body is True


def heals(request: ChatRequest) -> bool:
    return any(isinstance(one, ResponseHealingPlugin) and one.enabled is not False for one in items(request.plugins))


def forces_a_tool(request: ChatRequest) -> bool:
    choice = request.tool_choice
    return isinstance(choice, (NamedChoice, ServerChoice)) or choice == "required"


def has_tools(request: ChatRequest) -> bool:
    return bool(items(request.tools))


def wants_an_absent_tool(request: ChatRequest) -> bool:
    """Whether a tool is named that is not among those that are declared."""
    choice = request.tool_choice
    if isinstance(choice, NamedChoice):
        declared = {tool.function.name for tool in items(request.tools) if isinstance(tool, FunctionTool)}
        return has_tools(request) and choice.function.name not in declared
    types = {getattr(tool, "type", MISSING) for tool in items(request.tools)}
    return has_tools(request) and isinstance(choice, ServerChoice) and choice.type not in {*types, "function"}


def namesakes(request: ChatRequest, kind: type[Kept]) -> Iterator[int]:
    """The places of the helpers of one kind that bear a name, or no name, like one before them."""
    seen: set[str] = set()
    for index, tool in enumerate(items(request.tools)):
        if isinstance(tool, kind):
            name = getattr(getattr(tool, "parameters", MISSING), "name", MISSING)
            word = name.strip() if isinstance(name, str) else ""
            if word in seen:
                yield index
            seen.add(word)


def may_lose_its_schema(request: ChatRequest) -> bool:
    """Whether an endpoint that knows no JSON Schema may be picked for a request that has one."""
    wishes = request.provider if isinstance(request.provider, ProviderPreferences) else None
    strict = wishes is not None and wishes.require_parameters is True
    return isinstance(request.response_format, JsonSchemaFormat) and not strict


def goes_online(request: ChatRequest) -> bool:
    return isinstance(request.model, str) and request.model.endswith(ONLINE)


def foreign_mode(search: Any) -> bool:
    """Whether a search has a mode that its engine does not have."""
    own = {"exa": EXA_MODES, "parallel": PARALLEL_MODES}.get(search.engine if isinstance(search.engine, str) else "")
    known = EXA_MODES | PARALLEL_MODES
    if not isinstance(search.mode, str) or search.mode not in known or not given(search.engine):
        return False
    return search.engine not in ("auto", "native") and (own is None or search.mode not in own)


def too_many_results(search: Any) -> bool:
    most = search.max_results
    return search.engine == "perplexity" and isinstance(most, int) and most > PERPLEXITY_RESULTS


def wanted_and_banned(wishes: ProviderPreferences) -> list[str]:
    """The providers that are both the only ones allowed and never to be used."""
    return [slug for slug in items(wishes.only) if slug in items(wishes.ignore)]


def beyond_a_subagent(tool: Any) -> bool:
    """Whether a subagent may not have this tool: a function of ours, or a subagent of its own."""
    return getattr(tool, "type", tool.get("type") if isinstance(tool, dict) else None) in (
        "function",
        "openrouter:subagent",
    )
