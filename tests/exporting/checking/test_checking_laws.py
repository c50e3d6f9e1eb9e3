"""What holds of the check whatever is checked."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from parley.exporting.checking import KINDS, leaving, without
from parley.exporting.checking.patterns import is_random, secrets_in
from parley.notebook import Cell, Run, Session, Snapshot
from parley.reply import Reply
from parley.request import ChatRequest
from tests.conftest import KEY
from tests.exporting.checking.planted import PLANTED, sentence

OURS = (
    "id",
    "cell_id",
    "session_id",
    "owner",
    "created",
    "said",
    "chosen",
    "inherited",
    "compared",
    "parent",
    "parent_cell",
)
"""Ids and times: Parley makes them, and a file that is read gets new ones. The draft never leaves."""
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=30)
    | st.sampled_from([sentence(n) for n in PLANTED]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system", "tool", "developer", "x"])},
    optional={"content": JSON, "reasoning": JSON, "reasoning_details": JSON, "tool_calls": JSON},
)
REPLIES = st.builds(Reply, text=st.text(max_size=30), reasoning=st.text(max_size=30), debug=st.just(()))


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    messages = draw(st.lists(MESSAGES, max_size=3))
    body = {
        **draw(st.dictionaries(st.sampled_from(["user", "metadata", "trace", "stop", "x"]), JSON)),
        "messages": messages,
    }
    cells = tuple(Cell(id=str(n), message=message) for n, message in enumerate(draw(st.lists(MESSAGES, max_size=2))))
    run = Run(
        id="r",
        request=ChatRequest.parse(body),
        reply=draw(REPLIES),
        created=datetime(2026, 1, 1, tzinfo=UTC),
        outcome="stopped",
    )
    session = Session(id="s", cells=cells, settings=ChatRequest.parse({"user": draw(JSON)}))
    return Snapshot(session=session, attempts={cells[0].id: (run,)} if cells else {})


@given(snapshots())
def test_whatever_is_kept_stays_exactly_as_it_is(snapshot):
    assert without(snapshot, {one.id: "keep" for one in leaving(snapshot)}) == snapshot.anonymous()


@given(snapshots())
def test_what_is_masked_is_not_found_again(snapshot):
    left = without(snapshot, {one.id: "mask" for one in leaving(snapshot)})
    assert [one.kind for one in leaving(left)] == []
    assert without(left, {}) == left


@given(snapshots())
def test_what_was_found_has_a_place_and_a_name_of_its_own(snapshot):
    found = leaving(snapshot)
    assert len({one.id for one in found}) == len(found)
    assert all(one.places and len(set(one.places)) == len(one.places) for one in found)
    assert list(KINDS).index(found[-1].kind) >= list(KINDS).index(found[0].kind) if found else True


@given(st.text())
def test_any_text_can_be_looked_through(text):
    assert all(text[one.start : one.end] == one.text for one in secrets_in(text))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))


def planted(body: Any, path: tuple[Any, ...], text: str) -> Any:
    copied = copy.deepcopy(body)
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = text
    return copied


FULL = Snapshot.model_validate_json(
    json.dumps(
        {
            "session": {
                "id": "s",
                "title": "T",
                "cells": [
                    {"id": "n", "kind": "note", "message": {"content": "Note"}},
                    {"id": "c", "message": {"role": "user", "name": "me", "content": [{"type": "text", "text": "Hi {{v}}"}]}},
                ],
                "settings": {"model": "m", "stop": ["x"], "response_format": {"type": "json_object"}, "other": {"deep": ["er"]}},
                "variables": {"v": "you"},
                "lanes": [{"id": "l", "overrides": {"model": "other"}}],
            },
            "attempts": {
                "c": [
                    {
                        "id": "r",
                        "cell_id": "c",
                        "created": "2026-11-22T00:00:00Z",
                        "outcome": "failed",
                        "connection": "OpenRouter",
                        "request": {"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi you"}]}]},
                        "template": {"messages": {"0": {"role": "user", "content": "Hi {{v}}"}}, "values": {"v": "you"}},
                        "prefill": "Well",
                        "failure": {"kind": "K", "message": "why", "code": "c", "provider": "p", "metadata": {"raw": "x"}},
                        "timeline": [{"ms": 1, "what": "retry", "note": "because"}],
                        "reply": {
                            "text": "t", "reasoning": "r", "refusal": "no", "model": "m", "provider": "p",
                            "finish_reason": "stop", "native_finish_reason": "x", "service_tier": "s", "metadata": {"a": "b"},
                            "tool_calls": [{"name": "f", "arguments": "{}", "extra": {"x": "y"}}], "notes": ["n"],
                            "images": [{"type": "image_url", "image_url": {"url": "https://example.org/x.png"}}],
                            "annotations": [{"type": "url_citation", "url_citation": {"title": "t"}}],
                            "audio": {"transcript": "t"}, "usage": {"later": "text"},
                        },
                    }
                ]
            },
        }
    )
)  # fmt: skip
BODY = json.loads(FULL.model_dump_json())


def holding(path: tuple[Any, ...]) -> Snapshot | None:
    """The snapshot with a key at that place; None where no text can stand there."""
    try:
        return Snapshot.model_validate_json(json.dumps(planted(BODY, path, f"Look: {KEY}")))
    except ValidationError:
        return None


HOLDING = {".".join(map(str, path)): holding(path) for path in leaves(BODY) if path[-1] not in (*OURS, "draft")}


@pytest.mark.parametrize("place", [place for place, whole in HOLDING.items() if whole is not None])
def test_no_text_is_forgotten(place):
    whole = HOLDING[place]
    assert any(one.kind in ("key", "password") for one in leaving(whole))
    assert KEY not in without(whole, {}).model_dump_json()


def test_there_is_a_text_at_nearly_every_place():
    assert sum(whole is not None for whole in HOLDING.values()) > 40


@pytest.mark.parametrize(
    "text",
    [
        "how-to-build-a-website-in-2024-with-python-and-streamlit",
        "parley.components.notebook.heading.test_snapshots_2026",
        "getUserAccountByIdFactoryBuilder2Implementation",
        "/usr/local/lib/python3.11/site-packages/streamlit/web",
        "00000000000000000000000000000000",
        "1234567890123456789012345678901234567890",
        "0b7b5a2e-6c1f-4e57-9d0a-1f2e3d4c5b6a",
        "aaaaaaaaaaaaaaaaaaaaaaaa11111111",
        "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk1",
    ],
)
def test_words_paths_and_numbers_are_not_random(text):
    assert not is_random(text)


@pytest.mark.parametrize(
    "text",
    [
        "It took 12,345 tokens at 2024-11-22 12:30:45, version 1.67.0, port 8501.",
        "max_tokens: 4096, top_p=0.95, temperature = 0.7, seed: 123456789",
        "The password is required. A token is a piece of a word. Your secret: none.",
        "api_key=os.environ['OPENROUTER_API_KEY'] and token = get_token(user)",
        "export OPENROUTER_API_KEY=$KEY; password: {{password}}; secret: <your secret>",
        "Bearer of good news, sk-learn and task-management, a pk-something",
        "git@github.com:parley/parley.git and logo@2x.png at 10.0.0.1:8080",
        "ISBN 978-3-16-148410-0, 4111 1111 1111 1112, pi is 3.14159265358979",
        "On 01.02.2024 and 2024-01-02T03:04:05Z, 1 000 000 000 people",
    ],
)
def test_ordinary_words_are_left_alone(text):
    assert secrets_in(text) == ()


@pytest.mark.parametrize("name", ["id", "signature", "data"])
def test_ids_and_signatures_are_random_by_nature_and_may_still_name_somebody(name, a_snapshot):
    drawn = PLANTED["a maker nobody knows"][1]
    assert leaving(a_snapshot(body={"response_format": {name: f"{drawn} 4111111111111111"}})) == ()
    assert [one.text for one in leaving(a_snapshot(body={"response_format": {name: "alice@example.org"}}))] == [
        "alice@example.org"
    ]


@pytest.mark.parametrize("name", ["id", "signature", "data"])
def test_a_field_that_nobody_knows_is_looked_through_whatever_its_names_are(name, a_snapshot):
    found = leaving(a_snapshot(body={"of_tomorrow": {name: "4111 1111 1111 1111"}}))
    assert [one.kind for one in found] == ["card"]


SHORT = st.text(st.sampled_from("0123456789+-.() @:=aAéis%/\u0660"), max_size=12)


@given(SHORT)
@example("pwd:abcdef")
@example("+4917012345")
def test_a_short_text_is_looked_through_as_well_as_a_long_one(text: str) -> None:
    assert secrets_in(text) == secrets_in(text.ljust(40))
