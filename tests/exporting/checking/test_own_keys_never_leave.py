"""The key of a connection: listed, never kept, and refused wherever it still stands."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote_plus

import pytest

from parley.errors import KeyInside
from parley.exporting import html_page
from parley.exporting.checking import leaving, sealed, without
from parley.reply import Reply
from tests.conftest import KEY

ODD = "seven.ducks:on=a.pond"


def test_it_is_listed_first_and_cannot_be_kept(a_snapshot):
    whole = a_snapshot(f"alice@example.org uses {ODD}")
    first = leaving(whole, secrets=[ODD])[0]
    assert (first.kind, first.choices, first.advice) == ("own key", ("mask", "drop"), "mask")
    assert ODD not in first.shown + first.text
    assert ODD not in without(whole, {first.id: "keep"}, secrets=[ODD]).model_dump_json()


@pytest.mark.parametrize("key", [KEY, ODD])
@pytest.mark.parametrize(
    "dress",
    [
        str,
        lambda k: k[::-1],
        lambda k: base64.b64encode(b"x" + k.encode()).decode(),
        lambda k: k.encode().hex().upper(),
        lambda k: quote_plus(k).replace("%3A", "%3a").replace("%3D", "%3d"),
        lambda k: json.dumps(json.dumps({"key": k})),
    ],
)
def test_no_dress_hides_it(key, dress, a_snapshot):
    whole = a_snapshot(dress(key), body={"user": dress(key)}, reply=Reply(text="x", reasoning=dress(key)))
    with pytest.raises(KeyInside) as refused:
        sealed(whole, [key])
    assert key not in str(refused.value)
    left = without(whole, {one.id: "keep" for one in leaving(whole)}, secrets=[key])
    assert sealed(left, [key]) is left


def test_a_file_is_refused_as_a_whole(a_snapshot):
    page = html_page(a_snapshot(f"My key is {ODD}"))
    for content in (page, page.encode(), b"\xff\x00" + ODD.encode()):
        with pytest.raises(KeyInside):
            sealed(content, [ODD])
    assert sealed(html_page(a_snapshot("Hello")), [ODD, KEY, "none"])


def test_a_key_in_an_attached_text_is_found(a_snapshot):
    data = base64.b64encode(f"# notes\n{ODD}\n".encode()).decode()
    whole = a_snapshot([{"type": "file", "file": {"filename": "n.txt", "file_data": f"data:text/plain;base64,{data}"}}])
    assert leaving(whole, secrets=[ODD])[0].kind == "own key"
    assert sealed(without(whole, {}, secrets=[ODD]), [ODD])


@pytest.mark.parametrize("kind", ["application/octet-stream", "", "application/x-env", "text/plain"])
def test_a_file_is_text_by_what_is_in_it_whatever_its_type_says(kind, a_snapshot):
    data = base64.b64encode(f"{'# notes ' * 900}\n{ODD}\nalice@firm.example".encode()).decode()
    whole = a_snapshot([{"type": "file", "file": {"filename": ".env", "file_data": f"data:{kind};base64,{data}"}}])
    assert [one.kind for one in leaving(whole, secrets=[ODD])] == ["own key", "e-mail", "attachment"]
    assert sealed(without(whole, {}, secrets=[ODD]), [ODD])


@pytest.mark.parametrize("head", ["", "data:application/zip;base64,"])
@pytest.mark.parametrize(
    "dress", [str, lambda k: k.encode().hex().upper(), lambda k: base64.b64encode(k.encode()).decode()]
)
def test_a_file_that_is_no_text_is_not_made_with_a_key_in_it(head, dress, a_snapshot):
    data = base64.b64encode(bytes(700) + b"\xff" + dress(ODD).encode() + bytes(700)).decode()
    part = {"type": "file", "file": {"filename": "a.zip", "file_data": head + data}}
    with pytest.raises(KeyInside, match="attachment"):
        sealed(a_snapshot([part]), [ODD])
    (found,) = [one for one in leaving(a_snapshot([part]), secrets=[ODD]) if one.kind == "attachment"]
    assert sealed(without(a_snapshot([part]), {found.id: "drop"}, secrets=[ODD]), [ODD])


def test_an_answer_that_goes_on_from_its_beginning_is_read_as_one(a_snapshot):
    half = len(KEY) // 2
    whole = a_snapshot("Go on", prefill=f"The key is {KEY[:half]}", reply=Reply(text=f"{KEY[half:]}, of course"))
    left = without(whole, {})
    assert left.attempts["c"][0].whole.text == "The key is [key removed], of course"


def test_what_spells_a_masked_answer_letter_by_letter_goes_with_it(a_snapshot):
    tokens = tuple({"token": sign, "logprob": -0.1, "bytes": [ord(sign)]} for sign in KEY)
    whole = a_snapshot("Hello", reply=Reply(text=KEY, logprobs=tokens))
    assert without(whole, {}).attempts["c"][0].reply.logprobs == ()
