"""The way back: what an answer holds becomes what is attached to the next prompt."""

from __future__ import annotations

from components.state import ui


def send_back(address: str) -> None:
    """Callback: attach what this address holds, a data: URL or one on the web, as soon as the notebook's page is drawn.

    What cannot be attached is said there.
    """
    ui().offered.append(address)
    ui().redraw = True
