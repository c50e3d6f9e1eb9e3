"""The list of models on the screen: what is looked for, how old the list is, the table, and the way to a model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import streamlit as st

from components.models.frame import MODELS, shown, styled
from components.panel.problems import small
from components.state import key
from parley.catalog import Model
from parley.catalog.finding import Choices, Order, Wanted
from parley.catalog.words import ago, tokens
from parley.reply.defuse import plain

TABLE = "models-table"
OPEN = "models-open"
SEARCH = "models-search"
_ROUND = "models-round"
_MINUTE = 60.0
_CELLS, _NARROWEST = 4, 150
"""Cells in a row where there is room, and pixels from which on there is; a phone has two."""
ORDERS: dict[Order, str] = {
    "newest": "Newest first",
    "name": "By name",
    "cheapest": "Cheapest first",
    "dearest": "Dearest first",
    "context": "Largest context first",
}
CONTEXTS = (8_000, 32_000, 100_000, 200_000, 1_000_000)


def filter_key(name: str) -> str:
    return key("models-filter", name)


def controls(offered: Choices) -> Wanted:
    """Search, filters and order; what they are set to stays while other pages are looked at."""
    words = st.text_input(
        "Search the models",
        key=SEARCH,
        type="search",
        live="250ms",
        placeholder="Name, slug, or words of the description",
        icon=":material/search:",
        autocomplete="off",
        persist_state="session",
    )
    with st.grid(_CELLS, min_column_width=_NARROWEST, key="models-controls"):
        order = st.selectbox("Order", list(ORDERS), format_func=ORDERS.__getitem__, **kept("order"))
        price = st.number_input(
            "$ per million at most",
            value=None,
            min_value=0.0,
            step=0.5,
            placeholder="Any",
            help="Of the prompt and of the answer alike; a price that is unknown is not within it",
            **kept("price"),
        )
        context = st.selectbox(
            "Context at least", CONTEXTS, index=None, format_func=tokens, placeholder="Any", **kept("context")
        )
        free = st.selectbox("Cost", ("Free",), index=None, placeholder="Any", **kept("free"))
        picked = {
            name: several(label, getattr(offered, name), name)
            for name, label in (
                ("inputs", "Takes"),
                ("outputs", "Gives"),
                ("parameters", "Supports"),
                ("authors", "Made by"),
            )
        }
    return Wanted(words=words or "", free=bool(free), context=context, price=price, order=order, **picked)


def several(label: str, options: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(st.multiselect(label, options, placeholder="Any", **kept(name)))


def kept(name: str) -> Any:
    return {"key": filter_key(name), "persist_state": "session"}


class Standing(Protocol):
    """How current a list is: see `parley.listings.Listed`."""

    @property
    def failure(self) -> str: ...
    @property
    def offline(self) -> bool: ...
    @property
    def busy(self) -> bool: ...


def counted(count: int, total: int, connection: str) -> str:
    """`36 of 413 models, OpenRouter`."""
    return f"{total:,} models, {connection}" if count == total else f"{count:,} of {total:,} models, {connection}"


def paint_standing(number: str, listed: Standing, age: float | None) -> None:
    """How many there are, how old the list is, and why it is no newer, in one quiet line."""
    small(" · ".join([plain(number), since(listed, age)] if age is not None else [since(listed, age)]))


def since(listed: Standing, age: float | None) -> str:
    """`from 3 h ago, offline`; what is not known yet is on its way, or could not be had for a reason."""
    why = plain(listed.failure)
    if age is None:
        return "On their way…" if listed.busy or not why else f"They could not be fetched: {why}"
    when = f"from {ago(age)}" if age >= _MINUTE else "from a moment ago"
    if listed.offline:
        return f"{when}, offline"
    return f"{when}, asking anew…" if listed.busy else f"{when}; no newer, because: {why}" if why else when


def table(models: Sequence[Model], go_to: Callable[[str], None]) -> None:
    """The models; a click on a row goes to its model.

    A selection is a place in the table, so another set of rows is another table, and so is the one that is come back to.
    """
    ids = tuple(model.id for model in models)
    place = key(TABLE, str(st.session_state.get(_ROUND, 0)), hashlib.sha256(repr(ids).encode()).hexdigest()[:12])
    with st.container(key=TABLE):
        st.dataframe(
            styled(MODELS, models),
            key=place,
            on_select=lambda: selected(place, ids, go_to),
            selection_mode="single-cell",
            hide_index=True,
            height=560,
            column_config=shown(MODELS),
            placeholder="unknown",
            alt="Models",
        )


def selected(place: str, ids: Sequence[str], go_to: Callable[[str], None]) -> None:
    cells = st.session_state[place].selection.cells
    if cells:
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        go_to(ids[cells[0][0]])


def opener(ids: Sequence[str], go_to: Callable[[str], None]) -> None:
    """The way to a model without a pointer, and to one that is not listed."""
    st.selectbox(
        "Open a model",
        ids,
        index=None,
        key=OPEN,
        on_change=typed,
        args=(go_to,),
        placeholder="Choose one, click a row, or type any slug",
        help="A slug may carry a variant or a preset: `vendor/model:nitro`, `@preset/name`",
        accept_new_options=True,
    )


def typed(go_to: Callable[[str], None]) -> None:
    slug = cast("str | None", st.session_state.get(OPEN))
    st.session_state[OPEN] = None
    if slug and slug.strip():
        go_to(slug.strip())


def paint_no_match() -> None:
    st.info("No model is like this. Take a filter away, or search for fewer words.", icon=":material/search_off:")
