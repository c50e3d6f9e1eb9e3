"""What was typed into a form and cannot be read: it is kept as it was typed, and holds back a run until it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from components.state import key
from parley.request.kept import same
from parley.request.paths import Path, found, spelt

TYPED = key("panel", "typed")


@dataclass(frozen=True)
class Typed:
    """A text in the widget of a part, which kept its former value."""

    field: str
    path: Path
    """Where in the field's value the part is."""
    text: str
    before: Any
    """The value that the part has, or MISSING."""
    why: str

    @property
    def place(self) -> str:
        return spelt((self.field, *self.path))

    @property
    def sentence(self) -> str:
        return f"{self.place}: {self.why}"


def typed() -> dict[str, Typed]:
    """What cannot be read in this tab, by the key of its widget."""
    return cast(dict[str, Typed], st.session_state.get(TYPED, {}))


def keep(widget: str, one: Typed) -> None:
    st.session_state[TYPED] = {**typed(), widget: one}


def forget(widgets: Iterable[str]) -> None:
    gone = set(widgets)
    if gone & typed().keys():
        st.session_state[TYPED] = {widget: one for widget, one in typed().items() if widget not in gone}


def forget_fields(names: Iterable[str]) -> None:
    """Let go of whatever was typed into the forms of these fields."""
    gone = set(names)
    forget(widget for widget, one in typed().items() if one.field in gone)


def standing(body: Mapping[str, Any]) -> tuple[Typed, ...]:
    """What stands over a value that is still the one it was typed over."""
    return tuple(one for one in typed().values() if stands(one, body))


def stands(one: Typed, body: Mapping[str, Any]) -> bool:
    return same(found(body, (one.field, *one.path)), one.before)


def let_go(body: Mapping[str, Any]) -> None:
    """Forget what was typed over values that are others now."""
    forget([widget for widget, one in typed().items() if not stands(one, body)])


def is_typed(widget: str, value: Any) -> Typed | None:
    """What was typed into a widget over this very value."""
    one = typed().get(widget)
    return one if one is not None and same(one.before, value) else None
