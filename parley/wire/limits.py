"""How much of an answer is read before Parley stops: a server that never ends must not take the process with it."""

from __future__ import annotations

from parley.value import Value

MEBIBYTE = 2**20


class Limits(Value):
    """Sizes in bytes; reaching one raises AnswerTooLarge, and what came before it stays."""

    event: int = 32 * MEBIBYTE
    """One event of a stream, or one plain body; recorded image events have 1.9 MB, so a small cap would break answers."""
    total: int = 64 * MEBIBYTE
    """All of an answer, decompressed, comments included."""
    text: int = 4 * MEBIBYTE
    """Text, reasoning, refusal and tool arguments together, as UTF-8."""
    bad_events: int = 20
    """Events that cannot be read; one more and the answer is given up."""
