"""Tool calls on the notebook's page: the steps before an answer, what answers its calls, and the form that does so by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.connection.line import rerun_when
from components.desk import Desk
from components.state import cell_key, key
from components.tools.results import Keep, box_key, results_form
from components.tools.steps import paint_steps, total_of
from parley.notebook import Cell, Run
from parley.notebook.fixtures import fixture_for, results_of, with_fixture
from parley.notebook.looping import open_calls, results_before, steps_before
from parley.notebook.steps import steps_to
from parley.reply import ToolCall
from parley.reply.defuse import plain
from parley.runs import RunSequence

_FOLLOWS = ":shimmer[The calls are answered from results that are kept…]"


def before_answer(at: Desk, cell: Cell, run: Run, runs: Sequence[Run]) -> None:
    """The steps before an answer; nothing for most."""
    paint_steps(run.id, steps_before(run, runs), partial(_ask_anew, at, cell.id))


def after_answer(at: Desk, cell: Cell, run: Run, runs: Sequence[Run], *, beside: bool = False) -> None:
    """What several steps took together, and what becomes of an answer's calls. `beside` others the keys are those of the run."""
    steps = steps_to(run, runs)
    if len(steps) > 1 and not run.live:
        st.caption(total_of(steps))
    loop = at.loop_of(run, runs)
    if loop is not None and not loop.ended:
        if not run.live:
            _follows(run, loop)
        return
    asked = asked_of(at, cell.id, steps)
    if asked is None or run.live:
        return
    if loop is not None and loop.why and asked.id == run.id:
        st.caption(f":orange[:material/info:] It does not go on by itself. {plain(loop.why)}")
    elif run.id == asked.id and (told := _spent(at, run)):
        st.caption(told)
    _form(at, cell, asked, steps, key("beside", run.id, "continue") if beside else cell_key(cell.id, "continue"))


def asked_of(at: Desk, cell_id: str, steps: Sequence[Run]) -> Run | None:
    """The step whose calls are to be answered: one that somebody chose, the last one, or the one before a step that brought nothing."""
    wanted, last = at.tab.bench.answering.get(cell_id), steps[-1]
    chosen = next((step for step in steps if step.id == wanted and open_calls(step)), None)
    if chosen is not None or open_calls(last):
        return chosen or last
    brought = last.outcome == "complete" or last.reply.has_output
    return steps[-2] if len(steps) > 1 and not brought and open_calls(steps[-2]) else None


def _form(at: Desk, cell: Cell, asked: Run, steps: Sequence[Run], name: str) -> None:
    place = steps.index(asked)
    former = results_before(steps[place + 1]) if place + 1 < len(steps) else ()
    if box_key(asked.id, 0) not in st.session_state:
        former = at.typed_results(asked.id) or former
    was_asked = at.tab.bench.answering.get(cell.id) == asked.id
    cancel = partial(_ask_no_more, at, cell.id) if was_asked else None
    written = results_form(
        asked, former, Keep(at.session.fixtures, partial(_keep, at), at.keep_typed_results), name=name, cancel=cancel
    )
    if written is not None:
        at.tab.results[asked.id], at.tab.answering = written, asked.id
        st.rerun()


def _spent(at: Desk, run: Run) -> str:
    """Why calls that could be answered by themselves are not, after so many that were."""
    steps = at.session.loop_steps
    known = bool(steps) and None not in results_of(open_calls(run), at.session.fixtures)
    times = "once" if steps == 1 else f"{steps} times"
    return (
        f"Answered by itself {times}, which is as often as it may. Go on by hand, or allow more steps under Tools."
        if known and run.follows
        else ""
    )


def _follows(run: Run, loop: RunSequence) -> None:
    state = loop.state
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("loop", run.id)):
        st.markdown(_FOLLOWS, width="content")
        st.button("Stop", key=key("loop", run.id, "stop"), icon=":material/stop_circle:", on_click=loop.stop)
    rerun_when(lambda: loop.state != state)


def _ask_anew(at: Desk, cell_id: str, run_id: str) -> None:
    at.tab.bench.answering[cell_id] = run_id


def _ask_no_more(at: Desk, cell_id: str) -> None:
    at.tab.bench.answering.pop(cell_id, None)


def _keep(at: Desk, call: ToolCall, text: str) -> None:
    at.hand.change(lambda session: with_fixture(session, fixture_for(call, text)))
