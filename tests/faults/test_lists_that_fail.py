"""U28: the list of models is down, or is not what it was. What is known stays, with its age and the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from components.services import Asking
from parley import OpenRouter
from parley.catalog import Catalog
from parley.client import Clocks
from parley.listings import FRESH, Listed, Listings, Shelf
from tests.faults.serving import Answer, response, serving

QUILL = {"id": "acme/quill", "name": "Quill", "context_length": 8192, "pricing": {"prompt": "0.000002"}}
DRIFTED: list[Any] = [
    {"id": "acme/quill", "pricing": {"prompt": 0.000002, "per_thought": {"deep": [1]}}, "context_length": "8192", "moods": [None]},
    {"name": "has no id"}, None, "a text", 7, {"id": None}, {"id": "acme/pen", "pricing": "free", "architecture": [], "top_provider": 3},
]  # fmt: skip


def listing(models: Any, status: str = "200 OK") -> bytes:
    return response(json.dumps({"data": models}).encode(), status, Content_Type="application/json")


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def listed(folder: Path, *answers: Answer) -> Iterator[Callable[[], Listed[Catalog]]]:
    """Asks for the list; each time it is stale, and waits for what comes of it."""
    clock = Clock()
    with serving(*answers) as other:
        listings = Listings(folder, clock)
        shelf = Shelf("other", lambda: Asking(OpenRouter(base_url=other.url, clocks=Clocks(backoff=0.001))))

        def ask() -> Listed[Catalog]:
            clock.now += FRESH + 1
            listings.models(shelf)
            while listings.busy(shelf):
                Event().wait(0.002)
            return listings.models(shelf)

        yield ask
        listings.close()


@pytest.mark.parametrize(("down", "words"), [
    (b"", "The connection broke"), (listing([], "500 Oops"), "The server failed"), (response(b"<html>"), "not like a model server"),
    (response(b'{"data"'), "not like a model server"), (response(b"", "302 Found", Location="/"), "refused the redirect"),
])  # fmt: skip
def test_a_list_that_is_down_is_the_one_that_was_known(tmp_path: Path, down: bytes, words: str) -> None:
    with listed(tmp_path, listing([QUILL]), down) as ask:
        assert [model.id for model in ask().content] == ["acme/quill"]
        kept = ask()
    assert [model.id for model in kept.content] == ["acme/quill"]
    assert words in kept.failure
    assert kept.fetched is not None


def test_a_list_that_never_was_there_is_empty_and_says_why(tmp_path: Path) -> None:
    with listed(tmp_path, b"") as ask:
        kept = ask()
    assert (len(kept.content), kept.fetched) == (0, None)
    assert "The connection broke" in kept.failure


def test_a_list_of_three_megabytes_is_a_list(tmp_path: Path) -> None:
    models = [{**QUILL, "id": f"acme/quill-{number}", "description": "long " * 1200} for number in range(500)]
    with listed(tmp_path, listing(models)) as ask:
        assert len(ask().content) == 500


def test_a_list_whose_shape_has_drifted_keeps_what_can_be_read(tmp_path: Path) -> None:
    with listed(tmp_path, listing(DRIFTED)) as ask:
        kept = ask()
    assert [model.id for model in kept.content] == ["acme/quill", "acme/pen"]
    assert kept.failure == ""
