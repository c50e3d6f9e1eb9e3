from datetime import UTC, datetime
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.answer.receipt import facts_of
from parley.money import Booked, Money
from parley.notebook import OUTCOMES, Failure, Mark, Run, Timings
from parley.notebook.receipt import OUTCOME_WORDS, tokens_of
from parley.reply import Reply, Usage
from parley.request import ChatRequest

USAGE = Usage(
    prompt_tokens=1204,
    completion_tokens=345,
    prompt_tokens_details={"cached_tokens": 1000},
    completion_tokens_details={"reasoning_tokens": 128},
)


def a_run(outcome="complete", reply=None, **known):
    known.setdefault("request", ChatRequest(model="asked/model"))
    return Run(id="r", reply=reply or Reply(), outcome=outcome, created=datetime(2026, 1, 1, tzinfo=UTC), **known)


def receipt(run):
    def script(run):
        from components.answer.receipt import paint_receipt

        paint_receipt(run)

    page = AppTest.from_function(script, kwargs={"run": run}).run()
    assert not page.exception
    return [one.value for one in page.markdown], page.caption[0].value.replace("\u00a0", " ")


def test_one_line_tells_what_a_run_was():
    reply = Reply(text="So.", usage=USAGE, model="openai/gpt-4.1-2025-04-14", provider="OpenAI", finish_reason="stop")
    timings = Timings(first_token_ms=340, total_ms=4210)
    trouble, line = receipt(a_run(reply=reply, timings=timings, money=Money(reported=Decimal("0.000042"))))
    assert trouble == []
    assert line == (
        "Complete · **openai/gpt-4.1-2025-04-14** · by OpenAI · finish: stop · 1,204 tokens in (1,000 cached) · "
        "345 tokens out (128 reasoning) · \\$0.000042 *reported* · first token 340 ms · total 4.2 s · 89 tokens/s"
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_said_in_words(outcome):
    trouble, line = receipt(a_run(outcome))
    assert OUTCOME_WORDS[outcome] in "".join(trouble) + line


@pytest.mark.parametrize("outcome", ["stopped", "truncated", "failed", "interrupted"])
def test_what_did_not_end_well_says_what_to_do(outcome):
    (badge,), _ = receipt(a_run(outcome))
    assert "-badge[" in badge
    assert "Run it again" in badge


def test_a_failure_is_told_in_its_own_words():
    failure = Failure(kind="AuthenticationFailed", message="The API key was refused: check the key in Settings.")
    (badge,), line = receipt(a_run("failed", failure=failure))
    assert badge == (
        ":red-badge[Failed] The API key was refused: check the key in Settings. The local model answers without one."
    )
    assert line.startswith("**asked/model**")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(text="a", finish_reason="length"),
        Reply(text="a", finish_reason="tool_calls", native_finish_reason="max_output_tokens"),
    ],
)
def test_an_answer_that_the_limit_cut_is_no_plain_success(reply):
    (badge,), _ = receipt(a_run(reply=reply))
    assert badge.startswith(":orange-badge[Cut short]")
    assert "max_completion_tokens" in badge.replace("\\", "")


@pytest.mark.parametrize(
    ("money", "told"),
    [
        (Money(), "cost unknown"),
        (Money(reported=Decimal(0)), "\\$0 *reported*"),
        (Money(estimate=Decimal("0.002")), "\\$0.002 *estimate*"),
        (Money(estimate=Decimal(1), audited=Decimal("1.5")), "\\$1.50 *audited*"),
        (
            Money(reported=Decimal(0), upstream=Decimal("0.0123")),
            "\\$0 *reported*, \\$0.0123 to your own provider account",
        ),
    ],
)
def test_a_sum_wears_its_source_and_unknown_is_not_nothing(money, told):
    assert told in receipt(a_run(money=money))[1]
    assert "$0.00 " not in receipt(a_run(money=money))[1]


@pytest.mark.parametrize(
    ("kind", "doubted"), [("RateLimited", False), ("ConnectionFailed", False), ("ProviderFailed", True)]
)
def test_a_receipt_does_not_doubt_what_its_failure_says_of_the_bill(kind: str, doubted: bool) -> None:
    (badge,), line = receipt(a_run("failed", failure=Failure(kind=kind, message="It failed.")))
    assert ("cost unknown" in line) == doubted
    assert ("Nothing was billed" in badge) != doubted


def test_a_live_run_says_nothing_yet_of_its_cost():
    assert "cost" not in receipt(a_run("running"))[1]


def test_a_scripted_model_is_called_one():
    assert "scripted, no model runs" in receipt(a_run(reply=Reply(model="scripted/text")))[1]


def test_names_from_elsewhere_stay_plain_text():
    facts = " ".join(facts_of(a_run(reply=Reply(model="![a](https://evil.example)", provider=":red[x]"))))
    assert "![" not in facts
    assert ":red" not in facts.replace("\\:", "")


def test_a_name_from_elsewhere_turns_no_figure_of_the_receipt():
    facts = " ".join(facts_of(a_run(reply=Reply(model="a/b\u202e", provider="c\u2067", finish_reason="s\u202b"))))
    assert not any(control in facts for control in "\u202b\u202e\u2067")


@pytest.mark.parametrize(("outcome", "told"), [("complete", True), ("truncated", False), ("running", False)])
def test_a_whole_answer_without_a_finish_reason_says_so(outcome, told):
    facts = facts_of(a_run(outcome=outcome, reply=Reply(text="a")))
    assert ("finish: no reason given".replace(" ", "\u00a0") in facts) == told


def test_a_booked_cost_that_is_far_from_the_reported_one_is_flagged():
    near, far = (Money(reported=Decimal(said), audited=Decimal("0.100")) for said in ("0.0960", "0.0940"))
    assert "the answer said" not in receipt(a_run(money=near))[1]
    assert "\\$0.10 *audited* :orange-badge[the answer said \\$0.094]" in receipt(a_run(money=far))[1]


def test_a_stopped_run_shows_what_was_booked_of_it():
    booked = Booked(cost=Decimal("0.0003"), provider="Groq", prompt_tokens=12, completion_tokens=34)
    money = Money().settled(booked)
    _, line = receipt(a_run("stopped", money=money, booked=booked, timeline=(Mark(ms=1, what="sent"),)))
    assert "12 tokens in · 34 tokens out · \\$0.0003 *audited*" in line
    assert "by Groq" in line


def test_a_stopped_run_says_whether_its_provider_stops_billing():
    sent = (Mark(ms=1, what="sent"),)
    asked = ChatRequest(model="a/b", stream=True)
    reply = Reply(text="So", provider="OpenAI")
    assert "OpenAI stops billing" in receipt(a_run("stopped", request=asked, reply=reply, timeline=sent))[0][0]
    assert "billed whole" in receipt(a_run("stopped", reply=reply, timeline=sent))[0][0]
    assert "billing" not in receipt(a_run("stopped", request=asked, reply=reply))[0][0]
    refused = a_run("stopped", request=asked, timeline=(*sent, Mark(ms=2, what="retry")))
    assert "billing" not in receipt(refused)[0][0]
    local = a_run("stopped", request=asked, connection="Local model", timeline=sent)
    assert "billing" not in receipt(local)[0][0]


def test_how_often_it_was_tried_is_said_once_it_was_more_than_once():
    sent = Mark(ms=1, what="sent")
    assert "2 tries" in receipt(a_run(timeline=(sent, Mark(ms=2, what="retry"), sent)))[1]
    assert "tries" not in receipt(a_run(timeline=(sent,)))[1]


def test_one_token_is_one_token() -> None:
    assert tokens_of(Usage(prompt_tokens=1, completion_tokens=0)) == ["1 token in", "0 tokens out"]


def test_what_came_from_a_file_says_that_nobody_here_saw_it() -> None:
    told = [one.replace("\u00a0", " ") for one in facts_of(a_run(imported="2026-12-01T00:00:00+00:00"))]
    assert told[-1] == "imported, unverified"
    assert "imported" not in " ".join(told[:-1])
    assert "imported" not in " ".join(facts_of(a_run()))
