"""Results that are kept for tools, below the tools themselves: how often they answer by themselves, which there are, another one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from components.one_line import one_line
from components.panel.folds import inner_fold
from components.panel.problems import small
from components.state import key
from parley.errors import RequestError
from parley.notebook import Fixture, Session
from parley.notebook.fixtures import with_fixture, with_loop_steps, without_fixture
from parley.notebook.session import MOST_STEPS
from parley.reply.defuse import plain
from parley.wire.json_text import scrubbed

Change = Callable[[Callable[[Session], Session]], object]
LISTED = 20
"""Results on one page."""
_SHOWN = 60
STEPS, TOOL, ARGUMENTS, RESULT = (key("tool", part) for part in ("steps", "name", "arguments", "result"))
ABOUT = "A result answers the calls of its tool that have the same arguments; without arguments it answers them all."


def kept_results(session: Session, change: Change) -> None:
    """Draw it; `change` edits the session, and says whether it could."""
    st.session_state[STEPS] = session.loop_steps
    st.number_input(
        "Answer calls from the results below, at most so many times",
        min_value=0,
        max_value=MOST_STEPS,
        step=1,
        key=STEPS,
        help="0 waits for you each time. It ends early where a result is missing or the budget is reached.",
        on_change=_change_steps,
        args=(change,),
    )
    count = len(session.fixtures)
    with inner_fold("Results kept for tools", str(count) if count else "", under=key("tool", "results")) as unfolded:
        if unfolded:
            small(ABOUT)
            for place, one in enumerate(_listed(session.fixtures)):
                _draw_one(place, one, change)
            _draw_form(_declared(session), change)


def _listed(fixtures: Sequence[Fixture]) -> Sequence[Fixture]:
    """Those of one page, the newest first."""
    newest, pages = fixtures[::-1], -(-len(fixtures) // LISTED)
    page = st.pagination(pages, key=key("tool", "page")) if pages > 1 else 1
    return newest[(page - 1) * LISTED : page * LISTED]


def read_fixture(tool: str, arguments: str, result: str) -> Fixture:
    """What was typed. Raises RequestError, with what is wrong."""
    if not tool.strip():
        raise RequestError("Name the tool.")
    try:
        read = scrubbed(json.loads(arguments)) if arguments.strip() else {}
    except json.JSONDecodeError as error:
        raise RequestError(
            f"The arguments are no JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except (ValueError, RecursionError):
        raise RequestError("These arguments cannot be read.") from None
    if not isinstance(read, dict):
        raise RequestError('Arguments are a JSON object, such as {"city": "Oslo"}.')
    return Fixture(tool=tool.strip(), arguments=read, result=result)


def _draw_one(place: int, one: Fixture, change: Change) -> None:
    arguments = json.dumps(one.arguments, ensure_ascii=False) if one.arguments else "any arguments"
    with st.container(gap="xxsmall", key=key("tool", "kept", str(place))):
        told = f"**{plain(one.tool)}** {plain(one_line(arguments, _SHOWN))} → {plain(one_line(one.result, _SHOWN)) or 'nothing'}"
        small(told)
        with st.container(horizontal=True, gap="small"):
            st.button("Edit", key=key("tool", "edit", str(place)), type="tertiary", on_click=_fill, args=(one,))
            gone = partial(without_fixture, fixture=one)
            st.button(
                "Remove", key=key("tool", "remove", str(place)), type="tertiary", on_click=_change, args=(change, gone)
            )


def _change(change: Change, edit: Callable[[Session], Session]) -> None:
    change(edit)


def _change_steps(change: Change) -> None:
    change(partial(with_loop_steps, steps=st.session_state[STEPS] or 0))


def _draw_form(tools: Sequence[str], change: Change) -> None:
    st.selectbox("Tool", tools, key=TOOL, index=None, accept_new_options=True, placeholder="Name of the tool")
    st.text_area("Arguments", key=ARGUMENTS, height=76, placeholder='{"city": "Oslo"}, or empty for all calls')
    st.text_area("Result", key=RESULT, height=76, placeholder='{"degrees": 17}')
    if st.session_state.get(_WRONG):
        small(f":red[{plain(st.session_state[_WRONG])}]")
    st.button("Keep this result", key=key("tool", "keep"), on_click=_add, args=(change,))


_WRONG = key("tool", "wrong")


def _add(change: Change) -> None:
    """Callback: keep what was typed; what cannot be read stays in its boxes, with a sentence."""
    typed = [str(st.session_state.get(box) or "") for box in (TOOL, ARGUMENTS, RESULT)]
    try:
        fixture = read_fixture(*typed)
    except RequestError as error:
        st.session_state[_WRONG] = str(error)
        return
    st.session_state.pop(_WRONG, None)
    if change(partial(with_fixture, fixture=fixture)):
        st.session_state[ARGUMENTS] = st.session_state[RESULT] = ""


def _fill(one: Fixture) -> None:
    st.session_state[TOOL], st.session_state[RESULT] = one.tool, one.result
    st.session_state[ARGUMENTS] = json.dumps(one.arguments, ensure_ascii=False) if one.arguments else ""


def _declared(session: Session) -> list[str]:
    tools = session.settings.payload().get("tools")
    functions = [tool.get("function") for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    return [one["name"] for one in functions if isinstance(one, dict) and isinstance(one.get("name"), str)]
