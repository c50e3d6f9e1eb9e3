"""A request as a curl command for a POSIX shell."""

from __future__ import annotations

from parley.exporting.forms import fitted
from parley.exporting.literals import json_text, shell_quoted
from parley.request import ChatRequest

LONGEST = 100_000
"""Bytes that may stand on a command line; Linux takes 131,071 in one word."""
END = "JSON"


def curl(request: ChatRequest, base_url: str) -> str:
    """The command; a body that is too long for a command line is handed over through stdin.

    A stream is shown event by event, as it comes. Raises RequestError for a request that cannot be written down.
    """
    body = fitted("curl", request).kept
    text = json_text(body)
    lines = [
        f"curl -sS {shell_quoted(f'{base_url}/chat/completions')}",
        '-H "Authorization: Bearer $OPENROUTER_API_KEY"',
        "-H 'Content-Type: application/json'",
        *(["--no-buffer"] if body.get("stream") is True else []),
    ]
    if len(text.encode()) > LONGEST:
        return joined([*lines, f"--data-binary @- <<'{END}'"]) + f"{text}\n{END}\n"
    return joined([*lines, f"-d {shell_quoted(text)}"])


def joined(words: list[str]) -> str:
    return " \\\n  ".join(words) + "\n"
