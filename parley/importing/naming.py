"""Names of the TypeScript clients turned into JSON names, at every depth, by what the request declares."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from parley.importing.pasted import step
from parley.request import ChatRequest, Kept
from parley.request.fields import camel
from parley.request.kinds import Reader
from parley.request.misfits import reader_of
from parley.request.shapes import leaves

FIELDS_OF_ALL = "additionalProperties"
"""Under which the TypeScript SDK takes the keys of an object that has room for any."""


def json_names(body: dict[str, Any]) -> dict[str, Any]:
    """The body under JSON names. What is no declared key, and all inside of it, stays as it is."""
    return _object(body, ChatRequest)


def _object(given: dict[str, Any], kind: type[Kept]) -> dict[str, Any]:
    names = _spellings(kind)
    free = given.get(FIELDS_OF_ALL) if FIELDS_OF_ALL not in kind.wire else None
    found: dict[str, Any] = {}
    for key, value in given.items():
        if key == FIELDS_OF_ALL and isinstance(free, dict):
            continue
        name = names.get(key, key)
        name = key if name in given else name
        found[name] = _inside(value, kind, name) if name in kind.wire else value
    return {**(free if isinstance(free, dict) else {}), **found}


def _inside(value: Any, kind: type[Kept], name: str) -> Any:
    """The objects that are the value of a declared key, or the items of its list."""
    if isinstance(value, list):
        return [_inside(item, kind, name) if isinstance(item, dict) else item for item in value]
    if isinstance(value, dict) and (inner := _shape(kind, name).kind_of(value)) is not None:
        return _object(value, inner)
    return value


class Shape(NamedTuple):
    """What the objects under a declared key are: told apart by a key of theirs, or all of one kind."""

    reader: Reader | None
    single: type[Kept] | None

    def kind_of(self, value: dict[str, Any]) -> type[Kept] | None:
        return self.reader.kind_of(value) if self.reader is not None else self.single


@cache
def _shape(kind: type[Kept], name: str) -> Shape:
    annotation = kind.model_fields[kind.wire[name]].annotation
    members = list(leaves(annotation))
    members += [inner for leaf in members if get_origin(leaf) is list for inner in leaves(get_args(leaf)[0])]
    kinds = (leaf for leaf in members if isinstance(leaf, type) and issubclass(leaf, Kept))
    return Shape(reader_of(annotation), next(kinds, None))


@cache
def _spellings(kind: type[Kept]) -> dict[str, str]:
    """The camelCase spelling of every declared key that has one."""
    return {camel(key): key for key in kind.wire if "_" in key}


def unknown(value: Kept, path: str = "") -> Iterator[str]:
    """The paths of keys that are declared nowhere."""
    for key, held in value.held():
        here = step(path, key)
        if key not in value.wire:
            yield here
        elif not value.is_raw(key):
            yield from _unknown_in(held, here)


def _unknown_in(held: Any, path: str) -> Iterator[str]:
    if isinstance(held, Kept):
        yield from unknown(held, path)
    elif isinstance(held, list):
        for index, item in enumerate(held):
            yield from _unknown_in(item, step(path, index))
