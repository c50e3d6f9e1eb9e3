"""What several processes, and their deaths, may do to the store."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from parley.errors import Conflict
from parley.notebook import Session, edits
from parley.reply import Reply
from parley.store import Store
from parley.store.processes import SILENT_FOR, is_alive, this_process
from parley.store.schema import live, runs

ROOT = Path(__file__).parents[2]
RUNS = """
import sys
from datetime import UTC, datetime
from parley.notebook import Run
from parley.reply import Reply
from parley.request import ChatRequest
from parley.store import Store

store = Store(sys.argv[1])
def run(id):
    body = {"model": "m", "messages": [{"role": "user", "content": id * 50}]}
    return Run(id=id, request=ChatRequest.parse(body), created=datetime.now(UTC))
def say(word):
    print(word, flush=True)
"""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(url: str) -> Iterator[Start]:
    """Starts a Python process that has `store`, `run(id)` and `say(word)`; ends it after the test."""
    children: list[subprocess.Popen[str]] = []

    def started(script: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", RUNS + script, url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        return child

    yield started
    for child in children:
        child.kill()
        child.communicate()


def kill(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGKILL)
    child.wait()


def test_runs_of_a_killed_process_are_interrupted_and_keep_their_text(url, start: Start):
    child = start(
        "store.begin(run('a')); store.begin(run('b'))\n"
        "store.journal('b', Reply(text='so far'), [(1, 'x')]); say('ok'); input()"
    )
    assert child.stdout.readline() == "ok\n"
    kill(child)
    with Store(url) as store:
        assert [(store.run(id).outcome, store.run(id).reply.text) for id in "ab"] == [
            ("interrupted", ""),
            ("interrupted", "so far"),
        ]
        assert store.events("b") == ((1, "x"),)
        assert store.run("a").request.payload()["messages"][0]["content"] == "a" * 50


def test_runs_of_a_live_process_are_left_alone(url, start: Start):
    child = start("store.begin(run('a')); say('ok'); input(); store.journal('a', Reply(text='more')); say('ok')")
    child.stdout.readline()
    with Store(url) as store:
        assert store.interrupt_orphans() == 0
        assert store.run("a").outcome == "queued"
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline() == "ok\n"
        assert store.run("a").reply.text == "more"


def test_runs_of_another_open_store_of_this_process_are_left_alone(store: Store, url, a_run):
    store.begin(a_run())
    with Store(url) as other:
        assert other.run("r1").outcome == "queued"


def test_the_search_for_orphans_reads_only_runs_that_are_under_way(store: Store):
    query = select(runs.c.process).where(live).compile(dialect=sqlite.dialect())
    with store._database.reading() as connection:
        (step,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")
    assert "runs_live" in str(step)


def test_a_run_whose_store_was_closed_is_interrupted(url, a_run):
    with Store(url) as store:
        store.begin(a_run())
    with Store(url) as store:
        assert store.run("r1").outcome == "interrupted"


def test_the_true_end_of_a_run_replaces_interrupted(store: Store, url, a_run):
    with Store(url) as other:
        other.begin(a_run())
    store.interrupt_orphans()
    store.finish(a_run(outcome="complete", reply=Reply(text="all")))
    assert (store.run("r1").outcome, store.run("r1").reply.text) == ("complete", "all")


def test_a_process_is_known_by_more_than_its_number():
    me = this_process(now=0)
    assert is_alive(me, now=10 * SILENT_FOR)
    assert not is_alive(me._replace(started=me.started - 60), now=0)
    assert not is_alive(me._replace(boot="another"), now=0)
    assert not is_alive(me._replace(pid=2**22 + 1), now=0)


def test_a_process_elsewhere_counts_as_dead_only_after_a_long_silence():
    other = this_process(now=0)._replace(host="elsewhere", pid=1)
    assert is_alive(other, now=SILENT_FOR - 1)
    assert not is_alive(other, now=SILENT_FOR)


@pytest.mark.parametrize("seed", range(10))
def test_killed_in_a_commit_what_was_acknowledged_is_there(url, start: Start, tmp_path: Path, seed):
    child = start(
        "for n in range(10**6):\n"
        "    store.begin(run(f'r{n}')); say(f'r{n} queued')\n"
        "    store.journal(f'r{n}', Reply(text='x' * n), [(n, 'raw' * 99)]); say(f'r{n} running')\n"
        "    store.finish(run(f'r{n}').model_copy(update={'outcome': 'complete'})); say(f'r{n} complete')\n"
    )
    acked = [child.stdout.readline().split() for _ in range(Random(seed).randrange(1, 60))]
    kill(child)
    acked += [line.split() for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    with Store(url) as store:
        order = ["queued", "running", "interrupted", "complete"]
        for id, outcome in acked:
            assert order.index(store.run(id).outcome) >= order.index(outcome)
            assert len(store.events(id)) == (1 if outcome != "queued" else len(store.events(id)))
        assert len(store.runs().rows) <= len({id for id, _ in acked}) + 1
    with closing(sqlite3.connect(tmp_path / "home/parley.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_many_writers_at_once_lose_nothing(store: Store, start: Start, a_run):
    children = [start(f"for n in range(60): store.begin(run(f'p{number}-{{n}}'))\nsay('ok')") for number in range(2)]
    threads = [
        threading.Thread(target=lambda t=t: [store.begin(a_run(f"t{t}-{n}")) for n in range(40)]) for t in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [child.stdout.readline() for child in children] == ["ok\n", "ok\n"]
    assert store.runs().totals.runs == 2 * 60 + 4 * 40


def test_many_processes_may_make_the_database_at_once(url, start: Start):
    children = [start(f"store.begin(run('p{number}')); say('ok')") for number in range(4)]
    assert [child.stdout.readline() for child in children] == ["ok\n"] * 4
    with Store(url) as store:
        assert store.runs().totals.runs == 4


def test_of_writers_of_one_session_one_wins_each_version(store: Store):
    session = store.save(Session(id="s"))
    won: list[int] = []

    def write(number: int) -> None:
        with suppress(Conflict):
            won.append(store.save(edits.with_title(session, f"title {number}")).version)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [2]


def test_the_store_is_closed_for_good_measure(url):
    with Store(url):
        pass
    assert sorted(os.listdir(Path(url.removeprefix("sqlite:///")).parent)) == ["parley.db", "parley.db-reserve"]
