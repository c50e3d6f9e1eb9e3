"""Long words in a short place."""

from __future__ import annotations


def one_line(text: str, longest: int) -> str:
    """The text on one line of at most so many characters; not Markdown."""
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
