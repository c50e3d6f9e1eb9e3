"""How the times and speeds of many runs are spread, as whoever counts them tells it."""

from __future__ import annotations

from typing import Protocol


class Spread(Protocol):
    """How a figure is spread over the runs of which it is known."""

    @property
    def known(self) -> int: ...
    @property
    def p50(self) -> float: ...
    @property
    def p90(self) -> float: ...
    @property
    def p99(self) -> float: ...


class Spreads(Protocol):
    """None where nothing is known."""

    @property
    def first_token_ms(self) -> Spread | None: ...
    @property
    def total_ms(self) -> Spread | None: ...
    @property
    def tokens_per_second(self) -> Spread | None: ...
