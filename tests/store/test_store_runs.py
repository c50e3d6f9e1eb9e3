import contextlib
import sqlite3
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from parley.errors import Conflict, Missing, StoreError
from parley.money import Booked, Money
from parley.notebook import Failure, Mark, Run, Timings
from parley.reply import Reply, ToolCall, Usage
from parley.store import RunQuery, Store
from parley.store.runs import MOST_RAW

PNG = "data:image/png;base64," + "iVBORw0K" * 400


def whole(run: Run) -> Run:
    usage = Usage.model_validate(
        {"prompt_tokens": 3, "completion_tokens": 9, "cost": "0.00001230", "new": {"x": [1, 1.5]}}
    )
    reply = Reply(
        text="Hi \u2028 there 😀",
        tool_calls=(ToolCall(id="t", name="f", arguments='{"a":1'),),
        images=({"type": "image_url", "image_url": {"url": PNG}},),
        usage=usage,
        finish_reason="stop",
        model="local/smollm2-q4",
        provider="Here",
        generation_id="gen-1",
    )
    facts = {
        "reply": reply,
        "outcome": "complete",
        "failure": Failure(kind="RateLimited", message="Wait.", metadata={"raw": [1.0, 1, None]}),
        "money": Money(reported=Decimal("0.00001230"), upstream=Decimal("1E-20")),
        "timings": Timings(first_token_ms=12.25, total_ms=100),
        "timeline": (Mark(ms=0, what="queued"), Mark(ms=1.5, what="sent", note="HTTP 200")),
    }
    return run.model_copy(update=facts)


def test_a_run_is_there_before_it_is_sent(store: Store, a_run):
    store.begin(a_run())
    assert store.run("r1") == a_run()


def test_a_finished_run_comes_back_as_it_was(store: Store, a_run):
    store.begin(a_run())
    store.finish(whole(a_run()))
    assert store.run("r1") == whole(a_run())


@pytest.mark.parametrize(
    "body",
    [
        {"messages": []},
        {"model": None, "messages": None},
        {"temperature": 1, "top_p": 1.0, "seed": True, "messages": "nonsense", "new": {"$blob": 1, "$$blob": [2]}},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": PNG}}]}]},
        {"messages": [{"role": "user", "content": "A" * 5000}, {"role": "user", "content": "\0 a = b" * 900}, 7, None]},
        {"metadata": {"a": 10**30, "b": float("inf"), "c": 1e-300}, "user": "", "stop": [], "tools": None},
    ],
)
def test_a_request_comes_back_type_for_type(store: Store, a_run, body):
    store.begin(a_run(body=body))
    assert repr(store.run("r1").request.payload()) == repr(body)


def test_a_second_begin_with_the_same_id_is_refused(store: Store, a_run):
    store.begin(a_run())
    with pytest.raises(Conflict):
        store.begin(a_run(connection="again"))
    assert store.run("r1").connection == ""


def test_the_journal_shows_what_has_come_so_far(store: Store, a_run):
    store.begin(a_run())
    store.journal("r1", Reply(text="Hel"), [(1.0, "a")], timings=Timings(first_token_ms=5.5))
    store.journal("r1", Reply(text="Hello"), [(2.5, "b"), (3, "c")], timings=Timings(first_token_ms=5.5))
    run = store.run("r1")
    assert (run.outcome, run.reply.text, run.timings.first_token_ms) == ("running", "Hello", 5.5)
    assert store.events("r1") == ((1.0, "a"), (2.5, "b"), (3, "c"))


def test_the_journal_does_not_bring_an_ended_run_back(store: Store, a_run):
    store.begin(a_run())
    store.finish(whole(a_run()))
    with pytest.raises(Missing):
        store.journal("r1", Reply(text="late"))
    assert store.run("r1") == whole(a_run())


def test_finishing_twice_writes_the_events_once(store: Store, a_run):
    store.begin(a_run())
    for _ in range(2):
        store.finish(whole(a_run()), [(1, "last")])
    assert store.events("r1") == ((1, "last"),)


def test_a_run_that_could_not_be_begun_is_stored_when_it_is_finished(store: Store, a_run):
    store.finish(whole(a_run()), [(1, "all")])
    assert (store.run("r1"), store.events("r1")) == (whole(a_run()), ((1, "all"),))


def test_raw_events_are_kept_up_to_a_cap(store: Store, a_run):
    store.begin(a_run())
    noise = Random(1).randbytes(MOST_RAW // 2).hex()[: MOST_RAW * 9 // 10]
    for number in range(3):
        store.journal("r1", Reply(), [(number, noise)])
    store.finish(whole(a_run()), [(9, "small")])
    assert store.events_truncated("r1")
    assert [ms for ms, _ in store.events("r1")] == [0]


def test_booked_costs_come_later(store: Store, a_run):
    store.begin(a_run())
    store.finish(whole(a_run()))
    before, booked = store.run("r1"), Booked(cost=Decimal("0.2"), provider="P", completion_tokens=7)
    settled = store.settle("r1", booked)
    (row,) = store.runs().rows
    assert (row.cost, row.cost_source) == (Decimal("0.2"), "audited")
    assert (
        store.run("r1")
        == settled
        == before.model_copy(update={"money": before.money.settled(booked), "booked": booked})
    )


def test_what_a_provider_bills_apart_stands_in_the_row_whoever_named_it(store: Store, a_run):
    for id_ in ("answered", "booked"):
        store.begin(a_run(id_))
        named = Decimal("4.2E-8") if id_ == "answered" else None
        store.finish(whole(a_run(id_)).model_copy(update={"money": Money(reported=Decimal(0), upstream=named)}))
    store.settle("booked", Booked(cost=Decimal(0), upstream=Decimal("0.25")))
    assert {row.id: row.upstream for row in store.runs()} == {"answered": Decimal("4.2E-8"), "booked": Decimal("0.25")}


def test_the_ledger_shows_booked_tokens_only_where_the_answer_named_none(store: Store, a_run):
    for id_, reply in (("stopped", Reply(text="So")), ("whole", Reply(usage=Usage(completion_tokens=3), provider="Q"))):
        store.begin(a_run(id_))
        store.finish(a_run(id_, outcome="stopped", reply=reply))
        store.settle(id_, Booked(cost=Decimal(1), provider="P", completion_tokens=7))
    told = {row.id: (row.provider, row.completion_tokens) for row in store.runs().rows}
    assert told == {"stopped": ("P", 7), "whole": ("Q", 3)}


def test_what_is_on_its_way_is_not_settled(store: Store, a_run):
    store.begin(a_run())
    with pytest.raises(Missing):
        store.settle("r1", Booked(cost=Decimal(1)))


def test_unsettled_are_the_ended_runs_of_a_connection_that_can_be_asked_for(store: Store, a_run):
    booked_as = Reply(generation_id="gen-1")
    for id_, facts in {
        "asked": {"reply": booked_as},
        "elsewhere": {"reply": booked_as, "connection": "B"},
        "nameless": {},
        "settled": {"reply": booked_as},
    }.items():
        run = a_run(id_, **{"connection": "A", "outcome": "stopped"} | facts)
        store.begin(run.model_copy(update={"outcome": "queued"}))
        store.finish(run)
    store.begin(a_run("alive", connection="A", reply=booked_as))
    store.settle("settled", Booked(cost=Decimal(1)))
    day = a_run().created
    assert store.unsettled("A", day) == (("asked", "", "gen-1"),)
    assert store.unsettled("A", day + timedelta(days=1)) == ()


def test_attempts_are_in_order_and_have_settings_without_messages(store: Store, a_run):
    for number in range(3):
        store.begin(a_run(f"r{number}", session_id="s", cell_id=f"c{number % 2}"))
    store.finish(whole(a_run("r0", session_id="s", cell_id="c0")))
    attempts = store.attempts("s")
    assert {cell: [run.id for run in runs] for cell, runs in attempts.items()} == {"c0": ["r0", "r2"], "c1": ["r1"]}
    assert attempts["c0"][0].request.payload() == {"model": "local/smollm2"}
    assert attempts["c0"][0].reply == whole(a_run()).reply


def test_attempts_notice_what_another_process_changed(store: Store, url, a_run):
    store.begin(a_run(session_id="s", cell_id="c"))
    store.finish(whole(a_run(session_id="s", cell_id="c")))
    assert store.attempts("s")["c"][0].money.audited is None
    with Store(url) as other:
        other.settle("r1", Booked(cost=Decimal(1)))
    assert store.attempts("s")["c"][0].money.audited == 1


def test_a_growing_conversation_stores_each_message_once(store: Store, a_run):
    messages = [{"role": "user", "content": f"{number} " + "many words " * 300} for number in range(10)]
    messages[0]["content"] = [{"type": "image_url", "image_url": {"url": PNG + "iVBORw0K" * 9000}}]
    for number in range(10):
        store.begin(a_run(f"r{number}", {"model": "m", "messages": messages[: number + 1]}))
    with store._database.reading() as connection:
        stored = connection.exec_driver_sql("SELECT count(*) FROM blobs").scalar()
    assert stored == 10 + 1 + 1
    assert store.run("r9").request.payload()["messages"] == messages


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "nul\0", "\ud83d\ude00"])
def test_no_text_can_break_a_write(store: Store, a_run, text):
    body = {"model": text, "messages": [{"role": "user", "content": text}]}
    store.finish(a_run(body=body, connection=text, session_id=text).model_copy(update={"reply": Reply(text=text)}))
    store.run("r1").reply.text.encode()
    assert store.runs(RunQuery(model=text)).rows[0].connection.isprintable()


def test_nesting_that_no_thread_could_read_back_is_refused_with_a_sentence(store: Store, a_run):
    deep: list = []
    for _ in range(500):
        deep = [deep]
    with pytest.raises(Exception, match="nested more than 200 levels"):
        store.begin(a_run(body={"messages": [{"role": "user", "content": deep}]}))
    assert store.runs().rows == ()


def test_a_damaged_run_is_refused_alone(store, a_run, url):
    for name in ("whole", "damaged"):
        run = a_run(name, session_id="s", cell_id="c")
        store.begin(run)
        store.finish(run.model_copy(update={"outcome": "complete"}), [(1.0, "event")])
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw, raw:
        mine = "(SELECT sequence FROM runs WHERE id = 'damaged')"
        raw.execute(f"UPDATE bodies SET reply = x'0102' WHERE run = {mine}")
        raw.execute(f"UPDATE segments SET body = x'7a7878' WHERE run = {mine}")
    for ask in (store.run, lambda name: store.settle(name, Booked(cost=Decimal(1)))):
        with pytest.raises(StoreError, match="damaged"):
            ask("damaged")
    assert store.events("damaged") == ()
    assert store.run("whole").outcome == "complete"
    assert [run.id for run in store.attempts("s")["c"]] == ["whole"]
    assert [row.id for row, _ in store.every_run()] == ["whole"]
    assert [row.id for row in store.every_row()] == ["damaged", "whole"]
