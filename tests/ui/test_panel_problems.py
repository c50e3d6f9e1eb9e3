"""What is wrong with a field stands beside it, and one click mends it."""

from __future__ import annotations

import html
from typing import Any

import pytest

from tests.ui.panel_screen import Screen


def ways(screen: Screen) -> dict[str, str]:
    """The buttons that mend, by their words."""
    return {html.unescape(button.label): button.key for button in screen.at.button if button.key.startswith("mend-")}


def mend(screen: Screen, words: str) -> None:
    screen.at.button(key=ways(screen)[words]).click()
    screen.run()


@pytest.mark.parametrize(
    ("body", "words", "mended"),
    [
        ({"top_logprobs": 3}, "Set logprobs", {"top_logprobs": 3, "logprobs": True}),
        ({"top_logprobs": 3}, "Drop top_logprobs", {}),
        ({"stop": list("abcde")}, "Keep the first 4", {"stop": list("abcd")}),
        ({"max_tokens": 90}, "Use max_completion_tokens", {"max_completion_tokens": 90}),
        (
            {"reasoning_effort": "low", "reasoning": {"effort": "high", "exclude": True}},
            "Drop reasoning.effort",
            {"reasoning_effort": "low", "reasoning": {"exclude": True}},
        ),
    ],
)
def test_one_click_mends(body: dict[str, Any], words: str, mended: dict[str, Any]) -> None:
    screen = Screen(body)
    screen.unfold(*body)
    mend(screen, words)
    assert (screen.body, screen.problems, ways(screen)) == (mended, {}, {})
    screen.run()
    assert screen.body == mended


def test_a_way_out_through_an_extra_key_stands_in_the_raw_box() -> None:
    screen = Screen({"modalities": ["audio"], "verbosity": "low"}, sent_anyway={"stream": True})
    screen.unfold("modalities")
    mend(screen, "Set audio")
    speech = {"voice": "alloy", "format": "pcm16"}
    assert screen.body == {"modalities": ["audio"], "verbosity": "low", "audio": speech}
    assert '"pcm16"' in screen.at.text_area(key="raw-json").value
    screen.run()
    assert screen.body["audio"] == speech


def test_what_is_wrong_with_an_extra_key_stands_below_the_raw_box() -> None:
    screen = Screen({"transforms": ["middle-out"]})
    assert "older version of the API" in screen.words
    mend(screen, "Use context-compression")
    assert screen.body == {"plugins": [{"id": "context-compression"}]}
    assert not screen.at.text_area(key="raw-json").value


def test_what_was_typed_elsewhere_meanwhile_is_kept() -> None:
    screen = Screen({"top_logprobs": 3})
    screen.unfold("top_logprobs")
    screen.widget("temperature").set_value(0.5)
    screen.at.button(key=ways(screen)["Set logprobs"]).click()
    screen.run()
    assert screen.body == {"top_logprobs": 3, "temperature": 0.5, "logprobs": True}


def test_a_closed_fold_says_how_many_problems_are_in_it_and_holds_no_buttons() -> None:
    screen = Screen({"top_logprobs": 3})
    assert any("1 problem" in label for label in screen.folds)
    assert not ways(screen)
