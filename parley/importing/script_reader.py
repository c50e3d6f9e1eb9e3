"""Literal values in JavaScript and TypeScript source, read and never run."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from parley.errors import NotARequest
from parley.importing.pasted import DEEP, Budget, filled_in, listed, refuse, step, variable

TOKEN = re.compile(
    r"""(?P<space>(?:\s|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)++)
    |(?P<string>"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?)
    |(?P<template>`(?:[^`\\]|\\.)*+`?)
    |(?P<number>0[xX][\da-fA-F_]++n?|0[bB][01_]++n?|0[oO][0-7_]++n?|(?:\d[\d_]*+(?:\.[\d_]*+)?|\.\d[\d_]*+)(?:[eE][+-]?\d++)?n?)
    |(?P<name>[^\W\d][\w$]*+|\$[\w$]*+)
    |(?P<mark>\.\.\.|=>|.)""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
HOLE = re.compile(r"(?<!\\)(?:\\\\)*\$\{")
SPOT = re.compile(r"(?<!\\)\$\{\s*([A-Za-z_$][\w$.]*)\s*\}")
SPELT = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
CLOSERS = {"{": "}", "[": "]", "(": ")"}
ENDS = frozenset({",", "}", "]", ")", ";", ""})
DEEPEST = 100
LITTLE = frozenset({"string", "template", "number", "name"})

UNSET = object()
"""`undefined`: a key that is not sent."""


class NotLiteral(Exception):
    """An expression that has no value without being run."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int


@dataclass
class Reader:
    """Reads values from a place in a text on; `declared` has where the values of constants begin."""

    text: str
    at: int = 0
    budget: Budget = field(default_factory=lambda: Budget(600_000))
    declared: dict[str, int] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    """Names in messages that became template variables."""
    plain: bool = True
    """Nothing was read so far that JSON has not, but for commas before closing brackets."""
    depth: int = 0

    def peek(self) -> Token:
        """The next token that is no space and no comment; an empty mark at the end."""
        found = TOKEN.match(self.text, self.at)
        if found is not None and found.lastgroup == "space":
            self.plain = self.plain and not found[0].strip()
            self.at = found.end()
            found = TOKEN.match(self.text, self.at)
        return Token("mark", "", self.at) if found is None else Token(str(found.lastgroup), found[0], self.at)

    def take(self) -> Token:
        self.budget.spend()
        token = self.peek()
        self.at = token.at + len(token.text)
        return token

    def takes(self, mark: str) -> bool:
        """Step over a mark if it is the next token."""
        token = self.peek()
        if token.kind == "mark" and token.text == mark:
            self.take()
            return True
        return False

    def refuse(self, token: Token, words: str) -> NotARequest:
        return refuse(self.text, token.at, words)

    def value(self, path: str = "", *, whole: bool = False) -> Any:
        """The value that begins here, with what is added to it; `whole` where anything may follow it.

        Raises NotLiteral behind an expression that it could not read.
        """
        start = self.at
        try:
            value = self.single(path)
            while isinstance(value, str) and self.takes("+"):
                more = self.single(path)
                if not isinstance(more, str):
                    raise NotLiteral
                value += more
            self.settle(whole)
        except NotLiteral:
            self.skip(start)
            raise
        return value

    def settle(self, whole: bool) -> None:
        """Step over what TypeScript says of a value: `as const`, `satisfies X`, `!`. Anything else makes it no literal."""
        token = self.peek()
        if token.text in ("as", "satisfies", "!"):
            self.plain = False
            self.skip(self.at)
        elif not whole and token.text not in ENDS:
            # A quoted text or a number would hide a missing comma.
            if token.kind in LITTLE:
                raise self.refuse(token, "expected a comma or a closing bracket.")
            raise NotLiteral

    def skip(self, start: int) -> None:
        """Step over an expression, up to the comma or bracket that ends it."""
        self.at = start
        open_marks: list[str] = []
        while True:
            token = self.peek()
            if not token.text or (not open_marks and token.kind == "mark" and token.text in ",}]);"):
                return
            self.take()
            if token.kind == "mark" and token.text in CLOSERS:
                open_marks.append(CLOSERS[token.text])
            elif open_marks and token.text == open_marks[-1]:
                open_marks.pop()

    def single(self, path: str) -> Any:
        token = self.take()
        match token.kind:
            case "string":
                return self.string(token)
            case "template":
                return self.template(token, path)
            case "number":
                return self.number(token.text)
            case "name":
                return self.name(token, path)
        if token.text in "-+" and token.text:
            return self.signed(token.text, path)
        if token.text in ("{", "["):
            return self.nested(token, path)
        if not token.text:
            raise self.refuse(token, "the text ends where a value was expected.")
        raise NotLiteral

    def nested(self, token: Token, path: str) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotARequest(DEEP)
        value = self.object(token, path) if token.text == "{" else self.list(token, path)
        self.depth -= 1
        return value

    def string(self, token: Token) -> str:
        if len(token.text) < 2 or token.text[-1] != token.text[0]:
            raise self.refuse(token, "this text is not closed by a quote.")
        self.plain = self.plain and token.text[0] == '"'
        self.budget.spend(len(token.text) // 50)
        return unescaped(token.text[1:-1])

    def template(self, token: Token, path: str) -> str:
        self.plain = False
        if len(token.text) < 2 or not token.text.endswith("`"):
            raise self.refuse(token, "this text is not closed by a backtick.")
        pieces = SPOT.split(token.text[1:-1].replace("\r\n", "\n"))
        if any(HOLE.search(piece) for piece in pieces[::2]):
            raise NotLiteral
        before = len(self.variables)
        try:
            return "".join(self.hole(piece, path) if at % 2 else unescaped(piece) for at, piece in enumerate(pieces))
        except NotLiteral:
            del self.variables[before:]
            raise

    def hole(self, name: str, path: str) -> str:
        """What stands in the place of `${name}`: the constant, or in a message a template variable."""
        try:
            value = self.constant(name, path)
        except NotLiteral:
            value = self.variable(name, path)
        if isinstance(value, str) or type(value) is int:
            return str(value)
        raise NotLiteral

    def variable(self, name: str, path: str) -> str | None:
        """The template variable for a name in a message that has no value here."""
        found = variable(name, path) if SPELT.fullmatch(name) else None
        if found is not None:
            self.variables.append(found)
        return found

    def number(self, text: str) -> int | float:
        digits = text.replace("_", "").rstrip("n")
        if text[:2].lower() in ("0x", "0b", "0o"):
            self.plain = False
            return int(digits, 0)
        try:
            value = float(digits) if set(digits) & set(".eE") else int(digits)
        except ValueError:
            raise NotARequest("A number in this text has too many digits.") from None
        if not math.isfinite(value):
            raise NotARequest(f"JSON has no number {text[:40]}.")
        return value

    def signed(self, sign: str, path: str) -> int | float:
        value = self.single(path)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise NotLiteral
        return -value if sign == "-" else value

    def name(self, token: Token, path: str) -> Any:
        if token.text in WORDS:
            return WORDS[token.text]
        self.plain = False
        if token.text == "undefined":
            return UNSET
        if token.text in ("NaN", "Infinity"):
            raise NotARequest(f"JSON has no number {token.text}.")
        if token.text == "JSON" and self.is_stringify():
            value = self.value(path)
            while not self.takes(")") and self.takes(","):
                self.skip(self.at)
            return value
        return self.constant(token.text, path)

    def is_stringify(self) -> bool:
        """Step over `.stringify(`, if it is here."""
        start = self.at
        if self.takes(".") and self.take().text == "stringify" and self.takes("("):
            return True
        self.at = start
        return False

    def constant(self, name: str, path: str) -> Any:
        """The value of a constant that was declared above."""
        place, here = self.declared.get(name), self.at
        if place is None or place >= here:
            raise NotLiteral
        self.at = place
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotARequest(DEEP)
        try:
            return self.value(path, whole=True)
        finally:
            self.at = here
            self.depth -= 1

    def list(self, opening: Token, path: str) -> list[Any]:
        found: list[Any] = []
        while not self.takes("]"):
            try:
                if self.takes("..."):
                    inner = self.value(path)
                    found += inner if isinstance(inner, list) else []
                else:
                    value = self.value(step(path, len(found)))
                    found.append(None if value is UNSET else value)
            except NotLiteral:
                self.dropped.append(step(path, len(found)))
            self.between(opening, "]")
        return found

    def object(self, opening: Token, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self.takes("}"):
            self.entry(found, path)
            self.between(opening, "}")
        return found

    def entry(self, found: dict[str, Any], path: str) -> None:
        """One key with its value, or several by `...`."""
        key, start = "", self.at
        try:
            if self.takes("..."):
                self.plain = False
                inner = self.value(path)
                found |= inner if isinstance(inner, dict) else {}
                return
            key, short = self.key()
            start = self.at
            value = self.constant(key, step(path, key)) if short else self.value(step(path, key))
        except NotLiteral:
            value = self.variable(self.text[start : self.at].strip() or key, step(path, key)) if key else None
            if value is None:
                self.dropped.append(step(path, key) if key else "...")
                return
        if value is not UNSET:
            found[key] = value

    def key(self) -> tuple[str, bool]:
        """A key, and whether it stands alone, as the name of a constant that is its value."""
        token = self.take()
        if token.kind == "string":
            name = self.string(token)
        elif token.kind in ("name", "number"):
            self.plain = False
            name = token.text
        elif token.text == "[":
            self.plain = False
            inner = self.value()
            if not isinstance(inner, str) or not self.takes("]"):
                raise self.refuse(token, "the name of this key cannot be read.")
            name = inner
        else:
            raise self.refuse(token, f"expected the name of a key or a closing bracket{seen(token)}.")
        if self.takes(":"):
            return name, False
        following = self.peek()
        if token.kind == "name" and following.text in (",", "}"):
            return name, True
        if token.kind == "name" and following.text == "(":
            self.skip(self.at)
            raise NotLiteral
        raise self.refuse(following, f"expected a colon behind the name of a key{seen(following)}.")

    def between(self, opening: Token, closing: str) -> None:
        """The comma between two entries, or the end that follows."""
        token = self.peek()
        if token.text == closing or self.takes(","):
            return
        if not token.text:
            raise self.refuse(opening, "this bracket is not closed.")
        raise self.refuse(token, f"expected a comma or a closing bracket{seen(token)}.")


def seen(token: Token) -> str:
    """What stood there instead, where it is a single sign."""
    return f", not {token.text}" if token.kind == "mark" and token.text.isprintable() and token.text else ""


def unescaped(text: str) -> str:
    """The letters of a quoted text; halves of a surrogate pair that stand side by side make one letter."""
    if "\\" not in text:
        return text
    return PAIR.sub(joined, ESCAPE.sub(letter, text))


def letter(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return ESCAPES.get(found[4], found[4])


def joined(found: re.Match[str]) -> str:
    return found[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def told(reader: Reader) -> list[str]:
    """What was left out, or is to be filled in, in words."""
    left = f"Left out, because only running the code could say what it is: {listed(reader.dropped)}."
    return [*filled_in(reader.variables), *([left] if reader.dropped else [])]
