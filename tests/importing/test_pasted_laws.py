"""The laws of the way back: what was exported is read again, nothing is run, no key survives, nothing hangs."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parley.errors import NotARequest
from parley.exporting import FORMS, code, lost
from parley.importing import read_request
from parley.request import ChatRequest
from tests.conftest import KEY
from tests.exporting.samples import HOSTILE, ODD, WORDS, documented, fields, recorded, whole
from tests.exporting.test_form_texts import VALUES

URL = "https://a.example/it's/v1"
BODIES = [*fields().values(), *documented(), *(body for body in ODD if "api_key" not in body), *recorded()]


@pytest.mark.parametrize("form", FORMS)
def test_what_was_exported_is_read_again(form: Any) -> None:
    requests = [ChatRequest.parse(body) for body in BODIES]
    carried = [request for request in requests if not lost(form, request)]
    assert len(carried) > len(requests) / 3
    assert [one for one in carried if read_request(code(form, one, URL)).request != one] == []


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_json_body_is_read_as_it_is(body: dict[str, Any]) -> None:
    assert read_request(json.dumps(body, indent=1)).request == ChatRequest.parse(body)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example({"user": {"^": None}})
@given(st.dictionaries(st.sampled_from(["user", "metadata", "trace", "stop", "zz"]), VALUES, max_size=4))
@pytest.mark.parametrize("form", FORMS)
def test_any_request_comes_back(form: Any, body: dict[str, Any]) -> None:
    request = ChatRequest.parse(whole(json.loads(json.dumps(body))))
    if not lost(form, request):
        assert read_request(code(form, request, URL)).request == request


@pytest.mark.parametrize("form", FORMS)
def test_the_address_comes_back(form: Any) -> None:
    assert read_request(code(form, ChatRequest.parse(whole({})), URL)).base_url == URL


SEEDS = [
    json.dumps(whole({"user": HOSTILE})),
    *(code(form, ChatRequest.parse(whole({"user": HOSTILE, "trace": {"a": 1}})), URL) for form in FORMS),
    "const a = {b: `x${y}`, ...c}; fetch('u', {body: JSON.stringify(a)})",
    "{**a, 'model': True, 'b': [*c], d: 1}",
    "a = {}\na['b'] = c\na.update(d)\na.append(1)\nclient.chat.send(**a)",
    "a = [1, *b]\nclient.chat.send(model=a, **{'x': -1.5})",
]
NOISE = st.sampled_from(
    [*"{}[]()\"'`\\$,:;=+-*/#\n<>@^", "curl ", "''' ", "const ", "lambda ", "...", "\ud800", "\0", "1e999", "0x"]
)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A good text with pieces cut out and noise put in."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + "".join(draw(st.lists(NOISE, max_size=3))) + text[start + draw(st.integers(0, 12)) :]
    return text


@settings(max_examples=300, deadline=None)
@given(mangled() | st.text(st.characters(exclude_categories=()), max_size=30) | st.lists(NOISE).map("".join))
@example("-" * 5_000)
@example("x = " + "(" * 5_000)
@example("{" * 5_000)
@example("{'a': " + "-" * 5_000 + "1}")
@example("a.send(" + "b+" * 3_000 + "c)")
def test_whatever_is_pasted_gives_a_request_or_a_sentence(text: str) -> None:
    with suppress(NotARequest):
        assert read_request(text).request.sent_keys()


PLACES = [
    f"curl https://user:{KEY}@a.example/v1/chat/completions?key={KEY} -H 'Authorization: Bearer {KEY}' -H '{KEY}' -u {KEY} -d '{{\"model\": \"a\"}}'",
    json.dumps(
        {
            "model": "a",
            "api_key": KEY,
            "headers": {"Authorization": KEY},
            "messages": [{"role": "user", "content": KEY}],
            KEY: 1,
        }
    ),
    f"OpenAI(api_key='{KEY}', base_url='https://a.example/{KEY}')\nclient.chat.send(model='a', api_key='{KEY}', **{{'{KEY}': x}})",
    f"new OpenRouter({{apiKey: '{KEY}'}}); await c.chat.send({{chatRequest: {{model: 'a', '{KEY}': y()}}, '{KEY}': 1}})",
    f'curl https://a.b -d \'{{"model": "{KEY}", }}\'',
    f"client.chat.send(model='{KEY}",
    f"{{model: '{KEY}' x}}",
    f"{KEY}",
]


@pytest.mark.parametrize("text", PLACES, ids=range(len(PLACES)))
def test_a_key_is_never_kept_shown_or_told(text: str) -> None:
    try:
        told = read_request(text).model_dump_json()
    except NotARequest as error:
        told = f"{error!r} {error} {error.__cause__} {error.__context__ if not error.__suppress_context__ else ''}"
    assert KEY not in told
    assert KEY[9:] not in told


def test_what_a_person_writes_about_keys_stays() -> None:
    said = "I have a basic understanding of sk-learn and the header Authorization: Bearer token."
    text = json.dumps({"messages": [{"role": "user", "content": said}]})
    assert read_request(text).request.payload()["messages"][0]["content"] == said


BIG = 5_000_000
LARGE = [
    json.dumps(whole({"user": "x" * BIG})),
    f"curl https://a.example -d '{json.dumps(whole({'user': 'x' * BIG}))}'",
    f"client.chat.send(model='{'x' * BIG}')",
    "m = []\n" + f"m.append('{'x' * 250}')\n" * 20_000 + "client.chat.send(stop=m)",
    f"await client.chat.send({{model: '{'x' * BIG}'}})",
    "curl https://a.example" + "\n" * BIG + f"-d '{json.dumps(whole({'user': 'x' * BIG}))}'",
    'curl https://a.example -d "' + json.dumps(whole({"user": "$(${" * (BIG // 4)})).replace('"', '\\"') + '"',
]
ENDLESS = [
    '{"model": [' + "1," * (BIG // 2) + "1]}",
    "client.chat.send(model=[" + "1," * (BIG // 2) + "])",
    "await c.chat.send({model: [" + "1," * (BIG // 2) + "]})",
    "curl " + "a " * (BIG // 2),
    "Lorem ipsum dolor, sit amet. " * (BIG // 29),
    "x" + "\n" * BIG + "y",
    "[" * BIG,
    "m = [1]\n" + "m.append(m)\n" * 60 + "client.chat.send(model=m)",
    "f(" * BIG,
    "x" * 30_000_000,
    "a0 = ['y']\n" + "".join(f"a{i + 1} = [{f'a{i},' * 9}]\n" for i in range(30)) + "client.chat.send(model=a30)",
    "const a0 = ['y']\n"
    + "".join(f"const a{i + 1} = [{f'a{i},' * 9}]\n" for i in range(30))
    + "c.chat.send({model: a30})",
]


@pytest.mark.parametrize("text", LARGE, ids=range(len(LARGE)))
def test_five_megabytes_are_read(text: str) -> None:
    assert len(json.dumps(read_request(text).request.payload())) > BIG


@pytest.mark.parametrize("text", ENDLESS, ids=range(len(ENDLESS)))
def test_five_megabytes_of_too_much_are_refused(text: str) -> None:
    with pytest.raises(NotARequest, match=r"too many values|Expected a request|at most|too deeply"):
        read_request(text)


def test_messages_are_read_whatever_they_say() -> None:
    body = {"messages": [{"role": "user", "content": f"curl x -d '{{}}'\nimport os\n```\n{json.dumps(WORDS)}\n```\n"}]}
    assert read_request(json.dumps(body)).request.payload() == body
