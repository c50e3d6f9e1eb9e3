"""Shares: frozen copies behind a token that only the link knows; the database has its hash."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from parley.errors import KeyInside, Missing, StoreError
from parley.notebook import Session, Share, Snapshot
from parley.notebook.forking import inherited
from parley.store.documents import squeezed
from parley.store.frozen import frozen, thawed
from parley.store.part import AnyRow, get, now, put, to_micros, to_moment
from parley.store.rows import UNREADABLE
from parley.store.runs import Runs
from parley.store.schema import shares
from parley.store.sweeper import Sweeper
from parley.store.sweeping import left_behind
from parley.wire.own_keys import OwnKeys

EXPIRES_AFTER = timedelta(days=30)
_TOKEN_BYTES = 32
_AT_ONCE = 500
"""Copies that are removed at a start, which nobody is to wait for."""
_NO_COPY = squeezed(b"{}")
_LISTED = tuple(column for column in shares.c if column.name != "body")


class Shares(Runs):
    """Links to frozen copies: made and revoked by their owner, read by whoever has the token."""

    _sweeper: Sweeper

    def share(
        self,
        what: Session | Snapshot,
        *,
        expires: datetime | timedelta | None = EXPIRES_AFTER,
        keys: Iterable[str] = (),
        owner: str = "",
    ) -> tuple[str, Share]:
        """Freeze a session with all its attempts, or a snapshot as it was chosen by hand; gives token and share.

        The token has 256 bits, is given out this once, and cannot be found out from the database. `expires` is a moment
        or a time from now; None keeps the link until it is revoked. Raises KeyInside, and freezes nothing, where one of
        `keys`, those at hand, stands in it.
        """
        whole = what if isinstance(what, Snapshot) else Snapshot(session=what, attempts=self._shown(what, owner))
        copy = whole.anonymous()
        if any(map(OwnKeys(keys).anywhere, copy.pieces())):
            raise KeyInside("This session holds the key of a connection. Mask it in the check before a link is made.")
        token, moment = secrets.token_urlsafe(_TOKEN_BYTES), now()
        ends = datetime.now(UTC) + expires if isinstance(expires, timedelta) else expires
        share = Share(
            id=uuid.uuid4().hex,
            session_id=copy.session.id,
            title=copy.session.title,
            created=to_moment(moment),
            expires=None if ends is None else to_moment(to_micros(ends)),
            snapshot=copy,
        )
        document = frozen(copy)
        with self._database.writing() as connection:
            connection.execute(
                insert(shares).values(
                    owner=owner,
                    id=share.id,
                    token_hash=_hash(token),
                    session_id=share.session_id,
                    title=share.title,
                    created=moment,
                    expires=None if ends is None else to_micros(ends),
                    body=put(connection, owner, document),
                )
            )
        return token, share

    def shared(self, token: str, *, owner: str = "") -> Share | None:
        """The share behind a token; None for a wrong, an expired and a revoked one alike.

        `owner` makes no difference: whoever has the link may read. What is looked for is the hash of a link that is good
        at this moment, so bad tokens take the same way and cannot be told apart by time. The connection cannot write.
        Raises StoreError where the copy is damaged.
        """
        with self._database.looking() as connection:
            row = connection.execute(select(*_LISTED).where(*_good(token))).first()
            if row is None:
                return None
            body = connection.scalar(select(shares.c.body).where(shares.c.sequence == row.sequence))
            try:
                return _share(row, thawed(get(connection, row.owner, body or b"")))
            except UNREADABLE:
                raise StoreError("The copy behind this link is damaged and cannot be read.") from None

    def is_shared(self, token: str) -> bool:
        """Whether a share is behind that token, without reading it."""
        with self._database.looking() as connection:
            return connection.scalar(select(shares.c.sequence).where(*_good(token))) is not None

    def shares(self, *, owner: str = "") -> tuple[Share, ...]:
        """All links this owner ever made, newest first, without their copies."""
        with self._database.reading() as connection:
            mine = select(*_LISTED).where(shares.c.owner == owner).order_by(shares.c.sequence.desc())
            return tuple(_share(row) for row in connection.execute(mine))

    def revoke(self, share_id: str, *, owner: str = "") -> None:
        """End a link now, and remove its copy; doing so twice does no harm. Raises Missing."""
        mine = (shares.c.owner == owner) & (shares.c.id == share_id)
        with self._database.writing() as connection:
            if connection.scalar(select(shares.c.sequence).where(mine)) is None:
                raise Missing("There is no such link.")
            connection.execute(update(shares).where(mine, shares.c.revoked.is_(None)).values(revoked=now()))
            _drop_copies(connection, mine)
        self._sweeper.begin()

    def _drop_expired(self) -> None:
        """The copies behind links that have ended, whoever's they are; the links stay listed."""
        ended = or_(shares.c.revoked.is_not(None), shares.c.expires <= now())
        with self._database.reading() as connection:
            some = connection.scalar(select(shares.c.sequence).where(ended, shares.c.body != _NO_COPY).limit(1))
        if some is None:
            return
        with self._database.writing() as connection:
            _drop_copies(connection, ended)
        self._sweeper.begin()

    def _shown(self, session: Session, owner: str) -> dict[str, Any]:
        """The whole attempts of the session's cells, with the messages they were sent."""
        cells = {cell.id for cell in session.cells}
        attempts = self.attempts(session.id, inherited=inherited(session), owner=owner)
        shown = {cell_id: runs for cell_id, runs in attempts.items() if cell_id in cells}
        whole = self.whole((run.id for runs in shown.values() for run in runs), owner=owner)
        return {cell_id: tuple(whole[run.id] for run in runs) for cell_id, runs in shown.items()}


def _drop_copies(connection: Connection, which: ColumnElement[bool]) -> None:
    """Nobody reads them any more, so nothing of what was taken back stays, also not in the next backup."""
    held = select(shares.c.sequence, shares.c.owner, shares.c.body).where(which, shares.c.body != _NO_COPY)
    rows = connection.execute(held.limit(_AT_ONCE)).all()
    for row in rows:
        left_behind(connection, row.owner, [row.body])
        connection.execute(update(shares).where(shares.c.sequence == row.sequence).values(body=_NO_COPY))


def _good(token: str) -> tuple[ColumnElement[bool], ...]:
    lasts = or_(shares.c.expires.is_(None), shares.c.expires > now())
    return (shares.c.token_hash == _hash(token), shares.c.revoked.is_(None), lasts, shares.c.body != _NO_COPY)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _share(row: AnyRow, snapshot: Snapshot | None = None) -> Share:
    return Share(
        id=row.id,
        session_id=row.session_id,
        title=row.title,
        created=to_moment(row.created),
        expires=None if row.expires is None else to_moment(row.expires),
        revoked=None if row.revoked is None else to_moment(row.revoked),
        snapshot=snapshot,
    )
