"""Times and counts as people read them; sums are in `parley.money`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

LONGEST_MS = 10.0**10
"""Milliseconds, some 115 days: nothing here takes longer, whatever a file says."""


def _waited(raw: Any) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return raw if abs(raw) <= LONGEST_MS else None


Moment = Annotated[float, Field(ge=-LONGEST_MS, le=LONGEST_MS, allow_inf_nan=False)]
"""Milliseconds from some beginning; what no clock can have shown is refused."""
Wait = Annotated[float | None, BeforeValidator(_waited)]
"""How long something took, or takes, as anybody may have written it: what cannot be is unknown."""


def milliseconds(ms: float | None) -> str:
    """`340 ms` under a second, `1.2 s` under a minute, then `2 min 5 s`; `unknown` for None."""
    if ms is None:
        return "unknown"
    if round(ms) < 1000:
        return f"{round(ms)} ms"
    seconds = round(ms / 1000, 1)
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(ms / 1000), 60)
    return f"{minutes} min {rest} s"
