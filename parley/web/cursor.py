"""A cursor: how far somebody has followed the runs of an owner, small enough to travel as an event's id.

It names, for every run that was not followed to its end, how many characters of its text and its reasoning were told. Of runs
that it does not name, the highest number that was seen tells those that are new from those that were told to their end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote

MOST_RUNS = 64
_SHAPE = re.compile(r"([0-9a-f]{1,32})\.([0-9]{1,15})((?:;[^;:\s]{1,300}:[0-9]{1,9}:[0-9]{1,9}[nle])*)")


class Place(NamedTuple):
    """How far one run was told."""

    text: int = 0
    """Characters (Unicode code points)."""
    reasoning: int = 0
    state: str = "n"
    """`n`: not told of at all, `l`: told of, `e`: told to its end."""


class Cursor(NamedTuple):
    """How far all runs were told."""

    process: str
    """Whose numbers these are."""
    highest: int
    """The highest number of a run that was seen."""
    places: Mapping[str, Place]

    def __str__(self) -> str:
        places = "".join(
            f";{quote(run_id, safe='')}:{place.text}:{place.reasoning}{place.state}"
            for run_id, place in self.places.items()
        )
        return f"{self.process}.{self.highest}{places}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor that an event's id was; None for anything else."""
        found = _SHAPE.fullmatch(text)
        if not found:
            return None
        told = [one.split(":") for one in found[3].split(";")[1:]]
        places = {unquote(run): Place(int(text), int(rest[:-1]), rest[-1]) for run, text, rest in told[:MOST_RUNS]}
        return cls(found[1], int(found[2]), places)
