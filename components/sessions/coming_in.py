"""How sessions come in: a file that is dropped, and the samples that come with Parley."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

import streamlit as st

from components.handed_over import handed_over
from components.notices import say
from components.sessions.list import name_of
from components.state import key
from parley.reply.defuse import plain

KINDS = ("json", "zip", "html", "htm", "mhtml", "md", "ipynb")
_ROUND = key("sessions", "import-round")
_REFUSED = key("sessions", "import-refused")


class Offered(Protocol):
    """A sample."""

    @property
    def note(self) -> str: ...


class Picked(NamedTuple):
    """A sample, by its place, and what is to be done with it."""

    place: int
    act: Literal["open", "play"]


def drop_area() -> tuple[bytes, str] | None:
    """Draw it; gives what was dropped and what it is called, once."""
    if reason := st.session_state.pop(_REFUSED, ""):
        say(f"Not imported. {reason}")
    number = st.session_state.get(_ROUND, 0)
    file = st.file_uploader(
        "Import a session",
        type=list(KINDS),
        key=key("sessions", "import", str(number)),
        help="A session that Parley exported, in any of its forms, or a list of OpenAI-style messages as JSON.",
    )
    if file is None:
        return None
    st.session_state[_ROUND] = number + 1
    return handed_over(file), file.name


def refuse(reason: str) -> None:
    """Say once, where the file was dropped, why it did not come in."""
    st.session_state[_REFUSED] = reason


def sample_cards(titles: Sequence[str], samples: Sequence[Offered]) -> Picked | None:
    """Draw them; gives what was asked for."""
    picked: Picked | None = None
    for place, (title, sample) in enumerate(zip(titles, samples, strict=True)):
        with st.container(border=True, key=key("sample", str(place)), gap="small"):
            st.markdown(f"**{name_of(title)}**")
            st.caption(plain(sample.note))
            with st.container(horizontal=True, gap="small"):
                if st.button("Play", key=key("sample", str(place), "play"), icon=":material/play_arrow:"):
                    picked = Picked(place, "play")
                if st.button("Open a copy", key=key("sample", str(place), "open"), type="tertiary"):
                    picked = Picked(place, "open")
    return picked
