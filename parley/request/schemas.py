"""JSON schemas as people write them: what no endpoint can read, and what the strict mode asks for besides.

Looks at the form of a schema, not at values. Sources: JSON Schema 2020-12; OpenAI's guide to structured outputs for the
strict mode, which other providers follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parley.request.kept import brief, copied
from parley.request.paths import Path, spelt

TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
ONE_SCHEMA = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
SCHEMAS_BY_NAME = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
LISTS_OF_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
SIZES = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
ORDERED = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
UNSTRICT = frozenset(
    (
        "allOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "contains",
        "uniqueItems",
    )
)
"""Keywords that the strict mode does not have."""
LONGEST_WAY = 400
"""Steps into a schema that are looked at; what is deeper no endpoint would take anyway."""
DEEPEST, MOST_PROPERTIES = 10, 5_000
"""Levels of objects, and properties in all, that the strict mode allows."""
READ_OTHERWISE = ("\\p", "(?<", "[[", "--", "&&", "||", "~~")
"""What JavaScript and Python read differently in a regular expression, so that nothing is said of one that has it."""
EMPTY_OBJECT: dict[str, Any] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


@dataclass(frozen=True)
class Lapse:
    """One thing that is wrong with a schema, and where in it."""

    path: Path
    words: str
    """What is wrong, after the name of the place: `has no type`."""
    blocks: bool = True
    """Whether no endpoint could take it; False is advice."""

    @property
    def sentence(self) -> str:
        return f"{spelt(self.path) or 'The schema'} {self.words}"


def subschemas(schema: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """A schema and every schema inside it, with its place, from the top down."""
    todo = [(path, schema)]
    while todo:
        here, one = todo.pop()
        yield here, one
        if isinstance(one, dict) and len(here) < LONGEST_WAY:
            todo += reversed(list(children(here, one)))


def children(path: Path, schema: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for word, held in schema.items():
        if word in SCHEMAS_BY_NAME and isinstance(held, dict):
            yield from (((*path, word, name), inner) for name, inner in held.items())
        elif (word in LISTS_OF_SCHEMAS or word == "items") and isinstance(held, list):
            yield from (((*path, word, index), inner) for index, inner in enumerate(held))
        elif word in ONE_SCHEMA:
            yield (*path, word), held


def lint(schema: Any) -> tuple[Lapse, ...]:
    """What is wrong with a schema, whoever reads it."""
    found: list[Lapse] = []
    for path, one in subschemas(schema):
        if isinstance(one, dict):
            found += [lapse for look in LOOKS for lapse in look(path, one)]
            found += dangling(path, one, schema)
        elif not isinstance(one, bool):
            found.append(Lapse(path, f"is {brief(one)}; a schema is an object"))
    return tuple(found)


def wrong_type(path: Path, schema: Mapping[str, Any]) -> Iterator[Lapse]:
    if "type" not in schema:
        return
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    for kind in kinds or [[]]:
        if kind not in TYPES:
            yield Lapse((*path, "type"), f"is {brief(kind)}; it must be one of {', '.join(TYPES)}")


def wrong_box(path: Path, schema: Mapping[str, Any]) -> Iterator[Lapse]:
    """Keywords that must hold several schemas, or a list."""
    for word in SCHEMAS_BY_NAME:
        if word in schema and not isinstance(schema[word], dict):
            yield Lapse((*path, word), f"is {brief(schema[word])}; it must be an object of schemas by name")
    for word in LISTS_OF_SCHEMAS:
        if word in schema and not (isinstance(schema[word], list) and schema[word]):
            yield Lapse((*path, word), f"is {brief(schema[word])}; it must be a list of schemas, at least one")
    if "enum" in schema and not (isinstance(schema["enum"], list) and schema["enum"]):
        yield Lapse((*path, "enum"), f"is {brief(schema['enum'])}; it must be a list of values, at least one")


def wrong_required(path: Path, schema: Mapping[str, Any]) -> Iterator[Lapse]:
    if "required" not in schema:
        return
    names, known, here = schema["required"], schema.get("properties"), (*path, "required")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        yield Lapse(here, f"is {brief(names)}; it must be a list of property names")
        return
    for name in names:
        if isinstance(known, dict) and name not in known:
            yield Lapse(here, f"names {brief(name)}, which is not among the properties", blocks=False)


def wrong_number(path: Path, schema: Mapping[str, Any]) -> Iterator[Lapse]:
    for word in (*SIZES, *NUMBERS):
        if word in schema and not is_number(schema[word], whole=word in SIZES):
            wanted = "a whole number, 0 or more" if word in SIZES else "a number"
            yield Lapse((*path, word), f"is {brief(schema[word])}; it must be {wanted}")
    for low, high in ORDERED:
        if (
            low in schema
            and high in schema
            and is_number(schema[low])
            and is_number(schema[high])
            and schema[low] > schema[high]
        ):
            yield Lapse((*path, low), f"is {brief(schema[low])}, more than {high}, {brief(schema[high])}: nothing fits")


def is_number(value: Any, *, whole: bool = False) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value - value != 0:
        return False
    return not whole or (value == int(value) and value >= 0)


def wrong_pattern(path: Path, schema: Mapping[str, Any]) -> Iterator[Lapse]:
    if "pattern" not in schema:
        return
    pattern, here = schema["pattern"], (*path, "pattern")
    if not isinstance(pattern, str):
        yield Lapse(here, f"is {brief(pattern)}; it must be a regular expression in text")
    elif not any(word in pattern for word in READ_OTHERWISE):
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            yield Lapse(here, f"is no regular expression: {error}", blocks=False)


LOOKS: tuple[Callable[[Path, Mapping[str, Any]], Iterator[Lapse]], ...] = (
    wrong_type,
    wrong_box,
    wrong_required,
    wrong_number,
    wrong_pattern,
)


def dangling(path: Path, schema: Mapping[str, Any], root: Any) -> Iterator[Lapse]:
    """A reference into the schema itself that leads nowhere."""
    if "$ref" not in schema:
        return
    target = schema["$ref"]
    if not isinstance(target, str):
        yield Lapse((*path, "$ref"), f"is {brief(target)}; it must be text such as #/$defs/name")
    elif target.startswith("#/") and not leads(root, target):
        yield Lapse((*path, "$ref"), f"is {brief(target)}, and there is no such place in the schema")


def leads(root: Any, target: str) -> bool:
    for word in target.removeprefix("#/").split("/"):
        name = word.replace("~1", "/").replace("~0", "~")
        if isinstance(root, list) and name.isdecimal() and int(name) < len(root):
            root = root[int(name)]
        elif isinstance(root, dict) and name in root:
            root = root[name]
        else:
            return False
    return True


def is_object(schema: Any) -> bool:
    kinds = schema.get("type") if isinstance(schema, dict) else None
    return (
        kinds == "object"
        or (isinstance(kinds, list) and "object" in kinds)
        or (isinstance(schema, dict) and isinstance(schema.get("properties"), dict))
    )


def properties_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    known = schema.get("properties")
    return known if isinstance(known, dict) else {}


def strict_lapses(schema: Any) -> tuple[Lapse, ...]:
    """What keeps a schema from being used with `strict: true`."""
    found = [] if is_object(schema) else [Lapse((), "is no object at its root")]
    amount = 0
    for path, one in subschemas(schema):
        if not isinstance(one, dict):
            continue
        found += [Lapse(path, f"has {word}, which strict mode does not know") for word in one if word in UNSTRICT]
        if is_object(one):
            amount += len(properties_of(one))
            found += loose_ends(path, one)
    if amount > MOST_PROPERTIES:
        found.append(Lapse((), f"has {amount:,} properties in all; strict mode allows {MOST_PROPERTIES:,}"))
    return tuple(found)


def loose_ends(path: Path, schema: Mapping[str, Any]) -> Iterator[Lapse]:
    """What an object lacks to be closed and complete."""
    if schema.get("additionalProperties") is not False:
        yield Lapse(path, "lacks additionalProperties: false")
    listed = schema.get("required")
    missing = [name for name in properties_of(schema) if not isinstance(listed, list) or name not in listed]
    if missing:
        yield Lapse(path, f"does not require {', '.join(missing)}")
    if sum(step == "properties" for step in path) == DEEPEST:
        yield Lapse(path, f"is nested deeper than the {DEEPEST} levels that strict mode allows")


def made_strict(schema: Any) -> Any:
    """The schema with every object closed to other keys and every property required; nothing else is changed."""
    strict = copied(schema)
    for _, one in subschemas(strict):
        if isinstance(one, dict) and is_object(one):
            one["additionalProperties"] = False
            one["required"] = list(properties_of(one))
    return strict
