"""Streamlit's settings: each exists, none is weaker than the house needs, and the look can be read by everybody."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

from parley.bundle import LARGEST_MB
from parley.web.owner import OWNER_HEADER

FILE = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
TOLD = tomllib.loads(FILE.read_text(encoding="utf-8"))
HUES = ("red", "orange", "yellow", "blue", "green", "violet", "gray")
READABLE, VISIBLE = 4.5, 3.0
"""WCAG AA: text, and the shapes of controls."""


def flat(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        deeper = isinstance(value, dict) and name != "trustedUserHeaders"
        yield from flat(value, f"{path}{name}.") if deeper else [(path + name, value)]


@pytest.mark.parametrize("name", [name for name, _ in flat(TOLD)])
def test_every_setting_is_one_of_the_installed_streamlit(name: str) -> None:
    assert name in config._config_options_template


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "server.address": "127.0.0.1",
        "server.showEmailPrompt": False,
        "server.maxUploadSize": LARGEST_MB,
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.enableStaticServing": False,
        "server.enableWebsocketCompression": True,
        "server.enableAgentApi": False,
        "server.disconnectedSessionTTL": 120,
        "server.fileWatcherType": "none",
        "server.trustedUserHeaders": {OWNER_HEADER: "owner"},
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        "client.disableDataExport": True,
        "runner.magicEnabled": False,
        "runner.postScriptGC": False,
        "global.minCachedMessageSize": 100,
        "browser.gatherUsageStats": False,
        "logger.enableRich": False,
    }.items(),
)
def test_the_settings_that_promises_rest_on(name: str, value: object) -> None:
    assert dict(flat(TOLD))[name] == value


def test_whether_a_browser_opens_is_left_to_the_machine() -> None:
    assert "headless" not in TOLD["server"]


@pytest.mark.parametrize("name", ["font", "codeFont"])
def test_letters_come_from_the_persons_own_system(name: str) -> None:
    assert "://" not in TOLD["theme"][name]
    assert "fontFaces" not in dict(flat(TOLD["theme"]))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(front: str, back: str, share: float) -> str:
    pairs = [(int(front[at : at + 2], 16), int(back[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(f * share + b * (1 - share)):02x}" for f, b in pairs)


LOOKS = [
    pytest.param({**TOLD["theme"][mode], **(TOLD["theme"][mode]["sidebar"] if place else {})}, id=f"{mode}{place}")
    for mode in ("light", "dark")
    for place in ("", " sidebar")
]


@pytest.mark.parametrize("look", LOOKS)
def test_text_links_and_code_are_readable_on_every_ground(look: dict[str, str]) -> None:
    for ground in (look["backgroundColor"], look["secondaryBackgroundColor"]):
        for colour in ("textColor", "linkColor", *(f"{hue}TextColor" for hue in HUES)):
            assert contrast(look[colour], ground) >= READABLE, colour
    assert contrast(look["codeTextColor"], look["codeBackgroundColor"]) >= READABLE
    assert contrast(look["dataframeHeaderTextColor"], look["dataframeHeaderBackgroundColor"]) >= READABLE


@pytest.mark.parametrize("look", LOOKS)
def test_captions_which_streamlit_draws_at_60_percent_are_readable(look: dict[str, str]) -> None:
    faded = mixed(look["textColor"], look["backgroundColor"], 0.6)
    assert contrast(faded, look["backgroundColor"]) >= READABLE


@pytest.mark.parametrize("look", LOOKS)
def test_notices_and_badges_are_readable(look: dict[str, str]) -> None:
    for hue in HUES:
        assert contrast(look[f"{hue}TextColor"], look[f"{hue}BackgroundColor"]) >= READABLE, hue
        assert contrast(look["textColor"], look[f"{hue}BackgroundColor"]) >= READABLE, hue


@pytest.mark.parametrize("look", LOOKS)
def test_the_accent_is_seen_and_carries_white_words(look: dict[str, str]) -> None:
    assert contrast("#ffffff", look["primaryColor"]) >= READABLE
    for ground in (look["backgroundColor"], look["secondaryBackgroundColor"]):
        assert contrast(look["primaryColor"], ground) >= VISIBLE


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_charts_are_told_apart_from_their_ground(mode: str) -> None:
    look = TOLD["theme"][mode]
    assert all(contrast(colour, look["backgroundColor"]) >= VISIBLE for colour in look["chartCategoricalColors"])
    assert len(set(look["chartCategoricalColors"])) == 8
