"""Counting tokens before sending: exact text where the vocabulary is at hand, and a bound that recorded answers never broke."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog import Catalog
from parley.reply import Reply
from parley.reply.reply import Audio
from parley.tokens import SURE, count_prompt, count_text, family_of

HOUSE = Path(__file__).resolve().parents[1]
TRAFFIC = Path(__file__).resolve().parents[1] / "../shared/traffic"
recorded = pytest.mark.skipif(not TRAFFIC.exists(), reason="the recorded traffic is not here")
GPT, OTHER = family_of("openai/gpt-4o", "GPT"), family_of("acme/quill", None)


def said(*texts: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text} for text in texts], **more}


@pytest.mark.parametrize(
    ("vocabulary", "text", "tokens"),
    [
        ("o200k_base", "Hello, world!", 4),
        ("cl100k_base", "Hello, world!", 4),
        ("llama3", "Hello, world!", 4),
        ("qwen3", "Hello, world!", 4),
        ("o200k_base", "", 0),
    ],
)
def test_a_text_is_counted_with_the_vocabulary(vocabulary: str, text: str, tokens: int) -> None:
    assert count_text(text, vocabulary) == tokens


def test_what_looks_like_a_special_token_is_text() -> None:
    assert count_text("<|endoftext|>", "o200k_base") > 1


@given(st.text(alphabet=st.characters(codec=None), max_size=40))
def test_no_text_is_too_odd_to_count_and_none_has_more_tokens_than_bytes(text: str) -> None:
    assert 0 <= count_text(text, "o200k_base") <= 3 * len(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("model", "tokenizer", "vocabulary", "own"),
    [
        ("openai/gpt-4o-mini", "GPT", "o200k_base", True),
        ("openai/gpt-4.1", "GPT", "o200k_base", True),
        ("openai/gpt-5.1-codex", "GPT", "o200k_base", True),
        ("openai/gpt-4-turbo", "GPT", "cl100k_base", True),
        ("openai/gpt-3.5-turbo", "GPT", "cl100k_base", True),
        ("meta-llama/llama-3.3-70b-instruct", "Llama3", "llama3", True),
        ("qwen/qwen3-235b-a22b-2507", "Qwen3", "qwen3", True),
        ("qwen/qwen-2.5-72b-instruct", "Qwen", "qwen3", True),
        ("qwen/qwen3.6-27b", "Qwen3", "qwen3", False),
        ("anthropic/claude-haiku-4.5", "Claude", "o200k_base", False),
        ("acme/quill", None, "o200k_base", False),
        ("acme/quill", "Never heard of", "o200k_base", False),
    ],
)
def test_a_model_is_counted_by_its_family(model: str, tokenizer: str | None, vocabulary: str, own: bool) -> None:
    family = family_of(model, tokenizer)
    assert (family.vocabulary, family.own) == (vocabulary, own)


def test_messages_tools_and_schemas_add_their_share() -> None:
    tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
    schema = {"type": "json_schema", "json_schema": {"name": "sum", "schema": {"type": "object"}}}
    plain, twice = (count_prompt(said(*texts), GPT).tokens for texts in (("Hello",), ("Hello", "Hello")))
    assert twice == plain + 1 + GPT.each
    for more in ({"tools": [tool]}, {"response_format": schema}):
        assert count_prompt(said("Hello", **more), GPT).tokens > plain
    assert count_prompt(said("Hello", response_format={"type": "json_object"}), GPT).tokens == plain


def test_calls_count_and_so_do_parts_of_text() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    body = {"messages": [{"role": "assistant", "content": [{"type": "text", "text": "Hello"}], "tool_calls": [call]}]}
    assert count_prompt(body, GPT).tokens > count_prompt(said("Hello"), GPT).tokens


def test_what_cannot_be_counted_is_named_and_has_no_bound() -> None:
    parts = [{"type": "text", "text": "Hello"}, {"type": "image_url", "image_url": {"url": "data:"}}, {"type": "file"}]
    count = count_prompt({"messages": [{"role": "user", "content": parts}]}, GPT)
    assert (count.uncounted, count.most) == (("image", "file"), None)
    assert count.tokens == count_prompt(said("Hello"), GPT).tokens


def returned(**brought: Any) -> dict[str, Any]:
    """A second turn, with what the first answer brought as Parley sends it back."""
    reply = Reply(text="Done.", **brought).message()
    return {"messages": [{"role": "user", "content": "Hello"}, reply, {"role": "user", "content": "And now?"}]}


WORDS = "one word and another, " * 500
FILE = {"type": "file", "file": {"hash": "1", "name": "a.pdf", "content": [{"type": "text", "text": WORDS}]}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


@pytest.mark.parametrize(
    "brought",
    [
        {"reasoning": WORDS},
        {
            "reasoning": WORDS,
            "reasoning_details": ({"type": "reasoning.text", "text": WORDS},),
            "details_received": True,
        },
        {"reasoning_details": ({"type": "reasoning.encrypted", "data": WORDS},), "details_received": True},
        {"annotations": (FILE,)},
    ],
)
def test_what_an_answer_brought_beside_its_text_is_in_the_bound(brought: dict[str, Any]) -> None:
    count, plain = count_prompt(returned(**brought), OTHER), count_prompt(returned(), OTHER)
    assert count.tokens == plain.tokens
    assert count.most is not None
    assert plain.most is not None
    assert count.most - plain.most >= SURE * count_text(WORDS, OTHER.vocabulary)


@pytest.mark.parametrize(
    ("brought", "uncounted"),
    [
        ({"images": (PICTURE,)}, ("image",)),
        ({"audio": Audio(id="a1")}, ("audio",)),
        ({"annotations": ({"type": "file", "file": {"content": [PICTURE, PICTURE]}},)}, ("image", "image")),
    ],
)
def test_what_an_answer_drew_or_said_aloud_has_no_bound(brought: dict[str, Any], uncounted: tuple[str, ...]) -> None:
    count = count_prompt(returned(**brought), OTHER)
    assert (count.uncounted, count.most) == (uncounted, None)


@pytest.mark.parametrize("kind", ["document", "tomorrow"])
def test_a_part_of_a_kind_that_nobody_knows_is_not_taken_for_nothing(kind: str) -> None:
    count = count_prompt({"messages": [{"role": "user", "content": [{"type": kind, kind: {"data": "AAAA"}}]}]}, OTHER)
    assert (count.uncounted, count.most) == ((kind,), None)


def test_a_text_that_was_counted_is_not_kept() -> None:
    text = "".join(["a draft ", "of some length, "] * 400)
    before = sys.getrefcount(text)
    assert count_text(text, "o200k_base") > 1000
    assert sys.getrefcount(text) == before


WARMED = """
import sys, threading
from components.services import close_services, open_services
open_services()
for thread in threading.enumerate():
    thread.name == "parley-vocabulary" and thread.join()
print("quicktok" in sys.modules)
close_services()
"""


def test_a_vocabulary_is_read_when_parley_starts_and_not_under_the_first_draft(tmp_path: Path) -> None:
    environ = {**os.environ, "PARLEY_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", WARMED], cwd=HOUSE, env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["True"], done.stderr


@pytest.mark.parametrize(
    "body", [{}, {"messages": None}, {"messages": [7, {"content": [7, None]}, {"tool_calls": [3]}]}]
)
def test_a_body_of_any_shape_is_counted(body: dict[str, Any]) -> None:
    assert count_prompt(body, OTHER).most is not None


def exchanges() -> Iterator[tuple[str, dict[str, Any], int, str]]:
    """Recorded requests of text and functions alone: name, body, the tokens that were billed, the model."""
    for path in sorted(TRAFFIC.glob("*stream_*.json")):
        exchange = json.loads(path.read_text(encoding="utf-8"))
        lines = [line[5:] for line in exchange["body"].splitlines() if line.startswith("data: {")] or [exchange["body"]]
        told = [chunk for chunk in map(json.loads, lines) if (chunk.get("usage") or {}).get("prompt_tokens")]
        if told and is_plain(exchange["request"], path.name):
            yield path.stem, exchange["request"], told[-1]["usage"]["prompt_tokens"], told[-1]["model"]


def is_plain(body: dict[str, Any], name: str) -> bool:
    """Whether nothing but text and functions was sent, and the text is what was sent: two cached prompts were scrubbed."""
    tools = all(tool["type"] == "function" for tool in body.get("tools", ()))
    return tools and not {"plugins", "preset"} & set(body) and "cachewrite" not in name


def families() -> Catalog:
    (listed,) = TRAFFIC.glob("models_2026*.json")
    return Catalog.parse(json.loads(json.loads(listed.read_text(encoding="utf-8"))["body"]))


def measured() -> Iterator[tuple[str, int, int, int | None]]:
    """Name, tokens billed, tokens counted, the bound."""
    catalog = families()
    for name, body, billed, model in exchanges():
        found = catalog.find(model) or catalog.find(body["model"])
        tokenizer = found.architecture.tokenizer if found and found.architecture else guessed(model)
        count = count_prompt(body, family_of(model, tokenizer))
        yield name, billed, count.tokens, count.most


def guessed(model: str) -> str:
    """Of a model that has left the list."""
    return {"anthropic": "Claude", "openai": "GPT", "google": "Gemini"}.get(model.partition("/")[0], "Other")


@recorded
def test_no_recorded_prompt_was_longer_than_its_bound() -> None:
    over = [(name, billed, most) for name, billed, _, most in measured() if most is not None and billed > most]
    assert not over


@recorded
def test_half_of_the_recorded_prompts_were_counted_within_fifteen_per_cent() -> None:
    wrong = sorted(abs(tokens - billed) / billed for _, billed, tokens, most in measured() if most is not None)
    assert wrong[len(wrong) // 2] <= 0.15
