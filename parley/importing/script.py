"""A TypeScript or JavaScript text that sends a request: an SDK's call, a fetch, or an object alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parley.errors import NotARequest
from parley.importing.naming import json_names
from parley.importing.pasted import Found, listed, read_json, refuse, step
from parley.importing.script_reader import NotLiteral, Reader, Token, told
from parley.request import BY_NAME
from parley.request.fields import camel

MARKS = re.compile(r"\b(?:const|let|var|await|new|import|function)\b|=>|\.send\s*\(|\.create\s*\(|\bfetch\s*\(")
PUSHES = re.compile(r"\.(?:push|unshift|concat|splice)\s*+\(")
PUSHED = "What is put into a list by push and the like is not followed: look at the messages."
SENDERS = frozenset({"send", "create", "stream", "parse"})
POSTERS = frozenset({"fetch", "post", "request"})
REQUEST = ("chatRequest", "chatGenerationParams")
"""Under which the official SDK takes the body, today and before."""
NAMES = frozenset(BY_NAME) | {camel(name) for name in BY_NAME}


def is_script(text: str) -> bool:
    return MARKS.search(text) is not None


def read_object(text: str) -> tuple[Found, bool]:
    """An object that stands alone, and whether it was JSON but for commas before closing brackets. Raises NotARequest."""
    reader = Reader(text)
    try:
        value = reader.value(whole=True)
    except NotLiteral:
        raise NotARequest("This object is put together in a way that only running it could follow.") from None
    while any(reader.takes(mark) for mark in (";", ",", ")")):
        pass
    token = reader.peek()
    if token.text:
        raise reader.refuse(token, "more follows after the object.")
    if not isinstance(value, dict):
        raise refuse(text, 0, "expected an object.")
    body = next((value[name] for name in REQUEST if isinstance(value.get(name), dict)), value)
    return Found(json_names(body), "TypeScript call", None, told(reader)), reader.plain


def read_script(text: str) -> Found | None:
    """What a text of statements sends; None where it sends nothing. Raises NotARequest."""
    reader, address = Reader(text), None
    for call, client in calls(reader):
        given = arguments(reader)
        if client:
            options = given[0] if given and isinstance(given[0], dict) else {}
            address = next(
                (options[name] for name in ("serverURL", "baseURL") if isinstance(options.get(name), str)), address
            )
        elif (found := sent(call, given)) is not None:
            found.address = found.address or address
            found.notes += [*told(reader), *([PUSHED] if PUSHES.search(text, 0, reader.at) else [])]
            return found
        reader.dropped.clear()
        reader.variables.clear()
    return declared(reader)


def calls(reader: Reader) -> Iterator[tuple[str, bool]]:
    """The name of every call that may send something, and whether it makes a client; the reader stands in its bracket.

    On the way, the places of constants are noted.
    """
    before: list[str] = ["", "", ""]
    pending = ""
    while True:
        token = reader.take()
        if not token.text:
            return
        if before[-1] in ("const", "let", "var") and token.kind == "name":
            pending = token.text
        elif token.text == "=" and pending:
            reader.declared[pending], pending = reader.at, ""
        elif token.text == "(" and (is_client(before) or is_sender(before)):
            yield before[-1], is_client(before)
        before = [*before[1:], token.text if is_word(token) else ""]


def is_word(token: Token) -> bool:
    return token.kind in ("name", "mark")


def is_client(before: list[str]) -> bool:
    return before[1] == "new" and before[2] in ("OpenRouter", "OpenAI")


def is_sender(before: list[str]) -> bool:
    return (before[1] == "." and before[2] in SENDERS | POSTERS) or before[2] == "fetch"


def arguments(reader: Reader) -> list[Any]:
    """The arguments of a call, None for those that cannot be read; the reader goes back to where they begin."""
    start, found = reader.at, []
    while not reader.takes(")"):
        try:
            found.append(reader.value())
        except NotLiteral:
            found.append(None)
        if not reader.takes(",") and reader.peek().text != ")":
            break
    end = reader.at
    reader.at = start if not found else end
    return found


def sent(call: str, given: list[Any]) -> Found | None:
    """What a call with these arguments sends, if it is a request."""
    objects = [one for one in given if isinstance(one, dict)]
    if call in SENDERS:
        whole = objects[0] if objects else {}
        inner = next((name for name in REQUEST if isinstance(whole.get(name), dict)), None)
        body = whole[inner] if inner else whole
        options = sorted(step("", name) for name in whole if name != inner) if inner else []
        notes = [f"Options of the call are not taken over: {listed(options)}."] if options else []
        return Found(json_names(body), "TypeScript call", None, notes) if is_request(body) else None
    return fetched(given, objects)


def fetched(given: list[Any], objects: list[dict[str, Any]]) -> Found | None:
    """What `fetch(url, { body })`, or a post of an object, sends."""
    address = next((one for one in given if isinstance(one, str)), None)
    for one in objects:
        body = one.get("body", one.get("data", one))
        if isinstance(body, str):
            body = read_json(body, " of the body in this text")
        if isinstance(body, dict) and is_request(body):
            notes = ["Headers are not taken over, nor is a key among them."] if "headers" in one else []
            return Found(json_names(body), "TypeScript call", address, notes)
    return None


def declared(reader: Reader) -> Found | None:
    """A constant that is a request, where no call sends one."""
    for place in reader.declared.values():
        reader.at = place
        try:
            value = reader.value(whole=True)
        except NotLiteral:
            continue
        if isinstance(value, dict) and is_request(value):
            return Found(json_names(value), "TypeScript call", None, told(reader))
    return None


def is_request(body: dict[str, Any]) -> bool:
    return any(name in NAMES for name in body)
