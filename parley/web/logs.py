"""What a log may hold: no key, no session id, no control character that a terminal or a reader could mistake.

The guard works where records are made, so it holds for every logger, handler and traceback of the process, ours or not.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from pydantic import SecretStr

from parley.wire.key_shapes import CERTAIN

SHORTEST = 8
"""Characters; what is shorter is no key, and to blank it out everywhere would make logs unreadable."""

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(/share/)[A-Za-z0-9_-]{16,}"), r"\1[link]"),
    (CERTAIN, "[key]"),
    (re.compile(r"(\bsk-|sk-or-)[A-Za-z0-9_-]{12,}"), "[key]"),
    (re.compile(r"(?i)\b(bearer|basic)(\s+|%20)[A-Za-z0-9._~+/=-]{8,}"), r"\1 [key]"),
    (re.compile(r"(?i)(api[_-]?key[\"']?\s?[:=]\s?[\"']?)[^\s\"',;&}]{8,}"), r"\1[key]"),
    (re.compile(r"(://[^\s:/@]{0,200}:)[^\s/@]{1,500}@"), r"\1[key]@"),
    (re.compile(r"(parley_owner=)[A-Za-z0-9_-]{16,}"), r"\1[owner]"),
)
_UUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SERVERS = ("streamlit", "uvicorn", "websockets", "starlette")
"""Loggers that write session ids, which are as good as the session itself."""


def redact(text: str) -> str:
    """The text without anything that looks like a key, a bearer token, a password in a URL or an owner's cookie."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def one_entry(text: str) -> str:
    """Control characters made visible, further lines set in: nobody can forge an entry or drive a terminal."""
    visible = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\r\n", "\n"))
    return visible.replace("\n", "\n    ")


class LogGuard:
    """Guards the logs and the last words of a process; `also` holds further redactors, for instance `keyring.redact`."""

    def __init__(self) -> None:
        self.also: list[Callable[[str], str]] = []
        self._before: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        """Guard every record from now on, and uncaught exceptions of any thread; a second call changes nothing."""
        if self._before is None:
            self._before = (logging.getLogRecordFactory(), sys.excepthook, threading.excepthook)
            logging.setLogRecordFactory(self.record)
            sys.excepthook = self._last_words
            threading.excepthook = lambda dead: self._last_words(dead.exc_type, dead.exc_value, dead.exc_traceback)

    def hide(self, secret: SecretStr | None) -> None:
        """Keep this very secret out from now on, whatever it looks like."""
        if secret is not None and len(secret) >= SHORTEST:
            self.also.append(lambda text: text.replace(secret.get_secret_value(), "[key]"))

    def uninstall(self) -> None:
        """Put back what was there."""
        if self._before is not None:
            factory, sys.excepthook, threading.excepthook = self._before
            logging.setLogRecordFactory(factory)
            self._before = None

    def clean(self, text: str) -> str:
        for redactor in (redact, *self.also):
            text = redactor(text)
        return one_entry(text)

    def record(self, *parts: Any, **named: Any) -> logging.LogRecord:
        """A log record whose message, traceback and stack are clean; it keeps no argument it was made from."""
        factory = self._before[0] if self._before else logging.LogRecord
        record: logging.LogRecord = factory(*parts, **named)
        message = self.clean(_message(record))
        record.msg, record.args = (_without_ids(message) if record.name.startswith(_SERVERS) else message), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self.clean("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self.clean(record.stack_info)
        return record

    def _last_words(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        words = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(self.clean(words).replace("\n    ", "\n"))


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r}"


def _without_ids(text: str) -> str:
    return _UUID.sub("[session]", text)
