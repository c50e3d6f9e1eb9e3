"""What an owner keeps beside sessions and runs: presets, and settings by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, select

from parley.errors import Conflict, Missing
from parley.notebook import Preset
from parley.request import ChatRequest
from parley.store.documents import pack
from parley.store.part import AnyRow, Part, get, now, put, upsert
from parley.store.schema import presets, settings
from parley.store.sweeping import leave

_GONE = "There is no such preset; it may have been deleted in another tab."


class Belongings(Part):
    """Presets and settings of one owner at a time."""

    def save_preset(self, preset: Preset, *, owner: str = "") -> Preset:
        """Store a preset, and give it back with the version it has now.

        It must have been read from the version that is the present one (0 when it is new), else Conflict is raised; so it is
        when another preset has its name. Raises Missing for one that was deleted since it was read.
        """
        return self.save_presets((preset,), owner=owner)[0]

    def save_presets(self, several: Iterable[Preset], *, owner: str = "") -> tuple[Preset, ...]:
        """The same for several presets, all or none of which are stored."""
        with self._database.writing() as connection:
            return tuple(_saved(connection, preset, owner) for preset in several)

    def preset(self, preset_id: str, *, owner: str = "") -> Preset:
        """Raises Missing."""
        with self._database.reading() as connection:
            row = _row(connection, preset_id, owner)
            if row is None:
                raise Missing(_GONE)
            return _preset(connection, row)

    def presets(self, *, owner: str = "") -> tuple[Preset, ...]:
        """All presets, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(presets).where(presets.c.owner == owner)).all()
            return tuple(_preset(connection, row) for row in sorted(rows, key=_by_name))

    def preset_names(self, *, owner: str = "") -> dict[str, str]:
        """The name of each preset by its id, in the order of the names: enough for a list, and quickly read."""
        with self._database.reading() as connection:
            rows = connection.execute(select(presets.c.id, presets.c.name).where(presets.c.owner == owner)).all()
            return {row.id: row.name for row in sorted(rows, key=_by_name)}

    def delete_preset(self, preset_id: str, *, owner: str = "") -> None:
        """Raises Missing. Storing the same value with version 0 brings it back."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(presets).where(presets.c.owner == owner, presets.c.id == preset_id))
            if not gone.rowcount:
                raise Missing(_GONE)

    def setting(self, name: str, default: Any = None, *, owner: str = "") -> Any:
        """A setting as the JSON value that was set; `default` where none was. Never a key: those are kept in memory."""
        with self._database.reading() as connection:
            query = select(settings.c.value).where(settings.c.owner == owner, settings.c.name == name)
            body = connection.scalar(query)
            return default if body is None else get(connection, owner, body)

    def set_setting(self, name: str, value: Any, *, owner: str = "") -> None:
        """Keep a JSON value under a name; None forgets it."""
        with self._database.writing() as connection:
            if value is None:
                connection.execute(delete(settings).where(settings.c.owner == owner, settings.c.name == name))
            else:
                upsert(
                    connection, settings, {"owner": owner, "name": name, "value": put(connection, owner, pack(value))}
                )


def forget_settings(connection: Connection, owner: str, names: Select[tuple[str]]) -> None:
    """Forget what is kept under these names, and write down what it leaves behind."""
    these = and_(settings.c.owner == owner, settings.c.name.in_(names))
    for value in connection.scalars(select(settings.c.value).where(these)).all():
        leave(connection, owner, value)
    connection.execute(delete(settings).where(these))


def _saved(connection: Connection, preset: Preset, owner: str) -> Preset:
    row = _row(connection, preset.id, owner, lock=True)
    if row is None and preset.version:
        raise Missing(f"The preset “{preset.name}” was deleted in another tab. Save it as a new one to keep it.")
    if row is not None and row.changed != preset.version:
        raise Conflict(f"The preset “{preset.name}” was changed in another tab. Choose it again to see how.")
    namesake = select(presets.c.id).where(presets.c.owner == owner, presets.c.name == preset.name)
    if connection.scalar(namesake.where(presets.c.id != preset.id)) is not None:
        raise Conflict(f"There is another preset called “{preset.name}”. Choose another name, or update that one.")
    body = pack({"request": preset.request.without("messages").payload(), "system": preset.system})
    version = max(now(), preset.version + 1)
    facts = {"owner": owner, "id": preset.id, "name": preset.name, "changed": version}
    upsert(connection, presets, {**facts, "body": put(connection, owner, body)})
    return preset.model_copy(update={"version": version})


def _row(connection: Connection, preset_id: str, owner: str, *, lock: bool = False) -> AnyRow | None:
    query = select(presets).where(presets.c.owner == owner, presets.c.id == preset_id)
    return connection.execute(query.with_for_update() if lock else query).first()


def _preset(connection: Connection, row: AnyRow) -> Preset:
    body = get(connection, row.owner, row.body)
    request = ChatRequest.parse(body["request"])
    return Preset(id=row.id, name=row.name, request=request, system=body["system"], version=row.changed)


def _by_name(row: AnyRow) -> tuple[str, str]:
    return row.name.casefold(), row.name
