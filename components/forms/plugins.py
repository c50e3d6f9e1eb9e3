"""The plugins: a switch for each that is known, its settings below while it is on, then those nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.kinds import of_kind
from components.forms.leaf import Form, chip, code
from components.forms.lists import draw_item
from components.forms.state import Spot, assign, forget_in, now, remember, remembered
from components.panel.folds import inner_fold
from components.panel.problems import small
from components.panel.seen import outdated, show_as
from components.state import key
from parley.request.outline import Part


def draw_plugins(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """Every known plugin as a switch, on while it is in the list."""
    items = value if isinstance(value, list) else []
    if value is not MISSING and not isinstance(value, list):
        small(f"Now {code(chip(value))}, which is not {part.wanted}; a switch takes its place.")
    union = part.item or part
    places = {kind.key: places_of(union, items, kind.key) for kind in union.parts}
    for kind in union.parts:
        draw_plugin(form, spot, part, kind, items, places[kind.key])
    known = {place[0] for place in places.values() if place}
    for index in range(len(items)):
        if index not in known:
            draw_item(form, spot, part, items, index)
    form.say(spot)


def places_of(union: Part, items: list[Any], word: str) -> list[int]:
    return [index for index, item in enumerate(items) if isinstance(item, dict) and item.get(union.tag) == word]


def draw_plugin(form: Form, spot: Spot, part: Part, kind: Part, items: list[Any], places: list[int]) -> None:
    """One plugin. It has settings of its own besides `enabled`, or it has not; both are in its fold."""
    widget = spot.key(kind.key)
    show_as(widget, bool(places))
    off = bool(places) and items[places[0]].get("enabled") is False
    st.toggle(
        f"{kind.label}{' `enabled: false`' if off else ''}",
        key=widget,
        help=kind.help,
        on_change=switch,
        args=(spot, part, kind),
    )
    if places:
        here, given = spot.into(places[0], part), items[places[0]]
        facts = f"{len(given) - 1} set" if len(given) > 1 else ""
        with inner_fold(f"Settings of {kind.label.lower()}", facts, under=key(widget, "fold")) as unfolded:
            if unfolded:
                form.draw(form, here, replace(kind, tag=(part.item or part).tag), given)


def switch(spot: Spot, part: Part, kind: Part) -> None:
    """Callback: put a plugin at the end of the list, as it was when it left it, or take it out."""
    if outdated(spot.key(kind.key)):
        return
    former = now(spot.field)
    items, union = (former if isinstance(former, list) else []), part.item or part
    places = places_of(union, items, kind.key)
    place = Spot(spot.field, words=(kind.key,))
    if st.session_state[spot.key(kind.key)]:
        assign(spot, items if places else [*items, *remembered(place, kind.key, [of_kind(union, kind.key)])])
        return
    remember(place, kind.key, [items[index] for index in places])
    forget_in(spot)
    assign(spot, [item for index, item in enumerate(items) if index not in places] or MISSING)
