"""The chosen model in the sidebar: its line, and the marks on what it will not honour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.panel.folds import fold_key
from components.services import open_services
from parley.catalog import Endpoint, Model
from parley.catalog.view import ModelView

Draw = Callable[[dict[str, Any]], AppTest]


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("markdown", "info", "warning") for one in app.get(kind))


def settings(app: AppTest) -> dict[str, Any]:
    body: dict[str, Any] = app.session_state["ui"].session.settings.payload()
    return body


@pytest.fixture
def priced(app: AppTest) -> AppTest:
    """The notebook with a model whose endpoints differ, its groups unfolded, as soon as all of it is known."""
    for group in ("Sampling", "Length and stop", "Model and routing"):
        app.session_state[fold_key(group)] = True
    while "scripted/priced" not in app.run().selectbox(key="field-model").options:
        pass
    app.selectbox(key="field-model").set_value("scripted/priced").run()
    doors = open_services()
    while doors.busy(doors.connection()):
        app.run()
    return app.run()


def test_a_line_below_the_picker_names_price_and_context(priced: AppTest) -> None:
    assert "\\$1.00 in, \\$4.00 out · 1M context" in words(priced)
    assert "scripted, no model runs" in words(priced)


def test_a_field_that_is_not_set_is_not_marked(priced: AppTest) -> None:
    assert "does not support" not in words(priced)
    assert not [button for button in priced.button if str(button.key).startswith("mark-")]


def test_a_set_field_that_will_be_ignored_is_marked_and_can_be_dropped(priced: AppTest) -> None:
    priced.number_input(key="field-top_k").set_value(5).run()
    assert "Scripted: three endpoints with prices does not support this; it will be ignored." in words(priced)
    assert settings(priced)["top_k"] == 5
    priced.button(key="mark-top_k-drop").click().run()
    assert "top_k" not in settings(priced)
    assert "does not support" not in words(priced)


def test_what_is_kept_is_sent_and_says_so_in_quieter_words(priced: AppTest) -> None:
    priced.number_input(key="field-top_k").set_value(5).run()
    assert "Sampling** · 1\u00a0set · :orange[1\u00a0in\u00a0doubt]" in "".join(fold.label for fold in priced.expander)
    priced.button(key="mark-top_k-keep").click().run()
    assert settings(priced)["top_k"] == 5
    assert "Kept. Scripted: three endpoints with prices does not support this" in words(priced)
    assert "doubt" not in "".join(fold.label for fold in priced.expander)


def test_endpoints_that_honour_a_field_can_be_required(priced: AppTest) -> None:
    priced.number_input(key="field-seed").set_value(7).run()
    assert "1 of 3 endpoints honour this; ignored by scripted-north/fast, scripted-south." in words(priced)
    priced.button(key="mark-seed-require").click().run()
    assert settings(priced)["provider"] == {"require_parameters": True}
    assert "endpoints honour this" not in words(priced)


def test_advice_does_not_hold_back_a_run(priced: AppTest) -> None:
    priced.number_input(key="field-top_k").set_value(5).run()
    priced.chat_input(key="prompt").set_value("3 tokens").run()
    assert len(open_services().store.runs().rows) == 1


def test_more_than_the_context_is_refused_and_a_click_sets_what_is_possible(priced: AppTest) -> None:
    context = 10**9
    priced.number_input(key="field-max_completion_tokens").set_value(context).run()
    assert "for prompt and answer together; 1,000,000,000 is too much" in words(priced)
    priced.chat_input(key="prompt").set_value("Do not send").run()
    assert open_services().store.runs().rows == ()


def test_a_typed_slug_and_a_model_that_is_not_listed_are_fine(app: AppTest) -> None:
    view = ModelView(slug="vendor/of-tomorrow", among=3)
    shown = AppTest.from_function(line, kwargs={"view": view}).run()
    assert "Not in this connection's list" in words(shown)
    for quiet in (ModelView(slug="@preset/mine", among=3), ModelView(slug="vendor/x")):
        assert words(AppTest.from_function(line, kwargs={"view": quiet}).run()) == ""


def line(view: object) -> None:
    from components.models.view import draw_model_line

    draw_model_line(view)


def test_marks_of_raw_keys_stand_with_the_raw_keys() -> None:
    view = ModelView(model=Model(id="a/b", supported_parameters=("seed",)), endpoints=(Endpoint(tag="x"),))
    shown = AppTest.from_function(raw, kwargs={"model": view}).run()
    assert "verbosity: a/b does not support this" in words(shown)
    assert shown.button(key="mark-verbosity-drop")


def raw(model: object) -> None:
    from components.models.view import draw_raw_marks, seen
    from components.panel.values import Reading
    from parley.request import ChatRequest

    request = ChatRequest.parse({"model": "a/b", "verbosity": "low", "seed": 1})
    draw_raw_marks(seen(Reading(request), lambda slug: model.model_copy(update={"endpoints": ()}), {}))
