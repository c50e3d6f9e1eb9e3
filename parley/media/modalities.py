"""What a model does not take of what is attached, and which models of the list do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from parley.media.kinds import Way
from parley.media.parts import held_in, way_of

WORDS: Final[dict[Way, str]] = {"image": "images", "audio": "recordings", "video": "videos", "file": "files"}
_ORDER: Final[tuple[Way, ...]] = ("image", "audio", "video", "file")


class Lack(NamedTuple):
    """Kinds of input that a model does not list, and ids of models that list all that is asked for."""

    ways: tuple[Way, ...]
    others: tuple[str, ...]

    @property
    def words(self) -> str:
        *most, last = [WORDS[way] for way in self.ways]
        return f"{', '.join(most)} or {last}" if most else last


def modality(part: object) -> Way | None:
    """The word of `input_modalities` that a part needs; None for text, and for a PDF, which is read for any model."""
    way = way_of(part)
    held = held_in(part) if way == "file" else None
    if held is None:
        return way
    pdf = held.name.lower().endswith(".pdf") or (held.kind is not None and held.kind.is_pdf)
    return None if pdf else way


def needed(messages: Iterable[Mapping[str, Any]]) -> frozenset[Way]:
    """The modalities of all messages that somebody writes by hand."""
    contents = (message.get("content") for message in messages)
    parts = (part for content in contents if isinstance(content, list) for part in content)
    return frozenset(way for part in parts if way_of(part) and (way := modality(part)))


def lacking(
    needs: Iterable[Way], model: str, takes: Mapping[str, Sequence[str]], *, reads_pdf: bool = True, most: int = 3
) -> Lack | None:
    """What of `needs` the model does not list; `takes` has the inputs of each listed model by id. None where it lists all of
    them, or nobody knows. Of others those of the same author come first."""
    mine, asked = takes.get(model, ()), frozenset(needs)
    missing = tuple(way for way in _ORDER if way in asked and way not in mine)
    if not mine or not missing:
        return None
    author = model.partition("/")[0]
    fit = [one for one, inputs in takes.items() if asked <= frozenset(inputs)]
    return Lack(missing, tuple(sorted(fit, key=lambda one: one.partition("/")[0] != author)[:most]))
