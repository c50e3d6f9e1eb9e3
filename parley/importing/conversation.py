"""Conversations as other programs write them: a list of messages, a request's body, or a line of either."""

from __future__ import annotations

from itertools import count
from typing import Any

from parley.bundle.limits import MOST_MESSAGES
from parley.errors import NotASession
from parley.importing.secrets import without_keys
from parley.notebook import Session, Snapshot, edits, title_for
from parley.request import ChatRequest

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")


def is_conversation(value: Any) -> bool:
    """Whether a JSON value is worth reading as one."""
    listed = value.get("messages") if isinstance(value, dict) else value
    return isinstance(listed, list) and bool(listed) and all(isinstance(one, dict) and "role" in one for one in listed)


def conversation(value: Any) -> Snapshot:
    """Messages written by hand, the last of the user's as a prompt to be run, and the rest of a request's body as settings.

    Keys in it are left out. Raises NotASession.
    """
    body = value if isinstance(value, dict) else {"messages": value}
    body = without_keys(body, [])
    messages = body.pop("messages")
    if len(messages) > MOST_MESSAGES:
        raise NotASession(f"This file holds {len(messages):,} messages; at most {MOST_MESSAGES:,} are read.")
    for number, message in enumerate(messages, 1):
        _checked(message, number)
    ids = (f"cell-{number}" for number in count(1))
    session = edits.saying(Session(id="session"), {}, messages, ids)
    if messages[-1]["role"] != "user":
        session = edits.change_kind(session, session.cells[-1].id, "message")
    return Snapshot(session=edits.with_settings(edits.with_title(session, _title(messages)), ChatRequest.parse(body)))


def _checked(message: dict[str, Any], number: int) -> None:
    content = message.get("content")
    if message["role"] not in _ROLES:
        raise NotASession(
            f"Message {number} has a role that Parley does not know: expected one of {', '.join(_ROLES)}."
        )
    if not (content is None or isinstance(content, str) or _are_parts(content)):
        raise NotASession(f"Message {number} has a content that is neither text nor a list of parts.")


def _are_parts(content: Any) -> bool:
    return isinstance(content, list) and all(isinstance(part, dict) for part in content)


def _title(messages: list[dict[str, Any]]) -> str:
    contents = (one.get("content") for one in messages if one["role"] == "user")
    return title_for(next((content for content in contents if isinstance(content, str)), ""))
