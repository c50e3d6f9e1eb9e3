"""What is said about a request to those who watch: streams, debugging, tracing."""

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.knob import Inner, Switch


class StreamOptions(Kept):
    """Options of a stream; usage comes with every stream, whatever is said here."""

    include_usage: Switch | MISSING = MISSING
    """Without effect: usage always comes with the end of a stream."""


class DebugOptions(Kept):
    """Looks behind the scenes of a streamed request; not for production."""

    echo_upstream_body: Switch | MISSING = MISSING
    """Sends back, as the first event, the body that OpenRouter forwarded to the provider."""


class Trace(Kept):
    """Names under which a request appears in tracing tools; any other key is passed through to them."""

    trace_id: Annotated[str | MISSING, Inner("Trace ID")] = MISSING
    """Groups the requests of one workflow."""
    trace_name: str | MISSING = MISSING
    """What the workflow is called."""
    span_name: str | MISSING = MISSING
    """Groups requests inside a trace."""
    generation_name: str | MISSING = MISSING
    """Names this very request."""
    parent_span_id: Annotated[str | MISSING, Inner("Parent span ID")] = MISSING
    """Hangs the request under a span of your own."""
