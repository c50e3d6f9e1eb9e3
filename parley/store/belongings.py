"""What an owner keeps beside sessions and runs: presets, and settings by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from parley.errors import Conflict, Missing
from parley.notebook import Preset
from parley.request import ChatRequest
from parley.store.documents import pack
from parley.store.part import Part, get, now, put, upsert
from parley.store.schema import presets, settings


class Belongings(Part):
    """Presets and settings of one owner at a time."""

    def save_preset(self, preset: Preset, *, owner: str = "") -> None:
        """Store a preset, in place of the one with its id. Raises Conflict when another one has its name."""
        body = pack({"request": preset.request.without("messages").payload(), "system": preset.system})
        namesake = select(presets.c.id).where(presets.c.owner == owner, presets.c.name == preset.name)
        with self._database.writing() as connection:
            if connection.scalar(namesake.where(presets.c.id != preset.id)) is not None:
                raise Conflict(
                    f"There is another preset called “{preset.name}”. Choose another name, or update that one."
                )
            facts = {"owner": owner, "id": preset.id, "name": preset.name, "changed": now()}
            upsert(connection, presets, {**facts, "body": put(connection, owner, body)})

    def presets(self, *, owner: str = "") -> tuple[Preset, ...]:
        """All presets, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(presets).where(presets.c.owner == owner).order_by(presets.c.name)).all()
            return tuple(_preset(row.id, row.name, get(connection, owner, row.body)) for row in rows)

    def delete_preset(self, preset_id: str, *, owner: str = "") -> None:
        """Raises Missing."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(presets).where(presets.c.owner == owner, presets.c.id == preset_id))
            if not gone.rowcount:
                raise Missing("There is no such preset.")

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


def _preset(preset_id: str, name: str, body: dict[str, Any]) -> Preset:
    return Preset(id=preset_id, name=name, request=ChatRequest.parse(body["request"]), system=body["system"])
