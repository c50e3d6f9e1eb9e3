"""What goes wrong once an answer has begun: errors inside it, and connections that fail."""

from __future__ import annotations

from collections.abc import Iterator

from parley.local.parts import Breakdown, Delta, Failing, Fault, FaultShape
from parley.local.scripted.table import PROVIDER, Asked, Ending, Step, scripted_model
from parley.local.scripted.text import written

A_DAY = 86_400.0


def begun(asked: Asked) -> Iterator[Step]:
    yield from written(asked.tokens(20), asked.rate(50), asked.first_delay())


def failing(asked: Asked, shape: FaultShape, code: int, message: str, error_type: str) -> Iterator[Step]:
    """Some text, then an error of this shape."""
    yield from begun(asked)
    yield (
        0.0,
        Fault(code, message, {"provider_name": PROVIDER, "raw": "scripted fault", "error_type": error_type}, shape),
    )


def breaking(asked: Asked, how: Failing) -> Iterator[Step]:
    """Some text, then the connection fails."""
    yield from begun(asked)
    yield 0.0, Breakdown(how)


@scripted_model("scripted/fault-midstream", "Scripted: an error in mid-stream")
def midstream(asked: Asked) -> Iterator[Step]:
    """Writes some text (20 tokens, or as many as asked), then fails inside the stream with 502, as providers do."""
    yield from failing(asked, "beside", 502, "Provider disconnected unexpectedly", "provider_unavailable")


@scripted_model("scripted/fault-choiceless", "Scripted: an error without choices")
def choiceless(asked: Asked) -> Iterator[Step]:
    """Writes some text, then fails in a chunk whose choices are empty."""
    yield from failing(asked, "choiceless", 503, "Upstream is overloaded", "provider_unavailable")


@scripted_model("scripted/fault-choice", "Scripted: an error inside the choice")
def inside(asked: Asked) -> Iterator[Step]:
    """Writes some text, then fails with the error inside the choice, where a delta should stand."""
    yield from failing(asked, "inside", 502, "Provider disconnected unexpectedly", "provider_unavailable")


@scripted_model("scripted/fault-bare", "Scripted: an error that stands alone")
def bare(asked: Asked) -> Iterator[Step]:
    """Writes some text, then sends nothing but an error, and no end marker. Unstreamed it is a 200 that holds only an error."""
    message = f"This request requires more credits, or fewer max_tokens. You can only afford {asked.tokens(20)}."
    yield from failing(asked, "bare", 402, message, "payment_required")


@scripted_model("scripted/fault-late", "Scripted: an error behind the finish reason")
def late(asked: Asked) -> Iterator[Step]:
    """Writes some text, says twice that it finished for its length, then sends an error together with the usage."""
    yield from failing(asked, "late", 400, "Token limit reached", "token_limit_exceeded")


@scripted_model("scripted/fault-wordless", "Scripted: an error without a word")
def wordless(asked: Asked) -> Iterator[Step]:
    """Finishes with "error" and no error object, before any text: natively it was a malformed function call."""
    yield asked.first_delay(), Delta({"content": ""})
    yield 0.0, Ending("error", "MALFORMED_FUNCTION_CALL")


@scripted_model("scripted/fault-network", "Scripted: a failure that looks like an end")
def network(asked: Asked) -> Iterator[Step]:
    """Writes some text and finishes with "stop", but natively with "network_error": the rest is missing."""
    yield from begun(asked)
    yield 0.0, Ending("stop", "network_error")


@scripted_model("scripted/fault-closed", "Scripted: a connection closed at once")
def closed(asked: Asked) -> Iterator[Step]:
    """Closes the connection before a single header."""
    yield asked.first_delay(), Breakdown("closed")


@scripted_model("scripted/fault-mute", "Scripted: not even a header")
def mute(asked: Asked) -> Iterator[Step]:
    """Takes the request and never answers it: no header, no comment, nothing."""
    yield 0.0, Breakdown("mute")


@scripted_model("scripted/fault-cut", "Scripted: a connection closed between two events")
def cut(asked: Asked) -> Iterator[Step]:
    """Writes some text, then closes the connection between two events, without an end to the response."""
    yield from breaking(asked, "cut")


@scripted_model("scripted/fault-torn", "Scripted: a connection closed in mid-event")
def torn(asked: Asked) -> Iterator[Step]:
    """Writes some text, then closes the connection in the middle of an event."""
    yield from breaking(asked, "torn")


@scripted_model("scripted/fault-unended", "Scripted: an end without a marker")
def unended(asked: Asked) -> Iterator[Step]:
    """Writes some text and ends the response properly, but with neither finish reason nor end marker."""
    yield from breaking(asked, "ended")


@scripted_model("scripted/fault-stall", "Scripted: silence in mid-stream")
def stall(asked: Asked) -> Iterator[Step]:
    """Writes some text, then keeps the connection open and sends not a byte more."""
    yield from breaking(asked, "stalled")


@scripted_model("scripted/fault-silence", "Scripted: nothing but keep-alives")
def silence(asked: Asked) -> Iterator[Step]:
    """Sends comments that keep the connection warm, and never an answer."""
    yield A_DAY, Delta({"content": "Good morning."})
