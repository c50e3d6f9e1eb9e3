"""Laws that hold for any bytes: every cut reads alike, every prefix is a Reply, and only errors of Parley are raised."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.reply import Reply
from parley.wire.limits import Limits

Reader = Callable[..., Any]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["", "stop", "error", "\ud83d", "\ude00"])
)
KEYS = st.sampled_from([
    "id", "model", "provider", "created", "choices", "delta", "message", "index", "content", "reasoning", "reasoning_details", "type",
    "text", "tool_calls", "function", "name", "arguments", "images", "audio", "data", "transcript", "annotations", "logprobs", "refusal",
    "finish_reason", "native_finish_reason", "usage", "cost", "cost_details", "prompt_tokens", "error", "code", "metadata", "debug",
    "openrouter_metadata", "signature", "service_tier", "expires_at", "x",
])  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=15
)
DELTAS = st.fixed_dictionaries({"choices": st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=2)})
CHUNKS = st.one_of(VALUES, DELTAS, st.fixed_dictionaries({"usage": st.dictionaries(KEYS, VALUES)}))
SEED = (
    b'\xef\xbb\xbf: OPENROUTER PROCESSING\n\ndata: {"id":"g","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"h\\ud83d"}}]}\n\n'
    b'data: {"choices":[{"delta":{"content":"\\ude00\xc3\xa9","reasoning":"r","reasoning_details":[{"type":"reasoning.text","index":0,"text":"r"}]}}]}\r\n\r\n'
    b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{\\"a\\":"}}]}}]}\n\n: warm\n'
    b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]},"finish_reason":"tool_calls","native_finish_reason":"x"}]}\n\n'
    b'data: {"choices":[],"usage":{"cost":0.00165,"prompt_tokens":3,"cost_details":null}}\n\ndata: [DONE]\n\n'
)


def stored(reply: Reply) -> Reply:
    return Reply.model_validate_json(reply.model_dump_json())


def check(read: Reader, raw: bytes, cuts: list[int]) -> None:
    whole, cut = read(raw, limits=Limits(text=200)), read(raw, cuts, limits=Limits(text=200))
    assert cut.reply == whole.reply == stored(whole.reply)
    assert (type(cut.error), str(cut.error)) == (type(whole.error), str(whole.error))
    assert cut.raw == whole.raw
    assert json.dumps(whole.reply.message()).encode()


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_any_bytes_read_alike_at_any_cut(read: Reader, raw: bytes, cuts: list[int]) -> None:
    check(read, raw, sorted(min(cut, len(raw)) for cut in cuts))


@given(st.lists(CHUNKS, max_size=6), st.sampled_from([b"", b"data: [DONE]\n\n"]), st.data())
def test_any_json_reads_alike_at_any_cut(read: Reader, chunks: list[Any], end: bytes, data: st.DataObject) -> None:
    raw = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + end
    check(read, raw, sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6))))


@given(CHUNKS)
def test_any_json_body_reads_alike_at_any_cut(read: Reader, body: Any) -> None:
    raw = json.dumps(body).encode()
    check(read, raw, [len(raw) // 3, len(raw) // 2])


@settings(max_examples=20)
@given(st.integers())
def test_mutated_streams_read_alike_at_any_cut(read: Reader, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(20):
        raw = bytearray(SEED)
        for _ in range(dice.randint(1, 6)):
            start = dice.randrange(len(raw))
            raw[start : start + dice.randint(0, 4)] = dice.randbytes(dice.randint(0, 3))
        check(read, bytes(raw), sorted(dice.choices(range(len(raw) + 1), k=5)))


@pytest.mark.parametrize("end", range(len(SEED)))
def test_every_prefix_is_a_reply_that_can_be_stored(read: Reader, end: int) -> None:
    got = read(SEED[:end])
    assert stored(got.reply) == got.reply
    assert "h😀é".startswith(got.reply.text.rstrip("\ufffd"))


def test_the_seed_itself_reads_right(read: Reader) -> None:
    got = read(SEED, 1)
    assert got.error is None
    assert (got.reply.text, got.reply.tool_calls[0].arguments, str(got.reply.usage.cost)) == (
        "h😀é",
        '{"a":1}',
        "0.00165",
    )
