"""A way out of a problem: a named change to the request, as data that one click carries out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from parley.request.kept import copied
from parley.value import Value

Step = str | int


class Remedy(Value):
    """What to put where and what to leave out, under the words of its button.

    Paths are spelled as in problems: `provider.max_price.prompt`, `tools[0].parameters`. What a drop leaves empty is
    dropped with it, up to the field.
    """

    label: str
    """What is done, in two to four words, such as `Set logprobs`."""
    put: dict[str, Any] = Field(default_factory=dict)
    """New values by path; objects on the way that are not there yet are made."""
    drop: tuple[str, ...] = ()

    def under(self, path: str) -> Remedy:
        """The same for an object that stands at `path` of a request."""
        if not path:
            return self
        put = {f"{path}.{name}": value for name, value in self.put.items()}
        return Remedy(label=self.label, put=put, drop=tuple(f"{path}.{name}" for name in self.drop))

    def applied(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body with the change made to it; the one that is given stays as it is."""
        changed: dict[str, Any] = copied(dict(body))
        for path, value in self.put.items():
            put_at(changed, steps(changed, path), copied(value))
        for way in sorted((steps(changed, path) for path in self.drop), key=in_order, reverse=True):
            drop_at(changed, way)
        return changed


def steps(value: Any, path: str) -> tuple[Step, ...]:
    """The keys and indexes that a path means in this value; a key may itself hold a dot, so the longest that is there wins."""
    if not path:
        return ()
    if isinstance(value, list) and path.startswith("["):
        digits, _, rest = path[1:].partition("]")
        index = int(digits)
        return index, *steps(value[index] if index < len(value) else None, rest.removeprefix("."))
    held = value if isinstance(value, dict) else {}
    known = [key for key in held if path == key or path.startswith((f"{key}.", f"{key}["))]
    name = max(known, key=len, default=path.partition(".")[0])
    return name, *steps(held.get(name), path[len(name) :].removeprefix("."))


def put_at(value: Any, way: tuple[Step, ...], new: Any) -> None:
    """Put `new` where the way ends; what is no object in the middle of it makes room for one."""
    head, *rest = way
    if not rest:
        value[head] = new
        return
    if isinstance(head, str) and not isinstance(value.get(head), (dict, list)):
        value[head] = {}
    put_at(value[head], tuple(rest), new)


def drop_at(value: Any, way: tuple[Step, ...]) -> bool:
    """Leave out what stands where the way ends, and what is empty without it; gives whether there was anything."""
    head, *rest = way
    there = isinstance(value, dict) and head in value if isinstance(head, str) else head < len(value)
    if not there or (rest and not drop_at(value[head], tuple(rest))):
        return False
    if not rest or value[head] in ({}, []):
        del value[head]
    return True


def in_order(way: tuple[Step, ...]) -> list[tuple[bool, int, str]]:
    """Sorts items of a list by their number; dropped from behind, none moves another that is still to go."""
    return [(isinstance(step, str), 0, step) if isinstance(step, str) else (False, step, "") for step in way]
