"""The ledger as files: what a spreadsheet and a program read back."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parley.exporting.ledger import COLUMNS, LEDGER_FORMS, PIECE, ledger_csv, ledger_file, ledger_jsonl
from parley.money import Money
from parley.notebook import Run
from parley.reply import Reply, Usage
from parley.request import ChatRequest
from parley.store import RunRow
from parley.wire.redaction import without_keys
from tests.conftest import KEY

CREATED = datetime(2026, 11, 22, 11, 5, 4, 123456, tzinfo=UTC)
TRIGGERS = "=+-@＝＋－＠\t\r\n"


def row(number: int = 1, **facts: Any) -> RunRow:
    return RunRow(**({"id": f"r{number}", "sequence": number, "created": CREATED, "outcome": "complete"} | facts))


def run(**facts: Any) -> Run:
    request = ChatRequest.parse(
        {"model": "m", "temperature": 0, "messages": [{"role": "user", "content": "Hi"}], "x": 1}
    )
    return Run(**({"id": "r1", "created": CREATED, "request": request, "outcome": "complete"} | facts))


def cells(rows: list[RunRow]) -> list[dict[str, str]]:
    text = b"".join(ledger_csv(rows)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def line(one: Run, of: RunRow | None = None) -> dict[str, Any]:
    return json.loads(b"".join(ledger_jsonl([(of or row(), one)])))


def test_numbers_are_numbers_and_what_is_unknown_is_empty():
    known = row(cost=Decimal("0.000000042"), prompt_tokens=0, total_ms=12.5, rating=4)
    table = pd.read_csv(io.BytesIO(b"".join(ledger_csv([known, row(2)]))))
    first, second = table.to_dict("records")
    assert (first["cost_usd"], first["prompt_tokens"], first["total_ms"], first["rating"]) == (4.2e-8, 0, 12.5, 4)
    assert pd.isna([second[name] for name in ("cost_usd", "prompt_tokens", "total_ms", "rating")]).all()


def test_a_small_cost_keeps_its_digits():
    assert cells([row(cost=Decimal("4.2E-8"))])[0]["cost_usd"] == "0.000000042"


def test_what_a_provider_bills_on_ones_own_key_stands_apart_from_the_cost():
    (billed,) = cells([row(cost=Decimal(0), upstream=Decimal("4.2E-8"))])
    assert (billed["cost_usd"], billed["upstream_usd"]) == ("0", "0.000000042")
    assert cells([row(cost=Decimal(0))])[0]["upstream_usd"] == ""


def test_times_are_such_that_a_sheet_knows_them():
    assert cells([row()])[0]["time_utc"] == "2026-11-22 11:05:04.123"


def test_every_column_has_a_head_and_every_row_a_cell_under_it():
    (marked,) = cells([row(starred=True, tags=("a", "b"), comment="good", session_title="Tides")])
    assert list(marked) == list(COLUMNS)
    assert (marked["starred"], marked["tags"], marked["comment"], marked["session"]) == ("yes", "a, b", "good", "Tides")


def test_nothing_to_save_is_a_table_with_heads():
    assert cells([]) == []
    assert b"".join(ledger_csv([])).startswith("\ufeffnumber,time_utc,".encode())


@pytest.mark.parametrize("start", TRIGGERS)
@pytest.mark.parametrize("before", ["", " ", "\ufeff", "\u200b ", "\u3000"])
@pytest.mark.parametrize("column", ["model_asked", "provider", "finish_reason", "prompt", "comment", "session_title"])
def test_a_text_that_a_sheet_would_compute_begins_with_an_apostrophe(start, before, column):
    hostile = f"{before}{start}HYPERLINK(1)"
    under = next(head for head, name in COLUMNS.items() if name == column)
    assert cells([row(**{column: hostile})])[0][under].startswith("'")


@pytest.mark.parametrize(
    "text", ["plain", "a-b", "1+1=2", "x@y.z", "it's", 'say "hi", now', "vendor/model:free", "日本"]
)
def test_a_harmless_text_is_left_alone(text):
    assert cells([row(prompt=text)])[0]["prompt"] == text


@given(st.text(alphabet=f"{TRIGGERS};,'\" ab\ufeff\x0b", max_size=30))
@example("a;=1+1")
@example('"\r\n=1')
@example(" \t=1")
def test_no_reader_finds_a_formula_whichever_sign_it_splits_lines_at(text: str):
    told = b"".join(ledger_csv([row(prompt=text, tags=(text,), comment=text)])).decode("utf-8-sig")
    for separator in ",;\t":
        for found in csv.reader(io.StringIO(told, newline=""), delimiter=separator):
            assert not [cell for cell in found if re.match(r"[\s\ufeff]*[=+\-@＝＋－＠]", cell)]


@given(st.text(max_size=200))
def test_a_text_comes_back_but_for_apostrophes(text: str):
    sayable = text.encode("utf-8", "replace").decode().replace("\0", "")
    assert cells([row(prompt=sayable)])[0]["prompt"].replace("'", "") == sayable.replace("'", "")


def test_a_key_that_was_typed_does_not_leave():
    said = {"model": "m", "messages": [{"role": "user", "content": f"My key is\n{KEY}, is it good?"}]}
    one = run(request=ChatRequest.parse(said), reply=Reply(text=f"No: {KEY}"))
    files = [*ledger_csv([row(prompt=f"My key is {KEY}", comment=KEY, tags=(KEY,))]), *ledger_jsonl([(row(), one)])]
    assert b"c0ffee" not in b"".join(files)
    assert b"[key removed]" in b"".join(files)


KEYS = [
    "nvapi-ab-" + "cdEF01_-" * 8,
    "xai-" + "Ab3-" * 20,
    "AKIA" + "ABCDEFGH23456789",
    "github_pat_" + "11ABCDEF0_" * 8,
    "gho_" + "a1B2" * 9,
    "sk_" + "live_" + "a1B2c3" * 5,
    "Bearer " + "opaque0token" * 3,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----",
]


@pytest.mark.parametrize("before", ["", "key=", "(", '"k": "'])
@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_any_known_shape_does_not_leave_in_any_part(key, before):
    told = cells([row(prompt=f"{before}{key}, is it good?", comment=f"x {before}{key}")])[0]
    assert told["prompt"] == f"{before}[key removed], is it good?"
    assert told["comment"] == f"x {before}[key removed]"


@pytest.mark.parametrize("before", [r'{"k": "\n', "OPENAI_"])
def test_a_key_does_not_leave_behind_what_looks_like_a_part_of_its_word(before):
    assert cells([row(prompt=f"{before}{KEY}.")])[0]["prompt"] == f"{before}[key removed]."


ODD = "un-usual.key/of+a=server 4711"


@pytest.mark.parametrize("length", [8, 11, 22, 28])
@pytest.mark.parametrize(("key", "at_hand"), [(KEY, []), ("hf_a1" + "B2c3" * 8, []), (ODD, [ODD])])
def test_the_beginning_of_a_key_does_not_leave_where_a_text_was_cut_within_it(key, at_hand, length):
    told = b"".join(ledger_csv([row(prompt=f"My key is {key[:length]}")], at_hand)).decode()
    assert told.endswith(",My key is [key removed]\r\n")


@pytest.mark.parametrize("file", [ledger_csv, lambda rows, keys: ledger_jsonl([(rows[0], run())], keys)])
def test_a_key_at_hand_does_not_leave_whatever_it_looks_like(file):
    told = b"".join(
        file([row(comment="So: correct horse battery, nothing else")], ["correct horse battery", "none", ""])
    )
    assert b"horse" not in told
    assert b"So: [key removed], nothing else" in told


def test_a_text_under_the_name_of_a_secret_does_not_leave():
    tool = {"type": "mcp", "headers": {"Authorization": "plain words"}, "api_key": "tiny"}
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "tools": [tool], "max_tokens": 5}
    asked = line(run(request=ChatRequest.parse(body)))["request"]
    assert asked["tools"] == [
        {"type": "mcp", "headers": {"Authorization": "[key removed]"}, "api_key": "[key removed]"}
    ]
    assert asked["max_tokens"] == 5


@pytest.mark.parametrize(
    "said",
    [
        "Explain basic authentication and bearer certificates; what is sk-learn?",
        "Why does hf_tokenizer_loads_from_the_disk call test_hf_tokenizer_loads_from_the_disk?",
        "The risk-averse-investors-are-not-here-1 task-of-the-2nd-degree-is-long",
        "A bearer characteristically-unimaginable, AKIA and eyJ, and what is sk-learn",
    ],
)
def test_words_about_keys_stay(said):
    assert cells([row(prompt=said)])[0]["prompt"] == said


@pytest.mark.parametrize("hostile", ["sk-", "-eyJ", "bearer ", "-----BEGIN PRIVATE KEY-----", "_hf_", r"\nsk-1"])
def test_no_text_takes_longer_than_its_length(hostile):
    began = time.thread_time()
    without_keys(hostile * 200_000)
    assert time.thread_time() - began < 5


def test_a_whole_run_has_its_exact_request_and_its_answer():
    reply = Reply(text="Hello", usage=Usage(prompt_tokens=1, cost=Decimal("0.1")), finish_reason="stop")
    told = line(run(reply=reply, money=Money(reported=Decimal("0.10"))), row(7, tags=("t",), starred=True))
    assert told["request"] == run().request.payload()
    assert (told["reply"]["text"], told["reply"]["finish_reason"]) == ("Hello", "stop")
    assert Decimal(told["money"]["reported"]) == Decimal("0.10")
    assert (told["sequence"], told["tags"], told["starred"], told["outcome"]) == (7, ["t"], True, "complete")


def test_nobody_is_named_as_owner():
    assert "owner" not in line(run(owner="a-browser"))


@pytest.mark.parametrize("mark", ["\n", "\r", "\x85", "\u2028", "\u2029", "\x1e"])
def test_a_run_is_one_line_for_every_reader(mark):
    told = b"".join(ledger_jsonl([(row(), run(reply=Reply(text=f"a{mark}b")))])).decode()
    assert len(told.splitlines()) == 1
    assert json.loads(told)["reply"]["text"] == f"a{mark}b"


def test_a_file_flows_and_no_more_is_asked_for_than_a_piece_takes():
    asked = 0

    def rows() -> Iterator[RunRow]:
        nonlocal asked
        for asked in range(1, 100_000):
            yield row(asked, prompt="x" * 200)

    first = next(ledger_csv(rows()))
    assert len(first) < 2 * PIECE
    assert asked < 1_000


@pytest.mark.parametrize("form", LEDGER_FORMS)
def test_only_what_a_form_needs_is_fetched(form):
    asked = []
    rows = {"csv": lambda: asked.append("rows") or [row()], "jsonl": lambda: asked.append("runs") or [(row(), run())]}
    assert b"".join(ledger_file(form, rows["csv"], rows["jsonl"]))
    assert asked == [{"csv": "rows", "jsonl": "runs"}[form]]
