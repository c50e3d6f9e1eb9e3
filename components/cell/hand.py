"""What is done to cells: every edit of the column, undone and redone. It paints nothing itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from components.cell import content
from components.cell.bench import Bench, Deleted, Insertion
from components.notebook.heading import Steps, fill_system_prompt
from components.one_line import one_line
from components.state import UiState
from parley.errors import Conflict, ParleyError
from parley.media import Attachment
from parley.notebook import Session, edits

Edit = Callable[[Session], Session]
LONGEST = 60
"""Characters of a deleted cell that are named."""


class Step(Protocol):
    """To another version of a session, from the one that was seen."""

    def __call__(self, session_id: str, *, seen: int) -> Session: ...


class Versions(Protocol):
    """What is needed of the store."""

    def session(self, session_id: str) -> Session: ...
    def steps(self, session_id: str) -> tuple[bool, bool]: ...
    def undo(self, session_id: str, *, seen: int) -> Session: ...
    def redo(self, session_id: str, *, seen: int) -> Session: ...


class Typed(NamedTuple):
    """What somebody typed into the editor of a cell, and attached there."""

    texts: Sequence[str]
    attached: Sequence[Attachment] | None = None
    """None leaves the attachments alone."""
    caches: Sequence[str] | None = None
    """For each text whether the prompt is cached up to it; None leaves that alone."""
    call_id: str | None = None
    """Which call a tool's result answers."""

    def put_into(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The message with all of it; of several texts those that are empty go, and their marks with them."""
        texts = list(self.texts)
        if self.attached is None:
            put = content.with_texts(message, texts)
        else:
            put = content.rewritten(message, texts, self.attached)
        if self.caches is None:
            return put
        kept = [cache for text, cache in zip(texts, self.caches, strict=False) if text]
        return content.with_caches(put, kept) if kept else put


class Hand:
    """Edits of the session that is open in `tab`, each saved by `edit`; what cannot be saved is said on the page.

    All of it is done in callbacks, before the page is drawn; `keep_typed` saves what that would have saved, and `stop` ends what is
    on its way in a cell.
    """

    def __init__(
        self,
        store: Versions,
        tab: UiState,
        edit: Callable[[Edit], Session],
        keep_typed: Callable[[], None],
        stop: Callable[[str], None],
    ) -> None:
        self._store = store
        self._tab = tab
        self._edit = edit
        self._keep_typed = keep_typed
        self._stop = stop

    @property
    def bench(self) -> Bench:
        return self._tab.bench

    @property
    def session(self) -> Session:
        return self._tab.opened()

    def change(self, edit: Edit) -> bool:
        """Make an edit; gives whether it is made."""
        former = edits.system_prompt(self.session)
        try:
            self._edit(edit)
        except KeyError:
            self._tab.notices.append("That cell is not in this session any more.")
            return False
        except ParleyError as error:
            self._tab.notices.append(f"Not saved: {error}")
            return False
        if (now := edits.system_prompt(self.session)) != former:
            fill_system_prompt(self.session.id, now)
        return True

    def move(self, cell_id: str, by: int) -> None:
        self.change(lambda session: edits.move(session, cell_id, by))

    def duplicate(self, cell_id: str) -> None:
        new_id = uuid.uuid4().hex
        self.change(lambda session: edits.duplicate(session, cell_id, new_id))

    def exclude(self, cell_id: str, excluded: bool) -> None:
        self.change(lambda session: edits.set_excluded(session, cell_id, excluded))

    def delete(self, cell_id: str) -> None:
        """Delete the cell and stop its answers, whose Stop goes with it; where it stood, the way back is offered until something
        else is changed."""
        cells = self.session.cells
        place = next((place for place, cell in enumerate(cells) if cell.id == cell_id), None)
        if self.change(lambda session: edits.delete(session, cell_id)) and place is not None:
            self._stop(cell_id)
            below = cells[place + 1].id if place + 1 < len(cells) else None
            self.bench.deleted = Deleted(self.session.version, below, one_line(cells[place].text, LONGEST))

    def cache(self, cell_id: str, cache: str) -> None:
        """Let the prompt be cached up to the end of this cell's text, or no more."""

        def edit(session: Session) -> Session:
            message = content.with_cache(edits.cell_of(session, cell_id).message, cache)
            return edits.edit_message(session, cell_id, message)

        self.change(edit)

    def set_kind(self, cell_id: str, word: str) -> None:
        self.change(lambda session: content.as_kind(session, cell_id, word))

    def write(self, cell_id: str, word: str, typed: Typed) -> bool:
        """The cell as another kind or in another role, by the word for it, with what was typed and attached; gives whether that is
        saved."""
        call_id = typed.call_id

        def edit(session: Session) -> Session:
            message = typed.put_into(edits.cell_of(session, cell_id).message)
            if call_id is not None:
                message = {**message, "tool_call_id": call_id}
            session = edits.edit_message(session, cell_id, message)
            same = word == content.kind_word(edits.cell_of(session, cell_id))
            return session if same else content.as_kind(session, cell_id, word)

        return self.change(edit)

    def says(self, cell_id: str, texts: Sequence[str]) -> bool:
        """Whether the cell says this now: another tab's words stand in it while somebody has to choose, and it may be gone."""
        cell = next((cell for cell in self.session.cells if cell.id == cell_id), None)
        return cell is not None and {text for text in texts if text} <= {*content.texts_of(cell.message)}

    def insert(self, insertion: Insertion, word: str, typed: Typed) -> bool:
        """The new cell where it was asked for, at the end where that place is gone; gives whether it is there now."""
        kind, role = content.KINDS[word]
        new = edits.new_cell(insertion.cell_id, kind, "", role)
        cell = new.model_copy(update={"message": typed.put_into(new.message)})

        def edit(session: Session) -> Session:
            beside = insertion.beside if insertion.beside in {one.id for one in session.cells} else None
            place = {"above" if insertion.above else "below": beside}
            return edits.insert(session, cell, **place)

        return self.change(edit)

    def ask_for_cell(self, beside: str | None = None, *, above: bool = False) -> None:
        """Open an editor for a new cell, or put the one that is open there, with what was typed into it."""
        open_one = self.bench.insertion
        self.bench.insertion = Insertion(open_one.cell_id if open_one else uuid.uuid4().hex, beside, above)

    @property
    def insertion(self) -> Insertion | None:
        """The cell that is being written; it comes to the end where the one beside it is gone."""
        new = self.bench.insertion
        if new is None or new.beside is None or any(cell.id == new.beside for cell in self.session.cells):
            return new
        return Insertion(new.cell_id, None)

    def look_back(self, cell_id: str) -> None:
        """Look at what the cell said before."""
        self.bench.former = cell_id

    def look_ahead(self) -> None:
        self.bench.former = None

    def say_again(self, cell_id: str, text: str) -> None:
        """Let the cell say what it said before."""
        self.change(lambda session: edits.edit_text(session, cell_id, text))
        self.look_ahead()

    def steps(self) -> Steps:
        """Undo and redo, for the heading."""
        back, forth = self._store.steps(self.session.id) if self.session.version else (False, False)
        return Steps(back, forth, self.undo, self.redo)

    def undo(self) -> None:
        self._step(self._store.undo)

    def redo(self) -> None:
        self._step(self._store.redo)

    def _step(self, step: Step) -> None:
        """To another version, unless another tab made one that was not seen here: that comes first on the page.

        What stands in the prompt box stays there, whatever stands in another tab's.
        """
        self._keep_typed()
        seen = self.session
        try:
            self._tab.take(edits.with_box_of(step(seen.id, seen=seen.version), seen))
        except Conflict:
            self._tab.take(edits.with_box_of(self._store.session(seen.id), seen))
            self._tab.notices.append("This session was changed in another tab. That is shown now; nothing was undone.")
        except ParleyError as error:
            self._tab.notices.append(f"Nothing was undone: {error}")
