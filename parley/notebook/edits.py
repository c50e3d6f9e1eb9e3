"""Every way to change a session, as functions from a Session to a new one; what they do not name stays as it is.

An id that names no cell raises KeyError. Ids come from the caller, so that an edit is a plain function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from parley.media import Attachment
from parley.notebook.messages import kept_for, title_for
from parley.notebook.run import Run
from parley.notebook.session import Cell, CellKind, Session
from parley.request import ChatRequest
from parley.request.kept import same

_DEFAULT_ROLE = {"prompt": "user", "message": "system"}


def position(session: Session, cell_id: str) -> int:
    """Where the cell stands, counted from 0."""
    for index, cell in enumerate(session.cells):
        if cell.id == cell_id:
            return index
    raise KeyError(cell_id)


def cell_of(session: Session, cell_id: str) -> Cell:
    return session.cells[position(session, cell_id)]


def add_prompt(session: Session, message: Mapping[str, Any], cell_id: str) -> Session:
    """A prompt cell at the end. The first one proposes the title where none was given."""
    cell = Cell(id=cell_id, message=dict(message))
    title = session.title or title_for(cell.text)
    return _with_cells(session, (*session.cells, cell)).model_copy(update={"title": title})


def new_cell(cell_id: str, kind: CellKind, text: str = "", role: str | None = None) -> Cell:
    """A cell written by hand; a note has no role."""
    if kind == "note":
        return Cell(id=cell_id, kind=kind, message={"content": text})
    return Cell(id=cell_id, kind=kind, message={"role": role or _DEFAULT_ROLE[kind], "content": text})


def insert(session: Session, cell: Cell, *, above: str | None = None, below: str | None = None) -> Session:
    """The cell right above or right below another one; at the end when neither is named."""
    if above is not None:
        index = position(session, above)
    else:
        index = len(session.cells) if below is None else position(session, below) + 1
    return _with_cells(session, (*session.cells[:index], cell, *session.cells[index:]))


def move(session: Session, cell_id: str, by: int) -> Session:
    """The cell `by` places further down (up, when negative), as far as there is room."""
    index = position(session, cell_id)
    others = session.cells[:index] + session.cells[index + 1 :]
    target = min(max(index + by, 0), len(others))
    return _with_cells(session, (*others[:target], session.cells[index], *others[target:]))


def change_role(session: Session, cell_id: str, role: str) -> Session:
    """Another role for the cell's message.

    A prompt that is no longer the user's becomes a message written by hand; its attempts stay in the store under its
    id, and it has them again as soon as it is made a user's prompt through `change_kind`.
    """
    cell = cell_of(session, cell_id)
    kind: CellKind = "message" if cell.kind == "note" or (cell.kind == "prompt" and role != "user") else cell.kind
    return _replaced(session, cell_id, kind=kind, message={"role": role, **_without(cell.message, "role")})


def change_kind(session: Session, cell_id: str, kind: CellKind) -> Session:
    """The same text as a prompt, a message or a note."""
    message = cell_of(session, cell_id).message
    if kind == "note":
        return _replaced(session, cell_id, kind=kind, message=_without(message, "role"))
    role = "user" if kind == "prompt" else message.get("role", _DEFAULT_ROLE[kind])
    return _replaced(session, cell_id, kind=kind, message={"role": role, **_without(message, "role")})


def edit_text(session: Session, cell_id: str, text: str) -> Session:
    """Other words in the cell; images, files and what else its message holds stay, after the text."""
    message = cell_of(session, cell_id).message
    content = message.get("content")
    if not isinstance(content, list):
        return _replaced(session, cell_id, message={**message, "content": text})
    return _replaced(session, cell_id, message={**message, "content": _with_text(content, text)})


def edit_message(session: Session, cell_id: str, message: Mapping[str, Any]) -> Session:
    """Another message altogether."""
    return _replaced(session, cell_id, message=dict(message))


def duplicate(session: Session, cell_id: str, new_id: str) -> Session:
    """A copy right below; it has no attempts yet, so it has no choice among them either."""
    none = {"chosen": None, "inherited": (), "compared": (), "without_reasoning": False}
    copy = cell_of(session, cell_id).model_copy(update={"id": new_id, **none})
    return insert(session, copy, below=cell_id)


def delete(session: Session, cell_id: str) -> Session:
    """Without the cell; its runs stay in the ledger."""
    index = position(session, cell_id)
    return _with_cells(session, session.cells[:index] + session.cells[index + 1 :])


def set_excluded(session: Session, cell_id: str, excluded: bool) -> Session:
    """Leave the cell out of what is sent, or take it in again."""
    return _replaced(session, cell_id, excluded=excluded)


def choose(session: Session, cell_id: str, run_id: str | None) -> Session:
    """The attempt that later cells see, alone on screen; None goes back to the newest."""
    return _replaced(session, cell_id, chosen=run_id, compared=())


def compare(session: Session, cell_id: str, run_ids: Iterable[str], keep: str | None = None) -> Session:
    """Lay attempts side by side; `keep` is the one that later cells see, else the first of them."""
    beside = tuple(dict.fromkeys([*run_ids, *([keep] if keep else [])]))
    return _replaced(session, cell_id, compared=beside, chosen=keep or next(iter(beside), None))


def leave_reasoning(session: Session, cell_ids: Iterable[str], left: bool) -> Session:
    """Send the answers of these cells without their reasoning from now on, or with it again; cells that are gone are none."""
    named = frozenset(cell_ids)
    cells = (
        cell.model_copy(update={"without_reasoning": left}) if cell.id in named else cell for cell in session.cells
    )
    return _with_cells(session, cells)


def system_cell(session: Session) -> Cell | None:
    """The system or developer message on top, written by hand, where it is sent."""
    top = session.cells[0] if session.cells else None
    if top is None or top.kind != "message" or top.excluded:
        return None
    return top if top.message.get("role") in ("system", "developer") else None


def system_prompt(session: Session) -> str:
    """The text of that message; empty where there is none."""
    top = system_cell(session)
    return top.text if top is not None else ""


def with_system_prompt(session: Session, text: str, cell_id: str) -> Session:
    """Another system prompt: the one on top is edited, a missing one is put there under `cell_id`, an empty one goes."""
    top = system_cell(session)
    if top is not None:
        return edit_text(session, top.id, text) if text else delete(session, top.id)
    return _with_cells(session, (new_cell(cell_id, "message", text), *session.cells)) if text else session


def with_settings(session: Session, settings: ChatRequest) -> Session:
    """Another sidebar; messages in it are dropped, because the cells are the messages."""
    return session.model_copy(update={"settings": settings.without("messages")})


def difference(before: ChatRequest, after: ChatRequest) -> Callable[[ChatRequest], ChatRequest]:
    """What leads from one to the other, as something that can be done to a third."""
    old, new = before.payload(), after.payload()
    gone = old.keys() - new.keys()
    put = {name: value for name, value in new.items() if name not in old or not same(old[name], value)}

    def made_to(third: ChatRequest) -> ChatRequest:
        kept = {name: value for name, value in third.payload().items() if name not in gone}
        return ChatRequest.parse({**kept, **put})

    return made_to


def saying(
    session: Session, replies: Mapping[str, Run], said: Sequence[Mapping[str, Any]], new_ids: Iterator[str]
) -> Session:
    """The session whose cells say these messages: cells that agree stay with their attempts, the rest is written by hand.

    What stands at the very end becomes a prompt, so that it can be run: also a tool's result, and an answer to be gone on with.
    """
    kept, left = kept_for(session, replies, said)
    new = [Cell(id=next(new_ids), kind="message", message=message) for message in left]
    if new and new[-1].message.get("role") not in ("system", "developer"):
        new[-1] = new[-1].model_copy(update={"kind": "prompt"})
    return _with_cells(session, (*kept, *new))


def with_draft(session: Session, draft: str) -> Session:
    return session.model_copy(update={"draft": draft})


def with_attached(session: Session, attached: Iterable[Attachment]) -> Session:
    """Other files beside the draft."""
    return session.model_copy(update={"attached": tuple(attached)})


def emptied(session: Session) -> Session:
    """Nothing in the prompt box."""
    return session.model_copy(update={"draft": "", "attached": ()})


def with_box_of(session: Session, other: Session) -> Session:
    """What stands in the prompt box of another state of this session, words and files."""
    return session.model_copy(update={"draft": other.draft, "attached": other.attached})


def drafted(session: Session, text: str) -> dict[str, Any]:
    """The message that the prompt box makes: words alone, or the words and then what is attached, as the API's guides advise."""
    parts = [one.part for one in session.attached]
    words = [{"type": "text", "text": text}] if text.strip() else []
    return {"role": "user", "content": [*words, *parts] if parts else text}


def with_variable(session: Session, name: str, value: str) -> Session:
    """Another value of a template variable; an empty one is none."""
    others = {known: kept for known, kept in session.variables.items() if known != name}
    return session.model_copy(update={"variables": {**others, name: value} if value else others})


def with_title(session: Session, title: str) -> Session:
    """A title on one line; an empty one asks for a proposal at the next first prompt."""
    return session.model_copy(update={"title": " ".join(title.split())})


def _with_cells(session: Session, cells: Iterable[Cell]) -> Session:
    """Ids must stay unique: attempts are found by them."""
    kept = tuple(cells)
    if len({cell.id for cell in kept}) != len(kept):
        raise ValueError("This session has a cell of that id already.")
    return session.model_copy(update={"cells": kept})


def _replaced(session: Session, cell_id: str, **changes: Any) -> Session:
    index = position(session, cell_id)
    changed = session.cells[index].model_copy(update=changes)
    return session.model_copy(update={"cells": (*session.cells[:index], changed, *session.cells[index + 1 :])})


def _with_text(parts: list[Any], text: str) -> list[Any]:
    """The first text part takes the words and keeps its other keys (a cache breakpoint); further text parts go."""
    texts = [part for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    first = {**(texts[0] if texts else {"type": "text"}), "text": text}
    others = [part for part in parts if part not in texts]
    return [first, *others] if text else others


def _without(message: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != key}
