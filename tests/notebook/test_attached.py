"""What is attached is called by what it is, on the page and in files."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from parley.notebook.attached import attached_words


def data(head: bytes, media_type: str = "application/octet-stream") -> str:
    return f"data:{media_type};base64,{b64encode(head).decode()}"


WAV = b64encode(b"RIFF" + bytes(4) + b"WAVEfmt " + bytes(40)).decode()


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"type": "file", "file": {"filename": "a.bin", "file_data": data(b"%PDF-1.7\n")}}, "PDF · a.bin · 9 bytes"),
        ({"type": "input_audio", "input_audio": {"data": WAV, "format": "wav"}}, "WAV recording · 56 bytes"),
        ({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "pcm16"}}, "Audio · pcm16 · 3 bytes"),
        ({"type": "video_url", "video_url": {"url": "https://a.example/film"}}, "Video · a.example"),
        ({"type": "file", "file": {"file_id": "file-7"}}, "File · file-7"),
        ({"type": "hologram"}, "hologram"),
    ],
)
def test_it_is_what_its_first_bytes_say_with_its_name_and_size(part: dict[str, Any], words: str) -> None:
    assert attached_words(part) == words
