"""Reasoning is told twice, as plain text and in `reasoning_details`: in one delta, in turns, or first all of one, then all of the other.

Source: OpenRouter's guide on reasoning tokens, and recorded answers, some of which have plain text alone or details alone.
"""

from __future__ import annotations

from collections import deque


class Untold:
    """What one teller said and the other has not repeated yet."""

    def __init__(self) -> None:
        self._pieces: deque[str] = deque()
        self._start = 0

    def add(self, text: str) -> None:
        if text:
            self._pieces.append(text)

    def forget(self) -> None:
        self._pieces.clear()
        self._start = 0

    def news(self, text: str) -> str:
        """What of `text` goes beyond a repetition, in time linear in it; a text that is none is all news, and none is expected then."""
        at = 0
        while at < len(text) and self._pieces:
            piece = self._pieces[0]
            size = min(len(text) - at, len(piece) - self._start)
            if text[at : at + size] != piece[self._start : self._start + size]:
                self.forget()
                return text
            at, self._start = at + size, self._start + size
            if self._start == len(piece):
                self._pieces.popleft()
                self._start = 0
        return text[at:]


class ToldTwice:
    """Text that is to be shown once. `plain` goes before `detailed` where both say something else in one delta."""

    def __init__(self) -> None:
        self._plain, self._detailed = Untold(), Untold()

    def once(self, plain: str, detailed: str) -> str:
        """The text of a delta that was not told before."""
        if plain and plain == detailed:
            self._plain.forget()
            self._detailed.forget()
            return plain
        news = self._detailed.news(plain)
        self._plain.add(news)
        more = self._plain.news(detailed)
        if plain:
            return news
        self._detailed.add(more)
        return more
