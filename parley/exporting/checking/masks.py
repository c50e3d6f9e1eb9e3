"""Many texts replaced by what stands for them, in time that grows with the text and not with how many there are."""

from __future__ import annotations

from collections.abc import Sequence

_FEW = 64
"""So many are looked for one after another, which is faster."""
_BEGINS = 6
"""Characters by which one of many is known where it begins."""


class Masks:
    """What stands for each of some texts; where several begin at the same place, the longest counts."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        """`pairs` of a text and what stands for it, the longest text first."""
        many = [pair for pair in pairs if len(pair[0]) >= _BEGINS] if len(pairs) > _FEW else []
        self._alone = [pair for pair in pairs if len(pair[0]) < _BEGINS] if many else list(pairs)
        self._instead = dict(reversed(many))
        lengths: dict[str, set[int]] = {}
        for secret, _ in many:
            lengths.setdefault(secret[:_BEGINS], set()).add(len(secret))
        self._lengths = {begins: tuple(sorted(some, reverse=True)) for begins, some in lengths.items()}
        """Of those that begin so, the longest first."""

    def put_into(self, text: str) -> str:
        if self._instead:
            text = self._in_one_walk(text)
        for secret, mask in self._alone:
            if secret in text:
                text = text.replace(secret, mask)
        return text

    def _in_one_walk(self, text: str) -> str:
        pieces: list[str] = []
        done, lengths = 0, self._lengths
        for at in [at for at in range(len(text) - _BEGINS + 1) if text[at : at + _BEGINS] in lengths]:
            secret = next(
                (one for size in self._sizes(text, at, done) if (one := text[at : at + size]) in self._instead), ""
            )
            if secret:
                pieces += [text[done:at], self._instead[secret]]
                done = at + len(secret)
        return "".join((*pieces, text[done:])) if pieces else text

    def _sizes(self, text: str, at: int, done: int) -> tuple[int, ...]:
        return self._lengths[text[at : at + _BEGINS]] if at >= done else ()
