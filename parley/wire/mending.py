"""Characters that were torn apart: JSON may escape half a surrogate pair in one delta and the other half in the next."""

from __future__ import annotations

from collections.abc import Hashable

from parley.wire.json_text import storable


class Mender:
    """Joins torn characters within a channel of text and replaces what stays torn by U+FFFD."""

    def __init__(self) -> None:
        self._held: dict[Hashable, str] = {}
        self.replaced = 0

    def mend(self, channel: Hashable, text: str, *, risky: bool = True, whole: bool = False) -> str:
        """The text as it can be stored; half a pair at its end is held back for the next piece unless it is `whole`."""
        if not text or (not risky and channel not in self._held):
            return text
        text = self._held.pop(channel, "") + text
        if not whole and "\ud800" <= text[-1] <= "\udbff":
            text, self._held[channel] = text[:-1], text[-1]
        mended, count = storable(text)
        self.replaced += count
        return mended

    def release(self, channel: Hashable) -> str:
        """What was held back in a channel that is not gone on with, replaced."""
        held = self._held.pop(channel, "")
        self.replaced += len(held)
        return "\ufffd" * len(held)

    def left_over(self) -> dict[Hashable, str]:
        """What was held back to the end, replaced, by channel."""
        ended = dict.fromkeys(self._held, "\ufffd")
        self.replaced += len(ended)
        self._held = {}
        return ended
