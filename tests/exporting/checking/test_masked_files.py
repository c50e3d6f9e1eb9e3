"""Every planted secret at once, masked: none of them is in any file that leaves, neither to be read nor carried to be opened again."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest

from parley.exporting import bundle, html_page, markdown, notebook
from parley.exporting.checking import leaving, without
from parley.importing import opened
from parley.notebook import Cell, Session, Snapshot
from tests.exporting.checking.planted import PLANTED, sentence

FORMS: dict[str, Callable[[Snapshot], bytes]] = {
    "html": lambda one: html_page(one, embed=bundle(one)).encode(),
    "bundle": bundle,
    "markdown": lambda one: markdown(one).encode(),
    "notebook": lambda one: notebook(one).encode(),
}


@pytest.fixture(scope="module")
def planted() -> Snapshot:
    cells = (Cell(id=name, message={"role": "user", "content": sentence(name)}) for name in sorted(PLANTED))
    return Snapshot(session=Session(id="s", title="All of them", cells=tuple(cells)))


@pytest.fixture(scope="module")
def masked(planted: Snapshot) -> Snapshot:
    return without(planted, {one.id: "mask" for one in leaving(planted)})


def readings(data: bytes) -> str:
    """What stands in a file, as it is, as a browser reads it, and as Parley does that opens it."""
    text = data.decode(errors="replace")
    return "\n".join((text, html.unescape(text), carried(data)))


def carried(data: bytes) -> str:
    return json.dumps(json.loads(opened(data).model_dump_json()), ensure_ascii=False)


def within(text: str) -> list[str]:
    """The planted secrets that stand in it, plain or as JSON writes them."""
    dressed = {name: (secret, json.dumps(secret)[1:-1]) for name, (_, secret) in PLANTED.items()}
    return [name for name, dresses in dressed.items() if any(one in text for one in dresses)]


@pytest.mark.parametrize("form", FORMS)
def test_none_is_in_a_file_of_what_was_masked(planted: Snapshot, masked: Snapshot, form: str) -> None:
    assert len(within(carried(FORMS[form](planted)))) == len(PLANTED)
    assert within(readings(FORMS[form](masked))) == []
