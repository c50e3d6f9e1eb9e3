"""What a file says of times: unknown, or a reason to refuse it, but nothing that breaks a page later."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parley.bundle import document_of
from parley.errors import NotASession
from parley.exporting import bundle, enclosed, html_page, markdown, notebook
from parley.importing import opened
from parley.notebook.playback import Playback
from tests.bundle.snapshots import full

PLACES = (
    ("timings", "total_ms"),
    ("timings", "first_token_ms"),
    ("timeline", 0, "ms"),
    ("failure", "retry_after"),
    ("pace", "text", 0, 0),
    ("pace", "text", 0, 1),
)
ABSURD = ("Infinity", "-Infinity", "nan", 1e308, -1e308, 10**17)


def told(place: tuple[str | int, ...], value: Any) -> bytes:
    document = json.loads(json.dumps(document_of(full())))
    run = document["attempts"]["cell-2"][1]
    run |= {"failure": {"kind": "RateLimited", "message": "Wait."}, "pace": {"text": [[1.0, 3], [2.0, 900]]}}
    for step in place[:-1]:
        run = run[step]
    run[place[-1]] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize("value", ABSURD)
@pytest.mark.parametrize("place", PLACES)
def test_no_absurd_time_gets_in(place: tuple[str | int, ...], value: Any) -> None:
    try:
        snapshot = opened(told(place, value))
    except NotASession:
        return
    for made in (html_page(snapshot, embed=enclosed(snapshot)), markdown(snapshot), notebook(snapshot)):
        assert opened(made.encode()).session.title == snapshot.session.title
    assert opened(bundle(snapshot)).session.title == snapshot.session.title
    assert all(Playback(run).length <= 10**10 for runs in snapshot.attempts.values() for run in runs)
