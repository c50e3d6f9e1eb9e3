"""The values inside a request: whatever is valid by our declarations, or by the contract, is typed at every depth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openrouter import components

from parley.request import ChatRequest, Kept
from parley.request.kinds import tags
from parley.request.plugins import AnyPlugin
from parley.request.shapes import leaves
from parley.request.tools import Tool

CONTRACT = Path(__file__).resolve().parents[2] / "../shared" / "contract" / "openrouter-openapi.json"
NUMBERS = st.integers(-5, 5) | st.floats(-2, 2)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-5, 5),
    float: st.floats(-2, 2),
    str: st.text(max_size=5),
    type(None): st.none(),
    Any: st.none() | st.booleans() | st.text(max_size=3) | st.lists(st.integers(), max_size=2),
}
RELAXED = settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)


def valid(annotation: Any) -> st.SearchStrategy[Any]:
    """JSON that an annotation of ours takes."""
    return st.one_of([valid_leaf(leaf) for leaf in leaves(annotation)])


def valid_leaf(leaf: Any) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(leaf), get_args(leaf)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is list:
        return st.lists(st.deferred(lambda: valid(inner[0])), max_size=2)
    if origin is dict:
        return st.dictionaries(st.text(max_size=4), st.deferred(lambda: valid(inner[1])), max_size=2)
    return PLAIN[leaf] if leaf in PLAIN else valid_object(leaf)


def valid_object(kind: type[Kept]) -> st.SearchStrategy[dict[str, Any]]:
    shapes = {key: kind.model_fields[name] for key, name in kind.wire.items()}
    must = {key: valid(field.annotation) for key, field in shapes.items() if field.is_required()}
    may = {key: valid(field.annotation) for key, field in shapes.items() if not field.is_required()}
    return st.fixed_dictionaries(must, optional=may)


def kinds(annotation: Any = None) -> Iterator[type[Kept]]:
    """Every class of value there can be in a request, the request first."""
    todo: list[Any] = [ChatRequest]
    seen: dict[type[Kept], None] = {}
    while todo:
        leaf = todo.pop()
        if isinstance(leaf, type) and issubclass(leaf, Kept):
            if leaf not in seen:
                seen[leaf] = None
                todo += [part for field in leaf.model_fields.values() for part in leaves(field.annotation)]
        else:
            todo += [part for inner in get_args(leaf) for part in leaves(inner) if not isinstance(part, str)]
    yield from seen


KINDS = sorted(kinds(), key=lambda kind: kind.__name__)


def untyped(value: Any, path: str = "") -> list[str]:
    """Paths of what is kept raw, because its key is not declared or because its type is not."""
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in untyped(item, f"{path}[{index}]")]
    if not isinstance(value, Kept):
        return []
    mine = [f"{path}.{key}" for key in value.extra]
    return mine + [found for key, held in value.held() for found in untyped(held, f"{path}.{key}")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@RELAXED
@given(data=st.data())
def test_a_valid_value_is_typed_throughout_and_comes_back(kind: type[Kept], data: st.DataObject) -> None:
    body = data.draw(valid_object(kind))
    value = kind.model_validate(body)
    assert untyped(value) == []
    assert json.dumps(value.payload()) == json.dumps(body)
    assert kind(**body) == value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_value_says_what_it_is(kind: type[Kept]) -> None:
    assert kind.__doc__
    assert kind.__doc__.strip().endswith(".")


def known(union: Any, key: str) -> set[str]:
    return {tag for kind in leaves(union) for tag in tags(kind, key)}


def unwrapped(annotation: Any) -> Any:
    annotation = getattr(annotation, "__value__", annotation)
    return unwrapped(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation


def literals(annotation: Any) -> set[str]:
    annotation = unwrapped(annotation)
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {word for part in get_args(annotation) for word in literals(part)}


def theirs(annotation: Any, key: str) -> set[str]:
    """The words by which the official package tells the members of a union apart."""
    annotation = unwrapped(annotation)
    if not hasattr(annotation, "model_fields"):
        return {word for part in get_args(annotation) for word in theirs(part, key)}
    field = annotation.model_fields.get(key)
    return literals(field.annotation) if field else set()


def test_plugins_and_tools_are_those_of_the_official_package() -> None:
    fields = components.ChatRequest.model_fields
    assert theirs(fields["plugins"].annotation, "id") == known(AnyPlugin, "id")
    assert theirs(fields["tools"].annotation, "type") == known(Tool, "type")


def their_keys(annotation: Any) -> set[str]:
    """The names of every key at every depth of the official package's request."""
    found: set[str] = set()
    seen: set[Any] = set()
    todo = [unwrapped(annotation)]
    while todo:
        part = todo.pop()
        fields = getattr(part, "model_fields", {})
        if not fields:
            todo += [unwrapped(inner) for inner in get_args(part)]
        elif part not in seen and not part.__name__.startswith(("Armor", "Unknown")):
            seen.add(part)
            found |= {field.alias or name for name, field in fields.items()}
            todo += [unwrapped(field.annotation) for field in fields.values()]
    return found


def test_every_key_of_the_official_package_is_declared_somewhere() -> None:
    ours = {key for kind in KINDS for key in kind.wire}
    assert their_keys(components.ChatRequest) - ours == set()


def schemas() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CONTRACT.read_text())["components"]["schemas"] if CONTRACT.exists() else {}
    return found


def drawn(schema: dict[str, Any], all_schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    """JSON that a schema of the contract allows."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return st.deferred(lambda: drawn(all_schemas[name], all_schemas))
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return st.one_of([drawn(part, all_schemas) for part in schema[choice]])
    if "allOf" in schema:
        return drawn(schema["allOf"][0], all_schemas)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    types = schema.get("type", ["string", "null", "boolean"])
    return st.one_of([drawn_type(one, schema, all_schemas) for one in ([types] if isinstance(types, str) else types)])


def drawn_type(name: str, schema: dict[str, Any], all_schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    if name == "array":
        return st.lists(drawn(schema.get("items", {}), all_schemas), min_size=schema.get("minItems", 0), max_size=2)
    if name == "object":
        parts = {key: drawn(part, all_schemas) for key, part in schema.get("properties", {}).items()}
        must = {key: parts[key] for key in schema.get("required", [])}
        return st.fixed_dictionaries(must, optional={key: part for key, part in parts.items() if key not in must})
    texts = st.text(min_size=schema.get("minLength", 0), max_size=8)
    simple = {"string": texts, "integer": st.integers(), "number": NUMBERS, "boolean": st.booleans(), "null": st.none()}
    return simple[name]


@pytest.mark.skipif(not CONTRACT.exists(), reason="the API's description is not here")
@settings(RELAXED, max_examples=100)
@given(drawn({"$ref": "#/components/schemas/ChatRequest"}, schemas()))
def test_whatever_the_contract_allows_is_typed_throughout(body: dict[str, Any]) -> None:
    request = ChatRequest.parse(body)
    assert untyped(request) == []
    assert json.dumps(request.payload()) == json.dumps(body)
    assert ChatRequest(**body) == request
