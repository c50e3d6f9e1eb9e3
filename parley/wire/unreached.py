"""Why no answer came, in words: names, ports, TLS, and clocks that ran out."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from parley.errors import AnswerTimeout, ConnectionFailed
from parley.wire.exchange import Clocks
from parley.wire.failures import in_words
from parley.wire.patience import where_set
from parley.wire.retrying import REFUSED


def out_of_time(clock: str, clocks: Clocks) -> AnswerTimeout:
    """The error of the clock of that name: `connect`, `first event`, `idle`, `total` or `lookup`."""
    connect, first, idle = in_words(clocks.connect), in_words(clocks.first_event), in_words(clocks.idle)
    told = {
        "connect": f"No connection within {connect}: check the network and the base URL; nothing was sent. {where_set('connect')}",
        "first event": f"No answer within {first}: try again; this try may have been billed. {where_set('first_event')}",
        "idle": f"Nothing more came for {idle}: what came is kept, and it may have been billed. {where_set('idle')}",
        "total": f"The answer took longer than {in_words(clocks.total)}: what came is kept, and it may have been billed. {where_set('total')}",
        "lookup": f"The server did not answer within {in_words(clocks.lookup)}: try again, or check the base URL.",
    }
    return AnswerTimeout(told[clock], clock=clock)


def connection_failed(error: BaseException, host: str) -> ConnectionFailed:
    """The error of a host that could not be reached, from whatever lies at the bottom of `error`."""
    causes = tuple(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return ConnectionFailed(f"No server has the name {host}: check the network and the base URL.")
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ConnectionFailed(f"{host} could not prove who it is (TLS): check the base URL and this machine's clock.")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return ConnectionFailed(f"{host} does not answer in TLS: check that the base URL should begin with https.")
    if any(isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED for cause in causes):
        return ConnectionFailed(f"Nobody listens at {host}: check the base URL, or start the server.", code=REFUSED)
    return ConnectionFailed(f"{host} could not be reached: check the network and the base URL.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _causes(inner)
        error = error.__cause__ or error.__context__
