"""A list of objects: each in a fold of its own that names it, to be moved, doubled and removed; new ones are added below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.forms.kinds import of_kind
from components.forms.leaf import Form, at_once, chip, code
from components.forms.state import Spot, assign, forget_in, now
from components.panel.folds import inner_fold
from components.panel.problems import small
from components.panel.typed import typed
from parley.reply.defuse import plain
from parley.request.kept import copied
from parley.request.outline import Part
from parley.request.paths import cut, found, moved

UP, DOWN, DOUBLE, REMOVE = "Move up", "Move down", "Duplicate", "Remove"
NAMED_BY = ("name", "tool_name", "rule", "id", "type")
"""The keys by which a person tells one item from another, the best first."""
LONGEST_NAME = 40


def draw_items(form: Form, spot: Spot, part: Part, value: Any) -> None:
    """Every item in a fold, and a way to add one."""
    items = value if isinstance(value, list) else []
    if value is not MISSING and not isinstance(value, list):
        small(f"Now {code(chip(value))}, which is not {part.wanted}; what is added here takes its place.")
    for index in range(at_once(spot, len(items))):
        draw_item(form, spot, part, items, index)
    form.say(spot)
    draw_add(spot, part)


def draw_item(form: Form, spot: Spot, part: Part, items: Sequence[Any], index: int) -> None:
    here, item = spot.into(index, part), part.item or part
    facts = plain(title(items[index])), kind_word(item, items[index])
    with inner_fold(f"{index + 1}", *facts, under=fold_of(spot, index)) as unfolded:
        if unfolded:
            form.draw(form, here, item, items[index])
            draw_actions(spot, part, len(items), index)


def title(item: Any) -> str:
    """What a person calls an item."""
    held = item if isinstance(item, dict) else {}
    inner = held.get("function")
    for names in (inner if isinstance(inner, dict) else {}, held):
        for key in NAMED_BY:
            if isinstance(names.get(key), str) and names[key].strip():
                return names[key][:LONGEST_NAME] if len(names[key]) <= LONGEST_NAME else f"{names[key][:LONGEST_NAME]}…"
    return "without a name" if isinstance(item, dict) else chip(item)


def kind_word(item: Part, value: Any) -> str:
    """The kind of an item, where its name does not say it already."""
    kind = item.kind_of(value) if item.shape == "kinds" else None
    return kind.label if kind is not None and title(value) != kind.key else ""


def fold_of(spot: Spot, index: int) -> str:
    return spot.key(str(index), "fold")


def draw_actions(spot: Spot, part: Part, amount: int, index: int) -> None:
    here = spot.into(index, part)
    offered = [*([UP] if index else []), *([DOWN] if index < amount - 1 else []), DOUBLE, REMOVE]
    st.menu_button(
        "Move, duplicate, remove" if amount > 1 else "Duplicate, remove",
        offered,
        key=here.key("act"),
        type="tertiary",
        width="stretch",
        icon=":material/more_horiz:",
        on_click=act,
        args=(spot, part, index),
    )


def act(spot: Spot, part: Part, index: int) -> None:
    """Callback of an item's menu. What was typed in the list and cannot be read is let go, for its place moves."""
    items = list(found(now(spot.field), spot.path))
    open_ones = [bool(st.session_state.get(fold_of(spot, place))) for place in range(len(items))]
    word = st.session_state[spot.into(index, part).key("act")]
    forget_in(spot) if typed() else None
    if word == REMOVE:
        refold(spot, [*open_ones[:index], *open_ones[index + 1 :], False])
        assign(spot, cut(items, (index,)))
        return
    if word == DOUBLE:
        items.insert(index + 1, copied(items[index]))
        open_ones.insert(index + 1, True)
    else:
        by = -1 if word == UP else 1
        items, open_ones = moved(items, index, by), moved(open_ones, index, by)
    refold(spot, open_ones)
    assign(spot, items)


def refold(spot: Spot, open_ones: Sequence[bool]) -> None:
    """Let each item's fold be open or closed, wherever the item has gone."""
    for place, unfolded in enumerate(open_ones):
        st.session_state[fold_of(spot, place)] = unfolded


def draw_add(spot: Spot, part: Part) -> None:
    """What can be added: one of the known kinds, or an item."""
    item = part.item or part
    if item.shape != "kinds":
        st.button(f"Add {part.noun}", key=spot.key("add"), icon=":material/add:", on_click=add, args=(spot, part, ""))
        return
    st.menu_button(
        f"Add {part.noun}",
        [kind.key for kind in item.parts],
        key=spot.key("add"),
        icon=":material/add:",
        width="stretch",
        format_func=lambda word: offered_as(item, word),
        on_click=add_chosen,
        args=(spot, part),
    )


def offered_as(item: Part, word: str) -> str:
    """A kind in a menu: its label, and its word where two kinds share the label."""
    kind = item.inner(word)
    label = kind.label if kind else word
    return f"{label} ({word})" if ":" not in word and sum(one.label == label for one in item.parts) > 1 else label


def add_chosen(spot: Spot, part: Part) -> None:
    add(spot, part, st.session_state[spot.key("add")])


def add(spot: Spot, part: Part, word: str) -> None:
    """Callback: a new item at the end of the list, in an open fold."""
    former, item = found(now(spot.field), spot.path), part.item or part
    items = former if isinstance(former, list) else []
    new = of_kind(item, word) if item.shape == "kinds" else item.start()
    st.session_state[fold_of(spot, len(items))] = True
    assign(spot, [*items, new])
