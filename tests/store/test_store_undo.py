"""Saving, undoing and redoing in any order, held against a list of all versions and a pointer."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from parley.errors import Conflict
from parley.notebook import Session, edits, lanes
from parley.request import ChatRequest
from parley.store import Store


class Undoing(RuleBasedStateMachine):
    """The model: every version ever saved, which one each was made from, and which one is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store("sqlite://")

    @initialize()
    def first(self) -> None:
        self.versions = {1: self.store.save(Session(id="s"))}
        self.previous = {1: 0}
        self.head = 1

    def saved(self, fresh: Session) -> None:
        made = self.store.save(fresh)
        if made.version != self.head:
            self.versions[made.version], self.previous[made.version] = made, self.head
            self.head = made.version

    @rule(text=st.sampled_from(["a", "b", "c"]))
    def put_a_cell(self, text: str) -> None:
        self.saved(edits.insert(self.versions[self.head], edits.new_cell(f"c{len(self.versions)}", "prompt", text)))

    @rule(what=st.integers(0, 5), text=st.sampled_from(["a", "b", ""]))
    def change_a_cell(self, what: int, text: str) -> None:
        session = self.versions[self.head]
        if session.cells:
            cell = session.cells[what % len(session.cells)].id
            changes = (edits.edit_text, edits.choose, lambda s, c, t: edits.set_excluded(s, c, bool(t)))
            self.saved(changes[what % 3](session, cell, text))

    @rule(what=st.integers(0, 2))
    def take_a_cell_away_or_move_it(self, what: int) -> None:
        session = self.versions[self.head]
        if session.cells:
            cell = session.cells[-1].id
            self.saved(edits.delete(session, cell) if what else edits.move(session, cell, -1))

    @rule(heat=st.integers(0, 2), where=st.sampled_from(["settings", "variable", "lane"]))
    def set_a_field(self, heat: int, where: str) -> None:
        session, request = self.versions[self.head], ChatRequest(temperature=heat)
        if where == "settings":
            self.saved(edits.with_settings(session, request))
        elif where == "variable":
            self.saved(edits.with_variable(session, "x", str(heat)))
        else:
            session = session if session.lanes else lanes.add_lane(session, "l")
            self.saved(lanes.with_overrides(session, "l", request))

    @rule()
    def undo(self) -> None:
        self.head = self.previous[self.head] or self.head
        assert self.store.undo("s") == self.versions[self.head]

    @rule()
    def redo(self) -> None:
        self.head = max((n for n, origin in self.previous.items() if origin == self.head), default=self.head)
        assert self.store.redo("s") == self.versions[self.head]

    @invariant()
    def the_store_shows_the_version_pointed_at(self) -> None:
        assert self.store.session("s") == self.versions[self.head]

    @invariant()
    def it_is_known_whether_there_are_steps(self) -> None:
        back, forward = self.previous[self.head] != 0, self.head in self.previous.values()
        assert self.store.steps("s") == (back, forward)

    @invariant()
    def every_version_is_what_it_was(self) -> None:
        number = len(self.versions) // 2 + 1
        assert self.store.version("s", number) == self.versions[number]

    def teardown(self) -> None:
        """Back to the very beginning and forward again."""
        for _ in self.versions:
            self.undo()
        assert self.head == 1
        assert self.store.steps("s") == (False, len(self.versions) > 1)
        self.store.close()


Undoing.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_undo_is_exact = Undoing.TestCase


def test_a_tab_undoes_only_what_it_sees(store: Store):
    first = store.save(Session(id="s"))
    mine = store.save(edits.with_title(first, "mine"))
    theirs = store.save(edits.with_title(mine, "theirs"))
    for step in (store.undo, store.redo):
        with pytest.raises(Conflict, match="elsewhere"):
            step("s", seen=mine.version)
    assert store.session("s") == theirs
    assert store.undo("s", seen=theirs.version) == mine
    assert store.redo("s", seen=mine.version) == theirs
