"""Where an answer has it from: citations of the web, and files that were read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from parley.local.scripted.table import Asked, Ending, Step, scripted_model, spoken, words_of

CLAIM = "The tide turns twice a day. Harbours keep tables of it. Ropes keep none."
UNNAMED = "notes.pdf"


def cited(claim: str, **source: Any) -> dict[str, Any]:
    """A citation of the words of `claim`."""
    start = CLAIM.index(claim)
    return {"type": "url_citation", "url_citation": {**source, "start_index": start, "end_index": start + len(claim)}}


CITATIONS = (
    cited(
        "The tide turns twice a day.",
        url="https://example.org/tides",
        title="On tides",
        content="Twice a day the tide turns.",
    ),
    cited("Harbours keep tables of it.", url="https://example.com/tables?year=2026", title="Tide tables"),
    {
        "type": "url_citation",
        "url_citation": {"url": "https://example.net/", "title": "", "start_index": 0, "end_index": 0},
    },
    {"type": "url_citation", "url_citation": {"url": "https://example.org/ropes"}},
)


@scripted_model(
    "scripted/citations",
    "Scripted: text with citations",
    supported_parameters=("web_search_options",),
    pricing={"prompt": "0.000001", "completion": "0.000001", "web_search": "0.005"},
)
def citations(asked: Asked) -> Iterator[Step]:
    """Cites four pages: two for a range of the text, one with the empty range 0 to 0, one with nothing but its address. One
    web search is charged on top of the tokens."""
    yield from asked.paced([*spoken(CLAIM), *({"annotations": [citation]} for citation in CITATIONS)])
    yield 0.0, Ending(more={"searches": 1})


@scripted_model("scripted/files", "Scripted: a file that was read", input_modalities=("text", "file", "image"))
def files(asked: Asked) -> Iterator[Step]:
    """Annotates its answer with the file that it was sent, parsed; the annotation saves the parsing when it is sent back."""
    name = next((str(file.get("filename") or UNNAMED) for file in files_of(asked)), UNNAMED)
    read = {"annotations": [parsed_file(name)]}
    yield from asked.paced([*spoken(f"I was given {name}, and read nothing in it."), read])


def files_of(asked: Asked) -> Iterator[Mapping[str, Any]]:
    for message in asked.body["messages"]:
        content = message.get("content")
        for part in content if isinstance(content, list) else ():
            if isinstance(part, Mapping) and isinstance(part.get("file"), Mapping):
                yield part["file"]


def parsed_file(name: str) -> dict[str, Any]:
    text = f'<file name="{name}">'
    content = [{"type": "text", "text": line} for line in (text, "Nothing was read: no model runs.", "</file>")]
    digest = hashlib.sha256(words_of(content).encode()).hexdigest()
    return {"type": "file", "file": {"hash": digest, "name": name, "content": content}}
