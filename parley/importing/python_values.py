"""Literal values in Python source, read as syntax and never executed."""

from __future__ import annotations

import ast
import math
import re
import textwrap
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

from parley.importing.pasted import Budget, filled_in, listed, read_json, step, variable

UNSET = object()
"""What stands for nothing: `omit`, `UNSET`, `NOT_GIVEN`."""
TAKING = frozenset({"append", "update", "extend", "insert"})
CHANGING = TAKING | {"pop", "remove", "clear", "setdefault", "reverse", "sort", "popitem"}
"""What lists and objects are changed by."""
UNSET_NAMES = frozenset({"omit", "UNSET", "NOT_GIVEN", "not_given", "MISSING"})


MESSAGE = re.compile(r"(System|Developer|User|Assistant|Tool)Message")
"""In the names of the official SDK's classes, which know the role that they are."""


class NotLiteral(Exception):
    """An expression that has no value without being executed."""


@dataclass(frozen=True)
class Change:
    """A statement that changes the list or the object that a name stands for."""

    line: int
    what: str
    value: ast.expr | None
    place: ast.expr | None = None
    inside: tuple[ast.expr, ...] = ()
    """The keys on the way to what is changed, as in `body["messages"].append(…)`."""


@dataclass
class Values:
    """What the expressions of one text mean; `names` has every plain assignment, in the order of the text."""

    budget: Budget = field(default_factory=Budget)
    names: dict[str, list[tuple[int, ast.expr]]] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    """Paths of what could not be read."""
    variables: list[str] = field(default_factory=list)
    """Names in messages that became template variables."""

    def learn(self, tree: ast.AST) -> None:
        """Note every assignment to a plain name."""
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.names.setdefault(name, []).append((node.lineno, value))
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self.names.setdefault(name, []).append((node.lineno, value))
                case ast.Assign(targets=[ast.Subscript(value=target, slice=place)], value=value):
                    self.change(target, node.lineno, "set", value, place)
                case ast.AugAssign(target=target, value=value):
                    self.change(target, node.lineno, type(node.op).__name__, value)
                case ast.Delete(targets=[ast.Subscript(value=target, slice=place)]):
                    self.change(target, node.lineno, "del", None, place)
                case ast.Call(func=ast.Attribute(value=target, attr=what), args=args) if what in CHANGING:
                    new = args[-1] if args and what in TAKING else None
                    self.change(target, node.lineno, what, new, args[0] if len(args) > 1 else None)
        for known in self.names.values():
            known.sort(key=lambda entry: entry[0])
        for changes in self.changes.values():
            changes.sort(key=lambda change: change.line)

    def change(
        self, target: ast.expr, line: int, what: str, value: ast.expr | None, place: ast.expr | None = None
    ) -> None:
        """Note a statement that changes what a plain name stands for, or something inside of it."""
        keys: list[ast.expr] = []
        while isinstance(target, ast.Subscript):
            keys.append(target.slice)
            target = target.value
        if isinstance(target, ast.Name):
            self.changes.setdefault(target.id, []).append(Change(line, what, value, place, tuple(reversed(keys))))

    def value(self, node: ast.expr, path: str = "") -> Any:
        """The value of an expression; what is inside of it and cannot be read is left out. Raises NotLiteral."""
        self.budget.spend()
        match node:
            case ast.Constant(value=value):
                return self.constant(value)
            case ast.Dict():
                return self.mapping(node, path)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return self.items(items, path)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                return self.signed(sign, self.value(operand, path))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.sum(self.value(left, path), self.value(right, path))
            case ast.JoinedStr(values=parts):
                return self.joined(parts, path)
            case ast.Name(id=name):
                return self.named(name, node.lineno, path)
            case ast.Attribute(attr=name) if name in UNSET_NAMES:
                return UNSET
            case ast.Call():
                return self.call(node, path)
        raise NotLiteral

    def constant(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        if isinstance(value, str):
            self.budget.spend(len(value) // 50)
            return value
        raise NotLiteral

    def mapping(self, node: ast.Dict, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                found |= self.spread(item, path)
            else:
                name = self.value(key, path)
                self.put(found, name if isinstance(name, str) else str(name), item, path)
        return found

    def spread(self, node: ast.expr, path: str) -> dict[str, Any]:
        """What `**` puts into an object; nothing where it cannot be read."""
        try:
            inner = self.value(node, path)
        except NotLiteral:
            inner = None
        if not isinstance(inner, dict):
            self.dropped.append(step(path, "**"))
            return {}
        return inner

    def put(self, target: dict[str, Any], key: str, node: ast.expr, path: str) -> None:
        """Set a key, unless its value cannot be read, or stands for nothing."""
        here = step(path, key)
        try:
            value = self.value(node, here)
        except NotLiteral:
            value = self.variable(node, here)
            if value is None:
                self.dropped.append(here)
                return
        if value is not UNSET:
            target[key] = value

    def items(self, nodes: list[ast.expr], path: str) -> list[Any]:
        found: list[Any] = []
        for index, node in enumerate(nodes):
            try:
                if isinstance(node, ast.Starred):
                    inner = self.value(node.value, path)
                    found += inner if isinstance(inner, list) else []
                else:
                    found.append(self.value(node, step(path, index)))
            except NotLiteral:
                self.dropped.append(step(path, index))
        return found

    def signed(self, sign: ast.unaryop, number: Any) -> Any:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise NotLiteral
        return -number if isinstance(sign, ast.USub) else number

    def sum(self, left: Any, right: Any) -> Any:
        if type(left) is not type(right) or not isinstance(left, (str, list)):
            raise NotLiteral
        self.budget.spend(len(left + right) // 50)
        return left + right

    def joined(self, parts: list[ast.expr], path: str) -> str:
        """An f-string, whole or not at all."""
        before = len(self.variables)
        try:
            return "".join(self.part(part, path) for part in parts)
        except NotLiteral:
            del self.variables[before:]
            raise

    def part(self, node: ast.expr, path: str) -> str:
        """One piece of an f-string."""
        if isinstance(node, ast.FormattedValue) and node.conversion == -1 and node.format_spec is None:
            node = node.value
        try:
            value = self.value(node, path)
        except NotLiteral:
            value = self.variable(node, path)
        if isinstance(value, str) or type(value) is int:
            return str(value)
        raise NotLiteral

    def variable(self, node: ast.expr, path: str) -> str | None:
        """The template variable for a name in a message that has no value here."""
        found = variable(ast.unparse(node), path) if isinstance(node, ast.Name | ast.Attribute) else None
        if found is not None:
            self.variables.append(found)
        return found

    def named(self, name: str, line: int, path: str) -> Any:
        """The value that was last assigned to a name above a line."""
        if name in UNSET_NAMES:
            return UNSET
        known = self.names.get(name, [])
        place = bisect_left([where for where, _ in known], line)
        if not place:
            raise NotLiteral
        begun, node = known[place - 1]
        value = self.value(node, path)
        for change in self.changes.get(name, ()):
            if begun < change.line < line:
                value = self.changed(value, change, path)
        return value

    def changed(self, value: Any, change: Change, path: str) -> Any:
        """What one statement makes of a list, an object or a text; what cannot be read of it is left out."""
        try:
            new = UNSET if change.value is None else self.value(change.value, path)
            place = None if change.place is None else self.value(change.place)
            inner = value
            for key in change.inside:
                inner = inner[self.value(key)]
        except (NotLiteral, LookupError, TypeError):
            new = place = inner = UNSET
        match inner, change.what, new:
            case dict(), "set", _ if isinstance(place, str):
                inner.pop(place, None) if new is UNSET else inner.update({place: new})
            case dict(), "update" | "BitOr", dict():
                inner.update(new)
            case list(), "append", _ if new is not UNSET:
                inner.append(new)
            case list(), "insert", _ if new is not UNSET and isinstance(place, int):
                inner.insert(place, new)
            case list(), "extend" | "Add", list():
                inner.extend(new)
            case str(), "Add", str() if not change.inside:
                return self.sum(inner, new)
            case _:
                self.dropped.append(f"a change of {path or 'the body'} in line {change.line}")
        return value

    def call(self, node: ast.Call, path: str) -> Any:
        """`json.dumps(…)` and `json.loads("…")` of a literal, `dict(…)`, and the SDK's own classes, made of keywords."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("encode", "strip", "dedent"):
            return self.text_of(name, node, path)
        if name == "dumps" and node.args:
            return self.value(node.args[0], path)
        if name == "loads" and len(node.args) == 1:
            text = self.value(node.args[0], path)
            return read_json(text) if isinstance(text, str) else text
        if not node.args and (name == "dict" or name[:1].isupper()):
            found = self.keywords(node, path)
            said = None if "role" in found else MESSAGE.search(name)
            return {"role": said[1].lower(), **found} if said else found
        raise NotLiteral

    def text_of(self, name: str, node: ast.Call, path: str) -> Any:
        """`json.dumps(…).encode()`, `"…".strip()` and `dedent("…")`."""
        if name == "dedent" and node.args:
            inner = self.value(node.args[0], path)
        elif name != "dedent" and isinstance(node.func, ast.Attribute) and (name == "encode" or not node.args):
            inner = self.value(node.func.value, path)
        else:
            raise NotLiteral
        if name == "encode":
            return inner
        if not isinstance(inner, str):
            raise NotLiteral
        return inner.strip() if name == "strip" else textwrap.dedent(inner)

    def keywords(self, node: ast.Call, path: str = "", leave: frozenset[str] = frozenset()) -> dict[str, Any]:
        """The keyword arguments of a call, those of `**` among them."""
        found: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                try:
                    inner = self.value(keyword.value, path)
                except NotLiteral:
                    self.dropped.append("**")
                    continue
                found |= (
                    {key: item for key, item in inner.items() if key not in leave} if isinstance(inner, dict) else {}
                )
            elif keyword.arg not in leave:
                self.put(found, keyword.arg, keyword.value, path)
        return found

    def told(self) -> list[str]:
        """What was left out, in words."""
        left = f"Left out, because only running the code could say what it is: {listed(self.dropped)}."
        return [*filled_in(self.variables), *([left] if self.dropped else [])]
