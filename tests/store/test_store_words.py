"""Full-text search: what is found, what is no question at all, and that the index is what the runs are."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import true

from parley.money import Money
from parley.notebook import Run
from parley.reply import Reply
from parley.store import RunQuery, Store
from parley.store.words import LONGEST, stored_words, words_of

MakeRun = Callable[..., Run]


@pytest.fixture
def keep(store: Store, a_run: MakeRun) -> Callable[..., Run]:
    def kept(id: str, said: object, answer: str = "", **facts: object) -> Run:
        run = a_run(id, {"messages": [{"role": "user", "content": said}]}, **facts)
        store.begin(run)
        ended = run.model_copy(update={"outcome": "complete", "reply": Reply(text=answer)})
        store.finish(ended)
        return ended

    return kept


def found(store: Store, question: str, **filters: object) -> list[str]:
    return sorted(row.id for row in store.runs(RunQuery(search=question, **filters)))


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("tide", ["a", "b"]),
        ("TIDE", ["a", "b"]),
        ("tide boats", ["a"]),
        ('"high tide"', ["a"]),
        ("“high tide”", ["a"]),
        ("tid*", ["a", "b", "c"]),
        ("tide NOT boats", ["b"]),
        ("boats OR tidy", ["a", "c"]),
        ("answer:tide", ["b"]),
        ("brucke", ["c"]),
        ("nothing", []),
    ],
)
def test_words_phrases_and_beginnings_of_words_are_found(store, keep, question, ids):
    keep("a", "When is high tide?", "Ask the boats.")
    keep("b", "Which word rhymes with wide and high?", "The tide.")
    keep("c", "Be tidy.", "Die Brücke.")
    assert found(store, question) == ids


@pytest.mark.parametrize(
    ("question", "ids"),
    [("東京", ["a"]), ("京都", []), ("東京 タワー", ["a"]), ("模型", ["b"]), ("東*", ["a"]), ('"GPT模型"', ["b"])],
)
def test_words_are_found_where_no_space_stands_between_them(store, keep, question, ids):
    keep("a", "昨日、東京タワーへ行きました。")
    keep("b", "GPT模型是什么?", "都 and 京")
    assert found(store, question) == ids


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("C++", ["a"]),
        ("what's", ["a"]),
        ("a-b", ["b"]),
        ("foo:bar", ["b"]),
        ('"half a phrase', ["b"]),
        ("(phrase phr*", ["b"]),
    ],
)
def test_what_is_no_question_is_looked_for_as_it_stands(store, keep, question, ids):
    keep("a", "So what's C++ for?")
    keep("b", "a-b, foo: bar, and half a phrase(")
    assert found(store, question) == ids


@pytest.mark.parametrize(
    "question", ["*", "(((", "???", '"', "NOT", "AND OR", "\0", "\ud800", "x" * 10_000, "a " * 5_000, "NEAR("]
)
def test_no_question_is_refused(store, keep, question):
    keep("a", "When is high tide?")
    assert found(store, question) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30) | st.text('"*()^:+-{} aNOTRD,東', max_size=30))
def test_whatever_is_typed_is_answered(store, question):
    assert isinstance(found(store, question), list)


@pytest.mark.parametrize(
    "question", ["deadbeef" * 10_000, "word " * 20_000, "a*" * 10_000, '"' * 20_001, "a OR " * 5_000]
)
def test_a_long_question_is_answered_at_once(store, keep, question):
    keep("a", "When is high tide?")
    begun = time.thread_time()
    assert found(store, question) == []
    assert time.thread_time() - begun < 1


def test_a_long_text_is_found_by_its_beginning(store, keep):
    said = " ".join(f"word{number}" for number in range(3_000))
    keep("a", said)
    assert found(store, said) == found(store, f'"{said}"') == ["a"]
    assert found(store, f"nothing {said}") == []
    few = " ".join(said.split()[:40])
    for question in (f'"{said} nothing"', f"{few} nothing"):
        assert found(store, question) == ["a"]


def test_blank_space_is_no_filter(store, keep):
    keep("a", "When is high tide?")
    assert found(store, "  ") == ["a"]


def test_the_last_prompt_is_found_not_those_before_it(store, a_run):
    said = [{"role": "user", "content": "first"}, {"role": "assistant", "content": "hm"}]
    parts = [{"type": "text", "text": "second"}, {"type": "image_url", "image_url": {"url": "third"}}]
    store.begin(
        a_run("a", {"messages": [*said, {"role": "user", "content": parts}, {"role": "tool", "content": "fourth"}]})
    )
    assert [found(store, word) for word in ("first", "second", "third", "fourth")] == [[], ["a"], [], ["a"]]


def test_a_prompt_is_found_at_once_and_its_answer_when_it_has_ended(store, a_run):
    run = a_run("a", outcome="running")
    store.begin(run)
    store.journal("a", Reply(text="The tide"))
    assert (found(store, "hello"), found(store, "tide")) == (["a"], [])
    store.finish(run.model_copy(update={"outcome": "stopped", "reply": Reply(text="The tide turns")}))
    assert (found(store, "hello turns"), found(store, "tide")) == (["a"], ["a"])


def test_what_a_second_end_says_takes_the_place_of_the_first(store, keep):
    run = keep("a", "Hello", "first words")
    store.finish(run.model_copy(update={"reply": Reply(text="other words")}))
    assert (found(store, "first"), found(store, "other words hello")) == ([], ["a"])


def test_writing_in_mid_answer_leaves_the_index_alone(url, store, a_run):
    store.begin(a_run("a", outcome="running"))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
        before = other.execute("SELECT count(*), total(length(block)) FROM words_data").fetchone()
        store.journal("a", Reply(text="many new words"))
        assert other.execute("SELECT count(*), total(length(block)) FROM words_data").fetchone() == before


def test_the_answer_of_a_process_that_died_is_found(url, a_run):
    with Store(url) as store:
        store.begin(a_run("a", outcome="running"))
        store.journal("a", Reply(text="The tide"))
    with Store(url) as store:
        assert (found(store, "tide"), found(store, "hello tide")) == (["a"], ["a"])


def test_a_deleted_run_is_not_found_comes_back_and_leaves_no_word_behind(url, store, keep):
    keep("a", "When is high tide?", "Never.")
    token = store.delete_runs(["a"])
    assert found(store, "tide") == []
    store.undelete(token)
    assert found(store, "tide") == ["a"]
    store.delete_runs(["a"])
    store.remove_deleted()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
        assert other.execute("SELECT rowid FROM words WHERE words MATCH 'tide OR never'").fetchall() == []


def test_nobody_finds_what_belongs_to_another(store, a_run):
    store.begin(a_run("a"), owner="ada")
    assert [len(store.runs(RunQuery(search="hello"), owner=owner)) for owner in ("ada", "", "eve")] == [1, 0, 0]


def test_the_end_of_a_very_long_text_is_not_indexed(store, keep):
    keep("a", "first " + "x " * LONGEST + "last")
    assert (found(store, "first"), found(store, "last")) == (["a"], [])


GOLDEN = [
    ("When is\nhigh tide?", "", "Never.", ("When is\nhigh tide?", "Never.")),
    ("昨日、tower", "", "ＧＰＴ模型", (" 昨  日 、tower", "ＧＰＴ 模  型 ")),
    ("a\0b", "", "\ud83d\ude00 \ud800", ("a b", "😀 \ufffd")),
    ([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}], "Once ", "upon", ("one\ntwo", "Once upon")),
    ("x", "\ud83d", "\ude00", ("x", "\ufffd\ufffd")),
]


@pytest.mark.parametrize(("said", "prefill", "answer", "words"), GOLDEN)
def test_words_are_spelled_as_they_ever_were(keep, said, prefill, answer, words):
    """Rows were indexed so: spelled otherwise they could not be taken out any more. A change needs a migration."""
    assert words_of(keep("a", said, answer, prefill=prefill)) == words


LONG = "x " * (LONGEST // 2 - 1)


@pytest.mark.parametrize(
    ("said", "prefill", "answer"),
    [
        *(case[:3] for case in GOLDEN),
        (LONG + "x\ud83d\ude00 end", "", ""),
        ("", "\ud83d", LONG + "\ude00 \ud83d\ude00"),
    ],
)
def test_what_was_put_in_is_what_is_taken_out(store, keep, said, prefill, answer):
    run = keep("a", said, answer, prefill=prefill)
    with store._database.reading() as connection:
        ((_, taken_out),) = stored_words(connection, true())
    assert taken_out == words_of(run)


def test_runs_of_an_older_schema_are_found(url: str, tmp_path: Path, a_run, monkeypatch):
    with Store(url) as store:
        run = a_run("a")
        store.begin(run)
        known = {"reply": Reply(text="The tide"), "money": Money(reported=Decimal(1), upstream=Decimal("0.25"))}
        store.finish(run.model_copy(update={"outcome": "complete", **known}))
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("DROP TABLE words")
        for name in ("tags", "leftovers", "removed_costs", "awaited_costs", "session_words", "inherited_runs"):
            old.execute(f"DROP TABLE {name}")
        for name in old.execute(
            "SELECT name FROM sqlite_schema WHERE name IN ('runs_deleted', 'sessions_by_title', 'runs_by_prompt', 'runs_adopted')"
        ).fetchall():
            old.execute(f"DROP INDEX {name[0]}")
        for name in ("starred", "rating", "comment", "worst_pico", "upstream", "adopted"):
            old.execute(f"DROP INDEX IF EXISTS runs_by_{name}")
            old.execute(f"ALTER TABLE runs DROP COLUMN {name}")
        old.execute("ALTER TABLE versions DROP COLUMN tooling")
        old.execute("DELETE FROM migrations WHERE number >= 4")
        old.execute("PRAGMA user_version = 3")
    with Store(url) as store:
        assert found(store, "hello tide") == ["a"]
        assert store.run("a").reply.text == "The tide"
        assert store.row("a").upstream == Decimal("0.25")
