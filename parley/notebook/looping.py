"""A loop of tool calls: which answers wait for results, and what is sent with these.

Sources: OpenRouter's guide on tool calling, and its guide on preserving reasoning blocks. The answer goes back as it came, its
reasoning details and the ids of its calls unchanged; each call has one result, in the order of the calls.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from parley.notebook.edits import cell_of
from parley.notebook.messages import messages_for
from parley.notebook.reasoned import as_sent_to
from parley.notebook.run import Run
from parley.notebook.session import Session
from parley.notebook.steps import steps_to
from parley.reply import Reply, ToolCall

_UNNAMED = "call_{number}"
TYPED = "typed-results-"
"""What stands before a run's id where the store keeps what was typed for its calls and not sent yet."""


class Onward(NamedTuple):
    """What a step sends."""

    messages: list[dict[str, Any]]
    between: int
    """How many of the last ones are the steps before it."""


def calls_of(reply: Reply) -> tuple[ToolCall, ...]:
    """The calls of an answer, each with an id of its own. Ids that came are never changed; a missing one, or one that came twice, is
    made up: without it no result would find its call."""
    named: list[ToolCall] = []
    taken = {call.id for call in reply.tool_calls if call.id}
    used: set[str] = set()
    for number, call in enumerate(reply.tool_calls):
        call_id = call.id if call.id and call.id not in used else _free(number, taken)
        used.add(call_id)
        taken.add(call_id)
        named.append(call if call.id == call_id else call.model_copy(update={"id": call_id}))
    return tuple(named)


def open_calls(run: Run | None) -> tuple[ToolCall, ...]:
    """The calls of an answer that are to be answered: only of one that came to its end, and that no limit cut short."""
    if run is None or run.outcome != "complete" or run.reply.cut_short:
        return ()
    return calls_of(run.reply)


def steps_through(run: Run, results: Sequence[str]) -> list[dict[str, Any]]:
    """The steps of an attempt up to and with this run's answer, and the results of its calls, as messages."""
    calls = calls_of(run.reply)
    answer = run.reply.model_copy(update={"text": run.whole.text, "tool_calls": calls}).message()
    told = (
        {"role": "tool", "tool_call_id": call.id, "content": text} for call, text in zip(calls, results, strict=True)
    )
    return [*(dict(message) for message in run.steps_said), answer, *told]


def answering(
    session: Session, cell_id: str, replies: Mapping[str, Run], run: Run, results: Sequence[str], model: object = None
) -> Onward:
    """What goes on from an attempt of this cell with the results of its calls, one for each, when this model is asked. Raises KeyError."""
    steps = as_sent_to(model, cell_of(session, cell_id), run, steps_through(run, results))
    return Onward([*messages_for(session, cell_id, replies), *steps], len(steps))


class FormerStep(NamedTuple):
    """A step before the one that is looked at."""

    answer: dict[str, Any]
    """What it said, as it was sent on."""
    results: tuple[str, ...]
    """What its calls were answered with, in their order."""
    run: Run | None = None
    """None where it is not at hand: it may have been deleted."""

    @property
    def reply(self) -> Reply | None:
        """The answer of its run, where that says what was sent on: of a file that says otherwise, what is sent is what is shown."""
        if self.run is None:
            return None
        whole = self.run.whole
        said = whole.model_copy(update={"tool_calls": calls_of(whole)}).message()
        alike = all((said.get(name) or "") == (self.answer.get(name) or "") for name in ("content", "tool_calls"))
        return whole if alike else None


def steps_before(run: Run, runs: Iterable[Run]) -> tuple[FormerStep, ...]:
    """The steps before a run, the first one first; `runs` are the attempts of its cell."""
    told: list[tuple[dict[str, Any], list[str]]] = []
    for message in run.steps_said:
        content = message.get("content")
        if message.get("role") == "tool" and told:
            told[-1][1].append(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))
        else:
            told.append((dict(message), []))
    at_hand = steps_to(run, runs)[:-1][::-1]
    found = zip_longest(reversed(told), at_hand[: len(told)])
    return tuple(FormerStep(answer, tuple(results), one) for (answer, results), one in found)[::-1]


def results_before(run: Run) -> tuple[str, ...]:
    """The results with which a run went on from the step before it, in the order of that step's calls."""
    steps = steps_before(run, ())
    return steps[-1].results if steps else ()


def unanswered(messages: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The names of calls within messages that have no result before somebody else speaks; most providers refuse such a request."""
    open_: dict[str, str] = {}
    found: list[str] = []
    for message in messages:
        if message.get("role") == "tool":
            open_.pop(str(message.get("tool_call_id") or ""), None)
            continue
        found += open_.values()
        calls = message.get("tool_calls") if message.get("role") == "assistant" else None
        open_ = {str(call.get("id") or ""): _name_of(call) for call in calls or () if isinstance(call, Mapping)}
    return (*found, *open_.values())


def _name_of(call: Mapping[str, Any]) -> str:
    function = call.get("function")
    return str(function.get("name") or "") if isinstance(function, Mapping) else ""


def _free(number: int, taken: Container[str]) -> str:
    call_id = _UNNAMED.format(number=number)
    while call_id in taken:
        call_id += "_"
    return call_id
