"""Saving, undoing and redoing in any order, held against a list of all versions and a pointer."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from parley.notebook import Session, edits
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

    @rule(text=st.sampled_from(["a", "b", "c"]))
    def edit(self, text: str) -> None:
        fresh = edits.insert(self.versions[self.head], edits.new_cell(f"c{len(self.versions)}", "note", text))
        saved = self.store.save(fresh)
        self.versions[saved.version], self.previous[saved.version] = saved, self.head
        self.head = saved.version

    @rule(heat=st.integers(0, 2))
    def set_a_field(self, heat: int) -> None:
        saved = self.store.save(edits.with_settings(self.versions[self.head], ChatRequest(temperature=heat)))
        if saved.version != self.head:
            self.versions[saved.version], self.previous[saved.version] = saved, self.head
            self.head = saved.version

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

    def teardown(self) -> None:
        self.store.close()


Undoing.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_undo_is_exact = Undoing.TestCase
