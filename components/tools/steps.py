"""The steps before an answer: what the model called, what it was given back, and what that took; each in a fold of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import streamlit as st

from components.answer.calls import paint_calls
from components.answer.painter import paint_reply
from components.answer.receipt import paint_receipt
from components.one_line import one_line
from components.panel.folds import inner_fold
from components.state import key
from parley.figures import milliseconds
from parley.money import by_trust, dollars
from parley.notebook import Run
from parley.notebook.looping import FormerStep
from parley.reply import Reply, ToolCall
from parley.reply.defuse import plain
from parley.request.kept import counted

_CALLED, _GIVEN = 32, 40
"""Characters of a call's name and of a result that stand in the label of a fold."""
_NAMED = 3
_GONE = "The request of this step was deleted; what it said was sent on, and stands here."


def paint_steps(name: str, steps: Sequence[FormerStep], again: Callable[[str], None]) -> None:
    """Draw them under keys that begin with `name`; `again` has the id of a step's run whose calls are to be answered once more."""
    if not steps:
        return
    with st.container(gap="xxsmall", key=key("steps", name)):
        for number, step in enumerate(steps, 1):
            calls = calls_in(step)
            with inner_fold(f"Step {number}", label_of(calls, step), under=key("step", name, str(number))) as unfolded:
                if unfolded:
                    _paint_step(step, calls, again)


def calls_in(step: FormerStep) -> tuple[ToolCall, ...]:
    """The calls of a step as they were sent on."""
    raw = step.answer.get("tool_calls")
    return tuple(map(ToolCall.told, raw)) if isinstance(raw, list) else ()


def label_of(calls: Sequence[ToolCall], step: FormerStep) -> str:
    """What was called, and what came back of the first, on one line."""
    names = [plain(one_line(call.name or "without a name", _CALLED)) for call in calls[:_NAMED]]
    more = f" and {len(calls) - _NAMED} more" if len(calls) > _NAMED else ""
    given = f" → {plain(one_line(step.results[0], _GIVEN))}" if len(calls) == 1 and step.results else ""
    return f"{', '.join(names)}{more}{given}" if names else "no calls"


def total_of(runs: Sequence[Run]) -> str:
    """What several steps took together. A sum is as certain as the least certain of its parts, and one that lacks a part says so."""
    costs = [run.money.best[0] for run in runs if run.money.best]
    tokens = [run.reply.usage.total_tokens for run in runs if run.reply.usage and run.reply.usage.total_tokens]
    unknown = len(runs) - len(costs)
    said = {run.money.best[1] for run in runs if run.money.best}
    cost = f"{dollars(sum(costs, Decimal(0)))} {by_trust(said)[-1]}" if costs else "cost unknown"
    facts = (
        f"{counted(len(runs), 'step')} together",
        counted(sum(tokens), "token") if tokens else "",
        cost + (f" + {unknown} unknown" if costs and unknown else ""),
        milliseconds(sum(run.timings.total_ms or 0 for run in runs)),
    )
    return plain(" · ".join(filter(None, facts)))


def _paint_step(step: FormerStep, calls: Sequence[ToolCall], again: Callable[[str], None]) -> None:
    run = step.run
    said = _without_calls(step.reply or Reply(text=_text(step)))
    if said.has_output:
        paint_reply(said, live=False)
    paint_calls(calls, live=False, whole="History has all of them.", results=step.results)
    if run is None:
        st.caption(_GONE)
        return
    paint_receipt(run)
    if run.outcome == "complete":
        st.button(
            "Answer these calls anew",
            key=key("step", run.id, "again"),
            icon=":material/edit_note:",
            type="tertiary",
            on_click=again,
            args=(run.id,),
        )


def _without_calls(reply: Reply) -> Reply:
    """The rest of what a step said; that it ended without an answer goes without saying."""
    return reply.model_copy(update={"tool_calls": (), "finish_reason": None})


def _text(step: FormerStep) -> str:
    content = step.answer.get("content")
    return content if isinstance(content, str) else ""
