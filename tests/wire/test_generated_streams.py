"""Streams made of every variant that was seen in the wild, checked against what their maker knows."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from parley.errors import ProviderFailed

Reader = Callable[..., Any]
WORDS = ["Hello", " wörld", " 漢字", " 😀", "\n\n", "`code`", " \u2028", "\u0085", "$x$", '"q"', "\\"]
FORMATS = ["unknown", "anthropic-claude-v1", "openai-responses-v1", "google-gemini-v1", None]


@dataclass
class Made:
    """A stream, and what it says."""

    dice: random.Random
    bytes: bytes = b""
    text: str = ""
    reasoning: str = ""
    calls: list[list[str]] = field(default_factory=list)
    details: list[dict[str, Any]] = field(default_factory=list)
    finish: str = ""
    native: str | None = None
    cost: Decimal | None = None
    failed: bool = False

    def send(self, chunk: dict[str, Any]) -> None:
        if self.dice.random() < 0.2:
            self.bytes += b": OPENROUTER PROCESSING" + self.end() * 2
        raw = json.dumps(
            chunk, ensure_ascii=self.dice.random() < 0.5, separators=self.dice.choice([(",", ":"), (", ", ": ")])
        )
        self.bytes += b"data:" + self.dice.choice([b"", b" "]) + raw.encode() + self.end() * 2

    def end(self) -> bytes:
        return b"\n" if self.dice.random() < 0.8 else b"\r\n"

    def delta(self, finish: str | None = None, native: str | None = None, **said: Any) -> dict[str, Any]:
        choice = {
            "index": 0,
            "delta": {"role": "assistant", **said},
            "finish_reason": finish,
            "native_finish_reason": native,
        }
        return {"id": "gen-1", "provider": "Acme", "model": "a/b", "created": 7, "choices": [choice]}

    def words(self) -> list[str]:
        return self.dice.choices(WORDS, k=self.dice.randint(1, 12))

    def say(self) -> None:
        for word in self.words():
            self.send(self.delta(content=word))
            self.text += word

    def think(self) -> None:
        index, kind = self.dice.choice([0, 1, None]), self.dice.choice(["text", "summary", "none"])
        key, base = kind, {"type": f"reasoning.{kind}", "format": self.dice.choice(FORMATS), "index": index}
        said = ""
        for word in self.words():
            details = {} if kind == "none" else {"reasoning_details": [{**base, key: word}]}
            self.send(self.delta(reasoning=word, content="", **details))
            said += word
        self.reasoning += said
        if kind != "none":
            self.details.append({**base, key: said})
            if kind == "text" and self.dice.random() < 0.5:
                self.send(
                    self.delta(
                        content="", reasoning_details=[{"type": base["type"], "index": index, "signature": "s1g"}]
                    )
                )
                self.details[-1]["signature"] = "s1g"
        if self.dice.random() < 0.3:
            whole = {"type": "reasoning.encrypted", "data": "AAA", "id": "e", "index": index, "format": None}
            self.send(self.delta(content=None, reasoning_details=[whole, whole]))
            self.details += [whole, whole]

    def call(self) -> None:
        first = self.dice.choice([0, 1])
        made = [
            [f"id{n}", f"f{n}", self.dice.choice(["", "{}", '{"a": "é😀"}'])] for n in range(self.dice.randint(1, 3))
        ]
        style = self.dice.choice(["pieces", "whole", "one delta", "repeat", "null", "same index"])
        if style == "one delta":
            self.send(self.delta(tool_calls=[self.piece(first + n, *call) for n, call in enumerate(made)]))
        for n, (id_, name, arguments) in enumerate(made if style != "one delta" else []):
            index = first if style == "same index" else first + n
            cut = self.dice.randint(0, len(arguments))
            if style == "whole":
                self.send(self.delta(content=None, tool_calls=[self.piece(index, id_, name, arguments)]))
                continue
            opening = self.piece(index, id_, name, arguments[:cut])
            if not cut:
                opening["function"].pop("arguments")
            self.send(self.delta(content=None, tool_calls=[opening]))
            later = {"repeat": (id_, ""), "null": (None, None)}.get(style, ("", ""))
            self.send(self.delta(content=None, tool_calls=[self.piece(index, *later, arguments[cut:])]))
        self.calls += made

    def piece(self, index: int, id_: str | None, name: str | None, arguments: str) -> dict[str, Any]:
        return {"index": index, "id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}

    def finish_up(self) -> None:
        self.finish, self.native = (
            ("tool_calls", "tool_use") if self.calls else ("stop", self.dice.choice(["STOP", "end_turn", None]))
        )
        for _ in range(self.dice.randint(1, 3)):
            self.send(self.delta(self.finish, self.native, content=""))
        digits = f"0.{self.dice.randint(1, 10**20)}"
        usage = {
            "prompt_tokens": 3,
            "completion_tokens": 5,
            "total_tokens": 8,
            "cost": "COST",
            "prompt_tokens_details": None,
        }
        era = self.dice.choice(
            [self.delta(content=""), {**self.delta(), "choices": []}, self.delta(self.finish, self.native, content="")]
        )
        before = len(self.bytes)
        self.send({**era, "usage": usage})
        self.bytes = self.bytes[:before] + self.bytes[before:].replace(b'"COST"', digits.encode())
        self.cost = Decimal(digits)

    def fail(self) -> None:
        error = {"error": {"code": 502, "message": "gone"}}
        shapes = [error, {**error, "choices": []}, {**self.delta("error"), **error}, {"error": "gone"}]
        self.send(self.dice.choice([*shapes, {"choices": [{"delta": {}, **error}]}]))
        self.failed = True


def make(seed: int) -> Made:
    made = Made(random.Random(seed))
    made.bytes = made.dice.choice([b"", b"\xef\xbb\xbf", b"\n\n"])
    parts = made.dice.choices([made.say, made.think, made.call], weights=[3, 2, 1], k=made.dice.randint(1, 4))
    seen: set[str] = set()
    for part in parts:
        # A second block of calls or thoughts would meet the first on its index, which no recorded answer does.
        if part.__name__ not in seen or part.__name__ == "say":
            part()
        seen.add(part.__name__)
    if made.dice.random() < 0.2:
        made.fail()
    else:
        made.finish_up()
    made.bytes += made.dice.choice([b"data: [DONE]\n\n", b"data: [DONE]", b"data: [DONE]\n\ndata: [DONE]\n\n"])
    return made


@pytest.mark.parametrize("batch", range(20))
def test_a_generated_stream_reads_as_it_was_made(batch: int, read: Reader) -> None:
    for seed in range(batch * 50, batch * 50 + 50):
        made = make(seed)
        got = read(made.bytes, sorted(made.dice.choices(range(len(made.bytes)), k=made.dice.randint(0, 40))))
        reply = got.reply
        assert isinstance(got.error, ProviderFailed) if made.failed else got.error is None
        assert (reply.text, reply.reasoning) == (made.text, made.reasoning)
        assert [[c.id, c.name, c.arguments] for c in reply.tool_calls] == made.calls
        assert list(reply.reasoning_details) == made.details
        if not made.failed:
            assert (reply.finish_reason, reply.native_finish_reason) == (made.finish, made.native)
            assert reply.usage.cost == made.cost
