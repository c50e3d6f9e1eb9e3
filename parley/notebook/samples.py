"""Sessions that come with Parley, recorded for real, so that a newcomer has something to look at, open and run again."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from parley.notebook.run import Run
from parley.notebook.session import Session
from parley.value import Value

CONNECTION = "Sample"
"""What stands as the connection of a sample's runs: they were not sent from here."""


class Sample(Value):
    """A recorded session with the runs that its cells had."""

    note: str
    """What was recorded, with which model and when."""
    session: Session
    runs: tuple[Run, ...]


@cache
def samples() -> tuple[Sample, ...]:
    """All of them, in the order of their file names."""
    folder = files("parley.notebook") / "samples"
    recorded = sorted((one for one in folder.iterdir() if one.name.endswith(".json")), key=lambda one: one.name)
    return tuple(Sample.model_validate_json(one.read_text(encoding="utf-8")) for one in recorded)


def copy_of(sample: Sample, session_id: str, run_ids: dict[str, str]) -> tuple[Session, tuple[Run, ...]]:
    """The sample under ids of one's own: `run_ids` has a new id for each of its runs."""
    session = sample.session.model_copy(update={"id": session_id, "version": 0})
    runs = tuple(
        run.model_copy(update={"id": run_ids[run.id], "session_id": session_id, "connection": CONNECTION})
        for run in sample.runs
    )
    return session, runs
