"""What an answer waits for, in words."""

from __future__ import annotations

import pytest

from components.answer.waiting import waiting_words
from parley.runs.waiting import Pause, Waiting


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Live:
    def __init__(self, silence: float | None = None, pause: Pause | None = None) -> None:
        self.silence, self.pause = silence, pause


@pytest.mark.parametrize("silence", [None, 0.0, 9.9])
def test_a_short_silence_needs_no_words(silence: float | None) -> None:
    assert waiting_words(Live(silence), begun=False) == ""


@pytest.mark.parametrize(
    ("silence", "begun", "words"),
    [
        (12.7, False, "Still waiting: 12 s. A model that is loaded first takes minutes. Stop works."),
        (75.0, False, "Still waiting: 1 min 15 s."),
        (12.7, True, "Nothing more has come for 12 s."),
    ],
)
def test_a_long_silence_is_counted(silence: float, begun: bool, words: str) -> None:
    assert waiting_words(Live(silence), begun=begun).startswith(words)


def test_a_pause_counts_down_and_says_why_in_plain_text() -> None:
    told = waiting_words(Live(pause=Pause(2, 3.2, "Busy ![a](https://evil.example).")), begun=False)
    assert told.startswith("Try 2 in 4 s. Busy")
    assert "![" not in told


def test_silence_begins_when_the_request_is_sent_and_anew_with_each_piece() -> None:
    clock = Clock()
    waiting = Waiting(clock)
    assert waiting.silence is None
    waiting.sent()
    clock.now += 11
    assert waiting.silence == 11
    waiting.heard()
    assert waiting.silence == 0


def test_a_pause_is_over_when_the_next_try_is_sent() -> None:
    clock = Clock()
    waiting = Waiting(clock)
    waiting.sent()
    waiting.refused(1, 5.0, "Busy.")
    clock.now += 2
    assert (waiting.pause, waiting.silence) == (Pause(2, 3.0, "Busy."), None)
    waiting.sent()
    assert (waiting.pause, waiting.tries) == (None, 2)
