"""What a prompt is sent with, and why it is not."""

from __future__ import annotations

import pytest

from components.notebook.asking import hindered, next_request, request_for
from parley import ChatRequest
from parley.notebook import Session, edits


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ([], ""),
        (["a is 1"], "Not sent: a is 1."),
        (["a is 1", "b is 2."], "Not sent: a is 1. b is 2."),
        (["a", "b", "c", "d"], "Not sent: a. b. c. 1 more stands beside the fields in the sidebar."),
        (["a", "b", "c", "d", "e"], "Not sent: a. b. c. 2 more stand beside the fields in the sidebar."),
    ],
)
def test_what_holds_a_prompt_back_is_told_in_sentences_and_never_as_a_wall(by: list[str], told: str) -> None:
    assert hindered(by) == told


@pytest.mark.parametrize("draft", ["", "And now, {{name}}?"])
def test_the_inspector_shows_what_send_will_send_after_a_prompt_without_an_answer(draft: str) -> None:
    session = edits.add_prompt(Session(id="s", draft=draft), {"role": "user", "content": "Failed"}, "a")
    sent = session if not draft else edits.add_prompt(session, {"role": "user", "content": draft}, "b")
    shown = next_request(session, ChatRequest(), {}, "m")
    assert shown == request_for(sent, sent.cells[-1].id, ChatRequest(), {}, "m")
    assert len(shown.payload()["messages"]) == 1
