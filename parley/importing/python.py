"""A Python call that sends a request: of the official SDK, of OpenAI's, or of httpx and requests."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from parley.errors import NotARequest
from parley.importing.pasted import DEEP, Found, read_json, refuse
from parley.importing.python_values import UNSET, NotLiteral, Values
from parley.request import BY_NAME

OPTIONS = frozenset(
    {
        *("http_referer", "x_open_router_title", "x_open_router_categories", "x_open_router_metadata", "retries"),
        *("server_url", "timeout_ms", "http_headers", "extra_headers", "extra_query", "extra_body", "timeout"),
    }
)
"""Arguments of the SDKs that are no part of the body."""
KEYWORDS = re.compile(r"\w++\s*+=\s*+(?:[\"'][^\"'\n]*+[\"']|[\d.]++|True|False|None)\s*+,\s*+\w++\s*+=")
"""How the arguments of a call begin, where they stand alone."""
SENDERS = frozenset({"send", "send_async", "create", "parse", "stream"})
POSTERS = frozenset({"post", "request", "stream", "Request"})
CLIENTS = frozenset({"OpenAI", "AsyncOpenAI", "OpenRouter", "Client", "AsyncClient"})
BODIES = ("json", "data", "content", "body")


def read_python(text: str) -> Found:
    """The body and the address that a Python text sends. Raises NotARequest, with line and column for broken syntax."""
    tree = parsed(textwrap.dedent(f"chat.send({text})" if KEYWORDS.match(text) else text))
    values = Values()
    try:
        values.learn(tree)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        calls.sort(key=lambda node: (node.lineno, node.col_offset))
        found = next(sendings(calls, values), None) or assigned(tree, values)
    except (RecursionError, MemoryError):
        raise NotARequest(DEEP) from None
    if found is None:
        raise NotARequest(
            "This is Python, but without a call that sends a request: expected chat.send(…), chat.completions.create(…), "
            "or a post with json=…."
        )
    found.address = found.address or address_of(calls, values)
    found.notes += values.told()
    return found


def parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        lines = text.split("\n")
        line = min(max(error.lineno or 1, 1), len(lines))
        place = sum(len(one) + 1 for one in lines[: line - 1]) + min(
            max((error.offset or 1) - 1, 0), len(lines[line - 1])
        )
        raise refuse(text, place, f"Python does not understand this: {error.msg.split('. ')[0]}.") from None
    except (ValueError, RecursionError, MemoryError):
        raise NotARequest(DEEP) from None


def chain(node: ast.expr) -> list[str]:
    """The names of `client.chat.send`, the last one first."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [*names, node.id] if isinstance(node, ast.Name) else names


def sendings(calls: list[ast.Call], values: Values) -> Iterator[Found]:
    """What each call sends, of those that send something."""
    for call in calls:
        names = chain(call.func)
        if names and names[0] in SENDERS and ("chat" in names or "completions" in names):
            yield sent(call, values)
        elif names and names[0] in POSTERS and (found := posted(call, values)) is not None:
            yield found


def sent(call: ast.Call, values: Values) -> Found:
    """What an SDK's call sends; `extra_body` lies over the arguments."""
    whole = values.keywords(call)
    body = {name: value for name, value in whole.items() if name not in OPTIONS}
    if body.get("stream", UNSET) is None:
        del body["stream"]
    extra = whole.get("extra_body")
    body |= extra if isinstance(extra, dict) else {}
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in OPTIONS}
    dropped = sorted(name for name in OPTIONS & {*given, *whole} if name not in ("extra_body", "server_url"))
    values.dropped = [path for path in values.dropped if path not in OPTIONS or path == "extra_body"]
    notes = [f"Options of the call are not taken over: {', '.join(dropped)}."] if dropped else []
    return Found(body, "Python call", text_of(given.get("server_url"), values), notes)


def posted(call: ast.Call, values: Values) -> Found | None:
    """What httpx or requests posts; None for a call without a JSON body."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    node = next((given[name] for name in BODIES if name in given), None) or handed(call, values)
    if node is None:
        return None
    body = mapping_of(node, values, "")
    notes = ["Headers are not taken over, nor is a key among them."] if "headers" in given else []
    addresses = [given.get("url"), *call.args]
    address = next((text for one in addresses if (text := text_of(one, values)) and text.startswith("http")), None)
    return Found(body, "Python call", address, notes)


def handed(call: ast.Call, values: Values) -> ast.expr | None:
    """The first argument without a name that is an object, or a JSON text of one."""
    for node in call.args:
        with suppress(NotLiteral):
            value = values.value(node)
            if isinstance(value, dict) or (isinstance(value, str) and value.lstrip().startswith("{")):
                return node
    return None


def mapping_of(node: ast.expr, values: Values, path: str) -> dict[str, Any]:
    """An object that an expression means, or a JSON text of one. Raises NotARequest for anything else."""
    try:
        value = values.value(node, path)
    except NotLiteral:
        value = None
    if isinstance(value, str):
        value = read_json(value, " of the body in this Python text")
    if not isinstance(value, dict):
        raise refuse_node(node, "the body is put together in a way that only running it could follow.")
    return value


def refuse_node(node: ast.expr, words: str) -> NotARequest:
    line, column = node.lineno, node.col_offset + 1
    return NotARequest(f"Line {line}, column {column}: {words}", line=line, column=column)


def text_of(node: ast.expr | None, values: Values) -> str | None:
    """A text that an expression means, where it is one."""
    try:
        value = None if node is None else values.value(node)
    except NotLiteral:
        return None
    return value if isinstance(value, str) else None


def address_of(calls: list[ast.Call], values: Values) -> str | None:
    """The base URL that a client was made with."""
    for call in calls:
        names = chain(call.func)
        if names and names[0] in CLIENTS:
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            for name in ("base_url", "server_url"):
                if (text := text_of(given.get(name), values)) is not None:
                    return text
    return None


def assigned(tree: ast.Module, values: Values) -> Found | None:
    """An object alone, or one that is given a name, where no call sends it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            body = mapping_of(node.value, values, "")
            if any(key in BY_NAME for key in body):
                return Found(body, "Python call")
    return None
