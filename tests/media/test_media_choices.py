"""Large pictures, models that take what is attached, and who reads a PDF."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image

from components.attaching.rows import DETAILS
from parley.errors import NotAttachable
from parley.media import ENGINES, LARGEST_MB, engine_of, from_file, lacking, modality, scaled, with_engine
from parley.media.modalities import needed
from parley.request.content import ImageUrl
from parley.request.plugins import PdfOptions
from tests.media.pictures_made import PDF, noise, picture, recording

TAKES = {"a/blind": ("text",), "b/eyes": ("text", "image"), "a/all": ("text", "image", "audio"), "c/odd": ()}


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(("size", "worth"), [((2_048, 10), False), ((2_049, 10), True)])
def test_a_picture_is_worth_scaling_when_it_is_larger_than_models_look(size: tuple[int, int], worth: bool) -> None:
    assert from_file(picture(size=size), "a.png", "a").scalable is worth


def test_a_photo_is_scaled_to_the_long_side_and_stays_one() -> None:
    small = scaled(noise(3_000, 1_500), 1_000)
    assert opened(small).size == (1_000, 500)
    assert opened(small).format == "JPEG"


def test_glass_stays_glass() -> None:
    assert opened(scaled(picture("PNG", (300, 200), "RGBA"), 100)).mode == "RGBA"


def test_a_turned_photo_is_upright_when_it_is_scaled() -> None:
    held, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (400, 200)).save(held, "JPEG", exif=turned)
    assert opened(scaled(held.getvalue(), 100)).size == (50, 100)


def test_what_is_no_picture_is_not_scaled() -> None:
    with pytest.raises(NotAttachable):
        scaled(PDF)


def test_a_model_that_does_not_list_it_is_named_with_others_that_do() -> None:
    lack = lacking(["image"], "a/blind", TAKES)
    assert lack is not None
    assert (lack.words, lack.others) == ("images", ("a/all", "b/eyes"))


@pytest.mark.parametrize(
    ("needs", "model"), [(["image"], "b/eyes"), ([], "a/blind"), (["image"], "c/odd"), (["image"], "?")]
)
def test_no_word_where_the_model_takes_it_or_nobody_knows(needs: list[str], model: str) -> None:
    assert lacking(needs, model, TAKES) is None


def test_several_kinds_stand_in_one_sentence() -> None:
    lack = lacking({"audio", "image"}, "a/blind", TAKES)
    assert lack is not None
    assert (lack.words, lack.others) == ("images or recordings", ("a/all",))


def test_a_pdf_is_read_for_any_model_and_other_files_are_not() -> None:
    parts = [
        from_file(data, name, "a").part for data, name in ((PDF, "a.pdf"), (b"x", "a.txt"), (recording(), "a.wav"))
    ]
    assert [modality(part) for part in parts] == [None, "file", "audio"]
    assert needed([{"content": parts}, {"content": "words"}]) == {"file", "audio"}


@pytest.mark.parametrize(
    ("plugins", "engine", "then"),
    [
        (None, "native", [{"id": "file-parser", "pdf": {"engine": "native"}}]),
        ([{"id": "web"}], "mistral-ocr", [{"id": "web"}, {"id": "file-parser", "pdf": {"engine": "mistral-ocr"}}]),
        ([{"id": "file-parser", "pdf": {"engine": "native", "x": 1}}], "", [{"id": "file-parser", "pdf": {"x": 1}}]),
        ([{"id": "file-parser", "pdf": {"engine": "native"}}], "", None),
        ([{"id": "web"}], "", [{"id": "web"}]),
    ],
)
def test_who_reads_a_pdf_is_one_value_over_the_plugins(plugins: object, engine: str, then: object) -> None:
    assert with_engine(plugins, engine) == then
    assert engine_of(then) == engine


def literals(field: Any) -> set[str]:
    """The words that a field's declaration names."""
    inside = get_args(field)
    return {one for one in inside if isinstance(one, str)}.union(*map(literals, inside)) if inside else set()


def test_each_way_to_look_at_a_picture_and_to_read_a_pdf_has_its_words() -> None:
    assert set(DETAILS) - {""} == literals(ImageUrl.model_fields["detail"].annotation)
    deprecated = {"pdf-text"}
    assert set(ENGINES) - {""} == literals(PdfOptions.model_fields["engine"].annotation) - deprecated


def test_the_server_lets_a_file_through_that_may_be_attached() -> None:
    config = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] >= LARGEST_MB
