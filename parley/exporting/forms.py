"""The forms that a request can be handed on in, and what each of them cannot carry."""

from __future__ import annotations

from typing import Literal, get_args

from parley.exporting.carrier import Carrier, Fit, table
from parley.exporting.literals import checked
from parley.request import ChatRequest

Form = Literal["curl", "python", "openai", "httpx", "typescript"]
FORMS: tuple[Form, ...] = get_args(Form)
SHOWN = 12
"""Lost keys that are named in a snippet; the rest is counted."""


def fitted(form: Form, request: ChatRequest) -> Fit:
    """What a form sends of a request, under the names that the form uses, and the paths of what it does not send.

    Raises RequestError for a request that cannot be written down.
    """
    body = checked(request.payload())
    match form:
        case "python":
            return Carrier(table("python").kinds).request(body)
        case "typescript":
            return Carrier(table("typescript").kinds, script=True, renames=True).request(body)
        case "openai":
            return Carrier({}).map("any", body, "")
        case _:
            return Fit(body)


def lost(form: Form, request: ChatRequest) -> tuple[str, ...]:
    """The paths of what a form cannot send, such as `reasoning.max_tokens`; empty for most requests.

    Raises RequestError for a request that cannot be written down.
    """
    return fitted(form, request).lost


def warning(sdk: str, paths: tuple[str, ...], added: tuple[str, ...] = ()) -> list[str]:
    """What stands above a snippet that does not send everything, or sends more; both are said in comments."""
    more = [f"  and {len(paths) - SHOWN} more"] if len(paths) > SHOWN else []
    head = [f"{sdk} cannot send these keys:"] if paths else []
    tail = ["The httpx and curl forms send the exact body."] if paths else []
    return [*head, *(f"  {path}" for path in paths[:SHOWN]), *more, *tail, *(f"{sdk} adds {words}." for words in added)]


def no_messages(request: ChatRequest) -> tuple[str, ...]:
    """What an SDK adds that does not go without messages."""
    return () if "messages" in request.sent_keys() else ("messages: []",)
