"""A run opened: what was sent, what came back, each event as it came, and when what happened."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import streamlit as st

from components.answer.copying import copy_button
from components.answer.judged import paint_verdict_line
from components.answer.painter import paint_reply
from components.answer.receipt import paint_receipt
from components.history.route import paint_route
from components.history.truth import paint_truth
from components.panel.text import readable_json
from parley.figures import milliseconds
from parley.judging.telling import shaped
from parley.notebook import Mark, Run
from parley.notebook.receipt import OUTCOME_WORDS
from parley.notebook.samples import CONNECTION as SAMPLE

DETAILS = "history-details"
DRAWN = 20_000
"""Characters of a text that are drawn; the whole is in its download."""
_TALL = 18
"""Lines from which on a text scrolls within itself."""
_HEIGHT = 420
_RAW = "Raw events"
_WORDS: dict[str, str] = {
    **{str(outcome): words for outcome, words in OUTCOME_WORDS.items()},
    "queued": "Written down",
    "sent": "Sent",
    "headers": "Answer began",
    "first token": "First token",
    "retry": "Tried again",
    "finished": "Finished",
}

Act = Literal["load", "again", "session", "echo"]

_ACTS: dict[Act, tuple[str, str]] = {
    "load": ("Load into the sidebar", "tune"),
    "again": ("Run again", "replay"),
    "session": ("Open its session", "edit_note"),
}


class Kept(NamedTuple):
    """Raw events as the store has them: milliseconds since the run was queued, and the text as it came."""

    events: Sequence[tuple[float, str]]
    truncated: bool


def run_details(
    run: Run, kept: Callable[[], Kept], zone: ZoneInfo, more: Callable[[], None], ask: Callable[[Act], None]
) -> None:
    """Draw it. `more` draws what others have to add below the heading; `ask` is called back with what is wanted of the run.

    `kept` is called only where the reply alone does not show what came, and when somebody looks at the raw events or downloads them.
    """
    with st.container(key=DETAILS):
        _heading(run, zone, ask)
        more()
        if run.connection == SAMPLE:
            st.caption("Recorded with Parley's sample; it was not sent from here.")
        if run.between:
            st.caption("A later step of an attempt: it goes on from an answer that called tools, with their results.")
        paint_receipt(run)
        left, right = st.columns(2, gap="medium")
        with left:
            names = ["Request", "Truth", "Route", "Timeline", *(["Template"] if run.template else [])]
            request, truth, way, timeline, *template = st.tabs(names, key="history-request", on_change="rerun")
            with request:
                text = readable_json(run.request.payload())
                _block(text, "json", run, "request.json", lambda: text)
            if truth.open:
                with truth:
                    paint_truth(run, partial(ask, "echo"))
            if way.open:
                with way:
                    paint_route(run, lambda: [raw for _, raw in kept().events])
            with timeline:
                st.code("\n".join(timeline_words(run.timeline)) or "Nothing is known of it.", language=None)
            for tab in template:
                with tab:
                    _template(run)
        with right:
            _answer(run, kept)


def _heading(run: Run, zone: ZoneInfo, ask: Callable[[Act], None]) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.header(f"{run.created.astimezone(zone):%d %B %Y, %H:%M:%S}", anchor=False)
        for act, (label, icon) in _ACTS.items():
            off = (act == "session" and run.session_id is None) or (act == "again" and run.live)
            st.button(label, key=f"history-{act}", icon=f":material/{icon}:", disabled=off, on_click=ask, args=(act,))


def _template(run: Run) -> None:
    text = readable_json(run.template.model_dump() if run.template else None)
    st.caption(
        "What the request was made from: messages as they were written, by their place in it, and the values put in."
    )
    _block(text, "json", run, "template.json", lambda: text)


def _answer(run: Run, kept: Callable[[], Kept]) -> None:
    answer, response, raw = st.tabs(["Answer", "Response", _RAW], key="history-answer", on_change="rerun")
    with answer:
        if run.reply.has_output:
            paint_reply(shaped(run, run.reply), live=run.live, name=run.id, looking=run.live, keeps=True)
            paint_verdict_line(run)
            copy_button(run.reply.text, "history-copy")
        else:
            st.caption("Nothing has come yet." if run.live else "Nothing came.")
    with response:
        text = response_text(run, kept)
        _block(text, "json", run, "response.json", lambda: text)
    if raw.open:
        with raw:
            _raw_events(run, kept)


def _raw_events(run: Run, kept: Callable[[], Kept]) -> None:
    events, truncated = kept()
    if truncated:
        st.caption("There were more events than are kept; these are the first ones.")
    if events:
        text = "\n".join(drawable(events))
        whole = sum(len(raw) for _, raw in events) <= DRAWN
        _block(text, None, run, "events.jsonl", lambda: as_lines(kept().events), cut=not whole)
    else:
        st.caption(_without_events(run))


def _without_events(run: Run) -> str:
    if run.connection == SAMPLE:
        return "The sample was recorded without its events."
    return "No event has come yet." if run.live else "No event came."


def _block(
    text: str,
    language: str | None,
    run: Run,
    name: str,
    whole: Callable[[], str],
    *,
    cut: bool = False,
) -> None:
    """A text with a copy button and its download, which is made when it is asked for."""
    tall = text.count("\n", 0, DRAWN) >= _TALL or len(text) > 80 * _TALL
    st.code(text[:DRAWN], language=language, wrap_lines=True, height=_HEIGHT if tall else "content")
    if cut or len(text) > DRAWN:
        st.caption(f"The first {DRAWN:,} characters; the download has all of it.")
    st.download_button(
        "Download",
        data=whole,
        file_name=f"{run.created:%Y-%m-%d-%H%M%S}-{name}",
        mime="application/json",
        key=f"history-download-{name.partition('.')[0]}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def response_text(run: Run, kept: Callable[[], Kept]) -> str:
    """The body that came, or what the events of a stream add up to.

    A request that was refused has a body, too, also where a stream was asked for; after a retry the last one is what came of it.
    """
    reply = run.reply
    nothing = not (reply.has_output or reply.finish_reason or reply.usage)
    plain = not run.request.payload().get("stream")
    events = kept().events if not run.live and (plain or nothing) else ()
    if events:
        with contextlib.suppress(ValueError, RecursionError):
            return readable_json(json.loads(events[-1][1]))
    return readable_json(reply.model_dump(exclude_defaults=True))


def as_lines(events: Sequence[tuple[float, str]]) -> str:
    """One JSON object a line: `{"ms": 12.5, "raw": "..."}`."""
    return "".join(json.dumps({"ms": ms, "raw": raw}, ensure_ascii=False) + "\n" for ms, raw in events)


def drawable(events: Sequence[tuple[float, str]]) -> list[str]:
    """As many events as fit on the screen, each with its time; the last of them may be cut by the caller."""
    sizes = accumulate((len(raw) for _, raw in events), initial=0)
    return [f"{ms:>9,.1f} ms  {raw}" for (ms, raw), before in zip(events, sizes, strict=False) if before < DRAWN]


def timeline_words(marks: Sequence[Mark]) -> list[str]:
    """When what happened, and how long after what came before it."""
    earlier = [None, *(mark.ms for mark in marks)]
    steps = [None if before is None else mark.ms - before for mark, before in zip(marks, earlier, strict=False)]
    return [_mark(mark, step) for mark, step in zip(marks, steps, strict=True)]


def _mark(mark: Mark, step: float | None) -> str:
    words = _WORDS.get(mark.what, mark.what.capitalize())
    after = "" if step is None else f"+{milliseconds(step)}"
    return f"{milliseconds(mark.ms):>9}  {after:>9}  {words}" + (f" ({mark.note})" if mark.note else "")
