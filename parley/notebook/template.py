"""Template variables: `{{name}}` in a message stands for a value that is put in its place when the message is sent.

A name begins with a letter or `_` and goes on with letters, digits, `_` and `-`, in any script, up to 64 characters; blanks around
it do not count. A backslash before the braces keeps them: `\\{{name}}` is sent as `{{name}}`, and two backslashes are one before a
value, as in Handlebars. Whatever else stands in double braces (`{{ user.name }}`, `{{#if}}`, `{{}}`) is no variable and is sent to
the letter. Code fences are no exception, because prompts often put a variable into one.

A value is text, put in once: braces in it are never looked at again. Reading a text takes time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import Field

from parley.value import Value

_SPOT = re.compile(r"(?<!\\)(\\*+)(\{\{[ \t]*+([^\W\d][\w-]{0,63}+)[ \t]*+\}\})")


class Template(Value):
    """What a request was made from: messages as they were written, and the values that were put into them."""

    messages: dict[int, dict[str, Any]] = Field(default_factory=dict)
    """The messages in which something was replaced, by their place in the request, counted from 0."""
    values: dict[str, str] = Field(default_factory=dict)
    """By name, in the order in which the names first stand there; an empty text where there was no value."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables that had no value."""
        return tuple(name for name, value in self.values.items() if not value)


def names(text: str) -> tuple[str, ...]:
    """The variables of a text, each once, in the order in which they first stand there."""
    if "{{" not in text:
        return ()
    return tuple(dict.fromkeys(spot[3] for spot in _SPOT.finditer(text) if not _escaped(spot)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text as it is sent; a variable without a value leaves nothing."""
    if "{{" not in text:
        return text
    return _SPOT.sub(lambda spot: _put(spot, values), text)


def missing(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The variables of a text that have no value."""
    return tuple(name for name in names(text) if not values.get(name))


def names_in(messages: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The variables of all these messages."""
    return tuple(dict.fromkeys(name for message in messages for text in _texts(message) for name in names(text)))


def filled_message(message: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The message as it is sent: its text, or its text parts, filled; all else as it is."""
    content = message.get("content")
    if isinstance(content, str):
        return {**message, "content": filled(content, values)}
    if isinstance(content, list):
        return {**message, "content": [_filled_part(part, values) for part in content]}
    return dict(message)


def template_of(written: Mapping[int, Mapping[str, Any]], values: Mapping[str, str]) -> Template | None:
    """The template of messages by their places in a request; None where they are sent as they were written."""
    kept = {place: dict(message) for place, message in written.items() if _has_spots(message)}
    used = {name: values.get(name, "") for name in names_in(kept.values())}
    return Template(messages=kept, values=used) if kept else None


def _put(spot: re.Match[str], values: Mapping[str, str]) -> str:
    kept = "\\" * (len(spot[1]) // 2)
    return kept + (spot[2] if _escaped(spot) else values.get(spot[3], ""))


def _escaped(spot: re.Match[str]) -> bool:
    return len(spot[1]) % 2 == 1


def _has_spots(message: Mapping[str, Any]) -> bool:
    return any("{{" in text and _SPOT.search(text) for text in _texts(message))


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    content = message.get("content")
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        yield from (part["text"] for part in content if _is_text(part))


def _filled_part(part: Any, values: Mapping[str, str]) -> Any:
    return {**part, "text": filled(part["text"], values)} if _is_text(part) else part


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str)
