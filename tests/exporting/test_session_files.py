"""A session as a file of each form: opened again, it is the same session, and what it is made into again is the same file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings

from parley.bundle import named
from parley.exporting import bundle, html_page, markdown, notebook
from parley.importing import opened
from parley.notebook import Snapshot, chosen_runs, messages
from tests.bundle.snapshots import MOMENT, full, same_but_for_ids_and_time, snapshots, without_times


def _page(snapshot: Snapshot) -> bytes:
    return html_page(snapshot, embed=bundle(snapshot)).encode()


FORMS: dict[str, Callable[[Snapshot], bytes]] = {
    "bundle": bundle,
    "page": _page,
    "markdown": lambda snapshot: markdown(snapshot).encode(),
    "notebook": lambda snapshot: notebook(snapshot).encode(),
}


def _document(made: bytes) -> bytes:
    if made[:2] != b"PK":
        return made
    with zipfile.ZipFile(BytesIO(made)) as file:
        return file.read("session.json")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=50)
@given(snapshot=snapshots())
def test_a_file_opens_as_the_same_session(form: str, snapshot: Snapshot) -> None:
    back = opened(FORMS[form](snapshot), form)
    assert same_but_for_ids_and_time(_document(bundle(snapshot)), _document(bundle(back)))


@pytest.mark.parametrize("form", FORMS)
def test_a_session_with_all_there_is_opens_again_and_makes_the_same_file_again(form: str) -> None:
    once = opened(FORMS[form](full()), now=MOMENT)
    again = opened(FORMS[form](once), now=MOMENT)
    assert FORMS[form](once) == FORMS[form](again)
    assert same_but_for_ids_and_time(_document(bundle(full())), _document(bundle(once)))


def test_what_was_opened_says_to_a_model_what_the_session_said() -> None:
    before, after = full(), opened(bundle(full()))
    said = [messages(one.session, chosen_runs(one.session, one.attempts)) for one in (before, after)]
    assert said[0] == said[1]


def test_attachments_stand_in_the_zip_once_each_by_their_hash() -> None:
    with zipfile.ZipFile(BytesIO(bundle(full()))) as file:
        blobs = {name: file.read(name) for name in file.namelist() if name != "session.json"}
    assert len(blobs) == 3
    assert all(name == f"blobs/{named(body)}" for name, body in blobs.items())


def test_the_same_session_is_the_same_file_whenever_it_is_made() -> None:
    assert bundle(full()) == bundle(full())


def test_a_page_without_the_session_in_it_does_not_open() -> None:
    with pytest.raises(Exception, match="carries no session"):
        opened(html_page(full()).encode())


def test_without_times_only_times_are_taken_off() -> None:
    document = json.loads(_document(bundle(full())))
    assert without_times(json.loads(json.dumps(document))) == document
