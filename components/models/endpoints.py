"""Who serves a model: the endpoints in a table, each held against what is set in the session, and put into its preferences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.models.details import code
from components.models.frame import ENDPOINTS, shown, styled
from components.panel.problems import small
from components.state import key
from parley.catalog import Endpoint
from parley.catalog.preferring import Preference, named
from parley.catalog.view import lacking
from parley.catalog.words import price_line, tokens
from parley.figures import milliseconds
from parley.reply.defuse import plain
from parley.request import ChatRequest
from parley.request.parameters import needs

Prefer = Callable[[Preference, str], None]
WORDS: dict[Preference, str] = {"only": "Only", "order": "Try first", "ignore": "Ignore"}
MEANING = (
    "**Only** the lit ones may serve (`provider.only`), **Try first** in the order of the clicks (`provider.order`), "
    "**Ignore** never (`provider.ignore`)."
)


def endpoints(offers: Sequence[Endpoint], settings: ChatRequest, prefer: Prefer) -> None:
    """The table of all figures, and below it one line for each endpoint with what it makes of the session's parameters."""
    st.dataframe(
        styled(ENDPOINTS, offers),
        key="models-endpoints",
        hide_index=True,
        column_config=shown(ENDPOINTS),
        placeholder="unknown",
        alt="Endpoints",
    )
    asked = tuple(needs(settings))
    st.markdown("**Against what is set in the session now**")
    small(f"Set, and of concern to a provider: {', '.join(map(code, asked))}." if asked else NOTHING_SET)
    small(MEANING)
    for offer in {one.tag: one for one in offers if one.tag}.values():
        line(offer, asked, settings, prefer)


NOTHING_SET = "Nothing is set that a provider could ignore."


def line(offer: Endpoint, asked: Sequence[str], settings: ChatRequest, prefer: Prefer) -> None:
    """One endpoint: its name, what it honours, and the three preferences it can be put into."""
    tag = offer.tag or ""
    words, buttons = st.columns([3, 2], vertical_alignment="center")
    with words:
        said = " · ".join(filter(None, (code(tag), honours(offer, asked, settings))))
        st.markdown(f"{said}  \n:small[:gray[{plain(figures(offer))}]]")
    with buttons, st.container(horizontal=True, gap="small", key=key("endpoint", tag)):
        for preference in WORDS:
            toggle(preference, tag, named(settings, preference), prefer)


def honours(offer: Endpoint, asked: Sequence[str], settings: ChatRequest) -> str:
    """What it makes of the set parameters, in words."""
    lacks = lacking(settings, offer)
    if lacks:
        return f":orange[ignores {', '.join(map(code, lacks))}]"
    if asked and not offer.supported_parameters:
        return "does not say what it honours"
    return "" if not asked else f"honours all {len(asked)} set" if len(asked) > 1 else "honours it"


def figures(offer: Endpoint) -> str:
    """Price, context, uptime and the typical first token on one line."""
    parts = [offer.provider_name or "", price_line(offer.pricing)]
    if offer.context_length is not None:
        parts.append(f"{tokens(offer.context_length)} context")
    if offer.uptime_last_30m is not None:
        parts.append(f"up {offer.uptime_last_30m:g}\u00a0%")
    if offer.latency_last_30m and offer.latency_last_30m.p50 is not None:
        parts.append(f"first token {milliseconds(offer.latency_last_30m.p50)}")
    return " · ".join(part for part in parts if part)


def toggle(preference: Preference, tag: str, chosen: Sequence[str], prefer: Prefer) -> None:
    """A button that is lit while the endpoint stands in the preference; in an order it says at which place."""
    lit = tag in chosen
    place = f" · {chosen.index(tag) + 1}" if lit and preference == "order" else ""
    st.button(
        f"{WORDS[preference]}{place}",
        key=key("prefer", preference, tag),
        type="primary" if lit else "secondary",
        icon=":material/check:" if lit else None,
        on_click=prefer,
        args=(preference, tag),
    )


def paint_no_endpoints() -> None:
    st.info(
        "No endpoint is listed: it is a router, which hands the request to other models.", icon=":material/alt_route:"
    )
