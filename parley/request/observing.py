"""What is said about a request to those who watch: streams, debugging, tracing."""

from __future__ import annotations

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.knob import Switch


class StreamOptions(Kept):
    """Options of a stream; usage comes with every stream, whatever is said here."""

    include_usage: Switch | MISSING = MISSING


class DebugOptions(Kept):
    """Looks behind the scenes of a streamed request; not for production."""

    echo_upstream_body: Switch | MISSING = MISSING
    """Sends back, as the first event, the body that OpenRouter forwarded to the provider."""


class Trace(Kept):
    """Names under which a request appears in tracing tools; any other key is passed through to them."""

    trace_id: str | MISSING = MISSING
    """Groups the requests of one workflow."""
    trace_name: str | MISSING = MISSING
    span_name: str | MISSING = MISSING
    """Groups requests inside a trace."""
    generation_name: str | MISSING = MISSING
    """Names this very request."""
    parent_span_id: str | MISSING = MISSING
    """Hangs the request under a span of your own."""
