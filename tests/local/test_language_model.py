from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from parley.local import LocalServer, LocalStatus

pytestmark = pytest.mark.model

COLOURS = "Name three colours."
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "population": {"type": "integer"}},
    "required": ["city", "population"],
    "additionalProperties": False,
}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "maxLength": 30}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}


def ask(model: httpx.Client, words: str, **fields: Any) -> dict[str, Any]:
    body = {"messages": [{"role": "user", "content": words}], "max_tokens": 40, **fields}
    answer: dict[str, Any] = model.post("/chat/completions", json=body).json()
    return answer


def said(answer: dict[str, Any]) -> str:
    text: str = answer["choices"][0]["message"]["content"]
    return text


def test_it_answers_in_words_and_counts_its_tokens(model: httpx.Client) -> None:
    answer = ask(model, "Hello! Who are you?", seed=1)
    assert len(said(answer).split()) > 3
    assert answer["usage"]["prompt_tokens"] > 20
    assert 0 < answer["usage"]["completion_tokens"] <= 40


def test_it_is_the_first_of_the_list_and_takes_what_it_lists(model: httpx.Client) -> None:
    item = model.get("/models").json()["data"][0]
    assert item["id"].startswith("local/")
    assert item["context_length"] == item["top_provider"]["max_completion_tokens"]
    assert {"seed", "tools", "logprobs", "structured_outputs"} <= set(item["supported_parameters"])
    assert not {"top_a", "reasoning", "prediction"} & set(item["supported_parameters"])


def test_a_seed_repeats_an_answer_and_another_one_does_not(model: httpx.Client) -> None:
    one, again, other = (said(ask(model, COLOURS, seed=seed, temperature=1.5)) for seed in (1, 1, 2))
    assert one == again != other


def test_temperature_zero_is_the_same_for_every_seed(model: httpx.Client) -> None:
    assert len({said(ask(model, COLOURS, seed=seed, temperature=0)) for seed in (1, 2, 3)}) == 1


@pytest.mark.parametrize("fields", [{"top_k": 1}, {"top_p": 0.0001}, {"min_p": 1}])
def test_each_filter_alone_makes_it_greedy(model: httpx.Client, fields: dict[str, float]) -> None:
    greedy = {said(ask(model, COLOURS, seed=seed, temperature=1.5, **fields)) for seed in (1, 2)}
    assert len(greedy) == 1


@pytest.mark.parametrize(
    "fields",
    [{"frequency_penalty": 2}, {"presence_penalty": 2}, {"repetition_penalty": 2}, {"logit_bias": {"28": 100}}],
)
def test_penalties_and_biases_change_the_answer(model: httpx.Client, fields: dict[str, Any]) -> None:
    neutral = {"temperature": 0, "seed": 1, "repetition_penalty": 1}
    assert said(ask(model, COLOURS, **neutral)) != said(ask(model, COLOURS, **neutral | fields))


def test_it_stops_before_a_stop_string(model: httpx.Client) -> None:
    whole = said(ask(model, COLOURS, seed=1))
    word = whole.split()[3]
    cut = ask(model, COLOURS, seed=1, stop=[word])
    assert said(cut) == whole[: whole.index(word)]
    assert cut["choices"][0]["finish_reason"] == "stop"


def test_max_tokens_is_kept_to_the_token(model: httpx.Client) -> None:
    answer = ask(model, "Tell me a story.", max_tokens=7)
    assert (answer["usage"]["completion_tokens"], answer["choices"][0]["finish_reason"]) == (7, "length")


@pytest.mark.parametrize("top", [0, 3])
def test_logprobs_come_for_every_token(model: httpx.Client, top: int) -> None:
    answer = ask(model, COLOURS, max_tokens=6, logprobs=True, top_logprobs=top)
    entries = answer["choices"][0]["logprobs"]["content"]
    assert "".join(entry["token"] for entry in entries) == said(answer)
    assert all(entry["logprob"] <= 0 and len(entry["top_logprobs"]) == top for entry in entries)


def test_an_answer_goes_on_from_the_beginning_that_was_sent_along(model: httpx.Client) -> None:
    beginning = {"role": "assistant", "content": "The three colours are red, green and"}
    messages = [{"role": "user", "content": COLOURS}, beginning]
    answer = model.post(
        "/chat/completions", json={"messages": messages, "max_tokens": 8, "logprobs": True, "seed": 1}
    ).json()
    rated = answer["choices"][0]["logprobs"]["content"]
    assert said(answer).startswith(" ")
    assert "".join(entry["token"] for entry in rated) == said(answer)


def test_a_schema_is_obeyed(model: httpx.Client) -> None:
    shape = {"type": "json_schema", "json_schema": {"name": "city", "strict": True, "schema": CITY}}
    value = json.loads(said(ask(model, "The largest city?", seed=3, max_tokens=200, response_format=shape)))
    assert set(value) == {"city", "population"}
    assert isinstance(value["population"], int)


def test_a_grammar_is_obeyed_and_a_bad_one_refused(model: httpx.Client) -> None:
    shape = {"type": "grammar", "grammar": 'root ::= "yes" | "no"'}
    assert said(ask(model, "Is water wet?", response_format=shape)) in ("yes", "no")
    broken = ask(model, "Is water wet?", response_format={"type": "grammar", "grammar": "root ::= nowhere"})
    assert broken["error"]["code"] == 400


def test_what_llama_cpp_complains_about_is_not_in_the_log(model: httpx.Client, model_home: Path) -> None:
    ask(model, "secret words", response_format={"type": "grammar", "grammar": "root ::= secretrule"})
    assert "secret" not in (model_home / "logs" / "local.log").read_text()


def ports(status: LocalStatus) -> set[int]:
    """Every port that the child listens on."""
    connections = psutil.Process(status.pid).net_connections()
    return {connection.laddr.port for connection in connections if connection.status == psutil.CONN_LISTEN}


@pytest.mark.parametrize("path", ["/", "/v1/models", "/v1/chat/completions", "/props", "/slots", "/metrics", "/tools"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_page_gets_anything_from_any_port(language_model: LocalServer, method: str, path: str) -> None:
    for port in ports(language_model.status):
        answer = httpx.request(method, f"http://127.0.0.1:{port}{path}", headers={"Origin": "https://evil.example"})
        assert answer.status_code in (401, 403, 404)
        assert answer.headers.get("access-control-allow-origin", "") == ""


def test_json_is_json(model: httpx.Client) -> None:
    answer = ask(model, "Describe a cat as JSON.", seed=1, max_tokens=400, response_format={"type": "json_object"})
    assert isinstance(json.loads(said(answer)), dict)


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "get_weather"}}])
def test_a_forced_call_is_a_call_with_valid_arguments(model: httpx.Client, choice: Any) -> None:
    answer = ask(model, "What is the weather in Paris?", tools=[WEATHER], tool_choice=choice, max_tokens=200, seed=1)
    (choice_made,) = answer["choices"]
    (call,) = choice_made["message"]["tool_calls"]
    assert (choice_made["finish_reason"], call["function"]["name"]) == ("tool_calls", "get_weather")
    assert set(json.loads(call["function"]["arguments"])) == {"city"}


def test_it_may_answer_in_words_when_the_choice_is_its_own(model: httpx.Client) -> None:
    message = ask(model, "Hello!", tools=[WEATHER], seed=1)["choices"][0]["message"]
    assert message["content"] or message["tool_calls"]


def test_a_prompt_that_is_too_long_is_told_in_numbers(model: httpx.Client) -> None:
    answer = ask(model, "word " * 9000)
    assert answer["error"]["code"] == 400
    assert "maximum context length is 8192 tokens" in answer["error"]["message"]
    assert answer["error"]["metadata"]["error_type"] == "context_length_exceeded"


def test_a_picture_is_refused(model: httpx.Client) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    body = {"messages": [{"role": "user", "content": [picture]}]}
    assert model.post("/chat/completions", json=body).json()["error"]["message"].endswith("support image input")


ENDLESS = {
    "messages": [{"role": "user", "content": "Count."}],
    "stream": True,
    "max_tokens": 8000,
    "response_format": {"type": "grammar", "grammar": 'root ::= "1 " root'},
}


def test_stop_frees_the_slots_at_once(model: httpx.Client) -> None:
    """Both slots are taken by answers of minutes and left; the next answer comes within the client's patience."""
    for _ in range(2):
        with model.stream("POST", "/chat/completions", json=ENDLESS | {"user": "leaver"}) as answer:
            next(answer.iter_lines())
    assert ask(model, "Hi", max_tokens=3)["usage"]["completion_tokens"] == 3
    left = model.get("/posts", params={"user": "leaver"}).json()["data"]
    assert [item["cancelled"] for item in left] == [True, True]


def test_a_third_answer_waits_for_a_slot(model: httpx.Client) -> None:
    def begin() -> Any:
        return model.stream("POST", "/chat/completions", json=ENDLESS)

    with begin(), begin(), begin() as third:
        assert next(third.iter_lines()) == ": OPENROUTER PROCESSING"


def test_tools_and_a_form_of_the_answer_are_kept_to_together(model: httpx.Client) -> None:
    schema = {
        "type": "object",
        "properties": {"hot": {"type": "boolean"}},
        "required": ["hot"],
        "additionalProperties": False,
    }
    shape = {"type": "json_schema", "json_schema": {"name": "heat", "schema": schema}}
    fields = {"tools": [WEATHER], "response_format": shape, "max_tokens": 200, "seed": 1}
    free = ask(model, "Is it hot in Paris?", **fields)["choices"][0]["message"]
    assert free["tool_calls"] if free.get("tool_calls") else set(json.loads(free["content"])) == {"hot"}
    (call,) = ask(model, "Is it hot in Paris?", tool_choice="required", **fields)["choices"][0]["message"]["tool_calls"]
    assert set(json.loads(call["function"]["arguments"])) == {"city"}
    answered = ask(model, "Is it hot in Paris?", tool_choice="none", **fields)["choices"][0]["message"]
    assert set(json.loads(answered["content"])) == {"hot"}
