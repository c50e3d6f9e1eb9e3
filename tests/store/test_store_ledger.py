import base64
import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from parley.errors import StoreError
from parley.money import Money
from parley.notebook import Session, Timings
from parley.reply import Reply, Usage
from parley.store import RunQuery, Store

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def ledger(a_run) -> Iterator[Store]:
    """Forty runs; every fourth without a cost, every fifth failed, times and costs in no order."""
    store = Store("sqlite://")
    for number in range(40):
        cost = None if number % 4 == 0 else Decimal(number * 37 % 40) / 10**6
        model = f"vendor/m{number % 3}"
        run = a_run(
            f"r{number:02}",
            {"model": model, "messages": [{"role": "user", "content": f"Question {number}"}]},
            created=START + timedelta(hours=number),
            connection="local" if number % 2 else "openrouter",
            session_id=f"s{number % 4}",
        )
        store.begin(run)
        ended = {
            "reply": Reply(
                model=f"{model}-x", provider=None if number % 7 == 0 else "P", usage=Usage(prompt_tokens=number)
            ),
            "outcome": "complete" if number % 5 else "failed",
            "money": Money(reported=cost),
            "timings": Timings(total_ms=None if number % 6 == 0 else number * 17 % 40),
        }
        store.finish(run.model_copy(update=ended))
    yield store
    store.close()


def ids(store: Store, **filters) -> list[str]:
    return [row.id for row in store.runs(RunQuery(**filters)).rows]


def test_the_newest_run_comes_first(ledger: Store):
    assert ids(ledger) == [f"r{number:02}" for number in reversed(range(40))]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(
    "sort", ["sequence", "created", "model", "provider", "outcome", "cost", "total_ms", "prompt_tokens"]
)
def test_pages_put_together_are_the_whole_in_order(ledger: Store, sort, descending):
    paged, after = [], None
    while True:
        page = ledger.runs(RunQuery(sort=sort, descending=descending, after=after, limit=7, totals=False))
        paged += page.rows
        after = page.next
        if after is None:
            break
    assert [row.id for row in paged] == ids(ledger, sort=sort, descending=descending)
    assert len({row.id for row in paged}) == 40
    keys = [getattr(row, sort) for row in paged]
    known = [key for key in keys if key is not None]
    assert keys == sorted(known, reverse=descending) + [None] * (40 - len(known))


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"model": "vendor/m1"}, lambda n: n % 3 == 1),
        ({"model": ("vendor/m1-x", "vendor/m2")}, lambda n: n % 3 > 0),
        ({"outcome": "failed"}, lambda n: n % 5 == 0),
        ({"provider": "P"}, lambda n: n % 7),
        ({"connection": "local", "session": "s1"}, lambda n: n % 4 == 1),
        ({"since": START + timedelta(hours=10)}, lambda n: n >= 10),
        ({"until": (START + timedelta(hours=10)).replace(tzinfo=None)}, lambda n: n < 10),
    ],
)
def test_filters_agree_with_the_rows(ledger: Store, filters, kept):
    assert ids(ledger, **filters) == [f"r{n:02}" for n in reversed(range(40)) if kept(n)]
    assert ledger.runs(RunQuery(**filters, limit=1)).totals.runs == sum(bool(kept(n)) for n in range(40))


def test_totals_follow_the_filter_and_unknown_is_not_zero(ledger: Store):
    totals = ledger.runs(RunQuery(connection="openrouter", limit=1)).totals
    costs = [n * 37 % 40 for n in range(0, 40, 2) if n % 4]
    assert totals.cost == Decimal(sum(costs)) / 10**6
    assert (totals.runs, totals.cost_unknown, totals.prompt_tokens) == (20, 10, sum(range(0, 40, 2)))


def test_choices_for_filters_do_not_shrink_with_the_filter(ledger: Store):
    totals = ledger.runs(RunQuery(outcome="failed")).totals
    assert totals.outcomes == ("complete", "failed")
    assert totals.models == tuple(sorted(f"vendor/m{n}{x}" for n in range(3) for x in ("", "-x")))


def test_costs_are_exact_and_large_ones_do_not_overflow(store: Store, a_run):
    for number, cost in enumerate(["999999999.5", "0.000000000001", "0.00000000000000000001"]):
        store.finish(a_run(f"r{number}", money=Money(reported=Decimal(cost)), outcome="complete"))
    for number in range(3, 15):
        store.finish(a_run(f"r{number}", money=Money(reported=Decimal(900_000)), outcome="complete"))
    page = store.runs(RunQuery(descending=False))
    assert [row.cost for row in page.rows][:3] == [
        Decimal("999999999.5"),
        Decimal("0.000000000001"),
        Decimal("0.00000000000000000001"),
    ]
    assert page.totals.cost == 1_000_000 + 12 * 900_000 + Decimal("0.000000000001")


def test_a_row_names_its_session(store: Store, a_run):
    store.save(Session(id="s", title="Trip to Rome"))
    store.begin(a_run(session_id="s"))
    assert store.runs().rows[0].session_title == "Trip to Rome"


def test_a_row_shows_the_beginning_of_the_last_prompt(store: Store, a_run):
    content = [
        {"type": "text", "text": "Look \n at  this " + "x" * 300},
        {"type": "image_url", "image_url": {"url": "u"}},
    ]
    store.begin(a_run(body={"messages": [{"role": "user", "content": content}, {"role": "assistant", "content": "!"}]}))
    assert store.runs().rows[0].prompt.startswith("Look at this xxx")


def by_hand(*place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


HUGE = 10**40


@pytest.mark.parametrize(
    "after",
    [
        *("nonsense", "W10=", "é", "' OR 1=1 --"),
        *(by_hand("sequence", True, 1, HUGE), by_hand("sequence", True, HUGE, 1), by_hand("sequence", True, 1, True)),
        *(
            by_hand("sequence", True, "one", 1),
            by_hand("sequence", True, float("nan"), 1),
            by_hand("sequence", True, [1], 1),
        ),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(ledger: Store, after):
    with pytest.raises(StoreError, match="first page"):
        ledger.runs(RunQuery(after=after))


@pytest.mark.parametrize("value", [1, 1.5, HUGE, -HUGE, float("inf"), True, ["x"], {"there": True}, {"there": 2}])
@pytest.mark.parametrize("sort", ["model", "cost", "total_ms", "prompt", "session", "tags"])
def test_a_place_that_was_made_up_is_a_place_or_refused(ledger: Store, sort: str, value: object):
    with contextlib.suppress(StoreError):
        ledger.runs(RunQuery(sort=sort, after=by_hand(sort, True, value, 7)))


def test_a_cursor_of_another_order_is_refused(ledger: Store):
    page = ledger.runs(RunQuery(sort="cost", limit=3))
    with pytest.raises(StoreError, match="first page"):
        ledger.runs(RunQuery(sort="model", after=page.next))


@pytest.mark.parametrize("hostile", ["' OR '1'='1", '"; DROP TABLE runs; --', "%", "_", "\0", "\ud800", "x" * 10_000])
def test_hostile_filters_find_nothing_and_break_nothing(ledger: Store, hostile):
    for name in ("model", "outcome", "provider", "connection", "session"):
        assert ids(ledger, **{name: hostile}) == []
    assert len(ids(ledger)) == 40


@pytest.mark.parametrize(
    "sort", ["sequence", "model", "outcome", "cost", "first_token_ms", "total_ms", "created", "prompt"]
)
def test_sorting_walks_an_index(store: Store, sort):
    column = {"cost": "cost_pico"}.get(sort, sort)
    kept = "FROM runs WHERE owner = '' AND deleted IS NULL"
    plan = f"EXPLAIN QUERY PLAN SELECT id {kept} ORDER BY {column} DESC, sequence DESC"
    with store._database.reading() as connection:
        steps = " ".join(str(row) for row in connection.exec_driver_sql(plan))
    assert f"runs_by_{column}" in steps
    assert "TEMP B-TREE" not in steps


def test_totals_of_everything_are_read_from_one_index(store: Store):
    sums = "SELECT count(*), sum(cost_pico), sum(prompt_tokens) FROM runs WHERE owner = '' AND deleted IS NULL"
    plan = f"EXPLAIN QUERY PLAN {sums}"
    with store._database.reading() as connection:
        (step,) = connection.exec_driver_sql(plan)
    assert "COVERING INDEX runs_by_cost_pico" in str(step)


def test_sums_of_tokens_do_not_overflow(store: Store, a_run):
    for number, tokens in enumerate([2**63 - 1, 2**63 - 1, 10**12, 10**12]):
        store.finish(a_run(f"r{number}", outcome="complete", reply=Reply(usage=Usage(prompt_tokens=tokens))))
    assert [row.prompt_tokens for row in store.runs(RunQuery(descending=False))] == [None, None, 10**12, 10**12]
    assert store.totals().prompt_tokens == sum(point.prompt_tokens for point in store.series()) == 2 * 10**12


@pytest.fixture
def wordy(store: Store, a_run) -> Store:
    """Six runs whose prompts and comments are too long for an address."""
    for letter in "abcdef":
        store.finish(a_run(letter, {"messages": [{"role": "user", "content": letter * 150}]}, outcome="complete"))
        store.mark([letter], comment=letter * 150)
    return store


@pytest.mark.parametrize("sort", ["prompt", "comment"])
def test_the_page_after_a_long_text_goes_on_there(wordy: Store, sort):
    after = wordy.runs(RunQuery(sort=sort, descending=False, limit=3)).next
    wordy.delete_runs(["c"])
    assert ids(wordy, sort=sort, descending=False, after=after) == ["d", "e", "f"]


def test_where_a_long_text_is_gone_no_row_is_lost_unsaid(wordy: Store):
    after = {sort: wordy.runs(RunQuery(sort=sort, descending=False, limit=3)).next for sort in ("prompt", "comment")}
    wordy.mark(["c"], comment="")
    with pytest.raises(StoreError, match="first page"):
        ids(wordy, sort="comment", descending=False, after=after["comment"])
    wordy.delete_runs(["c"])
    wordy.remove_deleted()
    with pytest.raises(StoreError, match="first page"):
        ids(wordy, sort="prompt", descending=False, after=after["prompt"])
