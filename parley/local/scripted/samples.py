"""The simplest value that a JSON Schema allows: what a script answers where a model would think."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from parley.local.parts import Refusal

DEEPEST = 12
MOST_VALUES = 2_000
LONGEST_LIST, LONGEST_TEXT = 100, 10_000
INVALID = {"error_type": "invalid_request"}
FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "email": "nobody@example.org",
    "uri": "https://example.org/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def sample(schema: object, word: str = "scripted") -> Any:
    """A value for the schema; texts are `word`. Keywords that this does not know (`pattern`, `not`, ...) are not looked at.

    Raises Refusal for what is no schema.
    """
    try:
        return Sampler(schema if isinstance(schema, Mapping) else {}, word).value(schema, 0)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
        raise Refusal(400, "The JSON Schema in the request is not valid.", metadata=INVALID) from None


class Sampler:
    """Walks one schema; `root` is where its references point into."""

    def __init__(self, root: Mapping[str, Any], word: str) -> None:
        self._root = root
        self._word = word
        self._left = MOST_VALUES

    def value(self, schema: object, depth: int) -> Any:
        self._left -= 1
        if not isinstance(schema, Mapping) or depth > DEEPEST or self._left < 0:
            return None
        schema = self._joined(self._followed(schema))
        for name in ("const", "default"):
            if name in schema:
                return schema[name]
        if schema.get("enum"):
            return schema["enum"][0]
        for name in ("anyOf", "oneOf"):
            if schema.get(name):
                return self.value(schema[name][0], depth + 1)
        return self._typed(kind_of(schema), schema, depth)

    def _typed(self, kind: str, schema: Mapping[str, Any], depth: int) -> Any:
        match kind:
            case "object":
                properties: Mapping[str, Any] = schema.get("properties") or {}
                named = dict.fromkeys([*properties, *(schema.get("required") or ())])
                return {name: self.value(properties.get(name, {"type": "string"}), depth + 1) for name in named}
            case "array":
                return [self.value(schema.get("items", {}), depth + 1)] * bounded(schema, "minItems", 1, LONGEST_LIST)
            case "integer" | "number":
                return number(schema)
            case "boolean":
                return True
            case "string":
                return self._text(schema)
        return None

    def _text(self, schema: Mapping[str, Any]) -> str:
        text = FORMATS.get(str(schema.get("format")), self._word)
        padded = text.ljust(bounded(schema, "minLength", 0, LONGEST_TEXT), ".")
        return padded[: bounded(schema, "maxLength", LONGEST_TEXT, LONGEST_TEXT)]

    def _followed(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema that stands behind `$ref`, for references into the schema itself."""
        for _ in range(DEEPEST):
            if not isinstance(schema.get("$ref"), str):
                break
            found: Any = self._root
            for step in re.findall(r"[^#/]+", schema["$ref"]):
                found = found.get(step) if isinstance(found, Mapping) else None
            schema = found if isinstance(found, Mapping) else {}
        return schema

    def _joined(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema with its `allOf` laid over one another."""
        joined = dict(schema)
        for layer in joined.pop("allOf", None) or ():
            layer = self._followed(layer) if isinstance(layer, Mapping) else {}
            properties = {**(joined.get("properties") or {}), **(layer.get("properties") or {})}
            joined |= {**layer, **({"properties": properties} if properties else {})}
        return joined


def kind_of(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    return str(kind or ("object" if "properties" in schema else "array" if "items" in schema else "string"))


def bounded(schema: Mapping[str, Any], name: str, default: int, most: int) -> int:
    return max(0 if default == 0 else 1, min(int(schema.get(name, default)), most))


def number(schema: Mapping[str, Any]) -> float:
    """The smallest whole number within the bounds, or the bound itself."""
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum", min(0, schema.get("maximum", 0))))
    low = -(-low // step) * step if step else low
    found: float = low + step if low == schema.get("exclusiveMinimum") else low
    return found
