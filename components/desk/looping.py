"""Tool calls of one tab: answered with what somebody wrote, or by themselves from the results that are kept. Nothing is executed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence

from components.budget.waiting import Again
from components.desk.guarding import Guarding
from components.notebook.asking import added_to, answering_body, hindered
from parley.errors import ParleyError, StoreError
from parley.notebook import Cell, Run, Session, chosen, chosen_runs, edits, template_for
from parley.notebook.fixtures import results_of
from parley.notebook.forking import inherited
from parley.notebook.looping import TYPED, Onward, answering, open_calls
from parley.notebook.replaying import Step
from parley.notebook.run import Among
from parley.notebook.steps import last_step, steps_to
from parley.request import ChatRequest
from parley.runs import LiveRun, RunSequence

Follow = Callable[[str, LiveRun, int], LiveRun | None]


def steps_of(run: Run | None) -> Among:
    """The place of a run among its steps, for one that takes that place."""
    return Among(follows=run.follows if run else None, between=run.between if run else 0)


class Looping(Guarding):
    """What one tab has of attempts, and how they go on when they call tools."""

    def attempts(self) -> dict[str, tuple[Run, ...]]:
        """Every cell's runs, oldest first; those that are alive as they stand this moment."""
        return self.attempts_of(self.session)

    def attempts_of(self, session: Session) -> dict[str, tuple[Run, ...]]:
        """The same of a session as somebody has it."""
        if not session.version:
            return {}
        stored = self.doors.store.attempts(session.id, inherited=inherited(session))
        return {cell: tuple(self._now(run) for run in runs) for cell, runs in stored.items()}

    def loops(self, run: Run) -> bool:
        """Whether the calls of this run's attempt are being answered by themselves."""
        loop = self.doors.runner.loops.of(run.id)
        return loop is not None and not loop.ended

    def loop_of(self, run: Run, runs: Sequence[Run]) -> RunSequence | None:
        """What answers, or answered last, the calls of an attempt by itself."""
        found = (self.doors.runner.loops.of(step.id) for step in reversed(steps_to(run, runs)))
        return next((loop for loop in found if loop is not None), None)

    def loop(self, cell_id: str, live: LiveRun) -> None:
        """Have the calls of an answer that is on its way answered from the results that are kept, whatever becomes of this page."""
        if self.session.loop_steps and live.run.request.payload().get("tools"):
            follow = self.follower([Step(cell_id, live.run.settings)])
            self.doors.runner.loops.play(live.id, [cell_id], lambda _: live, follow)

    def follower(self, steps: Sequence[Step]) -> Follow:
        """For runs of these steps' cells, on whichever thread: sends what follows an answer, while all of its calls can be answered, the
        session allows one more, and it fits into the budget. Each is sent with the settings of the one before it."""
        doors, session_id, connection = self.doors, self.session.id, self.connection
        send, usual, watch = doors.sender(connection), doors.model(connection), self.watch(steps)

        def follow(cell_id: str, live: LiveRun, number: int) -> LiveRun | None:
            run, session = live.run, doors.store.session(session_id)
            results = _known(results_of(open_calls(run), session.fixtures))
            if not results or number >= session.loop_steps or all(cell.id != cell_id for cell in session.cells):
                return None
            said = self._with_results(session, cell_id, run, results, run.settings.payload().get("model"))
            request = answering_body(run.settings, said.messages, usual)
            with doors.purse.deciding:
                watch(cell_id, request)
                return send(
                    request,
                    session_id=session_id,
                    cell_id=cell_id,
                    template=template_for(session, cell_id, chosen_runs(session, self.attempts_of(session))),
                    added=added_to(request, run.settings),
                    follows=run.id,
                    between=said.between,
                )

        return follow

    def keep_typed_results(self, run_id: str, texts: Sequence[str]) -> None:
        """Keep what was typed for the calls of a run until it is sent: no reload loses it. Nothing at all is forgotten."""
        with contextlib.suppress(StoreError):
            self.doors.store.set_setting(f"{TYPED}{run_id}", list(texts) if any(texts) else None)

    def typed_results(self, run_id: str) -> tuple[str, ...]:
        """What was typed for its calls and not sent yet."""
        kept = self.doors.store.setting(f"{TYPED}{run_id}", [])
        return tuple(map(str, kept)) if isinstance(kept, list) else ()

    def answer(self, run_id: str, settings: ChatRequest) -> None:
        """Go on from a run with the results that were written for its calls. They stay where they were written until they are sent.

        Answers side by side go on with what each was sent with, any other with these settings.
        """
        try:
            attempts = self.attempts()
            found = next(((cell, run) for cell, runs in attempts.items() for run in runs if run.id == run_id), None)
            cell = next((cell for cell in self.session.cells if found and cell.id == found[0]), None)
            if found is None or cell is None:
                self.tab.notices.append("Not sent: that answer is not in this session any more.")
                return
            beside = bool(self.session.lanes or cell.compared)
            settings = found[1].settings if beside else settings
            if why_not := self._unanswerable(cell, found[1], attempts, beside=beside):
                self.tab.notices.append(why_not)
                return
            with self.deciding():
                self._answer(cell, found[1], settings, attempts)
        except ParleyError as error:
            self.tab.notices.append(f"Not sent: {error}")

    def _answer(self, cell: Cell, run: Run, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
        usual = self.doors.model(self.connection)
        model = settings.payload().get("model", usual)
        said = self._with_results(self.session, cell.id, run, self.tab.results[run.id], model)
        request = answering_body(settings, said.messages, usual)
        if self.hold(lambda: [self.doors.forecast(request, self.connection)], Again("answer", run.id)):
            return
        template = template_for(self.session, cell.id, chosen_runs(self.session, attempts))
        live = self.doors.send(
            self.session,
            cell.id,
            request,
            self.connection,
            template=template,
            added=added_to(request, settings),
            follows=run.id,
            between=said.between,
        )
        self.tab.results.pop(run.id, None)
        self.keep_typed_results(run.id, ())
        self.tab.bench.answering.pop(cell.id, None)
        self.loop(cell.id, live)
        self._choose_instead(cell, run, live.id, attempts[cell.id])

    def _with_results(self, session: Session, cell_id: str, run: Run, results: Sequence[str], model: object) -> Onward:
        return answering(session, cell_id, chosen_runs(session, self.attempts_of(session)), run, results, model)

    def _unanswerable(self, cell: Cell, run: Run, attempts: Mapping[str, Sequence[Run]], *, beside: bool) -> str:
        """Why results are not sent; empty where they are."""
        results, calls = self.tab.results.get(run.id, ()), open_calls(run)
        if not calls or len(results) != len(calls):
            return "Not sent: each call of this answer needs a result of its own."
        runs = attempts[cell.id]
        above = self.session.cells[: edits.position(self.session, cell.id)]
        waits = [chosen(one, attempts.get(one.id, ())) for one in above if one.kind == "prompt" and not one.excluded]
        if last_step(run, runs).live or any(self.loops(step) for step in steps_to(last_step(run, runs), runs)):
            return "This answer goes on already. Stop it, or wait, then send other results."
        if any(one is not None and one.live for one in waits):
            return "An answer above is still being written. Stop it, or wait, then send the results."
        return "" if beside else hindered(self.tab.hindrances)

    def _choose_instead(self, cell: Cell, run: Run, new_id: str, runs: Sequence[Run]) -> None:
        """Where an attempt was chosen, or stood beside others, the one that takes its place does."""
        former = last_step(run, runs).id
        if cell.compared:
            known = {one.id: last_step(one, runs).id for one in runs}
            beside = [new_id if known.get(one) == former else one for one in cell.compared]
            keep = new_id if known.get(cell.chosen or "") == former else cell.chosen
            self.edit(lambda session: edits.compare(session, cell.id, beside, keep=keep))
        elif cell.chosen:
            self.edit(lambda session: edits.choose(session, cell.id, None))

    def _now(self, run: Run) -> Run:
        live = self.doors.runner.live(run.id) if run.live else None
        return live.run if live else run


def _known(results: Sequence[str | None]) -> tuple[str, ...]:
    """The results, or none where one is missing: a call that stays open would be refused."""
    known = tuple(result for result in results if result is not None)
    return known if len(known) == len(results) else ()
