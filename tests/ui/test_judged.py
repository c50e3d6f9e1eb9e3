"""Answers that are judged, on the real page: verdicts, ways to look, and forks from a token."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.answer.judged import pass_words, verdict_words, views_of
from components.answer.tokens import AT_ONCE, LONGEST, MOST_OTHERS, chosen_in, drawn, percent, summary
from components.services import open_services
from components.state import key
from parley.judging import Form, judged, pass_rate, tokens_of
from parley.judging.telling import shaped, verdict_line
from parley.notebook import Run
from parley.reply import Reply
from parley.request import ChatRequest
from tests.ui.test_recorded_answers_shown import TRAFFIC, kept
from tests.ui.test_side_by_side import MOMENT

Settled = Callable[[], AppTest]
NUMBERS = {
    "type": "json_schema",
    "json_schema": {
        "name": "numbers",
        "schema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
    },
}


def set_up(app: AppTest, **settings: Any) -> None:
    """Settings as they come with a session: the next draw of the page has them."""
    app.run()
    app.text_area(key="raw-json").set_value(json.dumps(settings)).run()


def sent(app: AppTest, settled: Settled) -> Run:
    app.chat_input(key="prompt").set_value("Go on").run()
    settled()
    return open_services().store.run(open_services().store.runs().rows[0].id)


def words(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption))


def test_an_answer_that_keeps_to_its_schema_says_so_and_has_a_tree(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/json", response_format=NUMBERS)
    run = sent(app, settled)
    assert ":material/check: Valid]" in words(app)
    assert "```json" in words(app)
    app.segmented_control(key=key("view", run.id)).set_value("Tree").run()
    assert json.loads(app.json[0].value) == json.loads(run.reply.text)
    assert "```json" not in words(app)


def test_an_answer_that_is_no_json_says_why(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/json-broken", response_format=NUMBERS)
    sent(app, settled)
    assert ":material/close: No JSON]" in words(app)


def test_it_is_said_when_healing_changed_an_answer(app: AppTest, settled: Settled) -> None:
    healing = {"plugins": [{"id": "response-healing"}], "stream": False}
    set_up(app, model="scripted/json-broken", response_format={"type": "json_object"}, **healing)
    sent(app, settled)
    assert ":material/check: Valid]" in words(app)
    assert "Response healing changed this answer" in words(app)


def test_attempts_have_a_pass_rate(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/json", response_format=NUMBERS)
    run = sent(app, settled)
    assert "attempts (" not in words(app)
    app.button(key=key("cell", str(run.cell_id), "run")).click().run()
    settled()
    assert "Valid JSON in 2 of 2 attempts (100%)." in words(app)


def test_attempts_side_by_side_have_one_pass_rate_together(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/json-broken", response_format=NUMBERS)
    run = sent(app, settled)
    app.session_state["ui"].times = (run.cell_id, 3)
    app.run()
    settled()
    assert "Valid JSON in 0 of 4 attempts (0%)." in words(app)


def test_an_ordinary_answer_has_nothing_more_on_it(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/text")
    run = sent(app, settled)
    assert not [one for one in app.segmented_control if one.key == key("view", run.id)]


def test_log_probabilities_that_did_not_come_are_missed(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/text", logprobs=True)
    sent(app, settled)
    assert "No log probabilities came" in words(app)


def test_tokens_can_be_looked_at(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/logprobs", logprobs=True, top_logprobs=3)
    run = sent(app, settled)
    app.segmented_control(key=key("view", run.id)).set_value("Tokens").run()
    assert "tokens · perplexity" in words(app)


def test_an_alternative_makes_a_fork_whose_answer_begins_with_it(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/logprobs", logprobs=True, top_logprobs=3)
    run = sent(app, settled)
    tokens = tokens_of(run)
    assert tokens is not None
    beginning = tokens.with_other(2, 1)
    app.session_state["ui"].branching = (run.id, beginning)
    app.run()
    settled()
    fork = app.session_state["ui"].session
    latest = open_services().store.run(open_services().store.runs().rows[0].id)
    assert fork.parent == run.session_id
    assert (latest.session_id, latest.cell_id, latest.prefill) == (fork.id, run.cell_id, beginning)
    assert latest.request.payload()["messages"][-1] == {"role": "assistant", "content": beginning}
    assert latest.request.payload()["top_logprobs"] == 3
    assert fork.settings.payload() == run.settings.payload()
    assert "Stale" not in words(app)
    assert latest.whole.text.startswith(str(beginning))


def test_a_fork_of_an_attempt_that_is_gone_is_no_fork(app: AppTest, settled: Settled) -> None:
    set_up(app, model="scripted/text")
    sent(app, settled)
    app.session_state["ui"].branching = ("gone", "A")
    app.run()
    assert "that attempt is not in this session any more" in "\n".join(one.value for one in app.warning) + words(app)
    assert len(open_services().store.sessions()) == 1


def test_what_the_browser_says_was_chosen_is_looked_at() -> None:
    assert chosen_in({"token": 3, "other": 1}) == (3, 1)
    for told in (None, 3, {}, {"token": "3", "other": 1}, {"token": True, "other": 1}):
        assert chosen_in(told) is None


def test_every_fault_has_its_place_and_too_many_are_counted() -> None:
    found = judged(json.dumps(["x"] * 9), Form({"items": {"type": "integer"}}))
    told = verdict_words(found)
    assert r"**\$\[0\]**" in told
    assert told.count("\n- ") == 6
    assert told.endswith("- and 3 more")


def test_what_a_model_wrote_is_no_markup_in_a_verdict() -> None:
    told = verdict_words(judged('{"[x](http://a.b)": 1}', Form({"additionalProperties": False})))
    assert r"\[x\](http\:" in told


@pytest.mark.parametrize(("text", "fenced"), [('{"a": 1}', True), ("[1", True), ("Sorry, no.", False), ("", False)])
def test_json_that_was_asked_for_stands_as_code_and_words_as_words(text: str, fenced: bool) -> None:
    asked = ChatRequest.parse({"response_format": {"type": "json_object"}})
    run = Run(id="r", request=asked, reply=Reply(text=text), outcome="running", created=MOMENT)
    assert shaped(run).text.startswith("```json") is fenced


def test_a_pass_rate_names_models_where_there_are_several() -> None:
    form = {"response_format": {"type": "json_object"}}
    runs = [
        Run(
            id=model,
            request=ChatRequest.parse({**form, "model": model}),
            reply=Reply(text=text),
            outcome="complete",
            created=MOMENT,
        )
        for model, text in (("a/b", "{}"), ("c/d", "no"))
    ]
    rate = pass_rate(runs)
    assert rate is not None
    assert pass_words(rate) == "Valid JSON in 1 of 2 attempts (50%). a/b 1 of 1 · c/d 0 of 1."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"n": 1}', "Valid JSON"),
        ('{"n": "x"}', 'Invalid: $.n is "x"; it must be a whole number.'),
        ('["a", "b"]', "Invalid: $ is [2 items]; it must be an object."),
        ("no", 'No JSON: The answer begins with "no", not with JSON.'),
    ],
)
def test_a_verdict_has_a_line_for_files(text: str, told: str) -> None:
    run = Run(
        id="r",
        request=ChatRequest.parse({"response_format": NUMBERS}),
        reply=Reply(text=text),
        outcome="complete",
        created=MOMENT,
    )
    assert verdict_line(run) == told
    assert verdict_line(run.model_copy(update={"outcome": "running"})) == ""


@pytest.mark.parametrize(
    ("chance", "told"),
    [(1.0, "100%"), (0.9996, "100%"), (0.423, "42%"), (0.0523, "5.2%"), (0.00331, "0.33%"), (3e-7, "under 0.01%")],
)
def test_small_chances_keep_their_digits(chance: float, told: str) -> None:
    assert percent(chance) == told


@pytest.mark.skipif(not TRAFFIC.exists(), reason="recorded traffic is not here")
@pytest.mark.parametrize("path", sorted(TRAFFIC.glob("*_logprobs*.json")), ids=lambda path: path.stem)
def test_a_recorded_answer_with_log_probabilities_can_be_looked_at_token_by_token(path: Path) -> None:
    _, run = kept(path)
    tokens = tokens_of(run)
    assert views_of(run) == ("Text", "Tokens")
    assert tokens is not None
    assert tokens.agree
    assert all(token.probability is not None for token in tokens.tokens)


@pytest.mark.skipif(not TRAFFIC.exists(), reason="recorded traffic is not here")
@pytest.mark.parametrize("path", sorted(TRAFFIC.glob("*_refusal_*.json")), ids=lambda path: path.stem)
def test_a_recorded_refusal_is_no_broken_json(path: Path) -> None:
    _, run = kept(path)
    assert verdict_line(run) == "Not judged: The model refused, so there is no JSON to judge."


def test_what_the_browser_is_handed_has_an_end() -> None:
    entry = {"token": "a" * 5_000, "logprob": -1, "top_logprobs": [{"token": "\u202eb" * 3_000, "logprob": -2}] * 50}
    run = Run(
        id="r",
        request=ChatRequest(),
        reply=Reply(text="a", logprobs=(entry,) * 3_000),
        outcome="complete",
        created=MOMENT,
    )
    tokens = tokens_of(run)
    assert tokens is not None
    told = drawn(tokens, 2_000)
    said, _, others = told["tokens"][0]
    assert (len(told["tokens"]), told["first"], len(said), len(others)) == (AT_ONCE, 2_000, LONGEST + 1, MOST_OTHERS)
    assert "\u202e" not in others[0][0]
    assert len(summary(tokens)) < 400
