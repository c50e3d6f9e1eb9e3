"""Lanes of one tab: how they are set, what is sent in them, and which of their answers is kept."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import MISSING

from components.budget.waiting import Again
from components.desk.running import Running
from components.notebook.asking import added_to, request_for
from parley.errors import ParleyError
from parley.notebook import Run, chosen_runs, edits, template_for
from parley.notebook.comparing import FEWEST
from parley.notebook.lanes import add_lane, lane_of, lane_settings, remove_lane, with_overrides, without_lanes
from parley.request import ChatRequest


class Comparing(Running):
    """What one tab sends side by side. While there are lanes, every run is one in each of them."""

    def ways(self, settings: ChatRequest) -> Sequence[ChatRequest]:
        return [lane_settings(settings, lane) for lane in self.session.lanes] or [settings]

    def run(self, cell_id: str, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
        if not self.session.lanes:
            super().run(cell_id, settings, attempts)
        else:
            self.run_beside(cell_id, self.ways(settings), attempts, "Lane")

    def run_times(self, cell_id: str, settings: ChatRequest, times: int) -> None:
        """Send a cell's prompt so many times at once, with the same settings."""
        attempts = self.attempts()
        try:
            if why_not := self.hindrance(cell_id, attempts):
                self.tab.notices.append(why_not)
                return
            with self.deciding():
                if not self.hold(
                    lambda: self.forecasts(cell_id, [settings], attempts) * times, Again("times", cell_id, times)
                ):
                    self.run_beside(cell_id, [settings] * times, attempts, "Run")
        except ParleyError as error:
            self.tab.notices.append(f"Not sent: {error}")

    def run_beside(
        self, cell_id: str, several: Sequence[ChatRequest], attempts: Mapping[str, Sequence[Run]], each: str
    ) -> None:
        """Send a cell's prompt with several settings at once; what cannot be sent is said, by the word for `each` and its number,
        and leaves the others alone.

        The cell names the runs before they begin, so that whoever looks finds them side by side. One that was deleted in another
        tab is not run.
        """
        replies, session = chosen_runs(self.session, attempts), self.session
        template, model = template_for(session, cell_id, replies), self.doors.model(self.connection)
        ids = [uuid.uuid4().hex for _ in several]
        self.edit(lambda session: edits.compare(session, cell_id, ids))
        if all(cell.id != cell_id for cell in self.session.cells):
            return
        for number, (run_id, settings) in enumerate(zip(ids, several, strict=True), 1):
            request = request_for(session, cell_id, settings, replies, model)
            added = added_to(request, settings)
            try:
                self.loop(
                    cell_id,
                    self.doors.send(session, cell_id, request, self.connection, run_id, template=template, added=added),
                )
            except ParleyError as error:
                self.tab.notices.append(f"{each} {number} was not sent: {error}")

    def keep_this(self, cell_id: str, run_id: str) -> None:
        """Let later cells see this attempt; it stands alone then, unless another one is still on its way."""
        cell = next((cell for cell in self.session.cells if cell.id == cell_id), None)
        alive = [run.id for run in self.attempts().get(cell_id, ()) if run.live]
        if cell is not None and alive:
            beside = cell.compared or alive
            self._keep(lambda session: edits.compare(session, cell_id, beside, keep=run_id))
        elif cell is not None:
            self._keep(lambda session: edits.choose(session, cell_id, run_id))

    def lay_beside(self, cell_id: str, run_ids: Sequence[str]) -> None:
        """Let attempts stand side by side that were sent one after another; the choice among them stays."""
        keep = edits.cell_of(self.session, cell_id).chosen
        chosen = keep if keep in run_ids else run_ids[-1]
        self._keep(lambda session: edits.compare(session, cell_id, run_ids, keep=chosen))

    def open_lane(self) -> None:
        """One more lane; the first time as many as it takes to compare."""
        ids = [uuid.uuid4().hex for _ in range(1 if self.session.lanes else FEWEST)]
        with self._said():
            for lane_id in ids:
                self.edit(partial(add_lane, lane_id=lane_id))

    def close_lane(self, lane_id: str) -> None:
        """One lane less; a single one is none."""
        with self._said():
            rest = [lane for lane in self.session.lanes if lane.id != lane_id]
            self.edit(lambda session: remove_lane(session, lane_id) if len(rest) >= FEWEST else without_lanes(session))

    def close_lanes(self) -> None:
        with self._said():
            self.edit(without_lanes)

    def keep_lane(self, lane_id: str, name: str, value: Any) -> None:
        """Set a field of a lane over the sidebar's, or unset it with MISSING."""
        with self._said():
            lane = lane_of(self.session, lane_id)
            own = {field: held for field, held in lane.overrides.payload().items() if field != name}
            overrides = ChatRequest.parse(own if value is MISSING else {**own, name: value})
            self.edit(lambda session: with_overrides(session, lane_id, overrides))

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """For what is done before the page is drawn: what becomes of it is said there."""
        try:
            yield
        except ParleyError as error:
            self.tab.notices.append(f"Not saved: {error}")
        except KeyError:
            self.tab.notices.append("This lane was removed in another tab.")
