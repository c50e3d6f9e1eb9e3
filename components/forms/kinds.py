"""An object that one of its keys tells apart: which kind it is, then the keys of that kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.leaf import Form, chip, code, draw_as_json, draw_reset, say_unknown
from components.forms.state import Spot, assign, fill, now, remember, remembered
from components.panel.editors import EDITORS, Drawing
from components.panel.problems import small
from components.panel.seen import outdated
from parley.request.kept import same
from parley.request.outline import Part, spoken
from parley.request.paths import found

CHOICE = EDITORS["choice"]


def draw_kinds(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """Which kind it is, what that means, and its keys."""
    kind = part.kind_of(value)
    if value is not MISSING and not is_item(spot):
        draw_reset(spot, part.label)
    draw_tag(spot.into(part.tag, part), part, value)
    if kind is not None:
        small(kind.help) if kind.help else None
        form.draw(form, spot, replace(kind, tag=part.tag), value)
    elif value is not MISSING:
        draw_unknown(form, spot, part, value)


def draw_unknown(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """A value of a kind that has no form: its JSON, unless that of the field stands above it anyway."""
    if spot.path:
        draw_as_json(form, spot, part, value)
    elif isinstance(value, dict):
        say_unknown(name for name in value if name != part.tag)
    else:
        small(f"Now {code(chip(value))}; a choice takes its place.")


def draw_tag(spot: Spot, part: Part, value: Any) -> None:
    fill(spot, CHOICE, value.get(part.tag, MISSING) if isinstance(value, dict) else MISSING)
    words = tuple(kind.key for kind in part.parts)
    look = Drawing(
        key=spot.key(),
        label=spoken(part.tag),
        help="",
        placeholder="unset",
        options=words,
        on_change=become_kind,
        args=(spot, part),
    )
    CHOICE.draw(part, look)


def is_item(spot: Spot) -> bool:
    return bool(spot.path) and isinstance(spot.path[-1], int)


def become_kind(spot: Spot, part: Part) -> None:
    """Callback: make the object one of another kind; what it was is found again on the way back."""
    if outdated(spot.key()):
        return
    whole = Spot(spot.field, spot.path[:-1], spot.words[:-1], spot.starts[:-1])
    former, word = found(now(spot.field), whole.path), st.session_state[spot.key()]
    if not word:
        assign(spot if is_item(whole) else whole, MISSING)
        return
    if isinstance(former, dict) and same(former.get(part.tag), word):
        return
    if isinstance(former, dict):
        remember(whole, str(former.get(part.tag, "")), former)
    assign(whole, remembered(whole, word, of_kind(part, word, former)))


def of_kind(part: Part, word: str, former: Any = MISSING) -> dict[str, Any]:
    """An object of a kind, with what it can keep of a former one: keys that the new kind has, or that nobody knows."""
    kind, old = part.inner(word), part.kind_of(former)
    held = former if isinstance(former, dict) else {}
    known = {one.key for one in old.parts} if old else set()
    kept = {name: one for name, one in held.items() if name not in known or (kind and kind.inner(name))}
    return {**(kind.start() if kind else {}), **kept, part.tag: word}
