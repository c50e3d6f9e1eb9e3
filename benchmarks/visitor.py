"""One tab without a browser: Streamlit's websocket, its messages, and the looks that a fragment asks a browser for.

It does what Streamlit 1.67's page does: it says hello with a rerun, notes the widgets, sends a prompt as the chat input's trigger,
and asks for each fragment again at the interval that the server named, until the server takes that back.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 120.0
_VALUES = {"text_input": "string_value", "text_area": "string_value", "checkbox": "bool_value"}
"""Kinds of widgets whose state a browser sends with every message, where their default is it."""


class Visitor:
    """A tab that was opened: `seen` is called with every Markdown text that comes to it."""

    def __init__(self, socket: ClientConnection, query: str, seen: Callable[[str], object]) -> None:
        self._socket, self._query, self._seen = socket, query, seen
        self._page_hash = self._chat_input = ""
        self._widgets: dict[str, WidgetState] = {}
        self.looks: dict[str, asyncio.Task[None]] = {}
        self._finished = 0
        self._at_rest = asyncio.Condition()
        self.bytes = 0

    async def open(self) -> None:
        """Say hello, and wait until the page is drawn."""
        before = self._finished
        await self._ask()
        await self.drawn(before)

    async def drawn(self, before: int) -> None:
        """Wait for the end of a whole run of the script."""
        async with asyncio.timeout(PATIENCE), self._at_rest:
            await self._at_rest.wait_for(lambda: self._finished > before)

    async def answered(self, prompt: str) -> None:
        """Send a prompt, and wait until its answer has ended and the page is at rest again."""
        before = self._finished
        await self.say(prompt)
        await self.drawn(before + 1)
        async with asyncio.timeout(PATIENCE), self._at_rest:
            await self._at_rest.wait_for(lambda: not self.looks)

    async def say(self, prompt: str) -> None:
        """Send a prompt, as the Enter key does."""
        state = WidgetState(id=self._chat_input)
        state.chat_input_value.data = prompt
        await self._ask(triggers=[state])

    async def listen(self) -> None:
        """Take what comes, until the connection is closed."""
        async for raw in self._socket:
            self.bytes += len(raw)
            message = ForwardMsg()
            message.ParseFromString(bytes(raw) if not isinstance(raw, str) else raw.encode())
            await self._take(message)

    async def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._note(message)
        elif kind == "auto_rerun":
            self._look_again(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self.stop_looking(message.stop_auto_rerun.fragment_ids)
        elif kind == "new_session":
            if not message.metadata.run.fragment_ids:
                self._page_hash = message.new_session.page_script_hash
                self.stop_looking(tuple(self.looks))
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._finished += 1
            async with self._at_rest:
                self._at_rest.notify_all()

    def _note(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "markdown":
            self._seen(element.markdown.body)
        elif kind == "chat_input":
            self._chat_input = element.chat_input.id
        elif kind in _VALUES:
            widget = getattr(element, kind)
            self._widgets[widget.id] = WidgetState(id=widget.id, **{_VALUES[kind]: widget.default})

    def _look_again(self, fragment: str, interval: float) -> None:
        if fragment not in self.looks:
            self.looks[fragment] = asyncio.create_task(self._looking(fragment, interval))

    def stop_looking(self, fragments: Iterable[str]) -> None:
        """Ask for these fragments no more."""
        for fragment in fragments:
            if look := self.looks.pop(fragment, None):
                look.cancel()

    async def _looking(self, fragment: str, interval: float) -> None:
        """As a browser's timer: at even distances, whether or not the former look was answered."""
        with contextlib.suppress(ConnectionError):
            due = time.monotonic()
            while True:
                due += interval
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                await self._ask(fragment=fragment)

    async def _ask(self, *, fragment: str = "", triggers: Iterable[WidgetState] = ()) -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self._query, self._page_hash
        asked.widget_states.widgets.extend([*self._widgets.values(), *triggers])
        if fragment:
            asked.fragment_id, asked.is_auto_rerun = fragment, True
        await self._socket.send(message.SerializeToString())


@asynccontextmanager
async def visiting(address: str, cookie: str, query: str, seen: Callable[[str], object]) -> AsyncIterator[Visitor]:
    """A tab of a browser with this owner's cookie, at this query of the first page, open and drawn."""
    where = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(
        where,
        origin=Origin(address),
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": f"parley_owner={cookie}"},
        max_size=None,
        compression="deflate",
    ) as socket:
        visitor = Visitor(socket, query, seen)
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(visitor.listen())
            try:
                await visitor.open()
                yield visitor
            finally:
                visitor.stop_looking(tuple(visitor.looks))
                listening.cancel()
