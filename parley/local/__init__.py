"""The embedded default: a server on loopback that speaks OpenRouter's API, and the handle by which the app runs it.

Models: one real language model in llama.cpp (`local/...`), and scripted ones (`scripted/...`) in which no model runs.
"""

from parley.local.server import LocalServer, LocalStatus
from parley.local.weights import SMOLLM2

__all__ = ["SMOLLM2", "LocalServer", "LocalStatus"]
