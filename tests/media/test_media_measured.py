"""Pictures as cameras and scanners write them: their size is known, and they can be made smaller."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from parley.media import from_file, scaled
from tests.media.pictures_made import noise, picture


def turned(way: int) -> Image.Exif:
    noted = Image.Exif()
    noted[0x0112] = way
    return noted


@pytest.mark.parametrize(
    "data",
    [
        noise(2_400, 300, "WEBP", quality=95),
        noise(2_400, 100, "WEBP", lossless=True),
        noise(2_400, 300, "WEBP", quality=95, icc_profile=b"x" * 300),
        noise(2_400, 300, "JPEG", icc_profile=b"x" * 120_000),
        noise(2_400, 300, "PNG"),
    ],
    ids=["lossy", "lossless", "extended", "long head", "png"],
)
def test_the_size_of_a_large_picture_is_known_so_it_can_be_offered_for_scaling(data: bytes) -> None:
    one = from_file(data, "x", "a")
    assert len(data) > 65_536
    assert one.measured is not None
    assert (one.measured.width, one.scalable) == (2_400, True)


@pytest.mark.parametrize(("way", "size"), [(1, (80, 20)), (3, (80, 20)), (6, (20, 80)), (8, (20, 80))])
def test_a_picture_is_measured_as_it_is_looked_at(way: int, size: tuple[int, int]) -> None:
    one = from_file(picture("JPEG", (80, 20), exif=turned(way)), "x.jpg", "a")
    assert one.measured == size


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "LA", "RGBA", "RGB"])
def test_a_picture_of_any_depth_is_made_smaller_and_keeps_its_tone(mode: str) -> None:
    full = {"1": 1, "I;16": 65_535, "LA": (255, 255), "RGB": (255,) * 3, "RGBA": (255,) * 4}.get(mode, 255)
    held = io.BytesIO()
    Image.new(mode, (90, 30), full).save(held, "PNG")
    with Image.open(io.BytesIO(scaled(held.getvalue(), 30))) as small:
        assert (small.size, small.convert("L").getextrema()[1] >= 250) == ((30, 10), True)


def test_what_is_scaled_stands_upright() -> None:
    with Image.open(io.BytesIO(scaled(picture("JPEG", (80, 20), exif=turned(6)), 40))) as small:
        assert (small.size, small.getexif().get(0x0112)) == ((10, 40), None)
