"""Logs: no key, no session id and no control character gets into one, whoever writes it."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from parley.web.keyring import Keyring
from parley.web.logs import LogGuard, one_entry, redact

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"
ID = "0b7b5a2e-6c1f-4e57-9d0a-1f2e3d4c5b6a"


@pytest.fixture
def guard() -> Iterator[LogGuard]:
    guard = LogGuard()
    guard.install()
    yield guard
    guard.uninstall()


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    logger, written = logging.getLogger("streamlit.of.a.test"), io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel("DEBUG")
    yield logger, written
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "text",
    [
        f"key {KEY}",
        f"Authorization: Bearer {KEY}",
        "authorization: bearer abcdefghijklmnop",
        "{'api_key': 'gsk-like-secret-value'}",
        "OPENROUTER_API_KEY=gsk-like-secret-value",
        f"postgresql://parley:{KEY}@db/parley",
        "postgresql://parley:hunter2hunter2@db/parley",
        f"https://host/?x={KEY}&y=1",
        f"Cookie: parley_owner={'a' * 43}; other=1",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str) -> None:
    cleaned = redact(text)
    assert "[key]" in cleaned or "[owner]" in cleaned
    for secret in (KEY, KEY[:12], "gsk-like", "hunter2", "abcdefghijkl", "a" * 20):
        assert secret not in cleaned


@pytest.mark.parametrize(
    "text", ["a task-force of ask-me-anythings", "https://openrouter.ai:443/api/v1", "12 tokens/s"]
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text(alphabet="0123456789abcdef", min_size=16, max_size=80), st.text(), st.text())
def test_no_key_survives_whatever_stands_around_it(digits: str, before: str, after: str) -> None:
    assert f"sk-or-v1-{digits}" not in redact(f"{before}sk-or-v1-{digits}{after}")


@given(st.text())
def test_an_entry_is_one_entry(text: str) -> None:
    first, *further = one_entry(text).split("\n")
    assert first.isprintable() or "\t" in first or not first.isascii()
    assert all(line.startswith("    ") for line in further)
    assert not {"\x1b", "\r", "\x07", "\x9b", "\u2028", "\u202e"} & set(one_entry(text))


def test_a_message_and_its_arguments_are_clean(guard: LogGuard, log: tuple[logging.Logger, io.StringIO]) -> None:
    log[0].warning("Session with id %s sent %s\nERROR forged \x1b[2J", ID, KEY)
    assert log[1].getvalue() == "WARNING Session with id [session] sent [key]\n    ERROR forged \\u001b[2J\n"


def test_a_traceback_is_clean(guard: LogGuard, log: tuple[logging.Logger, io.StringIO]) -> None:
    try:
        raise ValueError(f"refused {KEY}")
    except ValueError:
        log[0].exception("It failed", stack_info=True)
    assert "ValueError: refused [key]" in log[1].getvalue()
    assert "test_logs.py" in log[1].getvalue()
    assert KEY not in log[1].getvalue()


def test_keys_of_any_shape_go_when_the_keyring_holds_them(
    guard: LogGuard, log: tuple[logging.Logger, io.StringIO]
) -> None:
    ring = Keyring()
    ring.put("alice", "no-known-shape-at-all")
    guard.also.append(ring.redact)
    log[0].info("sent %r", {"key": "no-known-shape-at-all"})
    assert "no-known-shape" not in log[1].getvalue()


def test_a_secret_that_is_to_be_hidden_is(guard: LogGuard, log: tuple[logging.Logger, io.StringIO]) -> None:
    for secret in (None, SecretStr("a"), SecretStr("deployment-key")):
        guard.hide(secret)
    log[0].info("asked with deployment-key")
    assert log[1].getvalue() == "INFO asked with [key]\n"


def test_a_message_that_does_not_fit_its_arguments_is_still_written(
    guard: LogGuard, log: tuple[logging.Logger, io.StringIO]
) -> None:
    log[0].info("%d percent of %s", "many", KEY)
    assert log[1].getvalue() == "INFO %d percent of %s ('many', '[key]')\n"


def test_last_words_are_clean_in_every_thread(guard: LogGuard, capsys: pytest.CaptureFixture[str]) -> None:
    def die() -> None:
        raise RuntimeError(KEY)

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    sys.excepthook(RuntimeError, RuntimeError(KEY), None)
    assert capsys.readouterr().err.count("RuntimeError: [key]") == 2


def test_the_guard_leaves_as_it_came() -> None:
    before = (logging.getLogRecordFactory(), sys.excepthook, threading.excepthook)
    guard = LogGuard()
    guard.install()
    guard.install()
    guard.uninstall()
    guard.uninstall()
    assert (logging.getLogRecordFactory(), sys.excepthook, threading.excepthook) == before
