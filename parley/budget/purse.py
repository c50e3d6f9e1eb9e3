"""The purse: what runs have cost, and what those may cost of which nobody knows it yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from parley.budget.caps import BILLED_THOUGH_FAILED, Caps, Paid, Spent
from parley.budget.forecast import forecast
from parley.budget.guard import Standing
from parley.catalog import Catalog
from parley.notebook import Run

T = TypeVar("T")

KEPT = 4096
"""Runs of which is remembered what they may cost at worst."""
Prices = Callable[[str], Catalog]
"""What the models of a connection charge, by its name."""


class Ledger(Protocol):
    """What a purse needs of the store."""

    def spent(
        self, *, session: str | None = None, since: datetime | None = None, but_for: Collection[str] = ()
    ) -> Paid: ...

    def unpriced(self, run_ids: Sequence[str]) -> Iterable[Run]: ...


class Handle(Protocol):
    """A run that this process began."""

    @property
    def run(self) -> Run: ...
    @property
    def prices(self) -> Catalog: ...
    def kept(self) -> bool: ...


class Runs(Protocol):
    """Who has the handles."""

    def at_hand(self) -> Sequence[Handle]: ...


class Purse:
    """Safe to ask from any thread.

    A run is counted from the moment it is begun: as long as it is alive, in this process or another, and after that while its cost is
    not known, with the most that it may cost. What is at hand here is not looked for in the ledger, which may have it already, or not yet.
    """

    def __init__(self, ledger: Ledger, runs: Runs) -> None:
        self._ledger, self._runs = ledger, runs
        self._known: dict[str, Decimal] = {}
        self._in_vain: dict[str, tuple[str, int]] = {}
        """Over which connection a run went of which nobody could tell it, and how much that had listed."""
        self._lock = threading.Lock()
        self.deciding = threading.RLock()
        """Held from when somebody asks what is left until what may be sent is on its way: what two ask for at once is not sent twice."""

    def standing(self, caps: Caps, session_id: str, prices: Prices) -> Standing:
        """What is left of each cap; what nobody capped is not summed up."""
        if not caps.any:
            return Standing()
        here = [(one.run, one.prices) for one in self._runs.at_hand() if not one.kept()]
        for run, listed in here:
            self.worst(run, listed)
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        mine = [run for run, _ in here if run.session_id == session_id]
        today = [run for run, _ in here if run.created >= midnight]
        session, day = Spent(), Spent()
        if caps.session is not None:
            paid = self._ledger.spent(session=session_id, but_for=[run.id for run in mine])
            session = self._summed(paid, mine, prices)
        if caps.day is not None:
            paid = self._ledger.spent(since=midnight, but_for=[run.id for run in today])
            day = self._summed(paid, today, prices)
        return Standing(caps=caps, session=session, day=day)

    def worst(self, run: Run, prices: Catalog) -> Decimal | None:
        """The most that a run may cost, by the prices that were listed when that was first asked; None where nobody can tell."""
        if run.id in self._known or self._in_vain.get(run.id) == (run.connection, _size(prices)):
            return self._known.get(run.id)
        most = forecast(run.request, prices, at=run.created).most()
        with self._lock:
            if most is None:
                _remember(self._in_vain, run.id, (run.connection, _size(prices)))
            else:
                _remember(self._known, run.id, most)
        return most

    def _summed(self, paid: Paid, here: Sequence[Run], prices: Prices) -> Spent:
        """What is written, and what is at hand."""
        priced = [best[0] for run in here if not run.live and (best := run.money.best)]
        alive = [run.id for run in here if run.live]
        ended = [run.id for run in here if not run.live and not run.money.best and _may_be_billed(run)]
        doubtful = [*ended, *self._looked_at(paid.unpriced, prices)]
        sums = [self._known[one] for one in doubtful if one in self._known]
        waiting = [self._known[one] for one in alive if one in self._known]
        told = len(sums) + len(waiting)
        return Spent(
            cost=paid.cost + sum(priced, Decimal(0)),
            waiting=sum(waiting, Decimal(0)),
            doubtful=paid.doubtful + sum(sums, Decimal(0)),
            doubted=paid.doubted + sum(one > 0 for one in sums),
            unknown=len(alive) + len(doubtful) - told + paid.more,
        )

    def _looked_at(self, run_ids: Sequence[str], prices: Prices) -> Sequence[str]:
        """The same, now that what can be known of them is known."""
        names = [one for one in run_ids if one not in self._known and not self._is_vain(one, prices)]
        for run in self._ledger.unpriced(names) if names else ():
            self.worst(run, prices(run.connection))
        return run_ids

    def _is_vain(self, run_id: str, prices: Prices) -> bool:
        found = self._in_vain.get(run_id)
        return found is not None and found[1] == _size(prices(found[0]))


def _may_be_billed(run: Run) -> bool:
    """Of a run that has ended: see the ledger's own rule."""
    failed_kind = run.failure.kind if run.failure else ""
    return run.outcome != "failed" or run.timings.first_token_ms is not None or failed_kind in BILLED_THOUGH_FAILED


def _size(prices: Catalog) -> int:
    return len(prices) + len(prices.endpoints)


def _remember(kept: dict[str, T], name: str, what: T) -> None:
    """The oldest go first."""
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]
    kept[name] = what
