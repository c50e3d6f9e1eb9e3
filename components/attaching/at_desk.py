"""What is attached, above the prompt box."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from components.attaching.rows import pdf_choice, refusals, rows, warning
from components.attaching.taking import take_in
from components.desk import Desk
from components.state import key
from parley.media import size_words
from parley.request import ChatRequest

TRAY = "attached"
WHOLE = "tray"
MOST_AT_ONCE = 3
"""Rows that are seen without scrolling; the cells need room, too."""
HEIGHT = 196
"""Pixels of more rows than that."""


def tray(at: Desk, settings: ChatRequest) -> None:
    """Draw what takes files and, where something is attached, a row for each, with what is to be known before it is sent.

    It is one element, so that whatever stands in it, the box below it keeps its place: moved, it would lose what is typed.
    """
    with st.container(key=WHOLE):
        _tray(at, settings)


def _tray(at: Desk, settings: ChatRequest) -> None:
    take_in(at.attach, at.lost)
    attached = at.session.attached
    if attached:
        height: Literal["content"] | int = HEIGHT if len(attached) > MOST_AT_ONCE else "content"
        with st.container(border=True, gap="small", key=TRAY):
            with st.container(gap="xsmall", height=height, border=False):
                rows(TRAY, attached, at)
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=key(TRAY, "all")):
                if any(one.kind is not None and one.kind.is_pdf for one in attached):
                    pdf_choice(TRAY, at.pdf_engine(settings), at.read_pdf_with)
                st.button(
                    "Send",
                    key=key(TRAY, "send"),
                    icon=":material/send:",
                    on_click=at.send_attached,
                    help="Also without words in the box",
                )
                if len(attached) > MOST_AT_ONCE:
                    st.caption(
                        f"{len(attached)} files · {size_words(sum(one.size for one in attached))}", width="content"
                    )
    if at.tab.refused:
        refusals(TRAY, at.tab.refused, at.tab.refused.clear)
    if (lack := at.lack(settings)) is not None:
        with st.container(gap="xsmall", key=key(TRAY, "lack")):
            warning(TRAY, *lack, at.use_model)
