"""What all that the filter lets through adds up to, counted beside the page and put into it when it is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from components.connection.line import rerun_when
from components.desk import Desk
from components.history.chart_specs import Bucket, Group, Step
from components.history.charts import HOURS, By
from components.history.counting import PATIENCE, Count, counting, keep_counts
from components.history.filters import View
from components.history.sums import paint_spreads, paint_sums
from parley.errors import ParleyError
from parley.reply.defuse import plain
from parley.store import RunQuery

PAGE = 100
GLANCE = 0.1
"""Seconds that what stands above the rows waits for what it counts; then the rows come first."""
T = TypeVar("T")


def query(view: View, trail: Sequence[str] = ()) -> RunQuery:
    """The question to the store; `trail` holds the cursors that lead to a page, without any the first."""
    asked = {**view.filters, "sort": view.sort, "descending": view.descending}
    after = trail[-1] if trail else None
    return RunQuery.model_validate({**asked, "limit": PAGE, "after": after, "totals": False})


class Counts:
    """What is being counted of all that the filter lets through, while the page is drawn."""

    def __init__(self, at: Desk, view: View, zone: ZoneInfo) -> None:
        self._store, self._zone = at.doors.store, zone
        self._every = query(view)
        self._asked = repr(sorted(view.filters.items()))
        self._late: list[Count[Any]] = []
        self.totals = self._count("totals", self._store.totals)
        self.spreads = self._count("spreads", self._store.percentiles)
        self._place: Any = None

    def paint(self, place: Any) -> None:
        """Draw the sums there if they are known at once, else at the end of the page."""
        if self.totals.wait(GLANCE) and self.spreads.wait(GLANCE):
            with place:
                self._paint(0)
        else:
            self._place = place

    def end(self, pages: Any, turn: Callable[[int | None], None]) -> None:
        """What the page waits for last: its sums, and the number of rows beside the ways between pages.

        What is not known by now is being counted, and the page is drawn anew when it is.
        """
        if self._place is not None:
            with self._place:
                self._paint(PATIENCE)
        with pages:
            turn(self._rows())
        waits = [*self._late, *(one for one in (self.totals, self.spreads) if not one.known)]
        if waits:
            rerun_when(lambda: all(one.known for one in waits) and keep_counts())

    def buckets(self, step: Step) -> Sequence[Bucket] | None:
        """For the charts; hours of the last days alone."""
        since = self._every.since
        if step == "hour":
            begin = datetime.now(self._zone).replace(minute=0, second=0, microsecond=0) - timedelta(days=HOURS)
            since = max(since, begin) if since else begin
        every = self._every.model_copy(update={"since": since})
        work = partial(self._store.series, step="hour" if step == "hour" else "day", zone=self._zone)
        return self._glanced(self._count(f"series-{step}", work, every))

    def groups(self, by: By) -> Sequence[Group] | None:
        return self._glanced(self._count(f"groups-{by}", partial(self._store.percentiles_by, by)))

    def _rows(self) -> int | None:
        try:
            totals = self.totals.within(0)
        except ParleyError:
            return None
        return totals.runs if totals is not None else None

    def _paint(self, seconds: float) -> None:
        _painted(self.totals, paint_sums, seconds)
        _painted(self.spreads, paint_spreads, seconds)

    def _glanced(self, count: Count[T]) -> T | tuple[()] | None:
        """Nothing where it cannot be counted, which is said."""
        if not count.wait(GLANCE):
            self._late.append(count)
        try:
            return count.within(0)
        except ParleyError as error:
            _say_uncounted(error)
            return ()

    def _count(self, name: str, work: Callable[[RunQuery], T], every: RunQuery | None = None) -> Count[T]:
        asked = every or self._every
        return counting(name, f"{self._asked} {asked.since}", lambda: work(asked))


def _painted(count: Count[T], paint: Callable[[T | None], None], seconds: float) -> None:
    """What cannot be counted says so, and the rows come all the same."""
    try:
        value = count.within(seconds)
    except ParleyError as error:
        _say_uncounted(error)
    else:
        paint(value)


def _say_uncounted(error: ParleyError) -> None:
    st.caption(f":material/error: Not counted: {plain(str(error))}")
