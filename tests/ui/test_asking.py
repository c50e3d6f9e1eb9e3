"""What a prompt is sent with, and why it is not."""

from __future__ import annotations

import pytest

from components.notebook.asking import hindered, next_request, request_for
from parley.notebook import Cell, Session, edits
from parley.request import ChatRequest


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


def test_what_is_shown_of_a_draft_is_what_send_sends_also_below_a_prompt_without_an_answer() -> None:
    unanswered = Session(id="s", cells=(Cell(id="a", message={"role": "user", "content": "Who are you?"}),))
    session = edits.with_variable(edits.with_draft(unanswered, "Say {{word}}."), "word", "cheese")
    shown = next_request(session, ChatRequest(seed=1), {}, "m")
    sent = edits.add_prompt(session, {"role": "user", "content": session.draft}, "b")
    assert shown == request_for(sent, "b", ChatRequest(seed=1), {}, "m")
    assert shown.payload()["messages"] == [{"role": "user", "content": "Say cheese."}]
