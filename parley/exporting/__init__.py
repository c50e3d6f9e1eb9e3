"""The way out: a request as source text that sends the same body, a session as a file for others."""

from __future__ import annotations

from collections.abc import Callable

from parley.exporting.bundling import bundle, enclosed
from parley.exporting.checking import DECISIONS, KINDS, Decision, Found, Place, leaving, sealed, without
from parley.exporting.document import markdown
from parley.exporting.forms import FORMS, Form, lost
from parley.exporting.jupyter import notebook
from parley.exporting.page import html_page
from parley.exporting.python import httpx, official, openai
from parley.exporting.returning import only_read
from parley.exporting.shell import curl
from parley.exporting.typescript import typescript
from parley.request import ChatRequest

__all__ = [
    "DECISIONS",
    "FORMS",
    "KINDS",
    "Decision",
    "Form",
    "Found",
    "Place",
    "bundle",
    "code",
    "curl",
    "enclosed",
    "html_page",
    "httpx",
    "leaving",
    "lost",
    "markdown",
    "notebook",
    "official",
    "only_read",
    "openai",
    "sealed",
    "typescript",
    "without",
]

_WRITERS: dict[Form, Callable[[ChatRequest, str], str]] = {
    "curl": curl,
    "python": official,
    "openai": openai,
    "httpx": httpx,
    "typescript": typescript,
}


def code(form: Form, request: ChatRequest, base_url: str) -> str:
    """Source text that sends this request to `base_url`, with the key from the environment.

    Raises RequestError for a request that cannot be written down.
    """
    return _WRITERS[form](request, base_url)
