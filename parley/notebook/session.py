"""A session: an ordered column of cells, the sidebar's settings, and the draft in the prompt box."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from parley.request import ChatRequest
from parley.value import Value

CellKind = Literal["prompt", "message", "note"]


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


class Session(Value):
    """The whole notebook, one frozen value, replaced at every edit."""

    id: str
    title: str = ""
    cells: tuple[Cell, ...] = ()
    settings: ChatRequest = Field(default_factory=ChatRequest)
    """The sidebar: a request without messages."""
    draft: str = ""
    """What stands in the prompt box and was not sent yet."""
    variables: dict[str, str] = Field(default_factory=dict)
    """The values of template variables, by name; see `parley.notebook.template`. They stay when no cell names them any more."""
    lanes: tuple[Lane, ...] = ()
    """What a prompt is compared over; none while nothing is compared."""
    parent: str | None = None
    """The session this one was forked from."""
    parent_cell: str | None = None
    """The parent's cell that it was forked from: the last one it took over."""
    version: int = 0
    """The stored version this value was read from; 0 when it was never stored."""
