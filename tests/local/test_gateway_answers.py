from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

TEXT = {"model": "scripted/text", "messages": [{"role": "user", "content": "9 tokens at 5000/s"}]}


def chunks(client: httpx.Client, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The JSON events of a streamed answer, without its [DONE]."""
    raw = client.post("/chat/completions", json=body | {"stream": True}).text
    events = [line.removeprefix("data: ") for line in raw.splitlines() if line.startswith("data: ")]
    return [json.loads(event) for event in events if event != "[DONE]"]


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(event["choices"][0]["delta"].get("content") or "" for event in events)


def asking(model: str, words: str, **fields: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": words}], **fields}


def test_a_stream_ends_with_usage_and_done(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json=TEXT | {"stream": True})
    assert answer.headers["content-type"] == "text/event-stream"
    *_, last, done = answer.text.split("\n\n")[:-1]
    assert done == "data: [DONE]"
    usage = json.loads(last.removeprefix("data: "))["usage"]
    assert (usage["completion_tokens"], usage["cost"], usage["is_byok"]) == (9, 0, False)


def test_every_chunk_repeats_the_head(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json=TEXT | {"stream": True})
    heads = {
        tuple(json.loads(line[6:])[name] for name in ("id", "object", "model", "provider"))
        for line in answer.text.splitlines()
        if line.startswith("data: {")
    }
    ((identity, *rest),) = heads
    assert identity.startswith("gen-")
    assert identity == answer.headers["x-generation-id"]
    assert rest == ["chat.completion.chunk", "scripted/text", "Scripted (no model runs)"]


def test_the_finish_reason_is_repeated_beside_the_usage_and_nowhere_else(client: httpx.Client) -> None:
    events = chunks(client, TEXT)
    assert [event["choices"][0]["finish_reason"] for event in events] == [None] * 9 + ["stop", "stop"]
    assert ["usage" in event for event in events] == [False] * 10 + [True]


@pytest.mark.parametrize("name", ["scripted/text", "scripted/reasoning"])
def test_plain_and_streamed_answers_say_the_same(client: httpx.Client, name: str) -> None:
    body = asking(name, "60 tokens at 5000/s")
    message = client.post("/chat/completions", json=body).json()["choices"][0]["message"]
    deltas = [event["choices"][0]["delta"] for event in chunks(client, body)]
    assert message["content"] == "".join(delta.get("content") or "" for delta in deltas)
    assert (message["reasoning"] or "") == "".join(delta.get("reasoning") or "" for delta in deltas)


def test_silence_is_filled_with_comments(client: httpx.Client) -> None:
    body = asking("scripted/text", "1 token after 700 ms", stream=True)
    assert client.post("/chat/completions", json=body).text.startswith(": OPENROUTER PROCESSING\n\ndata: {")


def test_reasoning_is_signed_and_its_details_are_one(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json=asking("scripted/reasoning", "30 tokens at 5000/s")).json()
    message = answer["choices"][0]["message"]
    (detail,) = message["reasoning_details"]
    assert detail["text"] == message["reasoning"]
    assert detail["signature"]
    assert answer["usage"]["completion_tokens_details"]["reasoning_tokens"] == 10


@pytest.mark.parametrize(
    "fields", [{"reasoning": {"effort": "none"}}, {"reasoning": {"exclude": True}}, {"include_reasoning": False}]
)
def test_reasoning_can_be_left_out(client: httpx.Client, fields: dict[str, Any]) -> None:
    body = asking("scripted/reasoning", "30 tokens at 5000/s", **fields)
    message = client.post("/chat/completions", json=body).json()["choices"][0]["message"]
    assert message["reasoning"] is None
    assert message["content"]


def test_a_fault_in_mid_stream_keeps_the_text_before_it(client: httpx.Client) -> None:
    *before, last = chunks(client, asking("scripted/fault-midstream", "5 tokens at 5000/s"))
    assert text_of(before).startswith("## Notes")
    assert (last["error"]["code"], last["choices"][0]["finish_reason"]) == (502, "error")


def test_a_fault_in_a_plain_answer_stands_beside_the_text(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json=asking("scripted/fault-midstream", "5 tokens at 5000/s"))
    (choice,) = answer.json()["choices"]
    assert (answer.status_code, choice["finish_reason"], choice["error"]["code"]) == (200, "error", 502)
    assert choice["message"]["content"].startswith("## Notes")


def test_max_tokens_cuts_any_script(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json=TEXT | {"max_tokens": 4}).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 4


def test_metadata_says_that_no_model_runs(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json=TEXT, headers={"X-OpenRouter-Metadata": "enabled"}).json()
    assert "no model runs" in answer["openrouter_metadata"]["summary"]


def test_a_fallback_answers_for_a_model_that_is_not_there(client: httpx.Client) -> None:
    body = TEXT | {"model": "nobody/nothing", "models": ["scripted/text"]}
    assert client.post("/chat/completions", json=body).json()["model"] == "scripted/text"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "JSON"),
        (b"[]", 400, "object"),
        (b"{}", 400, "messages"),
        (b'{"messages": ["hi"]}', 400, "message"),
        (b'{"model": "nobody/nothing", "messages": [{"role": "user", "content": "x"}]}', 400, "not a valid model ID"),
        (b'{"temperature": 3, "messages": [{"role": "user", "content": "x"}]}', 400, "temperature"),
    ],
)
def test_a_bad_request_is_refused_in_the_envelope(client: httpx.Client, body: bytes, status: int, words: str) -> None:
    answer = client.post("/chat/completions", content=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, status)
    assert words in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"[" * 100_000,
        b'{"user": "\\ud800", "messages": [{"role": "user", "content": "x"}]}',
        b'{"temperature": NaN, "messages": [{"role": "user", "content": "x"}]}',
        b'{"model": ["scripted/text"], "messages": [{"role": "user", "content": "x"}]}',
        b'{"models": [{}], "messages": [{"role": "user", "content": "x"}]}',
        b'{"provider": 3, "messages": [{"role": "user", "content": "x"}]}',
        b'{"max_tokens": "many", "messages": [{"role": "user", "content": "x"}]}',
        b'{"reasoning": [], "model": "scripted/reasoning", "messages": [{"role": "user", "content": {"a": 1}}]}',
    ],
)
def test_nonsense_is_the_clients_fault_and_harms_nobody(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/chat/completions", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)
    assert client.get("/posts").status_code == 200


@pytest.mark.parametrize("role", ["alien", "", "User", "function", None, 4, ["user"], {}])
def test_a_role_that_the_api_does_not_have_is_refused(client: httpx.Client, role: Any) -> None:
    messages = [*TEXT["messages"], {"role": role, "content": "x"}]
    answer = client.post("/chat/completions", json=TEXT | {"messages": messages})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)
    assert "messages.1.role" in answer.json()["error"]["message"]


@pytest.mark.parametrize("role", ["system", "developer", "user", "assistant", "tool"])
def test_every_role_of_the_api_is_taken(client: httpx.Client, role: str) -> None:
    messages = [{"role": role, "content": "x", "tool_call_id": "1"}, *TEXT["messages"]]
    assert client.post("/chat/completions", json=TEXT | {"messages": messages}).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;,"}}]}]},
        {"modalities": ["text", "image"]},
        {"provider": {"only": ["openai"]}},
        {"provider": {"ignore": ["scripted"]}},
        {"provider": {"require_parameters": True}, "seed": 1},
    ],
)
def test_what_no_endpoint_can_do_is_404(client: httpx.Client, fields: dict[str, Any]) -> None:
    answer = client.post("/chat/completions", json=TEXT | fields)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)
