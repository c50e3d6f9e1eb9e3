"""A word before reasoning goes to a model of another family, and the choice to leave it behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.state import key
from parley.catalog.family import family_words
from parley.notebook.reasoned import Abroad
from parley.reply.defuse import plain

Leave = Callable[[Sequence[str], bool], None]


def reasoned_row(found: Abroad, home: Sequence[str], asked: str, leave: Leave, keep: Callable[[], None] | None) -> None:
    """Draw it, where there is something to say: `asked` is the model's name, `leave` has the cells and whether their reasoning stays
    behind, `keep` sends it and says no more of it, and is None once that was said."""
    if found.sent and keep is not None:
        told = (
            f"The reasoning of {_answers(found.sent)} by {_makers(found)} goes to {plain(asked)}, which may refuse it."
        )
        _row(told, "orange", [("Leave it behind", "leave", leave, found.sent, True)], keep)
    elif found.left:
        told = f"The reasoning of {_answers(found.left)} by {_makers(found)} stays behind."
        _row(told, "", [("Send it along", "along", leave, found.left, False)], None)
    elif home:
        told = f"The reasoning of {_answers(home)} stays behind, though {plain(asked)} is of the family that wrote it."
        _row(told, "", [("Send it along", "along", leave, home, False)], None)


def _row(
    told: str,
    colour: str,
    acts: Sequence[tuple[str, str, Leave, Sequence[str], bool]],
    keep: Callable[[], None] | None,
) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("reasoned")):
        icon = ":material/psychology:"
        st.markdown(f":{colour}[{icon}] {told}" if colour else f"{icon} {told}", width="stretch")
        for label, name, act, cells, left in acts:
            st.button(label, key=key("reasoned", name), type="tertiary", on_click=act, args=(cells, left))
        if keep is not None:
            st.button("Send it", key=key("reasoned", "keep"), type="tertiary", on_click=keep)


def _answers(cells: Sequence[str]) -> str:
    return "1 answer" if len(cells) == 1 else f"{len(cells)} answers"


def _makers(found: Abroad) -> str:
    return plain(" and ".join(map(family_words, found.families)))
