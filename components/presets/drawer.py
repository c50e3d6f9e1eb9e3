"""The drawer of presets: what one tab does with them. It paints nothing itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from components.presets.acts import Asked, Replaced, Told
from components.state import UiState
from parley.errors import Missing, ParleyError
from parley.notebook import Preset, Session
from parley.notebook.presets import (
    Setup,
    imported,
    loaded,
    made_of,
    named,
    taken_back,
    under_free_names,
    updated,
    without_keys,
)

KEY_REMOVED = " What looked like a key in it was left out."


class Kept(Protocol):
    """What the drawer needs of the store."""

    def preset(self, preset_id: str) -> Preset: ...
    def presets(self) -> tuple[Preset, ...]: ...
    def preset_names(self) -> dict[str, str]: ...
    def save_preset(self, preset: Preset) -> Preset: ...
    def save_presets(self, several: Iterable[Preset]) -> tuple[Preset, ...]: ...
    def delete_preset(self, preset_id: str) -> None: ...


class Drawer:
    """Presets at hand, for the session that is open in `tab`; `edit` changes and saves that session."""

    def __init__(self, store: Kept, tab: UiState, edit: Callable[[Callable[[Session], Session]], Session]) -> None:
        self._store = store
        self._tab = tab
        self._edit = edit
        self.saved: str | None = None
        """The preset that was saved as a new one just now."""

    def names(self) -> dict[str, str]:
        """The name of each preset by its id."""
        return self._store.preset_names()

    def all(self) -> tuple[Preset, ...]:
        return self._store.presets()

    def find(self, preset_id: str | None) -> Preset | None:
        """None where there is none, or none any more."""
        try:
            return self._store.preset(preset_id) if preset_id else None
        except Missing:
            return None

    def elsewhere(self) -> bool:
        """Whether another session was opened since the last call."""
        return self._tab.changed("presets", self._tab.opened().id)

    def ask(self, asked: Asked) -> None:
        """Note what was asked for; it is done once the page knows what its widgets hold."""
        self._tab.preset_asked = asked

    def work(self) -> bool:
        """Do what was asked for; says whether the sidebar has to be filled anew. What fails is told, and changes nothing."""
        asked, self._tab.preset_asked = self._tab.preset_asked, None
        if asked is None:
            return False
        try:
            self._tab.preset_told = self._done(asked)
        except ParleyError as error:
            self._tab.preset_told = Told(str(error), wrong=True)
        return self._tab.refill

    def _done(self, asked: Asked) -> Told | None:
        match asked.what:
            case "load":
                return self._load(self._store.preset(asked.preset_id))
            case "take back":
                return self._take_back()
            case "save":
                return self._save(asked.name, asked.with_system)
            case "import":
                return self._import(asked.content)
        if asked.preset is None:
            raise ValueError(f"{asked.what} needs a preset")
        return self._changed(asked, asked.preset)

    def _changed(self, asked: Asked, preset: Preset) -> Told:
        if asked.what == "delete":
            self._store.delete_preset(preset.id)
            return Told(f"Deleted “{preset.name}”.", _restoring(preset, version=0))
        if asked.what == "restore":
            return Told(f"“{self._store.save_preset(preset).name}” is as it was.")
        if asked.what == "rename":
            saved = self._store.save_preset(preset.model_copy(update={"name": named(asked.name)}))
            return Told(f"Renamed to “{saved.name}”.", _restoring(preset, version=saved.version))
        now = self._now()
        saved = self._store.save_preset(updated(preset, now))
        return Told(
            f"“{saved.name}” now holds what is set here." + _keys(now), _restoring(preset, version=saved.version)
        )

    def _load(self, preset: Preset) -> Told:
        former = self._now()
        session = self._edit(lambda session: loaded(session, preset, uuid.uuid4().hex))
        self._tab.preset_replaced = Replaced(session.id, former, Setup.of(session))
        self._tab.refill = True
        return Told(f"Loaded “{preset.name}”.", Asked("take back"))

    def _take_back(self) -> Told | None:
        replaced, self._tab.preset_replaced = self._tab.preset_replaced, None
        if replaced is None or replaced.session_id != self._tab.opened().id:
            return None
        self._edit(lambda session: taken_back(session, replaced.former, replaced.put, uuid.uuid4().hex))
        self._tab.refill = True
        return Told("Taken back: what the preset had replaced is set again.")

    def _save(self, name: str, with_system: bool) -> Told:
        now = self._now()
        saved = self._store.save_preset(made_of(uuid.uuid4().hex, name, now, with_system=with_system))
        self.saved = saved.id
        return Told(f"Saved “{saved.name}”." + _keys(now))

    def _import(self, content: bytes) -> Told:
        taken = under_free_names(imported(content, _ids()), self.names().values())
        self._store.save_presets(taken)
        return Told(f"Imported {', '.join(f'“{one.name}”' for one in taken[:5])}{_more(len(taken) - 5)}.")

    def _now(self) -> Setup:
        return Setup.of(self._tab.opened())


def _restoring(preset: Preset, *, version: int) -> Asked:
    return Asked("restore", preset.model_copy(update={"version": version}))


def _keys(now: Setup) -> str:
    body = now.settings.payload()
    return KEY_REMOVED if without_keys([body, now.system]) != [body, now.system] else ""


def _more(others: int) -> str:
    return f" and {others} more" if others > 0 else ""


def _ids() -> Iterator[str]:
    return iter(lambda: uuid.uuid4().hex, "")
