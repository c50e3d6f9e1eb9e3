"""Settling: what an answer cost is asked for once it is booked, in the background, and written beside what the answer said.

An answer that was stopped or cut off never says what it cost, and what a complete one says may differ from what is booked.
Source: GET /generation, which knows an answer some 15 s after its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple, Protocol, runtime_checkable

from parley.errors import ParleyError, StoreUnavailable
from parley.money import Booked, booked_of
from parley.notebook import Run
from parley.runs.faults import log_where

BOOKED = "gen-"
"""What the ids of answers begin with that OpenRouter, or a server like it, books; nobody else is asked."""
AT_ONCE = 4
"""Answers that are asked for at the same time."""
FIRST_ASK = 1.0
"""Seconds after the end of a run before its cost is asked for: no answer is booked earlier."""
_PAUSES = (1.0, 5.0, 30.0)


@runtime_checkable
class Books(Protocol):
    """A client that can be asked what was booked, and waits until it is."""

    async def generation(self, id: str) -> dict[str, Any]: ...


@runtime_checkable
class Ledger(Protocol):
    """What settling needs of the store."""

    def settle(self, run_id: str, booked: Booked, *, owner: str = "") -> Run | None: ...


class Unsettled(NamedTuple):
    """A run that has ended, and under which id its cost is asked for."""

    run_id: str
    owner: str
    generation_id: str

    @classmethod
    def of(cls, run: Run) -> Unsettled | None:
        """None where there is nothing to ask for."""
        booked_as = run.reply.generation_id or ""
        return cls(run.id, run.owner, booked_as) if booked_as.startswith(BOOKED) else None


class Settling:
    """Asks on the loop of whoever owns it. It holds a client, and so its key, for no longer than it asks."""

    def __init__(self, ledger: Ledger, first_ask: float = FIRST_ASK) -> None:
        self._ledger, self._first_ask = ledger, first_ask
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, what: Unsettled, client: Books, settled: Callable[[Run | None], None]) -> None:
        """Ask in the background; `settled` gets the run as it is written then, or None when nothing is known of it, or it was
        removed for good meanwhile.

        To be called on the loop.
        """
        self._begin(self._ask(what, client, settled))

    async def end(self) -> None:
        """Let go of everything that is not settled yet."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, what: Unsettled, client: Books, settled: Callable[[Run | None], None]) -> None:
        run: Run | None = None
        try:
            await asyncio.sleep(self._first_ask)
            async with self._turns:
                record = await client.generation(what.generation_id)
            booked = booked_of(record)
            run = await self._written(what, booked) if booked is not None else None
        except ParleyError:
            pass  # Nobody waits for it: not booked, no such route, or deleted meanwhile. The next start asks once more.
        except Exception as error:
            log_where(what.run_id, error)
        finally:
            settled(run)

    async def _written(self, what: Unsettled, booked: Booked) -> Run | None:
        write = partial(self._ledger.settle, what.run_id, booked, owner=what.owner)
        for pause in _PAUSES:
            try:
                return await asyncio.to_thread(write)
            except StoreUnavailable:
                await asyncio.sleep(pause)
        return await asyncio.to_thread(write)
