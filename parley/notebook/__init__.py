"""What is kept: a session and its cells, the runs that were sent, copies and presets; and how it changes."""

from parley.notebook import edits
from parley.notebook.messages import (
    chosen,
    chosen_runs,
    messages,
    messages_for,
    template_for,
    title_for,
    variables,
    written,
)
from parley.notebook.presets import Preset
from parley.notebook.run import LIVE, OUTCOMES, Failure, Mark, Outcome, Run, Timings
from parley.notebook.session import Cell, CellKind, Fixture, Lane, Session
from parley.notebook.share import Share, Snapshot
from parley.notebook.stale import digest
from parley.notebook.template import Template

__all__ = [
    "LIVE",
    "OUTCOMES",
    "Cell",
    "CellKind",
    "Failure",
    "Fixture",
    "Lane",
    "Mark",
    "Outcome",
    "Preset",
    "Run",
    "Session",
    "Share",
    "Snapshot",
    "Template",
    "Timings",
    "chosen",
    "chosen_runs",
    "digest",
    "edits",
    "messages",
    "messages_for",
    "template_for",
    "title_for",
    "variables",
    "written",
]
