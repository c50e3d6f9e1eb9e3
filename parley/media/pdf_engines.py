"""Who reads a PDF: the choices of the file-parser plugin, as one value over the list of plugins.

Source: OpenRouter's guide on PDF input.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

ENGINES: Final[dict[str, str]] = {
    "": "PDF read as usual",
    "native": "PDF read by the model",
    "cloudflare-ai": "PDF to text, free",
    "mistral-ocr": "PDF by OCR, paid by page",
}
"""What `pdf.engine` can be, in words; the empty one is not sent."""
_ID: Final = "file-parser"


def engine_of(plugins: object) -> str:
    """The engine that a list of plugins names; empty where none does."""
    for plugin in plugins if isinstance(plugins, list) else ():
        if isinstance(plugin, dict) and plugin.get("id") == _ID and isinstance(plugin.get("pdf"), dict):
            return str(plugin["pdf"].get("engine") or "")
    return ""


def with_engine(plugins: object, engine: str) -> list[Any] | None:
    """The list of plugins with this engine; an empty engine takes it out again, and None is no list at all."""
    kept: Sequence[Any] = plugins if isinstance(plugins, list) else ()
    mine: dict[str, Any] = next(
        (dict(one) for one in kept if isinstance(one, dict) and one.get("id") == _ID), {"id": _ID}
    )
    pdf = {name: value for name, value in (mine.get("pdf") or {}).items() if name != "engine"}
    pdf |= {"engine": engine} if engine else {}
    mine = {**{name: value for name, value in mine.items() if name != "pdf"}, **({"pdf": pdf} if pdf else {})}
    others = [one for one in kept if not (isinstance(one, dict) and one.get("id") == _ID)]
    listed = [*others, *([mine] if mine != {"id": _ID} else [])]
    return listed or None
