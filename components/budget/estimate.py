"""What would be sent now, in tokens and dollars: a range from the prompt alone to the longest answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from components.state import key
from parley.budget import Forecast, Spent, Standing
from parley.budget.caps import CAP_WORDS
from parley.budget.guard import why_unknown
from parley.money import dollars
from parley.reply.defuse import plain

_UNBROKEN = "\u00a0"


def estimate_line(forecasts: Sequence[Forecast], standing: Standing) -> None:
    """Draw it."""
    with st.container(key=key("estimate")):
        st.caption(" · ".join(estimate_words(forecasts, standing)))


def estimate_words(forecasts: Sequence[Forecast], standing: Standing) -> list[str]:
    """Tokens, how full the context is, the range with its source, what is left; each as Markdown on one line where it is short."""
    many = f"{len(forecasts)} requests: about" if len(forecasts) > 1 else "About"
    words = [
        f"{many} {sum(one.prompt.tokens for one in forecasts):,} tokens{_uncounted(forecasts)}",
        _fullness(forecasts),
        _range(forecasts),
        _left(standing),
    ]
    return [plain(one).replace(" ", _UNBROKEN) if len(one) < 60 else plain(one) for one in words if one]


def _uncounted(forecasts: Sequence[Forecast]) -> str:
    pieces = Counter(kind for one in forecasts[:1] for kind in one.prompt.uncounted)
    told = ", ".join(f"{count} {kind}{'s' if count > 1 and kind != 'audio' else ''}" for kind, count in pieces.items())
    return f" of text, {told} not counted" if told else ""


def _fullness(forecasts: Sequence[Forecast]) -> str:
    """Of the context that is filled the most."""
    shares = [one.prompt.tokens / one.context for one in forecasts if one.context]
    if not shares:
        return ""
    share = max(shares)
    return f"{share:.0%} of the context" if share >= 0.01 else "under 1% of the context"


def _range(forecasts: Sequence[Forecast]) -> str:
    least, most = _sum([one.least for one in forecasts]), _sum([one.most() for one in forecasts])
    if most == 0:
        return "costs nothing"
    if least is None:
        waits = next((one.waits for one in forecasts if one.waits), "")
        return f"price unknown: {waits} is still on its way" if waits else "price unknown"
    if most is None:
        return f"from {dollars(least)} (estimate); no upper end, because {why_unknown(forecasts)}"
    if most < least:
        return f"{dollars(least)} (estimate), for more than the model can read"
    return f"{dollars(least)} to {dollars(most)} (estimate)"


def _sum(costs: Sequence[Decimal | None]) -> Decimal | None:
    return None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))


def _left(standing: Standing) -> str:
    tightest = standing.tightest
    if tightest is None:
        return ""
    spent: Spent = getattr(standing, tightest[0])
    doubts = f"; {spent.doubts}" if spent.doubts else ""
    return f"{dollars(tightest[1])} left for {CAP_WORDS[tightest[0]]}{doubts}"
