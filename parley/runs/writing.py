"""Writing a run down, whatever the store makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, Protocol

from parley.budget import forecast
from parley.catalog import Catalog
from parley.errors import DatabaseRefused, StoreError, StoreUnavailable
from parley.money import Money
from parley.notebook import Failure, Run, Timings
from parley.reply import Reply
from parley.request import ChatRequest
from parley.runs.faults import log_where
from parley.runs.live import LiveRun

UNSENT = "Parley could not write this request down, so it was not sent. Change it and try again."
UNWRITABLE = "Parley could not write this answer down."
TEXT_ALONE = "Parley could not write all of this answer down: its text alone is kept."

Told = Literal["taken", "refused for now", "refused"]
"""What the store made of a write: what it refuses for now is worth another try, what it refuses is not."""


class Journal(Protocol):
    """What a Runner needs of the store."""

    def begin(self, run: Run, *, worst: Decimal | None = None) -> None: ...

    def journal(
        self, run_id: str, reply: Reply, events: Sequence[tuple[float, str]] = (), *, timings: Timings, owner: str = ""
    ) -> None: ...

    def finish(self, run: Run, events: Sequence[tuple[float, str]] = ()) -> None: ...


def worst_of(request: ChatRequest, prices: Catalog | None) -> Decimal | None:
    """The dollars that it may cost at most, as of now; None where nobody can tell, which is no reason not to send it."""
    try:
        return None if prices is None else forecast(request, prices, at=datetime.now(UTC)).most()
    except Exception as error:
        log_where("", error)
        return None


async def told_by(live: LiveRun, write: Callable[[], None]) -> Told:
    """What becomes of a write, whatever it raises; a damaged file, too, may be put right while the process lives."""
    try:
        await asyncio.to_thread(write)
    except (StoreUnavailable, DatabaseRefused) as error:
        live.unsaved = str(error)
        return "refused for now"
    except Exception as error:
        log_where(live.id, error)
        live.unsaved = str(error) if isinstance(error, StoreError) else UNWRITABLE
        return "refused"
    live.unsaved = None
    return "taken"


def text_alone(run: Run) -> Run:
    """The run without what others put into it, but for the words."""
    told = None if run.failure is None else Failure(kind=run.failure.kind, message=run.failure.message)
    return run.model_copy(update={"reply": words(run.reply), "failure": told, "money": Money(), "timeline": ()})


def words(reply: Reply) -> Reply:
    return Reply(text=reply.text, reasoning=reply.reasoning, refusal=reply.refusal, notes=(TEXT_ALONE,))
