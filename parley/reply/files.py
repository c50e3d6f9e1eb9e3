"""Files that were parsed for an answer: their annotations go back with the next turn, so that nobody parses them again.

Source: OpenRouter's guide on PDF input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from parley.money import part


class ReadFile(NamedTuple):
    """A file, and what was read in it."""

    name: str
    text: str
    """Without the lines that only frame it; pictures in it are not told."""

    @property
    def label(self) -> str:
        words = len(self.text.split())
        return f"File read: {self.name}" + (f" · {words:,} {'word' if words == 1 else 'words'}" if words else "")


def files_of(annotations: Sequence[Mapping[str, Any]]) -> tuple[ReadFile, ...]:
    """The parsed files among the annotations of an answer."""
    return tuple(
        ReadFile(str(part(one, "file", "name") or "without a name"), _text_of(one))
        for one in annotations
        if one.get("type") == "file"
    )


def _text_of(annotation: Mapping[str, Any]) -> str:
    content = part(annotation, "file", "content")
    texts = [part(one, "text") for one in (content if isinstance(content, list) else [])]
    return "\n\n".join(text for text in texts if isinstance(text, str) and not _frames(text)).strip()


def _frames(text: str) -> bool:
    return text.startswith(("<file name=", "</file>"))
