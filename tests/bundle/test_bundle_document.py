"""A snapshot as a document: whole, without names of anybody, and the same again after any number of ways there and back."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given

from parley.bundle import carried, document_of, lifted, restored, snapshot_of, uncarried
from parley.notebook import Cell, Lane, Run, Session, Snapshot
from parley.reply import Reply
from tests.bundle.snapshots import JSON, PNG, full, snapshots

SCHEMA = json.loads((files("parley.bundle") / "session.schema.json").read_text(encoding="utf-8"))
NOT_CARRIED = {
    Session: {"draft", "parent", "parent_cell", "version"},
    Cell: {"inherited"},
    Lane: set(),
    Run: {"owner", "session_id", "cell_id"},
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
