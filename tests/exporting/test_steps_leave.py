"""Attempts of several steps in everything that leaves: shown in order, whole, and nothing of them slips past the check."""

from __future__ import annotations

import pytest

from parley.bundle import document_of, snapshot_of
from parley.exporting.checking import leaving, without
from parley.exporting.document import markdown
from parley.exporting.page import html_page
from parley.notebook import chosen_runs, messages
from tests.bundle.snapshots import looped


@pytest.mark.parametrize("form", [html_page, markdown])
def test_the_steps_stand_before_the_answer_and_count_once(form) -> None:
    told = form(looped())
    assert told.index("Step 1") < told.rindex("Result") < told.index("2.1 metres.")
    assert "5 attempts" in told


@pytest.mark.parametrize("decision", ["drop", "mask"])
def test_results_of_tools_go_from_steps_and_from_what_is_kept(decision) -> None:
    whole = looped()
    left = without(whole, {one.id: decision if one.kind == "tool result" else "keep" for one in leaving(whole)})
    assert 'metres": 2.1' not in left.model_dump_json()
    assert left.attempts["g"][1].between == 2
    assert [fixture.tool for fixture in left.session.fixtures] == ["tide", "now"][decision == "drop" :]


def test_what_is_read_back_says_the_same_to_later_cells() -> None:
    whole = looped()
    back = snapshot_of(document_of(whole))
    said = messages(whole.session, chosen_runs(whole.session, whole.attempts))
    assert messages(back.session, chosen_runs(back.session, back.attempts)) == said
    assert said[-1]["content"] == "2.1 metres."
