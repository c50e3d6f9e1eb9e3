"""The form in which somebody answers the calls of an answer: one result for each call. Nothing is executed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from components.one_line import one_line
from components.state import key
from parley.judging import Form, judged
from parley.money import part
from parley.notebook import Fixture, Run
from parley.notebook.fixtures import fitting
from parley.notebook.looping import open_calls
from parley.reply import ToolCall
from parley.reply.arguments import arguments_of
from parley.reply.defuse import plain

MOST = 40
"""Calls for which boxes are drawn; what is beyond them only a kept result can answer."""
BOX = 76
_NAME, _ARGUMENTS = 64, 48
NOTHING_RUNS = "Nothing is executed: write what each tool is to have given back."
ANEW = " What comes of these results is a further attempt; the one that stands above stays."
EMPTY = "Each call needs a result. Write one for "
TOO_MANY = "This answer makes {count:,} calls. Results for the first {most} are written here; the others need results that are kept."


class Keep(NamedTuple):
    """Results that are kept, and the way to keep another one."""

    fixtures: Sequence[Fixture]
    keep: Callable[[ToolCall, str], None]
    typed: Callable[[str, Sequence[str]], None]
    """Told, by the run, what stands in all of its boxes whenever that changes."""


def results_form(
    run: Run, former: Sequence[str], kept: Keep, *, name: str, cancel: Callable[[], None] | None = None
) -> tuple[str, ...] | None:
    """Draw it for the calls of this run, its button under the key `name`; gives what was written, once all of it is there and sent.

    `former` are results that were sent or typed before. What is typed is kept while other pages are looked at; `cancel` is for a form that
    was asked for.
    """
    calls, tools = open_calls(run), run.request.payload().get("tools")
    with st.container(border=True, gap="small", key=key("results", run.id)):
        st.caption(f":material/build: {NOTHING_RUNS}{ANEW if cancel else ''}")
        for place, call in enumerate(calls[:MOST]):
            changed = partial(_changed, run.id, min(MOST, len(calls)), kept.typed)
            _draw_call(box_key(run.id, place), call, former[place] if place < len(former) else None, kept, changed)
            if remark := remark_on(call, tools):
                st.markdown(f":orange-badge[Look] {plain(remark)}")
        if len(calls) > MOST:
            st.caption(TOO_MANY.format(count=len(calls), most=MOST))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            sent = st.button("Continue", key=name, type="primary", icon=":material/send:")
            if cancel is not None:
                st.button("Cancel", key=f"{name}-cancel", type="tertiary", on_click=cancel)
        return _written(run, calls, kept) if sent else None


def box_key(run_id: str, place: int) -> str:
    return key("result", run_id, str(place))


def remark_on(call: ToolCall, tools: Any) -> str:
    """What is odd about a call; empty for most."""
    declared = [tool for tool in tools if part(tool, "type") == "function"] if isinstance(tools, list) else []
    named = [tool for tool in declared if part(tool, "function", "name") == call.name]
    arguments = arguments_of(call.arguments)
    if not named:
        return "No tool of this name was sent along."
    if arguments is None:
        return "Its arguments are no JSON object. Say so in the result, and the model may call again."
    schema = part(named[0], "function", "parameters")
    verdict = judged(call.arguments.strip() or "{}", Form(schema)) if isinstance(schema, dict) else None
    return f"Its arguments do not fit the tool: {verdict.sentence}" if verdict and verdict.kind == "invalid" else ""


def left_open(names: Sequence[str]) -> str:
    """Why something is not sent at once that comes after calls without a result; plain text."""
    called = ", ".join(dict.fromkeys(one_line(name, _NAME) or "a tool without a name" for name in names))
    return (
        f"Not sent yet: above, {called} was called and has no result, which most providers refuse. Answer the call, exclude its "
        "cell, or send it again as it is."
    )


def _changed(run_id: str, count: int, typed: Callable[[str, Sequence[str]], None]) -> None:
    typed(run_id, [st.session_state.get(box_key(run_id, place)) or "" for place in range(count)])


def _draw_call(box: str, call: ToolCall, former: str | None, kept: Keep, changed: Callable[[], None]) -> None:
    fits = fitting(call, kept.fixtures)
    st.session_state.setdefault(box, former if former is not None else fits.result if fits else "")
    text = st.text_area(
        f"Result of {_titled(call)}",
        key=box,
        height=BOX,
        placeholder='What it gave back, such as {"degrees": 17}',
        persist_state="session",
        on_change=changed,
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if fits is not None and fits.result == text:
            st.caption("Kept with the tool: calls like this one are answered so.", width="content")
        elif text.strip() and arguments_of(call.arguments) is not None and call.name:
            st.button(
                "Keep for calls like this",
                key=f"{box}-keep",
                icon=":material/bookmark_add:",
                type="tertiary",
                on_click=_keep,
                args=(box, call, kept.keep),
            )


def _keep(box: str, call: ToolCall, keep: Callable[[ToolCall, str], None]) -> None:
    keep(call, st.session_state.get(box, ""))


def _titled(call: ToolCall) -> str:
    arguments = plain(one_line(call.arguments, _ARGUMENTS)) if call.arguments.strip() not in ("", "{}") else ""
    return " · ".join(filter(None, (plain(one_line(call.name or "a call without a name", _NAME)), arguments)))


def _written(run: Run, calls: Sequence[ToolCall], kept: Keep) -> tuple[str, ...] | None:
    """All results, each written or kept; None, with a word, where one is missing."""
    found: list[str | None] = [st.session_state.get(box_key(run.id, place)) for place in range(min(MOST, len(calls)))]
    found += [fits.result if (fits := fitting(call, kept.fixtures)) else None for call in calls[MOST:]]
    missing = [_titled(call) for call, text in zip(calls, found, strict=True) if not (text or "").strip()]
    if missing:
        st.markdown(f":orange-badge[Not sent] {EMPTY}{', '.join(missing[:3])}{' …' if len(missing) > 3 else ''}")
        return None
    return tuple(text or "" for text in found)
