"""What the official Python SDK carries, read from its types: python -m tests.exporting.python_table > the table.

Run it from the top folder when the pinned version of the SDK changes.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

from openrouter import components
from pydantic import TypeAdapter

SCALARS = ("string", "number", "integer", "boolean", "null")


class Deriver:
    """Turns the JSON schema of the SDK's types into the nodes of our table."""

    def __init__(self) -> None:
        self.schema = TypeAdapter(components.ChatRequest).json_schema(by_alias=True)
        self.definitions: dict[str, Any] = self.schema["$defs"]

    def table(self) -> dict[str, Any]:
        kinds = {name: self.node(shape) for name, shape in self.definitions.items() if wanted(name)}
        kinds["ChatRequest"] = self.node(self.schema)
        return {"sdk": "openrouter", "version": version("openrouter"), "kinds": reached(kinds)}

    def node(self, shape: dict[str, Any]) -> Any:
        if "$ref" in shape:
            return self.referred(shape["$ref"].rpartition("/")[2])
        if "const" in shape:
            return {"is": [shape["const"]]}
        if members := shape.get("anyOf") or shape.get("oneOf"):
            return union([self.node(member) for member in members if wanted(member.get("$ref", "").rpartition("/")[2])])
        if shape.get("type") == "object":
            return self.object(shape)
        if shape.get("type") == "array":
            return {"list": self.node(shape["items"])}
        return shape.get("type", "any") if "enum" not in shape else {"is": shape["enum"]}

    def referred(self, name: str) -> Any:
        return self.node(self.definitions[name]) if "Nullable_" in name else f"#{name}"

    def object(self, shape: dict[str, Any]) -> Any:
        rest = shape.get("additionalProperties")
        inner = None if rest is None else "any" if rest is True else self.node(rest)
        if "properties" not in shape:
            return {"map": inner or "any"}
        keys = {name: named(value) or self.key(value) for name, value in shape["properties"].items()}
        always = [
            name
            for name, value in shape["properties"].items()
            if name in shape.get("required", ()) or isinstance(value.get("const"), str)
        ]
        return {"keys": keys, **({"must": always} if always else {}), **({"rest": inner} if inner else {})}

    def key(self, shape: dict[str, Any]) -> Any:
        """A key that is optional and not nullable is left out when it is null."""
        members = shape.get("anyOf", ())
        if {"type": "null"} in members:
            return union([self.node(member) for member in members if member != {"type": "null"}])
        return self.node(shape)


def named(shape: dict[str, Any]) -> Any:
    """A list of words that has room for others, where it is what tells objects apart; elsewhere any text will do."""
    known = next((one["enum"] for one in shape.get("anyOf", ()) if "enum" in one), None)
    tells = known is not None and "type" in shape.get("title", "").lower().split()
    return {"is": known, "open": True} if tells else None


def wanted(name: str) -> bool:
    """What stands for nothing, or for something unknown that the SDK would wrap, is no way to carry a value."""
    return name != "Unset" and not name.startswith("Unknown")


def union(members: list[Any]) -> Any:
    flat = [inner for one in members for inner in (one["one"] if isinstance(one, dict) and "one" in one else [one])]
    once = [one for index, one in enumerate(flat) if one not in flat[:index]]
    open_words = [one for one in once if not ("string" in once and isinstance(one, dict) and words(one))]
    return open_words[0] if len(open_words) == 1 else {"one": open_words}


def words(node: dict[str, Any]) -> bool:
    return all(isinstance(word, str) for word in node.get("is", [None]))


def reached(kinds: dict[str, Any]) -> dict[str, Any]:
    """The kinds that a request can hold, sorted by name."""
    todo, found = ["ChatRequest"], set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += references(kinds[name])
    return {name: kinds[name] for name in sorted(found)}


def references(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node[1:]] if node.startswith("#") else []
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [name for one in inside for name in references(one)]


def written(table: dict[str, Any]) -> str:
    """The table as it stands in the repository: a kind a line."""
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(node)}" for name, node in table["kinds"].items())
    head = ", ".join(f"{json.dumps(key)}: {json.dumps(table[key])}" for key in ("sdk", "version"))
    return f'{{{head}, "kinds": {{\n{lines}\n}}}}\n'


if __name__ == "__main__":
    sys.stdout.write(written(Deriver().table()))
