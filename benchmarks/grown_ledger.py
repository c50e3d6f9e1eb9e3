"""A ledger as it is after years: any number of runs of realistic sizes, written in bulk into the store's own tables.

What is written is what the store would have written: a few hundred different runs go through its own functions, and each
row is one of them with a prompt, a time, a cost and an answer's speed of its own. Sizes follow what people send: a prompt of
some 60 words, an answer of some 200, streamed in as many events.
"""

from __future__ import annotations

import contextlib
import json
import math
import random
import sqlite3
import sys
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from parley import ChatRequest, Reply, Run, Store
from parley.money import Money
from parley.notebook import Failure, Outcome, Timings
from parley.reply import Usage
from parley.store.documents import Document, encoded, pack_list, squeezed
from parley.store.rows import answered, asked, paid, reply_document, rest_of
from parley.store.words import words_of

NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
YEARS = 3
RARE_EVERY = 1_000
"""One run in so many has the rare word in its prompt."""
RARE, COMMON = "zanzibar", "tide"
"""The common one stands in every third run or so."""
_MOULDS = 600
_AT_ONCE = 10_000
_VOCABULARY = 20_000
_SESSIONS_OF = 25
_SEED = 7
_OUTCOMES: dict[Outcome, int] = {"complete": 90, "failed": 5, "stopped": 3, "truncated": 1, "interrupted": 1}
_MODELS = 24
_PROVIDERS = ("Anthropic", "OpenAI", "Google", "DeepInfra", "Together", "Fireworks", "Groq", "Mistral", "Novita")


class Mould(NamedTuple):
    """What rows that are alike have in common."""

    columns: dict[str, Any]
    request: bytes
    reply: bytes
    rest: bytes
    prompt: str
    answer: str
    events: bytes
    blobs: tuple[tuple[str, int, bytes], ...]


def grow(path: Path, runs: int) -> None:
    """A new database at this place with so many runs."""
    chance = random.Random(_SEED)
    moulds = [_mould(chance, number) for number in range(_MOULDS)]
    Store(f"sqlite:///{path.as_posix()}").close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as file:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            file.execute(f"PRAGMA {pragma}")
        with _without_indexes(file):
            for start in range(0, runs, _AT_ONCE):
                _write(file, chance, moulds, range(start + 1, min(start + _AT_ONCE, runs) + 1), runs)
                print(f"{min(start + _AT_ONCE, runs):,} of {runs:,} runs", end="\r", file=sys.stderr)
        file.execute("PRAGMA journal_mode = WAL")
    print(file=sys.stderr)


@contextlib.contextmanager
def _without_indexes(file: sqlite3.Connection) -> Iterator[None]:
    """An index is made faster of all rows at once than of one after the other."""
    kept = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'runs' AND sql IS NOT NULL"
    indexes = file.execute(kept).fetchall()
    for name, _ in indexes:
        file.execute(f"DROP INDEX {name}")
    yield
    for _, made in indexes:
        file.execute(made)


def _write(file: sqlite3.Connection, chance: random.Random, moulds: Sequence[Mould], numbers: range, all_: int) -> None:
    tables = ("runs", "bodies", "segments", "blobs", "words", "sessions", "versions")
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
    for number in numbers:
        mould = moulds[min(int(chance.expovariate(1 / 150)), _MOULDS - 1)]
        said = f"{mould.prompt} Case {number}.{' ' + RARE if number % RARE_EVERY == 0 else ''}"
        message = encoded({"role": "user", "content": said})
        messages = pack_list([json.loads(message)])
        rows["runs"].append(_row(chance, mould, number, all_, said))
        rows["bodies"].append(
            {"run": number, "owner": "", "messages": squeezed(messages.body)}
            | {"request": mould.request, "reply": mould.reply, "rest": mould.rest}
        )
        events = {"run": number, "number": 1, "owner": "", "events": 200, "truncated": 0, "body": mould.events}
        rows["segments"].append(events)
        rows["blobs"] += [_blob(*one) for one in (*_blobs_of(messages), *mould.blobs)]
        rows["words"].append({"rowid": number, "prompt": said, "answer": mould.answer})
        if number % _SESSIONS_OF == 0:
            session = {"owner": "", "created": rows["runs"][-1]["created"], "title": said[: said.find(" ", 40)]}
            rows["sessions"].append(session | _session(number // _SESSIONS_OF, rows["runs"][-1]["created"]))
            rows["versions"].append(session | _version(number // _SESSIONS_OF))
    file.execute("BEGIN")
    for table, of_table in rows.items():
        if not of_table:
            continue
        names = list(of_table[0])
        places = ", ".join(f":{name}" for name in names)
        file.executemany(f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})", of_table)
    file.execute("COMMIT")


def _row(chance: random.Random, mould: Mould, number: int, all_: int, said: str) -> dict[str, Any]:
    """Runs come in bursts, their times and costs vary as they do: a few are far from the rest."""
    age = timedelta(days=365 * YEARS) * (1 - number / all_) + timedelta(seconds=chance.uniform(0, 60))
    pace, columns = chance.lognormvariate(0, 0.5), dict(mould.columns)
    for name in ("first_token_ms", "total_ms", "tokens_per_second"):
        if columns[name] is not None:
            columns[name] = round(columns[name] * (1 / pace if name == "tokens_per_second" else pace), 3)
    if columns["cost_pico"] is not None:
        cost = (Decimal(columns["cost"]) * Decimal(str(round(chance.uniform(0.5, 2), 4)))).quantize(Decimal("1e-8"))
        columns |= {"cost": str(cost), "cost_pico": int(cost * 10**12)}
    return columns | {
        "sequence": number,
        "id": uuid.UUID(int=chance.getrandbits(128)).hex,
        "session_id": f"s{number // _SESSIONS_OF}",
        "cell_id": f"c{number}",
        "created": (NEWEST - age - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1),
        "generation_id": f"gen-{number}",
        "prompt": said[:200],
    }


def _session(number: int, changed: int) -> dict[str, Any]:
    return {"id": f"s{number}", "head": 1, "latest": 1, "changed": changed, "draft": squeezed(b'""'), "cells": 0}


def _version(number: int) -> dict[str, Any]:
    documents = {"settings": squeezed(b"{}"), "cells": squeezed(b"[]")}
    return {"session_id": f"s{number}", "number": 1, "previous": 0, **documents}


def _mould(chance: random.Random, number: int) -> Mould:
    run = _run(chance, number)
    request, said = asked(run), words_of(run)
    reply, rest = reply_document(run.reply), rest_of(run)
    columns = {
        **request.columns,
        **answered(run.reply, run.timings, request.columns["model_asked"]),
        **paid(run.money),
        "owner": "",
        "revision": 3,
        "outcome": run.outcome,
        "failure_kind": run.failure.kind if run.failure else None,
    }
    events = [[float(ms), _event(run, word)] for ms, word in enumerate(said.answer.split())]
    blobs = tuple(blob for one in (request.settings, reply, rest) for blob in _blobs_of(one))
    asked_, replied, more = (squeezed(one.body) for one in (request.settings, reply, rest))
    written = squeezed(json.dumps(events).encode())
    return Mould(columns, asked_, replied, more, said.prompt, said.answer, written, blobs)


def _run(chance: random.Random, number: int) -> Run:
    (outcome,) = chance.choices(list(_OUTCOMES), list(_OUTCOMES.values()))
    which = int(chance.expovariate(1 / 5)) % _MODELS
    model = f"vendor-{which % 7}/model-{which}"
    local, failed = chance.random() < 0.2, outcome == "failed"
    answer = "" if failed else _text(chance, max(5, int(chance.lognormvariate(5, 0.7))))
    tokens = math.ceil(len(answer) / 4)
    first, speed = chance.lognormvariate(6, 0.6), chance.lognormvariate(4, 0.4)
    usage = None if failed else Usage(prompt_tokens=chance.randrange(50, 8_000), completion_tokens=tokens)
    cost = None if failed or local else Decimal(f"{chance.lognormvariate(-7, 1.5):.8f}")
    return Run(
        id=f"mould-{number}",
        request=ChatRequest.parse(
            {"model": model, "stream": True, "temperature": round(chance.uniform(0, 2), 1), "max_tokens": 1_000}
            | {"messages": [{"role": "user", "content": _text(chance, max(4, int(chance.lognormvariate(4, 0.8))))}]}
        ),
        reply=Reply(
            text=answer,
            model=None if failed else f"{model}-2026",
            provider=None if failed or local else chance.choice(_PROVIDERS),
            finish_reason={"complete": "stop", "truncated": "length"}.get(outcome),
            usage=usage,
        ),
        outcome=outcome,
        failure=Failure(kind="RateLimited", message="Too many requests.", status=429) if failed else None,
        connection="local" if local else "OpenRouter",
        created=NEWEST,
        timings=Timings(
            first_token_ms=None if failed else first, total_ms=first + (0 if failed else tokens / speed * 1000)
        ),
        money=Money(reported=cost),
    )


_WEIGHTS = list(accumulate(1 / (place + 10) for place in range(_VOCABULARY)))


def _text(chance: random.Random, length: int) -> str:
    """Words as often as they are in a language: a few in every text, most in hardly any."""
    words = chance.choices(range(_VOCABULARY), cum_weights=_WEIGHTS, k=length)
    return " ".join([*([COMMON] if chance.random() < 0.2 else []), *(f"w{place:x}" for place in words)])


def _event(run: Run, word: str) -> str:
    choice = {"index": 0, "delta": {"role": "assistant", "content": f"{word} "}, "finish_reason": None}
    return json.dumps(
        {"id": f"gen-{run.id}", "object": "chat.completion.chunk", "model": run.reply.model, "choices": [choice]}
    )


def _blobs_of(document: Document) -> tuple[tuple[str, int, bytes], ...]:
    return tuple((blob.hash, len(blob.body), squeezed(blob.body)) for blob in document.blobs)


def _blob(hash_: str, size: int, body: bytes) -> dict[str, Any]:
    return {"owner": "", "hash": hash_, "size": size, "body": body}
