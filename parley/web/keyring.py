"""The keyring: API keys that browsers gave us, in the memory of this process and nowhere else."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from pydantic import SecretStr

from parley.errors import ParleyError
from parley.web.logs import SHORTEST

KEPT = 12 * 3600.0
"""Seconds without use after which a key is forgotten."""
MOST_KEYS = 10_000


class _Kept(NamedTuple):
    key: SecretStr
    until: float
    whose: bytes


class Keyring:
    """Keys by owner and connection; safe to use from any thread.

    The owner is the token of the owner cookie; only a hash of it is kept, salted for this process, so that a dump of the ring
    names nobody. A key is renewed by being used, forgotten after `kept` seconds without use, when the process ends, or when
    more than `most` are held (the longest unused goes first). A key given to one connection is never handed to another.
    """

    def __init__(
        self, *, kept: float = KEPT, most: int = MOST_KEYS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kept = kept
        self._most = most
        self._clock = clock
        self._salt = secrets.token_bytes(32)
        self._keys: OrderedDict[bytes, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, owner: str | None, key: SecretStr | str, *, connection: str = "openrouter") -> None:
        """Keep a key for a browser, in place of the one it gave before.

        Raises ParleyError when the browser sent no cookie: there is nobody to keep the key for.
        """
        if not owner:
            raise ParleyError(
                "This browser sent no cookie, so Parley cannot keep a key for it. "
                "Allow cookies for this address, reload the page and give the key again."
            )
        secret = key if isinstance(key, SecretStr) else SecretStr(key)
        with self._lock:
            self._sweep()
            self._renew(self._place(owner, connection), secret, self._place(owner))
            while len(self._keys) > self._most:
                self._keys.popitem(last=False)

    def get(self, owner: str | None, *, connection: str = "openrouter") -> SecretStr | None:
        """The browser's key for this connection, or None."""
        if not owner:
            return None
        place = self._place(owner, connection)
        with self._lock:
            self._sweep()
            kept = self._keys.get(place)
            if kept is None:
                return None
            self._renew(place, kept.key, kept.whose)
            return kept.key

    def all_of(self, owner: str | None) -> tuple[SecretStr, ...]:
        """Every key of a browser, whichever connection it is for; to look for them is no use of them."""
        if not owner:
            return ()
        whose = self._place(owner)
        with self._lock:
            self._sweep()
            return tuple(kept.key for kept in self._keys.values() if kept.whose == whose)

    def forget(self, owner: str | None, *, connection: str = "openrouter") -> None:
        """Drop the browser's key for this connection, if there is one."""
        if owner:
            with self._lock:
                self._keys.pop(self._place(owner, connection), None)

    def redact(self, text: str) -> str:
        """The text without any key that is held now, for logs."""
        with self._lock:
            held = [kept.key.get_secret_value() for kept in self._keys.values()]
        for key in held:
            text = text.replace(key, "[key]") if len(key) >= SHORTEST else text
        return text

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"<Keyring of {len(self)}>"

    def __reduce__(self) -> str:
        raise TypeError("a keyring is never written down")

    def _place(self, owner: str, connection: str = "") -> bytes:
        return hmac.digest(self._salt, f"{len(owner)}:{owner}{connection}".encode(), hashlib.sha256)

    def _renew(self, place: bytes, key: SecretStr, whose: bytes) -> None:
        self._keys[place] = _Kept(key, self._clock() + self._kept, whose)
        self._keys.move_to_end(place)

    def _sweep(self) -> None:
        """The ring is in the order of last use, so what has run out stands at its front."""
        now = self._clock()
        while self._keys and next(iter(self._keys.values())).until <= now:
            self._keys.popitem(last=False)
