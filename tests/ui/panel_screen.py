"""The request panel on a page of its own, and a hand that types into it."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from components.panel.folds import fold_key
from components.panel.form import form_key
from parley.request import BY_NAME, ChatRequest

ODD: dict[str, Any] = {
    "temperature": 1,
    "top_p": 1.0,
    "min_p": None,
    "top_a": "hot",
    "top_k": 1.5,
    "seed": 2**60,
    "frequency_penalty": -7,
    "presence_penalty": 0,
    "repetition_penalty": True,
    "logit_bias": {"50256": -100, "1": 1.0},
    "max_tokens": 0,
    "logprobs": False,
    "stream": None,
    "stop": "END",
    "models": [],
    "modalities": ["text", 3],
    "model": "",
    "service_tier": "of tomorrow",
    "reasoning_effort": 3,
    "user": "two\nlines",
    "session_id": "",
    "prompt_cache_key": "a `tick` and $x$",
    "provider": {},
    "plugins": [{"id": "of-tomorrow", "nested": {"x": [1, 1.0, None]}}],
    "tools": None,
    "response_format": {"type": "json_schema", "json_schema": {"name": "", "more": 0}},
    "tool_choice": "",
    "metadata": "not a map",
    "unknown": {"deep": [0, False, "", None, []]},
}


def panel() -> None:
    """The smallest page: it keeps what the panel returns, and takes settings from elsewhere when told to."""
    import streamlit as st

    from components.request_panel import request_panel
    from components.state import write_settings
    from parley.request import ChatRequest

    state = st.session_state
    if "elsewhere" in state:
        state.settings = ChatRequest.parse(state.pop("elsewhere"))
        write_settings(state.settings)
    if state.get("away"):
        return
    shown = request_panel(
        state.get("settings", ChatRequest()),
        default_model="local/small",
        models=("vendor/a", "vendor/b"),
        sent_anyway=state.get("sent_anyway", {}),
        providers=("fireworks", "google-vertex/europe"),
    )
    state.settings, state.problems, state.blocked = shown.request, shown.problems, shown.blocked


class Screen:
    """A running panel, and the settings it holds."""

    def __init__(self, body: dict[str, Any] | None = None, sent_anyway: dict[str, Any] | None = None) -> None:
        self.at = AppTest.from_function(panel, default_timeout=30)
        self.at.session_state["sent_anyway"] = sent_anyway or {}
        self.at.session_state["settings"] = ChatRequest.parse(body or {})
        self.run()

    def run(self) -> None:
        self.at.run()
        assert not self.at.exception

    def load(self, body: dict[str, Any]) -> None:
        self.at.session_state["elsewhere"] = body
        self.run()

    def leave_and_come_back(self, body: dict[str, Any] | None = None) -> None:
        """Another page and back; `body` are settings that were chosen there."""
        self.at.session_state["away"] = True
        self.run()
        assert not self.at.number_input
        if body is not None:
            self.at.session_state["elsewhere"] = body
        self.at.session_state["away"] = False
        self.run()

    def widget(self, name: str) -> Any:
        return self.at.get_by_key(f"field-{name}")

    def put(self, name: str, value: Any) -> None:
        self.widget(name).set_value(value)
        self.run()

    def unfold(self, *names: str) -> None:
        """Open the groups of these fields: what stands beside a widget is drawn only there."""
        for name in names:
            self.at.session_state[fold_key(BY_NAME[name].group)] = True
        self.run()

    def open_form(self, name: str, *inner: str) -> None:
        """Open the form of a field, and the folds inside it, by what their keys say after the field's."""
        self.at.session_state[form_key(name)] = True
        for one in inner:
            self.at.session_state[f"field-{name}-{one}-fold"] = True
        self.unfold(name)

    def press(self, name: str) -> None:
        self.at.button(key=f"field-{name}").click()
        self.run()

    def pick(self, name: str, word: str) -> None:
        self.at.menu_button(key=f"field-{name}").click(word)
        self.run()

    def switch(self, name: str, on: bool) -> None:
        self.at.toggle(key=f"field-{name}").set_value(on)
        self.run()

    @property
    def drawn(self) -> set[str]:
        """The keys of every widget on the page."""
        kinds = (
            "text_input",
            "text_area",
            "number_input",
            "selectbox",
            "multiselect",
            "toggle",
            "button",
            "button_group",
        )
        return {one.key for kind in kinds for one in self.at.get(kind) if one.key}

    def choose(self, name: str, word: str) -> None:
        self.unfold(name)
        self.at.menu_button(key=f"field-{name}-more").click(word)
        self.run()

    def reset(self, name: str) -> None:
        self.unfold(name)
        self.at.button(key=f"field-{name}-reset").click()
        self.run()

    def reset_all(self) -> None:
        self.at.button(key="panel-reset").click()
        self.run()

    def find(self, query: str) -> None:
        self.at.text_input(key="panel-find").set_value(query)
        self.run()

    def raw(self, text: str) -> None:
        self.at.text_area(key="raw-json").set_value(text)
        self.run()

    @property
    def body(self) -> dict[str, Any]:
        return self.at.session_state["settings"].payload()

    @property
    def problems(self) -> dict[str, str]:
        return {problem.field: problem.message for problem in self.at.session_state["problems"]}

    @property
    def words(self) -> str:
        return "\n".join(element.value for element in self.at.markdown)

    @property
    def folds(self) -> list[str]:
        return [fold.label.replace("*", "").replace("\u00a0", " ") for fold in self.at.expander]
