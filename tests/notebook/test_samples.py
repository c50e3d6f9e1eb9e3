"""The sessions that come with Parley."""

from __future__ import annotations

import uuid

import pytest

from parley.notebook import chosen_runs
from parley.notebook.playback import Playback
from parley.notebook.samples import CONNECTION, Sample, copy_of, sample_of, samples
from parley.notebook.scenes import scenes
from parley.notebook.stale import stale
from parley.notebook.totals import totals

every = pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.session.id)


def new_id() -> str:
    return uuid.uuid4().hex


def test_there_are_three_that_show_what_matters() -> None:
    first, compared, scripted = samples()
    assert first.session.cells[0].kind == "prompt"
    assert len(scenes(compared.snapshot)[0].runs) == 3
    replies = [run.reply for run in scripted.runs]
    assert any(one.reasoning for one in replies)
    assert any(len(one.tool_calls) == 2 for one in replies)
    assert any(one.images for one in replies)


@every
def test_a_sample_was_recorded_to_its_end(sample: Sample) -> None:
    assert {run.outcome for run in sample.runs} == {"complete"}
    assert all(run.reply.has_output and run.reply.usage and run.timings.total_ms for run in sample.runs)
    prompts = {cell.id for cell in sample.session.cells if cell.kind == "prompt"}
    assert {run.cell_id for run in sample.runs} == prompts
    assert stale(sample.session, sample.snapshot.attempts) == frozenset()


@every
def test_where_no_model_ran_it_says_so(sample: Sample) -> None:
    scripted = {run.reply.model.startswith("scripted/") for run in sample.runs if run.reply.model}
    assert ("no model runs" in sample.session.title) is ("no model runs" in sample.note) is (scripted == {True})
    assert len(scripted) == 1


@every
def test_it_plays_as_it_streamed(sample: Sample) -> None:
    for run in sample.runs:
        played = Playback(run, sample.events[run.id])
        almost = played.at(played.length - 0.001).reply
        assert played.recorded
        assert (almost.text, almost.reasoning, almost.tool_calls, almost.images) == (
            run.reply.text,
            run.reply.reasoning,
            run.reply.tool_calls,
            run.reply.images,
        )


@every
def test_a_copy_is_the_same_under_new_ids(sample: Sample) -> None:
    copy, events = copy_of(sample, new_id)
    runs = [run for several in copy.attempts.values() for run in several]
    assert [run.reply for run in runs] == [run.reply for run in sample.runs]
    assert [events[run.id] for run in runs] == [sample.events[run.id] for run in sample.runs]
    assert {run.session_id for run in runs} == {copy.session.id}
    assert {run.connection for run in runs} == {CONNECTION}
    assert not {run.id for run in runs} & {run.id for run in sample.runs}
    told, before = ([scene.runs for scene in scenes(one)] for one in (copy, sample.snapshot))
    assert totals(told) == totals(before)
    assert stale(copy.session, copy.attempts) == frozenset()


@every
def test_a_part_of_it_ends_at_a_cell(sample: Sample) -> None:
    first = next(cell for cell in sample.session.cells if cell.kind == "prompt")
    part = sample.until(first.id)
    assert part.session.cells[-1] == first
    assert {run.cell_id for run in part.runs} == {first.id}
    assert part.events.keys() == {run.id for run in part.runs}
    assert chosen_runs(part.session, part.snapshot.attempts)[first.id] in sample.runs


def test_a_sample_is_found_by_its_name() -> None:
    assert [sample_of(one.session.id) for one in samples()] == list(samples())
    assert sample_of("no-such-sample") is None
