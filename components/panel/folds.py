"""Folds that say in their label what is in them, and know whether they are open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.state import key


class FoldLabel(str):
    """A label that may change its words while the fold remains the same one.

    Streamlit derives the identity of a fold that reports its state from str(label). With another identity the browser
    builds the fold anew, and whoever tabs from field to field falls out of it whenever a count changes.
    """

    name: str

    def __new__(cls, name: str, *facts: str, strong: bool = True) -> FoldLabel:
        """`**Sampling** · 2 set`; facts that are empty are left out."""
        label = super().__new__(cls, " · ".join((f"**{name}**" if strong else name, *filter(None, facts))))
        label.name = name
        return label

    def __str__(self) -> str:
        return self.name


def fact(words: str, colour: str = "") -> str:
    """A fact for a label: it stays on one line, and has a colour where it asks for a look."""
    unbroken = words.replace(" ", "\u00a0")
    return f":{colour}[{unbroken}]" if colour else unbroken


def fold_key(name: str) -> str:
    return key("group", name)


@contextmanager
def fold(name: str, *facts: str) -> Iterator[bool]:
    """Draw into a fold; gives whether it is open. Only what cannot be done without is drawn into a closed one."""
    drawn = st.expander(FoldLabel(name, *facts), type="compact", key=fold_key(name), on_change="rerun")
    with drawn:
        yield bool(drawn.open)


@contextmanager
def inner_fold(name: str, *facts: str, under: str) -> Iterator[bool]:
    """A fold inside a field, under a key of its own."""
    drawn = st.expander(FoldLabel(name, *facts, strong=False), type="compact", key=under, on_change="rerun")
    with drawn:
        yield bool(drawn.open)


def keep_folds(*names: str) -> None:
    """Remember which folds are open while they are not drawn."""
    for name in names:
        if fold_key(name) in st.session_state:
            st.session_state[fold_key(name)] = st.session_state[fold_key(name)]
