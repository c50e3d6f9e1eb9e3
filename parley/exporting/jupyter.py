"""A session as a notebook for Jupyter (nbformat 4.5): a code cell for each turn, which asks again, with the recorded answer below it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from parley.bundle.document import plain
from parley.bundle.limits import beyond, too_large
from parley.exporting.bundling import as_metadata, enclosed
from parley.exporting.document import prose, said
from parley.exporting.literals import DEEPEST, depth, python_quoted, python_text
from parley.exporting.telling import label_of, sums
from parley.money import part
from parley.notebook import Cell, Run, Snapshot, chosen_runs, messages_for
from parley.notebook.receipt import receipt
from parley.reply.defuse import plain as one_line
from parley.request import ChatRequest
from parley.request.kept import copied

SETUP = '''\
import json
import os
import urllib.error
import urllib.request

BASE_URL = os.environ.get("OPENROUTER_BASE_URL", "https://openrouter.ai/api/v1").rstrip("/")
KEY = os.environ["OPENROUTER_API_KEY"]
said = []


def ask(request):
    """Send a request and print what is answered, as it comes where it is streamed."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    call = urllib.request.Request(f"{BASE_URL}/chat/completions", json.dumps(request).encode(), headers)
    calls = {}
    try:
        with urllib.request.urlopen(call) as answer:
            for message in streamed(answer) if request.get("stream") else whole(answer):
                print(message.get("content") or "", end="", flush=True)
                for place, made in enumerate(message.get("tool_calls") or []):
                    kept = calls.setdefault(made.get("index", place), {"name": "", "arguments": ""})
                    for key in kept:
                        kept[key] += (made.get("function") or {}).get(key) or ""
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{error.code}: {error.read().decode(errors='replace')}") from None
    for made in calls.values():
        print(f"\\n{made['name']}({made['arguments']})", end="")


def whole(answer):
    body = json.load(answer)
    if "error" in body:
        raise RuntimeError(json.dumps(body["error"]))
    yield body["choices"][0]["message"]


def streamed(answer):
    for line in answer:
        if line.startswith(b"data: ") and line.strip() != b"data: [DONE]":
            event = json.loads(line[6:])
            if "error" in event:
                raise RuntimeError(json.dumps(event["error"]))
            yield from (choice.get("delta") or {} for choice in event.get("choices") or [])
'''
_HOW = (
    "Each code cell below asks one prompt of this session again; what was answered when it was recorded stands under it until then. "
    "Set `OPENROUTER_API_KEY` in the environment (and `OPENROUTER_BASE_URL` for another server), then run the cells in order."
)
_LARGE = "The session is too large to be opened in Parley from this file."
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SHOWN = re.compile(r"data:(image/(?:png|jpeg));base64,")


def notebook(snapshot: Snapshot) -> str:
    """The snapshot as the text of an `.ipynb` file that runs with Python alone; its metadata carries the session itself, unless the
    file would then be refused when it is opened again: it says so at its head."""
    cells, made = _cells(snapshot), enclosed(snapshot)
    whole = None if made is None else _written([_head(snapshot, _HOW), *cells], {"parley": as_metadata(made)})
    return (
        _written([_head(snapshot, _HOW, _LARGE), *cells], {})
        if whole is None or too_large(whole) or beyond(whole)
        else whole
    )


def _head(snapshot: Snapshot, *told: str) -> dict[str, Any]:
    return _words(
        "parley-head", [f"# {one_line(snapshot.session.title) or 'Untitled session'}", _facts(snapshot), *told]
    )


def _cells(snapshot: Snapshot) -> list[dict[str, Any]]:
    session = snapshot.session
    replies = chosen_runs(session, snapshot.attempts)
    said_before = _Said()
    cells = [_code("parley-setup", SETUP, [])]
    for number, cell in enumerate(session.cells, 1):
        label = f"**{number} · {one_line(label_of(cell))}**" + (" (left out of what is sent)" if cell.excluded else "")
        told = [prose(cell.text)] if cell.kind == "note" else list(said(cell.message))
        cells.append(_words(f"parley-{number}", [label, *told]))
        if cell.kind == "prompt":
            run = replies.get(cell.id)
            request = run.request if run else _unsent(snapshot, cell, replies)
            cells.append(_code(f"parley-{number}-ask", _asking(request, said_before), list(_recorded(run))))
    return cells


def _written(cells: list[dict[str, Any]], metadata: dict[str, Any]) -> str:
    made = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **metadata,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _facts(snapshot: Snapshot) -> str:
    return " · ".join(map(one_line, sums(snapshot)))


def _words(cell_id: str, parts: list[str]) -> dict[str, Any]:
    text = plain("\n\n".join(parts))
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(cell_id: str, source: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"cell_type": "code", "id": cell_id, "metadata": {}, "execution_count": None}
    return {**told, "source": source.rstrip("\n").splitlines(keepends=True), "outputs": outputs}


def _unsent(snapshot: Snapshot, cell: Cell, replies: Mapping[str, Run]) -> ChatRequest:
    messages = messages_for(snapshot.session, cell.id, replies)
    return ChatRequest.parse({**snapshot.session.settings.payload(), "messages": messages})


class _Said:
    """What was said so far: each message once, as JSON, with its place in `said`."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self._spelt: dict[int, tuple[Any, str]] = {}

    def spelt(self, message: Any) -> str:
        """Requests share messages, so each is spelled once, too."""
        if id(message) not in self._spelt:
            self._spelt[id(message)] = message, json.dumps(plain(copied(message)))
        return self._spelt[id(message)][1]

    def add(self, spelt: list[str]) -> list[str]:
        """Those that were not said before."""
        new = [one for one in dict.fromkeys(spelt) if one not in self.places]
        self.places.update((one, place) for place, one in enumerate(new, len(self.places)))
        return new


def _asking(request: ChatRequest, before: _Said) -> str:
    """Source that asks: what was not said before is added to `said`, each message at its own place, so that a cell can run twice."""
    held = dict(request.held())
    messages = held.pop("messages", None)
    body: dict[str, Any] = plain(copied(held))
    if not isinstance(messages, list):
        told = body if messages is None else {**body, "messages": plain(copied(messages))}
        return f"request = {_literal(told)}\nask(request)"
    spelt, start = [before.spelt(message) for message in messages], len(before.places)
    new = [json.loads(one) for one in before.add(spelt)]
    added = f"said[{start}:{start + len(new)}] = {_literal(new)}\n" if new else ""
    return f'{added}request = {_literal(body)}\nrequest["messages"] = {_places(spelt, before.places)}\nask(request)'


def _places(messages: list[str], before: dict[str, int]) -> str:
    places = [before[message] for message in messages]
    if places == list(range(len(places))):
        return f"said[:{len(places)}]"
    return f"[{', '.join(f'said[{place}]' for place in places)}]"


def _literal(value: Any) -> str:
    return python_text(value) if depth(value) <= DEEPEST else f"json.loads({python_quoted(json.dumps(value))})"


def _recorded(run: Run | None) -> Iterator[dict[str, Any]]:
    """The answer as it would have been printed, its pictures, and its receipt."""
    if run is None:
        return
    reply = run.whole
    calls = [f"{call.name}({call.arguments})" for call in reply.tool_calls]
    failure = run.failure.message if run.failure else ""
    yield _printed("\n".join(part_ for part_ in (reply.text, reply.refusal or "", *calls, failure) if part_))
    for image in reply.images:
        address = part(image, "image_url", "url")
        if isinstance(address, str) and (found := _SHOWN.match(address)):
            data = {found[1]: address[found.end() :], "text/plain": "Image"}
            yield {"output_type": "display_data", "metadata": {}, "data": data}
    yield _printed(f"Recorded: {' · '.join(receipt(run))}")


def _printed(text: str) -> dict[str, Any]:
    """Output as text, without what a terminal would obey."""
    shown = plain(_CONTROLS.sub("\ufffd", f"{text}\n"))
    return {"output_type": "stream", "name": "stdout", "text": shown.splitlines(keepends=True)}
