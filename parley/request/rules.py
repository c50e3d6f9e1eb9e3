"""What does not go together, as data: one rule, one line of reason, and the ways out.

Sources: OpenRouter's API reference, and its guides on parameters, reasoning, server tools, plugins and provider routing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from parley.request import conditions as ask
from parley.request.chat import ChatRequest
from parley.request.conditions import given
from parley.request.helpers import Advisor, Subagent
from parley.request.kept import Kept, brief
from parley.request.observing import StreamOptions
from parley.request.plugins import AutoRouterPlugin, PdfOptions, WebPlugin
from parley.request.problem import Problem, at
from parley.request.reasoning import Budget, Reasoning
from parley.request.remedy import Remedy
from parley.request.routing import ProviderPreferences
from parley.request.searching import WebSearch, XSearch
from parley.request.tools import AdvisorTool, SubagentTool
from parley.request.ways import (
    Way,
    as_plugin,
    as_reasoning,
    dropping,
    named_apart,
    online_as_plugin,
    out_of_both,
    setting,
    speaking_in_pcm,
    without,
    without_namesakes,
)


@dataclass(frozen=True)
class Rule:
    """A conflict of keys of one object: where `broken`, `message` says so, at the first of the keys.

    `{value}` stands for what that key holds, `{it}` for the object, `{path}` and `{here}` for where object and key are.
    A rule about several keys of an object inside the request stands at the object.
    """

    kind: type[Kept]
    keys: tuple[str, ...]
    broken: Callable[[Any], bool]
    message: str
    ways: tuple[Way, ...]
    blocks: bool = True

    def place(self, path: str) -> str:
        inner = path and len(self.keys) > 1
        return path if inner else ".".join(filter(None, (path, self.keys[0])))


def rule(*keys: str, broken: Callable[[ChatRequest], bool], says: str, ways: tuple[Way, ...], blocks: bool) -> Rule:
    """A rule about the whole request; `keys` are its fields, the first of which shows the sentence."""
    return Rule(ChatRequest, keys, broken, says, ways, blocks)


def either(kind: type[Kept], one: str, other: str, *, blocks: bool = True) -> Rule:
    """Two keys of which only one may say something."""
    says = f"{{path}} has both {one} and {other}; only one of them may be set"
    ways = (dropping(one), dropping(other))
    return Rule(
        kind, (other, one), lambda it: given(getattr(it, one)) and given(getattr(it, other)), says, ways, blocks
    )


def idle(kind: type[Kept], key: str, because: str, *, blocks: bool = False) -> Rule:
    """A key that does nothing here, or is refused."""
    return Rule(kind, (key,), lambda it: given(getattr(it, key)), f"{{here}} {because}", (dropping(key),), blocks)


def foreign_mode(kind: type[Kept]) -> Rule:
    says = "{here} is {value}, which the engine {it.engine} does not have and ignores"
    return Rule(kind, ("mode",), ask.foreign_mode, says, (dropping("mode"), dropping("engine")), False)


def twenty_results(kind: type[Kept]) -> Rule:
    most = ask.PERPLEXITY_RESULTS
    says = f"{{here}} is {{value}}; the engine perplexity gives at most {most}"
    return Rule(kind, ("max_results",), ask.too_many_results, says, (setting("max_results", most),), False)


def one_name_each(tool: type[Kept], noun: str) -> Rule:
    says = f"tools has several {noun}s of the same name; each needs its own, and only one may go without"
    ways = (named_apart(tool, noun), without_namesakes(tool))
    return Rule(ChatRequest, ("tools",), lambda r: next(ask.namesakes(r, tool), None) is not None, says, ways)


RULES: tuple[Rule, ...] = (
    rule(
        "top_logprobs",
        "logprobs",
        broken=lambda r: given(r.top_logprobs) and r.logprobs is not True,
        says="top_logprobs is {value} while logprobs is not true; it needs logprobs to be true",
        ways=(setting("logprobs", True), dropping("top_logprobs")),
        blocks=True,
    ),
    rule(
        "reasoning_effort",
        "reasoning",
        broken=ask.efforts_differ,
        says='reasoning_effort is {value} and reasoning.effort is "{it.reasoning.effort}"; they must not differ, so set one',
        ways=(dropping("reasoning_effort"), dropping("reasoning.effort")),
        blocks=True,
    ),
    rule(
        "reasoning_effort",
        "reasoning",
        broken=ask.efforts_agree,
        says="reasoning_effort is {value}, and so is reasoning.effort; one of them is enough",
        ways=(dropping("reasoning_effort"), dropping("reasoning.effort")),
        blocks=False,
    ),
    rule(
        "reasoning_effort",
        "reasoning",
        broken=lambda r: given(r.reasoning_effort) and given(ask.budget(r)),
        says="reasoning_effort is {value} beside a reasoning.max_tokens of {it.reasoning.max_tokens}; send one of the two",
        ways=(dropping("reasoning_effort"), dropping("reasoning.max_tokens")),
        blocks=False,
    ),
    rule(
        "reasoning",
        "max_completion_tokens",
        "max_tokens",
        broken=ask.thinks_it_all_away,
        says="reasoning.max_tokens is {it.reasoning.max_tokens}, and all output together is limited to no more than that: "
        "nothing is left for the answer",
        ways=(
            dropping("reasoning.max_tokens"),
            dropping("max_completion_tokens", "max_tokens", label="Drop the limit"),
        ),
        blocks=False,
    ),
    rule(
        "max_tokens",
        "max_completion_tokens",
        broken=lambda r: given(r.max_tokens) and given(r.max_completion_tokens),
        says="max_tokens is {value} beside max_completion_tokens, which means the same; send only one",
        ways=(dropping("max_tokens"), dropping("max_completion_tokens")),
        blocks=False,
    ),
    rule(
        "max_tokens",
        broken=lambda r: isinstance(r.max_tokens, int) and 1 <= r.max_tokens < ask.SMALLEST_EVERYWHERE,
        says="max_tokens is {value}; some providers refuse less than 16",
        ways=(setting("max_tokens", ask.SMALLEST_EVERYWHERE),),
        blocks=False,
    ),
    rule(
        "debug",
        "stream",
        broken=lambda r: ask.echoes(r) and r.stream is not True,
        says="debug.echo_upstream_body is true while stream is not; it needs stream to be true",
        ways=(setting("stream", True), dropping("debug")),
        blocks=True,
    ),
    rule(
        "modalities",
        "stream",
        broken=lambda r: ask.speaks(r) and r.stream is not True,
        says="modalities has audio while stream is not true; audio is only answered in a stream",
        ways=(setting("stream", True), without("modalities", lambda one: one == "audio", "Drop audio")),
        blocks=True,
    ),
    rule(
        "modalities",
        "audio",
        broken=lambda r: ask.speaks(r) and not given(ask.audio_format(r)),
        says='modalities has audio without an audio format; it needs an extra key such as {{"audio": {{"voice": "alloy", '
        '"format": "pcm16"}}}}',
        ways=(speaking_in_pcm, without("modalities", lambda one: one == "audio", "Drop audio")),
        blocks=True,
    ),
    rule(
        "audio",
        "modalities",
        broken=lambda r: ask.speaks(r) and given(ask.audio_format(r)) and ask.audio_format(r) != "pcm16",
        says="audio.format is another than pcm16, the only one that OpenAI's models stream",
        ways=(setting("audio.format", "pcm16"),),
        blocks=False,
    ),
    rule(
        "plugins",
        "stream",
        broken=lambda r: ask.heals(r) and r.stream is True,
        says="plugins has response-healing while stream is true; streams are not healed, so set stream to false",
        ways=(
            setting("stream", False),
            without("plugins", lambda one: one.get("id") == "response-healing", "Drop healing"),
        ),
        blocks=False,
    ),
    one_name_each(AdvisorTool, "advisor"),
    one_name_each(SubagentTool, "subagent"),
    rule(
        "tool_choice",
        "tools",
        broken=lambda r: ask.forces_a_tool(r) and not ask.has_tools(r),
        says="tool_choice asks for a tool while tools has none; add the tool, or choose auto or none",
        ways=(setting("tool_choice", "auto"), dropping("tool_choice")),
        blocks=False,
    ),
    rule(
        "tool_choice",
        "tools",
        broken=ask.wants_an_absent_tool,
        says="tool_choice names a tool that is not among tools; add it, or leave the choice to the model",
        ways=(setting("tool_choice", "auto"), dropping("tool_choice")),
        blocks=False,
    ),
    rule(
        "response_format",
        "provider",
        broken=ask.may_lose_its_schema,
        says="response_format has a JSON Schema, which some endpoints ignore; provider.require_parameters keeps those away",
        ways=(setting("provider.require_parameters", True),),
        blocks=False,
    ),
    rule(
        "model",
        "plugins",
        broken=ask.goes_online,
        says="model ends in :online, which is deprecated; the web plugin does the same",
        ways=(online_as_plugin,),
        blocks=False,
    ),
    rule(
        "transforms",
        "plugins",
        broken=lambda r: given(ask.loose(r, "transforms")),
        says="transforms is of an older version of the API; the plugin context-compression does this now",
        ways=(as_plugin, dropping("transforms")),
        blocks=False,
    ),
    rule(
        "include_reasoning",
        "reasoning",
        broken=lambda r: isinstance(ask.loose(r, "include_reasoning"), bool),
        says="include_reasoning is deprecated; reasoning says the same",
        ways=(as_reasoning, dropping("include_reasoning")),
        blocks=False,
    ),
    rule(
        "usage",
        broken=lambda r: given(ask.loose(r, "usage")),
        says="usage has no effect any more: it comes with every answer",
        ways=(dropping("usage"),),
        blocks=False,
    ),
    rule(
        "max_tool_calls",
        "stop_server_tools_when",
        broken=lambda r: given(ask.loose(r, "max_tool_calls")) and given(r.stop_server_tools_when),
        says="max_tool_calls counts for nothing beside stop_server_tools_when",
        ways=(dropping("max_tool_calls"), dropping("stop_server_tools_when")),
        blocks=False,
    ),
    rule(
        "max_tool_calls",
        broken=lambda r: isinstance(most := ask.loose(r, "max_tool_calls"), int) and most > ask.MOST_STEPS,
        says=f"max_tool_calls is more than {ask.MOST_STEPS}, the most that is allowed",
        ways=(setting("max_tool_calls", ask.MOST_STEPS),),
        blocks=False,
    ),
    either(WebSearch, "allowed_domains", "excluded_domains"),
    either(WebPlugin, "include_domains", "exclude_domains"),
    either(XSearch, "allowed_x_handles", "excluded_x_handles"),
    either(Reasoning, "effort", "max_tokens", blocks=False),
    either(Budget, "effort", "max_tokens", blocks=False),
    foreign_mode(WebSearch),
    foreign_mode(WebPlugin),
    twenty_results(WebSearch),
    twenty_results(WebPlugin),
    idle(Subagent, "inherit_functions", "is refused by chat completions; leave it out", blocks=True),
    idle(Subagent, "inherited_function_names", "is refused by chat completions; leave it out", blocks=True),
    idle(Advisor, "stream", "has no effect in chat completions"),
    idle(StreamOptions, "include_usage", "has no effect: usage comes with every answer"),
    idle(
        AutoRouterPlugin,
        "cost_quality_tradeoff",
        "is deprecated; cost_tier says the same, and counts where both are set",
    ),
    Rule(
        AutoRouterPlugin,
        ("pin_model",),
        lambda it: it.id == "auto-beta-router" and given(it.pin_model),
        "{here} is not known to the beta router",
        (dropping("pin_model"),),
        False,
    ),
    Rule(
        PdfOptions,
        ("engine",),
        lambda it: it.engine == "pdf-text",
        "{here} is {value}, the old name of cloudflare-ai",
        (setting("engine", "cloudflare-ai"),),
        False,
    ),
    Rule(
        Subagent,
        ("tools",),
        lambda it: any(map(ask.beyond_a_subagent, ask.items(it.tools))),
        "{here} has a function, or a subagent; a subagent may have only other server tools",
        (without("tools", ask.beyond_a_subagent, "Drop those tools"),),
    ),
    Rule(
        ProviderPreferences,
        ("sort", "order"),
        lambda it: given(it.sort) and bool(ask.items(it.order)),
        "{path} has both order and sort; sort only counts where there is no order",
        (dropping("sort"), dropping("order")),
        False,
    ),
    Rule(
        ProviderPreferences,
        ("only", "ignore"),
        lambda it: bool(ask.wanted_and_banned(it)),
        "{path} has a provider both in only and in ignore; it will not be used",
        (out_of_both("only"), out_of_both("ignore")),
        False,
    ),
)


@cache
def rules_of(kind: type[Kept]) -> tuple[Rule, ...]:
    return tuple(one for one in RULES if issubclass(kind, one.kind))


def conflicts(path: str, value: Kept) -> Iterator[Problem]:
    """The rules that an object breaks; the whole request stands at the empty path."""
    for one in rules_of(type(value)):
        if one.broken(value):
            here = one.place(path)
            held = next((held for key, held in value.held() if key == one.keys[0]), None)
            words = one.message.format(value=brief(held), it=value, path=path, here=here)
            yield at(here, held, words, blocks=one.blocks, remedies=ways_out(one, path, value))


def ways_out(one: Rule, path: str, value: Kept) -> tuple[Remedy, ...]:
    return tuple(way(value).under(path) for way in one.ways)
