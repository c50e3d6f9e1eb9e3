"""What the ledger is filtered and ordered by: words, choices, ranges and marks, each under a key of its own.

What a filter is set to stays while its widget is not drawn: the rarer ones are only there while their fold is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import streamlit as st

from components.history.frame import BEST, SORTS, stars
from components.panel.folds import fact, fold
from components.panel.problems import small
from components.state import key
from parley.figures import milliseconds
from parley.money import dollars
from parley.notebook import OUTCOMES
from parley.notebook.receipt import OUTCOME_WORDS
from parley.reply.defuse import plain

SEARCH = "history-search"
SORT = "history-sort"
ORDER = "history-order"
FOLD = "More filters"
RATINGS = (*((least, None) for least in range(BEST, 0, -1)), *((None, most) for most in range(BEST - 1, 0, -1)))
"""The least and the most stars; a run without a rating has neither."""
LONGEST_SEARCH = 10_000
"""Characters that go into the box, which is sent with every pause in typing. A long text is looked for by its beginning anyway."""
_MODEL = "model"
"""Stands beside the words, where there is room for its name."""
_CELLS, _RARER, _NARROWEST = 5, 4, 130
"""Cells in a row where there is room, of the usual filters and of the rarer ones, and pixels from which on there is; a phone has two."""
_NEWEST_FIRST = "sequence"
_DESCENDING, _ASCENDING = "Descending", "Ascending"
_MOST_FACTS = 3
_WORDS: Mapping[str, str] = {str(outcome): words for outcome, words in OUTCOME_WORDS.items()}
"""Of an outcome; every other choice is what it is called."""


class Offered(Protocol):
    """What there is to choose from, whatever is filtered."""

    @property
    def models(self) -> Sequence[str]: ...
    @property
    def outcomes(self) -> Sequence[str]: ...
    @property
    def providers(self) -> Sequence[str]: ...
    @property
    def connections(self) -> Sequence[str]: ...
    @property
    def finish_reasons(self) -> Sequence[str]: ...
    @property
    def cost_sources(self) -> Sequence[str]: ...
    @property
    def tags(self) -> Sequence[str]: ...


class Span(NamedTuple):
    """A range of numbers: two boxes, in the person's unit, for two limits in the store's."""

    title: str
    unit: str
    reads: Callable[[float], str]
    scale: Decimal = Decimal(1)
    """How many of the store's units the person's unit is."""
    step: float | int = 1


def _seconds(seconds: float) -> str:
    return milliseconds(seconds * 1000)


def _plainly(count: float) -> str:
    return f"{count:,g}"


def _sum(cost: float) -> str:
    return dollars(Decimal(repr(cost)))


CHOICES: dict[str, str] = {
    "model": "Model",
    "outcome": "Outcome",
    "provider": "Provider",
    "connection": "Connection",
}
MORE_CHOICES: dict[str, str] = {
    "session": "Session",
    "finish_reason": "Finish reason",
    "cost_source": "Cost by",
    "tag": "Tag",
}
SPANS: dict[str, Span] = {
    "cost": Span("Cost", "$", _sum, step=0.01),
    "first_token_ms": Span("First token", "s", _seconds, Decimal(1000), 0.1),
    "total_ms": Span("Total time", "s", _seconds, Decimal(1000), 0.1),
    "tokens_per_second": Span("Tokens/s", "", _plainly, step=1.0),
    "prompt_tokens": Span("Tokens in", "", _plainly),
    "completion_tokens": Span("Tokens out", "", _plainly),
}
MOMENTS = {"since": "From", "until": "Until"}
STARRED, RATING = "starred", "rating"


class View(NamedTuple):
    """Which rows, in which order. `filters` holds what is set, by the names that the store's query has for it."""

    filters: Mapping[str, Any]
    sort: str = _NEWEST_FIRST
    descending: bool = True


def filter_key(*column: str) -> str:
    return key("history-filter", *column)


def remembered(zone: ZoneInfo) -> View:
    """The view as its widgets say it, drawn or not."""
    filters = dict(_set(zone))
    return View(filters, _held(SORT) or _NEWEST_FIRST, _held(ORDER) != _ASCENDING)


def _held(name: str) -> Any:
    return st.session_state.get(name)


def _set(zone: ZoneInfo) -> Iterator[tuple[str, Any]]:
    if words := (_held(SEARCH) or "").strip():
        yield "search", words
    for name in (*CHOICES, *MORE_CHOICES):
        if chosen := _held(filter_key(name)):
            yield name, tuple(chosen)
    for name in (STARRED, RATING):
        if (asked := _held(filter_key(name))) is not None:
            yield name, asked
    for name in MOMENTS:
        if isinstance(moment := _held(filter_key(name)), datetime):
            yield name, moment.replace(tzinfo=zone)
    for name, span in SPANS.items():
        if (limits := _limits(name)) != (None, None):
            yield name, tuple(None if limit is None else _in_the_stores_unit(limit, name, span) for limit in limits)


def _in_the_stores_unit(limit: float, name: str, span: Span) -> Decimal | float:
    """Exact for money; 0.3 s are 300 ms, and not a little less."""
    exact = Decimal(repr(limit)) * span.scale
    return exact if name == "cost" else float(exact)


def _limits(name: str) -> tuple[float | None, float | None]:
    return _held(filter_key(name, "from")), _held(filter_key(name, "to"))


def controls(
    offered: Offered,
    titles: Callable[[], Mapping[str, str]],
    changed: Callable[[], None],
    turned: Callable[[], None],
) -> None:
    """Draw them; `changed` is called before another filter is drawn, `turned` before another order, `titles` names the sessions by id
    where they are asked for.
    """
    words, models = st.columns([3, 2], gap="small")
    with words:
        st.text_input(
            "Search in prompts and answers",
            key=SEARCH,
            type="search",
            live="400ms",
            placeholder='Words, "a phrase", or the beg* of a word',
            icon=":material/search:",
            autocomplete="off",
            max_chars=LONGEST_SEARCH,
            on_change=changed,
            persist_state="session",
        )
    with models:
        _several(_MODEL, CHOICES[_MODEL], offered.models, changed)
    outcomes = [one for one in OUTCOMES if one in offered.outcomes]
    options = {"outcome": outcomes, "provider": offered.providers, "connection": offered.connections}
    with st.grid(_CELLS, min_column_width=_NARROWEST, key="history-controls"):
        for name, choices in options.items():
            _several(name, CHOICES[name], choices, changed)
        st.selectbox("Sort by", list(SORTS), format_func=SORTS.__getitem__, **_kept(SORT, turned))
        st.selectbox("Order", [_DESCENDING, _ASCENDING], **_kept(ORDER, turned))
    with fold(FOLD, *facts()) as is_open:
        if is_open:
            _rarer(offered, titles(), changed)
    for told in contradictions():
        small(f":material/error: {plain(told)}", "red")


def _rarer(offered: Offered, titles: Mapping[str, str], changed: Callable[[], None]) -> None:
    options = {"finish_reason": offered.finish_reasons, "cost_source": offered.cost_sources, "tag": offered.tags}
    with st.grid(_RARER, min_column_width=_NARROWEST, key="history-more"):
        for name, title in MORE_CHOICES.items():
            if name == "session":
                _several(name, title, list(titles), changed, titles)
            else:
                _several(name, title, options[name], changed)
        st.selectbox(
            "Star", [True, False], index=None, format_func=_star, placeholder="Any", **_kept_filter(STARRED, changed)
        )
        st.selectbox(
            "Rating",
            RATINGS,
            index=None,
            format_func=_rating,
            placeholder="Any",
            **_kept_filter(RATING, changed),
        )
        for name, title in MOMENTS.items():
            st.datetime_input(title, value=None, format="YYYY-MM-DD", **_kept_filter(name, changed))
        for name, span in SPANS.items():
            for end in ("from", "to"):
                _limit(name, span, end, changed)
    st.button(
        "Clear the filters",
        key="history-reset",
        icon=":material/filter_alt_off:",
        type="tertiary",
        on_click=clear_filters,
    )


def _limit(name: str, span: Span, end: str, changed: Callable[[], None]) -> None:
    label = f"{span.title} {end}" + (f", {span.unit}" if span.unit else "")
    lowest: Any = 0 if isinstance(span.step, int) else 0.0
    form = "%d" if isinstance(span.step, int) else "%g"
    look: Any = {"value": None, "min_value": lowest, "step": span.step, "placeholder": "Any", "format": form}
    st.number_input(label, **look, **_kept(filter_key(name, end), changed))


def _several(
    name: str,
    title: str,
    options: Sequence[str],
    changed: Callable[[], None],
    words: Mapping[str, str] | None = None,
) -> None:
    """What was chosen stays on offer, also where nothing has it any more."""
    chosen = [one for one in _held(filter_key(name)) or () if one not in options]
    st.multiselect(
        title,
        [*options, *chosen],
        format_func=lambda one: (words or _WORDS).get(one, one),
        placeholder="Any",
        **_kept_filter(name, changed),
    )


def _kept_filter(name: str, changed: Callable[[], None]) -> Any:
    return _kept(filter_key(name), changed)


def _kept(name: str, changed: Callable[[], None]) -> Any:
    return {"key": name, "on_change": changed, "persist_state": "session"}


def _star(starred: bool) -> str:
    return "Starred" if starred else "Not starred"


def _rating(limits: tuple[int | None, int | None]) -> str:
    least, most = limits
    return f"{stars(most)} or less" if least is None else f"{stars(least)} or more"


def facts() -> list[str]:
    """What of the rarer filters is set, for the label of their fold."""
    told = list(_facts())
    more = len(told) - _MOST_FACTS
    return [fact(plain(words)) for words in told[:_MOST_FACTS]] + ([fact(f"{more} more")] if more > 0 else [])


def _facts() -> Iterator[str]:
    for name, title in MORE_CHOICES.items():
        if chosen := _held(filter_key(name)):
            yield f"{title}: {len(chosen)}"
    for name, words in ((STARRED, _star), (RATING, _rating)):
        if (asked := _held(filter_key(name))) is not None:
            yield words(asked)
    for name, title in MOMENTS.items():
        if isinstance(moment := _held(filter_key(name)), datetime):
            yield f"{title} {moment:%d %b %Y, %H:%M}"
    for name, span in SPANS.items():
        least, most = _limits(name)
        if least is not None:
            yield f"{span.title} from {span.reads(least)}"
        if most is not None:
            yield f"{span.title} to {span.reads(most)}"


def contradictions() -> Iterator[str]:
    """Ranges that nothing can lie in, each as a sentence."""
    for name, span in SPANS.items():
        least, most = _limits(name)
        if least is not None and most is not None and least > most:
            yield _nothing_between(span.title, span.reads(least), span.reads(most))
    since, until = (_held(filter_key(name)) for name in MOMENTS)
    if isinstance(since, datetime) and isinstance(until, datetime) and since > until:
        yield _nothing_between("Time", *(f"{moment:%d %b %Y, %H:%M}" for moment in (since, until)))


def _nothing_between(title: str, least: str, most: str) -> str:
    return f"{title} from {least} to {most}: no run can be in that, because it ends before it begins."


def clear_filters() -> None:
    """Let everything through again; in a callback only."""
    several = {filter_key(name) for name in (*CHOICES, *MORE_CHOICES)}
    ends = {filter_key(name, end) for name in SPANS for end in ("from", "to")}
    single = {filter_key(name) for name in (*MOMENTS, STARRED, RATING)}
    for name in (SEARCH, *several, *ends, *single):
        if name in st.session_state:
            st.session_state[name] = [] if name in several else "" if name == SEARCH else None


def sort_by(sort: str, view: View) -> None:
    """Order by a column; asked for once more, the other way round. In a callback only."""
    turned = sort == view.sort and view.descending
    st.session_state[SORT] = sort
    st.session_state[ORDER] = _ASCENDING if turned else _DESCENDING
