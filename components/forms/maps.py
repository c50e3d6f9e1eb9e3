"""A map of names to values, one pair a row; what is allowed is counted."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.leaf import BUTTON, Form, at_once, chip, code, draw_widget, row
from components.forms.state import Spot, assign, clear, fill, forget_in, now
from components.panel.editors import EDITORS, Drawing, settled
from components.panel.problems import small
from components.panel.seen import outdated, write
from components.panel.text import Unreadable
from parley.reply.defuse import plain
from parley.request.outline import Part
from parley.request.paths import found, renamed

TEXT = EDITORS["text"]
VALUES = {"number": "Number", "text": "Text"}
"""What the values of a map are called, by the shape of one; any other is a value."""


def draw_map(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """Every pair in a row, and an empty row in which another is typed."""
    pairs = value if isinstance(value, dict) else {}
    if value is not MISSING and not isinstance(value, dict):
        small(f"Now {code(chip(value))}, which is not {part.wanted}; a pair that is added here takes its place.")
    if part.bounds.most is not None:
        small(f"{len(pairs)} of {part.bounds.most} pairs")
    for number, name in enumerate(islice(pairs, at_once(spot, len(pairs)))):
        draw_pair(form, spot.into(name, part, str(number)), part, name, pairs[name])
    form.say(spot)
    draw_new(spot, part, pairs)


def draw_pair(form: Form, spot: Spot, part: Part, name: str, value: Any) -> None:
    """The name of a pair, its value, and a button that takes it away."""
    with row(spot):
        draw_name(spot, part, name)
        draw_widget(form, spot, value_of(part), value)
        st.button(
            ":material/delete: Remove this pair",
            key=spot.key("reset"),
            width=BUTTON,
            type="tertiary",
            on_click=clear,
            args=(spot,),
        )
    form.say(spot)


def value_of(part: Part) -> Part:
    """The part that a map repeats, with the limits that are declared with the map."""
    item = part.item or part
    return replace(
        item, label=VALUES.get(item.shape, "Value"), step=part.step, bounds=replace(part.bounds, least=None, most=None)
    )


def draw_name(spot: Spot, part: Part, name: str) -> None:
    longest = part.bounds.key
    widget = spot.aside("name")
    fill(widget, TEXT, name)
    look = Drawing(
        key=widget.key(),
        label=part.names if longest is None else f"{part.names} ({len(name)} of {longest})",
        help="",
        placeholder=chip(name),
        on_change=rename,
        args=(spot, widget),
    )
    TEXT.draw(part, look)


def rename(spot: Spot, widget: Spot) -> None:
    """Callback: another name for a pair, in its place; a name that is taken, or none, leaves it as it is."""
    if outdated(widget.key()):
        return
    name, whole = settled(st.session_state[widget.key()]), Spot(spot.field, spot.path[:-1], (), spot.starts[:-1])
    pairs = found(now(spot.field), whole.path)
    if name is not None and isinstance(pairs, dict) and name not in pairs:
        assign(whole, renamed(pairs, str(spot.path[-1]), name))


def draw_new(spot: Spot, part: Part, pairs: dict[str, Any]) -> None:
    """Where a pair is typed that is not there yet. It is added when both its boxes are left by Enter, or the button."""
    name, value = spot.key("new", "name"), spot.key("new", "value")
    item = value_of(part)
    with row(spot.aside("new")):
        TEXT.draw(item, Drawing(key=name, label=f"New {part.names.lower()}", help="", placeholder=""))
        EDITORS[item.shape].draw(item, Drawing(key=value, label=item.label, help="", placeholder=""))  # type: ignore[index]
        st.button(
            f":material/add: Add {part.noun}",
            key=spot.key("add"),
            width=BUTTON,
            type="tertiary",
            on_click=add,
            args=(spot, part),
        )
    if st.session_state.get(spot.key("said")):
        small(f":material/error: {plain(st.session_state.pop(spot.key('said')))}", "red")


def add(spot: Spot, part: Part) -> None:
    """Callback: the pair that was typed joins the map; where it cannot, it stays in its boxes, and why is said."""
    item = value_of(part)
    name_box, value_box = spot.key("new", "name"), spot.key("new", "value")
    name, raw = settled(st.session_state.get(name_box)), settled(st.session_state.get(value_box))
    former = found(now(spot.field), spot.path)
    pairs = former if isinstance(former, dict) else {}
    said = refusal(name, raw, item, pairs)
    if not said:
        try:
            value = "" if raw is None else EDITORS[item.shape].from_widget(raw)  # type: ignore[index]
        except Unreadable as error:
            said = f"The value cannot be read: {error}"
    if said:
        st.session_state[spot.key("said")] = said
        return
    forget_in(spot)
    write(name_box, None)
    write(value_box, None)
    assign(spot, {**pairs, name: value})


def refusal(name: str | None, raw: Any, item: Part, pairs: dict[str, Any]) -> str:
    """Why a pair cannot be added; empty where it can."""
    if name is None:
        return "Give it a name first."
    if name in pairs:
        return "There is a pair of this name already."
    return "Give it a number." if raw is None and item.shape == "number" else ""
