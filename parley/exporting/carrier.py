"""What an official SDK carries of a request, by a table of its types: the rest it would drop, refuse or change.

The tables stand beside this module, one for each SDK and version. They were read from the SDKs' own types; Parley does
not import the SDKs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, NamedTuple

from parley.value import Value

HALF = re.compile("[\ud800-\udfff]")
WORD = re.compile(r"[A-Za-z_$][\w$]*")
SAFE = 2**53 - 1
"""The largest whole number that JavaScript tells from its neighbours."""
FIELDS_OF_ALL = "additionalProperties"
"""Under which the TypeScript SDK takes the keys of an object that has room for any."""


class Fit(NamedTuple):
    """What is left of a value, and the paths of what is not."""

    kept: Any
    lost: tuple[str, ...] = ()


class Table(Value):
    """The types of one SDK. A node is the name of a JSON type, `any`, `#` and a kind, or an object with one of the
    keys `is`, `list`, `map`, `one` or `keys`. `is` has known words, `open` beside it lets other words in; beside `keys`,
    `must` names those that an object needs, `rest` is the type of any other key, and `sdk` has the SDK's own spelling
    where it is not the JSON name."""

    sdk: str
    version: str
    kinds: dict[str, Any]


@cache
def table(language: str) -> Table:
    """The table for `python` or `typescript`."""
    text = (files("parley.exporting") / f"carried_{language}.json").read_text(encoding="utf-8")
    return Table.model_validate(json.loads(text))


@dataclass(frozen=True)
class Carrier:
    """Fits values to the types of one SDK.

    `script` is for JavaScript: its numbers, its unions, which take the first member that fits, and its names for keys.
    """

    kinds: dict[str, Any]
    script: bool = False
    renames: bool = False

    def request(self, body: dict[str, Any]) -> Fit:
        """What is carried of a whole body; the SDKs do not go without a list of messages."""
        found = self.fit("#ChatRequest", body, "")
        if found is not None:
            return found
        kept, lost = self.fit("#ChatRequest", {**body, "messages": []}, "") or Fit({})
        return Fit(kept, (*lost, *(["messages"] if "messages" in body else [])))

    def fit(self, node: Any, value: Any, path: str) -> Fit | None:
        """What is left of a value as this type; None where it is of another one."""
        if isinstance(node, str):
            return self.fit(self.kinds[node[1:]], value, path) if node[0] == "#" else self.plain(node, value, path)
        if "is" in node:
            known = value in node["is"] and not isinstance(value, bool)
            return Fit(value) if known or ("open" in node and self.is_plain("string", value)) else None
        if "one" in node:
            return self.member(node["one"], value, path)
        if "list" in node:
            return self.items(node["list"], value, path) if isinstance(value, list) else None
        if not isinstance(value, dict):
            return None
        return self.object(node, value, path) if "keys" in node else self.map(node["map"], value, path)

    def plain(self, kind: str, value: Any, path: str) -> Fit | None:
        if kind == "any":
            return self.anything(value, path)
        return Fit(value) if self.is_plain(kind, value) else None

    def is_plain(self, kind: str, value: Any) -> bool:
        match value:
            case None:
                return kind == "null"
            case bool():
                return kind == "boolean"
            case str():
                return kind == "string" and self.sayable(value)
            case int():
                return kind in ("integer", "number") and self.exact(kind, value)
            case float():
                return kind == "number" or (kind == "integer" and value.is_integer())
        return False

    def sayable(self, text: str) -> bool:
        """Half a surrogate pair cannot leave Python as UTF-8."""
        return self.script or not HALF.search(text)

    def exact(self, kind: str, number: int) -> bool:
        """Whether a whole number arrives as it is, where it is held as a float."""
        return abs(number) <= SAFE or (kind == "integer" and not self.script)

    def anything(self, value: Any, path: str) -> Fit | None:
        if isinstance(value, list):
            return self.items("any", value, path)
        if isinstance(value, dict):
            return self.map("any", value, path)
        kinds = ("null", "boolean", "string", "integer" if isinstance(value, int) else "number")
        return Fit(value) if any(self.is_plain(kind, value) for kind in kinds) else None

    def member(self, nodes: list[Any], value: Any, path: str) -> Fit | None:
        """The first member of a union that a value fits; for Python one that it names, else the one that keeps most."""
        fits = ((node, fit) for node in nodes if (fit := self.fit(node, value, path)) is not None)
        if self.script:
            return next((fit for _, fit in fits), None)
        return min(fits, key=lambda found: (not self.names(found[0], value), len(found[1].lost)), default=(None, None))[
            1
        ]

    def names(self, node: Any, value: Any) -> bool:
        """Whether a value says by a word of its own that it is of this type."""
        shape = self.kinds[node[1:]] if isinstance(node, str) and node[0] == "#" else node
        keys = shape.get("keys", {}) if isinstance(shape, dict) and isinstance(value, dict) else {}
        return any(isinstance(inner, dict) and value.get(key) in inner.get("is", ()) for key, inner in keys.items())

    def items(self, node: Any, values: list[Any], path: str) -> Fit:
        return gathered(
            list,
            (
                (index, self.fit(node, item, f"{path}[{index}]"), f"{path}[{index}]")
                for index, item in enumerate(values)
            ),
        )

    def map(self, node: Any, value: dict[str, Any], path: str) -> Fit:
        return gathered(
            dict,
            (
                (key, self.fit(node, item, step(path, key)) if self.is_key(key) else None, step(path, key))
                for key, item in value.items()
            ),
        )

    def is_key(self, key: str) -> bool:
        return self.sayable(key) and not (self.script and key == "__proto__")

    def object(self, node: dict[str, Any], value: dict[str, Any], path: str) -> Fit | None:
        keys, rest = node["keys"], node.get("rest")
        must = node.get("must", ())
        if any(key not in value for key in must):
            return None
        known = {key: self.fit(keys[key], value[key], step(path, key)) for key in value if key in keys}
        if not all(stands(known[key]) for key in must):
            return None
        more = {
            key: self.fit(rest, item, step(path, key))
            for key, item in value.items()
            if rest and key not in keys and self.is_key(key)
        }
        found = gathered(dict, ((key, known.get(key, more.get(key)), step(path, key)) for key in value))
        return Fit(self.named(node, found.kept), found.lost) if self.renames else found

    def named(self, node: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
        """The object under the SDK's own names."""
        names = node.get("sdk", {})
        own = {names.get(key, key): item for key, item in kept.items() if key in node["keys"]}
        free = {key: item for key, item in kept.items() if key not in node["keys"]}
        return {**own, FIELDS_OF_ALL: free} if free else own


def stands(fit: Fit | None) -> bool:
    """Whether something is left of a value, or nothing was there from the start."""
    return fit is not None and bool(fit.kept or not fit.lost)


def gathered(kind: Callable[..., Any], entries: Iterator[tuple[Any, Fit | None, str]]) -> Fit:
    """A list or an object of what is left of its entries; one that lost all it had is left out."""
    found = list(entries)
    kept = [(key, fit.kept) for key, fit, _ in found if fit is not None and stands(fit)]
    lost = chain.from_iterable((path,) if fit is None else fit.lost for _, fit, path in found)
    return Fit([item for _, item in kept] if kind is list else dict(kept), tuple(lost))


def step(path: str, key: str) -> str:
    """The path of a key, spelt so that it stays on its line whatever the key holds."""
    if WORD.fullmatch(key) and key.isascii():
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(key)}]"
