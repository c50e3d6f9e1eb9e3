"""What became of a request, on the screen: from its cell, in History, after a restart, and how to learn more."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.history.route import lines
from components.history.truth import table, with_echo, written
from components.services import close_services, open_services
from parley.notebook import Run
from parley.request import ChatRequest
from parley.truth import route, truth

Settled = Callable[[], AppTest]


def scripted(app: AppTest, model: str) -> AppTest:
    while "scripted/text" not in app.run().selectbox(key="field-model").options:
        pass
    return app.selectbox(key="field-model").set_value(model).run()


def ask(app: AppTest, settled: Settled, **fields: Any) -> Run:
    """Send a prompt, with these fields as raw JSON, and look at what became of it."""
    if fields:
        app.text_area(key="raw-json").set_value(ChatRequest.parse(fields).model_dump_json()).run()
    app.chat_input(key="prompt").set_value("5 tokens at 1000/s").run()
    settled()
    look(app)
    store = open_services().store
    return store.run(store.runs().rows[0].id)


def look(app: AppTest) -> AppTest:
    (menu,) = [one for one in app.get("menu_button") if str(one.key).startswith("cell-")]
    return menu.click(next(line for line in menu.options if line.startswith("Truth"))).run()


def words(app: AppTest) -> str:
    found = "\n".join(str(one.value) for kind in ("markdown", "caption") for one in app.get(kind))
    return html.unescape(found).replace("\\", "")


def test_without_an_echo_it_says_what_was_sent_and_one_click_asks_for_the_rest(app: AppTest, settled: Settled) -> None:
    run = ask(scripted(app, "scripted/priced"), settled, temperature=0)
    assert "| temperature | 0 | 0 |" in words(app)
    assert "| stream | by Parley | true |" in words(app)
    assert "Forwarded" not in words(app)
    app.button(key=f"truth-ask-{run.id}").click().run()
    assert "debug" in app.text_area(key="field-debug").key
    assert open_services().store.latest_session().settings.payload()["debug"] == {"echo_upstream_body": True}
    assert not [one for one in app.get("dialog") if one.proto.is_open]


def test_with_an_echo_each_field_has_its_verdict(app: AppTest, settled: Settled) -> None:
    debug = {"debug": {"echo_upstream_body": True}}
    ask(scripted(app, "scripted/text"), settled, temperature=0, top_k=5, user="me", **debug)
    shown = words(app)
    assert "| messages | :green-badge[sent] | [1 item] | [1 item] | [1 item] |" in shown
    assert "| temperature | :red-badge[dropped upstream] | 0 | 0 | – |" in shown
    assert '| user | :gray-badge[kept by OpenRouter] | "me" | "me" | – |' in shown
    assert '| debug | :gray-badge[kept by OpenRouter] | {"echo_upstream_body": true} |' in shown
    assert "Kept by OpenRouter**: OpenRouter reads this itself" in shown


def test_the_route_is_told_with_every_attempt_and_its_status(app: AppTest, settled: Settled) -> None:
    ask(scripted(app, "scripted/fault-provider"), settled, models=["scripted/priced"])
    shown = words(app)
    assert "Asked for **scripted/fault-provider** · strategy: fallback" in shown
    assert "1. :red-badge[HTTP 502]" in shown
    assert "2. :green-badge[HTTP 200] **Scripted North (no model runs)** with scripted/priced" in shown


def test_the_route_of_a_refused_request_is_found_among_its_raw_events(app: AppTest, settled: Settled) -> None:
    ask(scripted(app, "scripted/fault-key"), settled)
    assert "1. :red-badge[HTTP 401]" in words(app)


def test_all_of_it_is_still_known_after_a_restart(app: AppTest, settled: Settled) -> None:
    run = ask(scripted(app, "scripted/text"), settled, debug={"echo_upstream_body": True})
    close_services()
    again = AppTest.from_file(app._script_path, default_timeout=20).run()
    shown = words(look(again))
    assert "| stream | :green-badge[sent] | by Parley | true | true |" in shown
    assert "HTTP 200" in shown
    assert open_services().store.run(run.id).added == ("stream",)


def test_a_run_that_is_gone_is_no_longer_looked_at(app: AppTest) -> None:
    app.run()
    app.session_state["truth-run"] = "never-was"
    app.run()
    assert not app.exception
    assert "truth-run" not in app.session_state


@pytest.mark.parametrize(
    ("settings", "asking"),
    [
        ({}, {"debug": {"echo_upstream_body": True}}),
        (
            {"stream": False, "debug": {"of_tomorrow": 1}},
            {"stream": True, "debug": {"of_tomorrow": 1, "echo_upstream_body": True}},
        ),
        ({"debug": "odd", "top_k": 1}, {"debug": {"echo_upstream_body": True}, "top_k": 1}),
    ],
)
def test_asking_for_the_echo_keeps_what_else_is_set(settings: dict[str, Any], asking: dict[str, Any]) -> None:
    assert with_echo(ChatRequest.parse(settings)).payload() == asking


@pytest.mark.parametrize(
    "value", ["a | b", "**bold** `tick`", ["<script>"], {"$x$": ":red[a]"}, "x" * 500, "\n\n| a |"]
)
def test_no_value_breaks_out_of_its_cell(value: Any) -> None:
    shown = table(truth({"user": value, "future": value}, {"other": value}), forwarded=True)
    assert len(shown.splitlines()) == 2 + 3
    assert "<script>" not in shown.replace("\\<", "")
    assert len(written(value)) < 120


def test_the_way_is_told_in_a_line_for_each_attempt_and_each_step() -> None:
    way = route(
        {
            "requested": "a/b",
            "is_byok": True,
            "endpoints": {"total": 1},
            "attempts": [{"provider": "", "model": "*b*"}],
            "pipeline": [
                {"name": "web", "type": "plugin", "summary": "3 pages", "cost_usd": "0.004", "data": {"n": 3}}
            ],
        }
    )
    told = [html.unescape(line).replace("\\", "") for line in lines(way)]
    assert told == [
        "Asked for **a/b** · 1 endpoint · on your own provider key",
        "",
        "1. :gray-badge[no status] **a provider without a name** with *b*",
        "",
        "On the way:",
        "",
        '- **web** (plugin): 3 pages · $0.004 · {"data": {"n": 3}}',
    ]


def test_history_has_both_and_asks_for_the_echo_in_the_notebook(app: AppTest, settled: Settled) -> None:
    run = ask(scripted(app, "scripted/fault-provider"), settled, models=["scripted/priced"], seed=7)
    app.switch_page("pages/2_History.py").run()
    app.selectbox(key="history-open").set_value(run.id).run()
    app.session_state["history-request"] = "Route"
    assert "1. :red-badge[HTTP 502]" in words(app.run())
    app.session_state["history-request"] = "Truth"
    assert "| seed | 7 | 7 |" in words(app.run())
    app.button(key=f"truth-ask-{run.id}").click().run()
    assert open_services().store.latest_session().settings.payload()["debug"] == {"echo_upstream_body": True}
    assert app.chat_input(key="prompt")
