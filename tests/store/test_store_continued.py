"""A run that goes on with an answer is kept with what it goes on with, once."""

import sqlite3

from parley.notebook import Session, Snapshot, digest
from parley.reply import Reply
from parley.store import Store

ASKED = {"role": "user", "content": "Tell me."}
SO_FAR = "Once upon a time, " * 300


def body() -> dict:
    return {"model": "m", "messages": [ASKED, {"role": "assistant", "content": SO_FAR}]}


def test_it_comes_back_whole_after_a_restart(store: Store, url: str, a_run):
    run = a_run(body=body(), prefill=SO_FAR, session_id="s", cell_id="c")
    store.begin(run)
    store.finish(run.model_copy(update={"outcome": "complete", "reply": Reply(text="the end.")}))
    store.close()
    with Store(url) as reopened:
        assert reopened.run("r1").whole.text == SO_FAR + "the end."
        assert reopened.run("r1").request.payload() == body()
        assert reopened.attempts("s")["c"][0].whole.text == SO_FAR + "the end."


def test_its_fingerprint_leaves_the_prefill_out(store: Store, a_run):
    store.begin(a_run(body=body(), prefill=SO_FAR, session_id="s", cell_id="c"))
    assert store.attempts("s")["c"][0].said == digest([ASKED])


def test_what_it_goes_on_with_is_not_stored_again_for_each_attempt(store: Store, url: str, a_run):
    for number in range(4):
        store.begin(a_run(f"r{number}", body(), prefill=SO_FAR))
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        assert database.execute("SELECT max(length(rest)) FROM bodies").fetchone()[0] < 200
    database.close()


def test_a_frozen_copy_has_it_too(store: Store, a_run):
    run = a_run(body=body(), prefill=SO_FAR, outcome="complete", session_id="s", cell_id="c")
    token, _ = store.share(Snapshot(session=Session(id="s"), attempts={"c": (run,)}))
    assert store.shared(token).snapshot.attempts["c"][0] == run
