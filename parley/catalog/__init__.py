"""The models that can be asked, and what they charge: parsed lists, lookup by any spelling of an id, price of a usage.

Sources: GET /models and GET /models/{author}/{slug}/endpoints. Everything is optional, and what cannot be read is None: the
lists grow and change weekly, and an odd item must not cost the others.
"""

from parley.catalog.catalog import Catalog
from parley.catalog.models import Endpoint, Model, Percentiles
from parley.catalog.prices import Prices, Pricing

__all__ = ["Catalog", "Endpoint", "Model", "Percentiles", "Prices", "Pricing"]
