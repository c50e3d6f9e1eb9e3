"""Charts of the ledger as Vega-Lite: what the store counted in, a description of a picture out.

Sizes, sums and words are worked out here, in Decimal, and come to the browser ready to be drawn; colours are the theme's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Protocol

from components.history.spreads import Spread, Spreads
from parley.figures import milliseconds
from parley.money import dollars
from parley.request.kept import counted

Step = Literal["hour", "day", "week", "month"]
COLOURS = 8
"""As many as the theme has for categories; the last of them, a grey, is for all that have none of their own."""
MOST_BARS = 130
"""Bars beside each other; with more of them, each is of a longer time."""
MOST_GROUPS = 12
OTHERS, NAMELESS = "all others", "unknown"
_WIDE = 100
"""How many times the least the most must be for a scale on which each step is ten times the one before."""
_GAP = 0.12
_HALF_A_DATE = 44
"""Pixels from the end of the axis within which a label is drawn to its inner side, instead of half outside of the picture."""
_ROW, _TALL, _LINE, _APART = 26, 240, 18, 38
"""Pixels: of a group, of the bars, of a line of the legend and above it; all of the legend's room is taken from the bars'."""
_MONEY_AXIS = "datum.value === 0 || datum.value >= 0.1 ? format(datum.value, '$,.2f') : format(datum.value, '$,.3~r')"
_TIME_AXIS = "datum.value < 1000 ? format(datum.value, ',.3~r') + ' ms' : format(datum.value / 1000, ',.3~r') + ' s'"
_NUMBER_AXIS = "format(datum.value, ',.3~r')"


class Bucket(Protocol):
    """What the runs of one model add up to within an hour or a day."""

    @property
    def start(self) -> datetime: ...
    @property
    def model(self) -> str | None: ...
    @property
    def runs(self) -> int: ...
    @property
    def cost(self) -> Decimal: ...
    @property
    def cost_unknown(self) -> int: ...


class Group(Spreads, Protocol):
    """The runs of one model, or of one provider."""

    @property
    def name(self) -> str | None: ...
    @property
    def runs(self) -> int: ...


class Picture(NamedTuple):
    """A chart, and what it shows in words, for whoever does not see it."""

    spec: dict[str, Any]
    words: str


@dataclass(frozen=True)
class Measure:
    """Something that is summed up over time."""

    title: str
    of: Callable[[Bucket], Decimal]
    words: Callable[[Decimal], str]
    axis: str


COST = Measure("Cost", lambda one: one.cost, dollars, _MONEY_AXIS)
RUNS = Measure("Runs", lambda one: Decimal(one.runs), lambda sum_: counted(int(sum_), "run"), _NUMBER_AXIS)


@dataclass(frozen=True)
class Speed:
    """Something that is spread over the runs of a group."""

    title: str
    of: Callable[[Group], Spread | None]
    words: Callable[[float], str]
    axis: str


SPEEDS = (
    Speed("First token", lambda one: one.first_token_ms, milliseconds, _TIME_AXIS),
    Speed("Total time", lambda one: one.total_ms, milliseconds, _TIME_AXIS),
    Speed("Tokens per second", lambda one: one.tokens_per_second, "{:,.1f}".format, _NUMBER_AXIS),
)


def over_time(measure: Measure, buckets: Sequence[Bucket], step: Step, *, legend: bool = True) -> Picture | None:
    """Bars of hours, days, weeks or months, one upon another by model; None where all is nothing.

    A model has the same colour whatever is measured, so one legend is enough for all.
    """
    step = _step(buckets, step)
    sums: dict[datetime, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    names = _coloured(buckets)
    for one in buckets:
        name = one.model or NAMELESS
        sums[_beginning(one.start, step)][name if name in names else OTHERS] += measure.of(one)
    total = sum((part for bar in sums.values() for part in bar.values()), Decimal(0))
    if not total:
        return None
    short = _short(names)
    bars = [bar for start in sorted(sums) for bar in _stacked(measure, start, step, sums[start], short)]
    title = f"{measure.title} per {step}"
    shown: dict[str, Any] = {
        "x": {"field": "from", "type": "temporal", "scale": {"type": "utc"}, "title": None, "axis": _time_axis(step)},
        "x2": {"field": "to"},
        "y": {**_axis("low", measure.axis), "title": None},
        "y2": {"field": "high"},
        "color": {
            "field": "short",
            "type": "nominal",
            "scale": {"domain": [short[name] for name in names]},
            "title": None,
        },
        "tooltip": _tooltip("model", measure.title.lower(), "when"),
    }
    shown["color"] = {**shown["color"], "legend": _LEGEND if legend else None}
    height = _TALL + (_APART + _LINE * len(names)) * legend
    spec = {"title": title, "height": height, "data": {"values": bars}, "mark": "rect", "encoding": shown}
    of_models = {name: _sum_of(sums.values(), name) for name in names}
    by_model = "; ".join(f"{name} {measure.words(part)}" for name, part in of_models.items() if part)
    return Picture(spec, f"{title}, {measure.words(total)} in all: {by_model}")


def by_group(speed: Speed, groups: Sequence[Group], by: str) -> Picture | None:
    """For each model or provider the times, or speeds, that 50, 90 and 99 of a hundred runs do not exceed."""
    known = [(one, spread) for one in groups if (spread := speed.of(one)) is not None and spread.known]
    if not known:
        return None
    known = sorted(known, key=lambda pair: pair[0].runs, reverse=True)[:MOST_GROUPS]
    short = _short([one.name or NAMELESS for one, _ in known])
    rows = [_spread_row(speed, one, spread, short) for one, spread in known]
    title = f"{speed.title} by {by}"
    least, most = min(row["p50"] for row in rows), max(row["p99"] for row in rows)
    scale = {"type": "log", "nice": True} if least > 0 and most > _WIDE * least else {"type": "linear", "zero": True}
    across = {**_axis("p50", speed.axis), "scale": scale, "title": None}
    spec = {
        "title": title,
        "height": {"step": _ROW},
        "data": {"values": rows},
        "encoding": {
            "y": {"field": "short", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 170}},
            "x": across,
            "tooltip": _tooltip("name", "half", "nine of ten", "99 of 100", "known of"),
        },
        "layer": [
            {"mark": {"type": "bar", "height": 2, "opacity": 0.6}, "encoding": {"x2": {"field": "p99"}}},
            {"mark": {"type": "bar", "height": 8, "opacity": 0.5}, "encoding": {"x2": {"field": "p90"}}},
            {"mark": {"type": "point", "filled": True, "size": 100, "opacity": 1}},
        ],
    }
    words = "; ".join(f"{row['name']} {row['half']}, {row['nine of ten']}, {row['99 of 100']}" for row in rows)
    return Picture(spec, f"{title}, at 50, 90 and 99 of a hundred runs: {words}")


def inked(picture: Picture, ink: str) -> Picture:
    """The same with words in this colour; the theme's own are too faint by day."""
    words = {"labelColor": ink, "titleColor": ink}
    return picture._replace(spec={**picture.spec, "config": {"axis": words, "legend": words}})


def unknown_cost(buckets: Iterable[Bucket]) -> int:
    """Runs that are in no sum of costs."""
    return sum(one.cost_unknown for one in buckets)


_LEGEND = {"orient": "bottom", "offset": 4, "columns": 1, "labelLimit": 230, "symbolType": "square"}


def _axis(field: str, words: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "axis": {"labelExpr": words, "tickCount": 5, "labelOverlap": True}}


def _time_axis(step: Step) -> dict[str, Any]:
    format_ = {"hour": "%d %b, %H:%M", "month": "%b %Y"}.get(step, "%d %b %Y")
    return {"format": format_, "tickCount": 5, "labelOverlap": True, "labelFlush": _HALF_A_DATE, "grid": False}


def _tooltip(*fields: str) -> list[dict[str, str]]:
    return [{"field": name, "type": "nominal"} for name in fields]


def _coloured(buckets: Sequence[Bucket]) -> list[str]:
    """The models with a colour of their own, the dearest first, and the others together where there are too many."""
    sums: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for one in buckets:
        cost, runs = sums[one.model or NAMELESS]
        sums[one.model or NAMELESS] = cost + COST.of(one), runs + RUNS.of(one)
    names = sorted(sums, key=lambda name: (-sums[name][0], -sums[name][1], name))
    return names if len(names) <= COLOURS else [*names[: COLOURS - 1], OTHERS]


def _short(names: Sequence[str]) -> dict[str, str]:
    """Names without their vendors, where they remain different."""
    cut = {name: name.rpartition("/")[2] or name for name in names}
    ends = list(cut.values())
    return {name: end if ends.count(end) == 1 else name for name, end in cut.items()}


def _stacked(
    measure: Measure, start: datetime, step: Step, parts: Mapping[str, Decimal], names: Mapping[str, str]
) -> Iterable[dict[str, Any]]:
    """The parts of one bar from the ground up, each with its words; `names` has their short ones. Clocks on the wall are drawn as
    they stood there."""
    low, end = Decimal(0), _end(start, step)
    left, right = start, start + (end - start) * (1 - _GAP)
    for name, short in names.items():
        if part := parts.get(name):
            yield {
                "from": f"{left:%Y-%m-%dT%H:%M:%S}Z",
                "to": f"{right:%Y-%m-%dT%H:%M:%S}Z",
                "low": float(low),
                "high": float(low + part),
                "model": name,
                "short": short,
                "when": _when(start, step),
                measure.title.lower(): measure.words(part),
            }
            low += part


def _spread_row(speed: Speed, group: Group, spread: Spread, short: Mapping[str, str]) -> dict[str, Any]:
    name = group.name or NAMELESS
    return {
        "name": name,
        "short": short[name],
        "p50": spread.p50,
        "p90": spread.p90,
        "p99": spread.p99,
        "half": speed.words(spread.p50),
        "nine of ten": speed.words(spread.p90),
        "99 of 100": speed.words(spread.p99),
        "known of": f"{spread.known:,} of {counted(group.runs, 'run')}",
    }


def _sum_of(bars: Iterable[Mapping[str, Decimal]], name: str) -> Decimal:
    return sum((bar.get(name, Decimal(0)) for bar in bars), Decimal(0))


def _step(buckets: Sequence[Bucket], step: Step) -> Step:
    """The step that was asked for, or a longer one where there would be too many bars."""
    if not buckets:
        return step
    days = (max(one.start for one in buckets) - min(one.start for one in buckets)).days + 1
    if step == "hour":
        return step
    return "day" if days <= MOST_BARS else "week" if days <= 7 * MOST_BARS else "month"


def _beginning(moment: datetime, step: Step) -> datetime:
    """When the hour, day, week or month of a moment began, by the clock on the wall."""
    wall = moment.replace(tzinfo=None)
    if step == "hour":
        return wall.replace(minute=0, second=0, microsecond=0)
    day = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _end(start: datetime, step: Step) -> datetime:
    if step == "month":
        return (start + timedelta(days=32)).replace(day=1)
    return start + {"hour": timedelta(hours=1), "week": timedelta(days=7)}.get(step, timedelta(days=1))


def _when(start: datetime, step: Step) -> str:
    words = {"hour": "%d %B %Y, from %H:%M", "week": "week from %d %B %Y", "month": "%B %Y"}
    return start.strftime(words.get(step, "%d %B %Y"))
