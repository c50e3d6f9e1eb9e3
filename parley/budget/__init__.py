"""Money before it is spent: what a request may cost, and whether that is within the caps that somebody set.

Nothing here asks anybody: prices come from the catalogue, what was spent from the store.
"""

from parley.budget.account import Account
from parley.budget.caps import CapName, Caps, Paid, Spent
from parley.budget.forecast import Forecast, forecast
from parley.budget.guard import Held, Standing, held, limited
from parley.budget.purse import Purse
from parley.budget.tariff import Tariff

__all__ = [
    "Account",
    "CapName",
    "Caps",
    "Forecast",
    "Held",
    "Paid",
    "Purse",
    "Spent",
    "Standing",
    "Tariff",
    "forecast",
    "held",
    "limited",
]
