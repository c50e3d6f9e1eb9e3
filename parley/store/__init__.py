"""The database door: everything that Parley keeps. It takes and gives values; nobody else speaks SQL."""

from parley.store.query import Former, RunPage, RunQuery, RunRow, SessionRow, Steps, Totals
from parley.store.store import Store

__all__ = ["Former", "RunPage", "RunQuery", "RunRow", "SessionRow", "Steps", "Store", "Totals"]
