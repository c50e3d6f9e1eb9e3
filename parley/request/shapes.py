"""What a type annotation lets into JSON, for editors and for sentences."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import MISSING

from parley.request.kept import Kept

JsonType = Literal["null", "boolean", "integer", "number", "string", "array", "object"]

NOUNS: dict[JsonType, tuple[str, str]] = {
    "boolean": ("true or false", "switches"),
    "integer": ("a whole number", "whole numbers"),
    "number": ("a number", "numbers"),
    "string": ("text", "texts"),
    "array": ("a list", "lists"),
    "object": ("an object", "objects"),
    "null": ("null", "nulls"),
}
"""One of each type in words, and several of them."""


def leaves(annotation: Any) -> Iterator[Any]:
    """The members of a union, however deep and annotated, without MISSING."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from leaves(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from leaves(member)
    elif annotation is not MISSING:
        yield annotation


def leaf_type(leaf: Any) -> tuple[JsonType, ...]:
    """The JSON types of one leaf; several only where anything goes."""
    origin = get_origin(leaf) or leaf
    plain: dict[Any, JsonType] = {bool: "boolean", int: "integer", float: "number", str: "string"}
    plain |= {list: "array", dict: "object", type(None): "null", Literal: "string"}
    if origin is Any:
        return tuple(NOUNS)
    return ("object",) if isinstance(origin, type) and issubclass(origin, Kept) else (plain[origin],)


def json_types(annotation: Any) -> tuple[JsonType, ...]:
    """The JSON types an annotation takes, each once; an integer that may also be a float is a number."""
    found = dict.fromkeys(kind for leaf in leaves(annotation) for kind in leaf_type(leaf))
    return tuple(kind for kind in found if not (kind == "integer" and "number" in found))


def choices(annotation: Any) -> tuple[str, ...]:
    """The words a Literal in the annotation lists, or those for the items of a list; others may be taken as well."""
    found: list[str] = []
    for leaf in leaves(annotation):
        if get_origin(leaf) is Literal:
            found.extend(get_args(leaf))
        elif get_origin(leaf) is list:
            found.extend(choices(get_args(leaf)[0]))
    return tuple(dict.fromkeys(found))


def parts(annotation: Any) -> tuple[str, ...]:
    """Every key and every known word inside what an annotation takes, at any depth, each once."""
    found: dict[str, None] = {}
    seen: set[type[Kept]] = set()
    todo = list(leaves(annotation))
    while todo:
        leaf = todo.pop()
        if isinstance(leaf, type) and issubclass(leaf, Kept) and leaf not in seen:
            seen.add(leaf)
            found |= dict.fromkeys(leaf.wire)
            todo += [inner for field in leaf.model_fields.values() for inner in leaves(field.annotation)]
        elif get_origin(leaf) is Literal:
            found |= dict.fromkeys(get_args(leaf))
        elif get_origin(leaf) in (list, dict):
            todo += leaves(get_args(leaf)[-1])
    return tuple(found)


def items(annotation: Any) -> tuple[JsonType, ...]:
    """The JSON types of a list's items or of a map's values; empty where the annotation has neither."""
    inner = [get_args(leaf)[-1] for leaf in leaves(annotation) if get_origin(leaf) in (list, dict)]
    return tuple(dict.fromkeys(kind for one in inner for kind in json_types(one)))


def wanted(annotation: Any) -> str:
    """In words what an annotation takes: `a number or null`, `a list of texts`."""
    kinds, inner = json_types(annotation), items(annotation)
    words = [NOUNS[kind][0] for kind in kinds]
    if "array" in kinds and len(inner) == 1:
        words[kinds.index("array")] = f"a list of {NOUNS[inner[0]][1]}"
    return either(words)


def either(words: list[str] | tuple[str, ...]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
