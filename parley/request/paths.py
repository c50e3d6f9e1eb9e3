"""Edits at one place inside a JSON value; what is edited is copied along the way there, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import MISSING

Step = str | int
Path = tuple[Step, ...]


def found(value: Any, path: Path) -> Any:
    """What stands at the end of a path; MISSING where nothing does."""
    for step in path:
        if not holds(value, step):
            return MISSING
        value = value[step]
    return value


def holds(value: Any, step: Step) -> bool:
    if isinstance(step, int):
        return isinstance(value, list) and 0 <= step < len(value)
    return isinstance(value, dict) and step in value


def put(value: Any, path: Path, new: Any, starts: Sequence[Mapping[str, Any]] = ()) -> Any:
    """The value with `new` at the end of the path.

    What is no object or list on the way becomes one; `starts[i]` are the keys that such an object at `path[:i]` begins
    with. An index behind the end of a list appends to it.
    """
    if not path:
        return new
    head, rest = path[0], path[1:]
    inner = put(found(value, (head,)), rest, new, starts[1:])
    if isinstance(head, int):
        items = list(value) if isinstance(value, list) else []
        items[head : head + 1] = [inner]
        return items
    return {**(value if isinstance(value, dict) else dict(starts[0]) if starts else {}), head: inner}


def cut(value: Any, path: Path) -> Any:
    """The value without what stands at the end of the path; MISSING where nothing is left of it.

    An object or a list that loses its last member goes with it, but an item of a list stays where it is: it goes only
    when it is cut itself.
    """
    if not path or found(value, path) is MISSING:
        return value if path else MISSING
    head, rest = path[0], path[1:]
    inner = cut(value[head], rest)
    if inner is MISSING and rest and isinstance(head, int):
        inner = {}
    if inner is not MISSING:
        return put(value, (head,), inner)
    if isinstance(value, list):
        left: Any = [item for index, item in enumerate(value) if index != head]
    else:
        left = {key: held for key, held in value.items() if key != head}
    return left or MISSING


def renamed(value: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """The map with another name for one of its entries, in the same place; an entry that has that name already goes."""
    return {new if key == old else key: held for key, held in value.items() if key != new or old == new}


def moved(items: Sequence[Any], index: int, by: int) -> list[Any]:
    """The list with one item some places further down, or up; at an end it stays."""
    left = [item for place, item in enumerate(items) if place != index]
    left.insert(min(max(index + by, 0), len(left)), items[index])
    return left


def spelt(path: Path) -> str:
    """A path as problems spell it: `provider.max_price.prompt`, `tools[0].type`."""
    words = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(words).removeprefix(".")
