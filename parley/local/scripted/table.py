"""The table of scripted models, and the driver that plays a script in time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from parley.local.card import Card
from parley.local.parts import Delta, Distorted, Fault, Finish, Part, Tail, Tokens

PROVIDER = "Scripted (no model runs)"
CREATED = 1_790_000_000
CONTEXT = 1_000_000
LIMITS = ("max_tokens", "max_completion_tokens")
SPOKEN = frozenset({"content", "reasoning", "refusal", "tool_calls"})
IN_A_ROW = 4
"""How many steps that are late are played before others have their turn."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A script's own end: the driver adds the tokens that it counted to `more`, and the rest is as in Finish."""

    reason: str = "stop"
    native: str = "stop"
    more: Mapping[str, int] = field(default_factory=dict)
    tail: Tail = "repeated"
    unsaid: tuple[str, ...] = ()
    booked_after: float = 0.0

    def finish(self, counted: Tokens) -> Finish:
        tokens = replace(counted, **{name: getattr(counted, name) + count for name, count in self.more.items()})
        return Finish(self.reason, self.native, tokens, self.tail, self.unsaid, self.booked_after)


@dataclass(slots=True)
class Count:
    """The tokens of an answer while it is given."""

    prompt: int
    completion: int = 0
    reasoning: int = 0

    def add(self, delta: Delta) -> None:
        if not SPOKEN.isdisjoint(delta.fields):
            self.completion += 1
            self.reasoning += "reasoning" in delta.fields

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.prompt, self.completion, self.reasoning)


Step = tuple[float, Part | Ending]
Script = Callable[["Asked"], Iterator[Step]]


@dataclass(frozen=True)
class Asked:
    """What a script can read of a request: the body, the last user message, and the numbers in it."""

    body: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        users = [message for message in self.body["messages"] if message.get("role") == "user"]
        return words_of(users[-1].get("content")) if users else ""

    @property
    def prompt_tokens(self) -> int:
        return sum(len(words_of(message.get("content")).split()) for message in self.body["messages"])

    @property
    def limit(self) -> int | None:
        """The tokens that the request allows, or None."""
        given = [self.body[name] for name in LIMITS if self.body.get(name) is not None]
        return min(given) if given else None

    def tokens(self, default: int) -> int:
        return int(self._number(r"(\d+)\s*tokens?\b", default))

    def rate(self, default: float) -> float:
        """Tokens a second."""
        return max(self._number(r"\bat\s+(\d+(?:\.\d+)?)\s*(?:tokens?\s*)?(?:/|per)\s*s", default), 0.001)

    def first_delay(self, default: float = 0.0) -> float:
        """Seconds before the first token."""
        return self.seconds("after", default)

    def seconds(self, words: str, default: float) -> float:
        """The time that stands behind these words, in seconds."""
        found = re.search(rf"\b{words}\s+(\d+(?:\.\d+)?)\s*(ms|s)\b", self.prompt, re.IGNORECASE)
        return default if found is None else float(found[1]) / (1000 if found[2].lower() == "ms" else 1)

    def status(self, default: int) -> int:
        """An HTTP status that says no."""
        return min(max(int(self._number(r"\bstatus\s+(\d{3})\b", default)), 400), 599)

    def times(self, default: int) -> int:
        return int(self._number(r"\b(\d{1,4})\s+times\b", default))

    def paced(self, deltas: Iterable[Mapping[str, Any] | Delta], rate: float = 50) -> Iterator[Step]:
        """The deltas, one by one, at the rate that is asked for."""
        for number, one in enumerate(deltas):
            delay = 1 / self.rate(rate) if number else self.first_delay()
            yield delay, one if isinstance(one, Delta) else Delta(one)

    def _number(self, pattern: str, default: float) -> float:
        found = re.search(pattern, self.prompt, re.IGNORECASE)
        return default if found is None else float(found[1])


@dataclass(frozen=True)
class Scripted:
    """One scripted model: its card and its script."""

    card: Card
    script: Script

    @property
    def said(self) -> str:
        """What the script does, as its docstring says it."""
        return " ".join((self.script.__doc__ or "").split())

    async def answer(self, body: Mapping[str, Any]) -> AsyncGenerator[Part, None]:
        """Plays the script against the clock: each step is due a fixed time after the one before it was due."""
        asked, clock = Asked(body), asyncio.get_running_loop()
        due, count, called, limit = clock.time(), Count(asked.prompt_tokens), False, asked.limit
        for number, (delay, part) in enumerate(self.script(asked)):
            due += delay
            early = due - clock.time()
            if early > 0 or number % IN_A_ROW == 0:
                await asyncio.sleep(max(0.0, early))
            match part:
                case Delta():
                    if count.completion == limit:
                        yield Finish("tool_calls" if called else "length", "length", count.tokens)
                        return
                    called |= bool(part.fields.get("tool_calls"))
                    count.add(part)
                    yield part
                case Ending():
                    yield part.finish(count.tokens)
                    return
                case Fault():
                    yield replace(part, tokens=count.tokens)
                    return
                case Distorted():
                    yield replace(part, parts=tuple(ended(count, part.parts)))
                    return
                case _:
                    yield part
                    return
        yield Ending().finish(count.tokens)


_TABLE: dict[str, Scripted] = {}


def scripted_model(id: str, name: str, **card: Any) -> Callable[[Script], Script]:
    """Puts a script into the table under `id`; its docstring is the model's description.

    A script that ends without a Finish ends with the reason "stop". It may raise Refusal before its first step.
    """

    def declare(script: Script) -> Script:
        description = f"Scripted, no model runs. {' '.join((script.__doc__ or '').split())}"
        parameters = (*LIMITS, *card.pop("supported_parameters", ()))
        listed = Card(id, name, description, PROVIDER, CONTEXT, None, CREATED, parameters, **card)
        _TABLE[id] = Scripted(listed, script)
        return script

    return declare


def models() -> tuple[Scripted, ...]:
    return tuple(_TABLE.values())


def words_of(content: object) -> str:
    """The text in a message's content, whether it is a string or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(str(part["text"]) for part in parts if isinstance(part, dict) and part.get("text"))


def pieces(text: str) -> list[str]:
    """A text in pieces of about a token."""
    return re.findall(r"\s*\S{1,6}|\s+$", text)


def spoken(text: str) -> Iterator[dict[str, Any]]:
    """A text as deltas."""
    return ({"content": piece} for piece in pieces(text))


def ended(count: Count, parts: Iterable[Any]) -> Iterator[Any]:
    """The parts with the tokens where they end."""
    for part in parts:
        match part:
            case Delta():
                count.add(part)
                yield part
            case Ending():
                yield part.finish(count.tokens)
            case Fault():
                yield replace(part, tokens=count.tokens)
            case _:
                yield part
