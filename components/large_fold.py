"""A fold for what may be large: every look at the page would carry it to the browser, and what stands in a box back again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

LARGE = 8_000
"""Characters from which on the content is drawn only while the fold is open."""


@contextmanager
def large_fold(label: str, name: str, *, icon: str, size: int) -> Iterator[bool]:
    """Draw it under the key `name`; gives whether its content, of `size` characters, is to be drawn."""
    fold = st.expander(label, icon=f":material/{icon}:", key=name, on_change="rerun")
    with fold:
        yield size < LARGE or bool(fold.open)
