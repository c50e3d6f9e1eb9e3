"""The row of controls under a presentation, and the keys that press them."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from components.present.screen import screen_button
from components.present.stage import OPENING, Stage
from components.state import key
from parley.notebook.playback import SPEEDS, Speed

ICON = 24
"""Pixels of a button that is an icon; its words are there to be heard (`looks.py`)."""
KEYS = {"back": "Left", "next": "Right", "play": "Space", "leave": "Escape"}
_NAMES: dict[Speed, str] = {"1×": "1x", "2×": "2x", "At once": "at-once"}


def bar(stage: Stage, last: int, *, plays: bool, take_over: Callable[[], None], leave: Callable[[], None]) -> None:
    """Draw it; `plays` says that an answer stands on the stage. What leads to another page is asked for last."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="present-bar"):
        _steps(stage, last, plays=plays)
        st.markdown(place_words(stage.place, last), width="content")
        _speeds(stage)
        gone = _button("Take over", "take-over", "front_hand", tertiary=False)
        screen_button(stage.place, playing=stage.head.moving)
        left = _button("Leave", "leave", "close")
    if gone:
        take_over()
    if left:
        leave()


def place_words(place: int, last: int) -> str:
    """Where it stands, in words that need no colour."""
    if place == OPENING:
        return "Opening"
    return "End" if place == last else f"{place} of {last - 1}"


def _steps(stage: Stage, last: int, *, plays: bool) -> None:
    with st.container(horizontal=True, wrap=False, gap="small", width="content", key="row-present"):
        _button(
            "Back",
            "back",
            "arrow_back",
            lambda: stage.back(time.monotonic()),
            off=stage.place == OPENING,
            icon_alone=True,
        )
        word, icon = _play_word(stage)
        _button(word, "play", icon, lambda: stage.toggle(time.monotonic()), off=not plays, icon_alone=True)
        on = lambda: stage.forward(last, time.monotonic())  # noqa: E731
        _button("Next", "next", "arrow_forward", on, off=stage.place == last, icon_alone=True)


def _play_word(stage: Stage) -> tuple[str, str]:
    if stage.head.moving:
        return "Hold", "pause"
    return ("Play", "play_arrow") if stage.head.position != float("inf") else ("Play again", "replay")


def _speeds(stage: Stage) -> None:
    """One button each, not a group: the arrow keys would move the choice in a group."""
    with st.container(horizontal=True, wrap=False, gap="small", width="content", key="present-speeds"):
        for speed in SPEEDS:
            chosen = speed == stage.head.speed
            st.button(
                f":material/check: {speed}" if chosen else speed,
                key=key("present", _NAMES[speed]),
                type="secondary" if chosen else "tertiary",
                on_click=lambda picked=speed: stage.pace(picked, time.monotonic()),
            )


def _button(
    label: str,
    name: str,
    icon: str,
    act: Callable[[], None] | None = None,
    *,
    off: bool = False,
    icon_alone: bool = False,
    tertiary: bool = True,
) -> bool:
    return st.button(
        f":material/{icon}: {label}",
        key=key("present", name),
        type="tertiary" if tertiary else "secondary",
        width=ICON if icon_alone else "content",
        disabled=off,
        on_click=act,
        shortcut=KEYS.get(name),
    )
