"""The Models page: the list, a model of it, and its endpoints against what is set in the session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from components.models.details import code
from components.models.list import since
from components.services import close_services, open_services
from parley.catalog import Catalog
from parley.connection import LOCAL
from parley.listings import Listed, Listings
from parley.notebook import Session
from parley.request import ChatRequest
from tests.conftest import HOUSE, KEY

PAGE = "pages/4_Models.py"


def drawn(app: AppTest, holds: Callable[[AppTest], bool]) -> AppTest:
    """The page, as soon as what comes beside it has come."""
    while not holds(app.run()):
        assert not app.exception
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(
        str(one.value) for kind in ("title", "markdown", "info", "warning", "error") for one in app.get(kind)
    )


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["id"]) if app.dataframe else []


def settings() -> dict[str, Any]:
    session = open_services().store.latest_session()
    assert session is not None
    return session.settings.payload()


@pytest.fixture
def models(app: AppTest) -> AppTest:
    """The list of the gateway's models."""
    return drawn(app.switch_page(PAGE), lambda page: bool(page.dataframe))


@pytest.fixture
def priced(connected: Path) -> AppTest:
    """The page of a model with three endpoints, beside a session in which some fields are set."""
    body = {"model": "scripted/text", "temperature": 0, "seed": 7, "user": "me"}
    open_services().store.save(Session(id="s1", title="Mine", settings=ChatRequest.parse(body)))
    return opened("scripted/priced", lambda page: bool(page.dataframe))


def opened(slug: str, holds: Callable[[AppTest], bool]) -> AppTest:
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page(PAGE)
    app.query_params["model"] = slug
    return drawn(app, holds)


def test_every_model_is_listed_with_its_price_and_the_age_of_the_list(models: AppTest) -> None:
    table = models.dataframe[0].value.set_index("id")
    assert table.loc["scripted/priced", "prompt"] == 1.0
    assert table["prompt"].isna()["scripted/auto"]
    assert "scripted, no model runs" in table.loc["scripted/text", "name"]
    assert f"{len(table)} models, OpenRouter · from a moment ago" in words(models)


def test_words_and_filters_narrow_the_list_down(models: AppTest) -> None:
    models.text_input(key="models-search").set_value("tokens at").run()
    assert "scripted/text" in listed(models)
    models.multiselect(key="models-filter-parameters").set_value(["reasoning"]).run()
    assert listed(models)
    assert all(slug.startswith("scripted/reasoning") for slug in listed(models))
    models.text_input(key="models-search").set_value("nobody has this word").run()
    assert "No model is like this" in words(models)


def test_a_price_filter_lets_no_unknown_price_through(models: AppTest) -> None:
    models.number_input(key="models-filter-price").set_value(2.5).run()
    assert "scripted/auto" not in listed(models)
    assert "scripted/priced" not in listed(models)
    assert "scripted/text" in listed(models)
    models.number_input(key="models-filter-price").set_value(4.0).run()
    assert "scripted/priced" in listed(models)


def test_filters_are_still_set_after_a_look_at_a_model(models: AppTest) -> None:
    models.text_input(key="models-search").set_value("three endpoints").run()
    models.selectbox(key="models-open").set_value("scripted/priced").run()
    assert models.query_params["model"] == "scripted/priced"
    assert "Scripted: three endpoints with prices" in words(models)
    models.button(key="models-all").click().run()
    assert listed(models) == ["scripted/priced"]


def test_a_model_says_what_it_is_takes_and_charges(priced: AppTest) -> None:
    said = words(priced)
    for word in (
        "no model runs",
        "`scripted/priced`",
        "$1.00",
        "`seed`",
        "scripted/priced-20260101",
    ):
        assert word in said
    assert {metric.label: metric.value for metric in priced.metric}["Out, per million tokens"] == "$4.00"


def test_endpoints_are_held_against_what_is_set_in_the_session(priced: AppTest) -> None:
    said = words(priced)
    assert "Set, and of concern to a provider: `temperature`, `seed`." in said
    assert "`scripted-north` · honours all 2 set" in said
    assert "`scripted-north/fast` · :orange[ignores `seed`]" in said
    table = priced.dataframe[0].value.set_index("tag")
    assert table.loc["scripted-south", "latency_p99"] == 12_000
    assert table.loc["scripted-south", "quantization"] == "int4"


@pytest.mark.parametrize("preference", ["only", "order", "ignore"])
def test_one_click_puts_an_endpoint_into_a_preference_and_another_takes_it_out(
    priced: AppTest, preference: str
) -> None:
    before = settings()
    key = f"prefer-{preference}-scripted-north-fast"
    priced.button(key=key).click().run()
    assert settings() == {**before, "provider": {preference: ["scripted-north/fast"]}}
    priced.button(key=key).click().run()
    assert settings() == before


def test_an_order_is_the_order_of_the_clicks(priced: AppTest) -> None:
    for tag in ("scripted-south", "scripted-north"):
        priced.button(key=f"prefer-order-{tag}").click().run()
    assert settings()["provider"] == {"order": ["scripted-south", "scripted-north"]}
    assert priced.button(key="prefer-order-scripted-north").label == "Try first · 2"


def test_a_model_is_taken_over_as_it_was_asked_for(connected: Path) -> None:
    app = opened("scripted/text:nitro", lambda page: "the fastest endpoint first" in words(page))
    app.button(key="models-use").click().run()
    assert settings()["model"] == "scripted/text:nitro"


def test_a_slug_that_is_not_listed_can_be_asked_all_the_same(connected: Path) -> None:
    app = opened("vendor/of-tomorrow", lambda page: "not in this connection's list" in words(page))
    app.button(key="models-use").click().run()
    assert settings()["model"] == "vendor/of-tomorrow"


@pytest.mark.parametrize(
    ("listed", "age", "said"),
    [
        (Listed((), busy=True), None, "On their way…"),
        (Listed((), failure="No way there."), None, "They could not be fetched: No way there."),
        (Listed((), fetched=1.0), 5.0, "from a moment ago"),
        (Listed((), fetched=1.0, busy=True), 600.0, "from 10 min ago, asking anew…"),
        (Listed((), fetched=1.0, failure="Nobody.", offline=True, busy=True), 10800.0, "from 3 h ago, offline"),
        (Listed((), fetched=1.0, failure="Refused."), 60.0, "from 1 min ago; no newer, because: Refused."),
    ],
)
def test_a_list_says_how_current_it_is(listed: Listed[tuple[()]], age: float | None, said: str) -> None:
    assert since(listed, age) == said


@given(st.text(min_size=1, max_size=20).filter(lambda text: text.split()))
def test_a_strangers_word_stays_in_its_code_span(text: str) -> None:
    (paragraph,) = [one for one in MarkdownIt().parse(f"a {code(text)} b") if one.type == "inline"]
    assert [one.type for one in paragraph.children or ()] == ["text", "code_inline", "text"]


def test_an_address_brings_nothing_but_its_words_onto_the_page(connected: Path) -> None:
    slug = "a/b`]](x)![](http://a.b/c):nitro@preset/<script>"
    app = opened(slug, lambda page: "not in this connection's list" in words(page))
    shown = "".join(one for one in words(app).splitlines() if "preset" in one and "Asked as" in one)
    assert "!\\[" in shown or "\\!" in shown


def test_the_local_model_is_not_asked_before_it_is_up(home: Path) -> None:
    doors = open_services()
    assert doors.listed(LOCAL) == Listed(Catalog())
    assert not doors.busy(LOCAL)
    close_services()


class Yesterday:
    """A server as it was when it could be reached."""

    def models(self) -> Catalog:
        return Catalog.parse([{"id": "acme/quill", "description": "Quill <script>alert(1)</script> ![](http://a.b/c)"}])

    def endpoints(self, slug: str) -> dict[str, Any]:
        return {}


@pytest.fixture
def offline(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page of a Parley whose network is gone, three hours after its list was fetched."""
    monkeypatch.setenv("OPENROUTER_BASE_URL", "http://127.0.0.1:9/api/v1")
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    doors = open_services()
    shelf = replace(doors.shelf(doors.connection()), lister=Yesterday)
    then = Listings(home / "catalogues", lambda: time.time() - 3 * 3600 - 5)
    while not len(then.models(shelf).content) or then.busy(shelf):
        time.sleep(0.01)
    then.close()
    yield AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page(PAGE)
    while doors.listings.busy(shelf):
        time.sleep(0.01)
    close_services()


def test_the_list_is_there_without_a_network_and_says_how_old_it_is(offline: AppTest) -> None:
    drawn(offline, lambda page: "from 3 h ago, offline" in words(page))
    assert listed(offline) == ["acme/quill"]


def test_a_description_is_a_strangers_and_harmless(offline: AppTest) -> None:
    offline.query_params["model"] = "acme/quill"
    drawn(offline, lambda page: "Quill" in words(page))
    assert "<script>" not in words(offline).replace("\\<script>", "")
    assert "![" not in words(offline)
