"""The budget at the desk: what would be sent now, in tokens and dollars, and the caps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from components.budget.caps_form import account_words, caps_form, fill_caps
from components.budget.estimate import estimate_line
from components.connection.line import rerun_when
from components.desk import Desk
from components.kept_form import kept_form
from components.notebook.asking import next_said
from parley.notebook import Run, chosen_runs
from parley.request import ChatRequest


def estimated(at: Desk, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
    """Draw what would be sent, once there is something to be sent."""
    said = next_said(at.session, chosen_runs(at.session, attempts))
    if said:
        tariff = at.doors.tariff(at.connection)
        forecasts = [tariff.forecast(way, said) for way in at.ways(settings)]
        estimate_line(forecasts, at.doors.standing(at.session.id, tariff))
        if any(one.waits for one in forecasts):
            rerun_when(lambda: not at.doors.busy(at.connection))


def budget(at: Desk) -> None:
    """How much may be spent, what went of it, and what the server says is left."""
    now, account = at.doors.caps(), at.doors.account(at.connection)
    told = account_words(account.content, at.doors.listings.age(account))
    standing = at.doors.standing("", at.doors.tariff(at.connection), now)
    if account.busy:
        rerun_when(lambda: not at.doors.account(at.connection).busy)
    kept_form(
        at.tab,
        "caps",
        now,
        fill=fill_caps,
        form=partial(caps_form, now, standing, told),
        keep=at.doors.keep_caps,
        saved="Saved: every send is compared with these caps from now on.",
    )
