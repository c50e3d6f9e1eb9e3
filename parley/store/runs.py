"""Runs, from before they are sent to long after: begun, journaled, finished, read back."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, or_, select, update

from parley.errors import Conflict, Missing, StoreError
from parley.money import Booked
from parley.notebook import LIVE, Outcome, Run, Timings
from parley.reply import Reply
from parley.store import words
from parley.store.documents import UnpackedLists, squeezed, unsqueezed
from parley.store.part import AnyRow, Part, chunks, fetching, now, put, to_micros
from parley.store.processes import SIGN_EVERY, Process, is_alive, this_process
from parley.store.removed_costs import settle_removed
from parley.store.rows import (
    UNREADABLE,
    Fetch,
    answered,
    asked,
    in_pico,
    messages_of,
    paid,
    read_or_none,
    reply_document,
    rest_of,
)
from parley.store.schema import bodies, live, processes, runs, segments
from parley.store.shelf import Shelf

MOST_RAW = 8 * 2**20
"""Compressed bytes of raw events kept of one run; what comes after is not kept, and `events_truncated` says so."""
_BOOKED = ("provider", "prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens")
DAMAGED = "What is stored of this request, or of its answer, is damaged and cannot be read. Its line stays, and can be deleted."
RawEvents = Sequence[tuple[float, str]]
"""Milliseconds since the run was queued, and the event's text as it came."""


class Runs(Part):
    """The ledger's writing side, and whole runs."""

    def _register(self) -> None:
        """Say which process is at work; `interrupt_orphans` of any other looks here."""
        self._process = this_process(now())
        self._signed = self._process.seen
        self._shelf = Shelf()
        with self._database.writing() as connection:
            connection.execute(insert(processes).values(**self._process._asdict()))

    def _unregister(self) -> None:
        with self._database.writing() as connection:
            connection.execute(processes.delete().where(processes.c.id == self._process.id))

    def begin(self, run: Run, *, worst: Decimal | None = None, owner: str = "") -> None:
        """Commit a run before it is sent; `owner` stands for `run.owner` where that is empty. `worst` are the dollars that it may cost
        at most, which the caps count until its cost is known.

        Raises Conflict when a run of this id was begun before: whoever asked must not send it again.
        """
        with self._writing() as connection:
            self._put_new(connection, run, owner or run.owner, worst=worst)

    def journal(
        self,
        run_id: str,
        reply: Reply,
        events: RawEvents = (),
        *,
        timings: Timings | None = None,
        outcome: Outcome = "running",
        owner: str = "",
    ) -> None:
        """Put on disk what has come so far: the reply in place of the one before, the raw events after those before.

        Raises Missing when this owner has no live run of this id.
        """
        document = reply_document(reply, growing=True)
        with self._writing() as connection:
            row = _row(connection, run_id, owner, lock=True)
            if row is None or row.outcome not in LIVE:
                raise Missing("There is no such run on its way.")
            columns = answered(reply, timings or Timings(), row.model_asked)
            _update(connection, row, outcome=outcome, **columns)
            body = {"reply": put(connection, owner, document)}
            connection.execute(update(bodies).where(bodies.c.run == row.sequence).values(body))
            append_events(connection, row, events)

    def finish(self, run: Run, events: RawEvents = (), *, owner: str = "") -> None:
        """Write a run's final state and its last raw events. Doing so twice changes nothing more.

        A run that could not be begun (the disk was full) is stored whole.
        """
        whose = owner or run.owner
        with self._database.reading() as connection:
            begun = _row(connection, run.id, whose) is not None
        if not begun:
            self.begin(run.model_copy(update={"outcome": "running"}), owner=whose)
        with self._writing() as connection:
            row = _row(connection, run.id, whose, lock=True)
            if row is None:
                raise Missing("This run was deleted while it was on its way.")
            if row.outcome in LIVE or (row.outcome == "interrupted" != run.outcome):
                append_events(connection, row, events)
            ((_, before),) = words.stored_words(connection, runs.c.sequence == row.sequence)
            _update(
                connection,
                row,
                outcome=run.outcome,
                failure_kind=run.failure.kind if run.failure else None,
                **answered(run.reply, run.timings, row.model_asked),
                **paid(run.money),
            )
            documents = {"reply": reply_document(run.reply), "rest": rest_of(run)}
            body = {name: put(connection, whose, document) for name, document in documents.items()}
            connection.execute(update(bodies).where(bodies.c.run == row.sequence).values(body))
            words.replace(connection, row.sequence, before, words.words_of(run)._replace(prompt=before.prompt))

    def settle(self, run_id: str, booked: Booked, *, owner: str = "") -> Run | None:
        """Keep what was booked for an ended run, beside what its answer said; gives the run as it is now. Of one that was removed for
        good, and whose cost nobody knew, the cost is counted, and None given.

        Its outcome, its answer and its events stay as they are; the ledger shows booked tokens and provider where the answer,
        stopped or cut off, named none. Raises Missing, StoreError for a damaged one.
        """
        with self._writing() as connection:
            row = _row(connection, run_id, owner, lock=True)
            if row is None and settle_removed(connection, owner, run_id, in_pico(booked.cost)):
                return None
            if row is None or row.outcome in LIVE:
                raise Missing("There is no such run that has ended.")
            before = _whole(connection, row)
            run = before.model_copy(update={"money": before.money.settled(booked), "booked": booked})
            named = {name: getattr(booked, name) for name in _BOOKED if getattr(row, name) is None}
            _update(connection, row, **paid(run.money), **named)
            body = {"rest": put(connection, owner, rest_of(run))}
            connection.execute(update(bodies).where(bodies.c.run == row.sequence).values(body))
        return run

    def unsettled(self, connection_name: str, since: datetime, *, most: int = 200) -> tuple[tuple[str, str, str], ...]:
        """Ended runs over a connection, from a moment on, whose cost nobody has asked for with success, the latest first:
        id, owner and generation id of each."""
        wanted = and_(
            runs.c.created >= to_micros(since),
            runs.c.connection == connection_name,
            runs.c.generation_id.is_not(None),
            runs.c.deleted.is_(None),
            runs.c.outcome.not_in(LIVE),
            or_(runs.c.cost_source.is_(None), runs.c.cost_source != "audited"),
        )
        columns = (runs.c.id, runs.c.owner, runs.c.generation_id)
        query = select(*columns).where(wanted).order_by(runs.c.sequence.desc()).limit(most)
        with self._database.reading() as connection:
            return tuple((row.id, row.owner, row.generation_id) for row in connection.execute(query))

    def run(self, run_id: str, *, owner: str = "") -> Run:
        """The whole run, its request exactly as it was sent. Raises Missing, StoreError for a damaged one."""
        with self._database.reading() as connection:
            there = and_(runs.c.owner == owner, runs.c.id == run_id, runs.c.deleted.is_(None))
            row = connection.execute(runs_with_bodies().where(there)).first()
            if row is None:
                raise Missing("There is no such run.")
            return _readable(row, fetching(connection, owner))

    def whole(self, run_ids: Iterable[str], *, owner: str = "") -> dict[str, Run]:
        """Whole runs by id, as `run` gives each; a message that was sent with several is one value. Raises Missing, StoreError."""
        wanted, found = list(run_ids), dict[str, Run]()
        with self._database.reading() as connection:
            fetch = fetching(connection, owner)
            sent = messages_of(fetch)
            for some in chunks(wanted):
                there = and_(runs.c.owner == owner, runs.c.id.in_(some), runs.c.deleted.is_(None))
                rows = connection.execute(runs_with_bodies().where(there))
                found.update((row.id, _readable(row, fetch, sent)) for row in rows)
        if found.keys() != set(wanted):
            raise Missing("There is no such run.")
        return found

    def events(self, run_id: str, *, owner: str = "") -> tuple[tuple[float, str], ...]:
        """The raw events as they came, each with its milliseconds, but for damaged ones. Raises Missing."""
        with self._database.reading() as connection:
            row = _row(connection, run_id, owner)
            if row is None or row.deleted is not None:
                raise Missing("There is no such run.")
            query = select(segments.c.body).where(segments.c.run == row.sequence).order_by(segments.c.number)
            found = connection.scalars(query).all()
        return tuple(event for body in found for event in _events_in(body))

    def events_truncated(self, run_id: str, *, owner: str = "") -> bool:
        """Whether raw events of this run were left out because they were too many. Raises Missing."""
        with self._database.reading() as connection:
            row = _row(connection, run_id, owner)
            if row is None or row.deleted is not None:
                raise Missing("There is no such run.")
            query = select(func.count()).where(segments.c.run == row.sequence, segments.c.truncated.is_(True))
            return bool(connection.scalar(query))

    def attempts(
        self, session_id: str, *, inherited: Sequence[str] = (), owner: str = ""
    ) -> dict[str, tuple[Run, ...]]:
        """The runs of each cell of a session, oldest first, for a page that shows them; a fork has `inherited` ones, too.

        Their requests are the settings without the messages, which in a long session would be most of the work;
        `run(id)` has the exact request. Runs that have ended are read from the database once; damaged ones are left out.
        """
        with self._database.reading() as connection:
            rows = _attempts(connection, owner, session_id, inherited)
            at_hand = self._shelf.get((sequence, revision) for sequence, revision, _ in rows)
            at_hand |= self._loaded(connection, owner, [sequence for sequence, *_ in rows if sequence not in at_hand])
        found: dict[str, list[Run]] = {}
        for sequence, _, cell_id in rows:
            if sequence in at_hand:
                found.setdefault(cell_id, []).append(at_hand[sequence])
        return {cell_id: tuple(several) for cell_id, several in found.items()}

    def interrupt_orphans(self) -> int:
        """Mark the live runs of processes that have died as interrupted; says how many. What they journaled stays.

        Runs of a process that is alive, in this store or another one, are left alone.
        """
        with self._database.writing() as connection:
            at_work = {row.id for row in connection.execute(select(processes)) if is_alive(_process_of(row), now())} | {
                self._process.id
            }
            under_way = select(runs.c.sequence, runs.c.process, runs.c.revision).where(live)
            orphans = [row for row in connection.execute(under_way) if row.process not in at_work]
            for row in orphans:
                _update(connection, row, outcome="interrupted")
                words.answer_ended(connection, row.sequence)
            connection.execute(processes.delete().where(processes.c.id.not_in(sorted(at_work))))
        return len(orphans)

    def _put_new(
        self, connection: Connection, run: Run, whose: str, *, worst: Decimal | None = None, adopted: int | None = None
    ) -> AnyRow:
        """A run that is not here yet, however far it has come; gives its row. One from elsewhere is `adopted` at a moment.

        Raises Conflict.
        """
        if _row(connection, run.id, whose, lock=True) is not None:
            raise Conflict("This run was begun before; it is not sent a second time.")
        request = asked(run)
        columns = {
            **request.columns,
            **answered(run.reply, run.timings, request.columns["model_asked"]),
            **paid(run.money),
            "worst_pico": None if worst is None else in_pico(worst),
            "owner": whose,
            "process": self._process.id,
            "revision": 1,
            "outcome": run.outcome,
            "failure_kind": run.failure.kind if run.failure else None,
            "adopted": adopted,
        }
        row = connection.execute(insert(runs).values(columns).returning(runs.c.sequence, runs.c.owner)).one()
        documents = {
            "request": request.settings,
            "messages": request.messages,
            "reply": reply_document(run.reply),
            "rest": rest_of(run),
        }
        stored = {name: put(connection, whose, document) for name, document in documents.items()}
        connection.execute(insert(bodies).values(run=row.sequence, owner=whose, **stored))
        words.add(connection, row.sequence, words.words_of(run))
        return row

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A write, and now and then a sign of life for processes on other machines."""
        with self._database.writing() as connection:
            moment = now()
            if moment - self._signed > SIGN_EVERY:
                mine = processes.c.id == self._process.id
                connection.execute(update(processes).where(mine).values(seen=moment))
                self._signed = moment
            yield connection

    def _loaded(self, connection: Connection, owner: str, sequences: Sequence[int]) -> Iterator[tuple[int, Run]]:
        fetch = fetching(connection, owner)
        for some in chunks(sequences):
            for row in connection.execute(runs_with_bodies().where(runs.c.sequence.in_(some))):
                run = read_or_none(row, fetch, with_messages=False)
                if run is None:
                    continue
                if not run.live:
                    self._shelf.put(row.sequence, row.revision, run, size=len(row.reply))
                yield row.sequence, run


def runs_with_bodies() -> Select[Any]:
    columns = (bodies.c.request, bodies.c.messages, bodies.c.reply, bodies.c.rest)
    return select(runs, *columns).join_from(runs, bodies, bodies.c.run == runs.c.sequence)


def _attempts(
    connection: Connection, owner: str, session_id: str, inherited: Sequence[str]
) -> list[tuple[int, int, str]]:
    """Sequence, revision and cell of each, in the order in which they were begun."""
    there = and_(runs.c.owner == owner, runs.c.deleted.is_(None), runs.c.cell_id.is_not(None))
    query = select(runs.c.sequence, runs.c.revision, runs.c.cell_id).where(there)
    queries = [query.where(runs.c.session_id == session_id)]
    queries += [query.where(runs.c.id.in_(some)) for some in chunks(inherited)]
    found = {row[0]: (row[0], row[1], row[2]) for one in queries for row in connection.execute(one)}
    return [found[sequence] for sequence in sorted(found)]


def _row(connection: Connection, run_id: str, owner: str, *, lock: bool = False) -> AnyRow | None:
    """The ledger's row; a write locks it, where the database does not give whole transactions one after the other."""
    query = select(runs).where(runs.c.owner == owner, runs.c.id == run_id)
    return connection.execute(query.with_for_update() if lock else query).first()


def _whole(connection: Connection, row: AnyRow) -> Run:
    full = connection.execute(runs_with_bodies().where(runs.c.sequence == row.sequence)).one()
    return _readable(full, fetching(connection, row.owner))


def _readable(row: AnyRow, fetch: Fetch, sent: UnpackedLists | None = None) -> Run:
    run = read_or_none(row, fetch, sent=sent)
    if run is None:
        raise StoreError(DAMAGED)
    return run


def _events_in(body: bytes) -> RawEvents:
    try:
        return [(ms, raw) for ms, raw in json.loads(unsqueezed(body))]
    except UNREADABLE:
        return ()


def _update(connection: Connection, row: AnyRow, **columns: Any) -> None:
    """Change the ledger's row; a new revision tells every process that what it has at hand is old."""
    mine = runs.c.sequence == row.sequence
    connection.execute(update(runs).where(mine).values(revision=row.revision + 1, **columns))


def append_events(connection: Connection, row: AnyRow, events: RawEvents) -> None:
    """One more segment, or a mark that there would have been one."""
    if not events:
        return
    mine = segments.c.run == row.sequence
    cut = func.count().filter(segments.c.truncated)
    size = func.coalesce(func.sum(func.length(segments.c.body)), 0)
    count, kept, truncated = connection.execute(select(func.count(), size, cut).where(mine)).one()
    if truncated:
        return
    body = squeezed(json.dumps([list(event) for event in events], separators=(",", ":")).encode())
    full = kept + len(body) > MOST_RAW
    values = (
        {"events": 0, "truncated": True, "body": squeezed(b"[]")}
        if full
        else {"events": len(events), "truncated": False, "body": body}
    )
    connection.execute(insert(segments).values(run=row.sequence, number=count + 1, owner=row.owner, **values))


def _process_of(row: AnyRow) -> Process:
    return Process(**row._mapping)
