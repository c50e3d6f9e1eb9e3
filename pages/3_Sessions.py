"""Sessions: every session there is, what comes in from elsewhere, and samples to begin with."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components.desk import Desk, desk
from components.history.frame import zone_of
from components.notices import say
from components.sessions import coming_in
from components.sessions import list as sessions_list
from components.sessions.at_desk import begin, carry_out, deleted_row, open_sample, play, read, recently_deleted
from components.sharing.at_desk import links, share_dialog
from parley.notebook.samples import samples


def page(at: Desk) -> None:
    heading(at)
    wanted = sessions_list.wanted()
    if wanted is not None:
        carry_out(at, wanted)
    for sentence in at.tab.said():
        say(sentence)
    deleted_row(at)
    search = sessions_list.search_box()
    found = at.doors.store.library(search, first=sessions_list.first_shown(), most=sessions_list.AT_ONCE)
    if found.rows:
        moment, mine = datetime.now(zone_of(st.context.timezone)), at.tab.session.id if at.tab.session else ""
        sessions_list.rows(found.rows, moment, mine)
        sessions_list.pager(len(found.rows), found.total)
    elif search or sessions_list.first_shown():
        sessions_list.paint_no_match()
    else:
        st.caption("No session yet. Write a prompt in the notebook, drop a file here, or begin with a sample.")
    links(at)
    recently_deleted(at)
    incoming(at)
    share_dialog(at, "sessions")


def heading(at: Desk) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title("Sessions", anchor=False)
        if st.button("New session", key="sessions-new", icon=":material/add:"):
            begin(at)


def incoming(at: Desk) -> None:
    """What comes from elsewhere."""
    dropped = coming_in.drop_area()
    if dropped is not None:
        read(at, *dropped)
    st.subheader("Samples", anchor=False)
    offered = samples()
    picked = coming_in.sample_cards([one.session.title for one in offered], offered)
    if picked is not None:
        (open_sample if picked.act == "open" else play)(at, offered[picked.place])


page(desk())
