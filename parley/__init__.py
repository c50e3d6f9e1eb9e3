"""Parley: a notebook-style playground for OpenRouter's chat completions API."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parley.client import OpenRouter
    from parley.notebook import Run, Session
    from parley.reply import Reply
    from parley.request import ChatRequest
    from parley.runs import Runner
    from parley.settings import Settings
    from parley.store import Store

__all__ = ["ChatRequest", "OpenRouter", "Reply", "Run", "Runner", "Session", "Settings", "Store"]

_ROOMS = {
    "ChatRequest": "request",
    "OpenRouter": "client",
    "Reply": "reply",
    "Run": "notebook",
    "Runner": "runs",
    "Session": "notebook",
    "Settings": "settings",
    "Store": "store",
}


def __getattr__(name: str) -> Any:
    """Names are fetched from their rooms on first use, so that the local server does not load the database and so on."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'parley' has no attribute {name!r}")
    return getattr(import_module(f"parley.{_ROOMS[name]}"), name)
