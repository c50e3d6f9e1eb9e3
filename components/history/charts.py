"""The ledger's charts: what runs cost and how many there were over time, and how fast they were, of all that the filter lets through.

They stand in a fold and are drawn, and counted, only while it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

import streamlit as st

from components.history.chart_specs import (
    COST,
    RUNS,
    SPEEDS,
    Bucket,
    Group,
    Picture,
    Step,
    by_group,
    inked,
    over_time,
    unknown_cost,
)
from components.state import key
from parley.request.kept import counted

CHARTS = key("history", "charts")
INK = {"light": "#54595c", "dark": "#b3b8ba"}
"""The greys of the theme in which words can be read."""
HOURS = 7
"""Days that are shown hour by hour; longer ago, bars of an hour would be too many."""
By = Literal["model", "provider"]
C = TypeVar("C", bound=str)
_STEPS: dict[Step, str] = {"day": "Days", "hour": f"Hours of the last {HOURS} days"}
_BY: dict[By, str] = {"model": "Model", "provider": "Provider"}
_COLUMNS, _NARROWEST = 2, 330
"""Charts beside each other where there is room, and pixels from which on there is."""
_HOW_TO_READ = (
    "Speed: the dot is what half of the runs stayed within, the thick line ends at 90 and the thin one at 99 of a hundred. "
    "For tokens per second, more is faster."
)


def paint_charts(
    buckets: Callable[[Step], Sequence[Bucket] | None], groups: Callable[[By], Sequence[Group] | None]
) -> None:
    """Draw the fold. Each of the two gives what was counted, or None while it is being counted; neither is asked while it is closed."""
    fold = st.expander("Charts", icon=":material/bar_chart:", key=CHARTS, on_change="rerun")
    if not fold.open:
        return
    with fold:
        step, by = _choices()
        counted_, spread = buckets(step), groups(by)
        if counted_ is None or spread is None:
            st.caption("Counting…")
        _pictures(counted_ or (), spread or (), step, by)
        if spread:
            st.caption(" ".join([_HOW_TO_READ, *_left_out(counted_ or ())]))
        elif counted_ == ():
            st.caption("There is nothing to draw of these runs.")


def _choices() -> tuple[Step, By]:
    with st.container(horizontal=True, gap="medium", key=key(CHARTS, "choices")):
        return _chosen("Over time", _STEPS, "day", "step"), _chosen("Speed by", _BY, "model", "by")


def _chosen(label: str, words: Mapping[C, str], default: C, name: str) -> C:
    return st.segmented_control(
        label,
        list(words),
        default=default,
        required=True,
        format_func=words.__getitem__,
        key=key(CHARTS, name),
        persist_state="session",
    )


def _pictures(buckets: Sequence[Bucket], groups: Sequence[Group], step: Step, by: By) -> None:
    with st.grid(_COLUMNS, min_column_width=_NARROWEST, key=key(CHARTS, "grid")):
        for name, picture in _all(buckets, groups, step, by):
            if picture is not None:
                drawn = inked(picture, INK[st.context.theme.type or "light"])
                st.vega_lite_chart(spec=drawn.spec, alt=drawn.words, key=key(CHARTS, name))


def _all(
    buckets: Sequence[Bucket], groups: Sequence[Group], step: Step, by: By
) -> Iterator[tuple[str, Picture | None]]:
    cost = over_time(COST, buckets, step)
    yield COST.title, cost
    yield RUNS.title, over_time(RUNS, buckets, step, legend=cost is None)
    for speed in SPEEDS:
        yield speed.title, by_group(speed, groups, by)


def _left_out(buckets: Sequence[Bucket]) -> list[str]:
    unknown = unknown_cost(buckets)
    which = (
        "is in no chart of costs, because what it cost"
        if unknown == 1
        else "are in no chart of costs, because what they cost"
    )
    return [f"{counted(unknown, 'run')} {which} is unknown."] if unknown else []
