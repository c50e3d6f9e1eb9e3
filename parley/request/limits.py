"""Values held against the bounds that are declared with their fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parley.request.kept import brief, counted
from parley.request.knob import Bounds
from parley.request.problem import Problem, at
from parley.request.remedy import Remedy


def outside(path: str, value: Any, bounds: Bounds) -> Iterator[Problem]:
    """Everything in a value that its bounds do not allow; also looks at the items of a list and the values of a map."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)):
        yield from number_outside(path, value, bounds)
    elif isinstance(value, str):
        yield from text_outside(path, value, bounds)
    elif isinstance(value, list):
        yield from count_outside(path, value, bounds, "item")
        for index, item in enumerate(value):
            yield from scalar_outside(f"{path}[{index}]", item, bounds)
    elif isinstance(value, dict):
        yield from count_outside(path, value, bounds, "pair")
        for key, item in value.items():
            yield from key_outside(path, key, bounds)
            yield from scalar_outside(f"{path}.{key}", item, bounds)


def scalar_outside(path: str, value: Any, bounds: Bounds) -> Iterator[Problem]:
    if not isinstance(value, (list, dict)):
        yield from outside(path, value, bounds)


def number_outside(path: str, value: float, bounds: Bounds) -> Iterator[Problem]:
    if (bounds.low is not None and value < bounds.low) or (bounds.high is not None and value > bounds.high):
        words = f"{path} is {brief(value)}; it must be {span(bounds.low, bounds.high)}"
        yield at(path, value, words, remedies=nearest(path, value, bounds))


def nearest(path: str, value: float, bounds: Bounds) -> tuple[Remedy, ...]:
    """The closest number that is allowed."""
    if value - value != 0:
        return ()
    edge = bounds.low if bounds.low is not None and value < bounds.low else bounds.high
    return (Remedy(label=f"Set {path} to {brief(edge)}", put={path: edge}),)


def first_ones(path: str, value: list[Any] | dict[str, Any], bounds: Bounds) -> tuple[Remedy, ...]:
    """As many of a list as are allowed; of a map nobody can say which."""
    most = bounds.most
    if most is None or len(value) <= most or isinstance(value, dict):
        return (Remedy(label=f"Drop {path}", drop=(path,)),) if not value else ()
    return (Remedy(label=f"Keep the first {most:,}", put={path: value[:most]}),)


def count_outside(path: str, value: list[Any] | dict[str, Any], bounds: Bounds, noun: str) -> Iterator[Problem]:
    if len(value) < (bounds.least or 0) or (bounds.most is not None and len(value) > bounds.most):
        words = f"{path} has {counted(len(value), noun)}; there must be {span(bounds.least, bounds.most)}"
        yield at(path, value, words, remedies=first_ones(path, value, bounds))


def text_outside(path: str, value: str, bounds: Bounds) -> Iterator[Problem]:
    if len(value) < (bounds.shortest or 0) or (bounds.longest is not None and len(value) > bounds.longest):
        allowed = span(bounds.shortest, bounds.longest)
        size = counted(len(value), "character")
        yield at(path, value, f"{path} has {size} ({brief(value, 30)}); there must be {allowed}")
    if bounds.pattern and not re.fullmatch(bounds.pattern, value):
        yield at(path, value, f"{path} is {brief(value, 30)}; it must be {bounds.alphabet}")


def key_outside(path: str, key: str, bounds: Bounds) -> Iterator[Problem]:
    if bounds.key is not None and len(key) > bounds.key:
        size = counted(len(key), "character")
        yield at(path, key, f"{path} has a name of {size} ({brief(key, 30)}); it must be {span(None, bounds.key)}")


def span(low: float | None, high: float | None) -> str:
    """A range in words: `0 to 2`, `1 or more`, `at most 16`."""
    if low is not None and high is not None:
        return f"{low:,} to {high:,}"
    return f"{low:,} or more" if low is not None else f"at most {high:,}"
