"""The sidebar: every field of the request as a widget, in groups, and the raw JSON below them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any

import streamlit as st
from pydantic import MISSING
from streamlit.delta_generator import DeltaGenerator

from components.models.view import See, draw_model_line, draw_raw_marks, marks_in, seen, unseen
from components.panel.editors import DRAWN, RAW, Drawing
from components.panel.edits import base_of, held, reset, seed
from components.panel.field import draw_field
from components.panel.folds import fact, fold, keep_folds
from components.panel.form import keep_forms
from components.panel.problems import draw_problems, small
from components.panel.seen import draw_seen
from components.panel.typed import let_go, standing
from components.panel.values import RAW_FIELD, Reading, read
from components.state import key
from parley.catalog.view import ModelView
from parley.request import BY_NAME, GROUPS, ChatRequest, FieldSpec, Group, Problem, find

FIND = key("panel", "find")
MODEL, TOOLS = BY_NAME["model"], BY_NAME["tools"]
BELOW: tuple[FieldSpec, ...] = tuple(spec for spec in DRAWN if spec is not MODEL)
Words = Mapping[str, Sequence[str]]
"""What is offered to choose from, by where it comes from."""
RAW_HELP = (
    "Keys that have no widget, as one JSON object. They are laid over the widgets, so a field named here overrules its "
    "widget. They are sent as they are."
)


@dataclass(frozen=True)
class Panel:
    """What the panel shows: the settings, a request without messages, and what is wrong with them."""

    request: ChatRequest
    problems: tuple[Problem, ...]
    below_model: DeltaGenerator
    """Room below the model, for what needs to know the settings."""
    view: ModelView
    """What is known of the model that will be asked."""

    @property
    def blocked(self) -> bool:
        """Whether a run has to wait until something is mended."""
        return any(problem.blocks for problem in self.problems)


def request_panel(
    settings: ChatRequest,
    *,
    default_model: str,
    models: Sequence[str],
    sent_anyway: Mapping[str, Any] = MappingProxyType({}),
    see: See = unseen,
    providers: Sequence[str] = (),
    below_tools: Callable[[], None] = lambda: None,
) -> Panel:
    """Draw every field of the request, filled from `settings`, and return the settings that the widgets now show.

    Settings whose widgets nobody touched come back exactly as they were. What comes back is to be handed in as `settings`
    at the next run of the script; settings from anywhere else go through `state.write_settings` first. `default_model` is
    sent where no model is set, `models` are the slugs to choose from; others may be typed. `sent_anyway` are other fields that
    are sent where they are not set: they count when the request is checked, and are no part of what comes back. `see` gives
    what is known of a model by its slug: fields that it will not honour are marked. `providers` are the slugs of those that
    serve the model, where others than the listed ones are to be offered. `below_tools` draws what belongs to tools and is never sent,
    while their group is open.
    """
    anyway = {**sent_anyway, **({"model": default_model} if default_model else {})}
    base = base_of(settings)
    seed(base)
    raws = held()
    before = seen(read(base, raws, anyway, standing), see, anyway)
    body = before.request.payload()
    let_go(body)
    words = {"models": models, "providers": providers or before.view.providers}
    draw_field(MODEL, body.get("model", MISSING), before, models, placeholder=default_model)
    draw_model_line(before.view)
    below_model = st.container(gap="xxsmall", key=key("panel", "below-model"))
    query = draw_header(before)
    if query:
        draw_found(query, body, before, words)
    else:
        for group in GROUPS:
            draw_group(group, body, before, words, below_tools if group == TOOLS.group else None)
    draw_raw(before)
    draw_seen()
    drawn = held()
    after = before if drawn == raws else seen(read(base, drawn, anyway, standing), see, anyway)
    return Panel(after.request, after.problems, below_model, after.view)


def settings_typed(settings: ChatRequest) -> ChatRequest:
    """What the widgets say in a callback, before any of them is drawn; what cannot be read is left as it is."""
    return read(base_of(settings), held()).request


def draw_header(now: Reading) -> str:
    """How much is set, a reset for all of it, and what is looked for; returns the latter."""
    names, loose = now.set_names(), now.loose_names()
    changed = (*names, *loose, *now.unreadable, *now.half_typed)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("panel", "header")):
        with st.container(key=key("panel", "count")):
            st.markdown(counted(len(names), len(loose)))
        st.button(
            "Reset all",
            key=key("panel", "reset"),
            type="tertiary",
            disabled=not changed,
            on_click=reset,
            args=changed,
        )
    query = st.text_input(
        "Find a field",
        key=FIND,
        type="search",
        live="250ms",
        placeholder="Find a field",
        icon=":material/search:",
        label_visibility="collapsed",
        autocomplete="off",
    )
    return query.strip()


def counted(fields: int, loose: int) -> str:
    """`Nothing set`, `3 set`, `3 set · 1 raw key`."""
    words = f"{fields} set" if fields else "Nothing set"
    return f"{words} · {loose} raw key{'' if loose == 1 else 's'}" if loose else words


def draw_found(query: str, body: dict[str, Any], now: Reading, words: Words) -> None:
    """The fields that match, the closest first, and a word about set fields that do not."""
    keep_folds(*GROUPS)
    keep_forms()
    found = [spec for spec in find(query) if spec in BELOW]
    hidden = set(now.set_names()) - {spec.name for spec in found} - {MODEL.name}
    if not found:
        small("No field has this in its name or meaning. A key that OpenRouter knows and Parley does not fits below.")
    for spec in found:
        draw_field(spec, body.get(spec.name, MISSING), now, options_of(spec, words), words=words)
    if hidden:
        small(f"{len(hidden)} set field{' is' if len(hidden) == 1 else 's are'} not shown: clear the search.")


def draw_group(
    group: Group, body: dict[str, Any], now: Reading, words: Words, below: Callable[[], None] | None = None
) -> None:
    """One group in its fold, the rarely needed fields below the others, and `below` them what is no field, while it is open."""
    specs = [spec for spec in BELOW if spec.group == group]
    with fold(group, *facts_of(specs, now), marks_in((spec.name for spec in specs), now)) as unfolded:
        for advanced, some in groupby(specs, key=lambda spec: spec.advanced):
            if advanced and len(specs) > 1:
                small("Rarely needed")
            for spec in some:
                value = body.get(spec.name, MISSING)
                draw_field(spec, value, now, options_of(spec, words), tools=unfolded, words=words)
        if unfolded and below is not None:
            below()


def facts_of(specs: Sequence[FieldSpec], now: Reading) -> tuple[str, str]:
    """How many of these fields are set, and how many problems hold back a run, in words; empty for none."""
    names = {spec.name for spec in specs}
    amount = len(names.intersection(now.set_names()))
    wrong = sum(problem.blocks for problem in now.problems if problem.field in names)
    problems = fact(f"{wrong} problem{'' if wrong == 1 else 's'}", "red") if wrong else ""
    return fact(f"{amount} set") if amount else "", problems


def options_of(spec: FieldSpec, words: Words) -> Sequence[str]:
    return words["models"] if spec.name == "models" else ()


def draw_raw(now: Reading) -> None:
    """The keys that are no field."""
    loose = now.loose_names()
    with fold("Raw JSON", fact(f"{len(loose)} set") if loose else ""), st.container(gap="xxsmall"):
        look = Drawing(key=RAW_FIELD, label="Extra keys", help=RAW_HELP, placeholder='{"verbosity": "low"}')
        RAW.draw(MODEL, look)
        if now.overridden:
            small(f"Overrides {', '.join(BY_NAME[name].label for name in now.overridden)}.")
        draw_problems((problem for name in (RAW_FIELD, *loose) for problem in now.problems_of(name)), now.request)
        draw_raw_marks(now)
