"""Presets: settings under a name, what differs between them and what is set now, and their way into a file and back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import MISSING, Field

from parley.errors import RequestError
from parley.notebook import edits
from parley.notebook.differing import Change, changes
from parley.notebook.session import Session
from parley.request import ChatRequest
from parley.value import Value
from parley.wire.json_text import Unreadable, loads, scrubbed
from parley.wire.redaction import is_secret, redacted

LONGEST_NAME = 80
MOST = 500
"""Presets in one file."""
LARGEST = 1_000_000
"""Bytes of one file."""
FORMAT, VERSION = "parley-presets", 1


class Preset(Value):
    """Settings under a name: a model, parameters and a system prompt, to be loaded into any session."""

    id: str
    name: str
    request: ChatRequest = Field(default_factory=ChatRequest)
    """A request without messages."""
    system: str | None = None
    """The system prompt; None leaves a session's own as it is."""
    version: int = 0
    """The stored state this value was read from; 0 when it was never stored."""


class Setup(NamedTuple):
    """What of a session a preset may replace."""

    settings: ChatRequest
    system: str

    @classmethod
    def of(cls, session: Session) -> Setup:
        return cls(session.settings, edits.system_prompt(session))


def named(text: str) -> str:
    """A name as it is kept: on one line, cut at 80. Raises RequestError where nothing is left."""
    name = " ".join(str(scrubbed(text)).split())[:LONGEST_NAME].rstrip()
    if not name:
        raise RequestError("A preset needs a name.")
    return name


def made_of(preset_id: str, name: str, now: Setup, *, with_system: bool) -> Preset:
    """A preset of what is set now, without anything in it that looks like a key."""
    return _clean(preset_id, named(name), now.settings.payload(), now.system if with_system else None)


def updated(preset: Preset, now: Setup) -> Preset:
    """The preset with what is set now; it has a system prompt where it had one, or there is one now."""
    with_system = preset.system is not None or bool(now.system)
    fresh = made_of(preset.id, preset.name, now, with_system=with_system)
    return fresh.model_copy(update={"version": preset.version})


def loaded(session: Session, preset: Preset, cell_id: str) -> Session:
    """The session with the preset's settings in place of its own; `cell_id` is for a system prompt where there is none."""
    settled = edits.with_settings(session, preset.request)
    return settled if preset.system is None else edits.with_system_prompt(settled, preset.system, cell_id)


def taken_back(session: Session, former: Setup, put: Setup, cell_id: str) -> Session:
    """The session without what a preset `put` over the `former` settings; what was changed since then stays."""
    session = edits.with_settings(session, edits.difference(put.settings, former.settings)(session.settings))
    if edits.system_prompt(session) != put.system:
        return session
    return edits.with_system_prompt(session, former.system, cell_id)


def differences(now: Setup, preset: Preset) -> tuple[Change, ...]:
    """What loading the preset would change, in the order of the preset, then what it would unset; `system prompt` is no field."""
    told = changes(preset.request, now.settings)
    if preset.system is None or preset.system == now.system:
        return told
    return (*told, Change("system prompt", now.system or MISSING, preset.system or MISSING))


def exported(presets: Iterable[Preset]) -> str:
    """Presets as a JSON file; ids stay at home."""
    listed = [{"name": one.name, "request": one.request.payload(), "system": one.system} for one in presets]
    whole = {"format": FORMAT, "version": VERSION, "presets": without_keys(listed)}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def imported(content: bytes, new_ids: Iterator[str]) -> tuple[Preset, ...]:
    """The presets of a file that `exported` made, without anything in them that looks like a key.

    Raises RequestError, with the reason, for a file that is foreign, broken or too large; none of it is taken then.
    """
    if len(content) > LARGEST:
        raise RequestError(f"This file has {len(content):,} bytes; presets take at most {LARGEST:,}.")
    entries = _entries(_read(content))
    return tuple(_imported(place, entry, next(new_ids)) for place, entry in enumerate(entries, start=1))


def under_free_names(new: Iterable[Preset], taken: Iterable[str]) -> tuple[Preset, ...]:
    """The presets, each under a name that no other has: `Terse (2)` where there is a `Terse` already."""
    names, kept = set(taken), []
    for preset in new:
        name, number = preset.name, 1
        while name in names:
            number += 1
            mark = f" ({number})"
            name = preset.name[: LONGEST_NAME - len(mark)] + mark
        names.add(name)
        kept.append(preset.model_copy(update={"name": name}))
    return tuple(kept)


def _read(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RequestError("This is no text file. Choose a file that Parley's export of presets made.") from None
    try:
        json.loads(text, parse_constant=_no_number, parse_float=_finite)
        return scrubbed(loads(text))
    except json.JSONDecodeError as error:
        raise RequestError(f"This is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except (ValueError, RecursionError, Unreadable):
        raise RequestError("This JSON is nested too deeply, or has a number too long, to be read.") from None


def _no_number(word: str) -> Any:
    raise RequestError(f"This is not JSON: it has no number {word[:40]}.")


def _finite(digits: str) -> Any:
    return float(digits) if math.isfinite(float(digits)) else _no_number(digits)


def _entries(body: Any) -> list[Any]:
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise RequestError(f'This is no file of presets: it must be an object with "format": "{FORMAT}".')
    if body.get("version") != VERSION:
        raise RequestError("This file was made by a newer Parley. Update Parley, then import it.")
    entries = body.get("presets")
    if not isinstance(entries, list) or not entries:
        raise RequestError("There is no preset in this file.")
    if len(entries) > MOST:
        raise RequestError(f"There are {len(entries):,} presets in this file; {MOST} at most are taken at once.")
    return entries


def _imported(place: int, entry: Any, preset_id: str) -> Preset:
    facts: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    name, request, system = facts.get("name"), facts.get("request"), facts.get("system")
    if not isinstance(name, str) or not isinstance(request, dict) or not isinstance(system, str | None):
        raise RequestError(
            f"Preset {place} in this file is broken: it needs a name, a request as an object, and a system prompt or null."
        )
    return _clean(preset_id, named(name), request, system)


def without_keys(value: Any) -> Any:
    """A JSON value without texts under the names of secrets, and with a word in place of whatever looks like a key."""
    if isinstance(value, list):
        return [without_keys(item) for item in value]
    if isinstance(value, dict):
        return {redacted(name): without_keys(item) for name, item in value.items() if not is_secret(name, item)}
    return redacted(value)


def _clean(preset_id: str, name: str, request: Mapping[str, Any], system: str | None) -> Preset:
    try:
        settings = ChatRequest.parse(without_keys(dict(request))).without("messages")
    except RecursionError:
        raise RequestError("These settings are nested too deeply to be kept as a preset.") from None
    return Preset(id=preset_id, name=redacted(name), request=settings, system=redacted(system))
