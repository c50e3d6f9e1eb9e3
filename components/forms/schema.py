"""A JSON schema: its text, what is wrong with it, and what a strict endpoint asks of it besides."""

from __future__ import annotations

from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.leaf import Form, draw_leaf
from components.forms.state import Spot, assign
from components.panel.problems import small
from parley.reply.defuse import plain
from parley.request.outline import Part
from parley.request.schemas import EMPTY_OBJECT, made_strict, strict_lapses

MOST_NAMED = 4


def draw_schema(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """The text of the schema. What no endpoint takes is among the problems of the request, and so is, with its way out, what
    strict mode asks for where it is on."""
    draw_leaf(form, spot, part, value)
    if value is MISSING:
        st.button("Begin with an empty object", key=spot.key("begin"), type="tertiary", on_click=begin, args=(spot,))
    elif isinstance(value, dict) and not any(one.path == spot.place and one.remedies for one in form.problems):
        draw_strictness(spot, value)


def draw_strictness(spot: Spot, schema: dict[str, Any]) -> None:
    lapses = strict_lapses(schema)
    if not lapses:
        small(":material/check: Fit for strict mode.")
        return
    with st.container(key=spot.key("strict")):
        more = f" And {len(lapses) - MOST_NAMED} more." if len(lapses) > MOST_NAMED else ""
        named = " ".join(f"{plain(lapse.sentence)}." for lapse in lapses[:MOST_NAMED])
        small(f"Strict mode asks for more: {named}{more}")
        if made_strict(schema) != schema:
            st.button(
                "Make it strict",
                key=spot.key("make-strict"),
                type="tertiary",
                help="Closes every object to other keys and requires every property.",
                on_click=tighten,
                args=(spot, schema),
            )


def begin(spot: Spot) -> None:
    assign(spot, EMPTY_OBJECT)


def tighten(spot: Spot, schema: dict[str, Any]) -> None:
    assign(spot, made_strict(schema))
