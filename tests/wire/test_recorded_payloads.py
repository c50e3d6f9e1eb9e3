"""Payloads that were kept make the same answer again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parley.reply import ReplyFold
from parley.wire.recorded import replayed

TRAFFIC = Path(__file__).resolve().parents[2] / "../shared/traffic"
RECORDED = sorted(
    path for path in TRAFFIC.glob("*.json") if path.name.startswith(("stream_", "nonstream_", "error_in"))
)
Read = Callable[..., Any]
STREAM = b"""data: {"id":"g","choices":[{"index":0,"delta":{"content":"One"}}]}

: comment

data: {"id":"g","choices":[{"index":0,"delta":{"content":" two"},"finish_reason":"stop"}]}

data: [DONE]

"""
PLAIN = b'{"id":"g","choices":[{"message":{"role":"assistant","content":"One two"},"finish_reason":"stop"}]}'
ALONE = (
    b'data: {"id":"g","choices":[{"index":0,"delta":{"content":"One two"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
)


def replayed_reply(raws: list[str]) -> Any:
    fold = ReplyFold()
    for _, event in replayed([(float(place), raw) for place, raw in enumerate(raws)]):
        fold.add(event)
    return fold.reply


@pytest.mark.parametrize("answer", [STREAM, PLAIN, ALONE, STREAM[:-16], STREAM.replace(b"\n\ndata: [", b"\ndata: [")])
def test_they_fold_to_what_was_read_the_first_time(answer: bytes, read: Read) -> None:
    first = read(answer)
    assert replayed_reply(first.raw) == first.reply
    assert first.reply.text == "One two"


@pytest.mark.skipif(not RECORDED, reason="recorded traffic is not here")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_so_do_those_of_recorded_answers(path: Path, read: Read) -> None:
    first = read(json.loads(path.read_text())["body"].encode())
    assert replayed_reply(first.raw) == first.reply


def test_each_event_has_the_moment_of_its_payload() -> None:
    chunk = '{"choices":[{"index":0,"delta":{"content":"a"}}]}'
    assert [ms for ms, event in replayed([(3.0, chunk), (4.5, chunk)]) if event.kind == "text"] == [3.0, 4.5]


@pytest.mark.parametrize("raws", [[], ["", "null", "[]", "7"], ["{"], ['{"error": "no"}'], ['{"choices": [null]}']])
def test_what_is_no_answer_makes_no_words_and_raises_nothing(raws: list[str]) -> None:
    assert not replayed_reply(raws).has_output
