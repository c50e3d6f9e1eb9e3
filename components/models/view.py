"""The chosen model in the sidebar: a line below the picker, and a mark beside each set field that it will not honour."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, cast

import streamlit as st
from pydantic import MISSING

from components.panel.edits import edit
from components.panel.folds import fact
from components.panel.problems import small
from components.panel.values import Reading
from components.state import key
from parley.catalog.preferring import requiring
from parley.catalog.view import FieldMark, ModelView
from parley.catalog.words import SCRIPTED, is_scripted, price_line, tokens, variant_words
from parley.reply.defuse import plain
from parley.request import BY_NAME, ChatRequest, Problem, Remedy

MODELS = "pages/4_Models.py"
ASKED = "model"
"""The query parameter of the Models page that names a model."""
KEPT = key("panel", "kept")
See = Callable[[str], ModelView]


def unseen(slug: str) -> ModelView:
    """What is known of a model where there are no lists."""
    return ModelView(slug=slug)


def seen(reading: Reading, see: See, sent_anyway: dict[str, Any]) -> Reading:
    """The reading with what the chosen model makes of it; what the API would refuse is a problem like any other."""
    slug = dict(reading.request.held()).get("model", sent_anyway.get("model"))
    view = see(slug) if isinstance(slug, str) and slug else ModelView()
    marks = view.marks(reading.request)
    refused = tuple(problem_of(mark, reading.request) for mark in marks if mark.blocks)
    advice = tuple(mark for mark in marks if not mark.blocks)
    return replace(reading, view=view, marks=advice, problems=(*reading.problems, *refused))


def problem_of(mark: FieldMark, request: ChatRequest) -> Problem:
    ways = [Remedy(label=f"Drop {mark.field}", drop=(mark.field,))]
    if mark.instead is not None:
        ways.insert(0, Remedy(label=f"Set {mark.instead:,}", put={mark.field: mark.instead}))
    value = request.payload().get(mark.field)
    return Problem(field=mark.field, path=mark.field, value=value, message=mark.message, remedies=tuple(ways))


def draw_model_line(view: ModelView) -> None:
    """Name, price and context of the model quietly below its picker; the name leads to its page."""
    if view.model is None:
        if view.among and view.slug and not view.slug.startswith("@"):
            small("Not in this connection's list of models; it can be asked all the same.")
        return
    facts = [price_line(view.model.pricing), f"{tokens(view.model.context_length)} context", variant_words(view.slug)]
    if is_scripted(view.model):
        facts.append(SCRIPTED)
    with st.container(gap="xxsmall", key="model-line"):
        st.page_link(MODELS, label=plain(view.model.label), icon=":material/info:", query_params={ASKED: view.slug})
        small(plain(" · ".join(filter(None, facts))))


def draw_marks(marks: Iterable[FieldMark], reading: Reading) -> None:
    """Each mark in words, with the ways to deal with it; one that was kept goes on in quieter words."""
    for mark in marks:
        if identity(mark, reading.view) in kept():
            small(f"Kept. {plain(mark.message)}")
            continue
        small(f":material/info: {plain(mark.message)}", "orange")
        with st.container(horizontal=True, gap="xxsmall", key=key("mark", mark.field)):
            act(mark, "Keep", keep, identity(mark, reading.view))
            act(mark, "Drop", edit, {mark.field: MISSING})
            if mark.require:
                act(mark, "Require", edit, {"provider": requiring(reading.request)})
            if mark.instead is not None:
                act(mark, f"Set {mark.instead:,}", edit, {mark.field: mark.instead})


def draw_raw_marks(reading: Reading) -> None:
    """The marks of keys that have no widget, each with the name of its key."""
    loose = (mark for mark in reading.marks if mark.field not in BY_NAME)
    draw_marks((mark.model_copy(update={"message": f"{mark.field}: {mark.message}"}) for mark in loose), reading)


def act(mark: FieldMark, label: str, do: Callable[..., None], *args: Any) -> None:
    name = key("mark", mark.field, label.partition(" ")[0].lower())
    st.button(label, key=name, help=HELP.get(label), on_click=do, args=args, width="content")


HELP = {"Require": "provider.require_parameters: only endpoints that honour every field that is sent"}


def identity(mark: FieldMark, view: ModelView) -> tuple[str, str, str]:
    return (view.model.id if view.model else "", mark.field, mark.kind)


def kept() -> frozenset[tuple[str, str, str]]:
    """The marks that somebody decided to live with, in this tab."""
    return cast("frozenset[tuple[str, str, str]]", st.session_state.get(KEPT, frozenset()))


def keep(one: tuple[str, str, str]) -> None:
    """Callback of Keep."""
    st.session_state[KEPT] = kept() | {one}


def marks_in(names: Iterable[str], reading: Reading) -> str:
    """`1 in doubt`: what a fold's label says of the marks in it that nobody kept; empty for none."""
    inside = set(names)
    count = sum(mark.field in inside and identity(mark, reading.view) not in kept() for mark in reading.marks)
    return fact(f"{count} in doubt", "orange") if count else ""
