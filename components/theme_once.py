"""The theme is read from the settings once, not for every look at an answer.

Streamlit 1.67 puts it into the message that begins each run of a script, of a fragment too, and spells the names of all its options
anew each time: with many looks a second that is a seventh of what the server does. tests/test_frame.py holds that the message stays
the same.
"""

from __future__ import annotations

from collections.abc import Callable

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

_Fill = Callable[[CustomThemeConfig, str], None]


def keep_theme() -> None:
    """From now on the theme stays as it is; for a server that has read its settings."""
    fill: _Fill = app_session._populate_theme_msg
    if getattr(fill, "keeps", False):
        return
    kept: dict[str, CustomThemeConfig] = {}

    def filled(message: CustomThemeConfig, section: str = "theme") -> None:
        if section not in kept:
            one = CustomThemeConfig()
            fill(one, section)
            kept[section] = one
        if kept[section].ByteSize():
            message.MergeFrom(kept[section])

    filled.keeps = True  # type: ignore[attr-defined]
    app_session._populate_theme_msg = filled  # type: ignore[assignment]
