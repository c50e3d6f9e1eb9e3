"""The tables as they stand, for SQLite and PostgreSQL alike, and how a value meets a column.

Two kinds of rows. The ledger's rows (`runs`, `sessions`) are narrow, so that a page, a sort or a total over a million
of them reads little. What is long (requests, replies, messages, attachments) lies beside them as documents: JSON as
bytes, compressed, in which messages and attachments are references to `blobs`, where each is stored once an owner.

Times are whole microseconds since 1970, UTC; `starred` and `deleted` are such times, too. Every index over kept runs
holds `deleted`, so that SQLite need not look at the row to see that it is NULL. Order comes from `sequence`, never from a clock.

`first_schema` is this page as migration 1 made it; what later migrations changed stands in `migrations`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    TypeDecorator,
    UniqueConstraint,
    and_,
    literal_column,
)
from sqlalchemy import Text as PlainText
from sqlalchemy.engine import Dialect

from parley.store.documents import clean

APPLICATION_ID = 0x50524C59
"""What marks a SQLite file as Parley's, in its header: `PRLY`."""
_LARGEST = 2**63 - 1


class Text(TypeDecorator[str]):
    """Text that every database takes: lone surrogates and NUL become U+FFFD on the way in, in filters too."""

    impl = PlainText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value).replace("\0", "\ufffd")


class Whole(TypeDecorator[int]):
    """A whole number of 64 bits; a server that claims more is held to the largest."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return None if value is None else max(-_LARGEST, min(_LARGEST, int(value)))


SEQUENCE = BigInteger().with_variant(Integer, "sqlite")
metadata = MetaData()


def _owner() -> Column[Any]:
    return Column("owner", Text, nullable=False)


migrations = Table(
    "migrations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("applied", Whole, nullable=False),
)

processes = Table(
    "processes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("boot", Text, nullable=False),
    Column("pid", Whole, nullable=False),
    Column("started", Double, nullable=False),
    Column("seen", Whole, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("size", Whole, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

leftovers = Table(
    "leftovers",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("removal", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    _owner(),
    Column("id", Text, nullable=False),
    Column("session_id", Text),
    Column("cell_id", Text),
    Column("process", Text),
    Column("revision", Whole, nullable=False),
    Column("created", Whole, nullable=False),
    Column("deleted", Whole),
    Column("outcome", Text, nullable=False),
    Column("connection", Text, nullable=False),
    Column("model_asked", Text),
    Column("model_answered", Text),
    Column("model", Text),
    Column("provider", Text),
    Column("finish_reason", Text),
    Column("failure_kind", Text),
    Column("generation_id", Text),
    Column("prompt_tokens", Whole),
    Column("completion_tokens", Whole),
    Column("reasoning_tokens", Whole),
    Column("cached_tokens", Whole),
    Column("cost", Text),
    Column("cost_source", Text),
    Column("cost_pico", Whole),
    Column("first_token_ms", Double),
    Column("total_ms", Double),
    Column("tokens_per_second", Double),
    Column("prompt", Text, nullable=False),
    Column("sent", Text, nullable=False),
    Column("starred", Whole),
    Column("rating", Whole),
    Column("comment", Text),
    Column("worst_pico", Whole),
    Column("upstream", Text),
    Column("adopted", Whole),
    UniqueConstraint("owner", "id"),
    sqlite_autoincrement=True,
)
"""`adopted` is when a run was taken over from a file, a sample or a link: nothing was paid for it from here."""

SORTABLE = (
    "created",
    "model",
    "model_asked",
    "provider",
    "outcome",
    "finish_reason",
    "connection",
    "prompt_tokens",
    "completion_tokens",
    "cost_pico",
    "cost_source",
    "first_token_ms",
    "total_ms",
    "tokens_per_second",
    "prompt",
)
MARKED = ("starred", "rating", "comment")
"""Sortable too, but few runs have them: their indexes hold these few."""
_kept = runs.c.deleted.is_(None)
_SUMMED_TOO = {"cost_pico": (runs.c.prompt_tokens, runs.c.completion_tokens)}
"""With these beside it, this index alone answers for the totals of the whole ledger; no row is read."""
for _name in SORTABLE:
    _columns = (runs.c.owner, runs.c[_name], runs.c.sequence, *_SUMMED_TOO.get(_name, ()), runs.c.deleted)
    Index(f"runs_by_{_name}", *_columns, sqlite_where=_kept, postgresql_where=_kept)
for _name in MARKED:
    _columns = (runs.c.owner, runs.c[_name], runs.c.sequence, runs.c.deleted)
    _few = and_(_kept, runs.c[_name].is_not(None))
    Index(f"runs_by_{_name}", *_columns, sqlite_where=_few, postgresql_where=_few)
Index("runs_by_sequence", runs.c.owner, runs.c.sequence, runs.c.deleted, sqlite_where=_kept, postgresql_where=_kept)
_gone = runs.c.deleted.is_not(None)
Index("runs_deleted", runs.c.deleted, runs.c.owner, sqlite_where=_gone, postgresql_where=_gone)
_adopted = runs.c.adopted.is_not(None)
Index("runs_adopted", runs.c.owner, runs.c.deleted, sqlite_where=_adopted, postgresql_where=_adopted)
Index("runs_by_session", runs.c.owner, runs.c.session_id, runs.c.sequence)
live = runs.c.outcome.in_([literal_column("'queued'"), literal_column("'running'")])
"""Spelled out, because an index over some rows serves only a query that names these rows in the same words."""
Index("runs_live", runs.c.process, sqlite_where=live, postgresql_where=live)

tags = Table(
    "tags",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("run", SEQUENCE, ForeignKey("runs.sequence", ondelete="CASCADE"), primary_key=True, autoincrement=False),
)
Index("tags_by_run", tags.c.run)

removed_costs = Table(
    "removed_costs",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("session_id", Text, primary_key=True),
    Column("hour", Whole, primary_key=True, autoincrement=False),
    Column("cost_pico", Whole, nullable=False),
    Column("unknown", Whole, nullable=False),
    Column("worst_pico", Whole, nullable=False),
    Column("doubted", Whole, nullable=False),
)

awaited_costs = Table(
    "awaited_costs",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("hour", Whole, nullable=False),
    Column("worst_pico", Whole),
)

bodies = Table(
    "bodies",
    metadata,
    Column("run", SEQUENCE, ForeignKey("runs.sequence", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _owner(),
    Column("request", LargeBinary, nullable=False),
    Column("messages", LargeBinary, nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Column("rest", LargeBinary, nullable=False),
)

segments = Table(
    "segments",
    metadata,
    Column("run", SEQUENCE, ForeignKey("runs.sequence", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _owner(),
    Column("events", Integer, nullable=False),
    Column("truncated", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    _owner(),
    Column("id", Text, nullable=False),
    Column("head", Whole, nullable=False),
    Column("latest", Whole, nullable=False),
    Column("created", Whole, nullable=False),
    Column("changed", Whole, nullable=False),
    Column("deleted", Whole),
    Column("title", Text, nullable=False),
    Column("draft", LargeBinary, nullable=False),
    Column("cells", Whole, nullable=False),
    Column("parent", Text),
    Column("parent_cell", Text),
    UniqueConstraint("owner", "id"),
    sqlite_autoincrement=True,
)
Index("sessions_by_title", sessions.c.owner, sessions.c.title, sessions.c.sequence)
Index("sessions_by_changed", sessions.c.owner, sessions.c.changed, sessions.c.sequence)
Index("sessions_by_parent", sessions.c.owner, sessions.c.parent)

session_words = Table(
    "session_words",
    metadata,
    Column(
        "session", SEQUENCE, ForeignKey("sessions.sequence", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("said", Text, nullable=False),
)

inherited_runs = Table(
    "inherited_runs",
    metadata,
    Column(
        "session", SEQUENCE, ForeignKey("sessions.sequence", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("run_id", Text, primary_key=True),
)
Index("inherited_runs_by_run", inherited_runs.c.run_id, inherited_runs.c.session)

versions = Table(
    "versions",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("session_id", Text, primary_key=True),
    Column("number", Whole, primary_key=True, autoincrement=False),
    Column("previous", Whole, nullable=False),
    Column("created", Whole, nullable=False),
    Column("title", Text, nullable=False),
    Column("settings", LargeBinary, nullable=False),
    Column("cells", LargeBinary, nullable=False),
    Column("variables", LargeBinary),
    Column("lanes", LargeBinary),
    Column("tooling", LargeBinary),
    ForeignKeyConstraint(["owner", "session_id"], ["sessions.owner", "sessions.id"], ondelete="CASCADE"),
)
Index("versions_by_previous", versions.c.owner, versions.c.session_id, versions.c.previous, versions.c.number)

shares = Table(
    "shares",
    metadata,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    _owner(),
    Column("id", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("session_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("created", Whole, nullable=False),
    Column("expires", Whole),
    Column("revoked", Whole),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("owner", "id"),
    sqlite_autoincrement=True,
)

presets = Table(
    "presets",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("changed", Whole, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("owner", "name"),
)

settings = Table(
    "settings",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
