"""An answer judged: whether it has the form that was asked for, and the ways to look at it, as text, as a tree, token by token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, get_args

import streamlit as st

from components.answer.tokens import paint_tokens, want_fork
from components.state import key
from parley.judging import PassRate, Share, Verdict, healing_words, none_came, pass_rate, tokens_of, verdict_of
from parley.judging.telling import WORDS
from parley.judging.verdict import Kind
from parley.notebook import Run
from parley.reply.defuse import plain
from parley.reply.writing import printable

View = Literal["Text", "Tree", "Tokens"]
LISTED = 5
"""Faults after the first that are listed."""
LARGEST_TREE = 100_000
"""Characters of an answer whose tree is offered."""
_EXACT = 2**53
"""From here on a browser rounds whole numbers."""
_LOOKS: dict[Kind, tuple[str, str]] = {
    "valid": ("green", "check"),
    "invalid": ("red", "close"),
    "not json": ("red", "close"),
    "unchecked": ("orange", "help"),
    "refused": ("orange", "block"),
}
_NONE_CAME = (
    "No log probabilities came: logprobs was on, and the provider returned none. Choose an endpoint that lists logprobs, or set "
    "provider.require_parameters."
)


def instead_of_text(run: Run, *, forks: bool = True) -> Callable[[], None] | None:
    """What draws the answer's text in the way that somebody chose to look at it; None for the text itself.

    `forks` says that an alternative to a token can be gone on with here.
    """
    view = _view_now(run)
    if view == "Tree":
        return partial(_paint_tree, run)
    return partial(_paint_tokens, run, forks=forks) if view == "Tokens" else None


def paint_verdict(run: Run) -> None:
    """Draw what is to be said of an answer that has ended, and the choice of ways to look at it; nothing for most answers."""
    verdict, offered = verdict_of(run), views_of(run)
    if verdict is not None or len(offered) > 1:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("judged", run.id)):
            if verdict is not None:
                st.markdown(verdict_words(verdict), anchors=False, width="stretch")
            if len(offered) > 1:
                _choice(run, offered)
    remarks = [
        *(verdict.remarks if verdict is not None else ()),
        healing_words(run),
        _NONE_CAME if none_came(run) else "",
    ]
    if said := [plain(one) for one in remarks if one]:
        st.caption(" ".join(said))


def verdict_words(verdict: Verdict) -> str:
    """Badge and sentences, as Markdown; every fault with its place, as far as there is room."""
    if not verdict.faults:
        told = f" {plain(verdict.sentence)}" if verdict.sentence and verdict.kind != "valid" else ""
        return f"{_badge(verdict.kind)}{told}"
    first, *others = (f"**{plain(one.place)}** {plain(one.words)}." for one in verdict.faults[: LISTED + 1])
    if verdict.kind == "not json":
        first = plain(verdict.sentence)
    left = len(verdict.faults) + verdict.more - 1 - len(others)
    lines = [f"{_badge(verdict.kind)} {first}", *([""] if others else []), *(f"- {one}" for one in others)]
    return "\n".join(lines + ([f"- and {left:,} more"] if left > 0 else []))


def paint_verdict_line(run: Run) -> None:
    """Draw the verdict where an answer is only shown."""
    if verdict := verdict_of(run):
        st.markdown(verdict_words(verdict), anchors=False)


def _badge(kind: Kind) -> str:
    colour, icon = _LOOKS[kind]
    return f":{colour}-badge[:material/{icon}: {WORDS[kind]}]"


def views_of(run: Run) -> tuple[View, ...]:
    """The ways in which an answer can be looked at."""
    if run.live:
        return ("Text",)
    verdict = verdict_of(run)
    tree = verdict is not None and verdict.readable and len(run.whole.text) <= LARGEST_TREE
    return ("Text", *(("Tree",) if tree else ()), *(("Tokens",) if run.reply.logprobs else ()))


def paint_pass_rate(runs: Sequence[Run]) -> None:
    """Draw how many of a cell's attempts have the form that was asked for; nothing where fewer than two were judged."""
    if found := pass_rate(runs):
        st.caption(pass_words(found))


def pass_words(rate: PassRate) -> str:
    """As Markdown."""
    told = f"Valid JSON in {_of(rate.share)} attempts ({rate.percent}%)."
    models = " · ".join(f"{plain(name or 'no model')} {_of(share)}" for name, share in rate.by_model)
    left = "" if not rate.unjudged else f" {rate.unjudged:,} more could not be judged."
    return f"{told}{left}" + (f" {models}." if len(rate.by_model) > 1 else "")


def _of(share: Share) -> str:
    return f"{share.valid:,} of {share.judged:,}"


def _view_now(run: Run) -> View:
    chosen = st.session_state.get(_view_key(run))
    return chosen if chosen in get_args(View) and chosen in views_of(run) else "Text"


def _choice(run: Run, offered: Sequence[View]) -> None:
    """It stands below what it changes, so that nothing moves when an answer ends; its state is read above."""
    st.segmented_control(
        "Look at it as",
        offered,
        default=None if _view_key(run) in st.session_state else "Text",
        required=True,
        key=_view_key(run),
        label_visibility="collapsed",
    )


def _view_key(run: Run) -> str:
    return key("view", run.id)


def _paint_tree(run: Run) -> None:
    verdict = verdict_of(run)
    if verdict is not None:
        st.json(_exact(verdict.value), expanded=2)


def _paint_tokens(run: Run, *, forks: bool) -> None:
    tokens = tokens_of(run)
    if tokens is None:
        return
    forks = forks and tokens.agree and not run.reply.tool_calls
    wanted = paint_tokens(tokens, key("tokens", run.id), forks=forks)
    if wanted is not None and forks and (beginning := tokens.with_other(*wanted)) is not None:
        want_fork(run.id, beginning)


def _exact(value: Any) -> Any:
    """The value for a browser: what would lose digits there is text, and no text turns what stands beside it around."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    if isinstance(value, list):
        return [_exact(one) for one in value]
    return {printable(name): _exact(held) for name, held in value.items()} if isinstance(value, dict) else value
