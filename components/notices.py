"""Errors as sentences for people: what failed in the failure's own words, and what these screens have to add to them."""

from __future__ import annotations

import re
from typing import NamedTuple

import streamlit as st

from parley.errors import ParleyError, RequestError
from parley.notebook import Failure
from parley.reply.defuse import as_name, plain
from parley.request import ChatRequest

_FILTERS = (
    "order", "only", "ignore", "allow_fallbacks", "require_parameters", "data_collection", "zdr", "quantizations",
    "max_price", "enforce_distillable_text",
)  # fmt: skip


class Remark(NamedTuple):
    """What is added to a failure's own sentence, unless that says it already."""

    text: str
    said: str = r"(?!)"
    """A pattern of the words by which the failure says it, in any case; by default it never does."""


_RETRY_ELSEWHERE = Remark("Run it again, or choose another model.", "again|another model")

_WORDS: dict[str, tuple[str, *tuple[Remark, ...]]] = {
    "ParleyError": ("Something went wrong.", Remark("Try again.", "again")),
    "OverBudget": (
        "It was not sent, because it may cost more than is left.",
        Remark("Raise the cap in Settings, or lower max_completion_tokens.", "raise|lower"),
    ),
    "KeyInside": (
        "This holds the key of a connection, so it did not leave.",
        Remark("Mask the key in the check first.", "mask"),
    ),
    "Unopenable": (
        "A file of this session could not be opened again, so none was made.",
        Remark("Leave out cells or attempts, or hand it over by a link.", "leave"),
    ),
    "NotARequest": (
        "This is no request.",
        Remark("Paste a JSON body, a curl command, or a call in Python or TypeScript.", "JSON|curl|expected"),
    ),
    "NotASession": (
        "No session can be read from this file.",
        Remark("Nothing was imported: choose a file that Parley exported, or a list of messages.", "expected|imported|again|update"),
    ),
    "NotAttachable": ("This cannot be attached.", Remark("Attach another file.", r"\b(attach|save|scale|make|models|choose|begins|convert|empty)\b")),
    "SettingsError": ("A setting cannot be used.", Remark("Put it right and start Parley again.", r"\b(should|must|copy|use|such as)\b")),
    "RequestError": (
        "The request was not sent, because something in it is wrong.",
        Remark("The fields in question say what they allow.", "should|cannot"),
    ),
    "UpstreamError": ("The model's server failed.", _RETRY_ELSEWHERE),
    "ConnectionFailed": (
        "The server could not be reached.",
        Remark("Nothing was billed.", "billed"),
        Remark("If this machine is offline, the local model still answers: choose it in Settings.", "TLS|listens|proxy"),
    ),
    "AnswerTimeout": ("The answer took too long.", Remark("Run it again, or choose a faster model.", "again|check")),
    "StreamBroken": ("The answer was cut off.", Remark("Run it again for a whole answer.", "again")),
    "AnswerTooLarge": ("The answer grew too large.", Remark("Set max_completion_tokens, in the sidebar under Length and stop.", "again")),
    "NotAModelApi": (
        "What answered is not a model's server.",
        Remark("Check the base URL.", "base URL"),
        Remark("It stands in Settings.", "settings"),
    ),
    "ApiError": ("The server refused.", _RETRY_ELSEWHERE),
    "RequestRejected": (
        "The server refused the request.",
        Remark("Change it and run it again.", "again|shorten"),
        Remark("The prompt and every setting are kept."),
    ),
    "AuthenticationFailed": (
        "The key was refused.",
        Remark("Give another in Settings.", "settings"),
        Remark("The local model answers without one."),
    ),
    "PaymentRequired": (
        "The credits do not cover this request.",
        Remark("Add credits or lower max_completion_tokens.", "add credits"),
        Remark("That field stands in the sidebar under Length and stop."),
        Remark("Models whose names end in :free cost nothing."),
    ),
    "Forbidden": (
        "The request is not allowed.",
        Remark("Change the prompt, the model or the provider.", "change"),
        Remark("The prompt and every setting are kept."),
    ),
    "NotFound": (
        "The model, or a provider for it, was not found.",
        Remark("Check the model's name and the provider filters.", "check"),
        Remark("The model and the filters stand in the sidebar under Model and routing."),
    ),
    "RateLimited": (
        "Too many requests.",
        Remark("Wait a little, then run it again.", "again"),
        Remark("Nothing was billed; another model may answer at once."),
    ),
    "UpstreamTimeout": (
        "The provider took too long.",
        Remark("It may have been billed.", "billed"),
        Remark("Run it again.", "again"),
        Remark("Another provider may be faster."),
    ),
    "ProviderFailed": ("The provider failed.", _RETRY_ELSEWHERE),
    "StoreError": ("The database failed.", Remark("What was stored before is safe; try again.", r"again|another|\buse\b|more than|PARLEY_")),
    "StoreUnavailable": (
        "The database cannot be written.",
        Remark("What was stored before is safe.", "safe"),
        Remark("Free some space, or close what holds it, then try again.", "again|check|make|name|memory|larger|backup"),
    ),
    "DatabaseRefused": (
        "The database cannot be used and was left as it is.",
        Remark("Move it away, or name another one in PARLEY_DATABASE_URL.", "move|update|name another"),
    ),
    "Conflict": (
        "The session was changed elsewhere.",
        Remark("Reload the page to see that change.", "open it again|choose another|second time"),
    ),
    "Missing": ("That is no longer there.", Remark("It may have been deleted in another tab.", "deleted")),
    "LocalModelError": ("The local model cannot run.", Remark("Try again, or connect OpenRouter in Settings.", "connect")),
    "WeightsUnavailable": (
        "The local model's weights could not be fetched.",
        Remark(
            "Check the network, or name a .gguf file in PARLEY_MODEL; with a key, OpenRouter's models answer without them.",
            "PARLEY_MODEL",
        ),
    ),
    "EngineFailed": (
        "The local model's engine failed.",
        Remark("Name another .gguf file in PARLEY_MODEL, or connect OpenRouter in Settings.", "connect"),
    ),
}  # fmt: skip
"""For each class what it says where the failure has no words of its own, and what is added to its words."""


def sentence(failure: Failure | ParleyError, request: ChatRequest | None = None) -> str:
    """What failed and what to do, in at most a few sentences of plain text, each thing once.

    The failure's own sentence comes first: it knows best what happened. What it leaves open is added from the table above.
    With the request that failed, a model that was not found comes with the filters that may have left it no provider.
    """
    kinds = [failure.kind] if isinstance(failure, Failure) else [cls.__name__ for cls in type(failure).__mro__]
    what, *remarks = next((_WORDS[kind] for kind in kinds if kind in _WORDS), _WORDS["ParleyError"])
    told = " ".join((failure.message if isinstance(failure, Failure) else str(failure)).split()) or what
    filters = filters_of(request) if "NotFound" in kinds else ""
    added = [remark.text for remark in remarks if not re.search(remark.said, told, re.IGNORECASE)]
    return " ".join(part for part in (_ended(told), filters, *added) if part)


def filters_of(request: ChatRequest | None) -> str:
    """The provider filters that a request sets, as a sentence; empty without any."""
    body = request.payload() if request is not None else {}
    provider = body.get("provider")
    known = provider if isinstance(provider, dict) else {}
    named = [f"{name} = {_value(known[name])}" for name in _FILTERS if known.get(name) not in (None, [], {})]
    return f"Filters in force: {', '.join(named)}." if named else ""


def explain(error: ParleyError) -> None:
    """Say on the page what failed and what to do."""
    problems = [str(getattr(one, "message", one)) for one in error.problems] if isinstance(error, RequestError) else []
    listed = "".join(f"\n- {plain(one)}" for one in problems[:10])
    st.error(plain(sentence(error)) + (f"\n{listed}" if listed else ""), icon=":material/error:")


def say(notice: str) -> None:
    """Say once on the page what happened meanwhile."""
    st.warning(as_name(notice), icon=":material/info:")


def paint_came(came: str | ParleyError | None) -> None:
    """What came of something that was asked for, beside where it was: a word that it is done, or why not."""
    if isinstance(came, ParleyError):
        explain(came)
    elif came is not None:
        st.success(plain(came), icon=":material/check:")


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _value(value: object) -> str:
    return (
        ", ".join(map(str, value))
        if isinstance(value, list)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )
