"""A session as it is presented, scene by scene, and what its answers took."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from parley.money import Booked, Money
from parley.notebook import Cell, Run, Session, Snapshot, Template, Timings
from parley.notebook.scenes import scenes
from parley.notebook.totals import Totals, totals
from parley.reply import Reply, Usage
from parley.request import ChatRequest


def run(name: str, total: float | None = None, cost: Money | None = None, **reply: Any) -> Run:
    known = {"outcome": "complete", "timings": Timings(total_ms=total), "money": cost or Money()}
    request = ChatRequest.parse({"model": f"asked/{name}"})
    return Run(id=name, request=request, reply=Reply(text=name, **reply), created=datetime.now(UTC), **known)


def prompt(name: str, **more: Any) -> Cell:
    return Cell(id=name, message={"role": "user", "content": name}, **more)


def said(name: str, role: str, **more: Any) -> Cell:
    return Cell(id=name, kind="message", message={"role": role, "content": name}, **more)


def shown(*cells: Cell, **attempts: tuple[Run, ...]) -> list[list[str]]:
    snapshot = Snapshot(session=Session(id="s", cells=cells), attempts=attempts)
    return [[*(cell.id for cell in scene.cells), *(run.id for run in scene.runs)] for scene in scenes(snapshot)]


def test_a_scene_is_a_cell_with_the_attempt_that_was_chosen() -> None:
    one, two, three = run("1"), run("2"), run("3")
    assert shown(prompt("a"), prompt("b", chosen="2"), a=(one,), b=(two, three)) == [["a", "1"], ["b", "2"]]


def test_what_stands_side_by_side_is_one_scene() -> None:
    assert shown(prompt("a", compared=("2", "1"), chosen="1"), a=(run("1"), run("2"))) == [["a", "2", "1"]]


def test_the_system_prompt_and_what_is_excluded_are_none_and_notes_are() -> None:
    note = Cell(id="note", kind="note", message={"content": "# Look"})
    assert shown(said("top", "system"), note, prompt("out", excluded=True), said("later", "system")) == [
        ["note"],
        ["later"],
    ]


def test_results_of_tools_go_with_the_prompt_that_sends_them() -> None:
    sends = Cell(id="sends", message={"role": "tool", "tool_call_id": "2", "content": "low"})
    cells = (prompt("asks"), said("first", "tool"), sends, prompt("on"))
    assert shown(*cells, sends=(run("r"),)) == [["asks"], ["first", "sends", "r"], ["on"]]
    assert shown(said("only", "tool")) == [["only"]]
    assert shown(said("result", "tool"), said("word", "assistant")) == [["result"], ["word"]]


def test_a_prompt_that_became_a_message_shows_no_answer() -> None:
    assert shown(said("a", "user"), a=(run("1"),)) == [["a"]]


def test_a_session_without_cells_has_no_scene() -> None:
    assert (shown(), totals(())) == ([], Totals())


def test_totals_add_what_is_known_and_count_what_is_not() -> None:
    cents = Money(reported=Decimal("0.02"))
    first = run("1", 1_000, cents, model="m/m", usage=Usage(prompt_tokens=10, completion_tokens=5))
    second = run("2", None, usage=Usage(prompt_tokens=3))
    found = totals([(first,), (), (second,)])
    assert (found.answers, found.prompt_tokens, found.completion_tokens, found.ms) == (2, 13, 5, 1_000)
    assert (found.cost, found.sources, found.unpriced) == (Decimal("0.02"), ("reported",), 1)
    assert found.models == ("m/m", "asked/2")


def test_of_answers_side_by_side_the_longest_counts() -> None:
    found = totals([(run("1", 900), run("2", 400), run("3")), (run("4", 100),)])
    assert (found.ms, found.untimed) == (1_000, 1)


def test_what_was_booked_counts_where_an_answer_counted_nothing() -> None:
    stopped = run("1").model_copy(update={"booked": Booked(cost=Decimal(0), prompt_tokens=7, completion_tokens=2)})
    found = totals([(stopped, run("2"))])
    assert (found.prompt_tokens, found.completion_tokens, found.tokens, found.uncounted) == (7, 2, 9, 1)


@pytest.mark.parametrize(
    ("moneys", "sources"),
    [
        ((Money(estimate=Decimal(1)), Money(audited=Decimal(1))), ("audited", "estimate")),
        ((Money(reported=Decimal(0)), Money()), ("reported",)),
        ((Money(),), ()),
    ],
)
def test_a_sum_names_all_who_say_so(moneys: tuple[Money, ...], sources: tuple[str, ...]) -> None:
    found = totals((run(str(n), cost=one),) for n, one in enumerate(moneys))
    assert found.sources == sources
    assert (found.cost is None) == (not sources)


def test_a_prompt_is_shown_as_it_was_sent_and_a_note_as_it_was_written() -> None:
    note = Cell(id="n", kind="note", message={"content": "{{who}}"})
    asked, other = (Cell(id=name, message={"role": "user", "content": "Hello {{who}}"}) for name in "ab")
    sent = run("1").model_copy(update={"template": Template(values={"who": "then"})})
    session = Session(id="s", cells=(note, asked, other), variables={"who": "now"})
    shown = scenes(Snapshot(session=session, attempts={"a": (sent,)}))
    assert [scene.last.text for scene in shown] == ["{{who}}", "Hello then", "Hello now"]


def test_each_step_of_an_attempt_is_a_scene_with_what_tools_gave_back_before_it() -> None:
    said = [
        {"role": "user", "content": "a"},
        {"role": "assistant"},
        {"role": "tool", "tool_call_id": "1", "content": "17"},
    ]
    two = run("2").model_copy(update={"follows": "1", "between": 2, "request": ChatRequest.parse({"messages": said})})
    snapshot = Snapshot(session=Session(id="s", cells=(prompt("a"),)), attempts={"a": (run("1"), two)})
    first, second = scenes(snapshot)
    assert (first.cells[0].text, first.runs[0].id, first.cell_id) == ("a", "1", "a")
    assert ([cell.text for cell in second.cells], second.runs[0].id, second.cell_id) == (["17"], "2", "a")
