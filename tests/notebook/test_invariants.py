"""A notebook that is edited, run and forked by any sequence of steps: what holds all the time."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from parley.notebook import Cell, Run, Session, chosen, chosen_runs, digest, edits, messages, messages_for
from parley.notebook.forking import fork
from parley.notebook.stale import stale
from parley.reply import Reply
from parley.request import ChatRequest

PLACE, KIND = st.integers(0, 11), st.sampled_from(["prompt", "message", "note"])
ROLE = st.sampled_from(["system", "developer", "user", "assistant", "tool"])
OUTCOME = st.sampled_from(["complete", "stopped", "failed", "running", "interrupted"])
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
some_cells = precondition(lambda notebook: bool(notebook.session.cells))


class Notebook(RuleBasedStateMachine):
    """Its model: the ids of the cells in a plain list. Every text begins with its cell's id, every answer with its run's."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(id="s")
        self.order: list[str] = []
        self.attempts: dict[str, tuple[Run, ...]] = {}
        self.former: list[tuple[Session, str]] = []
        self.ids = (f"n{number}" for number in range(10_000))

    @property
    def replies(self) -> dict[str, Run]:
        return chosen_runs(self.session, self.attempts)

    def cell(self, place: int) -> Cell:
        return self.session.cells[place % len(self.session.cells)]

    def becomes(self, session: Session) -> None:
        self.former.append((self.session, self.session.model_dump_json()))
        self.session = session

    @rule(kind=KIND, place=PLACE, above=st.booleans())
    def insert(self, kind: Any, place: int, above: bool) -> None:
        new = next(self.ids)
        index = min(place, len(self.order))
        where = {}
        if self.order:
            index = min(place, len(self.order) - 1)
            where = {"above" if above else "below": self.order[index]}
            index += not above
        self.becomes(edits.insert(self.session, edits.new_cell(new, kind, f"{new}: {{{{x}}}}"), **where))
        self.order.insert(index, new)

    @some_cells
    @rule(place=PLACE)
    def duplicate(self, place: int) -> None:
        new, cell = next(self.ids), self.cell(place)
        self.becomes(edits.edit_text(edits.duplicate(self.session, cell.id, new), new, f"{new}: copied"))
        self.order.insert(self.order.index(cell.id) + 1, new)

    @some_cells
    @rule(place=PLACE)
    def delete(self, place: int) -> None:
        cell = self.cell(place)
        self.becomes(edits.delete(self.session, cell.id))
        self.order.remove(cell.id)

    @some_cells
    @rule(place=PLACE, by=st.integers(-3, 3))
    def move(self, place: int, by: int) -> None:
        cell = self.cell(place)
        self.becomes(edits.move(self.session, cell.id, by))
        target = max(self.order.index(cell.id) + by, 0)
        self.order.remove(cell.id)
        self.order.insert(target, cell.id)

    @some_cells
    @rule(place=PLACE, change=st.sampled_from(["role", "kind", "text", "exclude", "include"]), role=ROLE, kind=KIND)
    def change(self, place: int, change: str, role: str, kind: Any) -> None:
        cell = self.cell(place)
        made = {
            "role": lambda: edits.change_role(self.session, cell.id, role),
            "kind": lambda: edits.change_kind(self.session, cell.id, kind),
            "text": lambda: edits.edit_text(self.session, cell.id, f"{cell.id}: other words"),
            "exclude": lambda: edits.set_excluded(self.session, cell.id, True),
            "include": lambda: edits.set_excluded(self.session, cell.id, False),
        }
        self.becomes(made[change]())
        if change in ("exclude", "include"):
            assert edits.cell_of(self.session, cell.id).excluded is (change == "exclude")

    @rule(value=st.sampled_from(["", "Ada", "{{x}}"]))
    def set_variable(self, value: str) -> None:
        self.becomes(edits.with_variable(self.session, "x", value))

    @some_cells
    @rule(place=PLACE, outcome=OUTCOME, silent=st.booleans())
    def run(self, place: int, outcome: Any, silent: bool) -> None:
        cell, new = self.cell(place), next(self.ids)
        request = ChatRequest.parse({"messages": messages_for(self.session, cell.id, self.replies)})
        reply = Reply(text="" if silent else f"{new}: because")
        made = Run(id=new, request=request, reply=reply, outcome=outcome, created=MOMENT)
        self.attempts[cell.id] = (*self.attempts.get(cell.id, ()), made)

    @some_cells
    @rule(place=PLACE, which=st.integers(0, 3))
    def choose(self, place: int, which: int) -> None:
        cell = self.cell(place)
        ids = [run.id for run in self.attempts.get(cell.id, ())] + ["deleted since"]
        self.becomes(edits.choose(self.session, cell.id, ids[min(which, len(ids) - 1)]))

    @some_cells
    @rule(place=PLACE)
    def fork(self, place: int) -> None:
        cell = self.cell(place)
        self.becomes(fork(self.session, cell.id, next(self.ids), self.attempts))
        self.order = self.order[: self.order.index(cell.id) + 1]

    @invariant()
    def the_cells_stand_in_their_order(self) -> None:
        assert [cell.id for cell in self.session.cells] == self.order

    @invariant()
    def of_the_attempts_of_a_cell_exactly_one_is_chosen(self) -> None:
        for cell in self.session.cells:
            runs = self.attempts.get(cell.id, ())
            assert (chosen(cell, runs) in runs) if runs else (chosen(cell, runs) is None)

    @invariant()
    def what_is_sent_has_the_order_of_the_cells_without_excluded_ones_and_notes(self) -> None:
        said = [str(message["content"]).partition(":")[0] for message in messages(self.session, self.replies)]
        allowed: list[str] = []
        for cell in self.session.cells:
            if not cell.excluded and cell.kind != "note":
                run = self.replies.get(cell.id) if cell.kind == "prompt" else None
                allowed += [cell.id, *([run.id] if run and not run.live and run.reply.text else [])]
                assert cell.kind == "prompt" or cell.id in said
                assert run is None or run.live or not run.reply.text or {cell.id, run.id} <= set(said)
        assert said == [one for one in allowed if one in said]

    @invariant()
    def stale_is_what_would_be_sent_other_messages_now(self) -> None:
        prompts = [cell.id for cell in self.session.cells if cell.kind == "prompt" and cell.id in self.replies]
        now = {one: digest(messages_for(self.session, one, self.replies)) for one in prompts}
        sent = {one: digest(self.replies[one].request.payload()["messages"]) for one in prompts}
        assert stale(self.session, self.attempts) == {one for one in prompts if now[one] != sent[one]}

    def teardown(self) -> None:
        """No edit touches the value it was made from: that is what undo goes back to."""
        assert all(session.model_dump_json() == before for session, before in self.former)


Notebook.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_a_notebook_keeps_its_laws = Notebook.TestCase
