"""What an opened run is turned into before it is drawn."""

from __future__ import annotations

import json

import pytest

from components.history.details import DRAWN, as_lines, drawable, timeline_words
from components.panel.text import readable_json
from parley.notebook import LIVE, OUTCOMES, Mark, Outcome
from parley.notebook.receipt import OUTCOME_WORDS


def test_events_are_drawn_with_their_time() -> None:
    assert drawable([(0.25, "a"), (1234.5, "b")]) == ["      0.2 ms  a", "  1,234.5 ms  b"]


def test_no_more_events_are_drawn_than_a_page_can_bear() -> None:
    many = [(float(ms), "x" * 1000) for ms in range(10_000)]
    assert len(drawable(many)) == DRAWN // 1000


def test_the_download_holds_every_event_as_it_came() -> None:
    events = [(1.5, 'data: {"a":\n1}'), (2.0, "é\u2028")]
    assert [tuple(json.loads(line).values()) for line in as_lines(events).split("\n")[:-1]] == events


def test_json_is_shown_in_the_letters_it_was_sent_in() -> None:
    assert readable_json({"content": "naïve 猫"}) == '{\n  "content": "naïve 猫"\n}'


def test_the_timeline_says_when_and_how_long_after() -> None:
    marks = [Mark(ms=0.1, what="queued"), Mark(ms=5, what="sent"), Mark(ms=1205, what="headers", note="HTTP 200")]
    assert timeline_words(marks)[0] == "     0 ms             Written down"
    assert timeline_words(marks)[1:] == [
        "     5 ms      +5 ms  Sent",
        "    1.2 s     +1.2 s  Answer began (HTTP 200)",
    ]


def test_what_the_timeline_does_not_know_is_said_in_its_own_words() -> None:
    assert timeline_words([Mark(ms=1, what="moved", note="away")])[0].endswith("Moved (away)")


@pytest.mark.parametrize("outcome", sorted(set(OUTCOMES) - LIVE - {"complete"}))
def test_the_timeline_ends_in_the_words_of_the_outcome(outcome: Outcome) -> None:
    assert timeline_words([Mark(ms=1, what=outcome)])[0].endswith(OUTCOME_WORDS[outcome])
