from __future__ import annotations

from parley.reply.files import files_of


def test_a_parsed_file_has_its_name_and_what_was_read_in_it() -> None:
    content = [{"type": "text", "text": text} for text in ('<file name="a.pdf">', "# Tides", "Twice a day.", "</file>")]
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    (file,) = files_of(
        [{"type": "url_citation"}, {"type": "file", "file": {"name": "a.pdf", "content": [*content, picture]}}]
    )
    assert file == ("a.pdf", "# Tides\n\nTwice a day.")
    assert file.label == "File read: a.pdf · 5 words"


def test_a_file_of_which_nothing_is_told_is_still_named() -> None:
    assert [file.label for file in files_of([{"type": "file"}, {"type": "file", "file": {"content": 7}}])] == [
        "File read: without a name"
    ] * 2
