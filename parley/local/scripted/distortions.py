"""Answers whose bytes are not as they should be: torn, garbled, out of order, or without their end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from parley.local.frames import DONE
from parley.local.parts import Delta, Distorted, Fault, Way, whole
from parley.local.scripted.table import PROVIDER, Asked, Ending, Step, scripted_model, spoken

SAID = "Grüße aus dem Hafen, 港からよろしく, 🌊."
BOM = b"\xef\xbb\xbf"
NONSENSE: tuple[Any, ...] = (
    None,
    [],
    "text",
    7,
    {"id": "gen-other"},
    {"choices": None},
    {"choices": "none"},
    {"choices": [None, 7, {}]},
    {"choices": [{"index": 10**9, "delta": {"content": "from afar"}}]},
    {"choices": [{"index": 0, "delta": None}]},
    {"choices": [{"index": 0, "delta": {"content": 7}}]},
    {"choices": [], "usage": {"prompt_tokens": -5, "completion_tokens": "many", "cost": -1}},
)


def saying(text: str = SAID) -> tuple[Delta, ...]:
    return tuple(Delta(fields) for fields in spoken(text))


def sent(asked: Asked, *parts: Any, way: Way = whole, **more: Any) -> Iterator[Step]:
    """All of it at once, so that nothing but its bytes is strange."""
    yield asked.first_delay(), Distorted(parts, way, **more)


def event(payload: object) -> bytes:
    return f"data: {json.dumps(payload)}\n\n".encode()


def changed(old: bytes, new: bytes) -> Way:
    return lambda data: [data.replace(old, new)]


@scripted_model("scripted/fault-reasonless", "Scripted: an end without a reason")
def reasonless(asked: Asked) -> Iterator[Step]:
    """Writes a line and marks its end, but never says why it finished, as some hosts of open models do."""
    yield from sent(asked, *saying(), DONE)


@scripted_model("scripted/fault-unmarked", "Scripted: a reason without an end marker")
def unmarked(asked: Asked) -> Iterator[Step]:
    """Writes a line and says why it finished, but ends the response without the end marker."""
    yield from sent(asked, *saying(), Ending(), way=changed(DONE, b""))


@scripted_model("scripted/fault-halved", "Scripted: a proper end inside an event")
def halved(asked: Asked) -> Iterator[Step]:
    """Writes a line and ends the response properly, but in the middle of its last event."""
    yield from sent(asked, *saying(), way=lambda data: [data[:-60]])


@scripted_model("scripted/fault-bytewise", "Scripted: every byte by itself")
def bytewise(asked: Asked) -> Iterator[Step]:
    """Sends every byte as a piece of its own, with CR and LF at the end of each line, so that letters and lines arrive torn."""
    yield from sent(asked, *saying(), Ending(), way=torn_apart)


def torn_apart(data: bytes) -> Iterable[bytes]:
    lines = data.replace(b"\n", b"\r\n")
    return (lines[at : at + 1] for at in range(len(lines)))


@scripted_model("scripted/fault-surrogates", "Scripted: halves of characters")
def surrogates(asked: Asked) -> Iterator[Step]:
    """Escapes a wave as two halves in two events, which belong together, and sends one more half that belongs to nothing."""
    halves = (Delta({"content": "A wave: #1"}), Delta({"content": "#2, and half a wave: #1"}), Delta({"content": "."}))
    yield from sent(asked, *halves, Ending(), way=escaped)


def escaped(data: bytes) -> Iterable[bytes]:
    yield data.replace(b"#1#2", b"\\ud83c\\udf0a").replace(b"#1", b"\\ud83c").replace(b"#2", b"\\udf0a")


@scripted_model("scripted/fault-bom", "Scripted: a byte order mark")
def bom(asked: Asked) -> Iterator[Step]:
    """Begins with a byte order mark, at which many a reader loses the first word."""
    yield from sent(asked, *saying(), Ending(), way=lambda data: [BOM + data])


@scripted_model("scripted/fault-utf8", "Scripted: bytes that are no text")
def invalid_utf8(asked: Asked) -> Iterator[Step]:
    """Sends two bytes that are no UTF-8 in the middle of its words."""
    yield from sent(asked, *saying("Good #1 morning."), Ending(), way=changed(b"#1", b"\xff\xc3"))


@scripted_model("scripted/fault-garbled", "Scripted: events that are no JSON")
def garbled(asked: Asked) -> Iterator[Step]:
    """Sends an event that is no JSON among good ones; "30 times" sends so many, and more than twenty end the answer."""
    broken = b'data: {"choices": [{"delta": {"cont\n\n' * asked.times(1)
    first, *rest = saying()
    yield from sent(asked, first, broken, *rest, Ending())


@scripted_model("scripted/fault-nonsense", "Scripted: values that mean nothing")
def nonsense(asked: Asked) -> Iterator[Step]:
    """Sends null, a list, a text, missing choices, a choice number a billion and negative usage among good events."""
    first, *rest = saying()
    yield from sent(asked, first, *map(event, NONSENSE), *rest, Ending())


@scripted_model("scripted/fault-event", "Scripted: an error under its own event name")
def named_event(asked: Asked) -> Iterator[Step]:
    """Writes a line, then sends an error as an event named "error", and ends without a marker."""
    broken = Fault(502, "Provider disconnected unexpectedly", {"provider_name": PROVIDER}, "bare")
    yield from sent(asked, *saying(), b"event: error\n", broken)


@scripted_model("scripted/fault-twice", "Scripted: two ends, and words after them")
def twice(asked: Asked) -> Iterator[Step]:
    """Writes a line, marks its end twice, and then goes on as if there had been none."""
    yield from sent(
        asked, *saying(), Ending(), DONE, event({"choices": [{"index": 0, "delta": {"content": " More."}}]})
    )


@scripted_model("scripted/fault-choices", "Scripted: two answers in one")
def choices(asked: Asked) -> Iterator[Step]:
    """Writes a line and, between its pieces, another one as a second choice that nobody asked for."""
    other = event({"choices": [{"index": 1, "delta": {"content": "The other answer. "}}]})
    yield from sent(asked, *(one for delta in saying() for one in (other, delta)), Ending())


@scripted_model("scripted/fault-unstreamed", "Scripted: a plain answer to who wants a stream")
def unstreamed(asked: Asked) -> Iterator[Step]:
    """Answers with one plain body, whether a stream was asked for or not."""
    headers = {"content-type": "application/json"}
    yield from sent(asked, *saying(), Ending(), unstreamed=True, headers=headers)
