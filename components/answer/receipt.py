"""The receipt of a run: one line of what it was, and where it did not end well, one sentence of what to do."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from components.notices import sentence
from parley.catalog.cancelling import stopped_bill
from parley.connection import LOCAL
from parley.money import Money, dollars
from parley.notebook import Outcome, Run
from parley.notebook.receipt import OUTCOME_WORDS, booked_usage, finish_of, scripted_note, times_of, tokens_of, tries_of
from parley.reply.defuse import plain

_WHAT_TO_DO: dict[Outcome, str] = {
    "stopped": "You stopped this answer; what had come is kept. Run it again for a whole one.",
    "truncated": "The answer ended without its end mark, so something may be missing. Run it again for a whole one.",
    "failed": "Nothing is lost: the prompt is kept. Run it again.",
    "interrupted": "Parley ended before this answer did; what had come is kept. Run it again for a whole one.",
}
_COLOURS: dict[Outcome, str] = {"stopped": "gray", "truncated": "orange", "failed": "red", "interrupted": "orange"}
_ENDED_EARLY = {
    "length": ("Cut short", "The limit on output tokens ended this answer: raise max_completion_tokens, under Length and stop."),
    "content_filter": ("Filtered", "The provider's content filter ended this answer: change the prompt, or choose another model."),
    "error": ("Broke off", "The provider reported an error at the end of this answer: run it again."),
}  # fmt: skip
_UNBROKEN = "\u00a0"
_ONE_LINE = 36


def paint_receipt(run: Run, *, settling: bool = False) -> None:
    """Draw it: a badge with a sentence where there is something to do, and the line of facts.

    `settling` says that its cost is being asked for.
    """
    trouble = trouble_of(run)
    if trouble is not None:
        badge, told, colour = trouble
        st.markdown(f":{colour}-badge[{badge}] {plain(told)}", anchors=False)
    st.caption(" · ".join(facts_of(run, settling=settling)[1 if trouble else 0 :]))


def trouble_of(run: Run) -> tuple[str, str, str] | None:
    """A word, a sentence and a colour for a run that did not end as it should have; None for one that did, or still runs."""
    if run.outcome in _COLOURS:
        told = sentence(run.failure, run.request) if run.failure else _WHAT_TO_DO[run.outcome]
        if run.outcome == "stopped":
            told = " ".join(filter(None, (told, bill_of(run))))
        return OUTCOME_WORDS[run.outcome], told, _COLOURS[run.outcome]
    reason = "length" if run.reply.cut_short else run.reply.finish_reason or ""
    if run.outcome == "complete" and reason in _ENDED_EARLY:
        return *_ENDED_EARLY[reason], "orange"
    return None


def bill_of(run: Run) -> str:
    """What stopping means for the bill; empty where nobody bills, nothing was asked yet, or all that was asked was refused."""
    provider = run.reply.provider or (run.booked.provider if run.booked else None)
    asked = [mark.what for mark in run.timeline if mark.what in ("sent", "retry")]
    if run.connection == LOCAL.name or asked[-1:] != ["sent"]:
        return ""
    return stopped_bill(provider, streamed=run.request.payload().get("stream") is True)


def facts_of(run: Run, *, settling: bool = False) -> list[str]:
    """What is known of the run, its outcome first, each fact as Markdown; what a live run cannot know yet is left out."""
    reply, booked, tries = run.reply, run.booked, tries_of(run)
    usage = reply.usage or booked_usage(booked)
    provider = reply.provider or (booked.provider if booked else None)
    model = reply.model or run.request.payload().get("model")
    facts = [
        OUTCOME_WORDS[run.outcome],
        f"**{plain(str(model))}**{scripted_note(model)}" if model else "",
        f"by {plain(provider)}" if provider else "",
        f"{tries} tries" if tries > 1 else "",
        f"finish: {plain(finish_of(run))}" if finish_of(run) else "",
        *(tokens_of(usage) if usage else []),
        "" if run.live else "cost is being asked for" if settling and run.money.best is None else _cost_of(run),
        *times_of(run),
        "imported, unverified" if run.imported else "",
    ]
    return [fact.replace(" ", _UNBROKEN) if len(fact) < _ONE_LINE else fact for fact in facts if fact]


def _cost_of(run: Run) -> str:
    """What a failure says of the bill is not doubted beside it."""
    told = sentence(run.failure) if run.failure and run.money.best is None else ""
    return "" if "nothing was billed" in told.lower() else cost_of(run.money)


def cost_of(money: Money) -> str:
    """The best figure with its source; what the provider bills on one's own key stands beside it."""
    best = money.best
    told = f"{_sum(best[0])} *{best[1]}*" if best else "cost unknown"
    if money.disputed and money.reported is not None:
        told += f" :orange-badge[the answer said {_sum(money.reported)}]"
    return f"{told}, {_sum(money.upstream)} to your own provider account" if money.upstream else told


def _sum(amount: Decimal) -> str:
    return plain(dollars(amount))
