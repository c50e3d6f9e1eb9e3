import sqlite3
from decimal import Decimal

from parley.money import Booked
from parley.notebook import Cell, Session, Snapshot, Template, edits
from parley.store import Store

LONG = "A long story. " * 500
TEMPLATE = Template(messages={0: {"role": "user", "content": "Tell {{story}} " + LONG}}, values={"story": "it"})
SENT = {"model": "m", "messages": [{"role": "user", "content": "Tell it " + LONG}]}


def test_a_run_keeps_its_template_through_its_whole_life_and_a_restart(store: Store, url: str, a_run):
    run = a_run(body=SENT, template=TEMPLATE)
    store.begin(run)
    store.finish(run.model_copy(update={"outcome": "complete"}))
    store.settle("r1", Booked(cost=Decimal(0)))
    store.close()
    with Store(url) as reopened:
        assert reopened.run("r1").template == TEMPLATE
        assert reopened.run("r1").request.payload() == SENT


def test_the_page_sees_the_template_of_an_attempt(store: Store, a_run):
    store.begin(a_run(session_id="s", cell_id="c", body=SENT, template=TEMPLATE))
    assert store.attempts("s")["c"][0].template == TEMPLATE


def test_what_was_written_is_stored_once_however_often_it_is_sent(store: Store, url: str, a_run):
    for number in range(3):
        store.begin(a_run(id=f"r{number}", body=SENT, template=TEMPLATE))
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        assert database.execute("SELECT max(length(rest)) FROM bodies").fetchone()[0] < 400
        assert database.execute("SELECT count(*) FROM blobs").fetchone()[0] <= 3
    database.close()


def test_values_of_variables_are_part_of_a_session_and_of_its_undo(store: Store):
    first = store.save(edits.with_variable(Session(id="s"), "name", "Ada"))
    second = store.save(edits.with_variable(first, "text", LONG))
    assert store.session("s").variables == {"name": "Ada", "text": LONG}
    assert store.save(second).version == second.version
    assert store.undo("s").variables == {"name": "Ada"}
    assert store.redo("s").variables == {"name": "Ada", "text": LONG}


def test_a_frozen_copy_has_template_and_values(store: Store, a_run):
    run = a_run(session_id="s", cell_id="c", body=SENT, template=TEMPLATE, outcome="complete")
    told = Cell(id="c", message={"role": "user", "content": "Tell {{story}}"})
    session = edits.with_variable(Session(id="s", cells=(told,)), "story", "it")
    token, _ = store.share(Snapshot(session=session, attempts={"c": (run,)}))
    copy = store.shared(token)
    assert copy.snapshot.session.variables == {"story": "it"}
    assert copy.snapshot.attempts["c"][0].template == TEMPLATE
