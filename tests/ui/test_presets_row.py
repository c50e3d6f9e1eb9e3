"""Presets on the notebook's page: saved, loaded, taken back, compared, renamed, updated, deleted, imported."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import MISSING
from streamlit.testing.v1 import AppTest

from components.presets.row import compared, listed
from components.services import open_services
from parley.notebook import Preset
from parley.notebook.differing import Change
from parley.notebook.presets import exported
from parley.request import ChatRequest

KEY = "sk-or-v1-" + "c0ffee" * 10


class Page:
    """The notebook with a hand on its presets."""

    def __init__(self, app: AppTest) -> None:
        self.at = app
        self.run()

    def run(self) -> None:
        self.at.run()
        assert not self.at.exception

    def set(self, name: str, value: Any) -> None:
        self.at.number_input(key=f"field-{name}").set_value(value)
        self.run()

    def say(self, system: str) -> None:
        self.at.text_area(key=f"system-prompt-{self.session.id}").set_value(system)
        self.run()

    def open(self, name: str) -> None:
        self.at.session_state[f"preset-{name}"] = True
        self.run()

    def press(self, name: str) -> None:
        self.at.button(key=f"preset-{name}").click()
        self.run()

    def save(self, name: str) -> None:
        self.open("save")
        self.at.text_input(key="preset-name").set_value(name)
        self.press("save-new")

    def load(self, name: str) -> None:
        self.run()
        ids = {preset.name: preset.id for preset in open_services().store.presets()}
        self.at.selectbox(key="preset-load").set_value(ids[name])
        self.run()

    @property
    def session(self) -> Any:
        return self.at.session_state["ui"].session

    @property
    def body(self) -> dict[str, Any]:
        return self.session.settings.payload()

    @property
    def system(self) -> str:
        return self.at.text_area(key=f"system-prompt-{self.session.id}").value

    @property
    def words(self) -> str:
        return "\n".join(one.value for one in self.at.markdown).replace("\\", "")


@pytest.fixture
def page(app: AppTest) -> Page:
    return Page(app)


def kept(**body: Any) -> Preset:
    return open_services().store.save_preset(Preset(id="p", name="Terse", request=ChatRequest.parse(body)))


def test_what_is_set_is_saved_loaded_into_another_session_and_taken_back(page: Page) -> None:
    page.set("temperature", 0.5)
    page.say("Be brief.")
    page.save("Terse")
    assert "Saved “Terse”" in page.words
    page.at.button(key="session-new").click()
    page.run()
    page.set("top_p", 0.9)
    page.say("Mine.")
    page.load("Terse")
    assert (page.body, page.system) == ({"temperature": 0.5}, "Be brief.")
    assert page.at.number_input(key="field-temperature").value == 0.5
    page.set("seed", 3)
    page.press("undo")
    assert (page.body, page.system) == ({"top_p": 0.9, "seed": 3}, "Mine.")
    assert page.at.number_input(key="field-temperature").value is None


def test_what_was_changed_since_loading_is_named(page: Page) -> None:
    kept(temperature=0.5)
    page.load("Terse")
    assert "Changed since" not in page.words
    page.set("temperature", 0.75)
    assert "Changed since “Terse”: Temperature" in page.words
    page.open("more")
    assert "**Temperature**: 0.75 → 0.5" in page.words


def test_what_was_just_saved_is_the_preset_at_hand_until_it_is_taken_back(page: Page) -> None:
    kept(top_p=0.5)
    page.set("temperature", 0.5)
    page.save("Warm")
    assert "Changed since" not in page.words
    page.set("temperature", 0.75)
    assert "Changed since “Warm”: Temperature" in page.words
    page.load("Terse")
    page.press("undo")
    assert page.at.selectbox(key="preset-load").value is None
    assert "Changed since" not in page.words


def test_an_update_is_not_made_over_what_another_tab_did(page: Page) -> None:
    mine = kept(temperature=0.5)
    page.load("Terse")
    page.set("temperature", 0.75)
    page.open("more")
    open_services().store.save_preset(mine.model_copy(update={"system": "Theirs."}))
    page.press("update")
    assert "changed in another tab" in page.words
    assert open_services().store.preset("p").system == "Theirs."
    page.press("update")
    assert open_services().store.preset("p").request.payload() == {"temperature": 0.75}
    page.press("undo")
    assert open_services().store.preset("p").request.payload() == {"temperature": 0.5}


def test_a_preset_is_renamed_deleted_and_brought_back(page: Page) -> None:
    kept(temperature=0.5)
    page.open("more")
    page.at.text_input(key="preset-new-name-p").set_value("Short")
    page.press("rename")
    assert list(open_services().store.preset_names().values()) == ["Short"]
    page.press("delete")
    assert open_services().store.presets() == ()
    page.press("undo")
    assert list(open_services().store.preset_names().values()) == ["Short"]


def test_a_name_that_is_taken_or_empty_is_refused_with_a_sentence(page: Page) -> None:
    kept()
    page.save("Terse")
    assert "another preset called “Terse”" in page.words
    page.save(" ")
    assert "needs a name" in page.words


def test_a_key_in_the_sidebar_is_not_kept_in_a_preset(page: Page) -> None:
    page.at.text_area(key="raw-json").set_value(f'{{"x": "{KEY}"}}')
    page.run()
    page.save("Mine")
    assert "looked like a key" in page.words
    assert KEY not in open_services().store.presets()[0].model_dump_json()


def test_a_file_of_presets_is_imported_whole_or_refused(page: Page) -> None:
    saved = kept(seed=0)
    page.open("more")
    page.at.file_uploader(key="preset-import").upload("presets.json", exported([saved]).encode(), "application/json")
    page.run()
    assert "Imported “Terse (2)”" in page.words
    page.at.file_uploader(key="preset-import").upload("other.json", b'{"model": ', "application/json")
    page.run()
    assert "This is not JSON: line 1" in page.words
    assert len(open_services().store.presets()) == 2


def test_a_preset_of_openrouter_is_a_model_and_is_said_to_be_one(page: Page) -> None:
    kept(model="@preset/my-bot")
    page.load("Terse")
    assert page.at.selectbox(key="field-model").value == "@preset/my-bot"
    assert "kept at OpenRouter" in page.words


def test_a_comparison_is_one_short_line_of_plain_text() -> None:
    assert compared(Change("temperature", MISSING, 0.5)) == "- **Temperature**: unset → 0.5"
    line = compared(Change("odd_key", "*a*\n" * 500, None))
    assert "\n" not in line
    assert len(line) < 200
    assert listed([Change(name, 1, 2) for name in ("temperature", "top_p", "seed", "x")]).endswith("and 1 more")
