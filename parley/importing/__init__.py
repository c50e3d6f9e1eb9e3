"""The way back: a request out of what others wrote."""

from parley.importing.pasted import Pasted, Source
from parley.importing.reading import read_request

__all__ = ["Pasted", "Source", "read_request"]
