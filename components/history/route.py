"""Route: the way of a request through OpenRouter, as far as it was told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import streamlit as st

from components.large_fold import large_fold
from components.panel.text import readable_json
from components.state import key
from parley.money import dollars
from parley.notebook import Run
from parley.reply.defuse import plain
from parley.truth import Attempt, Route, Step, metadata_of, route

NOTHING = (
    "Nothing is told of the way. Parley asks for it with every request; only OpenRouter tells it, at the end of an answer, "
    "and not for answers from its cache or of a run that was stopped."
)


def paint_route(run: Run, raws: Callable[[], Iterable[str]]) -> None:
    """Draw it; `raws` gives the raw events, which are only looked at where the reply knows nothing."""
    told = metadata_of(run.reply) or metadata_of(run.reply, () if run.live else raws())
    if told is None:
        st.caption(NOTHING)
        return
    way = route(told)
    st.markdown("\n".join(lines(way)))
    text = readable_json(told)
    with large_fold("As it was told", key("route", "json", run.id), icon="data_object", size=len(text)) as drawn:
        if drawn:
            st.code(text, language="json", wrap_lines=True)


def lines(way: Route) -> Iterator[str]:
    """The way as Markdown: what was asked for, each attempt, each thing that was done to the request."""
    yield " · ".join(facts(way)) or "What was asked for is not told."
    yield ""
    yield from (f"{number}. {attempt_words(one)}" for number, one in enumerate(way.attempts, 1))
    if way.summary:
        yield from ("", plain(way.summary))
    if way.steps:
        yield from ("", "On the way:", "")
        yield from (f"- {step_words(one)}" for one in way.steps)


def facts(way: Route) -> list[str]:
    endpoints = f"{way.total} endpoint{'' if way.total == 1 else 's'}" if way.total is not None else ""
    providers = f" at {', '.join(plain(name) for name in way.available)}" if endpoints and way.available else ""
    found = [
        f"Asked for **{plain(way.requested)}**" if way.requested else "",
        f"strategy: {plain(way.strategy)}" if way.strategy else "",
        f"region: {plain(way.region)}" if way.region else "",
        f"{endpoints}{providers}",
        {True: "on your own provider key", False: "on OpenRouter's key", None: ""}[way.byok],
    ]
    return [fact for fact in found if fact]


def attempt_words(one: Attempt) -> str:
    colour = "green" if one.answered else "gray" if one.status is None else "red"
    status = "no status" if one.status is None else f"HTTP {one.status}"
    model = f" with {plain(one.model)}" if one.model else ""
    return f":{colour}-badge[{status}] **{plain(one.provider) or 'a provider without a name'}**{model}"


def step_words(one: Step) -> str:
    kind = f" ({plain(one.kind)})" if one.kind else ""
    cost = f" · {plain(dollars(one.cost))}" if one.cost is not None else ""
    more = f" · {plain(brief_json(one.more))}" if one.more else ""
    return f"**{plain(one.name)}**{kind}{': ' if one.summary else ''}{plain(one.summary)}{cost}{more}"


def brief_json(value: Any) -> str:
    text = readable_json(value, indent=None)
    return text if len(text) <= 120 else f"{text[:119]}…"
