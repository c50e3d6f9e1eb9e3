"""What people paste by mistake, and what they are told."""

from __future__ import annotations

import re

import pytest

from parley.errors import NotARequest
from parley.importing import read_request

ANSWER = '{"id": "gen-1", "model": "a/b", "object": "chat.completion", "choices": [{"message": {"content": "x"}}]}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ANSWER, "This is an answer, not a request"),
        (f": OPENROUTER PROCESSING\n\ndata: {ANSWER}\n\ndata: [DONE]", "This is an answer, not a request"),
        ('{"error": {"message": "bad", "code": 400}, "user_id": "u"}', "an error that was answered"),
        ('{"model": "a", "temperature": 1e999}', "The number 1e999 is too large"),
        ("{“model”: “a”}", r"Line 1, column 2: a typographic quote \(U\+201C\)"),
        ("curl https://a.b -d ‘{}’", r"a typographic apostrophe \(U\+2018\)"),
        ('{\u00a0"model": "a"}', r"a blank of its own kind \(U\+00A0\)"),
        ('{"model": "a",\u200b "seed": 1}', r"a letter without width \(U\+200B\)"),
    ],
)
def test_a_mistake_has_a_name(text: str, words: str) -> None:
    with pytest.raises(NotARequest, match=words):
        read_request(text)


@pytest.mark.parametrize(
    "text",
    [
        '"model": "a",\n"messages": []',
        'Here it is:\n\n{"model": "a", "messages": []}\n\nand it {fails}.',
        '2026-01-01 INFO {logger} sent {"model": "a", "messages": []}',
    ],
)
def test_a_body_is_found_amid_other_words(text: str) -> None:
    assert read_request(text).request.payload() == {"model": "a", "messages": []}


def test_a_request_that_has_an_answer_among_its_keys_is_a_request() -> None:
    body = read_request(f'{{"messages": [], "error": {{}}, {ANSWER[1:]}').request.payload()
    assert body["choices"] == [{"message": {"content": "x"}}]


def test_the_name_that_the_api_has_for_a_key_is_told() -> None:
    pasted = read_request('{"model": "a", "maxTokens": 5}')
    assert re.search("The API has other names: max_tokens for maxTokens", " ".join(pasted.notes))
    assert pasted.request.payload() == {"model": "a", "maxTokens": 5}
