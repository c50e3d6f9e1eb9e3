"""Which files of a session can be opened again, known before they are handed out."""

from __future__ import annotations

import json

from parley.bundle import COMMENT, LARGEST_MB, TEMPLATE, carried
from parley.bundle.limits import LARGEST
from parley.exporting.bundling import enclosed
from parley.exporting.document import markdown
from parley.exporting.jupyter import notebook
from parley.exporting.page import html_page
from parley.notebook import Snapshot

_TIMES = 8
"""How often a text may stand in a file, escapes and all: what is that far below the limit is not written to see."""


def only_read(snapshot: Snapshot) -> frozenset[str]:
    """Those of `html`, `markdown` and `notebook` that would leave the session out, because it could not be opened from there."""
    made, most = enclosed(snapshot), LARGEST_MB * 10**6
    size = most + 1 if made is None else len(carried(made))
    if size > most:
        return frozenset({"html", "markdown", "notebook"})
    weight = _TIMES * sum(len(json.dumps(piece, default=str)) for piece in snapshot.pieces())
    found = set()
    if size > LARGEST or (weight > LARGEST and "parley" not in json.loads(notebook(snapshot))["metadata"]):
        found.add("notebook")
    if weight > most:
        found |= {"html"} if TEMPLATE[0] not in html_page(snapshot, embed=made) else set()
        found |= {"markdown"} if COMMENT[0] not in markdown(snapshot) else set()
    return frozenset(found)
