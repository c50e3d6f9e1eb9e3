"""Forks: they find what they took over, count nothing twice, and leave their parent alone."""

import uuid
from decimal import Decimal

import pytest

from parley.money import Money
from parley.notebook import Session, chosen_runs, digest, edits, messages, messages_for
from parley.notebook.forking import fork, inherited
from parley.notebook.samples import Sample, copy_of, samples
from parley.notebook.stale import stale
from parley.reply import Reply
from parley.store import RunQuery, Store


def ask(store: Store, session: Session, cell: str, run_id: str, a_run) -> None:
    """Run a cell as the page does."""
    runs = store.attempts(session.id, inherited=inherited(session))
    body = {"model": "m", "messages": messages_for(session, cell, chosen_runs(session, runs))}
    run = a_run(run_id, body, session_id=session.id, cell_id=cell)
    store.begin(run)
    money = Money(reported=Decimal("0.1"))
    store.finish(run.model_copy(update={"outcome": "complete", "reply": Reply(text=f"{run_id}!"), "money": money}))


@pytest.fixture
def parent(store: Store, a_run) -> Session:
    session = Session(id="p", title="Parent")
    for cell in ("a", "b", "c"):
        session = store.save(edits.add_prompt(session, {"role": "user", "content": f"{cell}?"}, cell))
        ask(store, session, cell, f"{cell}1", a_run)
    return session


def seen(store: Store, session: Session) -> dict[str, list[str]]:
    attempts = store.attempts(session.id, inherited=inherited(session))
    return {cell: [run.id for run in runs] for cell, runs in attempts.items()}


def made(store: Store, parent: Session, cell: str, name: str = "f") -> Session:
    return store.save(fork(parent, cell, name, store.attempts(parent.id, inherited=inherited(parent))))


def test_a_fork_shows_the_attempts_that_it_took_over(store: Store, parent, a_run):
    child = made(store, parent, "b")
    assert store.session("f") == child
    assert seen(store, child) == {"a": ["a1"], "b": ["b1"]}
    assert store.attempts("f") == {}


def test_no_run_is_counted_twice(store: Store, parent):
    before = store.runs(RunQuery()).totals
    made(store, parent, "c")
    assert store.runs(RunQuery()).totals == before
    assert len(store.runs(RunQuery(session="f"))) == 0


def test_what_either_runs_later_is_its_own(store: Store, parent, a_run):
    child = made(store, parent, "b")
    ask(store, parent, "a", "a2", a_run)
    ask(store, edits.choose(child, "b", None), "b", "b2", a_run)
    assert seen(store, child) == {"a": ["a1"], "b": ["b1", "b2"]}
    assert seen(store, parent) == {"a": ["a1", "a2"], "b": ["b1"], "c": ["c1"]}
    assert store.session("p") == parent


def test_a_fork_is_not_stale_when_its_parent_is(store: Store, parent, a_run):
    child = made(store, parent, "c")
    ask(store, parent, "a", "a2", a_run)
    assert stale(parent, store.attempts("p")) == {"b", "c"}
    assert stale(child, store.attempts("f", inherited=inherited(child))) == frozenset()


def test_a_fork_of_a_fork_has_the_attempts_of_both(store: Store, parent, a_run):
    child = made(store, parent, "b")
    ask(store, child, "b", "b2", a_run)
    assert seen(store, made(store, child, "b", "g")) == {"a": ["a1"], "b": ["b1", "b2"]}


def test_a_deleted_parent_leaves_its_fork_whole(store: Store, parent):
    child = made(store, parent, "c")
    said = messages(child, chosen_runs(child, store.attempts("f", inherited=inherited(child))))
    store.delete_session("p")
    assert len(said) == 6
    assert messages(child, chosen_runs(child, store.attempts("f", inherited=inherited(child)))) == said


def test_a_frozen_copy_of_a_fork_is_whole(store: Store, parent):
    token, _ = store.share(made(store, parent, "b"))
    copy = store.shared(token)
    assert {cell: [run.reply.text for run in runs] for cell, runs in copy.snapshot.attempts.items()} == {
        "a": ["a1!"],
        "b": ["b1!"],
    }


def test_forks_are_found_from_their_parent_as_long_as_they_are_there(store: Store, parent):
    for name in ("f", "g"):
        made(store, parent, "b", name)
    made(store, store.session("f"), "a", "h")
    assert [(row.id, row.parent, row.parent_cell) for row in store.children("p")] == [("f", "p", "b"), ("g", "p", "b")]
    store.delete_session("f")
    assert [row.id for row in store.children("p")] == ["g"]
    assert store.children("nobody") == ()


def test_more_attempts_than_fit_one_question_are_found(store: Store, a_run):
    ids = [f"r{number}" for number in range(1200)]
    for one in ids[::100]:
        store.begin(a_run(one, session_id="elsewhere", cell_id="c"))
    assert [run.id for run in store.attempts("f", inherited=ids)["c"]] == ids[::100]


def test_attempts_carry_the_fingerprint_of_what_they_were_sent(store: Store, parent):
    run = store.attempts("p")["c"][0]
    assert run.said == digest(store.run("c1").request.payload()["messages"])
    assert store.run("c1").said == ""


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.session.id)
def test_a_sample_that_was_just_opened_is_not_stale(store: Store, sample: Sample):
    session = store.adopt(*copy_of(sample, lambda: uuid.uuid4().hex))
    assert stale(session, store.attempts(session.id)) == frozenset()


def test_what_a_session_took_over_is_found_under_it_and_under_the_one_that_sent_it(store: Store, parent):
    child = made(store, parent, "b")
    made(store, child, "b", "grandchild")

    def found(search: str, owner: str = "") -> set[str]:
        return {row.id for row in store.library(search, owner=owner).rows}

    assert found("a1") == {"p", "f", "grandchild"}
    assert found("b1 a?") == {"p", "f", "grandchild"}
    assert found("c1") == {"p"}
    assert found("a1", owner="somebody else") == set()
    store.delete_session("p")
    assert found("a1") == {"f", "grandchild"}
    shorter = store.save(edits.delete(store.session("f"), "a"))
    assert found("a1") == {"grandchild"}
    assert store.undo(shorter.id) == child
    assert found("a1") == {"f", "grandchild"}


def test_what_was_removed_from_the_ledger_is_found_nowhere(store: Store, parent):
    made(store, parent, "b")
    removal = store.delete_runs(["a1"])
    assert store.library("a1").total == 0
    store.undelete(removal)
    assert store.library("a1").total == 2


def test_nobody_finds_by_an_id_what_another_owner_was_told(store: Store, parent):
    store.save(made(store, parent, "b").model_copy(update={"version": 0}), owner="me")
    assert store.library("a1", owner="me").total == 0
