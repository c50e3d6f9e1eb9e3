"""What a file cannot carry is known before it is written, and the file then says the same."""

from __future__ import annotations

import pytest

from parley.errors import NotASession
from parley.exporting import bundle, enclosed, html_page, markdown, notebook, only_read
from parley.importing import opened
from parley.notebook import Cell, Session, Snapshot


def picturing(characters: int, start: str = "", **settings: object) -> Snapshot:
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{start}{'A' * characters}"}}
    cell = Cell(id="c", message={"role": "user", "content": [picture], **settings})
    return Snapshot(session=Session(id="s", cells=(cell,)))


@pytest.mark.parametrize(
    ("snapshot", "read"),
    [
        (picturing(100), set()),
        (picturing(2_000_000), set()),
        (picturing(12_000_000), {"notebook"}),
        (picturing(100, odd=10**18), {"notebook", "html", "markdown"}),
    ],
    ids=["small", "two megabytes", "a large picture", "no bundle"],
)
def test_what_would_be_too_large_with_the_session_in_it_is_only_read(snapshot: Snapshot, read: set[str]) -> None:
    assert only_read(snapshot) == read
    files = {
        "html": lambda: html_page(snapshot, embed=enclosed(snapshot)),
        "markdown": lambda: markdown(snapshot),
        "notebook": lambda: notebook(snapshot),
    }
    for form, write in files.items():
        try:
            opened(write().encode())
        except NotASession:
            assert form in read
        else:
            assert form not in read
    assert read == set(files) or opened(bundle(snapshot)).session.cells[0].message == snapshot.session.cells[0].message


def test_what_fits_into_a_bundle_alone_is_only_read_in_every_other_file() -> None:
    assert only_read(picturing(101_000_000)) == {"html", "markdown", "notebook"}


def test_a_picture_that_a_page_draws_beside_the_session_counts_twice() -> None:
    drawn = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg"
    assert only_read(picturing(4 * 13_000_000 - len(drawn), start=drawn)) == {"html", "notebook"}
