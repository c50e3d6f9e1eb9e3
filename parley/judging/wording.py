"""What a value breaks, in words that follow the name of its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jsonschema.exceptions import ValidationError, best_match

from parley.judging.faults import json_path
from parley.request.kept import brief, counted
from parley.request.paths import Path

_A = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
_LISTED = 6


def words_of(error: ValidationError) -> tuple[Path, str]:
    """The place of what is broken, and what is wrong there."""
    place, rule = tuple(error.absolute_path), str(error.validator)
    if rule in ("anyOf", "oneOf") and error.context:
        return place, _of_several(error)
    if error.validator is None:
        return place, "is not allowed here at all"
    tell = _WORDS.get(rule)
    return place, tell(error.instance, error.validator_value, error) if tell else f"breaks the rule {rule}"


def _of_several(error: ValidationError) -> str:
    """Which of several shapes comes nearest, and what is wrong with it there."""
    nearest = best_match(iter([error]))
    told = f"fits none of the {counted(len(_branches(error.validator_value)), 'shape')} that are allowed"
    if nearest is None or nearest is error:
        return told
    place, words = words_of(nearest)
    return f"{told}; in the nearest, {json_path(place)} {words}"


def _branches(told: Any) -> list[Any]:
    return list(told)


def _kind(instance: Any, told: Any, error: ValidationError) -> str:
    kinds = told if isinstance(told, list) else [told]
    return f"is {brief(instance)}; it must be {' or '.join(_A.get(kind, str(kind)) for kind in kinds)}"


def _enum(instance: Any, told: Any, error: ValidationError) -> str:
    more = f" or one of {len(told) - _LISTED} more" if len(told) > _LISTED else ""
    return f"is {brief(instance)}; it must be one of {', '.join(brief(one) for one in told[:_LISTED])}{more}"


def _size(noun: str, most: bool) -> Callable[[Any, Any, ValidationError], str]:
    limit = "at most" if most else "at least"
    return lambda instance, told, error: f"has {counted(len(instance), noun)}; {limit} {told:,} are allowed"


def _bound(words: str) -> Callable[[Any, Any, ValidationError], str]:
    return lambda instance, told, error: f"is {brief(instance)}; it must be {words} {brief(told)}"


_WORDS: dict[str, Callable[[Any, Any, ValidationError], str]] = {
    "type": _kind,
    "enum": _enum,
    "const": _bound("exactly"),
    "required": lambda instance, told, error: "is missing",
    "additionalProperties": lambda instance, told, error: "is not in the schema, which is closed to other keys",
    "unevaluatedProperties": lambda instance, told, error: "has keys that are not in the schema",
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("more than"),
    "exclusiveMaximum": _bound("less than"),
    "multipleOf": _bound("a multiple of"),
    "minLength": _size("character", most=False),
    "maxLength": _size("character", most=True),
    "minItems": _size("item", most=False),
    "maxItems": _size("item", most=True),
    "minProperties": _size("key", most=False),
    "maxProperties": _size("key", most=True),
    "pattern": lambda instance, told, error: f"is {brief(instance)}, which does not match {brief(told)}",
    "format": lambda instance, told, error: f"is {brief(instance)}, which is no {told}",
    "uniqueItems": lambda instance, told, error: f"is the same as item {error.message}; items must differ",
    "contains": lambda instance, told, error: "has no item as the schema asks for",
    "oneOf": lambda instance, told, error: "fits more than one of the shapes of which it must fit one",
    "not": lambda instance, told, error: "is what the schema rules out",
    "dependentRequired": lambda instance, told, error: "lacks a key that another one asks for",
}
