"""Attachments and cache breakpoints of cells: edited where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.attaching.changing import added
from components.attaching.taking import Brought
from components.cell.bench import Bench
from components.cell.content import (
    attachments_in,
    cached_up_to_here,
    caches_of,
    rewritten,
    texts_of,
    with_cache,
    with_caches,
)
from components.cell.hand import Typed
from components.cell.pending import Pending
from parley.media import Attachment, from_file
from parley.media.limits import LARGEST
from parley.notebook import Cell
from tests.media.pictures_made import picture
from tests.ui.test_attached import bring, sent, session
from tests.ui.test_notebook_page import ask, scripted, words

Settled = Callable[[], AppTest]
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
OTHER = {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}
EPHEMERAL = {"type": "ephemeral"}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def one(part: dict[str, Any], name: str = "new") -> Attachment:
    return Attachment(id=name, part=part)


def test_what_was_attached_stays_in_place_and_what_is_new_comes_last() -> None:
    message = {"role": "user", "content": [IMAGE, text("a"), OTHER]}
    changed = rewritten(message, ["b"], (*attachments_in(message), one(IMAGE)))
    assert changed["content"] == [IMAGE, text("b"), OTHER, IMAGE]


def test_what_is_taken_away_is_gone_and_nothing_else() -> None:
    message = {"role": "user", "content": [IMAGE, text("a"), OTHER]}
    assert rewritten(message, ["a"], attachments_in(message)[1:])["content"] == [text("a"), OTHER]
    assert rewritten({"role": "user", "content": [IMAGE]}, [""], ())["content"] == ""


def test_words_alone_become_parts_when_something_is_attached() -> None:
    assert rewritten({"role": "user", "content": "a"}, ["b"], [one(IMAGE)])["content"] == [text("b"), IMAGE]
    assert rewritten({"role": "user", "content": "a"}, ["b"], [])["content"] == "b"


@given(st.lists(st.sampled_from([IMAGE, OTHER, text("a"), text("b", cache_control=EPHEMERAL)]), min_size=1, max_size=6))
def test_a_message_that_nobody_changed_stays_as_it_was(parts: list[dict[str, Any]]) -> None:
    message = {"role": "user", "content": parts}
    typed = Typed(texts_of(message), attachments_in(message), caches_of(message))
    assert typed.put_into(message) == message


@pytest.mark.parametrize(("cache", "mark"), [("5m", {"type": "ephemeral"}), ("1h", {"type": "ephemeral", "ttl": "1h"})])
def test_a_breakpoint_stands_on_the_last_text_and_can_be_taken_away(cache: str, mark: dict[str, str]) -> None:
    marked = with_cache({"role": "user", "content": "a"}, cache)
    assert marked["content"] == [text("a", cache_control=mark)]
    assert cached_up_to_here(marked) == cache
    assert with_cache(marked, "")["content"] == [text("a")]


def test_each_text_has_a_mark_of_its_own_and_other_spellings_stay() -> None:
    message = {"content": [text("a"), IMAGE, text("b", cache_control={"type": "ephemeral", "ttl": "5m"})]}
    assert caches_of(message) == ("", "5m")
    changed = with_caches(message, ("1h", "5m"))["content"]
    assert (changed[0]["cache_control"]["ttl"], changed[2]["cache_control"]["ttl"]) == ("1h", "5m")


def edit(app: AppTest) -> str:
    cell_id = session(app).cells[0].id
    app.button(key=f"cell-{cell_id}-edit").click().run()
    return cell_id


def test_a_cell_takes_another_picture_and_is_run_with_it(app: AppTest, settled: Settled) -> None:
    ask(bring(scripted(app, "scripted/files"), picture("PNG")), "Look")
    settled()
    cell_id = edit(app)
    app.session_state["ui"].bench.attached[cell_id] = (*attachments_in(session(app).cells[0].message), one(IMAGE))
    app.run()
    app.selectbox(key=f"attached-{cell_id}-part-1-detail").set_value("high").run()
    app.button(key=f"cell-{cell_id}-save-run").click().run()
    settled()
    parts = sent()[0]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url", "image_url"]
    assert parts[1]["image_url"]["detail"] == "high"
    assert parts[2] == IMAGE


def test_a_picture_that_is_removed_stays_until_the_cell_is_saved(app: AppTest, settled: Settled) -> None:
    ask(bring(scripted(app, "scripted/files"), picture("PNG")), "Look")
    settled()
    cell_id = edit(app)
    app.button(key=f"attached-{cell_id}-part-1-remove").click().run()
    assert len(session(app).cells[0].message["content"]) == 2
    app.button(key=f"cell-{cell_id}-cancel").click().run()
    cell_id = edit(app)
    app.button(key=f"attached-{cell_id}-part-1-remove").click().run()
    app.button(key=f"cell-{cell_id}-save").click().run()
    assert session(app).cells[0].message["content"] == [text("Look")]


def test_the_prompt_is_cached_up_to_a_cell_by_its_editor(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "3 tokens at 1000/s")
    settled()
    cell_id = edit(app)
    app.selectbox(key=f"cell-{cell_id}-edited-cache-0").set_value("1h").run()
    app.button(key=f"cell-{cell_id}-save").click().run()
    assert session(app).cells[0].message["content"][0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
    assert "Cached up to here, for an hour" in words(app)


def test_the_pictures_of_a_cell_are_read_once_while_it_is_edited() -> None:
    cell = Cell(id="c", message={"role": "user", "content": [text("a"), IMAGE]})
    bench = Bench()
    row = Pending(bench, "c", cell).row
    assert Pending(bench, "c", cell).row is row
    other = cell.model_copy(update={"message": {"role": "user", "content": [OTHER]}})
    assert [one.part for one in Pending(bench, "c", other).row] == [OTHER]


def test_the_files_of_a_message_have_a_limit_together() -> None:
    held = from_file(b"a" * LARGEST, "a.txt", "a")
    attached = tuple(held.model_copy(update={"id": str(number)}) for number in range(3))
    row, said = added(attached, [Brought(b"one more", "b.txt")], ["b"])
    assert (row, said[0].partition(": ")[0]) == (attached, "b.txt is left out")
    assert "60 MB together" in said[0]
