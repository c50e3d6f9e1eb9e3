"""Present: a session in large type, cell by cell, every answer as it streamed; without network, without a key."""

from __future__ import annotations

import time
from functools import partial

import streamlit as st

from components.desk import Desk, desk
from components.notices import say
from components.present.at_desk import (
    CHOOSE,
    LISTED,
    Presented,
    asked_for,
    choose_another,
    events_of,
    go_to,
    leave,
    place_asked,
    presented,
    take_over,
    tell,
)
from components.present.bar import bar
from components.present.cards import closing, opening
from components.present.choosing import choose
from components.present.slide import slide
from components.present.stage import OPENING
from parley.notebook.samples import samples


def page(at: Desk) -> None:
    shown = presented(at)
    if shown is None:
        in_vain = asked_for() and CHOOSE not in st.query_params
        picked = choose(at.doors.store.sessions(most=LISTED), samples(), in_vain=in_vain)
        if picked is not None:
            go_to(picked)
    else:
        present(at, shown)


def present(at: Desk, shown: Presented) -> None:
    stage = at.tab.stage
    stage.present(shown.session.id, place_asked(), shown.last, time.monotonic())
    scene = shown.scene_at(stage.place)
    stage.on(scene.runs if scene else (), partial(events_of, at, shown))
    with st.container(key="present"):
        for sentence in at.tab.said():
            say(sentence)
        if scene is not None:
            slide(scene, stage)
        elif stage.place == OPENING:
            opening(shown.session, shown.scenes, shown.sample.note if shown.sample else "", choose_another)
        else:
            closing(shown.session, shown.scenes)
    with st.bottom:
        bar(
            stage,
            shown.last,
            plays=bool(scene and scene.runs),
            take_over=partial(take_over, at, shown, scene),
            leave=partial(leave, shown),
        )
    tell(shown, stage)


page(desk())
