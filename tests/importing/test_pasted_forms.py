"""What can be pasted, in every way people write it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from parley.errors import NotARequest
from parley.importing import Pasted, read_request

BODY = {"model": "a/b", "messages": [{"role": "user", "content": 'It\'s "so"\n'}], "max_tokens": 5}
TEXT = json.dumps(BODY)
SHELL = TEXT.replace("'", "'\\''")
URL = "https://a.example/api/v1/chat/completions"


def body_of(text: str) -> dict[str, Any]:
    return read_request(text).request.payload()


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        json.dumps(BODY, indent=4),
        f"\ufeff\n {TEXT}\n",
        f"```json\n{TEXT}\n```",
        f"Send this:\n\n~~~\n{TEXT}\n~~~\nplease",
        f"```\r\n{TEXT}\r\n```\r\n",
    ],
)
def test_a_json_body_is_read(text: str) -> None:
    assert body_of(text) == BODY
    assert read_request(text).source == "JSON body"


@pytest.mark.parametrize(
    "text",
    [
        f"curl {URL} -d '{SHELL}'",
        f"$ curl -sS -N '{URL}' \\\n  -H 'Content-Type: application/json' \\\n  --data-raw '{SHELL}'",
        f"curl -X POST --url {URL} --json '{SHELL}' | jq .",
        f"KEY=1 curl -XPOST -d'{SHELL}' {URL} && echo done",
        f'curl "{URL}" --data-binary "{TEXT.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"',
        "curl " + URL + " --data-raw $'" + TEXT.replace("\\", "\\\\").replace("'", "\\u0027") + "'",
        f"curl {URL} ^\n  -X POST ^\n  -d '{SHELL}'",
        f"curl {URL} -d @- <<'EOF'\n{TEXT}\nEOF\n",
        f"```sh\nexport OPENROUTER_API_KEY=x\ncurl {URL} \\\n -d '{SHELL}'\n```",
    ],
)
def test_a_curl_command_is_read(text: str) -> None:
    assert body_of(text) == BODY
    assert (read_request(text).source, read_request(text).base_url) == ("curl command", "https://a.example/api/v1")


def test_a_command_as_browsers_copy_it_for_windows_is_read() -> None:
    text = 'curl ^"https://a.example/v1/chat/completions^" ^\n  --data-raw ^"^{^\\^"model^\\^":^\\^"a^\\^"^}^"'
    assert body_of(text) == {"model": "a"}


PYTHON = """
import os
from openai import OpenAI

client = OpenAI(base_url="https://a.example/api/v1", api_key=os.environ["OPENROUTER_API_KEY"])
system: str = "It's \\"so\\"" "\\n"
messages = [{"role": "user", "content": system}]
limit = 5
"""


@pytest.mark.parametrize(
    "call",
    [
        'client.chat.completions.create(model="a/b", messages=messages, max_tokens=limit)',
        'client.chat.completions.create(model="a" + "/b", messages=[*messages], extra_body={"max_tokens": 5})',
        "x = await client.chat.send(model=f\"a/{'b'}\", messages=messages, max_tokens=+limit, stream=None)",
        'params = dict(model="a/b", max_tokens=5)\nclient.chat.send(messages=messages, **params)',
        'client.chat.send(model="a/b", messages=[UserMessage(role="user", content=system)], max_tokens=5)',
        'requests.post("https://a.example/api/v1/chat/completions", headers={"Authorization": "Bearer x"}, '
        'data=json.dumps({"model": "a/b", "messages": messages, "max_tokens": limit}))',
        'body = {"model": "a/b", "messages": messages, "max_tokens": 5}\n'
        'with httpx.stream("POST", "https://a.example/api/v1/chat/completions", json=body) as r: pass',
    ],
)
def test_a_python_call_is_read_and_not_run(call: str) -> None:
    pasted = read_request(PYTHON + call)
    assert pasted.request.payload() == BODY
    assert (pasted.source, pasted.base_url) == ("Python call", "https://a.example/api/v1")


SCRIPT = """
import { OpenRouter } from "@openrouter/sdk"; // no semicolon below
const client = new OpenRouter({ serverURL: 'https://a.example/api/v1', apiKey: process.env.KEY })
const content = 'It\\'s "so"\\n'
const messages = [{ role: "user" as const, content }]
"""


@pytest.mark.parametrize(
    "call",
    [
        "await client.chat.send({ chatRequest: { model: 'a/b', messages, maxTokens: 5, }, httpReferer: 'x' });",
        "const r = await client.chat.send({model: `a/b`, messages: [...messages], maxTokens: 0x5})",
        "client.chat.completions.create({ model: 'a/' + 'b', messages, /* five */ max_tokens: 5 })",
        "fetch('https://a.example/api/v1/chat/completions', { method: 'POST', headers: { Authorization: `Bearer ${k}` },\n"
        "  body: JSON.stringify({ model: 'a/b', messages, max_tokens: 5 }) });",
        "const body = { model: 'a/b', messages, maxTokens: 5, stop: undefined } satisfies Body;",
    ],
)
def test_a_typescript_call_is_read_and_not_run(call: str) -> None:
    pasted = read_request(SCRIPT + call)
    assert pasted.request.payload() == BODY
    assert pasted.source == "TypeScript call"
    assert pasted.base_url == (None if call.startswith("const body") else "https://a.example/api/v1")


def test_an_object_alone_is_read_in_camel_case_at_every_depth() -> None:
    text = """{
      // a comment
      model: 'a/b', topK: 1, provider: {maxPrice: {prompt: "1"}, preferredMaxLatency: {p50: 1.0}},
      messages: [{role: "tool", toolCallId: "1", content: [{type: "image_url", imageUrl: {url: "x"}}]}],
      tools: [{type: "function", function: {name: "f", parameters: {additionalProperties: false, maxLength: 1}}}],
      trace: {traceId: "1", additionalProperties: {spanName: "mine"}}, metadata: {fooBar: 'x'},
    }"""
    assert body_of(text) == {
        "model": "a/b",
        "top_k": 1,
        "provider": {"max_price": {"prompt": "1"}, "preferred_max_latency": {"p50": 1.0}},
        "messages": [
            {"role": "tool", "tool_call_id": "1", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}
        ],
        "tools": [
            {
                "type": "function",
                "function": {"name": "f", "parameters": {"additionalProperties": False, "maxLength": 1}},
            }
        ],
        "trace": {"spanName": "mine", "trace_id": "1"},
        "metadata": {"fooBar": "x"},
    }


@pytest.mark.parametrize(
    "text",
    [
        'model="a/b", messages=[{"role": "user", "content": "x"}], seed=1',
        "model: 'a/b', messages: [{ role: 'user', content: 'x' }], seed: 1",
        "chatRequest: { model: 'a/b', messages: [{ role: 'user', content: 'x' }], seed: 1 }",
        "messages = []\nmessages.append({'role': 'user', 'content': 'x'})\nbody = {'model': 'a/b'}\n"
        "body['messages'] = messages\nbody.update({'seed': 1})\nclient.chat.send(**body)\nbody['seed'] = 2",
        "{**base, 'model': 'a/b', 'messages': [{'role': 'user', 'content': 'x'}], 'seed': 1, 'stream': UNSET} # True",
    ],
)
def test_fragments_and_bodies_that_grow_are_read(text: str) -> None:
    said = [{"role": "user", "content": "x"}]
    assert body_of(text) == {"model": "a/b", "messages": said, "seed": 1}


def test_a_dictionary_of_python_and_a_list_of_messages_are_read() -> None:
    assert body_of("{'model': 'a', 'stream': True, 'seed': None}") == {"model": "a", "stream": True, "seed": None}
    assert body_of('[{"role": "user", "content": "x"}]') == {"messages": [{"role": "user", "content": "x"}]}


@pytest.mark.parametrize(
    ("text", "words", "line", "column"),
    [
        ('{"model": "a",\n "seed": 1,\n}', "a comma before the closing bracket", 2, None),
        ('{"model": "a"\n "seed": 1}', "delimiter", 2, 2),
        ('{"model": "a", "seed": 1} x', "extra data", 1, 27),
        ('```json\n{"model": }\n```', "expecting value", 1, 11),
        ("curl https://a.b -d '{\"model\": }'", "of the body of this curl command", 1, 11),
        ("import os\nclient.chat.send(model=,)", "Python does not understand", 2, 24),
        ("{model: 'a', seed: 1 user: 'x'}", "comma", 1, 22),
        ("await c.chat.send({model: 'a)\n", "not closed by a quote", 1, 27),
        ('{"model": "a", "seed": NaN}', "no number NaN", None, None),
        ('{"a": 1}', "None of the keys", None, None),
        ('{"a" 1}', "expecting", 1, 6),
        ("[1, 2]", "not an object", None, None),
        ("Hello, what can you do?", "Expected a request", None, None),
        ("   ", "Expected a request", None, None),
        ("import os\nprint(os.getcwd())", "without a call that sends", None, None),
        ("curl https://a.b", "has no body", None, None),
        ("curl https://a.b -d @body.json", "in a file", None, None),
        ("curl https://a.b -F a=b", "a form or a file", None, None),
        ("curl https://a.b -d '{", "is missing", None, None),
    ],
)
def test_what_is_no_request_says_what_was_expected_and_where(
    text: str, words: str, line: int | None, column: int | None
) -> None:
    with pytest.raises(NotARequest, match=words) as error:
        read_request(text)
    assert error.value.line == line
    assert column is None or error.value.column == column


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"curl {URL} -H 'X-Title: x' -H 'Cookie: y' -d '{SHELL}'", "Headers are not taken over: X-Title, Cookie."),
        ("client.chat.send(model='a', temperature=float(input()))", "Left out, .*: temperature."),
        (
            "client.chat.send(model='a', user=os.environ['U'], messages=[m, {'role': x}])",
            r"user, messages\[0\], messages",
        ),
        ("await c.chat.send({model: 'a', topK: pick(), user: `${me}`})", "Left out, .*: topK, user."),
        ("client.chat.send(model='a', timeout_ms=5)", "Options of the call are not taken over: timeout_ms."),
        (
            '{"model": "a", "verbosity": "low", "trace": {"x": 1}}',
            "Not known to Parley and kept as they are: verbosity",
        ),
        ('{"model": "a", "model": "b"}', "stands twice"),
        ("{**base, 'model': 'a', 'stream': True}", r"Left out, .*: \["),
        ("b = {'model': 'a'}\nb[k] = 1\nclient.chat.send(**b)", "a change of the body in line 2"),
        ("const m = []; m.push(x); c.chat.send({model: 'a', messages: m})", "push and the like is not followed"),
        (f"curl https://a.example/v1/responses -d '{SHELL}'", "not sent to /chat/completions"),
    ],
)
def test_what_is_dropped_or_unknown_is_said(text: str, note: str) -> None:
    assert re.search(note, " ".join(read_request(text).notes))


def test_what_is_unknown_is_kept() -> None:
    pasted = read_request(
        '{"model": "a", "verbosity": "low", "messages": [{"role": "user", "content": "", "mood": 1}]}'
    )
    assert pasted.request.extra == {"verbosity": "low"}
    assert pasted.notes == ("Not known to Parley and kept as they are: verbosity, messages[0].mood.",)


def test_nothing_to_say_is_no_note() -> None:
    assert read_request(TEXT) == Pasted(request=read_request(TEXT).request, source="JSON body")
