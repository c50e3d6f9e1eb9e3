"""The schema's history: numbered functions in a list, each applied once, in one transaction, never edited later."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, insert, inspect, select, text, update

from parley.store import first_schema, words
from parley.store.faults import place, too_new
from parley.store.part import get
from parley.store.rows import UNREADABLE
from parley.store.said import fill_said
from parley.store.schema import bodies, migrations, runs
from parley.store.taken_over import fill_taken_over

_ADVISORY_LOCK = 0x50524C59


class Migration(NamedTuple):
    number: int
    name: str
    apply: Callable[[Connection], None]


def _everything_first(connection: Connection) -> None:
    tables = first_schema.metadata.sorted_tables
    first_schema.metadata.create_all(connection, tables=[one for one in tables if one is not first_schema.migrations])


def _values_of_variables(connection: Connection) -> None:
    _to_versions(connection, "variables")


def _lanes(connection: Connection) -> None:
    _to_versions(connection, "lanes")


def _to_versions(connection: Connection, column: str) -> None:
    """One more document; a version without it has NULL there, as all versions from before have."""
    bytes_ = "BLOB" if connection.dialect.name == "sqlite" else "BYTEA"
    connection.execute(text(f"ALTER TABLE versions ADD COLUMN {column} {bytes_}"))


def _marks_and_words(connection: Connection) -> None:
    """Star, rating, comment and tags of a run; indexes that SQLite need not leave; words of prompts and answers."""
    whole = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"
    for statement in _MARKS:
        connection.execute(text(statement))
    connection.execute(text(_TAGS.format(whole=whole)))
    for name, columns in _INDEXED.items():
        connection.execute(text(f"DROP INDEX IF EXISTS runs_by_{name}"))
        kept = f"deleted IS NULL AND {name} IS NOT NULL" if name in ("starred", "rating") else "deleted IS NULL"
        connection.execute(text(f"CREATE INDEX runs_by_{name} ON runs (owner, {columns}, deleted) WHERE {kept}"))
    for statement in _MORE_INDEXES:
        connection.execute(text(statement))
    connection.execute(text(_WORDS if connection.dialect.name == "sqlite" else _WORDS_AS_TEXT))
    words.fill(connection)


def _removal_and_orders(connection: Connection) -> None:
    """What removed runs left behind and what they had cost; the orders by prompt and by comment."""
    whole = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"
    for statement in (_LEFTOVERS, _REMOVED_COSTS.format(whole=whole)):
        connection.execute(text(statement))
    if connection.dialect.name == "sqlite":
        for statement in _ORDERS_OF_TEXTS:
            connection.execute(text(statement))


def _worst_costs(connection: Connection) -> None:
    """The most that a run may cost, from when it was sent, also of removed ones, and of which of these the cost may still come; what
    a provider bills on one's own key. Counts of tokens that no answer has are unknown."""
    whole = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"
    connection.execute(text(f"ALTER TABLE runs ADD COLUMN worst_pico {whole}"))
    for column in ("worst_pico", "doubted"):
        connection.execute(text(f"ALTER TABLE removed_costs ADD COLUMN {column} {whole} NOT NULL DEFAULT 0"))
    connection.execute(text(_AWAITED_COSTS.format(whole=whole)))
    connection.execute(text("ALTER TABLE runs ADD COLUMN upstream TEXT"))
    _bills(connection)
    for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens"):
        connection.execute(text(_COUNTABLE.format(name=name)))


def _bills(connection: Connection) -> None:
    """Those of runs from before there was a column for them; none of a damaged run."""
    query = select(runs.c.sequence, runs.c.owner, bodies.c.rest).join_from(
        runs, bodies, bodies.c.run == runs.c.sequence
    )
    query, last = query.order_by(runs.c.sequence).limit(words.AT_ONCE), 0
    while some := connection.execute(query.where(runs.c.sequence > last)).all():
        for row in some:
            with contextlib.suppress(*UNREADABLE):
                bill = str(get(connection, row.owner, row.rest)["money"]["upstream"])
                connection.execute(update(runs).where(runs.c.sequence == row.sequence).values(upstream=bill))
        last = some[-1].sequence


def _words_of_sessions(connection: Connection) -> None:
    """What stands in the cells of sessions, to be searched."""
    whole = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"
    connection.execute(text(_SESSION_WORDS.format(whole=whole)))
    fill_said(connection)


def _adopted_runs(connection: Connection) -> None:
    """When a run was taken over from elsewhere; of those that are here nothing is known, so they count as one's own."""
    connection.execute(text("ALTER TABLE runs ADD COLUMN adopted BIGINT"))
    connection.execute(text("CREATE INDEX runs_adopted ON runs (owner, deleted) WHERE adopted IS NOT NULL"))


def _answers_taken_over(connection: Connection) -> None:
    """Which answers of others a session took over, as a fork does, to be found under it too."""
    whole = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"
    connection.execute(text(_INHERITED_RUNS.format(whole=whole)))
    connection.execute(text("CREATE INDEX inherited_runs_by_run ON inherited_runs (run_id, session)"))
    fill_taken_over(connection)


def _results_of_tools(connection: Connection) -> None:
    """What answers the calls of tools. Runs may name the one that they follow from here on, which an older Parley would not read."""
    _to_versions(connection, "tooling")


_MARKS = (
    "ALTER TABLE runs ADD COLUMN starred BIGINT",
    "ALTER TABLE runs ADD COLUMN rating BIGINT",
    "ALTER TABLE runs ADD COLUMN comment TEXT",
)
_TAGS = (
    "CREATE TABLE tags (owner TEXT NOT NULL, name TEXT NOT NULL, "
    "run {whole} NOT NULL REFERENCES runs (sequence) ON DELETE CASCADE, PRIMARY KEY (owner, name, run))"
)
_BY_ONE = (
    *("created", "model", "model_asked", "provider", "outcome", "finish_reason", "connection"),
    *("prompt_tokens", "completion_tokens", "cost_source", "first_token_ms", "total_ms", "tokens_per_second"),
    *("starred", "rating"),
)
_INDEXED = {
    **{name: f"{name}, sequence" for name in _BY_ONE},
    "cost_pico": "cost_pico, sequence, prompt_tokens, completion_tokens",
    "sequence": "sequence",
}
_MORE_INDEXES = (
    "CREATE INDEX runs_deleted ON runs (deleted, owner) WHERE deleted IS NOT NULL",
    "CREATE INDEX tags_by_run ON tags (run)",
    "CREATE INDEX sessions_by_title ON sessions (owner, title, sequence)",
)
_WORDS = (
    "CREATE VIRTUAL TABLE words USING fts5("
    "prompt, answer, content='', columnsize=0, prefix='2 3', tokenize=\"unicode61 remove_diacritics 2\")"
)
_WORDS_AS_TEXT = (
    "CREATE TABLE words (rowid BIGINT PRIMARY KEY REFERENCES runs (sequence) ON DELETE CASCADE, "
    "prompt TEXT NOT NULL, answer TEXT NOT NULL)"
)

_LEFTOVERS = (
    "CREATE TABLE leftovers (owner TEXT NOT NULL, hash TEXT NOT NULL, removal TEXT NOT NULL, PRIMARY KEY (owner, hash))"
)
_REMOVED_COSTS = (
    "CREATE TABLE removed_costs (owner TEXT NOT NULL, session_id TEXT NOT NULL, hour {whole} NOT NULL, "
    "cost_pico {whole} NOT NULL, unknown {whole} NOT NULL, PRIMARY KEY (owner, session_id, hour))"
)
_ORDERS_OF_TEXTS = (
    "CREATE INDEX runs_by_prompt ON runs (owner, prompt, sequence, deleted) WHERE deleted IS NULL",
    "CREATE INDEX runs_by_comment ON runs (owner, comment, sequence, deleted) "
    "WHERE deleted IS NULL AND comment IS NOT NULL",
)
"""Not in PostgreSQL, whose indexes take no text as long as a comment may be; it sorts."""
_AWAITED_COSTS = (
    "CREATE TABLE awaited_costs (owner TEXT NOT NULL, run_id TEXT NOT NULL, session_id TEXT NOT NULL, hour {whole} NOT NULL, "
    "worst_pico {whole}, PRIMARY KEY (owner, run_id))"
)
_COUNTABLE = "UPDATE runs SET {name} = NULL WHERE {name} > 1000000000000"
_SESSION_WORDS = (
    "CREATE TABLE session_words ("
    "session {whole} PRIMARY KEY REFERENCES sessions (sequence) ON DELETE CASCADE, said TEXT NOT NULL)"
)
_INHERITED_RUNS = (
    "CREATE TABLE inherited_runs (session {whole} NOT NULL REFERENCES sessions (sequence) ON DELETE CASCADE, "
    "run_id TEXT NOT NULL, PRIMARY KEY (session, run_id))"
)


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "everything first", _everything_first),
    Migration(2, "values of template variables", _values_of_variables),
    Migration(3, "lanes", _lanes),
    Migration(4, "marks and words", _marks_and_words),
    Migration(5, "removal and orders", _removal_and_orders),
    Migration(6, "worst costs", _worst_costs),
    Migration(7, "words of sessions", _words_of_sessions),
    Migration(8, "adopted runs", _adopted_runs),
    Migration(9, "answers taken over", _answers_taken_over),
    Migration(10, "results of tools", _results_of_tools),
)


def migrate(engine: Engine, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the database to the newest schema; a process that dies in between leaves the old one or the new one.

    Several processes may start at once: each step is looked for again inside the transaction that applies it.
    Raises DatabaseRefused when the database is newer than `steps`.
    """
    with engine.connect() as connection:
        if version_of(connection) == steps[-1].number:
            return
    for step in steps:
        with engine.connect().execution_options(parley_write=True) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            version = version_of(connection)
            if version > steps[-1].number:
                raise too_new(place(engine.url))
            if version < step.number:
                _apply(connection, step)


def version_of(connection: Connection) -> int:
    """The number of the last migration applied, 0 for an empty database."""
    if not inspect(connection).has_table(migrations.name):
        return 0
    return connection.scalar(select(func.max(migrations.c.number))) or 0


def _apply(connection: Connection, step: Migration) -> None:
    migrations.create(connection, checkfirst=True)
    step.apply(connection)
    now = time.time_ns() // 1000
    connection.execute(insert(migrations).values(number=step.number, name=step.name, applied=now))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {step.number:d}")
