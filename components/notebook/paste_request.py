"""The way back into the notebook: a request that was written elsewhere, pasted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol
from urllib.parse import urlsplit

import streamlit as st

from components.state import key
from parley.connection import Connection
from parley.errors import ParleyError
from parley.notebook import Session, edits, title_for
from parley.reply.defuse import plain
from parley.request import ChatRequest
from parley.request.kept import counted

PASTE = key("paste", "request")
TEXT = key("paste", "text")
OPEN = key("paste", "open")
DONE = key("paste", "done")
PLACEHOLDER = """curl https://openrouter.ai/api/v1/chat/completions -d '{"model": …, "messages": […]}'"""


def paste_request(take: Callable[[str], None]) -> None:
    """Draw it; `take` gets the text, and raises ParleyError, which is said below the button, for one that it cannot take."""
    if st.session_state.pop(DONE, False):
        st.session_state[PASTE], st.session_state[TEXT] = False, ""
    with st.popover(
        "Paste a request", icon=":material/content_paste:", key=PASTE, on_change="rerun", type="tertiary"
    ) as shown:
        if shown.open:
            draw_box(take)


def draw_box(take: Callable[[str], None]) -> None:
    text = st.text_area(
        "A JSON body, a curl command, or a Python or TypeScript call", key=TEXT, height=180, placeholder=PLACEHOLDER
    )
    st.caption("Nothing in it is run, and no key in it is kept.")
    if st.button("Open in a new session", key=OPEN, type="primary"):
        try:
            take(text)
        except ParleyError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        st.session_state[DONE] = True
        st.rerun()


class Pasted(Protocol):
    """What was read from a text: see `parley.importing.Pasted`."""

    @property
    def source(self) -> str: ...
    @property
    def base_url(self) -> str | None: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


def told(pasted: Pasted, session: Session, lost: str, before: Session, connection: Connection) -> str:
    """What there is to say once about a request that was pasted; `before` is the session that was open."""
    fields, cells = len(session.settings.sent_keys()), len(session.cells)
    elsewhere = pasted.base_url is not None and pasted.base_url != connection.base_url
    # The host alone: a whole address would become a link.
    server = urlsplit(pasted.base_url or "").netloc
    return " ".join(
        (
            f"Read from a {pasted.source}: {counted(fields, 'field')} and {counted(cells, 'message')}, in a new session.",
            *(["The one before is under Sessions."] if before.version else []),
            *pasted.notes,
            *([lost] if lost else []),
            *(
                []
                if "stream" in session.settings.sent_keys()
                else ["It does not say stream, so it is sent with stream: true."]
            ),
            *([f"It named the server {server}; what you send goes to {connection.name}."] if elsewhere else []),
        )
    )


def session_of(request: ChatRequest, session_id: str, ids: Iterator[str]) -> tuple[Session, str]:
    """A session whose sidebar and cells say this request, and a sentence on messages that no cell can hold, if any."""
    given = request.payload().get("messages", [])
    every = given if isinstance(given, list) else [given]
    said = [one for one in every if isinstance(one, dict) and isinstance(one.get("role"), str)]
    session = edits.with_settings(Session(id=session_id), request)
    session = edits.saying(session, {}, said, ids)
    first = next((cell.text for cell in session.cells if cell.message["role"] == "user"), "")
    lost = len(every) - len(said)
    words = (
        f"{lost} of its messages {'has' if lost == 1 else 'have'} no role and could not be put into a cell."
        if lost
        else ""
    )
    return edits.with_title(session, title_for(first)), words
