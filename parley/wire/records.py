"""Answers to look-ups: `{"data": ...}`, or an error envelope."""

from __future__ import annotations

from typing import Any

from parley.errors import NotAModelApi
from parley.wire.failures import api_error, find_error
from parley.wire.json_text import Unreadable, loads


def envelope(text: str, status: int) -> dict[str, Any]:
    """The object that a look-up was answered with; raises ApiError for an error in it, NotAModelApi for anything else."""
    try:
        body = loads(text)
    except Unreadable:
        body = None
    if not isinstance(body, dict):
        raise NotAModelApi("The server answered, but not like a model server: check the base URL.", status=status)
    if error := find_error(body):
        raise api_error(error, status=status)
    return body


def record(body: dict[str, Any]) -> dict[str, Any]:
    """The one record of an envelope."""
    data = body.get("data")
    if not isinstance(data, dict):
        raise NotAModelApi("The server answered, but without the data that was asked for: check the base URL.")
    return data


def records(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of an envelope; what is none is left out."""
    data = body.get("data")
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
