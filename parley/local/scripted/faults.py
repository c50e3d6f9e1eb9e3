"""What goes wrong at the other end."""

from __future__ import annotations

from collections.abc import Iterator

from parley.local.parts import Fault
from parley.local.scripted.table import PROVIDER, Asked, Step, scripted_model
from parley.local.scripted.text import written


@scripted_model("scripted/fault-midstream", "Scripted: an error in mid-stream")
def midstream(asked: Asked) -> Iterator[Step]:
    """Writes some text (20 tokens, or as many as asked), then fails inside the stream with 502, as providers do."""
    yield from written(asked.tokens(20), asked.rate(50), asked.first_delay())
    yield (
        0.0,
        Fault(
            502,
            "Provider disconnected unexpectedly",
            {"provider_name": PROVIDER, "raw": "scripted fault", "error_type": "provider_unavailable"},
        ),
    )
