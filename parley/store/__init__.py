"""The database door: everything that Parley keeps. It takes and gives values; nobody else speaks SQL."""

from parley.store.query import (
    Former,
    GroupPercentiles,
    LibraryPage,
    LibraryRow,
    Offered,
    Percentiles,
    Point,
    RunPage,
    RunQuery,
    RunRow,
    SessionRow,
    Spread,
    Steps,
    Totals,
)
from parley.store.store import Store

__all__ = [
    "Former",
    "GroupPercentiles",
    "LibraryPage",
    "LibraryRow",
    "Offered",
    "Percentiles",
    "Point",
    "RunPage",
    "RunQuery",
    "RunRow",
    "SessionRow",
    "Spread",
    "Steps",
    "Store",
    "Totals",
]
