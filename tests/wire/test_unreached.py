from __future__ import annotations

import errno
import socket
import ssl

import pytest

from parley.wire.exchange import Clocks
from parley.wire.retrying import REFUSED
from parley.wire.unreached import connection_failed, out_of_time


def wrapped(cause: BaseException) -> Exception:
    """As libraries hand it over: below another error, in a group of attempts."""
    error = OSError("all attempts failed")
    error.__cause__ = ExceptionGroup("", [ValueError(), cause]) if isinstance(cause, Exception) else None
    return error


@pytest.mark.parametrize(("cause", "words"), [
    (socket.gaierror(-2, "unknown"), "No server has the name"), (ssl.SSLCertVerificationError(), "prove who it is"),
    (ssl.SSLEOFError(), "does not answer in TLS"), (ConnectionRefusedError(errno.ECONNREFUSED, "no"), "Nobody listens"),
    (OSError(errno.ENETUNREACH, "no"), "could not be reached"),
])  # fmt: skip
def test_the_bottom_of_a_failure_is_put_into_words(cause: Exception, words: str) -> None:
    for error in (cause, wrapped(cause)):
        told = connection_failed(error, "host:1")
        assert words in str(told)
        assert "host:1" in str(told)
        assert (told.code == REFUSED) == isinstance(cause, ConnectionRefusedError)


@pytest.mark.parametrize("clock", ["connect", "first event", "idle", "total", "lookup"])
def test_every_clock_has_its_words(clock: str) -> None:
    error = out_of_time(clock, Clocks())
    assert error.clock == clock
    assert ("nothing was sent" in str(error)) == (clock == "connect")
    assert ("billed" in str(error)) == (clock in ("first event", "idle", "total"))
