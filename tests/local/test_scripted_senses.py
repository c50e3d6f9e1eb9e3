"""The scripted model that says what it was given."""

from __future__ import annotations

from parley.local.scripted.senses import lines
from parley.media import from_file
from tests.media.pictures_made import PDF, picture, recording


def test_it_tells_what_came_and_how_large() -> None:
    files = [(picture(size=(30, 20)), "a.png"), (recording(), "a.wav"), (PDF, "a.pdf")]
    message = {"content": [{"type": "text", "text": "Look"}, *(from_file(*one, "x").part for one in files)]}
    image, sound, document = lines(message)
    assert image.startswith("- image: PNG image, ")
    assert image.endswith(", 30 × 20 px")
    assert sound.startswith("- audio: WAV recording, ")
    assert document.endswith("a.pdf")


def test_what_stands_elsewhere_is_not_fetched() -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    assert list(lines({"content": [part]})) == ["- image: something at an address, which nobody fetched"]
