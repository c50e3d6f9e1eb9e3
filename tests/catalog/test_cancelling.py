from __future__ import annotations

import pytest

from parley.catalog.cancelling import cancelling, stopped_bill


@pytest.mark.parametrize(
    ("provider", "does"),
    [
        ("OpenAI", "stops"),
        ("xAI", "stops"),
        ("Deep Infra", "stops"),
        ("fireworks/fast", "stops"),
        ("Amazon Bedrock", "goes on"),
        ("Google AI Studio", "goes on"),
        ("Google Vertex", "goes on"),
        ("Scripted (no model runs)", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_provider_is_known_by_any_spelling(provider: str | None, does: str) -> None:
    assert cancelling(provider) == does


@pytest.mark.parametrize(
    ("provider", "words"), [("OpenAI", "stops billing"), ("Groq", "bills it whole"), ("New", "not known")]
)
def test_what_a_stop_means_for_the_bill_is_dated(provider: str, words: str) -> None:
    told = stopped_bill(provider)
    assert words in told
    assert provider in told
    assert "22 August 2026" in told


def test_what_is_not_streamed_is_billed_whole_by_everybody() -> None:
    assert "billed whole" in stopped_bill("OpenAI", streamed=False)
