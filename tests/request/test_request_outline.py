"""The tree of parts that every form is drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import MISSING

from parley.request import FIELDS
from parley.request.outline import NESTING, Part, outline

FORMS = [spec.name for spec in FIELDS if spec.editor == "json" and spec.name != "messages"]


def parts(part: Part) -> Iterator[Part]:
    """A part and all that is inside it."""
    yield part
    for inner in (*part.parts, *([part.item] if part.item else [])):
        yield from parts(inner)


@pytest.mark.parametrize("name", FORMS)
def test_every_key_inside_a_field_is_named_and_explained(name: str) -> None:
    for part in parts(outline(name)):
        assert part.accepts
        assert part.wanted
        if part.key:
            assert part.label
            assert part.help, f"{part.key} in {name} has no docstring"
            assert not part.nests or part.shape in NESTING


@pytest.mark.parametrize(
    ("name", "path", "shape"),
    [
        ("provider", ["order"], "text_list"),
        ("provider", ["zdr"], "switch"),
        ("provider", ["max_price", "prompt"], "price"),
        ("provider", ["sort"], "either"),
        ("provider", ["options"], "json"),
        ("reasoning", ["max_tokens"], "integer"),
        ("response_format", ["json_schema", "json_schema", "schema"], "schema"),
        ("trace", ["trace_id"], "text"),
        ("debug", ["echo_upstream_body"], "switch"),
    ],
)
def test_a_shape_follows_from_the_declared_type(name: str, path: list[str], shape: str) -> None:
    part = outline(name)
    for key in path:
        found = part.inner(key)
        assert found is not None
        part = found
    assert part.shape == shape


@pytest.mark.parametrize(
    ("name", "shape", "item"),
    [
        ("tools", "list", "kinds"),
        ("plugins", "list", "kinds"),
        ("stop_server_tools_when", "list", "kinds"),
        ("metadata", "map", "text"),
        ("logit_bias", "map", "number"),
        ("image_config", "map", "loose"),
    ],
)
def test_what_repeats_says_what(name: str, shape: str, item: str) -> None:
    part = outline(name)
    assert part.item is not None
    assert (part.shape, part.item.shape) == (shape, item)
    assert part.noun.split()[0] in ("a", "an")


def test_kinds_are_found_by_their_tag_and_have_it_not_among_their_keys() -> None:
    union = outline("tools").item
    assert union is not None
    assert {"function", "openrouter:web_search", "web_search_preview", "openrouter:files"} <= {
        kind.key for kind in union.parts
    }
    assert all(kind.inner("type") is None for kind in union.parts)
    kind = union.kind_of({"type": "openrouter:datetime"})
    assert kind is not None
    assert kind.label == "Datetime"
    assert union.kind_of({"type": "of tomorrow"}) is union.kind_of(3) is None


@pytest.mark.parametrize(
    ("value", "shape"),
    [(MISSING, "number"), (2, "number"), ({}, "object"), ({"p50": 1}, "object"), ("fast", None), (None, None)],
)
def test_one_of_several_shapes_is_told_by_the_value(value: Any, shape: str | None) -> None:
    part = outline("provider").inner("preferred_max_latency")
    assert part is not None
    found = part.shape_of(value)
    assert (found and found.shape) == shape


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("cache_control", {"type": "ephemeral"}),
        ("prediction", {"type": "content"}),
        ("deferred_tools", {"protocol": "v1", "profile": "portable", "validation": "runtime"}),
        ("provider", {}),
    ],
)
def test_an_object_begins_with_what_it_must_have_and_is_known(name: str, start: dict[str, Any]) -> None:
    assert outline(name).start() == start
