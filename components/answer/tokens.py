"""The tokens of an answer, tinted by how likely each was; a tap shows what else was likely, and choosing one of these forks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from components.state import key, ui
from parley.judging import Token, Tokens
from parley.judging.likelihood import ANEW
from parley.reply.defuse import plain
from parley.reply.writing import printable

AT_ONCE = 1_000
"""Tokens that are drawn at once."""
MOST_OTHERS = 20
"""Alternatives of one token; the API allows no more."""
LONGEST = 2_000
"""Characters of a token that are shown."""
_LEAD = 400
"""Characters of the beginning that was sent along, before its tokens."""
_QUOTED = 60
_WHY = "What else was likely here. Choose one, and a fork of this session goes on from it."
_NONE = "No alternatives came for this token. Set top_logprobs, under Sampling, to see some."
_AGAIN = "Answer anew from here"
_NOT_INSTALLED = "The tokens cannot be drawn: Parley was not installed as README says."

_TEXT = """
<div class="box">
<div class="legend" aria-hidden="true"><span class="token sure">90% or more</span><span class="token likely">50 to 90%</span>
<span class="token open">20 to 50%</span><span class="token unlikely">less</span></div>
<p class="tokens" role="group" aria-label="Tokens of the answer; arrow keys go from one to the next, Enter shows what else was likely"></p>
<div class="panel" role="dialog" hidden></div>
</div>
"""
_LOOK = """
.box { position: relative; color: var(--st-text-color); font-family: var(--st-font); }
.legend { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-bottom: 0.5rem; font-size: 0.8rem; cursor: default; }
.tokens { margin: 0; line-height: 1.9; white-space: pre-wrap; overflow-wrap: anywhere; }
.lead { opacity: 0.7; }
.token { border-bottom: 2px solid transparent; border-radius: 2px; cursor: pointer; box-decoration-break: clone; }
.legend .token { cursor: default; }
.likely { border-bottom: 2px dotted light-dark(#b09339, #8f7a35); }
.open { background: light-dark(#fff0cc, #3d3115); border-bottom: 2px dashed light-dark(#b37a1f, #c08d3c); }
.unlikely { background: light-dark(#ffe0d6, #4a241b); border-bottom: 2px solid light-dark(#c2574a, #c7776d); }
.untold { border-bottom: 1px solid light-dark(#6b6f72, #9aa1a5); }
.tokens .token:hover, .chosen { outline: 2px solid var(--st-primary-color); outline-offset: 0; }
.token:focus-visible, button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.panel { position: absolute; z-index: 20; width: min(20rem, 100%); box-sizing: border-box; padding: 0.6rem;
  background: var(--st-background-color); border: 1px solid var(--st-border-color); border-radius: 0.5rem;
  box-shadow: 0 4px 16px rgb(0 0 0 / 25%); max-height: 22rem; overflow-y: auto;
  scroll-margin-block: 5rem 9rem; }
.panel[hidden] { display: none; }
.head { display: flex; gap: 0.5rem; align-items: baseline; overflow-wrap: anywhere; }
.shut { margin-left: auto; border: 0; background: none; color: inherit; font: inherit; font-size: 0.85rem; text-decoration: underline;
  cursor: pointer; padding: 0.25rem; }
.why { margin: 0.25rem 0 0.4rem; font-size: 0.8rem; }
.other { position: relative; display: flex; gap: 0.5rem; width: 100%; min-height: 2.1rem; align-items: center; padding: 0.2rem 0.4rem;
  border: 0; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; border-radius: 0.3rem; }
.other:hover:not(:disabled) { box-shadow: inset 0 0 0 1px var(--st-primary-color); }
.other:disabled { cursor: default; }
.other:disabled .said { font-style: italic; }
.bar { position: absolute; inset: 0.15rem auto 0.15rem 0; background: light-dark(#dcecf0, #173a44); border-radius: 0.3rem; z-index: -1; }
.other { z-index: 0; }
.again { text-decoration: underline; }
.said { overflow-wrap: anywhere; }
.came { font-size: 0.8rem; }
.chance { margin-left: auto; font-variant-numeric: tabular-nums; white-space: nowrap; }
"""


def paint_tokens(tokens: Tokens, name: str, *, forks: bool) -> tuple[int, int] | None:
    """Draw them under the key `name`; gives the token and the one of its alternatives that somebody wants to go on with.

    `forks` says that this can be done here.
    """
    st.caption(summary(tokens))
    pages = -(-len(tokens.tokens) // AT_ONCE)
    page = st.pagination(pages, key=key(name, "page")) if pages > 1 else 1
    try:
        component = _component()
    except StreamlitAPIException:
        st.caption(_NOT_INSTALLED)
        return None
    first = (page - 1) * AT_ONCE
    told = component(
        key=key(name, str(page)), data={**drawn(tokens, first), "forks": forks}, width="stretch", on_fork_change=_heard
    )
    return chosen_in(told.fork)


def summary(tokens: Tokens) -> str:
    """What is to be said of all of them, as Markdown."""
    least, facts = tokens.least, [f"{len(tokens.tokens):,} tokens"]
    if tokens.perplexity is not None:
        facts.append(f"perplexity {tokens.perplexity:.2f}")
    if least is not None and least.probability is not None:
        facts.append(f"least sure of {_quoted(least)}, {percent(least.probability)}")
    if not tokens.agree:
        facts.append("they do not make up the answer, so none of them can be gone on from")
    return " · ".join(facts)


def percent(chance: float) -> str:
    """As the browser writes it."""
    told = chance * 100
    if told < 0.01:
        return "under 0.01%"
    return (
        "100%" if told >= 99.95 else f"{told:.0f}%" if told >= 10 else f"{told:.1f}%" if told >= 1 else f"{told:.2f}%"
    )


def drawn(tokens: Tokens, first: int) -> dict[str, Any]:
    """What the browser is handed: as many tokens as are drawn at once, from the `first` on."""
    shown = tokens.tokens[first : first + AT_ONCE]
    return {
        "tokens": [_packed(token) for token in shown],
        "first": first,
        "lead": "" if first else printable(tokens.lead[-_LEAD:]),
        "why": _WHY,
        "none": _NONE,
        "again": {"label": _AGAIN, "other": ANEW},
    }


def chosen_in(told: object) -> tuple[int, int] | None:
    """What the browser said was chosen; None for whatever is no choice."""
    if not isinstance(told, Mapping):
        return None
    token, other = told.get("token"), told.get("other")
    return (token, other) if type(token) is int and type(other) is int else None


def want_fork(run_id: str, beginning: str) -> None:
    """Have a fork made in which this run's prompt is answered from that beginning on, as soon as the page is drawn."""
    ui().branching = (run_id, beginning)
    st.rerun()


def _packed(token: Token) -> list[Any]:
    others = [[_shown(one.text), round(one.probability, 6), one.usable] for one in token.alternatives[:MOST_OTHERS]]
    return [_shown(token.text), None if token.probability is None else round(token.probability, 6), others]


def _shown(text: str) -> str:
    """A provider may call a whole page a token."""
    return printable(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _quoted(token: Token) -> str:
    return f"“{plain(_shown(token.text).strip()[:_QUOTED]) or 'a blank'}”"


def _heard() -> None:
    """A component tells only where somebody listens; what it told is read where it is drawn."""


def _component() -> Callable[..., Any]:
    return st.components.v2.component("parley.tokens", html=_TEXT, css=_LOOK, js="tokens.js")
