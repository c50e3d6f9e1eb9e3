"""Whether the browser has seen what was written into a widget.

Every request of the browser carries what all its widgets hold. One that was made before the last page arrived carries what
stood in them before, and would undo what was written since: a second click within the time of a first. So each write has
a number, the highest one goes to the browser as the value of a widget that nobody sees, and comes back with what it holds.
"""

from __future__ import annotations

from typing import Any, cast

import streamlit as st

_UNKNOWN = object()
SEEN, WRITTEN, NUMBER = "panel-seen", "panel-written", "panel-writes"


def write(widget: str, raw: Any) -> None:
    """Write into a widget that is drawn later in this run; what the browser says of it counts again once it has seen this."""
    number = st.session_state.get(NUMBER, 0) + 1
    st.session_state[NUMBER] = number
    st.session_state[WRITTEN] = {**written(), widget: (number, raw)}
    st.session_state[widget] = raw


def show_as(widget: str, raw: Any, *, first: Any = _UNKNOWN) -> None:
    """Let a widget hold this, if it does not already; `first` is what it holds where it was never drawn.

    Whatever is written, the browser cannot keep for the next page, so the widget is sent again whole.
    """
    if st.session_state.get(widget, first) != raw:
        write(widget, raw)


def held(widget: str) -> Any:
    """What a widget holds, or is about to."""
    return written()[widget][1] if outdated(widget) else st.session_state.get(widget)


def written() -> dict[str, tuple[int, Any]]:
    """The last write into each widget, by its number, as long as the browser may not have seen it."""
    return cast(dict[str, tuple[int, Any]], st.session_state.get(WRITTEN, {}))


def outdated(widget: str) -> bool:
    """Whether what the browser says of a widget is older than what was written into it."""
    return widget in written() and written()[widget][0] > seen()


def seen() -> int:
    """The number of the last write that the browser has seen."""
    return int(st.session_state.get(SEEN) or 0)


def restore() -> None:
    """Before anything is drawn: what the browser has not seen yet is written again, and the rest is its own."""
    left = {widget: one for widget, one in written().items() if one[0] > seen()}
    if len(left) < len(written()):
        st.session_state[WRITTEN] = left
    for widget, (_, raw) in left.items():
        st.session_state[widget] = raw


def draw_seen() -> None:
    """Send the number of the last write; after every widget that was written into. The style sheet hides it."""
    number = str(st.session_state.get(NUMBER, 0))
    if st.session_state.get(SEEN) != number:
        st.session_state[SEEN] = number
    st.text_input("Seen by the browser", key=SEEN, persist_state="session")
