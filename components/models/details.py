"""One model on the screen: what it is, what it takes, what it charges. Its words are a stranger's, and are painted harmless."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from components.panel.problems import small
from parley.catalog import Model
from parley.catalog.finding import inputs_of, outputs_of
from parley.catalog.view import ModelView, longest_answer
from parley.catalog.words import SCRIPTED, day, is_scripted, per_million, price_rows, tokens, variant_words
from parley.reply.defuse import defuse, plain

_SUMS, _NARROWEST = 4, 130


def title(view: ModelView) -> None:
    """The name, the slug, and what must be known before anything else."""
    st.title(plain(view.model.label if view.model else view.slug), anchor=False)
    if view.model is None:
        st.info(
            f"{code(view.slug)} is not in this connection's list. It can be asked all the same; its prices, limits and "
            "parameters are unknown.",
            icon=":material/help:",
        )
    else:
        aside = [f":orange-badge[{SCRIPTED}]"] if is_scripted(view.model) else []
        st.markdown(" · ".join([code(view.model.id), *aside]))
    if words := variant_words(view.slug):
        small(f"Asked as {plain(view.slug)} ({plain(words)}).")


def details(model: Model, view: ModelView) -> None:
    """Figures, description, prices and parameters."""
    with st.grid(_SUMS, min_column_width=_NARROWEST, key="models-figures"):
        st.metric("Context", tokens(model.context_length))
        st.metric("Longest answer", tokens(longest_answer(model, view.endpoints)))
        st.metric("In, per million tokens", per_million(model.pricing.prompt if model.pricing else None))
        st.metric("Out, per million tokens", per_million(model.pricing.completion if model.pricing else None))
    if model.description:
        st.markdown(defuse(model.description, largest_heading=4))
    left, right = st.columns(2, gap="medium")
    with left:
        paint_rows(
            "Prices", "per million tokens", list(price_rows(model.pricing)) or [("Prompt and answer", "unknown")]
        )
    with right:
        paint_rows("Facts", "as listed", list(facts(model)))
    st.markdown("**Parameters**")
    listed = " ".join(code(word) for word in model.supported_parameters)
    st.markdown(listed or "It does not say which it supports.")


def facts(model: Model) -> Iterator[tuple[str, str]]:
    """What is known besides, links as text."""
    yield "Takes", ", ".join(inputs_of(model)) or "unknown"
    yield "Gives", ", ".join(outputs_of(model)) or "unknown"
    if model.canonical_slug and model.canonical_slug != model.id:
        yield "Answers as", model.canonical_slug
    known = {**(model.model_extra or {}), "moderated": model.top_provider and model.top_provider.is_moderated}
    yield from reasoning_facts(model)
    alias = model.alias_target or {}
    rows: Mapping[str, object] = {
        "Leads to": alias.get("slug"),
        "Defaults": ", ".join(f"{name} {value:g}" for name, value in numbers(model.default_parameters or {})),
        "Added": day(model.created),
        "Knowledge until": known.get("knowledge_cutoff"),
        "Retires on": model.expiration_date,
        "Moderated": {True: "yes", False: "no"}.get(known["moderated"]) if known["moderated"] is not None else None,
        "Tokenizer": model.architecture.tokenizer if model.architecture else None,
        "Hugging Face": known.get("hugging_face_id"),
    }
    yield from ((label, value) for label, value in rows.items() if isinstance(value, str) and value)


def reasoning_facts(model: Model) -> Iterator[tuple[str, str]]:
    can = model.reasoning
    if can is not None:
        always = "always" if can.mandatory else "unless switched off" if can.default_enabled else "when asked to"
        yield "Reasons", always
        if can.supported_efforts:
            yield "Efforts", ", ".join(can.supported_efforts)


def numbers(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield name, value


def paint_rows(heading: str, values: str, rows: Sequence[tuple[str, str]]) -> None:
    """A small table of Markdown, one element whatever its length."""
    lines = (f"| {plain(label)} | {plain(value)} |" for label, value in rows)
    st.markdown("\n".join([f"| **{heading}** | {values} |", "|---|---|", *lines]))


def code(text: str) -> str:
    """A stranger's word as code on a line; never inside one of Streamlit's directives, which end at any bracket."""
    line = " ".join(text.split())
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    pad = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{fence}{pad}{line}{pad}{fence}"
