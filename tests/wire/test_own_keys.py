"""Keys at hand are known in every dress, and nothing else is taken for one."""

from __future__ import annotations

import base64
import contextlib
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import UpstreamError
from parley.wire.answer import AnswerReader
from parley.wire.own_keys import OwnKeys
from tests.conftest import KEY

ODD = 'pa"ss <wörd>/&1234'
DRESSES = [str, lambda k: k[::-1], lambda k: k.encode().hex(), lambda k: quote(k, safe=""), html.escape, json.dumps]


@pytest.mark.parametrize("key", [KEY, ODD, "a-local-server-key"])
@pytest.mark.parametrize("dress", DRESSES)
def test_a_key_is_known_in_every_dress(key, dress):
    text = f"before {dress(key)} after"
    hidden = OwnKeys([key]).hidden(text)
    assert OwnKeys([key]).within(text)
    assert dress(key).strip('"') not in hidden
    assert hidden.startswith("before ")


@given(st.binary(max_size=40), st.binary(max_size=40), st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]))
def test_a_key_is_known_inside_anything_in_base64(before, after, encode):
    assert OwnKeys([KEY]).within(encode(before + KEY.encode() + after).decode())


def test_the_telling_beginning_of_a_key_is_enough():
    assert OwnKeys([KEY]).within(KEY[:12])
    assert not OwnKeys([KEY]).within(KEY[:9])
    assert not OwnKeys(["a-local-server-key-of-mine"]).within("a-local-server")


@given(st.text())
def test_a_text_without_a_key_stays(text):
    assert OwnKeys([KEY]).hidden(text) == text


def test_words_are_no_keys_and_nothing_is_shown():
    assert not OwnKeys(["none", ""])
    assert KEY[9:] not in repr(OwnKeys([KEY])) + str(vars(OwnKeys(["none"])))


def test_bytes_are_looked_through_as_well():
    assert OwnKeys([KEY]).within_bytes(b"\x00" + KEY.encode())
    assert not OwnKeys([KEY]).within_bytes(b"\x00\xff")


BODIES = [
    """data: {"choices": [{"delta": {"content": "It is %s"}}]}\n\n""",
    """{"choices": [{"message": {"content": "It is %s"}}]}""",
]


@pytest.mark.parametrize("body", BODIES, ids=["stream", "plain"])
@pytest.mark.parametrize("dress", [*DRESSES[:4], lambda k: base64.b64encode(k.encode()).decode(), lambda k: k[:12]])
def test_a_server_that_sends_the_key_back_is_heard_without_it(dress: Callable[[str], str], body: str) -> None:
    heard: list[str] = []
    reader = AnswerReader(received=heard.append, hidden=KEY)
    events = [*reader.feed((body % dress(KEY)).encode())]
    with contextlib.suppress(UpstreamError):
        events += reader.close()
    told = "".join(heard) + repr(events)
    assert "[key removed]" in told
    assert dress(KEY) not in told
