"""A scene on the screen: what was said, and under it the answers, as they stand at this moment of their playback."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count

import streamlit as st

from components.answer.judged import paint_verdict_line
from components.answer.painter import paint_message, paint_reply
from components.answer.receipt import facts_of, paint_receipt
from components.answer.transcript import AVATARS
from components.answer.watching import POLL, STEP
from components.compare.beside import NARROWEST
from components.compare.board import columns_for
from components.compare.titles import titles
from components.connection.line import is_later
from components.present.stage import Stage
from components.state import key
from parley.judging.telling import shaped
from parley.notebook import Cell, Run
from parley.notebook.scenes import Scene

PLAYED = "Recorded, playing"
"""In the place of the outcome, which is not known before the end."""
SPREAD = "The moments of its pieces were not kept: the answer comes evenly between its first token and its end."


def slide(scene: Scene, stage: Stage) -> None:
    """Draw it; while an answer plays, it is looked at again and again, and at its end the page is drawn anew."""
    for cell in scene.cells:
        _said(cell)
    if scene.runs:
        names = titles(scene.runs) if len(scene.runs) > 1 else ("",)
        st.fragment(_look, run_every=POLL if stage.head.moving else None)(stage, names, count())


def _said(cell: Cell) -> None:
    role = str(cell.message.get("role") or ("user" if cell.kind == "prompt" else cell.kind))
    if cell.kind == "note":
        paint_message(cell.message)
        return
    with st.chat_message("user" if role == "user" else "assistant", avatar=AVATARS.get(role, ":material/settings:")):
        paint_message(cell.message)


def _look(stage: Stage, names: Sequence[str], looks: Iterator[int]) -> None:
    again, looking, now = is_later(looks), stage.head.moving, time.monotonic()
    ended, runs = stage.settle(now), stage.at(now)
    paint = partial(_paint, looking=looking, played=not ended)
    behind = _beside(runs, names, paint) if len(runs) > 1 else _answer(runs[0], paint)
    if stage.spread:
        st.caption(SPREAD)
    if behind and again:
        time.sleep(STEP)
        st.rerun(scope="fragment")
    if looking and ended and again:
        st.rerun()


def _answer(run: Run, paint: Callable[[Run], bool]) -> bool:
    with st.chat_message("assistant", avatar=AVATARS["assistant"]):
        return paint(run)


def _beside(runs: Sequence[Run], names: Sequence[str], paint: Callable[[Run], bool]) -> bool:
    behind = False
    with st.grid(columns_for(len(runs)), min_column_width=NARROWEST, key=key("present", "lanes")):
        for run, name in zip(runs, names, strict=True):
            with st.container(border=True, gap="xsmall", key=key("present", run.id)):
                st.markdown(name)
                behind |= paint(run)
    return behind


def _paint(run: Run, *, looking: bool, played: bool) -> bool:
    """The answer and its receipt, by the painter of live ones; gives whether the next look has more to draw."""
    behind = paint_reply(shaped(run), live=run.live, name=key("present", run.id), looking=looking)
    paint_verdict_line(run)
    if run.live and played:
        st.caption(" · ".join((PLAYED, *facts_of(run)[1:])))
    else:
        paint_receipt(run)
    return behind
