"""The sessions that come with Parley."""

from __future__ import annotations

import pytest

from parley.notebook import chosen_runs
from parley.notebook.samples import Sample, copy_of, samples


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.session.title)
def test_a_sample_was_recorded_to_its_end(sample: Sample) -> None:
    assert {run.outcome for run in sample.runs} == {"complete"}
    assert all(run.reply.text and run.reply.usage and run.timings.total_ms for run in sample.runs)
    assert {run.cell_id for run in sample.runs} == {cell.id for cell in sample.session.cells}


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.session.title)
def test_a_copy_is_the_same_under_new_ids(sample: Sample) -> None:
    session, runs = copy_of(sample, "mine", {run.id: f"new-{run.id}" for run in sample.runs})
    assert (session.id, session.cells, session.settings) == ("mine", sample.session.cells, sample.session.settings)
    assert [run.reply for run in runs] == [run.reply for run in sample.runs]
    assert {run.session_id for run in runs} == {"mine"}
    assert chosen_runs(session, {session.cells[0].id: runs})[session.cells[0].id].id.startswith("new-")
