"""Finds a field by what a person calls it."""

from __future__ import annotations

import re

from parley.request.fields import FIELDS, FieldSpec


def find(query: str) -> tuple[FieldSpec, ...]:
    """Fields by name, label, former or foreign spelling, group, what is inside them, or meaning; the closest first.

    Each word of the query must begin a word of the field, whatever its case. An empty query finds them all.
    """
    if not query.strip():
        return FIELDS
    asked = words(query)
    ranked = [(place, spec) for spec in FIELDS if (place := closeness(spec, query, asked)) is not None]
    return tuple(spec for place, spec in sorted(ranked, key=lambda pair: pair[0]))


def words(text: str) -> tuple[str, ...]:
    """The words of a text in small letters; maxTokens and max_tokens have two."""
    return tuple(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()))


def closeness(spec: FieldSpec, query: str, asked: tuple[str, ...]) -> int | None:
    """How far down one has to look to find every word: 0 is a very name of the field; None is in vain."""
    if query.strip().casefold() in (name.casefold() for name in (spec.name, spec.label, *spec.aliases)):
        return 0
    seen: list[str] = []
    for depth, text in enumerate(PLACES[spec.name], 1):
        seen += text
        if asked and all(any(word.startswith(part) for word in seen) for part in asked):
            return depth
    return None


def places(spec: FieldSpec) -> tuple[tuple[str, ...], ...]:
    """The words of a field, from what names it to what explains it."""
    inside = (*spec.choices, *spec.parts)
    texts = (spec.name, spec.label, " ".join(spec.aliases), spec.group, " ".join(inside), spec.help)
    return tuple(words(text) for text in texts)


PLACES = {spec.name: places(spec) for spec in FIELDS}
