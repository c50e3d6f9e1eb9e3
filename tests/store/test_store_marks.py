"""Marks, and deletion with a way back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from parley.errors import Missing, StoreError
from parley.notebook import Session
from parley.notebook.looping import TYPED
from parley.reply import Reply
from parley.store import RunQuery, Store

HOUR = 3600 * 10**6


@pytest.fixture
def kept(store: Store, a_run) -> Store:
    for number in range(4):
        store.finish(a_run(f"r{number}", session_id="s", cell_id="c", outcome="complete"), [(1.0, "event")])
    return store


def ids(store: Store, **filters) -> list[str]:
    return sorted(row.id for row in store.runs(RunQuery(**filters)))


def row(store: Store, run_id: str):
    return next(one for one in store.runs() if one.id == run_id)


def test_a_mark_stands_in_the_row(kept: Store):
    assert kept.mark(["r1", "r2"], star=True, rating=4, comment=" good ", add_tags=["b", "a"]) == 2
    marked = row(kept, "r2")
    assert (marked.starred, marked.rating, marked.comment, marked.tags) == (True, 4, "good", ("a", "b"))
    assert not row(kept, "r0").starred


def test_what_is_not_named_stays(kept: Store):
    kept.mark(["r1"], star=True, rating=2, comment="keep", add_tags=["a"])
    kept.mark(["r1"], add_tags=["b"])
    marked = row(kept, "r1")
    assert (marked.starred, marked.rating, marked.comment, marked.tags) == (True, 2, "keep", ("a", "b"))


def test_every_mark_is_taken_away_again(kept: Store):
    kept.mark(["r1"], star=True, rating=2, comment="no", add_tags=["a", "b"])
    kept.mark(["r1"], star=False, rating=0, comment=" ", remove_tags=["a", "b", "never there"])
    marked = row(kept, "r1")
    assert (marked.starred, marked.rating, marked.comment, marked.tags) == (False, None, "", ())


def test_marks_filter_the_ledger(kept: Store):
    kept.mark(["r1", "r3"], star=True, add_tags=["tide"])
    kept.mark(["r3"], rating=5)
    assert ids(kept, starred=True) == ["r1", "r3"]
    assert ids(kept, tag="tide", rating=(4, None)) == ["r3"]


def test_a_star_given_once_more_stays_where_it_was(kept: Store):
    kept.mark(["r1"], star=True)
    kept.mark(["r2"], star=True)
    kept.mark(["r1"], star=True)
    assert [one.id for one in kept.runs(RunQuery(starred=True, sort="starred"))] == ["r2", "r1"]


@pytest.mark.parametrize("tag", ["tide", "  high   tide ", "a,b"])
def test_a_tag_is_one_line_without_commas(kept: Store, tag):
    kept.mark(["r1"], add_tags=[tag, tag])
    assert row(kept, "r1").tags == (" ".join(tag.replace(",", " ").split()),)


@pytest.mark.parametrize(
    "wrong", [{"rating": 6}, {"rating": -1}, {"comment": "x" * 2001}, {"add_tags": ["fine", "x" * 41]}]
)
def test_a_mark_that_is_not_allowed_changes_nothing(kept: Store, wrong):
    with pytest.raises(StoreError):
        kept.mark(["r1"], **({"star": True} | wrong))
    assert not row(kept, "r1").starred
    assert row(kept, "r1").tags == ()


def test_nothing_to_say_says_nothing(kept: Store):
    assert kept.mark(["r1"]) == 1
    assert kept.mark([]) == kept.mark(["nowhere"], star=True) == 0


def test_a_deleted_run_is_out_of_every_question(kept: Store):
    kept.mark(["r1"], star=True, add_tags=["gone"])
    kept.delete_runs(["r1"])
    assert ids(kept) == ["r0", "r2", "r3"]
    assert kept.runs().totals.runs == 3
    assert ids(kept, starred=True) == ids(kept, tag="gone") == []
    assert [run.id for run in kept.attempts("s")["c"]] == ["r0", "r2", "r3"]
    for ask in (kept.run, kept.events, kept.events_truncated):
        with pytest.raises(Missing):
            ask("r1")


def test_undo_brings_back_what_was_deleted_together(kept: Store):
    before = kept.runs()
    kept.mark(["r0"], add_tags=["t"])
    first, second = kept.delete_runs(["r0", "r1"]), kept.delete_runs(["r2"])
    assert kept.undelete(first) == 2
    assert ids(kept) == ["r0", "r1", "r3"]
    assert kept.events("r0") == ((1.0, "event"),)
    assert row(kept, "r0").tags == ("t",)
    kept.undelete(second)
    kept.mark(["r0"], remove_tags=["t"])
    assert kept.runs() == before


def moved(store: Store, microseconds: int) -> None:
    """As if the clock had been set back, or forth, since something was deleted."""
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE runs SET deleted = deleted + {microseconds}")


def test_two_deletions_have_two_ways_back_also_when_the_clock_was_set_back(kept: Store):
    first = int(kept.delete_runs(["r0"])) + HOUR
    moved(kept, HOUR)
    assert int(kept.delete_runs(["r1"])) > first


@pytest.mark.parametrize("token", ["", "1", "-1", "nonsense", "9" * 40])
def test_a_way_back_that_nobody_gave_leads_nowhere(kept: Store, token):
    kept.delete_runs(["r1"])
    with pytest.raises(Missing):
        kept.undelete(token)


def test_a_way_back_holds_once(kept: Store):
    token = kept.delete_runs(["r1"])
    kept.undelete(token)
    with pytest.raises(Missing):
        kept.undelete(token)


def test_a_run_on_its_way_is_not_deleted_nor_what_was_chosen_with_it(kept: Store, a_run):
    kept.begin(a_run("alive"))
    with pytest.raises(StoreError, match="Stop what runs"):
        kept.delete_runs(["r1", "alive"])
    assert "r1" in ids(kept)


def test_what_is_gone_cannot_be_deleted_again(kept: Store):
    kept.delete_runs(["r1"])
    with pytest.raises(Missing):
        kept.delete_runs(["r1", "nowhere"])


def test_deletions_are_told_apart_the_latest_first(kept: Store):
    tokens = [kept.delete_runs(["r1", "r2"]), kept.delete_runs(["r0"])]
    assert [(one.token, one.runs) for one in kept.deletions()] == [(tokens[1], 1), (tokens[0], 2)]
    assert kept.deletions()[0].moment > kept.deletions()[1].moment


def test_another_owner_has_no_way_back(kept: Store):
    token = kept.delete_runs(["r1"])
    with pytest.raises(Missing):
        kept.undelete(token, owner="bob")
    assert kept.remove_deleted(owner="bob") == 0
    assert kept.undelete(token) == 1


def test_removing_for_good_leaves_nothing_to_bring_back(kept: Store):
    kept.mark(["r1"], add_tags=["t"])
    token = kept.delete_runs(["r1", "r2"])
    assert [(one.token, one.runs) for one in kept.deletions()] == [(token, 2)]
    assert kept.remove_deleted(timedelta(hours=1)) == 0
    assert kept.remove_deleted() == 2
    assert kept.deletions() == ()
    with pytest.raises(Missing):
        kept.undelete(token)


@pytest.mark.parametrize(
    "ask",
    [
        Store.deletions,
        lambda store: store.remove_deleted(),
        lambda store: store.spent(since=datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_deleted_runs_are_found_without_a_look_at_the_others(kept: Store, ask: Callable[[Store], object]):
    asked: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(kept._database._engine, "before_cursor_execute")
    def heard(_: object, __: object, statement: str, parameters: tuple[object, ...], *___: object) -> None:
        asked.append((statement, parameters))

    ask(kept)
    of_deleted = [one for one in asked if one[0].startswith("SELECT") and "runs.deleted IS NOT NULL" in one[0]]
    with kept._database.reading() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in of_deleted]
    assert plans
    assert all("runs_deleted" in str(plan) for plan in plans)


def test_removing_takes_what_was_typed_for_its_calls_along(kept: Store):
    for run_id in ("r1", "r2"):
        kept.set_setting(f"{TYPED}{run_id}", ["A" * 2_000])
    kept.delete_runs(["r1"])
    assert kept.setting(f"{TYPED}r1") == ["A" * 2_000]
    kept.remove_deleted()
    assert [kept.setting(f"{TYPED}{run_id}") for run_id in ("r1", "r2")] == [None, ["A" * 2_000]]


def test_removing_takes_body_events_and_tags_along(kept: Store):
    kept.mark(["r1"], add_tags=["t"])
    kept.delete_runs(["r1"])
    kept.remove_deleted()
    with kept._database.reading() as connection:
        for table, rows in (("runs", 3), ("bodies", 3), ("segments", 3), ("tags", 0)):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == rows


def test_a_start_a_day_later_removes_for_good(kept: Store, url: str):
    kept.delete_runs(["r1"])
    moved(kept, -23 * HOUR)
    with Store(url) as soon:
        assert len(soon.deletions()) == 1
    moved(kept, -2 * HOUR)
    with Store(url) as next_day:
        assert next_day.deletions() == ()


def test_a_session_with_its_chosen_attempt_deleted_shows_the_newest(kept: Store):
    kept.save(Session(id="s", title="T"))
    kept.delete_runs(["r3"])
    assert kept.attempts("s")["c"][-1].id == "r2"


def test_the_answer_of_a_run_that_comes_back_is_whole(store: Store, a_run):
    store.finish(a_run("r", outcome="complete", reply=Reply(text="Spring tide")))
    store.undelete(store.delete_runs(["r"]))
    assert store.run("r").reply.text == "Spring tide"
