"""Looking for models: words, filters, orders, over made-up lists and the recorded one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.catalog import Catalog
from parley.catalog.finding import ORDERS, Wanted, choices, found

TRAFFIC = Path(__file__).resolve().parents[2] / "../shared/traffic"
recorded = pytest.mark.skipif(not TRAFFIC.exists(), reason="the recorded traffic is not here")

QUILL = {
    "id": "acme/quill",
    "name": "Acme: Quill",
    "description": "Writes letters.",
    "created": 3,
    "context_length": 128_000,
    "pricing": {"prompt": "0.000002", "completion": "0.00001"},
    "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
    "supported_parameters": ["seed", "tools"],
}
BRUSH = {
    "id": "bolt/brush",
    "name": "Brush",
    "description": "Draws, and writes with a quill.",
    "created": 1,
    "context_length": 8_000,
    "pricing": {"prompt": "0", "completion": "0"},
    "architecture": {"input_modalities": ["text"], "output_modalities": ["text", "image"]},
    "supported_parameters": ["seed"],
}
ROUTER = {"id": "~acme/any", "name": "Any", "created": 2, "pricing": {"prompt": "-1", "completion": "-1"}}
MODELS = Catalog.parse([QUILL, BRUSH, ROUTER]).models


def ids(**wanted: Any) -> list[str]:
    return [model.id for model in found(MODELS, Wanted(**wanted))]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["acme/quill", "~acme/any", "bolt/brush"]),
        ({"free": True}, ["bolt/brush"]),
        ({"context": 100_000}, ["acme/quill"]),
        ({"inputs": ("text", "image")}, ["acme/quill"]),
        ({"outputs": ("image",)}, ["bolt/brush"]),
        ({"parameters": ("seed", "tools")}, ["acme/quill"]),
        ({"authors": ("acme",)}, ["acme/quill", "~acme/any"]),
        ({"price": 10}, ["acme/quill", "bolt/brush"]),
        ({"price": 9.99}, ["bolt/brush"]),
        ({"price": 0}, ["bolt/brush"]),
        ({"words": "LETTERS quill"}, ["acme/quill"]),
        ({"words": "nothing like it"}, []),
        ({"order": "name"}, ["acme/quill", "~acme/any", "bolt/brush"]),
        ({"order": "cheapest"}, ["bolt/brush", "acme/quill", "~acme/any"]),
        ({"order": "dearest"}, ["acme/quill", "bolt/brush", "~acme/any"]),
        ({"order": "context"}, ["acme/quill", "bolt/brush", "~acme/any"]),
    ],
)
def test_models_are_found_as_they_are_wanted(wanted: dict[str, Any], expected: list[str]) -> None:
    assert ids(**wanted) == expected


def test_a_name_comes_before_a_description() -> None:
    assert ids(words="quill", order="cheapest") == ["acme/quill", "bolt/brush"]


def test_what_there_is_to_choose_from_comes_commonest_first() -> None:
    offered = choices(MODELS)
    assert offered.parameters == ("seed", "tools")
    assert offered.inputs == ("text", "image")
    assert offered.authors == ("acme", "bolt")


@settings(deadline=None)
@given(
    st.builds(
        Wanted,
        words=st.text(max_size=6),
        free=st.booleans(),
        context=st.none() | st.integers(0, 10**7),
        price=st.none() | st.floats(0, 100),
        authors=st.lists(st.sampled_from(["acme", "bolt"]), max_size=2).map(tuple),
        order=st.sampled_from(list(ORDERS)),
    )
)
def test_a_further_wish_never_finds_more(wanted: Wanted) -> None:
    some = set(found(MODELS, wanted))
    assert some <= set(found(MODELS, Wanted(words=wanted.words)))
    assert some == set(found(found(MODELS, wanted), wanted))


@recorded
def test_the_recorded_catalogue_is_found_by_every_filter() -> None:
    (path,) = TRAFFIC.glob("models_2026*")
    models = Catalog.parse(json.loads(json.loads(path.read_text(encoding="utf-8"))["body"])).models
    assert len(found(models, Wanted())) == 413
    free = found(models, Wanted(free=True, order="name"))
    assert free
    assert all(model.pricing.prompt == 0 for model in free)
    assert {model.id for model in found(models, Wanted(words="openrouter/auto", price=1000))} == set()
    offered = choices(models)
    assert offered.parameters[0] == "max_tokens"
    assert len(offered.authors) > 50
    assert found(models, Wanted(words="claude opus", parameters=("tools",), inputs=("image",)))
