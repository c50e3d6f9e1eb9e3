"""A file that a person drops: read whole, as somebody new's session, or refused with a reason; and never by its name."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.bundle import document_of, named
from parley.errors import NotASession
from parley.exporting import bundle, html_page, markdown, notebook
from parley.importing import opened
from parley.notebook import Snapshot
from parley.request import ChatRequest
from tests.bundle.snapshots import full

DOCUMENT = json.loads(json.dumps(document_of(full())))
MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "What is a parley?"},
    {"role": "assistant", "content": "A talk."},
]


def with_(path: str, value: Any) -> bytes:
    """The document with something else at a path."""
    document = json.loads(json.dumps(DOCUMENT))
    *way, last = path.split(".")
    place = document
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = value
    return json.dumps(document).encode()


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in files.items():
            file.writestr(name.replace("__", "/"), body)
    return held.getvalue()


def packed(method: int) -> bytes:
    """A zip of 20 MB that says of itself that it unpacks to two bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as file:
        file.writestr("session.json", bytes(20_000_000))
    return held.getvalue().replace((20_000_000).to_bytes(4, "little"), (2).to_bytes(4, "little"))


def locked() -> bytes:
    """A zip whose one file says that it is encrypted."""
    made = bytearray(zipped(**{"session.json": b"{}"}))
    for record, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(record) + flags] |= 1
    return bytes(made)


def repeated(times: int) -> bytes:
    """A document in which one attachment of a megabyte stands so often."""
    body = bytes(1_000_000)
    cells = [
        {"id": str(n), "message": {"role": "user", "content": f"parley-blob:{named(body)}:"}} for n in range(times)
    ]
    document = {"format": "parley-session", "version": 1, "session": {"id": "s", "cells": cells}}
    return zipped(**{"session.json": json.dumps(document).encode(), f"blobs__{named(body)}": body})


HEAD = '{"format": "parley-session", "version": 1, '
REFUSED = {
    "empty": (b"", "empty"),
    "blanks": (b" \n ", "empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\xff\xfe", "no text"),
    "words": (b"Dear all, this is a letter.", "carries no session"),
    "a page of somebody else": (b"<!doctype html><title>News</title>", "carries no session"),
    "a notebook of somebody else": (b'{"nbformat": 4, "cells": [], "metadata": {}}', "carries no session"),
    "a notebook without metadata": (b'{"nbformat": 4, "metadata": 3}', "carries no session"),
    "another JSON": (b'{"name": "something"}', "no session"),
    "a list of numbers": (b"[1, 2, 3]", "no session"),
    "an empty list": (b"[]", "no session"),
    "another format": (b'{"format": "chat-archive", "version": 1}', "another program"),
    "cut off": (bundle(full())[:2_000], "broken"),
    "cut off JSON": (json.dumps(DOCUMENT).encode()[:2_000], "line 1, column"),
    "a comma too many": (b'{"format": "parley-session",}', "broken JSON"),
    "newer": (with_("version", 3), "newer Parley"),
    "a version that is none": (with_("version", "one"), "does not fit"),
    "true for a version": (with_("version", True), "does not fit"),
    "NaN": (f'{HEAD}"session": NaN}}'.encode(), "no number NaN"),
    "a number without an end": (f'{HEAD}"session": 1e999}}'.encode(), "too large"),
    "a number of many digits": (f'{HEAD}"session": {"9" * 19}}}'.encode(), "digits"),
    "a level too deep": (f'{HEAD}"session": {"[" * 32}{"]" * 32}}}'.encode(), "levels"),
    "lists in objects, too deep": (f'{HEAD}"session": '.encode() + b'[{"a":' * 16 + b"1" + b"}]" * 16 + b"}", "levels"),
    "not too deep": (f'{HEAD}"session": {"[" * 31}-{"9" * 18}{"]" * 31}}}'.encode(), "does not fit"),
    "a key twice": (f'{HEAD}"version": 1}}'.encode(), "twice"),
    "too deep": (f'{HEAD}"session": {"[" * 60}{"]" * 60}}}'.encode(), "levels"),
    "far too deep": (b"[" * 1_000_000, "levels"),
    "far too deep, and closed": (b"[" * 100_000 + b"]" * 100_000, "levels"),
    "too many values": (b"[" + b"[]," * 2_000_000 + b"[]]", "values"),
    "too much JSON": (b'["' + b"a" * 10_000_001 + b'"]', "characters of JSON"),
    "too large": (b"x" * 100_000_001, "MB"),
    "an unknown field": (with_("session.shell", "rm"), "does not fit"),
    "an unknown field of a run": (with_("attempts.cell-2.0.shell", "rm"), "does not fit"),
    "an unknown kind of cell": (with_("session.cells.0.kind", "code"), "does not fit"),
    "cells that are no list": (with_("session.cells", {}), "does not fit"),
    "two cells of one id": (with_("session.cells.1.id", "cell-1"), "same id"),
    "two attempts of one id": (with_("attempts.cell-2.0.id", "attempt-2-2"), "same id"),
    "attempts of no cell": (with_("attempts.cell-99", []), "not there"),
    "a run that still runs": (with_("attempts.cell-2.0.outcome", "running"), "on its way"),
    "an unknown outcome": (with_("attempts.cell-2.0.outcome", "perfect"), "does not fit"),
    "a message that is not there": (with_("attempts.cell-2.0.request.messages", [99]), "not there"),
    "a place that is none": (with_("attempts.cell-2.0.request.messages", [True]), "not there"),
    "messages by no place": (with_("attempts.cell-2.0.request.messages", "all"), "no places"),
    "messages sent a million times": (with_("attempts.cell-2.0.request.messages", [0] * 500_001), "messages were sent"),
    "too many different messages": (with_("messages", [{"role": "user"}] * 5_001), "5,000 different messages"),
    "too many cells": (with_("session.cells", [{"id": str(n)} for n in range(5_001)]), "5,000 cells"),
    "a title of pages": (with_("session.title", "a" * 2_001), "title of more than 2,000"),
    "a blob outside of a zip": (json.dumps({**DOCUMENT, "session": {"id": f"parley-blob:{'0' * 64}:"}}).encode(), "missing"),
    "a blob that is no hash": (with_("session.title", "parley-blob:../../etc/passwd:"), "attachment"),
    "a message of no role": (b'[{"role": "king", "content": "x"}]', "role"),
    "a message of odd content": (b'[{"role": "user", "content": 5}]', "neither text"),
    "too many messages": (json.dumps([{"role": "user", "content": ""}] * 5_001).encode(), "messages"),
    "a zip of something else": (zipped(**{"word__document.xml": b"<w/>"}), "no session of Parley"),
    "a zip with a path": (zipped(**{"session.json": b"{}", "..__..__etc__passwd": b"x"}), "not part"),
    "a zip with a folder too many": (zipped(**{"session.json": b"{}", f"blobs__x__{'0' * 62}": b"x"}), "not part"),
    "a zip with a wrong hash": (zipped(**{"session.json": b"{}", f"blobs__{'0' * 64}": b"x"}), "not the one"),
    "a zip bomb": (zipped(**{"session.json": b"[" * 60_000_000}), "larger than"),
    "a zip bomb of blobs": (zipped(**{"session.json": b"{}", f"blobs__{'0' * 64}": bytes(101_000_000)}), "unpacks to more"),
    "a zip in a zip": (zipped(**{"session.json": zipped(**{"session.json": b"{}"})}), "no text"),
    "half a zip": (bundle(full())[: len(bundle(full())) // 2], "broken"),
    "a zip packed by bzip2": (packed(zipfile.ZIP_BZIP2), "packed or locked"),
    "a zip packed by LZMA": (packed(zipfile.ZIP_LZMA), "packed or locked"),
    "a zip of less than is in it": (packed(zipfile.ZIP_DEFLATED), "broken"),
    "a zip that is locked": (locked(), "packed or locked"),
    "one attachment in many places": (repeated(600), "too many places"),
    "a zip of nothing": (b"PK\x05\x06" + bytes(18), "no session of Parley"),
    "a zip of many files": (b"PK\x03\x04" + b"PK\x01\x02" * 6_000, "more than"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_session_is_refused_with_a_reason(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(NotASession, match=reason):
        opened(data, "file")


def test_a_reason_names_the_file_on_one_line_and_never_what_it_holds() -> None:
    with pytest.raises(NotASession) as refused:
        opened(with_("session.title", ["secret-word"]), "../../up\x1b\n" + "long" * 100)
    assert str(refused.value).startswith("../../up")
    assert "\n" not in str(refused.value)
    assert "secret-word" not in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("form", [bundle, markdown, notebook, lambda one: html_page(one, embed=bundle(one))])
def test_what_is_opened_has_new_ids_no_owner_and_the_mark_of_an_import(form: Any) -> None:
    made = form(full())
    ids = (f"new-{n}" for n in count())
    data = made if isinstance(made, bytes) else made.encode()
    snapshot = opened(data, new_id=lambda: next(ids), now=datetime(2026, 12, 1, tzinfo=UTC))
    runs = [run for several in snapshot.attempts.values() for run in several]
    assert {run.owner for run in runs} == {""}
    assert {run.imported for run in runs} == {"2026-12-01T00:00:00+00:00"}
    assert {run.session_id for run in runs} == {snapshot.session.id}
    assert all(one.startswith("new-") for one in (snapshot.session.id, *snapshot.attempts, *(run.id for run in runs)))
    assert (snapshot.session.version, snapshot.session.parent) == (0, None)
    assert snapshot.session.cells[1].chosen == snapshot.attempts[snapshot.session.cells[1].id][1].id


@pytest.mark.parametrize("wrapped", [MESSAGES, {"messages": MESSAGES, "model": "a/b", "temperature": 0, "odd": 1}])
def test_a_list_of_messages_becomes_cells_written_by_hand(wrapped: Any) -> None:
    snapshot = opened(json.dumps(wrapped).encode(), "chat.json")
    assert [cell.message for cell in snapshot.session.cells] == MESSAGES
    assert {cell.kind for cell in snapshot.session.cells} == {"message"}
    assert snapshot.session.title == "What is a parley?"
    expected = {} if isinstance(wrapped, list) else {"model": "a/b", "temperature": 0, "odd": 1}
    assert snapshot.session.settings == ChatRequest.parse(expected)


def test_the_last_message_of_the_user_is_a_prompt_to_be_run() -> None:
    snapshot = opened(json.dumps(MESSAGES[:2]).encode())
    assert [cell.kind for cell in snapshot.session.cells] == ["message", "prompt"]


def test_a_key_in_a_body_is_left_out() -> None:
    body = {"messages": MESSAGES, "api_key": "sk-or-v1-" + "0" * 64}
    assert "sk-or" not in opened(json.dumps(body).encode()).model_dump_json()


def test_half_characters_and_nul_become_signs_that_can_be_stored() -> None:
    data = b'[{"role": "user", "content": "a\\ud800b\\u0000c"}]'
    assert opened(data).session.cells[0].text == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("name", ["a.html", "../../etc/passwd", "CON", "a\0b.json", "x" * 4_096, "\u202egnp.exe", ""])
def test_the_name_of_a_file_changes_nothing(name: str) -> None:
    assert len(opened(bundle(full()), name).session.cells) == 6


def test_a_byte_order_mark_and_ends_of_lines_of_windows_do_no_harm() -> None:
    data = "\ufeff" + json.dumps(DOCUMENT, indent=1).replace("\n", "\r\n")
    without = data.replace("parley-blob", "x")
    assert len(opened(without.encode()).session.cells) == 6


PARTS = [
    bundle(full()),
    markdown(full()).encode(),
    html_page(full(), embed=b"{}").encode(),
    json.dumps(MESSAGES).encode(),
]
BEYOND = ["1E+900000", "1E+999999", "-1E+30", "1E-900000", "NaN", "-Infinity"]


@pytest.mark.parametrize("sum_", BEYOND)
def test_money_that_nothing_costs_is_unknown_and_never_worked_with(sum_: str) -> None:
    run = next(iter(opened(with_("attempts.cell-2.0.money", {"reported": sum_})).attempts.values()))[0]
    assert run.money.best is None


@pytest.mark.parametrize("sum_", BEYOND)
def test_money_booked_that_nothing_costs_is_refused(sum_: str) -> None:
    with pytest.raises(NotASession, match="booked"):
        opened(with_("attempts.cell-2.0.booked", {"cost": sum_}))


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "0001-01-01",
        -1,
    ],
)
def test_a_date_on_which_nothing_was_asked_is_refused(moment: Any) -> None:
    with pytest.raises(NotASession, match="the date of an attempt"):
        opened(with_("attempts.cell-2.0.created", moment))


@pytest.mark.parametrize("moment", ["2000-01-01T00:00:00+00:00", "2026-12-01T00:00:00", "2099-12-31T23:59:59+14:00"])
def test_any_other_date_is_taken(moment: str) -> None:
    opened(with_("attempts.cell-2.0.created", moment))


MUTATIONS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["flip", "cut", "double", "insert"]), st.binary(max_size=6)),
    min_size=1,
    max_size=4,
)


def mutated(data: bytes, steps: list[tuple[float, str, bytes]]) -> bytes:
    for where, how, more in steps:
        at = int(where * len(data))
        changed = {
            "flip": data[:at] + bytes(b ^ 1 for b in data[at : at + 1]) + data[at + 1 :],
            "cut": data[:at] + data[at + len(more) + 1 :],
            "double": data[:at] + data[at : at + 200] + data[at:],
            "insert": data[:at] + more + data[at:],
        }
        data = changed[how]
    return data


def outcome(data: bytes) -> Snapshot | str:
    try:
        return opened(data)
    except NotASession as error:
        return str(error)


@settings(max_examples=400)
@given(st.sampled_from(PARTS), MUTATIONS)
def test_a_damaged_file_is_opened_whole_or_refused_and_nothing_else(data: bytes, steps: Any) -> None:
    found = outcome(mutated(data, steps))
    assert found.endswith((".", "].")) if isinstance(found, str) else bundle(found)


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Every place in a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield f"{path}{key}"
        yield from paths(part, f"{path}{key}.")


@pytest.mark.parametrize(
    "odd", [None, 0, -1, 1.5, True, "", "x", "parley-blob:x", [], [None], {}, {"a": {}}], ids=json.dumps
)
def test_anything_odd_in_any_place_is_taken_or_refused_and_nothing_else(odd: Any) -> None:
    for path in paths(DOCUMENT):
        found = outcome(with_(path, odd))
        assert found.endswith((".", "].")) if isinstance(found, str) else bundle(found), path


def test_base64_in_a_page_may_be_broken_into_lines() -> None:
    held = bundle(full())
    lines = base64.encodebytes(held).decode()
    page = f'<!-- saved from url=(0014)about:internet -->\n<html><body><template id="parley-session">{lines}</template></body></html>'
    assert len(opened(page.encode()).session.cells) == 6
