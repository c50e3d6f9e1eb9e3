"""Secrets of more than fifty kinds, planted everywhere: all are found, and nothing is left of them once they are masked."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.exporting.checking import KINDS, leaving, without
from parley.exporting.checking.found import SECRETS
from parley.notebook import Cell
from parley.reply import Reply
from parley.reply.reply import Audio
from parley.wire.key_shapes import SHAPES
from tests.exporting.checking.planted import PLANTED, sentence

NAMES = sorted(PLANTED)


def found(snapshot, kind):
    return [one for one in leaving(snapshot) if one.kind == kind]


def left_of(snapshot) -> str:
    return json.dumps(json.loads(snapshot.model_dump_json()), ensure_ascii=False)


def gone(secret: str, text: str) -> bool:
    return secret not in text and json.dumps(secret)[1:-1] not in text


def test_there_are_fifty_kinds_and_more():
    assert len(PLANTED) >= 50
    assert {kind for kind, _ in PLANTED.values()} == set(SECRETS | {"e-mail", "phone", "card"}) - {"own key"}


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_secret_is_found_with_all_its_places(name, a_snapshot):
    kind, secret = PLANTED[name]
    whole = a_snapshot(sentence(name), sentence(name))
    (one,) = [one for one in found(whole, kind) if one.text in secret or secret in one.text]
    assert {place.words for place in one.places} == {
        "Cell 1, prompt",
        "Cell 1, attempt 1, sent request",
        "Cell 1, attempt 1, answer",
    }
    assert one.advice == "mask"
    assert one.kind not in SECRETS or secret not in one.shown + repr(one)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("decision", ["mask", "drop"])
def test_nothing_is_left_of_a_planted_secret(name, decision, a_snapshot):
    whole = a_snapshot(sentence(name), sentence(name))
    left = without(whole, {one.id: decision for one in leaving(whole)})
    assert gone(PLANTED[name][1], left_of(left))
    assert leaving(left) == ()


@pytest.mark.parametrize("name", NAMES)
def test_whoever_decides_nothing_gives_no_secret_away(name, a_snapshot):
    assert gone(PLANTED[name][1], left_of(without(a_snapshot(sentence(name)), {})))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_to_be_kept_stays_as_it_is(name, a_snapshot):
    whole = a_snapshot(sentence(name))
    assert without(whole, {one.id: "keep" for one in leaving(whole)}) == whole


EVERYWHERE = {
    "a title": lambda make, text: (s := make()).model_copy(
        update={"session": s.session.model_copy(update={"title": text})}
    ),
    "the reasoning": lambda make, text: make(reply=Reply(reasoning=text)),
    "its details": lambda make, text: make(reply=Reply(reasoning_details=({"type": "reasoning.text", "text": text},))),
    "a tool's arguments": lambda make, text: make(
        body={"messages": []},
        reply=Reply.model_validate({"tool_calls": [{"name": "f", "arguments": json.dumps({"x": text})}]}),
    ),
    "a tool's result": lambda make, text: make(
        cells=(Cell(id="t", kind="message", message={"role": "tool", "content": text}),)
    ),
    "a system prompt": lambda make, text: make(
        cells=(Cell(id="t", kind="message", message={"role": "system", "content": text}),)
    ),
    "a note": lambda make, text: make(cells=(Cell(id="t", kind="note", message={"content": text}),)),
    "an unknown field": lambda make, text: make(body={"later": {"deep": [{"er": text}]}}),
    "a field's name": lambda make, text: make(body={"later": {text: 1}}),
    "a stop": lambda make, text: make(body={"stop": [text]}),
    "a part": lambda make, text: make([{"type": "text", "text": text}]),
    "a text file": lambda make, text: make(
        [
            {
                "type": "file",
                "file": {
                    "filename": "a.txt",
                    "file_data": f"data:text/plain;base64,{base64.b64encode(text.encode()).decode()}",
                },
            }
        ]
    ),
    "a refusal": lambda make, text: make(reply=Reply(refusal=text)),
    "speech": lambda make, text: make(reply=Reply(audio=Audio(transcript=text, data="QUFB"))),
    "a citation": lambda make, text: make(
        reply=Reply(annotations=({"type": "url_citation", "url_citation": {"content": text}},))
    ),
    "metadata": lambda make, text: make(body={"metadata": {"note": text}}),
}


@pytest.mark.parametrize("where", EVERYWHERE)
@pytest.mark.parametrize("name", ["OpenRouter", "RSA", "JSON Web Token", "e-mail", "Visa", "SHA-256", "password"])
def test_a_secret_is_found_wherever_it_stands(where, name, a_snapshot):
    kind, secret = PLANTED[name]
    whole = EVERYWHERE[where](a_snapshot, sentence(name))
    assert found(whole, kind)
    left = left_of(without(whole, {}))
    assert gone(secret, left)
    assert base64.b64encode(sentence(name).encode()).decode() not in left


def test_every_maker_is_named():
    assert len({shape.maker for shape in SHAPES}) == len(SHAPES)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True))
def test_any_number_of_secrets_together_leave_nothing(a_snapshot, names):
    whole = a_snapshot("\n".join(sentence(name) for name in names))
    left = without(whole, {})
    assert all(gone(PLANTED[name][1], left_of(left)) for name in names)
    assert not [one for one in leaving(left) if KINDS[one.kind].advice != "keep"]


def test_a_short_password_in_an_address_goes_and_the_same_word_elsewhere_stays(a_snapshot):
    left = without(a_snapshot("redis://me:cat@db.example:6379 has a cat"), {})
    assert left.session.cells[0].text == "redis://me[password removed]db.example:6379 has a cat"


def test_a_short_secret_under_its_name_goes_and_the_same_word_elsewhere_stays(a_snapshot):
    left = without(a_snapshot("My cat", body={"later": {"password": "cat"}}), {})
    assert left.session.cells[0].text == "My cat"
    assert left.session.settings.payload() == {"later": {"password": "[password removed]"}}
