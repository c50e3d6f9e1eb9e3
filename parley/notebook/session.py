"""A session: an ordered column of cells, the sidebar's settings, and the draft in the prompt box."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from parley.media import Attachment
from parley.request import ChatRequest
from parley.value import Value

CellKind = Literal["prompt", "message", "note"]
MOST_STEPS = 30
"""Steps that an attempt takes by itself, at most."""
MOST_FIXTURES = 500
"""Results of tools that a session keeps, at most: each is held against every call."""


class Cell(Value):
    """One step of the notebook.

    A `prompt` is sent and answered; its runs (attempts) are those that the store holds under this cell's id. A `message` is
    written by hand, in any role. A `note` is Markdown for people and is never sent.
    """

    id: str
    kind: CellKind = "prompt"
    message: dict[str, Any] = Field(default_factory=dict)
    """The message as it is sent: `{"role": ..., "content": ...}`, or `{"content": text}` for a note."""
    excluded: bool = False
    """Left out of what is sent, without being deleted."""
    chosen: str | None = None
    """Id of the attempt that later cells see; None means the newest."""
    inherited: tuple[str, ...] = ()
    """Ids of the attempts that a fork took over, oldest first: they stay those of the session they were made in."""
    compared: tuple[str, ...] = ()
    """Ids of the attempts that stand side by side, in the order of their lanes; one of them is chosen."""
    without_reasoning: bool = False
    """The reasoning of its answer stays behind when that is sent to a model; see `parley.notebook.reasoned`."""

    @property
    def text(self) -> str:
        """The message's text parts, joined; what an editor shows."""
        content = self.message.get("content")
        if isinstance(content, str):
            return content
        parts = content if isinstance(content, list) else []
        return "\n\n".join(p["text"] for p in parts if isinstance(p, dict) and isinstance(p.get("text"), str))


class Lane(Value):
    """One of several ways to ask the same: what it sets over the sidebar, see `parley.notebook.lanes`."""

    id: str
    overrides: ChatRequest = Field(default_factory=ChatRequest)
    """A request without messages."""


class Fixture(Value):
    """What a tool is to have given back: it answers the calls of that tool whose arguments fit, see `parley.notebook.fixtures`."""

    tool: str
    """The function's name."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """Arguments that a call must have, with these values; none fits every call."""
    result: str = ""


class Session(Value):
    """The whole notebook, one frozen value, replaced at every edit."""

    id: str
    title: str = ""
    cells: tuple[Cell, ...] = ()
    settings: ChatRequest = Field(default_factory=ChatRequest)
    """The sidebar: a request without messages."""
    draft: str = ""
    """What stands in the prompt box and was not sent yet."""
    attached: tuple[Attachment, ...] = ()
    """What is attached to it."""
    variables: dict[str, str] = Field(default_factory=dict)
    """The values of template variables, by name; see `parley.notebook.template`. They stay when no cell names them any more."""
    lanes: tuple[Lane, ...] = ()
    """What a prompt is compared over; none while nothing is compared."""
    fixtures: tuple[Fixture, ...] = Field(default=(), max_length=MOST_FIXTURES)
    """Results of tools that are not asked for by hand."""
    loop_steps: int = Field(default=0, ge=0, le=MOST_STEPS)
    """How often calls are answered from fixtures by themselves, at most, in one attempt; 0 is never."""
    parent: str | None = None
    """The session this one was forked from."""
    parent_cell: str | None = None
    """The parent's cell that it was forked from: the last one it took over."""
    version: int = 0
    """The stored version this value was read from; 0 when it was never stored."""
