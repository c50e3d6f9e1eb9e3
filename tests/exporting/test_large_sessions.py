"""What an import would refuse is not written as if it could be opened: the bundle is refused, and what is read says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from parley.errors import NotASession, Unopenable
from parley.exporting import bundle, enclosed, html_page, markdown, notebook
from parley.importing import opened
from parley.notebook import Cell, Run, Session, Snapshot
from parley.request import ChatRequest


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else []


def saying(*texts: str, **settings: Any) -> Snapshot:
    cells = tuple(Cell(id=str(n), message={"role": "user", "content": text}) for n, text in enumerate(texts))
    return Snapshot(session=Session(id="s", cells=cells, settings=ChatRequest.parse(settings)))


def sent_with(messages: int) -> Snapshot:
    """One cell, whose request was sent with so many messages."""
    said = [{"role": "user", "content": f"{n}"} for n in range(messages)]
    run = Run(
        id="r", cell_id="0", request=ChatRequest.parse({"messages": said}), created=datetime(2026, 1, 1, tzinfo=UTC)
    )
    return saying("a").model_copy(update={"attempts": {"0": (run.model_copy(update={"outcome": "complete"}),)}})


TOO_LARGE: dict[str, Callable[[], Snapshot]] = {
    "characters of JSON": lambda: saying("a b" * 3_400_000),
    "32 levels": lambda: saying("a", odd=deep(40)),
    "18 digits": lambda: saying("a", seed=10**18),
    "5,000 different messages": lambda: sent_with(5_001),
    "5,000 cells": lambda: saying(*["a"] * 5_001),
    "title of more than 2,000": lambda: saying("a").model_copy(
        update={"session": saying("a").session.model_copy(update={"title": "a" * 2_001})}
    ),
    "5,000 attachments": lambda: saying("a", odd=[f"{n:04}" + "A" * 1_020 for n in range(5_001)]),
}


@pytest.mark.parametrize("why", TOO_LARGE)
def test_no_bundle_is_made_that_would_be_refused_and_what_is_read_says_so(why: str) -> None:
    snapshot = TOO_LARGE[why]()
    with pytest.raises(Unopenable, match=why):
        bundle(snapshot)
    assert enclosed(snapshot) is None


@pytest.mark.parametrize("write", [markdown, notebook, lambda one: html_page(one, embed=enclosed(one))])
def test_what_is_read_carries_no_session_then_and_promises_none(write: Callable[[Snapshot], str]) -> None:
    text = write(TOO_LARGE["18 digits"]())
    assert "drop this file" not in text
    with pytest.raises(NotASession, match="carries no session"):
        opened(text.encode())


def test_just_below_a_session_opens_again() -> None:
    snapshot = saying("a", odd=deep(28), seed=10**18 - 1, temperature=0.12345678901234567890)
    assert json.loads(bundle(opened(bundle(snapshot)))) == json.loads(bundle(snapshot))


def test_what_grows_within_a_page_is_measured_as_it_stands_there() -> None:
    snapshot = saying("<" * 2_000_000)
    assert opened(bundle(snapshot)).session.cells[0].text == snapshot.session.cells[0].text
    assert enclosed(snapshot) is None


def test_a_notebook_is_measured_with_all_that_is_in_it() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 12_000_000}}
    cell = Cell(id="c", message={"role": "user", "content": [picture]})
    snapshot = Snapshot(session=Session(id="s", cells=(cell,)))
    assert enclosed(snapshot) is not None
    assert "too large" in json.loads(notebook(snapshot))["cells"][0]["source"][-1]


@pytest.mark.parametrize("write", [markdown, lambda one: html_page(one, embed=enclosed(one))])
def test_a_file_that_would_be_refused_unread_is_only_to_be_read(write: Callable[[Snapshot], str]) -> None:
    film = {"type": "file", "file": {"filename": "film.bin", "file_data": "A" * 101_000_000}}
    cell = Cell(id="c", message={"role": "user", "content": [film]})
    snapshot = Snapshot(session=Session(id="s", cells=(cell,)))
    assert enclosed(snapshot) is not None
    text = write(snapshot)
    assert len(text) < 100_000
    assert "to be read" in text


def test_as_many_messages_as_are_read_open_again() -> None:
    (runs,) = opened(bundle(sent_with(5_000))).attempts.values()
    assert len(runs[0].request.messages) == 5_000
