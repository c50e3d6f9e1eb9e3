"""Attempts that come of others: cells run again in their order, and an answer gone on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.attempt.replay import Planned, Which
from components.budget.waiting import Again
from components.desk.looping import steps_of
from components.desk.running import Running
from components.notebook.asking import added_to, continuing, hindered, request_for
from parley.budget import Forecast
from parley.budget.guard import worst_in_turn
from parley.errors import Conflict, Missing, OverBudget, ParleyError
from parley.notebook import Run, chosen_runs, edits, template_for, variables
from parley.notebook.merging import but_for_choices
from parley.notebook.replaying import Step, estimate, plan
from parley.request import ChatRequest
from parley.runs import LiveRun, RunSequence

FORETOLD = 100
"""Cells for which the worst case is told before anybody decides: each of them reads all that is above it."""


class Replaying(Running):
    """What one tab makes of attempts that it has."""

    followed: tuple[int, str, bool] | None = None
    """How the sequence stood when this run of the page began: what it did since is not on the page."""

    @property
    def sequence(self) -> RunSequence | None:
        """The cells that are run one after another in this session, while they are, and where they broke off, until that was read."""
        return self.doors.runner.sequences.of(self.session.id)

    def follow(self) -> None:
        """Take over which attempts a sequence chose, and let it go where it went to its end; before attempts are read."""
        sequence = self.sequence
        if sequence is None:
            return
        self.followed = sequence.state
        whole, theirs = sequence.ended and not sequence.why, self.doors.store.session(self.session.id)
        if but_for_choices(theirs) == but_for_choices(self.session):
            self.tab.session = edits.with_box_of(theirs, self.session)
        if whole:
            self.let_go()

    def let_go(self) -> None:
        """Callback: how the sequence ended was read."""
        self.doors.runner.sequences.let_go(self.session.id)

    def planned(self, cell_id: str, which: Which, settings: ChatRequest) -> Planned:
        """What Run from here would send, and about what it costs. Raises KeyError for a cell that is not here any more."""
        attempts = self.attempts()
        steps = plan(self.session, cell_id, attempts, settings=settings if which == "present" else None)
        told = estimate(steps, self.doors.catalog(self.connection), self.doors.model(self.connection))
        texts = tuple(edits.cell_of(self.session, step.cell_id).text for step in steps)
        hindrance = self.busy(attempts) or (hindered(self.tab.hindrances) if which == "present" else "")
        empty = tuple(name for name in variables(self.session) if not self.session.variables.get(name))
        most = worst_in_turn(self._in_turn(steps, attempts))(None) if len(steps) <= FORETOLD else None
        formerly = {step.former.connection for step in steps if step.former is not None and which == "original"}
        return Planned(steps, texts, told, hindrance, empty, sorted(formerly - {self.connection.name}), most)

    def replay(self, steps: Sequence[Step]) -> None:
        """Run these cells one after another, whatever becomes of this page: each is asked what it says when its turn comes. One that
        was deleted meanwhile is left out."""
        again = Again("replay", steps[0].cell_id)
        try:
            attempts, left = self.attempts(), self._still_here(steps)
            if why_not := self.busy(attempts) if left else "Not run again: these cells were deleted meanwhile.":
                self.tab.let_through = self.tab.held = None
                self.tab.notices.append(why_not)
                return
            with self.deciding():
                self._replay(left, attempts, again)
        except ParleyError as error:
            self.tab.notices.append(f"Not sent: {error}")

    def _replay(self, steps: Sequence[Step], attempts: Mapping[str, Sequence[Run]], again: Again) -> None:
        doors, session_id, sent_anyway = self.doors, self.session.id, self.tab.let_through == again
        if self.hold(lambda: self._in_turn(steps, attempts), again, steps):
            return
        settings = {step.cell_id: step.settings for step in steps}
        excluded = {cell.id for cell in self.session.cells if cell.excluded}
        send, usual = doors.sender(self.connection), doors.model(self.connection)
        watch = None if sent_anyway else self.watch(steps)

        def begin(cell_id: str) -> LiveRun | None:
            session = doors.store.session(session_id)
            cell = next((cell for cell in session.cells if cell.id == cell_id), None)
            if cell is None or cell.kind != "prompt" or (cell.excluded and cell_id not in excluded):
                return None
            replies = chosen_runs(session, self.attempts_of(session))
            request = request_for(session, cell_id, settings[cell_id], replies, usual)
            with doors.purse.deciding:
                if watch is not None:
                    watch(cell_id, request)
                live = send(
                    request,
                    session_id=session_id,
                    cell_id=cell_id,
                    template=template_for(session, cell_id, replies),
                    added=added_to(request, settings[cell_id]),
                )
            self._choose_newest(session_id, cell_id)
            return live

        doors.runner.sequences.play(session_id, list(settings), begin, self.follower(steps))

    def hold_what_is_left(self) -> None:
        """Where a sequence broke off because its next step may cost more than is left: hold back the rest of it, as a whole, in every tab
        until one of them says what becomes of it."""
        sequence = self.sequence
        error = sequence.error if sequence is not None and sequence.ended else None
        if not isinstance(error, OverBudget):
            self.tab.held = None if self.tab.held is not None and self.tab.held.left else self.tab.held
            return
        rest = self._still_here([step for step in error.rest if isinstance(step, Step)])
        if rest and self.tab.held is None:
            attempts = self.attempts()
            self.hold(lambda: self._in_turn(rest, attempts), Again("replay", rest[0].cell_id), rest)
            self.tab.held = self.tab.held._replace(left=True) if self.tab.held is not None else None

    def leave_held(self) -> None:
        if self.tab.held is not None and self.tab.held.left:
            self.let_go()
        super().leave_held()

    def go_on(self, cell_id: str, settings: ChatRequest, beginning: str = "") -> None:
        """Send the cell's prompt with its chosen answer, or another `beginning` of one; what comes is put after that, as a further
        attempt."""
        try:
            attempts = self.attempts()
            if why_not := self.hindrance(cell_id, attempts):
                self.tab.notices.append(why_not)
                return
            replies = chosen_runs(self.session, attempts)
            model = self.doors.model(self.connection)
            request, prefill = continuing(self.session, cell_id, settings, replies, model, beginning)
            with self.deciding():
                again = Again("go on", cell_id, beginning=beginning)
                if self.hold(lambda: [self.doors.forecast(request, self.connection)], again):
                    return
                template, added = template_for(self.session, cell_id, replies), added_to(request, settings)
                self.loop(
                    cell_id,
                    self.doors.send(
                        self.session,
                        cell_id,
                        request,
                        self.connection,
                        template=template,
                        added=added,
                        prefill=prefill,
                        **steps_of(replies.get(cell_id)),
                    ),
                )
            if edits.cell_of(self.session, cell_id).chosen:
                self.choose(cell_id, None)
        except ParleyError as error:
            self.tab.notices.append(f"Not sent: {error}")

    def _still_here(self, steps: Sequence[Step]) -> list[Step]:
        here = {cell.id for cell in self.session.cells}
        return [step for step in steps if step.cell_id in here]

    def _in_turn(self, steps: Sequence[Step], attempts: Mapping[str, Sequence[Run]]) -> list[Forecast]:
        return [one for step in steps for one in self.forecasts(step.cell_id, [step.settings], attempts)]

    def _choose_newest(self, session_id: str, cell_id: str) -> None:
        """On whichever thread: other tabs may save at the same moment."""
        while True:
            try:
                session = self.doors.store.session(session_id)
                if edits.cell_of(session, cell_id).chosen:
                    self.doors.store.save(edits.choose(session, cell_id, None))
                return
            except Conflict:
                continue
            except (KeyError, Missing):
                return
