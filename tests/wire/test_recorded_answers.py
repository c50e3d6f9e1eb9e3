"""Recorded answers, cut at random, against a second reading that knows nothing of ours."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parley.errors import ApiError
from parley.reply import Reply
from parley.wire.failures import response_error

TRAFFIC = Path(__file__).resolve().parents[2] / "../shared/traffic"
RECORDED = sorted(
    path for path in TRAFFIC.glob("*.json") if path.name.startswith(("stream_", "nonstream_", "error_in"))
)
REFUSED = sorted(path for path in TRAFFIC.glob("*error*.json") if path.name != "error_in_http200_body__792b6e.json")
pytestmark = pytest.mark.skipif(not TRAFFIC.exists(), reason="recorded traffic is not here")
Reader = Callable[..., Any]
CUTTINGS = 200


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def payloads(body: str) -> list[dict[str, Any]]:
    if body.lstrip().startswith("{"):
        return [json.loads(body, parse_float=Decimal)]
    lines = (line[6:] for line in body.split("\n") if line.startswith("data: ") and line != "data: [DONE]")
    return [json.loads(line, parse_float=Decimal) for line in lines]


def messages(chunks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for chunk in chunks:
        for choice in chunk.get("choices", []):
            yield choice.get("delta") or choice.get("message")


def joined(chunks: list[dict[str, Any]], key: str) -> str:
    return "".join(message.get(key) or "" for message in messages(chunks))


def listed(chunks: list[dict[str, Any]], key: str) -> list[Any]:
    return [item for message in messages(chunks) for item in message.get(key) or []]


def last(chunks: list[dict[str, Any]], key: str) -> Any:
    found = [choice[key] for chunk in chunks for choice in chunk.get("choices", []) if choice.get(key) is not None]
    return found[-1] if found else None


def calls(chunks: list[dict[str, Any]]) -> dict[int, list[str]]:
    made: dict[int, list[str]] = {}
    for position, piece in enumerate(listed(chunks, "tool_calls")):
        call = made.setdefault(piece.get("index", position), ["", "", ""])
        function = piece.get("function") or {}
        call[0] = piece.get("id") or call[0]
        call[1] = function.get("name") or call[1]
        call[2] += function.get("arguments") or ""
    return made


def as_floats(value: Any) -> Any:
    return json.loads(json.dumps(value, default=float))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_answer_reads_alike_however_it_is_cut(path: Path, read: Reader) -> None:
    body, dice = load(path)["body"].encode(), random.Random(path.stem)
    whole = read(body)
    for count in range(CUTTINGS):
        cuts = sorted(dice.choices(range(len(body) + 1), k=1 + count % 20 * 5))
        got = read(body, cuts)
        assert got.reply == whole.reply
        assert str(got.error) == str(whole.error)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_answer_says_what_its_json_says(path: Path, read: Reader) -> None:
    body = load(path)["body"]
    reply, chunks = read(body.encode()).reply, payloads(body)
    for key, ours in {"content": reply.text, "reasoning": reply.reasoning, "refusal": reply.refusal or ""}.items():
        assert ours == joined(chunks, key)
    assert [[c.id, c.name, c.arguments] for c in reply.tool_calls] == [
        call for _, call in sorted(calls(chunks).items())
    ]
    assert list(reply.images) == listed(chunks, "images")
    assert list(reply.annotations) == as_floats(listed(chunks, "annotations"))
    assert (reply.finish_reason, reply.native_finish_reason) == (
        last(chunks, "finish_reason"),
        last(chunks, "native_finish_reason"),
    )
    logprobs = [choice.get("logprobs") or {} for chunk in chunks for choice in chunk.get("choices", [])]
    assert list(reply.logprobs) == as_floats([token for part in logprobs for token in part.get("content") or []])


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_usage_is_exact(path: Path, read: Reader) -> None:
    body = load(path)["body"]
    told = [chunk["usage"] for chunk in payloads(body) if chunk.get("usage")]
    usage = read(body.encode()).reply.usage
    assert (usage is None) == (not told)
    if usage:
        assert usage.cost == told[-1].get("cost")
        dumped = json.loads(usage.model_dump_json(exclude_unset=True), parse_float=Decimal)
        for part in ("cost", "cost_details"):
            assert _decimals(dumped.pop(part, None)) == _decimals(told[-1].pop(part, None))
        assert as_floats(dumped) == as_floats(told[-1])


def _decimals(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _decimals(item) for key, item in value.items()}
    return value if value is None else Decimal(value)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_reasoning_details_lose_nothing(path: Path, read: Reader) -> None:
    body = load(path)["body"]
    pieces, merged = listed(payloads(body), "reasoning_details"), read(body.encode()).reply.reasoning_details
    for key in ("text", "summary", "data", "signature"):
        told = [piece[key] for piece in pieces if piece.get(key)]
        assert "".join(item.get(key) or "" for item in merged) == "".join(told)
    assert {(d.get("type"), d.get("index"), d.get("format")) for d in merged} == {
        (d.get("type"), d.get("index"), d.get("format")) for d in pieces
    }


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_reply_survives_its_json(path: Path, read: Reader) -> None:
    reply = read(load(path)["body"].encode()).reply
    assert Reply.model_validate_json(reply.model_dump_json()) == reply


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_a_recorded_refusal_is_its_class_and_one_line(path: Path) -> None:
    recorded = load(path)
    error = response_error(recorded["body"], status=recorded["status"])
    assert type(error) is not ApiError
    assert error.status == recorded["status"]
    assert len(str(error)) < 500
    assert "\n" not in str(error)
