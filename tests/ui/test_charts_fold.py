"""The fold with the ledger's charts: nothing is counted or drawn while it is closed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from streamlit.testing.v1 import AppTest

from parley.store import GroupPercentiles, Point, Spread

POINT = Point(start=datetime(2026, 7, 1, tzinfo=UTC), model="m", runs=2, cost=Decimal("0.5"), cost_unknown=1)
SPREAD = Spread(known=2, p50=100, p90=200, p99=300)
GROUP = GroupPercentiles(name="m", runs=2, first_token_ms=SPREAD, total_ms=SPREAD, tokens_per_second=SPREAD)


def script(points, groups):
    import streamlit as st

    from components.history.charts import paint_charts

    asked = st.session_state.setdefault("asked", [])

    def counted(what, answer):
        asked.append(what)
        return answer

    paint_charts(lambda step: counted(step, points), lambda by: counted(by, groups))


def shown(points: Any, groups: Any, *, opened: bool = True) -> AppTest:
    app = AppTest.from_function(script, kwargs={"points": points, "groups": groups})
    app.session_state["history-charts"] = opened
    return app.run()


def titles(app: AppTest) -> list[str]:
    return [json.loads(one.proto.spec)["title"] for one in app.get("vega_lite_chart")]


def captions(app: AppTest) -> str:
    return " ".join(one.value for one in app.caption)


def test_a_closed_fold_asks_for_nothing() -> None:
    app = shown((POINT,), (GROUP,), opened=False)
    assert app.session_state["asked"] == []
    assert titles(app) == []


def test_an_open_fold_shows_money_counts_and_speeds() -> None:
    app = shown((POINT,), (GROUP,))
    assert app.session_state["asked"] == ["day", "model"]
    assert titles(app) == [
        "Cost per day",
        "Runs per day",
        "First token by model",
        "Total time by model",
        "Tokens per second by model",
    ]
    assert "1 run is in no chart of costs" in captions(app)


def test_the_choices_are_what_is_asked_for() -> None:
    app = shown((POINT,), (GROUP,))
    app.segmented_control(key="history-charts-by").set_value("provider").run()
    app.segmented_control(key="history-charts-step").set_value("hour").run()
    assert app.session_state["asked"][-2:] == ["hour", "provider"]
    assert {"Runs per hour", "First token by provider"} <= set(titles(app))


def test_what_is_not_counted_yet_is_said_beside_what_is() -> None:
    app = shown((POINT,), None)
    assert "Counting…" in captions(app)
    assert titles(app) == ["Cost per day", "Runs per day"]


def test_of_nothing_there_is_nothing_to_draw() -> None:
    app = shown((), ())
    assert titles(app) == []
    assert "nothing to draw" in captions(app)


def test_each_chart_says_in_words_what_it_shows() -> None:
    app = shown((POINT,), (GROUP,))
    told = [one.proto.alt for one in app.get("vega_lite_chart")]
    assert told[0] == "Cost per day, $0.50 in all: m $0.50"
    assert len(told) == 5
