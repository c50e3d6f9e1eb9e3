"""Sessions that come with Parley, recorded for real, so that a newcomer has something to look at, play, open and run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import chain

from pydantic import Field

from parley.notebook.copying import renewed
from parley.notebook.run import Run
from parley.notebook.session import Session
from parley.notebook.share import Snapshot
from parley.value import Value

Events = tuple[tuple[float, str], ...]
"""Raw events, each with its milliseconds, as the store keeps them."""
CONNECTION = "Sample"
"""What stands as the connection of a sample's runs: they were not sent from here."""


class Sample(Value):
    """A recorded session with the runs that its cells had."""

    note: str
    """What was recorded, with which model and when."""
    session: Session
    """Its id names the sample."""
    runs: tuple[Run, ...]
    """Oldest first; each names its cell."""
    events: dict[str, Events] = Field(default_factory=dict)
    """By run."""

    @property
    def snapshot(self) -> Snapshot:
        attempts: dict[str, tuple[Run, ...]] = {}
        for run in self.runs:
            attempts[run.cell_id or ""] = (*attempts.get(run.cell_id or "", ()), run)
        return Snapshot(session=self.session, attempts=attempts)

    def until(self, cell_id: str) -> Sample:
        """The sample as far as that cell, which is the last one then. Raises KeyError."""
        rest = self.snapshot.until(cell_id)
        runs = tuple(run for run in self.runs if run.cell_id in rest.attempts)
        events = {run.id: self.events[run.id] for run in runs if run.id in self.events}
        return self.model_copy(update={"session": rest.session, "runs": runs, "events": events})


@cache
def samples() -> tuple[Sample, ...]:
    """All of them, in the order of their file names."""
    folder = files("parley.notebook") / "samples"
    recorded = sorted((one for one in folder.iterdir() if one.name.endswith(".json")), key=lambda one: one.name)
    return tuple(Sample.model_validate_json(one.read_text(encoding="utf-8")) for one in recorded)


def sample_of(name: str) -> Sample | None:
    """The sample of that name, if there is one."""
    return next((sample for sample in samples() if sample.session.id == name), None)


def copy_of(sample: Sample, new_id: Callable[[], str]) -> tuple[Snapshot, dict[str, Events]]:
    """The sample under ids of one's own, and the raw events by the new ids of its runs."""
    before, copy = sample.snapshot, renewed(sample.snapshot, new_id, CONNECTION)
    pairs = zip(_runs(before), _runs(copy), strict=True)
    return copy, {mine.id: sample.events[run.id] for run, mine in pairs if run.id in sample.events}


def _runs(snapshot: Snapshot) -> Iterator[Run]:
    return chain.from_iterable(snapshot.attempts.values())
