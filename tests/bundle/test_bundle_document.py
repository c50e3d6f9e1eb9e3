"""A snapshot as a document: whole, without names of anybody, and the same again after any number of ways there and back."""

from __future__ import annotations

import contextlib
import json
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given

from parley.bundle import carried, document_of, lifted, restored, snapshot_of, uncarried
from parley.notebook import Cell, Lane, Run, Session, Snapshot
from parley.notebook.session import MOST_FIXTURES
from parley.reply import Reply
from tests.bundle.snapshots import JSON, PNG, full, looped, snapshots

SCHEMA = json.loads((files("parley.bundle") / "session.schema.json").read_text(encoding="utf-8"))
NOT_CARRIED = {
    Session: {"draft", "attached", "parent", "parent_cell", "version"},
    Cell: {"inherited"},
    Lane: set(),
    Run: {"owner", "session_id", "cell_id", "tail"},
    Reply: set(),
}


@given(snapshots())
def test_a_document_reads_back_as_the_same_document(snapshot: Snapshot) -> None:
    document = json.loads(json.dumps(document_of(snapshot)))
    assert document_of(snapshot_of(document)) == document


@given(snapshots())
def test_every_document_fits_the_schema(snapshot: Snapshot) -> None:
    jsonschema.validate(json.loads(json.dumps(document_of(snapshot))), SCHEMA)


def test_a_document_with_all_there_is_fits_the_schema_and_comes_back_whole() -> None:
    document = json.loads(json.dumps(document_of(full())))
    jsonschema.validate(document, SCHEMA)
    assert document_of(snapshot_of(document)) == document


@pytest.mark.parametrize("kind", NOT_CARRIED, ids=lambda kind: kind.__name__)
def test_the_schema_names_every_field_that_is_carried(kind: type) -> None:
    found = (
        SCHEMA["$defs"]["session"]["properties"]["lanes"]["items"]
        if kind is Lane
        else SCHEMA["$defs"][kind.__name__.lower()]
    )
    assert set(found["properties"]) == set(kind.model_fields) - NOT_CARRIED[kind]


def test_a_document_names_nobody_and_holds_nothing_that_was_only_typed() -> None:
    told = json.dumps(document_of(full()))
    assert "somebody" not in told
    assert "typed" not in told
    assert '"r2"' not in told
    assert '"pc"' not in told


def test_what_the_first_version_could_say_is_written_as_that() -> None:
    plain = full().session.model_copy(update={"fixtures": (), "loop_steps": 0})
    assert document_of(looped())["version"] == document_of(full())["version"] == 2
    assert document_of(Snapshot(session=plain, attempts=full().attempts))["version"] == 1


def test_a_step_names_the_one_before_it_and_knows_what_it_said() -> None:
    document = json.loads(json.dumps(document_of(looped())))
    jsonschema.validate(document, SCHEMA)
    first, second = snapshot_of(document).attempts["cell-7"]
    assert (first.follows, second.follows, second.between) == (None, first.id, 2)
    assert [message["role"] for message in second.steps_said] == ["assistant", "tool"]


def test_a_message_stands_once_however_many_requests_had_it() -> None:
    document = document_of(full())
    assert (
        json.dumps(document).count("What is {{this}}?") == 3
    )  # the cell, the message as it was sent, and what it was made from
    assert [run["request"]["messages"] for run in document["attempts"]["cell-4"]] == [[0, 1, 2], [0, 1, 2]]


def test_the_order_of_keys_and_the_kind_of_numbers_stay() -> None:
    back = snapshot_of(json.loads(json.dumps(document_of(full()))))
    (_, second), _ = back.attempts.values()
    assert json.dumps(second.request.payload()) == json.dumps(full().attempts["b"][1].request.payload())
    assert json.dumps(back.session.settings.payload()["unknown"]) == '{"deep": [1, 1.0, null]}'


FORGED = [
    ("between", 4, "no answers and results"),
    ("between", 3, "no answers and results"),
    ("follows", "attempt-7-2", ""),
]


@pytest.mark.parametrize(("name", "value", "why"), FORGED)
def test_steps_that_are_none_are_refused(name: str, value: object, why: str) -> None:
    """Four messages were never sent, and the third from the end is the prompt: later cells would be told what no page shows."""
    document = json.loads(json.dumps(document_of(looped())))
    document["attempts"]["cell-7"][1][name] = value
    with pytest.raises(ValueError, match=why) if why else contextlib.nullcontext():
        assert len(snapshot_of(document).attempts["cell-7"]) == 2


def test_a_file_has_no_more_results_than_a_session_may_keep() -> None:
    document = json.loads(json.dumps(document_of(looped())))
    document["session"]["fixtures"] = [{"tool": str(number)} for number in range(MOST_FIXTURES + 1)]
    with pytest.raises(ValueError, match="at most 500"):
        snapshot_of(document)
    assert SCHEMA["$defs"]["session"]["properties"]["fixtures"]["maxItems"] == MOST_FIXTURES


@given(JSON)
def test_what_is_lifted_out_is_put_back(value: object) -> None:
    without, blobs = lifted(value)
    assert restored(without, blobs) == value


def test_an_attachment_that_is_missing_is_an_error() -> None:
    without, _ = lifted([PNG])
    with pytest.raises(KeyError):
        restored(without, {})


@pytest.mark.parametrize("bundle", [b'{"a": "</template><script>-->&\xe2\x80\xa8"}', b"PK\x03\x04\xff<>"])
def test_what_is_carried_looks_like_nothing_else(bundle: bytes) -> None:
    text = carried(bundle)
    assert not set(text) & set("<>&\u2028")
    back = uncarried(text)
    assert back == bundle if bundle[:2] == b"PK" else json.loads(back) == json.loads(bundle)
