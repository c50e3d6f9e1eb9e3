"""The words of prompts and answers, to be searched: written when a run begins and ends, never while its answer grows.

In SQLite they stand in a full-text index that holds no texts of its own, so what is to be taken out of it must be said to
it once more, to the letter: whoever changes how words are spelled here needs a migration that makes the index anew, or what is
removed later stays in it. Other databases hold the texts in a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, column, exc, literal_column, or_, select, table, text, true

from parley.notebook import LIVE, Run
from parley.store.documents import clean
from parley.store.part import AnyRow, get
from parley.store.rows import UNREADABLE
from parley.store.schema import bodies, runs

words = table("words", column("rowid"), column("prompt"), column("answer"))
LONGEST = 2**18
"""Characters of a prompt, and of an answer, that are indexed."""
AT_ONCE = 100
_MOST_TERMS = 40
_MOST_ASKED = 1_000
"""Characters of a question: a long text is found by its beginning."""
_TERMS = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that put no space between words: every character counts as a word, and a word as a phrase."""
_CHARACTER = re.compile(f"([{_UNSPACED}])")
_QUOTED_OR_WORD = re.compile(r'"[^"]*"|[^\s"()*:^+{}-]+')
_WORD = re.compile(r"\w+")
_DELETE = text("INSERT INTO words (words, rowid, prompt, answer) VALUES ('delete', :rowid, :prompt, :answer)")
_INSERT = text("INSERT INTO words (rowid, prompt, answer) VALUES (:rowid, :prompt, :answer)")
_DELETE_TEXT = text("DELETE FROM words WHERE rowid = :rowid")


class Words(NamedTuple):
    """What of a run can be searched."""

    prompt: str
    answer: str = ""


def words_of(run: Run) -> Words:
    """The last user message and what follows it; once the run has ended, its answer, too."""
    answer = () if run.live else (clean(run.prefill) + clean(run.reply.text), run.reply.refusal)
    return _words(run.request.payload().get("messages"), answer)


def stored_words(connection: Connection, which: ColumnElement[bool]) -> Iterator[tuple[int, Words]]:
    """The sequences of runs, in order, with what was indexed of each."""
    documents = (bodies.c.messages, bodies.c.reply, bodies.c.rest)
    columns = (runs.c.sequence, runs.c.owner, runs.c.outcome, *documents)
    joined = select(*columns).join_from(runs, bodies, bodies.c.run == runs.c.sequence)
    for row in connection.execute(joined.where(which).order_by(runs.c.sequence).limit(AT_ONCE)):
        yield row.sequence, _read(connection, row)


def _read(connection: Connection, row: AnyRow) -> Words:
    """Nothing of a run that is damaged: it is no reason not to start, and it can still be removed."""
    try:
        messages, reply, rest = (get(connection, row.owner, body) for body in (row.messages, row.reply, row.rest))
        answer = () if row.outcome in LIVE else (rest.get("prefill", "") + reply.get("text", ""), reply.get("refusal"))
        return _words(messages, answer)
    except UNREADABLE:
        return Words("")


def answer_ended(connection: Connection, sequence: int) -> None:
    """Index what came of an answer whose process died."""
    for _, said in stored_words(connection, runs.c.sequence == sequence):
        replace(connection, sequence, said._replace(answer=""), said)


def fill(connection: Connection) -> None:
    """Index all that was stored before there was an index."""
    for sequence, said in _every(connection, true()):
        add(connection, sequence, said)


def forget(connection: Connection, which: ColumnElement[bool]) -> None:
    """Take out of the index what is about to be removed."""
    for sequence, said in _every(connection, which):
        remove(connection, sequence, said)


def _every(connection: Connection, which: ColumnElement[bool]) -> Iterator[tuple[int, Words]]:
    last = 0
    while some := list(stored_words(connection, and_(which, runs.c.sequence > last))):
        yield from some
        last = some[-1][0]


def add(connection: Connection, sequence: int, said: Words) -> None:
    connection.execute(_INSERT, {"rowid": sequence, **said._asdict()})


def remove(connection: Connection, sequence: int, said: Words) -> None:
    """Take out what was put in with just these words."""
    if connection.dialect.name == "sqlite":
        connection.execute(_DELETE, {"rowid": sequence, **said._asdict()})
    else:
        connection.execute(_DELETE_TEXT, {"rowid": sequence})


def replace(connection: Connection, sequence: int, before: Words, after: Words) -> None:
    if before != after:
        remove(connection, sequence, before)
        add(connection, sequence, after)


def matching(question: str, connection: Connection) -> ColumnElement[bool]:
    """The condition that a row of `words` answers the question."""
    asked = _beginning(clean(question).replace("\0", " ").translate(_QUOTES).strip())
    if connection.dialect.name != "sqlite":
        return _holding(asked)
    whole = _match(_QUOTED_OR_WORD.sub(_as_phrase, asked))
    few = len(_WORD.findall(asked)) <= _MOST_TERMS
    return whole if few and _understood(connection, whole) else _match(_literal(asked))


def _beginning(question: str) -> str:
    """As much of it as is asked, to the end of a word."""
    return question if len(question) <= _MOST_ASKED else question[:_MOST_ASKED].rsplit(None, 1)[0]


def _as_phrase(found: re.Match[str]) -> str:
    """What is quoted, or a word in a script whose every character is a word, as a phrase; other words as they stand."""
    said = found[0]
    return f'"{said.strip(chr(34))}"' if said.startswith('"') or _CHARACTER.search(said) else said


def _match(question: str) -> ColumnElement[bool]:
    return literal_column("words").op("MATCH", is_comparison=True)(_spaced(question))


def _understood(connection: Connection, condition: ColumnElement[bool]) -> bool:
    try:
        connection.execute(select(words.c.rowid).where(condition).limit(1)).first()
    except exc.OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) != 1:
            raise
        return False
    return True


def _literal(question: str) -> str:
    """Every word, beginning of a word and phrase as it stands, all of them wanted."""
    return " ".join(f'"{term.rstrip("*")}"{"*" * term.endswith("*")}' for term in terms(question)) or '""'


def _holding(question: str) -> ColumnElement[bool]:
    """Where there is no full-text index: every word or phrase, wherever in a word it stands."""
    wanted = [term.rstrip("*") for term in terms(question)]
    texts = (words.c.prompt, words.c.answer)
    return and_(*(or_(*(said.icontains(term, autoescape=True) for said in texts)) for term in wanted))


def terms(question: str) -> list[str]:
    """Its words, and its "phrases" without their quotes."""
    found = (phrase or word for phrase, word in _TERMS.findall(question.translate(_QUOTES)))
    return [term for term in found if term][:_MOST_TERMS]


def _last_said(messages: Any) -> str:
    said = messages if isinstance(messages, list) else []
    asked = [place for place, message in enumerate(said) if _role(message) == "user"]
    return "\n".join(part for message in said[asked[-1] if asked else 0 :] for part in _texts(message))


def _role(message: Any) -> Any:
    return message.get("role") if isinstance(message, dict) else None


def _texts(message: Any) -> Iterator[str]:
    content = message.get("content") if isinstance(message, dict) else None
    for part in content if isinstance(content, list) else [{"text": content}]:
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield part["text"]


def _words(messages: Any, answer: Iterable[str | None]) -> Words:
    return Words(_indexed(_last_said(messages)), _indexed("\n".join(filter(None, answer))))


def _indexed(said: str) -> str:
    return _spaced(clean(said)[:LONGEST].replace("\0", " "))


def _spaced(said: str) -> str:
    return said if said.isascii() else _CHARACTER.sub(r" \1 ", said)
