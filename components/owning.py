"""A door as one owner sees it, so that no page can forget whose things it asks for."""

from __future__ import annotations

import hashlib
from functools import partial
from inspect import signature
from typing import Any, TypeVar, cast

from parley.settings import Mode

T = TypeVar("T")
_OWNED = ("sequences", "loops")
"""Parts of a door that take an owner themselves."""


def owner_in(mode: Mode, browser: str) -> str:
    """Whose things a browser sees. A local install has one owner, whoever's browser it is; in a deployment every browser is an
    owner of its own, by a name that does not give away its cookie."""
    return "" if mode == "local" else hashlib.sha256(browser.encode()).hexdigest()


def seen_by(owner: str, door: T) -> T:
    """The same door; every call of it that takes an owner is made for this one, and for nobody else."""
    return cast(T, _Seen(owner, door)) if owner else door


class _Seen:
    def __init__(self, owner: str, door: Any) -> None:
        self._owner, self._door = owner, door

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._door, name)
        if name in _OWNED:
            return seen_by(self._owner, found)
        if callable(found) and "owner" in signature(found).parameters:
            return partial(found, owner=self._owner)
        return found
