"""Every fault of the other side, the whole way to the ledger: what became of the run is what was promised."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from components.answer.receipt import facts_of, trouble_of
from tests.conftest import KEY
from tests.faults.case import Case, Model, complete, passage
from tests.faults.cases import CASES
from tests.faults.playing import House, Played
from tests.faults.table import lines, row

PLAYS = [(case, stream) for case in CASES for stream in case.forms]


@pytest.mark.parametrize(
    ("case", "stream"), PLAYS, ids=lambda one: one.id if isinstance(one, Case) else ("plain", "streamed")[one]
)
def test_a_run_that_meets_this_fault_ends_as_promised(house: House, case: Case, stream: bool) -> None:
    promised, played = case.ending(stream=stream), house.play(case, stream=stream)
    run = played.run
    assert (run.outcome, played.row.outcome) == (promised.outcome, promised.outcome), run.failure
    assert promised.kept(run.reply.text) if callable(promised.kept) else run.reply.text == promised.kept
    told = trouble_of(run)
    assert (told is None) == (promised.sees == "")
    assert told is None or promised.sees in told[1]
    assert promised.note in " · ".join(run.reply.notes)
    assert promised.fact in " · ".join(facts_of(run)).replace("\u00a0", " ")
    assert bool(promised.note) == bool(run.reply.notes), run.reply.notes
    check_the_tries(case, played)
    assert case.grows is None or played.grew < case.grows, f"{played.grew:.0f} MB"
    assert not stream or row(case, played) in lines(), "run: python -m tests.faults.write_table"
    assert KEY not in run.model_dump_json() + repr(house.store.events(run.id))


def check_the_tries(case: Case, played: Played) -> None:
    """One click is one POST and the retries that the run shows; Stop may come before the one has arrived."""
    tries, sent = 1 + case.retries, played.marks("sent")
    assert played.marks("retry") == case.retries
    assert played.posts in (None, tries if case.posts is None else case.posts) or case.stopped_at == 0 == played.posts
    assert sent == tries
    assert not (case.stopped_at or 0) > 0 or played.left, "the upstream saw the connection close"


def test_what_a_server_says_of_itself_stays_in_a_line_of_the_ledger(house: House) -> None:
    (case,) = (case for case in CASES if case.id == "U16b")
    row = house.play(case, stream=True).row
    assert [len(name or "") for name in (row.model_answered, row.provider, row.generation_id)] == [300, 300, 300]
    assert (row.prompt_tokens, row.completion_tokens, row.cost) == (None, None, None)


def test_floods_leave_the_answers_of_others_whole(house: House) -> None:
    calm = Case("calm", "", Model("scripted/text", "60 tokens at 60/s"), complete(passage(60)))
    with ThreadPoolExecutor(1) as beside:
        played = beside.submit(house.play, calm, stream=True)
        for case in CASES:
            if case.id in ("U6a", "U6b", "U18", "U19", "U20c"):
                house.play(case, stream=True)
        run = played.result().run
    assert (run.outcome, run.reply.text) == ("complete", passage(60))
