"""Fields that do not go together, as data: one rule, one line of reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import MISSING

from parley.request.chat import ChatRequest
from parley.request.helpers import Subagent
from parley.request.kept import Kept, brief
from parley.request.plugins import ResponseHealingPlugin, WebPlugin
from parley.request.problem import Problem, at
from parley.request.reasoning import Reasoning
from parley.request.searching import WebSearch, XSearch
from parley.request.tools import AdvisorTool, NamedChoice, ServerChoice


@dataclass(frozen=True)
class Rule:
    """A conflict of `field` with others: where `broken`, `message` says so; `{value}` stands for the
    field's value and `{request}` for the whole."""

    field: str
    broken: Callable[[ChatRequest], bool]
    message: str
    blocks: bool = True


def given(value: Any) -> bool:
    """Whether a field says something: neither unset nor null."""
    return value is not MISSING and value is not None


def efforts_differ(request: ChatRequest) -> bool:
    inner = request.reasoning.effort if isinstance(request.reasoning, Reasoning) else MISSING
    return given(inner) and given(request.reasoning_effort) and inner != request.reasoning_effort


def speaks(request: ChatRequest) -> bool:
    return isinstance(request.modalities, list) and "audio" in request.modalities


def echoes(request: ChatRequest) -> bool:
    return request.debug is not MISSING and request.debug.echo_upstream_body is True


def heals(request: ChatRequest) -> bool:
    plugins = request.plugins if isinstance(request.plugins, list) else []
    return any(isinstance(plugin, ResponseHealingPlugin) and plugin.enabled is not False for plugin in plugins)


def forces_a_tool(request: ChatRequest) -> bool:
    choice = request.tool_choice
    return isinstance(choice, (NamedChoice, ServerChoice)) or choice == "required"


def has_tools(request: ChatRequest) -> bool:
    return isinstance(request.tools, list) and bool(request.tools)


def unnamed_advisors(request: ChatRequest) -> int:
    tools = request.tools if isinstance(request.tools, list) else []
    advisors = [tool.parameters for tool in tools if isinstance(tool, AdvisorTool)]
    return sum(1 for advisor in advisors if advisor is MISSING or advisor.name is MISSING)


def has_format(request: ChatRequest) -> bool:
    audio = request.extra.get("audio")
    return isinstance(audio, dict) and "format" in audio


RULES: tuple[Rule, ...] = (
    Rule(
        "top_logprobs",
        lambda r: given(r.top_logprobs) and r.logprobs is not True,
        "top_logprobs is {value} while logprobs is not true; it needs logprobs to be true",
    ),
    Rule(
        "reasoning_effort",
        efforts_differ,
        "reasoning_effort is {value} and reasoning.effort is {request.reasoning.effort}; they must not differ, so set one",
    ),
    Rule(
        "max_tokens",
        lambda r: given(r.max_tokens) and given(r.max_completion_tokens),
        "max_tokens is {value} beside max_completion_tokens, which means the same; send only one",
        blocks=False,
    ),
    Rule(
        "max_tokens",
        lambda r: isinstance(r.max_tokens, int) and 1 <= r.max_tokens < 16,
        "max_tokens is {value}; some providers refuse less than 16",
        blocks=False,
    ),
    Rule(
        "debug",
        lambda r: echoes(r) and r.stream is not True,
        "debug.echo_upstream_body is true while stream is not; it needs stream to be true",
    ),
    Rule(
        "modalities",
        lambda r: speaks(r) and r.stream is not True,
        "modalities has audio while stream is not true; audio is only answered in a stream",
    ),
    Rule(
        "modalities",
        lambda r: speaks(r) and not has_format(r),
        'modalities has audio without an audio format; add {{"audio": {{"voice": ..., "format": ...}}}} as an extra key',
    ),
    Rule(
        "plugins",
        lambda r: heals(r) and r.stream is True,
        "plugins has response-healing while stream is true; streams are not healed, so set stream to false",
        blocks=False,
    ),
    Rule(
        "tools",
        lambda r: unnamed_advisors(r) > 1,
        "tools has several advisors without a name; only one of them may go without",
    ),
    Rule(
        "tool_choice",
        lambda r: forces_a_tool(r) and not has_tools(r),
        "tool_choice asks for a tool while tools has none; add the tool, or choose auto or none",
        blocks=False,
    ),
)


@dataclass(frozen=True)
class Exclusion:
    """Two keys of one object of which only one may say something."""

    kind: type[Kept]
    one: str
    other: str
    blocks: bool = True


EXCLUSIONS: tuple[Exclusion, ...] = (
    Exclusion(WebSearch, "allowed_domains", "excluded_domains"),
    Exclusion(WebPlugin, "include_domains", "exclude_domains"),
    Exclusion(XSearch, "allowed_x_handles", "excluded_x_handles"),
    Exclusion(Reasoning, "effort", "max_tokens", blocks=False),
)


REFUSED: tuple[tuple[type[Kept], str], ...] = (
    (Subagent, "inherit_functions"),
    (Subagent, "inherited_function_names"),
)
"""Keys that other endpoints know and chat completions refuse."""

PERPLEXITY_RESULTS = 20


def conflicts(request: ChatRequest) -> Iterator[Problem]:
    """The rules that a request breaks."""
    for rule in RULES:
        if rule.broken(request):
            value = getattr(request, rule.field)
            yield at(rule.field, value, rule.message.format(value=brief(value), request=request), blocks=rule.blocks)


def exclusions(path: str, value: Kept) -> Iterator[Problem]:
    """Pairs of keys in one object that exclude each other, and keys that are refused here."""
    for pair in EXCLUSIONS:
        if isinstance(value, pair.kind) and given(getattr(value, pair.one)) and given(getattr(value, pair.other)):
            words = f"{path} has both {pair.one} and {pair.other}; only one of them may be set"
            yield at(path, getattr(value, pair.other), words, blocks=pair.blocks)
    for kind, key in REFUSED:
        if isinstance(value, kind) and given(getattr(value, key)):
            yield at(f"{path}.{key}", getattr(value, key), f"{path}.{key} is refused by chat completions; leave it out")
    yield from too_many_results(path, value)


def too_many_results(path: str, value: Kept) -> Iterator[Problem]:
    """Perplexity alone limits how many results one search may have."""
    if not isinstance(value, (WebSearch, WebPlugin)) or value.engine != "perplexity":
        return
    if isinstance(value.max_results, int) and value.max_results > PERPLEXITY_RESULTS:
        here = f"{path}.max_results"
        words = f"{here} is {value.max_results}; the engine perplexity allows at most {PERPLEXITY_RESULTS}"
        yield at(here, value.max_results, words)
