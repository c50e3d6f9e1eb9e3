"""What is said of attempts, sequences, forks and two tabs, without a page."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import MISSING

from components.attempt.replay import LISTED, Planned, cost_words, lines, remarks
from components.attempt.staleness import StaleCells
from components.notebook.asking import now_set
from components.notebook.disagreement import number_of, side_of, thing_of
from parley import ChatRequest, Reply, Run, Session
from parley.notebook import Cell, edits, messages_for
from parley.notebook.differing import changes
from parley.notebook.merging import Clash
from parley.notebook.replaying import Estimate

SESSION = Session(
    id="s",
    cells=tuple(Cell(id=name, message={"role": "user", "content": name}) for name in ("first", "second")),
)
TEXT = {"kind": "prompt", "message": {"role": "user", "content": "Other *words*"}}


@pytest.mark.parametrize(
    ("told", "count", "says"),
    [
        (Estimate(Decimal("0.0021"), 0), 3, ["0.0021", "*estimate*"]),
        (Estimate(Decimal("0.0021"), 1), 3, ["0.0021", "1 cell cost cannot be told"]),
        (Estimate(Decimal(0), 3), 3, ["cannot be told beforehand"]),
        (Estimate(Decimal(0), 0), 3, ["nothing"]),
        (Estimate(Decimal(0), 1), 3, ["$0 *estimate*", "cannot be told"]),
    ],
)
def test_an_unknown_cost_is_never_nothing(told: Estimate, count: int, says: list[str]) -> None:
    words = cost_words(told, count).replace("\\", "")
    assert all(word in words for word in says)


def test_a_long_plan_is_cut_and_its_prompts_are_plain() -> None:
    told = lines([f"# prompt ![x](http://e.example/{n})" for n in range(LISTED + 3)])
    assert len(told) == LISTED + 1
    assert told[-1].endswith("3 more")
    assert not any("![x](" in line for line in told)


def test_a_plan_says_what_was_sent_over_another_connection_and_what_is_empty() -> None:
    would = Planned((), (), Estimate(Decimal(0), 0))
    assert remarks(would) == []
    told = remarks(would._replace(empty=("city",), elsewhere=("Local",)))
    assert [word in line for word, line in zip(("city", "Local"), told, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("clash", "thing", "side"),
    [
        (Clash("text", "second", TEXT, MISSING), "cell 2", "Other"),
        (Clash("text", "gone", MISSING, TEXT), "that was deleted", "*deleted*"),
        (Clash("setting", "temperature", 0, 1), "**Temperature**", "0"),
        (Clash("setting", "temperature", MISSING, 1), "**Temperature**", "unset"),
        (Clash("exclusion", "first", True, False), "whether cell 1", "excluded"),
        (Clash("variable", "city", "Rome", MISSING), "**city**", "Rome"),
        (Clash("system", "", "", "Be brief."), "system prompt", "*empty*"),
        (Clash("title", "", "A", "B"), "the title", "A"),
        (Clash("lane", "x", {"model": "m"}, MISSING), "a lane", "model"),
    ],
)
def test_every_kind_of_clash_has_words(clash: Clash, thing: str, side: str) -> None:
    assert thing in thing_of(clash, SESSION)
    assert side in side_of(clash, clash.theirs)


def answered(session: Session, cell_id: str) -> Run:
    request = ChatRequest.parse({"model": "m", "stream": True, "messages": messages_for(session, cell_id, {})})
    reply, moment = Reply(text="Yes."), datetime(2026, 1, 1, tzinfo=UTC)
    return Run(id="r", cell_id=cell_id, request=request, reply=reply, outcome="complete", created=moment)


def test_a_rerun_that_changes_nothing_finds_the_same_stale_cells_without_looking() -> None:
    run, memo = answered(SESSION, "first"), StaleCells()
    assert memo.of(SESSION, {"first": run}) == frozenset()
    edited = edits.edit_text(SESSION, "first", "other")
    found = memo.of(edited, {"first": run})
    assert found == {"first"}
    assert memo.of(edits.with_draft(edited, "half a"), {"first": run}) is found


@pytest.mark.parametrize(
    ("settings", "differs"),
    [
        ({}, []),
        ({"model": "m", "stream": True}, []),
        ({"model": "other"}, ["model"]),
        ({"seed": 1}, ["seed"]),
        ({"stream": False}, ["stream"]),
    ],
)
def test_an_attempt_is_compared_with_what_would_be_sent_now(settings: dict[str, Any], differs: list[str]) -> None:
    run = answered(SESSION, "first")
    found = changes(run.request, now_set(ChatRequest.parse(settings), "m"))
    assert [one.name for one in found] == differs


def test_cells_are_counted_as_a_person_sees_them() -> None:
    under_system = edits.with_system_prompt(SESSION, "Be brief.", "top")
    assert [number_of(cell, SESSION) for cell in ("first", "second", "gone", None)] == [1, 2, None, None]
    assert [number_of(cell, under_system) for cell in ("first", "second")] == [1, 2]
