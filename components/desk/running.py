"""Attempts of one tab: what is sent, looked at and chosen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence, Set
from typing import Any, NoReturn

import streamlit as st

from components.answer.waiting import waiting_words
from components.answer.watching import Sight, rarity
from components.budget.waiting import Again
from components.cell.actions import Act
from components.desk.looping import Looping
from components.notebook.asking import added_to, hindered, next_request, request_for
from components.notebook.variables import held_back
from components.tools.results import left_open
from parley.budget import Forecast
from parley.connection import LOCAL
from parley.errors import ParleyError, StoreError
from parley.notebook import Run, Session, chosen, chosen_runs, edits, messages_for, template_for, written
from parley.notebook.looping import unanswered
from parley.notebook.steps import last_steps
from parley.request import ChatRequest


class Running(Looping):
    """What one tab sends."""

    def doubt(self, session: Session, cell_id: str, attempts: Mapping[str, Sequence[Run]]) -> str:
        """Why a cell is not sent at once: variables without a value, calls without a result, of which the person was not told yet."""
        replies = chosen_runs(session, attempts)
        template = template_for(session, cell_id, replies)
        missing = template.missing if template else ()
        calls = unanswered(messages_for(session, cell_id, replies))
        told, self.tab.warned = self.tab.warned, frozenset((*missing, *(f"call of {name}" for name in calls)))
        if not self.tab.warned - told:
            return ""
        return held_back(missing) if missing else left_open(calls)

    def busy(self, attempts: Mapping[str, Sequence[Run]]) -> str:
        """Why a prompt that depends on every answer cannot be sent yet; empty where it can."""
        sequence = self.doors.runner.sequences.of(self.session.id)
        if sequence is not None and not sequence.ended:
            return "Cells above are still being run again."
        alive = {cell_id for cell_id, runs in attempts.items() if any(run.live or self.loops(run) for run in runs)}
        return "The answer above is still being written." if alive and self._counts_any(alive) else ""

    def hindrance(self, cell_id: str, attempts: Mapping[str, Sequence[Run]]) -> str:
        """Why a cell of the notebook is not run at once; empty where it is."""
        return (
            self._unready(cell_id, attempts)
            or hindered(self.tab.hindrances)
            or self.doubt(self.session, cell_id, attempts)
        )

    def _unready(self, cell_id: str, attempts: Mapping[str, Sequence[Run]]) -> str:
        """What it has to wait for: without an answer that is on its way, what is above it would be sent as if it were not there."""
        sequence, ids = self.doors.runner.sequences.of(self.session.id), [cell.id for cell in self.session.cells]
        if cell_id not in ids:
            return "That cell is not in this session any more."
        if not str(edits.cell_of(self.session, cell_id).message.get("content") or "").strip():
            return "This prompt is empty. Write something in it, then run it."
        if sequence is not None and not sequence.ended:
            return "Cells are still being run again. Stop that, or wait, then run this one."
        above = self.session.cells[: ids.index(cell_id)]
        counting = [cell for cell in above if cell.kind == "prompt" and not cell.excluded]
        chosen_ones = (chosen(cell, attempts.get(cell.id, ())) for cell in counting)
        waits = [one for one in chosen_ones if one is not None and (one.live or self.loops(one))]
        if waits or any(run.live or self.loops(run) for run in attempts.get(cell_id, ())):
            which = "An answer above" if waits else "This answer"
            return f"{which} is still being written. Stop it, or wait, then run this one."
        return ""

    def _counts_any(self, cell_ids: Set[str]) -> bool:
        """Whether any of these cells is in the session, as it is here or as another tab left it; who deleted a cell waits for none."""
        if any(cell.id in cell_ids for cell in self.session.cells):
            return True
        return any(cell.id in cell_ids for cell in self.doors.store.session(self.session.id).cells)

    def take_prompt(self, text: str) -> None:
        """Take what was sent out of the box; it is put into a cell, with what is attached, when the page is drawn."""
        self.tab.outgoing = text
        self.tab.bench.go(None)

    def send(self, settings: ChatRequest, hindrances: Sequence[str]) -> None:
        """Put the prompt that was sent into a new cell and run it.

        What cannot be sent for a value in the sidebar, or cannot be kept, goes back into the box with a sentence; what is kept but cannot be sent stays in its cell, to be
        run from there.
        """
        text = self.tab.outgoing or ""
        if hindrances:
            self.give_back(hindered(hindrances))
        attempts = self.attempts()
        if busy := self.busy(attempts):
            self.give_back(f"{busy} Stop it, or wait, then send this.")
        cell_id = uuid.uuid4().hex
        message = edits.drafted(self.session, text)
        if doubt := self.doubt(edits.add_prompt(self.session, message, cell_id), cell_id, attempts):
            self.give_back(doubt)
        try:
            self.edit(lambda session: edits.emptied(edits.add_prompt(session, message, cell_id)))
        except ParleyError as error:
            self.give_back(f"Not sent: {error}")
        self.tab.outgoing = None
        self.tab.refused.clear()
        self.tab.bench.to_bring = cell_id
        self.act(cell_id, "run", settings)

    def forecasts(
        self, cell_id: str, ways: Sequence[ChatRequest], attempts: Mapping[str, Sequence[Run]]
    ) -> list[Forecast]:
        """What running the cell may cost, with each of these settings."""
        said, tariff = (
            messages_for(self.session, cell_id, chosen_runs(self.session, attempts)),
            self.doors.tariff(self.connection),
        )
        return [tariff.forecast(way, said) for way in ways]

    def ways(self, settings: ChatRequest) -> Sequence[ChatRequest]:
        """The settings with which a prompt is sent, one for each request that is made of it."""
        return [settings]

    def run(self, cell_id: str, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
        """Send the cell's prompt, as its first attempt or as a further one, which is then the chosen one."""
        replies = chosen_runs(self.session, attempts)
        request = request_for(self.session, cell_id, settings, replies, self.doors.model(self.connection))
        template = template_for(self.session, cell_id, replies)
        added = added_to(request, settings)
        self.loop(
            cell_id, self.doors.send(self.session, cell_id, request, self.connection, template=template, added=added)
        )
        if edits.cell_of(self.session, cell_id).chosen:
            self.choose(cell_id, None)

    def look(self, run_id: str, patience: float) -> Sight:
        """The run as it stands now, or when it ends within so many seconds, and a little longer where there is a crowd."""
        live = self.doors.runner.live(run_id)
        if live is not None:
            live.settled.wait(patience * rarity(self.doors.runner.alive))
        run = live.run if live else self.doors.store.run(run_id)
        waiting = self.waiting_for_local(run) or (waiting_words(live, begun=run.reply.has_output) if live else "")
        return Sight(run, live, waiting)

    def seen_ended(self, run: Run) -> bool:
        """Whether this tab had seen the end of the run before."""
        return not self.tab.changed(run.id, run.outcome) and not run.live

    def waiting_for_local(self, run: Run) -> str:
        """Why nothing comes yet, while it is the local model that is on its way; empty otherwise."""
        status = self.doors.local.status
        waits = run.live and not run.reply.has_output and run.connection == LOCAL.name
        return f"{status.sentence} Then it answers." if waits and status.stage in ("fetching", "starting") else ""

    def stop_all_of(self, cell_id: str) -> None:
        """Stop every answer of a cell that is on its way, and what would follow it."""
        for run in self.attempts().get(cell_id, ()):
            if loop := self.doors.runner.loops.of(run.id):
                loop.stop()
            if live := self.doors.runner.live(run.id):
                live.stop()

    def choose(self, cell_id: str, run_id: str | None) -> None:
        self.edit(lambda session: edits.choose(session, cell_id, run_id))

    def step(self, cell_id: str, by: int, attempts: Mapping[str, Sequence[Run]]) -> None:
        """Choose the former or the next attempt of a cell."""
        runs = last_steps(attempts.get(cell_id, ()))
        now = chosen(edits.cell_of(self.session, cell_id), runs)
        if now is not None:
            place = min(max(runs.index(now) + by, 0), len(runs) - 1)
            self.choose(cell_id, runs[place].id)

    def act(self, cell_id: str, act: Act, settings: ChatRequest) -> None:
        """Do what was asked of an attempt."""
        try:
            attempts = self.attempts()
            if act != "run":
                self.step(cell_id, -1 if act == "prev" else 1, attempts)
            elif why_not := self.hindrance(cell_id, attempts):
                self.tab.notices.append(why_not)
            else:
                self._run_if_it_may(cell_id, settings, attempts)
        except ParleyError as error:
            self.tab.notices.append(f"Not sent: {error}")

    def _run_if_it_may(self, cell_id: str, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
        with self.deciding():
            if not self.hold(lambda: self.forecasts(cell_id, self.ways(settings), attempts), Again("run", cell_id)):
                self.run(cell_id, settings, attempts)

    def next_body(self, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> ChatRequest:
        """What Send would send now, with the draft as it is known."""
        replies = chosen_runs(self.session, attempts)
        return next_request(self.session, settings, replies, self.doors.model(self.connection))

    def said(self, attempts: Mapping[str, Sequence[Run]]) -> list[dict[str, Any]]:
        """The messages that the cells make up now, as they were written."""
        return written(self.session, chosen_runs(self.session, attempts))

    def say(self, said: list[dict[str, Any]], attempts: Mapping[str, Sequence[Run]]) -> None:
        """Let the cells say these messages instead, and draw the page anew."""
        replies, ids = chosen_runs(self.session, attempts), iter(lambda: uuid.uuid4().hex, "")
        self._keep(lambda session: edits.saying(session, replies, said, ids))
        self.tab.refill = True
        st.rerun()

    def give_back(self, sentence: str) -> NoReturn:
        """Put the prompt that was sent back into the box, say why, and draw the page anew, with what other tabs did meanwhile."""
        text = self.tab.outgoing or ""
        try:
            self.edit(lambda session: edits.with_draft(session, text))
        except StoreError:
            self.tab.session = edits.with_draft(self.session, text)
        self.tab.outgoing = None
        self.tab.refill_prompt = True
        self.tab.notices.append(sentence)
        st.rerun()
