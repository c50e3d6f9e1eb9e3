"""A value held against a JSON schema; the one door to `jsonschema`. Nothing is ever fetched for it.

Source: JSON Schema 2020-12, or the draft that the schema names.
"""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable

from parley.judging.faults import Fault, Held, json_path
from parley.judging.patterns import MOST as MOST_PATTERNS
from parley.judging.patterns import knows
from parley.judging.rules import DRAFTS, Looks, TooCostly, careful, formats, looks
from parley.judging.wording import words_of
from parley.request.kept import brief
from parley.request.schemas import lint, subschemas
from parley.wire.json_text import scrubbed

MOST_FAULTS = 50
"""Faults that are told; further ones are counted."""
MOST_COUNTED = 1_000
LARGEST = 10_000
"""Values in a schema that is read: checking the schema itself takes longer than anything else."""
_DRAFTS = {str(one.META_SCHEMA["$schema"]).rstrip("#"): one for one in DRAFTS}
_TOGETHER = ("patternProperties", "unevaluatedProperties")
"""`jsonschema` matches the one by Python's expressions on behalf of the other."""


def held_against(schema: Any, value: Any) -> Held:
    """Every rule of the schema that the value breaks, with its place; whatever the schema is, this comes to an end."""
    try:
        schema = scrubbed(schema)
        if broken := _broken(json.dumps(schema)):
            return Held(unchecked=broken)
        return _held(schema, value)
    except TooCostly:
        return Held(unchecked="The schema asks for more looks at this answer than it is worth, so it is not checked.")
    except RecursionError:
        return Held(unchecked="The schema or the answer is nested too deep to be checked.")
    except Unresolvable as error:
        return Held(
            unchecked=f"The schema refers to {brief(str(error.ref))}, which is not in it. Nothing is fetched, so it is not checked."
        )
    except (ValueError, TypeError, ArithmeticError, AttributeError, LookupError) as error:
        return Held(unchecked=f"The schema cannot be used: {brief(str(error), 120)}.")


@lru_cache(maxsize=32)
def _broken(spelt: str) -> str:
    """What is wrong with the schema itself; the first lapse, as the panel names it."""
    schema = json.loads(spelt)
    if Looks().weight(schema) > LARGEST:
        return f"The schema holds more than {LARGEST:,} values, so the answer is not checked."
    for lapse in lint(schema):
        if lapse.blocks:
            return f"The schema is broken, so the answer is not checked: {lapse.sentence}."
    draft = _draft(schema)
    try:
        draft.check_schema(schema, format_checker=formats())
    except SchemaError as error:
        told = f"{json_path(tuple(error.absolute_path))} is {brief(error.instance)}, which no schema can have there"
        return f"The schema is broken, so the answer is not checked: {told}."
    return ""


def _draft(schema: Any) -> Any:
    return _DRAFTS.get(_draft_named(schema), Draft202012Validator)


def _draft_named(schema: Any) -> str:
    named = schema.get("$schema") if isinstance(schema, dict) else None
    return str(named).rstrip("#") if named else ""


def _held(schema: Any, value: Any) -> Held:
    if all(rule in json.dumps(schema) for rule in _TOGETHER):
        return Held(unchecked=f"A schema with both {' and '.join(_TOGETHER)} cannot be checked here.")
    blind = _unknown_patterns(schema)
    looks.set(Looks())
    validator = careful(_draft(schema))(schema, registry=Registry(), format_checker=formats())
    found = [words_of(error) for error in islice(validator.iter_errors(value), MOST_COUNTED)]
    faults = tuple(Fault(path=path, words=words) for path, words in dict.fromkeys(found))
    left_out = tuple(f"the pattern {brief(pattern)}" for pattern in blind)
    named = _draft_named(schema)
    return Held(
        faults=faults[:MOST_FAULTS],
        more=max(0, len(faults) - MOST_FAULTS),
        left_out=left_out,
        unknown_draft="" if named in _DRAFTS else named,
    )


def _unknown_patterns(schema: Any) -> list[str]:
    """Patterns that cannot be matched here; what JavaScript alone can read is such a one."""
    found: list[str] = []
    for _, one in subschemas(schema):
        if isinstance(one, dict):
            own = [one["pattern"]] if isinstance(one.get("pattern"), str) else []
            named = one.get("patternProperties")
            found += [*own, *(named if isinstance(named, dict) else ())]
    patterns = list(dict.fromkeys(found))
    if len(patterns) > MOST_PATTERNS:
        raise TooCostly
    return [pattern for pattern in patterns if not knows(pattern)]
