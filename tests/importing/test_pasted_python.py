"""Python that builds its request step by step is followed; nothing of it is lost without a word."""

from __future__ import annotations

from typing import Any

import pytest

from parley.errors import NotARequest
from parley.importing import read_request

SAID = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
BODY = {"model": "a", "messages": SAID}
NAMED = f"s = {SAID[0]!r}\nu = {SAID[1]!r}\n"


def body_of(text: str) -> dict[str, Any]:
    return read_request(text).request.payload()


@pytest.mark.parametrize(
    "steps",
    [
        "m = [s]\nm += [u]",
        "m = [u]\nm.insert(0, s)",
        "m = []\nm.extend([s])\nm.append(u)",
    ],
)
def test_a_list_that_grows_is_followed(steps: str) -> None:
    assert body_of(f"{NAMED}{steps}\nclient.chat.completions.create(model='a', messages=m)") == BODY


@pytest.mark.parametrize(
    "steps",
    [
        "b = {'model': 'a', 'messages': [s]}\nb['messages'].append(u)",
        "b = {'model': 'a', 'messages': [s, {'role': 'user'}]}\nb['messages'][1]['content'] = 'u'",
        "b = {'model': 'a'}\nb |= {'messages': [s, u]}\nb['stop'] = omit",
        "t = ''\nt += 's'\nb = {'model': 'a', 'messages': [{'role': 'system', 'content': t}, u]}",
    ],
)
def test_an_object_that_grows_is_followed(steps: str) -> None:
    assert body_of(f"{NAMED}{steps}\nclient.chat.send(**b)") == BODY


@pytest.mark.parametrize("change", ["m.pop()", "m.clear()", "del m[0]", "m.sort(key=f)", "m.insert(i, x)", "m *= 2"])
def test_a_change_that_is_not_followed_is_told(change: str) -> None:
    pasted = read_request(f"m = [1]\n{change}\nclient.chat.send(model='a', stop=m)")
    assert "a change of stop in line 2" in " ".join(pasted.notes)


def test_an_extra_body_counts_wherever_it_stands() -> None:
    assert body_of("c.chat.completions.create(**{'model': 'a', 'extra_body': {'top_k': 3}})") == {
        "model": "a",
        "top_k": 3,
    }
    pasted = read_request("c.chat.completions.create(model='a', extra_body=f())")
    assert (pasted.request.payload(), "extra_body" in " ".join(pasted.notes)) == ({"model": "a"}, True)


@pytest.mark.parametrize(
    "send",
    [
        "requests.post(url, data=json.dumps(b).encode('utf-8'))",
        "requests.post(url, b)",
        "connection.request('POST', '/api/v1/chat/completions', json.dumps(b), headers)",
        "urllib.request.urlopen(urllib.request.Request(url, data=json.dumps(b).encode()))",
    ],
)
def test_a_post_is_read_however_it_hands_the_body_over(send: str) -> None:
    assert body_of(f"import json\nb = {BODY!r}\n{send}") == BODY


def test_texts_are_read_through_what_only_trims_them() -> None:
    said = "[{'role': 'system', 'content': 's'}, {'role': 'user', 'content': dedent('''\n  u\n''').strip()}]"
    assert body_of(f"client.chat.send(model='a', messages={said})") == BODY


def test_a_class_of_the_sdk_knows_its_role() -> None:
    text = "c.chat.send(model='a', messages=[components.SystemMessage(content='s'), ChatUserMessage(content='u')])"
    assert body_of(text) == BODY


def test_where_nothing_could_be_read_it_is_said_what_was_left_out() -> None:
    with pytest.raises(NotARequest, match=r"Left out, .*: model, messages"):
        read_request("self.client.chat.completions.create(model=self.model, messages=self.messages)")
