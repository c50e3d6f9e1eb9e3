"""Two tabs on one session, in every order: nobody overwrites what they have not seen, and what was typed is never gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.desk.saving import Saving
from components.services import Services
from components.state import UiState
from parley import ChatRequest, Store
from parley.notebook import Cell, Session, edits
from parley.notebook.merging import How

CELLS = "abc"


class Doors:
    """As much of the doors as saving takes."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def connection(self) -> None:
        return None


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path_factory.mktemp('tabs')}/parley.db") as store:
        yield store


_number = iter(range(10**6))


def opened(store: Store) -> tuple[str, list[Saving]]:
    """A new session, open in two tabs."""
    cells = tuple(Cell(id=name, message={"role": "user", "content": name}) for name in CELLS)
    kept = store.save(Session(id=f"s{next(_number)}", cells=cells))
    return kept.id, [Saving(cast(Services, Doors(store)), UiState(session=kept)) for _ in range(2)]


def text_of(session: Session, cell: str) -> str | None:
    return next((one.text for one in session.cells if one.id == cell), None)


def rewriting(cell: str, words: str) -> Callable[[Session], Session]:
    return lambda session: edits.edit_text(session, cell, words)


STEPS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(CELLS), st.booleans()), min_size=2, max_size=12)


@given(steps=STEPS)
def test_a_text_is_overwritten_only_by_a_tab_that_has_seen_it(store: Store, steps: list[tuple[int, str, bool]]) -> None:
    session_id, tabs = opened(store)
    for number, (who, cell, deletes) in enumerate(steps):
        tab, before = tabs[who], store.session(session_id)
        seen, edit = text_of(tab.session, cell), rewriting(cell, f"{who} wrote {number}")
        if seen is None:
            continue
        tab.edit((lambda session, gone=cell: edits.delete(session, gone)) if deletes else edit)
        after = store.session(session_id)
        if text_of(after, cell) != text_of(before, cell):
            assert seen == text_of(before, cell)
        for other in set(CELLS) - {cell}:
            assert text_of(after, other) == text_of(before, other)
        assert tab.session == after


@given(steps=STEPS, choices=st.lists(st.sampled_from(["mine", "theirs", "both"]), min_size=12, max_size=12))
def test_what_was_typed_is_in_the_session_or_still_offered(
    store: Store, steps: list[tuple[int, str, bool]], choices: list[How]
) -> None:
    session_id, tabs = opened(store)
    for number, (who, cell, _) in enumerate(steps):
        words, tab = f"{who} wrote {number}", tabs[who]
        tab.edit(rewriting(cell, words))
        stored = [one.text for one in store.session(session_id).cells]
        split = tab.tab.disagreement
        assert (words in stored) != (split is not None)
        if split is not None:
            tab.settle(choices[number])
            stored = [one.text for one in store.session(session_id).cells]
            assert (words in stored) == (choices[number] != "theirs")
            assert (text_of(store.session(session_id), cell) == words) == (choices[number] == "mine")


def test_a_second_disagreement_does_not_drop_what_was_typed_before_the_first_was_settled(store: Store) -> None:
    session_id, (one, other) = opened(store)
    for cell in ("a", "b"):
        one.edit(rewriting(cell, "one"))
        other.edit(rewriting(cell, f"other in {cell}"))
    other.settle("mine")
    assert [cell.text for cell in store.session(session_id).cells] == ["other in a", "other in b", "c"]


def test_both_tabs_see_what_both_did(store: Store) -> None:
    session_id, (one, other) = opened(store)
    one.edit(rewriting("a", "one"))
    other.edit(rewriting("b", "other"))
    one.edit(lambda session: edits.with_title(session, "Both"))
    now = store.session(session_id)
    assert [cell.text for cell in now.cells] == ["one", "other", "c"]
    assert one.session == now
    assert any("another tab" in said for said in one.tab.notices)


def test_a_cell_that_another_tab_deleted_is_told_of(store: Store) -> None:
    _, (one, other) = opened(store)
    one.edit(lambda session: edits.delete(session, "a"))
    other.edit(lambda session: edits.move(session, "a", 1))
    assert [cell.id for cell in other.session.cells] == ["b", "c"]
    assert other.tab.disagreement is None
    assert "not in it any more" in other.tab.notices[0]


def test_fields_that_only_one_tab_set_stay_while_the_other_one_is_asked(store: Store) -> None:
    _, (one, other) = opened(store)
    one.edit(lambda session: edits.with_settings(session, ChatRequest(seed=1)))
    mine: dict[str, Any] = {"seed": 2, "top_p": 0.5}
    other.edit(lambda session: edits.with_settings(session, ChatRequest.parse({**session.settings.payload(), **mine})))
    assert other.session.settings.payload() == {"seed": 1, "top_p": 0.5}
    other.settle("mine")
    assert other.session.settings.payload() == mine


def test_each_tab_keeps_what_stands_in_its_own_prompt_box(store: Store) -> None:
    _, (one, other) = opened(store)
    one.edit(rewriting("a", "one"))
    one.keep_draft("typed in one")
    other.keep_draft("typed in the other")
    other.edit(rewriting("b", "other"))
    assert other.session.draft == "typed in the other"
    one.edit(rewriting("c", "one"))
    assert one.session.draft == "typed in one"
    assert one.tab.refill


def test_a_prompt_that_was_sent_leaves_the_box_empty_whatever_another_tab_typed(store: Store) -> None:
    _, (one, other) = opened(store)
    one.edit(rewriting("a", "one"))
    one.keep_draft("typed in one")
    other.edit(lambda session: edits.with_draft(edits.add_prompt(session, {"content": "sent"}, "new"), ""))
    assert other.session.draft == ""


def test_a_disagreement_is_dropped_with_its_session(store: Store) -> None:
    _, (one, other) = opened(store)
    one.edit(rewriting("a", "one"))
    other.edit(rewriting("a", "other"))
    other.tab.take(Session(id="elsewhere"))
    assert other.tab.disagreement is None
    other.settle("mine")
    assert other.session == Session(id="elsewhere")
