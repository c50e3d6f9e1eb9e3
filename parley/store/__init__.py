"""The database door: everything that Parley keeps. It takes and gives values; nobody else speaks SQL."""

from parley.store.query import RunPage, RunQuery, RunRow, SessionRow, Totals
from parley.store.store import Store

__all__ = ["RunPage", "RunQuery", "RunRow", "SessionRow", "Store", "Totals"]
