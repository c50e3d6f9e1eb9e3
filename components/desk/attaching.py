"""What is attached to the prompt box of one tab: taken in, changed, kept until it is sent."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import MISSING

from components.attaching import changing
from components.attaching.changing import Row, kept_bytes
from components.attaching.taking import Brought, Left, brought, recorded
from components.desk.running import Running
from components.notebook.prompt import Submitted, fill_prompt
from components.panel.edits import edit
from parley.catalog.finding import inputs_of
from parley.errors import NotAttachable, StoreError
from parley.media import Attachment, Lack, Way, at_address, engine_of, lacking, with_engine
from parley.media.modalities import needed
from parley.notebook import edits
from parley.request import ChatRequest


class Attaching(Running):
    """What one tab attaches; all of it in callbacks, before the page is drawn."""

    def submit(self, sent: Submitted) -> None:
        """Send what was sent with the box. A recording is attached first, to be listened to, and so is what came with something that cannot be
        attached: the words stay in the box then."""
        whole = self.attach(brought(list(sent.files) if isinstance(sent.files, list) else []))
        if sent.recorded is None and whole and (sent.text.strip() or self.session.attached):
            self.take_prompt(sent.text)
            return
        self.attach(recorded(sent.recorded))
        self.keep_draft(sent.text)
        fill_prompt(sent.text)

    def send_attached(self) -> None:
        """Send what is attached, with what stands in the box."""
        self.take_prompt(self.session.draft)
        fill_prompt("")

    def attach(self, files: Sequence[Brought]) -> bool:
        """Attach these files; gives whether all of them are, and what is not is said."""
        row, said = changing.added(self.session.attached, files, iter(lambda: uuid.uuid4().hex, ""))
        self.tab.refused.extend(said)
        self._keep_row(row)
        return not said

    def lost(self, files: Iterable[Left]) -> None:
        self.tab.refused.extend(changing.lost(files))

    def attach_address(self, address: str, way: Way | None = None) -> str:
        """Attach what stands at an address; gives why it cannot be, or nothing."""
        try:
            self._keep_row(changing.joined(self.session.attached, at_address(address, uuid.uuid4().hex, way)))
        except NotAttachable as error:
            return str(error)
        return ""

    def take_offered(self) -> None:
        """Attach what somebody wants to send back."""
        offered, self.tab.offered = self.tab.offered, []
        for address in offered:
            if why := self.attach_address(address, "image"):
                self.tab.refused.append(why)

    def remove(self, one: Attachment) -> None:
        self._keep_row(changing.without(self.session.attached, one))

    def put_detail(self, one: Attachment, detail: str) -> None:
        self._keep_row(changing.with_detail(self.session.attached, one, detail))

    def scale(self, one: Attachment) -> None:
        try:
            self._keep_row(changing.made_smaller(self.session.attached, one))
        except NotAttachable as error:
            self.tab.refused.append(str(error))

    def put_as_text(self, one: Attachment) -> None:
        self._keep_row(changing.turned_to_text(self.session.attached, one))

    def opened(self, one: Attachment) -> str:
        """The address at which a tab shows a PDF; it is read from the store when somebody comes for it."""
        make = partial(kept_bytes, self.doors.store.session, self.session.id, one.id)
        return self.doors.on_offer(repr((self.session.id, one.id)), "attached.pdf", "application/pdf", make)

    def lack(self, settings: ChatRequest) -> tuple[str, Lack] | None:
        """The model, of one of the lanes perhaps, that does not take what cells and prompt box hold, by name, and what it lacks; None
        where all is well."""
        contents: list[Mapping[str, Any]] = [edits.drafted(self.session, "")]
        contents += [cell.message for cell in self.session.cells if not cell.excluded and cell.kind != "note"]
        needs = needed(contents)
        if not needs:
            return None
        takes = {one.id: inputs_of(one) for one in self.doors.listed(self.connection).content}
        for way in self.ways(settings):
            asked = way.payload().get("model") or self.doors.model(self.connection)
            model = self.doors.view(self.connection, str(asked)).model
            if model is not None and (found := lacking(needs, model.id, takes)) is not None:
                return model.label, found
        return None

    def use_model(self, slug: str) -> None:
        edit({"model": slug})

    def pdf_engine(self, settings: ChatRequest) -> str:
        return engine_of(settings.payload().get("plugins"))

    def read_pdf_with(self, engine: str) -> None:
        """Let the file-parser plugin read PDFs with this engine. A box that goes away
        with its file says once more what it said, which is no choice."""
        plugins = self.session.settings.payload().get("plugins")
        if engine != engine_of(plugins):
            listed = with_engine(plugins, engine)
            edit({"plugins": MISSING if listed is None else listed})

    def _keep_row(self, row: Row) -> None:
        """The row stays in this tab also where it cannot be saved; the page says so then."""
        if row == self.session.attached:
            return
        self.tab.redraw = True
        self.tab.session = edits.with_attached(self.session, row)
        with contextlib.suppress(StoreError):
            self.tab.session = self.doors.store.save(self.session)
