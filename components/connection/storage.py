"""Where the data is, and how large."""

from __future__ import annotations

import streamlit as st

_UNITS = ("bytes", "KB", "MB", "GB")


def paint_storage(place: str, size: int) -> None:
    st.header("Data", anchor=False)
    st.markdown(
        f"Sessions and history are in `{place.removeprefix('sqlite:///')}`, {in_words(size)}. Nothing of it leaves this machine by itself."
    )


def in_words(size: float) -> str:
    """A size for people: `812 KB`, `1.4 MB`."""
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit < 2 else f"{size:.1f} {_UNITS[unit]}"
