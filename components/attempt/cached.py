"""What the provider's cache of prompts did for an answer: what it saved, and why it was of no use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import streamlit as st

from components.state import cell_key
from parley.money import dollars
from parley.notebook.prefix import LEAST, Miss
from parley.reply.defuse import plain


def cache_row(
    cell_id: str, shares: tuple[int, int], saved: Decimal | None, miss: Miss | None, why: Callable[[], Sequence[str]]
) -> None:
    """Draw it, where there is something to say; `shares` are the tokens read and written, and `why` is asked when somebody wants to
    know."""
    told = saving_words(shares, saved)
    if not told and miss is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=cell_key(cell_id, "cache")):
        if told:
            st.caption(told, width="content")
        if miss is not None:
            _missed(cell_id, miss, why)


def saving_words(shares: tuple[int, int], saved: Decimal | None) -> str:
    """Empty where the cache had no part in it, or nothing can be told of the sum."""
    if not any(shares) or not saved:
        return ""
    if saved < 0 and sum(shares) < LEAST:
        return ""
    if saved < 0:
        return f"Cache: writing it cost {plain(dollars(-saved))} more *estimate*; what reads it later is cheaper."
    return f"Cache: saved {plain(dollars(saved))} *estimate*."


def _missed(cell_id: str, miss: Miss, why: Callable[[], Sequence[str]]) -> None:
    label = f"Cache missed: {miss.read:,} of about {miss.could:,} tokens"
    place, icon = cell_key(cell_id, "missed"), ":material/memory:"
    with st.popover(label, icon=icon, key=place, type="tertiary", on_change="rerun") as chip:
        if chip.open:
            told = "\n".join(f"- {plain(one)}" for one in why())
            st.markdown(f"The request before this one began alike, and its prompt was not read again:\n\n{told}")
