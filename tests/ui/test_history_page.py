"""The History page: every row there is, filtered, ordered, paged, opened, and taken back to the notebook."""

from __future__ import annotations

import json
import re
import uuid
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.services import open_services
from parley.money import Money
from parley.notebook import Cell, Failure, Mark, Session, Timings
from parley.notebook.samples import copy_of, samples
from parley.reply import Reply
from tests.ui.history_screen import answer, models, opened, sent, sums, words


def test_an_empty_history_says_what_will_stand_here(history: AppTest) -> None:
    history.run()
    assert "Every run will stand here" in words(history)
    assert not history.exception
    assert not history.dataframe


def test_every_run_is_a_row_however_it_ended(history: AppTest) -> None:
    for number, outcome in enumerate(("complete", "stopped", "truncated", "failed", "interrupted")):
        sent(number, outcome=outcome)
    history.run()
    assert list(history.dataframe[0].value["outcome"]) == ["Interrupted", "Failed", "Cut off", "Stopped", "Complete"]
    assert set(history.dataframe[0].value["session_title"]) == {"no session"}


def test_a_filter_leaves_rows_and_totals_of_what_it_lets_through(history: AppTest) -> None:
    sent(1, model="a/b", reply=answer(prompt_tokens=5, completion_tokens=7), money=Money(reported=Decimal("0.000042")))
    sent(2, model="c/d", reply=answer(prompt_tokens=100), money=Money(reported=Decimal(2)))
    history.run()
    assert sums(history) == {"Runs": "2", "Cost": "$2.00", "Tokens in": "105", "Tokens out": "7"}
    history.multiselect(key="history-filter-model").set_value(["a/b"]).run()
    assert models(history) == ["a/b"]
    assert sums(history) == {"Runs": "1", "Cost": "$0.000042", "Tokens in": "5", "Tokens out": "7"}


@pytest.mark.parametrize(
    ("column", "choice", "left"),
    [("outcome", "failed", "a/b"), ("provider", "Deep", "c/d"), ("connection", "Local model", "e/f")],
)
def test_rows_are_filtered_by_each_column(history: AppTest, column: str, choice: str, left: str) -> None:
    sent(1, model="a/b", outcome="failed")
    sent(2, model="c/d", reply=answer())
    sent(3, model="e/f", connection="Local model")
    history.run()
    history.multiselect(key=f"history-filter-{column}").set_value([choice]).run()
    assert models(history) == [left]


def test_an_unknown_cost_is_not_taken_for_nothing(history: AppTest) -> None:
    sent(1)
    assert sums(history.run())["Cost"] == "unknown"
    sent(2, money=Money(estimate=Decimal("0.5")))
    assert sums(history.run())["Cost, 1 unknown"] == "$0.50"


def test_filters_that_nothing_passes_can_be_cleared(history: AppTest) -> None:
    sent(1, model="a/b")
    sent(2, model="c/d", outcome="failed")
    history.run()
    history.multiselect(key="history-filter-model").set_value(["a/b"])
    history.multiselect(key="history-filter-outcome").set_value(["failed"]).run()
    assert "No run passes these filters." in words(history)
    assert sums(history) == {"Runs": "0", "Cost": "$0", "Tokens in": "0", "Tokens out": "0"}
    assert not history.get("link_button")
    history.button(key="history-clear").click().run()
    assert models(history) == ["c/d", "a/b"]


def test_filters_hold_while_other_pages_are_looked_at(history: AppTest) -> None:
    sent(1, model="a/b")
    sent(2, model="c/d")
    history.run()
    history.multiselect(key="history-filter-model").set_value(["a/b"]).run()
    history.switch_page("pages/6_Settings.py").run()
    history.switch_page("pages/2_History.py").run()
    assert history.multiselect(key="history-filter-model").value == ["a/b"]
    assert models(history) == ["a/b"]


def test_rows_are_ordered_over_the_whole_of_the_history(history: AppTest) -> None:
    for number in range(120):
        sent(number, model=f"m/{number:03}", timings=Timings(total_ms=float((number * 7) % 120)))
    history.run()
    history.selectbox(key="history-sort").set_value("total_ms").run()
    assert list(history.dataframe[0].value["total_ms"]) == [f"{ms} ms" for ms in range(119, 19, -1)]
    history.selectbox(key="history-order").set_value("Ascending").run()
    assert list(history.dataframe[0].value["total_ms"]) == [f"{ms} ms" for ms in range(100)]


def test_pages_follow_one_another_and_a_filter_begins_at_the_first(history: AppTest) -> None:
    for number in range(205):
        sent(number, model=f"m/{number % 2}")
    history.run()
    seen = [len(models(history))]
    for _ in range(2):
        history.button(key="history-next").click().run()
        seen.append(len(models(history)))
    assert seen == [100, 100, 5]
    assert "201–205 of 205" in words(history)
    history.button(key="history-previous").click().run()
    assert "101–200 of 205" in words(history)
    history.multiselect(key="history-filter-model").set_value(["m/1"]).run()
    assert "1–100 of 102" in words(history)


def test_an_address_that_leads_nowhere_leads_to_the_first_page(history: AppTest) -> None:
    sent(1)
    history.query_params["after"] = "nonsense"
    history.run()
    assert models(history) == ["x/y"]
    assert "after" not in history.query_params


def test_a_row_opens_to_its_exact_request_and_response(history: AppTest) -> None:
    settings = {"temperature": 0, "top_k": None, "unknown_key": {"a": [1.0]}}
    run = sent(1, settings=settings, reply=answer("Forty-two."), timeline=(Mark(ms=2, what="sent"),))
    opened(history, run)
    request, timeline, response = (one.value for one in history.code)
    assert '"temperature": 0,' in request
    assert '"top_k": null' in request
    assert "1.0" in request
    assert '"text": "Forty-two."' in response
    assert timeline.endswith("Sent")
    assert "Forty-two." in words(history)


def test_the_response_to_a_request_without_streaming_is_its_body(history: AppTest) -> None:
    run = sent(1, settings={"stream": False}, reply=answer("Yes."), events=[(9.0, '{"object": "chat", "new_key": 1}')])
    opened(history, run)
    assert history.code[-1].value == '{\n  "object": "chat",\n  "new_key": 1\n}'


REFUSED = '{"error": {"code": 429, "message": "Later."}}'


@pytest.mark.parametrize("reply", [Reply(), Reply(generation_id="gen-1")])
def test_the_response_to_a_refused_stream_is_the_body_that_refused_it(history: AppTest, reply: Reply) -> None:
    run = sent(1, settings={"stream": True}, outcome="failed", reply=reply, events=[(9.0, REFUSED)])
    opened(history, run)
    assert json.loads(history.code[-1].value) == json.loads(REFUSED)


def test_the_response_after_a_retry_is_the_last_body(history: AppTest) -> None:
    events = [(9.0, REFUSED), (99.0, '{"object": "chat"}')]
    run = sent(1, settings={"stream": False}, reply=answer("Yes."), events=events)
    opened(history, run)
    assert json.loads(history.code[-1].value) == {"object": "chat"}


@pytest.mark.parametrize("raw", ["<html>Oops</html>", '{"error": {"mess'])
def test_the_response_is_what_is_known_where_no_whole_body_was_kept(history: AppTest, raw: str) -> None:
    run = sent(1, outcome="failed", reply=Reply(generation_id="gen-1"), events=[(9.0, raw)])
    opened(history, run)
    assert json.loads(history.code[-1].value) == {"generation_id": "gen-1"}


def test_a_recorded_sample_says_that_it_was_not_sent_from_here(history: AppTest) -> None:
    copy, _ = copy_of(samples()[0], lambda: uuid.uuid4().hex)
    open_services().store.adopt(copy)
    opened(history.run(), next(iter(copy.attempts.values()))[0])
    history.session_state["history-answer"] = "Raw events"
    history.run()
    assert "it was not sent from here" in words(history)
    assert "recorded without its events" in words(history)
    assert "No event came" not in words(history)


def test_raw_events_are_read_when_somebody_looks(history: AppTest) -> None:
    run = sent(1, settings={"stream": True}, reply=answer("Yes."), events=[(12.5, '{"choices": []}')])
    opened(history, run)
    assert "choices" not in str([one.value for one in history.code])
    history.session_state["history-answer"] = "Raw events"
    history.run()
    assert '12.5 ms  {"choices": []}' in history.code[-1].value


def test_a_failure_says_what_to_do(history: AppTest) -> None:
    run = sent(1, outcome="failed", failure=Failure(kind="RateLimited", message="Wait for 12 seconds.", status=429))
    opened(history, run)
    assert history.dataframe[0].value["outcome"][0] == "Failed: rate limited"
    assert "Wait for 12 seconds." in words(history)


def test_a_large_request_is_drawn_in_part(history: AppTest) -> None:
    run = sent(1, settings={"user": "u" * 100_000})
    opened(history, run)
    assert len(history.code[0].value) == 20_000
    assert "the download has all of it" in words(history)


def test_load_puts_the_settings_in_the_sidebar(history: AppTest) -> None:
    run = sent(1, settings={"temperature": 0.25})
    opened(history, run)
    history.button(key="history-load").click().run()
    assert history.number_input(key="field-temperature").value == 0.25
    assert history.selectbox(key="field-model").value == "x/y"
    assert "Loaded: the sidebar has the settings of request #1" in words(history)
    assert open_services().store.latest_session().settings.payload() == {"model": "x/y", "temperature": 0.25}


def test_the_session_of_a_row_opens(history: AppTest) -> None:
    cell = Cell(id="c", message={"role": "user", "content": "Question 1"})
    open_services().store.save(Session(id="s", title="Cats", cells=(cell,)))
    open_services().store.save(Session(id="later", title="Dogs"))
    run = sent(1, session_id="s", cell_id="c", reply=answer("About cats."))
    opened(history, run)
    assert list(history.dataframe[0].value["session_title"]) == ["Cats"]
    history.button(key="history-session").click().run()
    assert history.query_params["c"] == "s"
    assert "About cats." in words(history)


def test_the_session_of_a_row_opens_at_its_cell_and_says_which_attempt_it_was(history: AppTest) -> None:
    cells = tuple(Cell(id=f"c{n}", message={"role": "user", "content": f"Question {n}"}) for n in range(30))
    open_services().store.save(Session(id="s", title="Cats", cells=cells))
    run = sent(1, session_id="s", cell_id="c3", reply=answer("About cats."))
    sent(2, session_id="s", cell_id="c3", reply=answer("About dogs."))
    opened(history, run)
    history.button(key="history-session").click().run()
    assert min(map(int, re.findall(r"Question (\d+)", words(history)))) == 3
    assert "attempt 1 of 2 of the first cell shown here" in words(history)


def test_the_address_names_the_run_that_is_open(history: AppTest) -> None:
    opened(history, sent(1))
    assert history.query_params["run"] in ("r1", ["r1"])
    history.selectbox(key="history-open").set_value(None).run()
    assert "run" not in history.query_params


@pytest.mark.parametrize(("asked", "shown"), [("r1", "r1"), ("gone", None)])
def test_a_reload_opens_what_the_address_names_if_it_is_there(history: AppTest, asked: str, shown: str | None) -> None:
    sent(1)
    history.query_params["run"] = asked
    history.run()
    assert not history.exception
    assert history.selectbox(key="history-open").value == shown
    assert ("run" in history.query_params) == (shown is not None)


def test_a_request_outlives_its_session(history: AppTest) -> None:
    store = open_services().store
    store.save(Session(id="s", title="Cats"))
    run = sent(1, session_id="s", cell_id="c")
    store.delete_session("s")
    opened(history, run)
    history.button(key="history-session").click().run()
    assert "The session of this request was deleted" in history.toast[0].value
    assert models(history) == ["x/y"]


def test_a_live_run_shows_as_such(history: AppTest) -> None:
    run = sent(1, outcome="running")
    opened(history, run)
    assert list(history.dataframe[0].value["outcome"]) == ["Running"]
    open_services().store.finish(run.model_copy(update={"outcome": "complete", "reply": answer("Done.")}))
    history.run()
    assert list(history.dataframe[0].value["outcome"]) == ["Complete"]
    assert "Done." in words(history)


ODD_KEY = "seven.ducks:on=a.pond"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_holds_what_is_filtered_and_no_key_at_hand(
    history: AppTest, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", ODD_KEY)
    sent(1, model="a/b", settings={"user": ODD_KEY})
    sent(2, model="c/d")
    open_services().store.mark(["r1"], comment=f"My key: {ODD_KEY}")
    history.run()
    history.multiselect(key="history-filter-model").set_value(["a/b"]).run()
    offered = next(one.proto.url for one in history.get("link_button") if one.proto.url.endswith(form))
    told = b"".join(open_services().downloads.find(offered.split("/")[1], None).make()).decode()
    assert "a/b" in told
    assert "c/d" not in told
    assert "My key: [key removed]" in told
    assert "ducks" not in told
