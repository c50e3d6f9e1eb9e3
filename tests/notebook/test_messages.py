from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.notebook import (
    Cell,
    Run,
    Session,
    Template,
    chosen,
    chosen_runs,
    digest,
    edits,
    messages,
    messages_for,
    template_for,
    title_for,
    variables,
    written,
)
from parley.reply import Reply
from parley.request import ChatRequest

SYSTEM = {"role": "system", "content": "Be brief."}


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def said(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def run(text: str = "", outcome: str = "complete", id: str = "r") -> Run:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Run(id=id, request=ChatRequest(), reply=Reply(text=text), outcome=outcome, created=moment)


def session(*cells: Cell) -> Session:
    return Session(id="s", cells=(Cell(id="sys", kind="message", message=SYSTEM), *cells))


A, B = Cell(id="a", message=user("A?")), Cell(id="b", message=user("B?"))
NOTE = Cell(id="n", kind="note", message={"content": "not for models"})


def test_prompts_and_chosen_answers_alternate_and_notes_stay_home():
    told = messages(session(A, NOTE, B), {"a": run("A!"), "b": run("B!")})
    assert told == [SYSTEM, user("A?"), said("A!"), user("B?"), said("B!")]


def test_a_new_prompt_is_the_last_message():
    assert messages(session(A, B), {"a": run("A!")}) == [SYSTEM, user("A?"), said("A!"), user("B?")]


def test_above_a_cell_means_without_its_own_words():
    assert messages(session(A, B), {"a": run("A!"), "b": run("B!")}, before="b") == [SYSTEM, user("A?"), said("A!")]


def test_running_a_cell_sends_what_is_above_and_its_own_words():
    runs = {"a": run("A!"), "b": run("B!")}
    assert messages_for(session(A, B), "a", runs) == [SYSTEM, user("A?")]
    excluded = B.model_copy(update={"excluded": True})
    assert messages_for(session(A, excluded), "b", runs) == [SYSTEM, user("A?"), said("A!"), user("B?")]


@pytest.mark.parametrize("dead", [run("", "failed"), run("", "stopped"), run("part", "running"), None])
def test_a_prompt_without_an_answer_is_left_out_with_its_silence(dead):
    runs = {"a": dead} if dead else {}
    assert messages_for(session(A, B), "b", runs) == [SYSTEM, user("B?")]


@pytest.mark.parametrize("outcome", ["stopped", "truncated", "failed", "interrupted"])
def test_a_partial_answer_counts(outcome):
    assert said("so far") in messages(session(A, B), {"a": run("so far", outcome)})


def test_an_excluded_cell_goes_with_its_answer():
    excluded = A.model_copy(update={"excluded": True})
    assert messages(session(excluded, B), {"a": run("A!")}) == [SYSTEM, user("B?")]


def test_a_cell_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError):
        messages(session(A), {}, before="gone")


def test_the_messages_are_copies():
    messages(session(A), {})[0]["content"] = "forged"
    assert SYSTEM["content"] == "Be brief."


def test_the_newest_attempt_counts_unless_one_was_chosen():
    runs = (run(id="1"), run(id="2"), run(id="3"))
    assert chosen(A, runs) == runs[2]
    assert chosen(A.model_copy(update={"chosen": "1"}), runs) == runs[0]
    assert chosen(A.model_copy(update={"chosen": "gone"}), runs) == runs[2]
    assert chosen(A, ()) is None
    assert chosen_runs(session(A, B), {"a": runs}) == {"a": runs[2]}


def test_a_fingerprint_tells_messages_apart_by_what_would_be_sent():
    assert digest([user("a")]) == digest([dict(reversed(user("a").items()))])
    assert len({digest([{"x": value}]) for value in (1, 1.0, "1", None, True, [1])}) == 6


cells = st.lists(st.tuples(st.sampled_from(["prompt", "message", "note"]), st.booleans(), st.booleans()), max_size=12)


@settings(max_examples=150, deadline=None)
@given(cells)
def test_the_order_is_that_of_the_cells_and_no_user_speaks_twice_in_a_row_for_want_of_an_answer(shapes):
    made = [
        Cell(
            id=str(n),
            kind=kind,
            excluded=excluded,
            message={"content": f"m{n}"} | ({} if kind == "note" else {"role": "user"}),
        )
        for n, (kind, excluded, _) in enumerate(shapes)
    ]
    runs = {str(n): run(f"a{n}") for n, (_, _, answered) in enumerate(shapes) if answered}
    told = messages(Session(id="s", cells=tuple(made)), runs)
    numbers = [int(message["content"][1:]) for message in told]
    assert numbers == sorted(numbers)
    assert all(made[number].kind != "note" and not made[number].excluded for number in numbers)
    for first, second in pairwise(told):
        if made[int(first["content"][1:])].kind == "prompt" and first["role"] == "user":
            assert second["role"] == "assistant"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Why is the sky blue?", "Why is the sky blue?"),
        ("\n\n## *Why* `x`\nmore", "Why x"),
        ("```\n---\n", ""),
        ("", ""),
        ("- item one", "item one"),
        ("snake_case 2*3", "snake_case 2*3"),
        ("word " * 40, "word word word word word word word word word word word word…"),
        ("x" * 200, "x" * 59 + "…"),
        ("说" * 100, "说" * 59 + "…"),
    ],
)
def test_a_title_is_the_first_line_with_words(text, title):
    assert title_for(text) == title
    assert len(title_for(text)) <= 60


def test_variables_are_filled_in_what_was_written_by_hand_and_never_in_an_answer():
    top = Cell(id="sys", kind="message", message={"role": "system", "content": "Speak {{tongue}}."})
    asks = Session(id="s", cells=(top, A, Cell(id="b", message=user("Hello {{name}}"))), variables={"tongue": "Latin"})
    runs = {"a": run("Use {{name}}.")}
    assert messages(asks, runs) == [
        {**SYSTEM, "content": "Speak Latin."},
        user("A?"),
        said("Use {{name}}."),
        user("Hello "),
    ]
    assert written(asks, runs) == [top.message, user("A?"), said("Use {{name}}."), user("Hello {{name}}")]
    template = template_for(asks, "b", runs)
    assert template == Template(
        messages={0: top.message, 3: user("Hello {{name}}")}, values={"tongue": "Latin", "name": ""}
    )
    assert template_for(asks, "a", runs).missing == ()


def test_variables_of_cells_that_count_and_of_the_draft_have_a_value_to_be_given():
    hidden = Cell(id="x", message=user("{{hidden}}"), excluded=True)
    note = Cell(id="n", kind="note", message={"content": "{{note}}"})
    asks = Session(id="s", cells=(Cell(id="a", message=user("{{a}}")), hidden, note), draft="{{b}} {{a}}")
    assert variables(asks) == ("a", "b")


def test_another_value_makes_another_request_so_that_a_run_is_stale():
    asks = Session(id="s", cells=(Cell(id="a", message=user("Hello {{name}}")),), variables={"name": "Ada"})
    before = digest(messages_for(asks, "a", {}))
    assert digest(messages_for(edits.with_variable(asks, "name", "Bob"), "a", {})) != before
    assert digest(messages_for(edits.with_variable(asks, "other", "Bob"), "a", {})) == before
    assert edits.with_variable(asks, "name", "").variables == {}


def test_cells_with_variables_stay_when_the_messages_are_taken_over_as_they_were_written():
    asks = Session(id="s", cells=(Cell(id="a", message=user("Hello {{name}}")),), variables={"name": "Ada"})
    assert edits.saying(asks, {}, written(asks, {}), iter(())).cells == asks.cells


TOLD = {"role": "tool", "tool_call_id": "c", "content": "sunny"}


@pytest.mark.parametrize(
    ("last", "kind"), [(TOLD, "prompt"), (said("Once"), "prompt"), (user("Hi"), "prompt"), (SYSTEM, "message")]
)
def test_what_stands_last_can_be_run_and_is_sent_once(last: dict[str, str], kind: str) -> None:
    session = edits.saying(Session(id="s"), {}, [user("Go"), last], iter("ab"))
    assert [cell.kind for cell in session.cells] == ["message", kind]
    assert messages(session, {}) == messages_for(session, "b", {}) == [user("Go"), last]


def test_a_tool_result_that_was_never_run_stays_for_what_is_said_next() -> None:
    session = edits.saying(Session(id="s"), {}, [user("Go"), TOLD], iter("ab"))
    session = edits.add_prompt(session, user("And?"), "c")
    assert messages(session, {}) == messages(session, {"b": run(outcome="failed")}) == [user("Go"), TOLD, user("And?")]
    assert messages(session, {"b": run("Sun.")}) == [user("Go"), TOLD, said("Sun."), user("And?")]
