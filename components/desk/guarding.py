"""The budget of one tab: what may cost more than is left is held back, with the ways out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from components.budget.waiting import Again, HeldBack
from components.desk.saving import Saving
from parley.budget import Forecast, held, limited
from parley.budget.guard import worst_in_turn, worst_of
from parley.errors import OverBudget, ParleyError
from parley.notebook import Session, edits
from parley.notebook.lanes import with_overrides
from parley.notebook.replaying import Step
from parley.request import ChatRequest

PATIENCE = 5.0
"""Seconds that a send under a cap waits for prices that are on their way, before it is held back for not knowing them."""


class Guarding(Saving):
    """What one tab may spend."""

    @contextlib.contextmanager
    def deciding(self) -> Iterator[None]:
        """Around `hold` and what is sent then: what two tabs ask for at the same moment is compared one after the other."""
        with self.doors.purse.deciding if self.doors.caps().any else contextlib.nullcontext():
            yield

    def hold(
        self,
        told: Callable[[], Sequence[Forecast]],
        again: Again,
        steps: Sequence[Step] = (),
        session_id: str | None = None,
    ) -> bool:
        """Whether requests of which this is `told` are held back, because together they may cost more than is left; the page then
        says so.

        Those of a replay are sent one after another, each with the answers of those before it; one that is repeated is sent as it
        was, so its answer cannot be made shorter. What somebody let through is not held, once.
        """
        let_through, self.tab.let_through, self.tab.held = self.tab.let_through, None, None
        caps, owner = self.doors.caps(), self.session.id if session_id is None else session_id
        if let_through == again or not caps.any:
            return False
        tariff = self.doors.tariff(self.connection)
        forecasts = tariff.known(told, PATIENCE)
        worst = worst_in_turn(forecasts) if again.act == "replay" else worst_of(forecasts)
        why = held(forecasts, self.doors.standing(owner, tariff, caps), worst)
        if why is not None and again.act == "repeat":
            why = why.model_copy(update={"fits": None})
        self.tab.held = HeldBack(why, again, owner, tuple(steps)) if why else None
        return why is not None

    def watch(self, steps: Sequence[Step]) -> Callable[[str, ChatRequest], None]:
        """For steps that are sent later, on whichever thread: raises OverBudget for a cell whose request may cost more than is left then,
        of the caps as they are then."""
        doors, session_id = self.doors, self.session.id
        capping, tariff = doors.capping(), doors.tariff(self.connection)

        def look(cell_id: str, request: ChatRequest) -> None:
            caps = capping()
            if not caps.any:
                return
            told = tariff.known(lambda: [tariff.forecast(request)], PATIENCE)
            if why := held(told, doors.standing(session_id, tariff, caps)):
                place = [step.cell_id for step in steps].index(cell_id)
                raise OverBudget(why.sentence, steps[place:])

        return look

    def try_again(self) -> None:
        """Callback: compare it once more, now that its price may have come."""
        if (back := self.tab.held) is not None:
            self._keep_typed_here()
            self._again(back)

    def raise_cap(self, to: Decimal) -> None:
        """Callback: raise the cap that holds it, and try again. One that is higher already, or was taken away, stays so."""
        back = self.tab.held
        if back is None:
            return
        self._keep_typed_here()
        caps = self.doors.caps()
        now: Decimal | None = getattr(caps, back.why.cap)
        try:
            if now is not None and now < to:
                self.doors.keep_caps(caps.raised(back.why.cap, to))
        except ParleyError as error:
            self.tab.notices.append(f"Not saved: {error}")
        else:
            self._again(back)

    def lower_answer(self) -> None:
        """Callback: set `max_completion_tokens` so low that it fits, wherever it is set, and try again."""
        back = self.tab.held
        if back is None or back.why.fits is None:
            return
        limit = back.why.fits
        if back.again.act == "replay":
            steps = tuple(step._replace(settings=limited(step.settings, limit)) for step in back.steps)
            self._again(back._replace(steps=steps))
            return
        self.keep_typed()
        try:
            self.edit(lambda session: _limited(session, limit))
        except ParleyError as error:
            self.tab.notices.append(f"Not saved: {error}")
            return
        self.tab.refill = True
        self._again(back)

    def send_anyway(self) -> None:
        """Callback: send it this once, whatever it costs."""
        if (back := self.tab.held) is not None:
            self._keep_typed_here()
            self.tab.let_through = back.again
            self._again(back)

    def leave_held(self) -> None:
        """Callback: it stays unsent; a prompt stays in its cell."""
        self.tab.held = None

    def _keep_typed_here(self) -> None:
        """History has nothing typed in a session, and perhaps no session."""
        if self.tab.held is not None and self.tab.held.again.act != "repeat":
            self.keep_typed()

    def _again(self, back: HeldBack) -> None:
        """Have it done as soon as the settings are known."""
        self.tab.held = None
        act, place, times, beginning = back.again
        self.tab.bench.to_bring = place
        if act == "run":
            self.tab.bench.to_run = place
        elif act == "times":
            self.tab.times = (place, times)
        elif act == "go on":
            self.tab.going_on = (place, beginning)
        elif act == "answer":
            self.tab.answering = place
        elif act == "repeat":
            self.tab.asked_of = (place, "again")
        else:
            self.tab.replaying = back.steps


def _limited(session: Session, limit: int) -> Session:
    """The sidebar with a limit, and those lanes that have one of their own."""
    session = edits.with_settings(session, limited(session.settings, limit))
    for lane in session.lanes:
        if {"max_completion_tokens", "max_tokens"} & set(lane.overrides.sent_keys()):
            session = with_overrides(session, lane.id, limited(lane.overrides, limit))
    return session
