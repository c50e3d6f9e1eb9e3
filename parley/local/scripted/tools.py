"""Calls of the tools that a request declares, in the shapes that providers stream them in; then an answer to their results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from parley.local.scripted.samples import sample
from parley.local.scripted.table import Asked, Ending, Script, Step, scripted_model, spoken, words_of
from parley.local.scripted.thinking import summarised

PARAMETERS = ("tools", "tool_choice", "parallel_tool_calls")
STRUCTURED = ("response_format", "structured_outputs")
UNDECLARED = "Declare a tool, and I call it; I am scripted, so what I call it with means nothing."


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `index` is where the stream places it."""

    index: int
    id: str
    name: str
    arguments: str

    @property
    def whole(self) -> dict[str, Any]:
        return {"index": self.index, "id": self.id, "type": "function", "function": self._function(self.arguments)}

    @property
    def opening(self) -> dict[str, Any]:
        return {"index": self.index, "id": self.id, "type": "function", "function": self._function("")}

    def piece(self, arguments: str) -> dict[str, Any]:
        return {"index": self.index, "type": "function", "function": {"arguments": arguments}}

    def _function(self, arguments: str) -> dict[str, str]:
        return {"name": self.name, "arguments": arguments}


def calling(play: Callable[[Sequence[Call]], Iterator[Mapping[str, Any]]], first: int = 0) -> Script:
    """A script that calls what is declared, as `play` streams it, until results come; then it tells them."""

    def script(asked: Asked) -> Iterator[Step]:
        results = results_of(asked)
        calls = () if results else calls_of(asked, first)
        if not calls:
            yield from asked.paced(spoken(told(results) if results else UNDECLARED))
            return
        yield from asked.paced(play(calls))
        yield 0.0, Ending("tool_calls", "tool_calls")

    return script


def results_of(asked: Asked) -> list[str]:
    """The results that stand behind the last call, in order."""
    messages = asked.body["messages"]
    since = max((at for at, message in enumerate(messages) if message.get("role") != "tool"), default=0)
    return [words_of(message.get("content")) for message in messages[since + 1 :]]


def told(results: Sequence[str]) -> str:
    listed = "\n".join(f"{number}. {result}" for number, result in enumerate(results, 1))
    return f"The tools answered:\n\n{listed}"


def calls_of(asked: Asked, first: int) -> tuple[Call, ...]:
    """Two calls, or one where only one is allowed, of the declared tools in turn."""
    choice = asked.body.get("tool_choice") or "auto"
    chosen = choice.get("function") if isinstance(choice, Mapping) else None
    named = chosen.get("name") if isinstance(chosen, Mapping) else None
    declared = [tool.get("function") for tool in asked.body.get("tools") or () if isinstance(tool, Mapping)]
    tools = [tool for tool in declared if isinstance(tool, Mapping) and tool.get("name")]
    tools = [tool for tool in tools if named in (None, tool["name"])]
    if choice == "none" or not tools:
        return ()
    count = 1 if named or asked.body.get("parallel_tool_calls") is False else 2
    words = ("first", "second")
    return tuple(
        Call(first + number, f"call_scripted_{number}", tool["name"], arguments(tool, words[number]))
        for number, tool in enumerate((tools * 2)[:count])
    )


def arguments(tool: Mapping[str, Any], word: str) -> str:
    """Arguments that the tool's parameters allow; none at all for a tool without any."""
    schema = tool.get("parameters")
    return json.dumps(sample(schema, word)) if isinstance(schema, Mapping) and schema.get("properties") else ""


def halves(text: str) -> tuple[str, ...]:
    middle = max(1, len(text) // 2)
    return tuple(half for half in (text[:middle], text[middle:]) if half)


def streamed(calls: Sequence[Call]) -> Iterator[Mapping[str, Any]]:
    for call in calls:
        yield {"tool_calls": [call.opening]}
        for half in halves(call.arguments):
            yield {"tool_calls": [call.piece(half)]}


def one_by_one(calls: Sequence[Call]) -> Iterator[Mapping[str, Any]]:
    for call in calls:
        yield {"tool_calls": [call.whole]}


def together(calls: Sequence[Call]) -> Iterator[Mapping[str, Any]]:
    yield {"tool_calls": [call.whole for call in calls]}


def thought_over(calls: Sequence[Call]) -> Iterator[Mapping[str, Any]]:
    yield from summarised()
    yield from streamed(calls)


def crossed(calls: Sequence[Call]) -> Iterator[Mapping[str, Any]]:
    """The last call begins first; then each says a piece of its arguments in turn."""
    for call in reversed(calls):
        yield {"tool_calls": [call.opening]}
    for pieces_of_all in zip_longest(*(halves(call.arguments) for call in calls)):
        for call, piece in zip(calls, pieces_of_all, strict=True):
            if piece:
                yield {"tool_calls": [call.piece(piece)]}


def with_nulls(calls: Sequence[Call]) -> Iterator[Mapping[str, Any]]:
    """Every piece after the first says again that there is no news of id and name."""
    for call in calls:
        opening = call.opening
        del opening["function"]["arguments"]
        yield {"tool_calls": [opening]}
        for half in halves(call.arguments):
            piece = {"index": call.index, "id": None, "type": "function", "function": {"name": None, "arguments": half}}
            yield {"tool_calls": [piece]}


@scripted_model("scripted/tools", "Scripted: tool calls, streamed", supported_parameters=PARAMETERS)
def tools(asked: Asked) -> Iterator[Step]:
    """Calls the declared tools, two at once where it may, the arguments in pieces; tells the results when they come."""
    yield from calling(streamed)(asked)


@scripted_model("scripted/tools-whole", "Scripted: whole tool calls", supported_parameters=PARAMETERS)
def tools_whole(asked: Asked) -> Iterator[Step]:
    """Calls the declared tools, each call whole in one piece, as Gemini does."""
    yield from calling(one_by_one)(asked)


@scripted_model("scripted/tools-together", "Scripted: two tool calls in one piece", supported_parameters=PARAMETERS)
def tools_together(asked: Asked) -> Iterator[Step]:
    """Calls the declared tools, all calls in one piece of the stream."""
    yield from calling(together)(asked)


@scripted_model(
    "scripted/tools-thinking",
    "Scripted: reasoning, then tool calls",
    supported_parameters=(*PARAMETERS, "reasoning", "include_reasoning"),
    reasoning={"mandatory": True},
)
def tools_thinking(asked: Asked) -> Iterator[Step]:
    """Reasons first and calls then, so that the calls are counted from 1, as GPT-5's are; the reasoning must be sent back."""
    yield from calling(thought_over, first=1)(asked)


@scripted_model("scripted/tools-nulls", "Scripted: tool calls full of nulls", supported_parameters=PARAMETERS)
def tools_nulls(asked: Asked) -> Iterator[Step]:
    """Calls the declared tools, with null ids and names on all but the first piece of a call, as Kimi does."""
    yield from calling(with_nulls)(asked)


@scripted_model("scripted/tools-crossed", "Scripted: tool calls out of order", supported_parameters=PARAMETERS)
def tools_crossed(asked: Asked) -> Iterator[Step]:
    """Calls the declared tools, the second call before the first and their arguments in turn."""
    yield from calling(crossed)(asked)


@scripted_model("scripted/tools-cut", "Scripted: a tool call cut short", supported_parameters=PARAMETERS)
def tools_cut(asked: Asked) -> Iterator[Step]:
    """Runs out of tokens within the arguments and still says that it finished with tool calls; only natively it was length."""
    calls = calls_of(asked, 0) or (Call(0, "call_scripted_0", "undeclared", '{"text": "and so on"}'),)
    broken = replace(calls[0], arguments=(halves(calls[0].arguments) or ('{"',))[0])
    yield from asked.paced(streamed([broken]))
    yield 0.0, Ending("tool_calls", "length")


@scripted_model(
    "scripted/tools-steps",
    "Scripted: one tool call after another",
    supported_parameters=(*PARAMETERS, *STRUCTURED),
    pricing={"prompt": "0.000001", "completion": "0.000002"},
)
def tools_steps(asked: Asked) -> Iterator[Step]:
    """Calls the first declared tool again with every result, 3 times in all or as often as the prompt says; then tells the last result,
    or answers as response_format wants."""
    given = given_since_prompt(asked)
    if given >= asked.times(3):
        yield from asked.paced(spoken(closing(asked)))
        return
    calls = calls_of(asked, 0)[:1]
    if not calls:
        yield from asked.paced(spoken(UNDECLARED))
        return
    tool = next(
        tool["function"] for tool in asked.body["tools"] if tool.get("function", {}).get("name") == calls[0].name
    )
    call = replace(calls[0], id=f"call_scripted_{given}", arguments=arguments(tool, f"step {given + 1}"))
    yield from asked.paced(streamed([call]))
    yield 0.0, Ending("tool_calls", "tool_calls")


def given_since_prompt(asked: Asked) -> int:
    """How many results came since somebody last wrote."""
    messages = asked.body["messages"]
    since = max((at for at, message in enumerate(messages) if message.get("role") == "user"), default=0)
    return sum(message.get("role") == "tool" for message in messages[since:])


def closing(asked: Asked) -> str:
    """The last words, in the form that was asked for."""
    given = asked.body.get("response_format")
    shape: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    kind = shape.get("type")
    if kind == "json_schema":
        return json.dumps(sample((shape.get("json_schema") or {}).get("schema"), "told"))
    results = results_of(asked)
    return json.dumps({"told": results}) if kind == "json_object" else told(results)
