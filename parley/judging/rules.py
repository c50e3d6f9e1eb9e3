"""The rules of JSON Schema as this house holds values against them, over those of `jsonschema`.

Five differences: what is missing or too much is reported at its own place; patterns are matched in linear time; equal values are
found in linear time; every rule that is looked at counts, by the work that it makes, so that a schema that multiplies itself comes to
an end; and all of a schema is read by one draft: one that is named further in would be read by the rules of `jsonschema` again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from uuid import UUID

from jsonschema import (
    Draft3Validator,
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
    FormatChecker,
    validators,
)
from jsonschema.exceptions import ValidationError

from parley.judging.patterns import matches

Rule = Callable[[Any, Any, Any, Any], Iterable[ValidationError] | None]
DRAFTS = (
    Draft3Validator,
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
)
MOST_LOOKS = 200_000
"""Looks that one answer is worth: half a second, for one of 600,000 characters."""
_COSTS = {"$ref": 8, "$dynamicRef": 8, "$recursiveRef": 8}
"""What takes longer than one look."""
_WALKING = {
    **dict.fromkeys(("items", "additionalItems", "propertyNames", "additionalProperties", "uniqueItems"), 1),
    "contains": 4,
}
"""Rules that look at each thing in a value, whatever they make of it, and what each takes."""
_SQUARED = frozenset({"unevaluatedItems", "unevaluatedProperties"})
"""Rules that look for each thing in a value among all others."""
_EACH = 8
"""Names, values that are compared, or characters held against a pattern, that take as long as one look."""
_FAULT = 5
"""Looks that a fault takes at each level on its way up."""
_LONG = 2_000
"""Characters of a text from which on a pattern may take four times as long for each; things of which one is found in one look."""
LONGEST_FORM = 400
"""Characters of a text that is held against a format."""


class TooCostly(Exception):
    """The schema asks for more looks than one answer is worth."""


class Looks:
    """What one answer is still worth, and what is known by now of the values that are looked at. They live as long as this does."""

    def __init__(self) -> None:
        self._left = MOST_LOOKS
        self._weights: dict[int, int] = {}
        self._spelt: dict[int, str] = {}
        self._sets: dict[int, frozenset[str]] = {}

    def take(self, looks: int) -> None:
        self._left -= looks
        if self._left < 0:
            raise TooCostly

    def weight(self, value: Any) -> int:
        """How many values are in one."""
        if not isinstance(value, (dict, list)):
            return 1
        known = self._weights.get(id(value))
        if known is None:
            inside = value.values() if isinstance(value, dict) else value
            known = self._weights[id(value)] = 1 + sum(map(self.weight, inside))
        return known

    def spelling(self, value: Any) -> str:
        """A value as it is compared: equal for what JSON Schema calls equal. 1 and 1.0 are one number."""
        if isinstance(value, str):
            self.take(len(value) // _LONG)
            return f'"{value}'
        if not isinstance(value, (dict, list)):
            return json.dumps(_plain_numbers(value))
        known = self._spelt.get(id(value))
        if known is None:
            self.take(self.weight(value) // _EACH)
            known = self._spelt[id(value)] = json.dumps(_plain_numbers(value), sort_keys=True)
        return known

    def spellings(self, values: Sequence[Any]) -> frozenset[str]:
        known = self._sets.get(id(values))
        if known is None:
            known = self._sets[id(values)] = frozenset(map(self.spelling, values))
        return known


looks: ContextVar[Looks] = ContextVar("looks")


@lru_cache(maxsize=16)
def careful(draft: Any) -> Any:
    """The validator class of a draft, with the rules of this house."""
    rules = {name: partial(_counted, name, rule) for name, rule in {**draft.VALIDATORS, **_OWN}.items()}
    extend: Callable[..., Any] = validators.extend
    made = extend(draft, validators={name: rules[name] for name in draft.VALIDATORS})
    further = made.evolve

    def evolve(validator: Any, **changes: Any) -> Any:
        """The same rules for another part of the schema, whatever draft that part names."""
        schema = changes.get("schema", validator.schema)
        if isinstance(schema, dict) and "$schema" in schema:
            changes["schema"] = {name: told for name, told in schema.items() if name != "$schema"}
        return further(validator, **changes)

    made.evolve = evolve
    return made


def _counted(name: str, rule: Rule, validator: Any, told: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    size, listed = _size(instance), 0 if name == "enum" else _size(told) // _EACH
    inside = size * (4 + size // _LONG) if name in _SQUARED else size * _WALKING.get(name, 0)
    looks.get().take(_COSTS.get(name, 1) + listed + inside)
    for error in rule(validator, told, instance, schema) or ():
        looks.get().take(_FAULT)
        yield error


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (dict, list)) else 0


def _fits(pattern: str, text: str) -> bool:
    looks.get().take(1 + len(text) // (_EACH if len(text) < _LONG else 2))
    return matches(pattern, text)


def _pattern(validator: Any, told: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not _fits(told, instance):
        yield ValidationError("pattern")


def _pattern_properties(validator: Any, told: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, inner in told.items():
        for name, value in instance.items():
            if _fits(pattern, name):
                yield from validator.descend(value, inner, path=name, schema_path=pattern)


def _additional(validator: Any, told: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, value in instance.items():
        if name in known or any(_fits(pattern, name) for pattern in patterns):
            continue
        if told is False:
            yield ValidationError("additional", path=(name,))
        else:
            yield from validator.descend(value, told, path=name)


def _required(validator: Any, told: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        yield from (ValidationError("missing", path=(name,)) for name in told if name not in instance)


def _unique(validator: Any, told: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if told and validator.is_type(instance, "array"):
        left, seen = looks.get(), dict[str, int]()
        for place, item in enumerate(instance):
            first = seen.setdefault(left.spelling(item), place)
            if first != place:
                yield ValidationError(str(first), path=(place,))


def _enum(validator: Any, told: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if looks.get().spelling(instance) not in looks.get().spellings(told):
        yield ValidationError("enum")


def _const(validator: Any, told: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if looks.get().spelling(instance) != looks.get().spelling(told):
        yield ValidationError("const")


def _plain_numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain_numbers(held) for name, held in value.items()}
    return [_plain_numbers(held) for held in value] if isinstance(value, list) else value


_OWN: dict[str, Rule] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "required": _required,
    "uniqueItems": _unique,
    "enum": _enum,
    "const": _const,
}
_DAY, _HOUR = r"\d{4}-\d{2}-\d{2}", r"\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:[Zz]|[+-]\d{2}:\d{2})"
_FORMS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "date": (_DAY, date.fromisoformat),
    "time": (_HOUR, time.fromisoformat),
    "date-time": (f"{_DAY}[Tt ]{_HOUR}", datetime.fromisoformat),
    "uuid": (r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", UUID),
    "ipv4": (r"[0-9.]+", IPv4Address),
    "ipv6": (r"[0-9A-Fa-f:.]+", IPv6Address),
    "email": (r"[^@\s]+@[^@\s]+", str),
}


def formats() -> FormatChecker:
    """The formats that are looked at: those that the strict mode of providers knows and that can be told for certain."""
    checker = FormatChecker(formats=())
    for name, (look, reads) in _FORMS.items():
        checker.checks(name, raises=ValueError)(partial(_has_form, look, reads))
    return checker


def _has_form(look: str, reads: Callable[[str], Any], value: object) -> bool:
    if not isinstance(value, str):
        return True
    return re.fullmatch(look, value[:LONGEST_FORM]) is not None and reads(value) is not None
