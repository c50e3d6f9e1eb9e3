"""Answers that never end, or hold more than anybody can read; none of them is ever whole in memory here."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from itertools import count, repeat

from parley.local.parts import Delta, Way
from parley.local.scripted.distortions import saying, sent
from parley.local.scripted.table import Asked, Ending, Step, scripted_model
from parley.local.scripted.text import PASSAGE

PIECE = 2**16
MEBIBYTE = 2**20
OPENED = b'data: {"choices": [{"index": 0, "delta": {"content": "'
CLOSED = b'"}}]}\n\ndata: [DONE]\n\n'
ZIPPED = {"content-encoding": "gzip"}


@scripted_model("scripted/fault-endless", "Scripted: an answer without an end")
def endless(asked: Asked) -> Iterator[Step]:
    """Writes as fast as it is read, and never stops; unstreamed it stops at 6 MB, because nothing is sent before its end."""
    text = PASSAGE * 16
    rounds = count() if asked.body.get("stream") else range(6 * MEBIBYTE // len(text))
    for _ in rounds:
        yield 0.0, Delta({"content": text})


@scripted_model("scripted/fault-huge", "Scripted: an event of 40 MB")
def huge(asked: Asked) -> Iterator[Step]:
    """Writes a line, then a single event of 40 MB and, behind it, the end marker."""
    yield from sent(asked, *saying(), way=swollen(40, CLOSED))


@scripted_model("scripted/fault-line", "Scripted: a line of 100 MB")
def line(asked: Asked) -> Iterator[Step]:
    """Sends a single line of 100 MB that no line end ever ends."""
    yield from sent(asked, way=swollen(100, b""))


def swollen(mebibytes: int, end: bytes) -> Way:
    def way(data: bytes) -> Iterable[bytes]:
        yield data + OPENED
        yield from repeat(b"x" * PIECE, mebibytes * MEBIBYTE // PIECE)
        yield end

    return way


@scripted_model("scripted/fault-gzip", "Scripted: a compressed answer")
def zipped(asked: Asked) -> Iterator[Step]:
    """Compresses its answer although nobody asked for that, and says so."""
    yield from sent(asked, *saying(), Ending(), way=lambda data: [gzip.compress(data)], headers=ZIPPED)


@scripted_model("scripted/fault-gzip-lie", "Scripted: an answer that only says it is compressed")
def lying(asked: Asked) -> Iterator[Step]:
    """Says that its answer is compressed, and sends it as it is."""
    yield from sent(asked, *saying(), Ending(), headers=ZIPPED)


@scripted_model("scripted/fault-bomb", "Scripted: a compressed bomb")
def bomb(asked: Asked) -> Iterator[Step]:
    """Sends a gigabyte of one letter, compressed to a megabyte."""
    yield from sent(asked, way=exploding, headers=ZIPPED)


def exploding(data: bytes) -> Iterable[bytes]:
    pressed = zlib.compressobj(wbits=zlib.MAX_WBITS + 16)
    yield pressed.compress(data + OPENED)
    for _ in range(1024):
        yield pressed.compress(b"x" * MEBIBYTE)
    yield pressed.flush()
