"""Times and counts as people read them; sums are in `parley.money`."""

from __future__ import annotations


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
