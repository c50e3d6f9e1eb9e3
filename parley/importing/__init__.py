"""The way back: a request out of what others wrote, a session out of a file."""

from parley.importing.opening import opened
from parley.importing.pasted import Pasted, Source
from parley.importing.reading import read_request

__all__ = ["Pasted", "Source", "opened", "read_request"]
