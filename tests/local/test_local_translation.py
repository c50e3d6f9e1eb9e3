from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from parley.errors import EngineFailed
from parley.local.engine import Reading, slug
from parley.local.gguf import model_file
from parley.local.parts import Delta, Fault, Finish, Refusal, Tokens
from parley.local.tooling import CallReader
from parley.local.translation import llama_request

USER = {"role": "user", "content": "hi"}
TOOL = {"type": "function", "function": {"name": "time"}}


def asked(native_tools: bool = False, **fields: Any) -> dict[str, Any]:
    return llama_request({"messages": [USER], **fields}, 8192, native_tools)[0]


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"temperature": 0, "top_k": 1}, {"temperature": 0, "top_k": 1}),
        ({"repetition_penalty": 1.2}, {"repeat_penalty": 1.2}),
        ({"seed": 7}, {"seed": 7, "cache_prompt": False}),
        ({"seed": -1}, {"seed": 2**32 - 2}),
        ({"logprobs": True}, {"logprobs": True, "top_logprobs": 1}),
        ({"max_tokens": 5}, {"max_tokens": 5}),
        ({"max_tokens": 5, "max_completion_tokens": 6}, {"max_tokens": 6}),
        ({"max_tokens": 10**9}, {"max_tokens": 8192}),
        ({}, {"max_tokens": 2048}),
        ({"response_format": {"type": "json_object"}}, {"response_format": {"type": "json_object"}}),
        ({"response_format": {"type": "grammar", "grammar": 'root ::= "a"'}}, {"grammar": 'root ::= "a"'}),
    ],
)
def test_a_field_arrives_in_llama_cpps_words(fields: dict[str, Any], sent: dict[str, Any]) -> None:
    request = asked(**fields)
    assert {name: request[name] for name in sent} == sent


def test_null_is_not_sent() -> None:
    assert asked(temperature=None, seed=None, stop=None, response_format=None) == asked()


def test_a_schema_travels_without_its_name() -> None:
    schema = {"type": "object"}
    sent = asked(
        response_format={"type": "json_schema", "json_schema": {"name": "n", "strict": True, "schema": schema}}
    )
    assert sent["response_format"] == {"type": "json_schema", "json_schema": {"schema": schema}}


def test_every_message_becomes_role_and_text() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "time", "arguments": "{}"}}
    messages = [
        {"role": "developer", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "noon"},
    ]
    system, assistant, tool = asked(messages=messages)["messages"]
    assert system == {"role": "system", "content": "a\nb"}
    assert '"name": "time"' in assistant["content"]
    assert tool == {"role": "user", "content": "<tool_response>noon</tool_response>"}


def test_tools_are_told_in_the_system_message() -> None:
    system, user = asked(tools=[TOOL])["messages"]
    assert (system["role"], user) == ("system", USER)
    assert '"name": "time"' in system["content"]
    (joined, _) = asked(tools=[TOOL], messages=[{"role": "system", "content": "be brief"}, USER])["messages"]
    assert joined["content"].startswith("be brief\n\n")


def test_beside_tools_the_answer_may_have_a_form_of_its_own() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    shape = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
    assert f"text: %json {json.dumps(schema)}" in asked(tools=[TOOL], response_format=shape)["grammar"]
    assert 'text: %json {"type": "object"}' in asked(tools=[TOOL], response_format={"type": "json_object"})["grammar"]
    assert "text: /" in asked(tools=[TOOL], response_format={"type": "text"})["grammar"]


def test_a_template_that_knows_tools_gets_them_as_they_are() -> None:
    sent = asked(native_tools=True, tools=[TOOL], tool_choice="required")
    assert (sent["tools"], sent["tool_choice"], sent["messages"]) == ([TOOL], "required", [USER])
    assert "grammar" not in sent


@pytest.mark.parametrize(
    "fields",
    [
        {"response_format": {"type": "python"}},
        {"response_format": {"type": "grammar", "grammar": " "}},
        {"response_format": {"type": "grammar", "grammar": 'root ::= "a"'}, "tools": [TOOL]},
    ],
)
def test_what_the_model_cannot_do_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        asked(**fields)
    assert refused.value.status == 400


def test_an_error_is_a_refusal_before_the_first_token_and_a_fault_after_it() -> None:
    reading = Reading(None, 0, 8192)
    error = {"error": {"code": 500, "message": "no"}}
    with pytest.raises(Refusal):
        list(reading.parts(error))
    assert list(reading.parts({"choices": [{"delta": {"content": "a"}}]})) == [Delta({"content": "a"})]
    (fault,) = reading.parts(error)
    assert isinstance(fault, Fault)
    assert isinstance(reading.ending(None), Fault)


def test_ratings_wait_for_the_words_that_are_held_back() -> None:
    reading = Reading(CallReader([{"name": "look"}]), 0, 8192)
    held = list(reading.parts(rated("<")))
    (delta,) = reading.parts(rated("b>"))
    assert not held
    assert delta == Delta({"content": "<b>"}, {"content": [entry_of("<"), entry_of("b>")], "refusal": None})


def rated(text: str) -> dict[str, Any]:
    entry = {"token": text, "logprob": -1.0, "bytes": list(text.encode()), "id": 7}
    return {"choices": [{"delta": {"content": text}, "logprobs": {"content": [entry]}}]}


def entry_of(text: str) -> dict[str, Any]:
    return {"token": text, "logprob": -1.0, "bytes": list(text.encode()), "top_logprobs": []}


def test_the_finish_waits_for_the_usage() -> None:
    reading = Reading(None, 0, 8192)
    assert list(reading.parts({"choices": [{"delta": {}, "finish_reason": "length"}]})) == []
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 1}}
    assert list(reading.parts({"choices": [], "usage": usage})) == [Finish("length", "length", Tokens(3, 2, cached=1))]


def packed(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def gguf(*entries: bytes) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries)


def entry(name: str, kind: int, value: bytes) -> bytes:
    return packed(name) + struct.pack("<I", kind) + value


def test_a_model_file_tells_its_context_and_its_tools(tmp_path: Path) -> None:
    path = tmp_path / "My Model (v2).gguf"
    path.write_bytes(
        gguf(
            entry("general.architecture", 8, packed("llama")),
            entry("tokens", 9, struct.pack("<IQ", 8, 2) + packed("a") + packed("bc")),
            entry("scores", 9, struct.pack("<IQ", 6, 2) + struct.pack("<ff", 1, 2)),
            entry("llama.context_length", 4, struct.pack("<I", 4096)),
            entry("tokenizer.chat_template", 8, packed("{% if tools %}")),
        )
    )
    file = model_file(path)
    assert (file.context_length, file.knows_tools, file.name) == (4096, True, "My Model (v2)")
    assert slug(path.stem) == "my-model-v2"


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\3\4 a zip", gguf(b"\xff" * 20), gguf(entry("a", 99, b""))])
def test_anything_else_is_no_model_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    with pytest.raises(EngineFailed, match=r"x\.gguf is not a GGUF"):
        model_file(path)
