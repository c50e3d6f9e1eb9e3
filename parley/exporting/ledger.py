"""The ledger as files: a table for spreadsheets, and whole runs as JSON, one a line.

Both flow: rows in, pieces of a file out, and no more than a piece is held. Neither holds what looks like a key, a text under a
name that secrets have, or one of the keys at hand, whatever that looks like.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal, NamedTuple

from parley.notebook import Run
from parley.wire.redaction import REMOVED, is_secret, redacted, without_keys

PIECE = 64 * 1024
"""Characters from which on a piece is handed over."""
LedgerForm = Literal["csv", "jsonl"]


class FileKind(NamedTuple):
    """What a browser must know of a file of one form, and its words for a person."""

    ending: str
    media_type: str
    words: str


LEDGER_FORMS: dict[LedgerForm, FileKind] = {
    "csv": FileKind("csv", "text/csv; charset=utf-8", "CSV"),
    "jsonl": FileKind("jsonl", "application/x-ndjson", "JSON Lines"),
}

COLUMNS: dict[str, str] = {
    "number": "sequence",
    "time_utc": "created",
    "id": "id",
    "session": "session_title",
    "session_id": "session_id",
    "model_asked": "model_asked",
    "model_answered": "model_answered",
    "provider": "provider",
    "outcome": "outcome",
    "failure": "failure_kind",
    "prompt_tokens": "prompt_tokens",
    "completion_tokens": "completion_tokens",
    "reasoning_tokens": "reasoning_tokens",
    "cached_tokens": "cached_tokens",
    "cost_usd": "cost",
    "cost_source": "cost_source",
    "upstream_usd": "upstream",
    "first_token_ms": "first_token_ms",
    "total_ms": "total_ms",
    "tokens_per_second": "tokens_per_second",
    "finish_reason": "finish_reason",
    "connection": "connection",
    "generation_id": "generation_id",
    "starred": "starred",
    "rating": "rating",
    "tags": "tags",
    "comment": "comment",
    "prompt": "prompt",
}
"""The table's heads, and what of a row stands under each. What is unknown is an empty cell, never 0."""
_OF_THE_LEDGER = ("sequence", "session_title", "starred", "rating", "tags", "comment")
"""What a line of JSON has from the ledger, because a run does not know it."""

_CELL_ENDS = re.compile("([;\t\r\n])")
"""Where another cell begins for a reader that splits lines at semicolons or tabs."""
_UNSEEN = '"\x00-\x08\x0e-\x1f\u00ad\u200b-\u200f\u2060\ufeff'
_COMPUTED = re.compile(rf"[\s{_UNSEEN}]*[=+\-@＝＋－＠]")
_STRIPPED = re.compile(rf"(?:(?![\t\r\n])[\s{_UNSEEN}])*[\t\r\n]")
"""What some strip from the beginning of a cell, and then compute what is behind it."""
_LINE_ENDS = {mark: f"\\u{mark:04x}" for mark in (0x85, 0x2028, 0x2029)}
"""What JSON lets stand and some readers take for the end of a line."""


Clean = Callable[[str], str]
"""Takes keys out of a text."""


def ledger_csv(rows: Iterable[Any], keys: Collection[str] = ()) -> Iterator[bytes]:
    """Lines of the ledger as a table: UTF-8 with the mark by which spreadsheets know it, commas, RFC 4180.

    Numbers are numbers, times are UTC. A text that a spreadsheet would compute has an apostrophe before it (OWASP, "CSV
    injection"); the exact text is in the JSON.
    """
    yield from _pieces(_csv_lines(rows, partial(without_keys, at_hand=keys)))


def ledger_jsonl(runs: Iterable[tuple[Any, Run]], keys: Collection[str] = ()) -> Iterator[bytes]:
    """Whole runs, each with its line of the ledger, as one JSON object a line: the exact request, the answer, money and times."""
    clean = partial(without_keys, at_hand=keys)
    yield from _pieces(f"{_json(_whole(row, run), clean)}\n" for row, run in runs)


def ledger_file(
    form: LedgerForm,
    rows: Callable[[], Iterable[Any]],
    runs: Callable[[], Iterable[tuple[Any, Run]]],
    keys: Callable[[], Collection[str]] = tuple,
) -> Iterator[bytes]:
    """The file of one form; only what it is made of is asked for. `keys` are those at hand, none of which may be in it."""
    return ledger_csv(rows(), keys()) if form == "csv" else ledger_jsonl(runs(), keys())


def for_a_sheet(text: str) -> str:
    """The text such that no spreadsheet computes any of it, whichever of its characters begins a cell there."""
    parts = _CELL_ENDS.split(text)
    tame = "".join(f"'{part}" if _COMPUTED.match(part) else part for part in parts)
    return f"'{tame}" if _STRIPPED.match(tame) else tame


def _csv_lines(rows: Iterable[Any], clean: Clean) -> Iterator[str]:
    line = io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\r\n")
    yield "\ufeff"
    for cells in _table(rows, clean):
        writer.writerow(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _table(rows: Iterable[Any], clean: Clean) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for row in rows:
        yield [_cell(getattr(row, name), clean) for name in COLUMNS.values()]


def _cell(value: object, clean: Clean) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case int() | float():
            return str(value)
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03}"
        case tuple() | list():
            return for_a_sheet(", ".join(clean(str(one)) for one in value))
        case _:
            return for_a_sheet(clean(str(value)))


def _whole(row: Any, run: Run) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in _OF_THE_LEDGER}
    rest = run.model_dump(mode="json", exclude={"owner", "request", "reply", "said"})
    reply = run.reply.model_dump(mode="json", exclude_defaults=True)
    speed = {"tokens_per_second": row.tokens_per_second}
    told = _without_secrets({**facts, **rest, **speed, "request": run.request.payload()})
    return {**told, "reply": reply}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    if isinstance(value, dict):
        return {name: REMOVED if is_secret(name, item) else _without_secrets(item) for name, item in value.items()}
    return value


def _json(value: Any, clean: Clean) -> str:
    text = json.dumps(redacted(value, clean), ensure_ascii=False, separators=(",", ":"))
    return text.translate(_LINE_ENDS)


def _pieces(texts: Iterable[str]) -> Iterator[bytes]:
    kept: list[str] = []
    size = 0
    for text in texts:
        kept.append(text)
        size += len(text)
        if size >= PIECE:
            yield "".join(kept).encode("utf-8", "replace")
            kept, size = [], 0
    if kept:
        yield "".join(kept).encode("utf-8", "replace")
