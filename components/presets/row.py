"""The row of presets below the model picker: one to load, a way to save, and the rest in a popover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.panel.problems import small
from components.panel.text import readable_json
from components.presets.acts import Asked, Told, What
from components.presets.drawer import Drawer
from components.state import key
from parley.notebook import Preset
from parley.notebook.differing import Change
from parley.notebook.presets import LARGEST, LONGEST_NAME, Setup, differences, exported
from parley.reply.defuse import plain
from parley.request import BY_NAME

LOAD, SAVE, MORE = key("preset", "load"), key("preset", "save"), key("preset", "more")
NAME, WITH_SYSTEM, WHICH, FILE = (key("preset", word) for word in ("name", "system", "which", "import"))
SHOWN = 60
"""The most characters of a value in a comparison."""
LISTED = 12
"""The most fields in one."""
HOSTED = (
    "This names a preset kept at OpenRouter, under the account of your key: its model, prompts and parameters are applied "
    "there. The slug is sent as it is; the presets saved here are others."
)


def presets(drawer: Drawer, now: Setup, told: Told | None) -> None:
    """Draw it; what is asked for is handed to the drawer, and done at the next run of the page."""
    names = drawer.names()
    if drawer.elsewhere() or st.session_state.get(LOAD) not in names:
        st.session_state[LOAD] = None
    if drawer.saved is not None:
        st.session_state[LOAD] = drawer.saved
    chosen = drawer.find(st.session_state[LOAD])
    with st.container(horizontal=True, wrap=False, gap="xsmall", key="presets"):
        draw_selector(drawer, names)
        draw_save(drawer, now, chosen)
        draw_more(drawer, now, names, chosen)
    if told is not None:
        draw_told(drawer, told)
    if chosen is not None and (found := differences(now, chosen)):
        small(f"Changed since “{plain(chosen.name)}”: {plain(listed(found))}")
    if "@preset/" in str(now.settings.payload().get("model")):
        small(HOSTED)


def draw_selector(drawer: Drawer, names: dict[str, str]) -> None:
    def load() -> None:
        if picked := st.session_state[LOAD]:
            drawer.ask(Asked("load", preset_id=picked))

    st.selectbox(
        "Preset",
        list(names),
        index=None,
        format_func=lambda one: names.get(one, one),
        key=LOAD,
        placeholder="Load a preset" if names else "No preset yet",
        disabled=not names,
        label_visibility="collapsed",
        on_change=load,
        persist_state="session",
    )


def draw_save(drawer: Drawer, now: Setup, chosen: Preset | None) -> None:
    """Save what is set now, under a new name or in place of the preset that is chosen."""
    with st.popover("Save", key=SAVE, type="tertiary", on_change="rerun") as shown:
        if not shown.open:
            return
        if chosen is not None and differences(now, chosen):
            button(drawer, f"Update “{plain(chosen.name)}”", Asked("update", chosen), closes=SAVE)
        with st.form("preset-form", border=False):
            st.text_input("Name", key=NAME, max_chars=LONGEST_NAME, autocomplete="off")
            words = "With the system prompt" if now.system else "With an empty system prompt"
            st.checkbox(words, key=WITH_SYSTEM, value=bool(now.system))
            st.form_submit_button("Save as new", key=key("preset", "save-new"), on_click=save, args=(drawer,))
        fields = len(now.settings.payload())
        small(f"Saves {fields} field{'' if fields == 1 else 's'} of the sidebar; loading unsets all others.")


def save(drawer: Drawer) -> None:
    drawer.ask(Asked("save", name=st.session_state[NAME], with_system=st.session_state[WITH_SYSTEM]))
    st.session_state[SAVE] = False


def draw_more(drawer: Drawer, now: Setup, names: dict[str, str], chosen: Preset | None) -> None:
    """Compare, load, update, rename and delete any preset; files."""
    with st.popover(
        ":material/more_horiz: More of presets", key=MORE, type="tertiary", width=24, on_change="rerun"
    ) as shown:
        if not shown.open:
            return
        if names:
            draw_one(drawer, now, names, chosen)
        draw_files(drawer, names)


def draw_one(drawer: Drawer, now: Setup, names: dict[str, str], chosen: Preset | None) -> None:
    ids = list(names)
    index = ids.index(chosen.id) if chosen is not None else 0
    preset = drawer.find(
        st.selectbox("Preset", ids, index=index, format_func=lambda one: names.get(one, one), key=WHICH)
    )
    if preset is None:
        return
    found = differences(now, preset)
    st.markdown(
        "\n".join(["Loading it changes:", *map(compared, found[:LISTED])]) if found else "It is what is set now."
    )
    if len(found) > LISTED:
        small(f"and {len(found) - LISTED} more fields.")
    with st.container(horizontal=True, gap="small"):
        button(drawer, "Load", Asked("load", preset_id=preset.id), closes=MORE)
        button(drawer, "Update", Asked("update", preset), disabled=not found)
        button(drawer, "Delete", Asked("delete", preset))
    with st.form("preset-names", border=False):
        typed = key("preset", "new-name", preset.id)
        st.text_input("New name", value=preset.name, key=typed, max_chars=LONGEST_NAME, autocomplete="off")
        st.form_submit_button("Rename", key=key("preset", "rename"), on_click=rename, args=(drawer, preset, typed))


def rename(drawer: Drawer, preset: Preset, typed: str) -> None:
    drawer.ask(Asked("rename", preset, name=st.session_state[typed]))


def draw_files(drawer: Drawer, names: dict[str, str]) -> None:
    def read() -> None:
        if (file := st.session_state[FILE]) is not None:
            drawer.ask(Asked("import", content=file.getvalue()))

    if names:
        st.download_button(
            f"Export all {len(names)}" if len(names) > 1 else "Export",
            data=lambda: exported(drawer.all()),
            file_name="parley-presets.json",
            mime="application/json",
            key=key("preset", "export"),
            icon=":material/download:",
            on_click="ignore",
        )
    st.file_uploader(
        "Import a file of presets", type="json", key=FILE, max_upload_size=LARGEST // 10**6, on_change=read
    )


def draw_told(drawer: Drawer, told: Told) -> None:
    """What came of what was asked for, and the way back."""

    def go_back(undo: Asked) -> None:
        drawer.ask(undo)
        if undo.what == "take back":
            st.session_state[LOAD] = None

    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("preset", "told")):
        small(
            f":material/error: {plain(told.text)}" if told.wrong else plain(told.text), "red" if told.wrong else "gray"
        )
        if told.undo is not None:
            label = "Take back" if told.undo.what == "take back" else "Undo"
            st.button(label, key=key("preset", "undo"), type="tertiary", on_click=go_back, args=(told.undo,))


def button(drawer: Drawer, label: str, asked: Asked, *, closes: str | None = None, disabled: bool = False) -> None:
    def pressed() -> None:
        drawer.ask(asked)
        if closes is not None:
            st.session_state[closes] = False

    words: dict[What, str] = {"load": "apply"}
    place = key("preset", words.get(asked.what, asked.what), *(["chosen"] if closes == SAVE else []))
    st.button(label, key=place, on_click=pressed, disabled=disabled)


def compared(one: Change) -> str:
    """One line of a comparison: `Temperature: 1 → 0.5`."""
    return f"- **{plain(label(one.name))}**: {plain(spelt(one.before))} → {plain(spelt(one.after))}"


def listed(found: Sequence[Change]) -> str:
    names = [label(one.name) for one in found]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def label(name: str) -> str:
    return BY_NAME[name].label if name in BY_NAME else name


def spelt(value: Any) -> str:
    """A value as JSON on one line, cut where it is long."""
    if value is MISSING:
        return "unset"
    try:
        text = readable_json(value, indent=None)
    except RecursionError:
        return "nested deeply"
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
