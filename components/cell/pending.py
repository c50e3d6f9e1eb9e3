"""What is attached to a cell while it is edited: it counts when the cell is saved, like what is typed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

import streamlit as st

from components.attaching import changing
from components.attaching.changing import Row
from components.attaching.rows import refusals, rows
from components.attaching.taking import Brought, brought, by_address, recorded
from components.cell.bench import Bench
from components.cell.content import attachments_in
from components.state import key
from parley.errors import NotAttachable
from parley.media import LARGEST_MB, Attachment, Way, at_address
from parley.notebook import Cell


class Pending:
    """The attachments of one cell that is edited, or is yet to be."""

    def __init__(self, bench: Bench, cell_id: str, cell: Cell | None = None) -> None:
        self._bench = bench
        self._cell_id = cell_id
        self._cell = cell

    @property
    def row(self) -> Row:
        kept = self._bench.attached.get(self._cell_id)
        return kept if kept is not None else self._as_it_is()

    @property
    def changed(self) -> Row | None:
        """The row where it differs from what the cell has; None where it was left alone."""
        return self._bench.attached.get(self._cell_id)

    @property
    def refused(self) -> list[str]:
        return self._bench.refused.setdefault(self._cell_id, [])

    def remove(self, one: Attachment) -> None:
        self._keep(changing.without(self.row, one))

    def put_detail(self, one: Attachment, detail: str) -> None:
        self._keep(changing.with_detail(self.row, one, detail))

    def scale(self, one: Attachment) -> None:
        try:
            self._keep(changing.made_smaller(self.row, one))
        except NotAttachable as error:
            self.refused.append(str(error))

    def put_as_text(self, one: Attachment) -> None:
        self._keep(changing.turned_to_text(self.row, one))

    def opened(self, one: Attachment) -> str:
        """Nothing: what is attached here is kept when the cell is saved, and has no address before."""
        return ""

    def take(self, files: Sequence[Brought]) -> None:
        row, said = changing.added(self.row, files, iter(lambda: uuid.uuid4().hex, ""))
        self.refused.extend(said)
        self._keep(row)

    def take_address(self, address: str, way: Way | None) -> str:
        """Gives why an address cannot be attached, or nothing."""
        try:
            self._keep(changing.joined(self.row, at_address(address, uuid.uuid4().hex, way)))
        except NotAttachable as error:
            return str(error)
        return ""

    def _as_it_is(self) -> Row:
        if self._cell is None:
            return ()
        message, row = self._bench.read.get(self._cell_id, (None, ()))
        if message is not self._cell.message:
            row = attachments_in(self._cell.message)
            self._bench.read[self._cell_id] = self._cell.message, row
        return row

    def _keep(self, row: Row) -> None:
        self._bench.attached[self._cell_id] = row


def attachments(pending: Pending, cell_id: str) -> None:
    """Draw what is attached, and the ways to attach more."""
    place = key("attached", cell_id)
    rows(place, pending.row, pending)
    if pending.refused:
        refusals(place, pending.refused, pending.refused.clear)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key(place, "in")):
        with st.popover(
            "Attach", icon=":material/attach_file:", key=key(place, "ways"), type="tertiary", on_change="rerun"
        ) as ways:
            if ways.open:
                _uploaders(place, pending)
        by_address(place, pending.take_address)


def _uploaders(place: str, pending: Pending) -> None:
    """A round of their own for each: what was handed over is gone from them."""
    number = int(st.session_state.get(key(place, "round"), 0))
    files, sound = key(place, "files", str(number)), key(place, "sound", str(number))

    def came(which: str, read: Callable[[object], list[Brought]]) -> None:
        if st.session_state.get(key(place, "round"), 0) != number:
            return  # told twice, as in the prompt box
        st.session_state[key(place, "round")] = number + 1
        pending.take(read(st.session_state[which]))

    st.file_uploader(
        "Images, PDF, sound, video, other files",
        key=files,
        accept_multiple_files=True,
        max_upload_size=LARGEST_MB,
        on_change=came,
        args=(files, brought),
    )
    st.audio_input("Record", key=sound, on_change=came, args=(sound, recorded))
