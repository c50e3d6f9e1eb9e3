"""The budget on the screen: what a prompt may cost, the caps, and what is held back with its ways out."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.budget.estimate import estimate_words
from components.services import open_services
from parley.budget import Caps, Standing, forecast
from parley.catalog import Catalog
from parley.money import Money
from parley.notebook import Run, Session
from parley.reply import Reply
from parley.request import ChatRequest
from tests.conftest import HOUSE
from tests.ui.history_screen import opened

Settled = Callable[[], AppTest]
PROMPT = "5 tokens at 1000/s"


@pytest.fixture
def priced(app: AppTest) -> AppTest:
    """The notebook, asking a scripted model that has a price, and whose answer nothing limits but the context."""
    while "scripted/tiers" not in app.run().selectbox(key="field-model").options:
        pass
    return app.selectbox(key="field-model").set_value("scripted/tiers").run()


def capped(app: AppTest, session: str | None = None, day: str | None = None) -> AppTest:
    sums = {"session": session, "day": day}
    caps = Caps(**{name: None if sum_ is None else Decimal(sum_) for name, sum_ in sums.items()})
    # A page under test has no cookie: its settings are those of nobody in particular.
    open_services().store.set_setting("caps", {name: str(sum_) for name, sum_ in caps if sum_ is not None})
    return app.run()


def ask(app: AppTest, text: str = PROMPT) -> AppTest:
    return app.chat_input(key="prompt").set_value(text).run()


def words(app: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "warning", "error", "success")
    return "\n".join(str(one.value) for kind in kinds for one in app.get(kind)).replace("\u00a0", " ").replace("\\", "")


def has(app: AppTest, key: str) -> bool:
    return key in {one.key for one in app.get("button")}


def session(app: AppTest) -> Session:
    found: Session = open_services().store.session(app.session_state["ui"].session.id)
    return found


def runs(app: AppTest) -> list[Run]:
    store = open_services().store
    return [store.run(row.id) for row in store.runs().rows]


def test_nothing_is_estimated_before_there_is_something_to_send(priced: AppTest) -> None:
    assert "(estimate)" not in words(priced)


def test_the_range_stands_beside_what_will_be_sent(priced: AppTest, settled: Settled) -> None:
    ask(priced)
    assert "(estimate)" in words(settled())
    assert "of the context" in words(priced)


def test_a_router_has_no_price_and_says_so(app: AppTest, settled: Settled) -> None:
    while "scripted/auto" not in app.run().selectbox(key="field-model").options:
        pass
    app.selectbox(key="field-model").set_value("scripted/auto").run()
    ask(app)
    assert "price unknown" in words(settled())


def test_what_may_cost_more_than_is_left_is_held_and_kept(priced: AppTest) -> None:
    ask(capped(priced, session="0.0001"))
    assert "Held back" in words(priced)
    assert not runs(priced)
    assert session(priced).cells[0].text == PROMPT


def test_what_fits_is_sent(priced: AppTest, settled: Settled) -> None:
    ask(capped(priced, session="5", day="5"))
    settled()
    assert len(runs(priced)) == 1
    assert "left for this session" in words(priced)


def test_a_raised_cap_lets_it_through(priced: AppTest, settled: Settled) -> None:
    ask(capped(priced, day="0.0001"))
    priced.button(key="budget-raise").click().run()
    settled()
    assert len(runs(priced)) == 1
    assert "Held back" not in words(priced)
    kept = open_services().store.setting("caps")
    assert Decimal(kept["day"]) > Decimal("0.0001")


@pytest.mark.parametrize("meanwhile", [{"day": "50"}, {}])
def test_a_cap_that_was_raised_or_taken_away_elsewhere_is_not_lowered(
    priced: AppTest, settled: Settled, meanwhile: dict[str, str]
) -> None:
    ask(capped(priced, day="0.0001"))
    open_services().store.set_setting("caps", meanwhile or None)
    priced.button(key="budget-raise").click().run()
    settled()
    assert len(runs(priced)) == 1
    assert (open_services().store.setting("caps") or {}) == meanwhile


def test_a_cap_that_is_no_sum_is_told(priced: AppTest) -> None:
    ask(capped(priced, session="0.0001"))
    priced.text_input(key="budget-cap").set_value("much")
    priced.button(key="budget-raise").click().run()
    assert "such as 2.50" in words(priced)
    assert not runs(priced)


def test_a_shorter_answer_fits_and_stands_in_the_sidebar(priced: AppTest, settled: Settled) -> None:
    ask(capped(priced, session="0.01"))
    priced.button(key="budget-lower").click().run()
    settled()
    (run,) = runs(priced)
    limit = run.request.payload()["max_completion_tokens"]
    assert session(priced).settings.payload()["max_completion_tokens"] == limit
    assert priced.number_input(key="field-max_completion_tokens").value == limit


def test_it_is_sent_anyway_for_the_word_alone(priced: AppTest, settled: Settled) -> None:
    ask(capped(priced, session="0"))
    priced.text_input(key="budget-word").set_value("yes")
    priced.button(key="budget-anyway").click().run()
    assert "type the word send" in words(priced)
    assert not runs(priced)
    priced.text_input(key="budget-word").set_value("Send ")
    priced.button(key="budget-anyway").click().run()
    settled()
    assert len(runs(priced)) == 1
    ask(priced)
    assert "Held back" in words(priced)
    assert len(runs(priced)) == 1


def test_what_is_left_is_left(priced: AppTest) -> None:
    ask(capped(priced, session="0"))
    priced.button(key="budget-leave").click().run()
    assert "Held back" not in words(priced)
    assert not runs(priced)


def test_what_is_free_passes_a_cap_of_nothing(app: AppTest, settled: Settled) -> None:
    while "scripted/text" not in app.run().selectbox(key="field-model").options:
        pass
    app.selectbox(key="field-model").set_value("scripted/text").run()
    ask(capped(app, session="0", day="0"))
    settled()
    assert len(runs(app)) == 1


def test_what_a_stopped_answer_may_have_cost_is_set_aside(priced: AppTest, settled: Settled) -> None:
    ask(priced)
    settled()
    doors, (sent,) = open_services(), runs(priced)
    request = ChatRequest.parse({**sent.request.payload(), "max_completion_tokens": 1_000})
    stopped = sent.model_copy(update={"id": "r", "request": request, "outcome": "queued", "money": Money()})
    doors.store.begin(stopped)
    doors.store.finish(stopped.model_copy(update={"outcome": "stopped", "reply": Reply(text="Lo")}))
    capped(priced, session="0.0045")
    assert "is set aside for 1 answer of unknown cost" in words(priced)
    priced.number_input(key="field-max_completion_tokens").set_value(1_000).run()
    ask(priced)
    assert "Held back" in words(priced)
    assert len(runs(priced)) == 2


def test_lanes_are_held_together(priced: AppTest, settled: Settled) -> None:
    ask(capped(priced, session="0.012"))
    priced.button(key="budget-leave").click().run()
    priced.number_input(key="field-max_completion_tokens").set_value(2_000).run()
    priced.button(key="compare-add").click().run()
    priced.button(key="compare-run").click().run()
    assert "Held back" in words(priced)
    priced.button(key="budget-lower").click().run()
    settled()
    assert len(runs(priced)) == 2


def test_several_runs_are_held_together(priced: AppTest, settled: Settled) -> None:
    ask(priced)
    settled()
    capped(priced, session="0.02")
    cell = session(priced).cells[0]
    priced.number_input(key="field-max_completion_tokens").set_value(2_000).run()
    priced.menu_button(key=f"cell-{cell.id}-more").click("Run several times").run()
    priced.button(key=f"cell-{cell.id}-several-run").click().run()
    assert "Held back" in words(priced)
    priced.button(key="budget-raise").click().run()
    settled()
    assert len(runs(priced)) == 4


def test_cells_that_are_run_again_are_held_as_a_whole(priced: AppTest, settled: Settled) -> None:
    for _ in range(2):
        ask(priced)
        settled()
    capped(priced, session="0.0001")
    cell = session(priced).cells[0]
    priced.menu_button(key=f"cell-{cell.id}-more").click("Run from here").run()
    priced.button(key="replay-start").click().run()
    assert "Held back" in words(priced)
    assert len(runs(priced)) == 2
    priced.text_input(key="budget-word").set_value("send")
    priced.button(key="budget-anyway").click().run()
    sequence = open_services().runner.sequences.of(session(priced).id)
    assert sequence is None or sequence.wait(20)
    assert len(runs(priced)) == 4


def test_going_on_with_an_answer_is_held_too(priced: AppTest, settled: Settled) -> None:
    ask(priced)
    settled()
    capped(priced, session="0.0001")
    cell = session(priced).cells[0]
    priced.menu_button(key=f"cell-{cell.id}-more").click("Continue this answer").run()
    assert "Held back" in words(priced)
    assert len(runs(priced)) == 1


def test_caps_are_set_and_shown_on_the_settings_page(app: AppTest) -> None:
    app.run()
    page = app.switch_page("pages/6_Settings.py").run()
    page.text_input(key="budget-day").set_value("$2.50")
    page.button(key="budget-save").click().run()
    assert open_services().store.setting("caps") == {"day": "2.50"}
    assert page.text_input(key="budget-day").value == "2.5"
    assert "Spent today: $0" in words(page)


def test_a_cap_that_cannot_be_read_changes_nothing(app: AppTest) -> None:
    app.run()
    page = app.switch_page("pages/6_Settings.py").run()
    page.text_input(key="budget-session").set_value("two")
    page.button(key="budget-save").click().run()
    assert "such as 2.50" in words(page)
    assert open_services().store.setting("caps") is None


def test_a_request_sent_again_from_history_has_its_ways_out_there(priced: AppTest, settled: Settled) -> None:
    ask(priced)
    settled()
    capped(priced, session="0")
    (run,) = runs(priced)
    ledger = opened(AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page("pages/2_History.py"), run)
    ledger.button(key="history-again").click().run()
    assert "Held back" in words(ledger)
    assert not has(ledger, "budget-lower")
    ledger.text_input(key="budget-word").set_value("send")
    ledger.button(key="budget-anyway").click().run()
    settled()
    assert [one.request.payload() for one in runs(priced)] == [run.request.payload()] * 2


def test_a_prompt_that_is_more_than_the_model_reads_has_no_range_that_ends_before_it_begins() -> None:
    listed = {"id": "a/b", "context_length": 10, "pricing": {"prompt": "0.01", "completion": "0.01"}}
    asked = ChatRequest.parse({"model": "a/b", "messages": [{"role": "user", "content": "word " * 500}]})
    words = estimate_words([forecast(asked, Catalog.parse({"data": [listed]}))], Standing())
    assert any("more than the model can read" in one.replace("\xa0", " ") for one in words)
    assert not any(" to " in one.replace("\xa0", " ") for one in words)
