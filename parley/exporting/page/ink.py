"""What one page may spend on colours and formulae: reading them takes far longer than text does, and a stranger may have written them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Kind = Literal["code", "formulas"]
MOST: dict[Kind, int] = {"code": 150_000, "formulas": 60_000}
"""Characters of a page; what is over that shows as it was written."""
_left: ContextVar[dict[Kind, int] | None] = ContextVar("ink", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Everything that is drawn within is drawn from the same supply."""
    token = _left.set(dict(MOST))
    try:
        yield
    finally:
        _left.reset(token)


def enough(kind: Kind, characters: int) -> bool:
    """Whether there is enough left for so much; it is taken. Outside of a page there always is."""
    left = _left.get()
    if left is None:
        return True
    left[kind] -= characters
    return left[kind] >= 0
