"""A form, drawn from the outline of its field: one small function for each shape that has parts."""

from __future__ import annotations

from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.kinds import draw_kinds
from components.forms.leaf import Draw, Form, chip, code, draw_leaf, draw_reset, row, say_unknown
from components.forms.lists import draw_items
from components.forms.maps import draw_map
from components.forms.schema import draw_schema
from components.forms.state import Spot, assign, now, remember, remembered
from components.panel.folds import inner_fold
from components.panel.problems import small
from components.panel.seen import outdated, show_as
from parley.request.outline import Part, Shape
from parley.request.paths import found
from parley.request.shapes import JsonType

WAYS: dict[JsonType, str] = {
    "string": "Simple",
    "number": "Simple",
    "object": "In detail",
    "array": "In pieces",
}
"""What a value of one of several shapes is called, by its type."""


def draw_part(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """Draw one part, which has `value` or is MISSING."""
    DRAWN_AS.get(part.shape, draw_leaf)(form, spot, part, value)


def draw_object(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """An object's keys, one below the other."""
    given = value if isinstance(value, dict) else {}
    say_other(part, value, dict)
    for inner in part.parts:
        draw_key(form, spot.into(inner.key, part), inner, given.get(inner.key, MISSING))
    say_unknown(name for name in given if part.inner(name) is None and name != part.tag)
    form.say(spot)


def draw_key(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """One key of an object; what may be absent and has parts itself stands in a fold, and is drawn while that is open."""
    if not part.nests or part.shape == "either" or (part.required and part.shape == "object"):
        draw_part(form, spot, part, value)
    else:
        with inner_fold(part.label, summary(value), under=spot.key("fold")) as unfolded:
            if unfolded:
                with row(spot.aside("fold")):
                    small(part.help)
                    draw_reset(spot, part.label) if value is not MISSING and part.shape != "kinds" else None
                draw_part(form, spot, part, value)


def draw_either(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """Which of several shapes the value has, and the value in it."""
    chosen = part.shape_of(value)
    draw_shapes(spot, part, chosen, value)
    if chosen is not None and chosen.nests:
        form.draw(form, spot, chosen.standing_for(part), value)
    elif chosen is not None:
        draw_leaf(form, spot, chosen.standing_for(part), value, labelled=False)


def draw_shapes(spot: Spot, part: Part, chosen: Part | None, value: Any) -> None:
    widget = spot.key("shape")
    show_as(widget, None if chosen is None else part.parts.index(chosen))
    if value is not MISSING and (chosen is None or chosen.nests):
        draw_reset(spot, part.label)
    st.segmented_control(
        " ".join(filter(None, (part.label, "" if chosen else code(chip(value))))),
        range(len(part.parts)),
        format_func=lambda index: WAYS.get(part.parts[index].accepts[0], "Otherwise"),
        key=widget,
        width="stretch",
        help=part.help,
        on_change=reshape,
        args=(spot, part),
    )


def reshape(spot: Spot, part: Part) -> None:
    """Callback: take another shape, with the value where it fits in there."""
    if outdated(spot.key("shape")):
        return
    index, value = st.session_state[spot.key("shape")], found(now(spot.field), spot.path)
    chosen, former = part.parts[index or 0], part.shape_of(value)
    if index is not None and chosen is not former:
        remember(spot, former.shape if former else "", value)
        assign(spot, remembered(spot, chosen.shape, carried(chosen, value)))


def carried(into: Part, value: Any) -> Any:
    """The value in another shape: a word becomes the first key of an object, and comes back out of it."""
    if into.shape == "object":
        first = into.parts[0]
        return {**into.start(), **({} if value is MISSING or isinstance(value, (dict, list)) else {first.key: value})}
    if into.nests:
        return []
    inner = next(iter(value.values()), MISSING) if isinstance(value, dict) and len(value) == 1 else MISSING
    return inner if isinstance(inner, (str, int, float)) and not isinstance(inner, bool) else MISSING


def say_other(part: Part, value: Any, kind: type | tuple[()]) -> None:
    """Say that a value has a type that this form has no widget for."""
    if value is not MISSING and not isinstance(value, kind):
        small(f"Now {code(chip(value))}, which is not {part.wanted}; what is entered here takes its place.")


def summary(value: Any) -> str:
    """What is set in a fold, in a word or two."""
    if isinstance(value, (dict, list)):
        return f"{len(value)} set" if value else code(chip(value))
    return "" if value is MISSING else code(chip(value))


DRAWN_AS: dict[Shape, Draw] = {
    "object": draw_object,
    "either": draw_either,
    "kinds": draw_kinds,
    "list": draw_items,
    "map": draw_map,
    "schema": draw_schema,
}
