"""What stands on the screen before anything was asked: one recorded session, and the way to open it."""

from __future__ import annotations

import streamlit as st

from components.answer.painter import paint_message
from components.answer.transcript import paint_answer
from parley.notebook.samples import Sample

PRESENT = "pages/5_Present.py"
SAMPLE = "sample"
"""The query parameter by which that page knows a sample."""


def welcome(sample: Sample) -> bool:
    """Draw the sample; true when the person wants it opened in a session of their own."""
    st.markdown(
        "Type a prompt below. Every field of the request stands in the sidebar; every request you send is kept in **History**, with its cost and its time."
    )
    with st.container(border=True, key="sample"):
        st.caption(f"A recorded example: {sample.note}")
        cell = sample.session.cells[0]
        with st.chat_message("user", avatar=":material/person:"):
            paint_message(cell.message)
        paint_answer(sample.runs[0])
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            opened = st.button("Open this example", key="sample-open", icon=":material/open_in_new:")
            st.page_link(
                PRESENT,
                label="See it as it came",
                icon=":material/slideshow:",
                query_params={SAMPLE: sample.session.id},
            )
        return opened
