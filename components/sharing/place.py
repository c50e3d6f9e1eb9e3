"""Where this Parley is, as a browser that is somewhere else would have to call it."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from parley.settings import LOOPBACK


class Place(NamedTuple):
    """The address of the app in the browser."""

    root: str
    """Ends with a slash."""
    only_here: bool
    """Whether it is a name that means another machine everywhere else."""

    def link(self, token: str) -> str:
        return f"{self.root}share/{token}"


def place_of(url: str | None, base_path: str) -> Place:
    """The place of a page at this address; where that is not known, this machine."""
    parts = urlsplit(url or "http://localhost:8501/")
    path = f"/{base_path.strip('/')}/".replace("//", "/")
    name = (parts.hostname or "localhost").lower()
    return Place(f"{parts.scheme}://{parts.netloc}{path}", name in LOOPBACK or name.startswith("127."))
