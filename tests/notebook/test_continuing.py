"""To go on with an answer: what is sent, and what is seen of it."""

from datetime import UTC, datetime

import pytest

from parley.notebook import Run, Session, edits, messages, messages_for
from parley.notebook.continuing import continued, prefill_of, without_prefill
from parley.reply import Reply
from parley.request import ChatRequest

ASKED = {"role": "user", "content": "Tell me."}


def run(text: str = "Once upon", outcome: str = "truncated", **facts) -> Run:
    made = {"request": ChatRequest(), "reply": Reply(text=text), "created": datetime(2026, 1, 1, tzinfo=UTC)}
    return Run(**({"id": "r", "outcome": outcome} | made | facts))


@pytest.fixture
def session() -> Session:
    session = edits.add_prompt(Session(id="s"), ASKED, "c")
    return edits.add_prompt(session, {"role": "user", "content": "And then?"}, "d")


def test_the_answer_so_far_is_sent_along_as_the_last_message(session):
    assert continued(session, "c", {"c": run()}) == (
        [ASKED, {"role": "assistant", "content": "Once upon"}],
        "Once upon",
    )


@pytest.mark.parametrize("nothing", [None, run(""), run("  \n"), run("half", "running")])
def test_without_an_answer_it_is_a_plain_run(session, nothing):
    replies = {"c": nothing} if nothing else {}
    assert continued(session, "c", replies) == (messages_for(session, "c", replies), "")


def test_blanks_at_the_end_are_not_sent():
    assert prefill_of(run("A list:\n\n")) == "A list:"


def test_the_whole_answer_is_what_was_there_and_what_came(session):
    more = run(" a time.", "complete", prefill="Once upon")
    assert (more.reply.text, more.whole.text) == (" a time.", "Once upon a time.")
    assert messages(session, {"c": more})[1] == {"role": "assistant", "content": "Once upon a time."}


def test_it_can_be_gone_on_with_again_and_again(session):
    more = run(" a", "stopped", prefill="Once upon")
    assert continued(session, "c", {"c": more})[1] == "Once upon a"


def test_what_was_there_stays_where_nothing_came(session):
    assert run("", "failed", prefill="Once upon").whole.text == "Once upon"
    assert {"role": "assistant", "content": "Once upon"} in messages(
        session, {"c": run("", "failed", prefill="Once upon")}
    )


def test_all_else_of_the_answer_is_as_it_came():
    reply = Reply(text="b", reasoning="r", finish_reason="stop")
    assert run(reply=reply, prefill="a").whole == reply.model_copy(update={"text": "ab"})
    assert run(reply=reply).whole is reply


def test_what_a_run_was_sent_is_known_without_its_prefill(session):
    said, prefill = continued(session, "c", {"c": run()})
    sent = run(request=ChatRequest.parse({"messages": said}), prefill=prefill)
    assert without_prefill(sent) == [ASKED]
    assert without_prefill(run()) == ()
