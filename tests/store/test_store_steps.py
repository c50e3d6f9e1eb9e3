"""Attempts of several steps, and results kept for tools, as the store has them."""

import sqlite3

from parley.notebook import Fixture, Session, Snapshot, digest
from parley.notebook.fixtures import with_fixture, with_loop_steps
from parley.reply import Reply
from parley.store import Store

ASKED = {"role": "user", "content": "How warm is it?"}
CALLS = [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
STEPS = [
    {"role": "assistant", "content": None, "tool_calls": CALLS},
    {"role": "tool", "tool_call_id": "call_1", "content": "17 degrees, " * 300},
]


def step(a_run, name: str = "r2", **facts):
    body = {"model": "m", "messages": [{"role": "system", "content": "Be brief."}, ASKED, *STEPS]}
    return a_run(name, body, **{"follows": "r1", "between": 2, "session_id": "s", "cell_id": "c"} | facts)


def test_a_step_comes_back_with_what_was_said_before_it(store: Store, url: str, a_run):
    store.begin(step(a_run))
    store.finish(step(a_run, outcome="complete", reply=Reply(text="17")))
    store.close()
    with Store(url) as reopened:
        whole, light = reopened.run("r2"), reopened.attempts("s")["c"][0]
    assert (whole.follows, whole.between, whole.tail) == ("r1", 2, ())
    assert whole.steps_said == light.steps_said == tuple(STEPS)
    assert "messages" not in light.request.payload()


def test_one_that_was_gone_on_with_knows_its_steps_too(store: Store, a_run):
    body = {"model": "m", "messages": [ASKED, *STEPS, {"role": "assistant", "content": "It is"}]}
    store.begin(a_run("r2", body, prefill="It is", between=2, session_id="s", cell_id="c"))
    assert store.attempts("s")["c"][0].steps_said == store.run("r2").steps_said == tuple(STEPS)


def test_its_fingerprint_leaves_the_steps_out(store: Store, a_run):
    store.begin(step(a_run))
    assert store.attempts("s")["c"][0].said == digest([{"role": "system", "content": "Be brief."}, ASKED])


def test_what_the_steps_said_is_stored_once(store: Store, url: str, a_run):
    for number in range(4):
        store.begin(step(a_run, f"r{number}"))
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        assert database.execute("SELECT max(length(rest)) FROM bodies").fetchone()[0] < 200
        assert database.execute("SELECT count(*) FROM blobs WHERE length(body) > 1000").fetchone()[0] <= 1
    database.close()


def test_a_frozen_copy_has_the_steps_too(store: Store, a_run):
    runs = (a_run("r1", outcome="complete"), step(a_run, outcome="complete"))
    token, _ = store.share(Snapshot(session=Session(id="s"), attempts={"c": runs}))
    assert [run.follows for run in store.shared(token).snapshot.attempts["c"]] == [None, "r1"]
    assert store.shared(token).snapshot.attempts["c"][1].steps_said == tuple(STEPS)


def test_results_of_tools_are_part_of_a_version(store: Store, url: str):
    first = store.save(Session(id="s"))
    fixture = Fixture(tool="f", arguments={"city": "Oslo", "days": 1.0}, result="17 " * 1000)
    kept = store.save(with_loop_steps(with_fixture(first, fixture), 3))
    assert store.save(kept).version == kept.version == 2
    store.close()
    with Store(url) as reopened:
        found = reopened.session("s")
        assert (found.fixtures, found.loop_steps) == ((fixture,), 3)
        assert (reopened.undo("s").fixtures, reopened.redo("s").loop_steps) == ((), 3)
