"""Two tabs: what clashes is named, what does not is nobody's business, and either side can have its way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import MISSING

from parley import ChatRequest
from parley.notebook import Cell, Session, edits
from parley.notebook.merging import Clash, Disagreement, clashes, settled

Edit = Callable[[Session], Session]
BASE = Session(
    id="s",
    title="Two tabs",
    cells=tuple(Cell(id=name, message={"role": "user", "content": name}) for name in "abc"),
    settings=ChatRequest(temperature=0.5, top_p=0.9),
    variables={"city": "Rome"},
)


def setting(name: str, value: object) -> Edit:
    return lambda session: edits.with_settings(session, ChatRequest.parse({**session.settings.payload(), name: value}))


def text(cell: str, words: str) -> Edit:
    return lambda session: edits.edit_text(session, cell, words)


APART: dict[str, Edit] = {
    "text of a": text("a", "other"),
    "text of b": text("b", "other"),
    "choice of a": lambda session: edits.choose(session, "a", "run"),
    "a excluded": lambda session: edits.set_excluded(session, "a", True),
    "delete c": lambda session: edits.delete(session, "c"),
    "insert": lambda session: edits.insert(session, edits.new_cell("n", "note", "New"), below="b"),
    "temperature": setting("temperature", 1),
    "seed": setting("seed", 7),
    "variable": lambda session: edits.with_variable(session, "city", "Oslo"),
    "other variable": lambda session: edits.with_variable(session, "name", "Ada"),
    "title": lambda session: edits.with_title(session, "Other"),
    "system": lambda session: edits.with_system_prompt(session, "Be brief.", "top"),
}
CLASHING: dict[str, tuple[Edit, Edit]] = {
    "text": (text("a", "mine"), text("a", "theirs")),
    "role": (lambda session: edits.change_role(session, "a", "system"), text("a", "theirs")),
    "choice": (lambda s: edits.choose(s, "a", "mine"), lambda s: edits.choose(s, "a", "theirs")),
    "deleted there": (text("a", "mine"), lambda session: edits.delete(session, "a")),
    "deleted here": (lambda session: edits.delete(session, "a"), text("a", "theirs")),
    "last deleted there": (text("c", "mine"), lambda session: edits.delete(session, "c")),
    "setting": (setting("temperature", 0), setting("temperature", 2)),
    "setting unset": (
        lambda session: edits.with_settings(session, session.settings.without("top_p")),
        setting("top_p", 0.1),
    ),
    "a new setting": (setting("seed", 1), setting("seed", 2)),
    "variable": (
        lambda session: edits.with_variable(session, "city", "Oslo"),
        lambda session: edits.with_variable(session, "city", ""),
    ),
    "title": (lambda s: edits.with_title(s, "Mine"), lambda s: edits.with_title(s, "Theirs")),
    "system": (
        lambda session: edits.with_system_prompt(session, "Mine.", "one"),
        lambda session: edits.with_system_prompt(session, "Theirs.", "two"),
    ),
}


def content(session: Session) -> object:
    """What is said and set, without the ids of cells that were made."""
    return [(cell.kind, cell.message, cell.excluded, cell.chosen) for cell in session.cells], session.model_copy(
        update={"cells": ()}
    )


@given(st.sampled_from(sorted(APART)), st.sampled_from(sorted(APART)))
def test_edits_of_different_things_do_not_clash_and_can_be_made_in_any_order(one: str, other: str) -> None:
    mine, theirs = APART[one](BASE), APART[other](BASE)
    assert clashes(BASE, mine, theirs) == ()
    if one != other:
        assert APART[one](theirs) == APART[other](mine)


@pytest.mark.parametrize(("my_edit", "their_edit"), CLASHING.values(), ids=CLASHING)
def test_either_side_can_have_its_way(my_edit: Edit, their_edit: Edit) -> None:
    mine, theirs = my_edit(BASE), their_edit(BASE)
    found = clashes(BASE, mine, theirs)
    assert len(found) == 1
    assert content(settled(theirs, mine, found, "mine")) == content(mine)
    assert content(settled(mine, theirs, found, "theirs")) == content(theirs)


@pytest.mark.parametrize(("my_edit", "their_edit"), CLASHING.values(), ids=CLASHING)
def test_to_settle_twice_is_to_settle_once(my_edit: Edit, their_edit: Edit) -> None:
    mine, theirs = my_edit(BASE), their_edit(BASE)
    found = clashes(BASE, mine, theirs)
    once = settled(theirs, mine, found, "mine")
    assert settled(once, mine, found, "mine") == once


@given(st.sampled_from(sorted(APART)), st.sampled_from(sorted(CLASHING)))
def test_what_one_side_alone_did_survives_the_other_ones_way(alone: str, clashing: str) -> None:
    my_edit, their_edit = CLASHING[clashing]
    mine, theirs = my_edit(BASE), their_edit(BASE)
    if clashes(BASE, APART[alone](BASE), theirs) or clashes(BASE, mine, APART[alone](BASE)):
        return
    both = settled(theirs, mine, clashes(BASE, mine, theirs), "mine")
    assert APART[alone](both) == settled(APART[alone](theirs), mine, clashes(BASE, mine, APART[alone](theirs)), "mine")


def test_the_same_change_on_both_sides_is_no_clash() -> None:
    changed = text("a", "same")(BASE)
    assert clashes(BASE, changed, changed) == ()


def test_one_and_true_are_different_values_of_a_setting() -> None:
    base = Session(id="s", settings=ChatRequest.parse({"own": 0}))
    (clash,) = clashes(base, setting("own", 1)(base), setting("own", True)(base))
    assert clash == Clash("setting", "own", True, 1)


def test_a_cell_that_was_deleted_there_stands_again_where_it_stood() -> None:
    mine, theirs = text("b", "mine")(BASE), edits.delete(edits.delete(BASE, "b"), "a")
    found = clashes(BASE, mine, theirs)
    assert found[0].theirs is MISSING
    assert [cell.id for cell in settled(theirs, mine, found, "mine").cells] == ["b", "c"]


def test_two_system_prompts_are_one_clash_and_one_cell() -> None:
    my_edit, their_edit = CLASHING["system"]
    mine, theirs = my_edit(BASE), their_edit(BASE)
    kept = settled(theirs, mine, clashes(BASE, mine, theirs), "mine")
    assert edits.system_prompt(kept) == "Mine."
    assert len(kept.cells) == 4


def test_two_texts_of_a_cell_can_both_stay() -> None:
    mine, theirs = (setting("seed", 1)(text("a", "mine")(BASE)), setting("seed", 2)(text("a", "theirs")(BASE)))
    split = Disagreement(clashes(BASE, mine, theirs), mine)
    assert split.can_be_both
    both = split.settled_in(theirs, "both", lambda: "new")
    assert [(cell.id, cell.text) for cell in both.cells[:2]] == [("a", "theirs"), ("new", "mine")]
    assert both.settings.payload()["seed"] == 1


def test_their_side_is_left_as_it_stands() -> None:
    mine, theirs = text("a", "mine")(BASE), text("a", "theirs")(BASE)
    split = Disagreement(clashes(BASE, mine, theirs), mine)
    assert split.settled_in(theirs, "theirs", lambda: "new") is theirs
    assert split.settled_in(theirs, "mine", lambda: "new") == mine


def test_a_deleted_cell_and_a_changed_one_are_not_two_texts() -> None:
    mine, theirs = text("a", "mine")(BASE), edits.delete(BASE, "a")
    assert not Disagreement(clashes(BASE, mine, theirs), mine).can_be_both
