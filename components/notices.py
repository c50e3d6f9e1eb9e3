"""Errors as sentences for people: what failed, and what to do about it on these screens. The one place where they are worded."""

from __future__ import annotations

import re

import streamlit as st

from parley.errors import ParleyError, RequestError, UpstreamError
from parley.notebook import Failure
from parley.reply.defuse import plain
from parley.request import ChatRequest

_AFFORDABLE = re.compile(r"can only afford (\d{1,12})|max_tokens to (\d{1,12}) or less")
_FILTERS = (
    "order", "only", "ignore", "allow_fallbacks", "require_parameters", "data_collection", "zdr", "quantizations",
    "max_price", "enforce_distillable_text",
)  # fmt: skip

_WORDS: dict[str, tuple[str, str]] = {
    "ParleyError": ("Something went wrong.", "Try again."),
    "SettingsError": ("A setting cannot be used.", "Put it right and start Parley again."),
    "RequestError": ("The request was not sent, because something in it is wrong.", "The fields in question say what they allow."),
    "UpstreamError": ("The model's server failed.", "Run it again, or choose another model."),
    "ConnectionFailed": (
        "The server could not be reached; nothing was billed.",
        "If this machine is offline, the local model still answers: choose it in Settings.",
    ),
    "AnswerTimeout": ("The answer took too long.", "What had come is kept. Run it again, or choose a faster model."),
    "StreamBroken": ("The answer broke off.", "Run it again for a whole answer."),
    "AnswerTooLarge": ("The answer grew too large.", "Set max_tokens, in the sidebar under Length and stop."),
    "NotAModelApi": ("What answered is not a model's server.", "The connection stands in Settings."),
    "ApiError": ("The server refused.", "Run it again, or choose another model."),
    "RequestRejected": ("The server refused the request.", "The prompt and every setting are kept: change them and run it again."),
    "AuthenticationFailed": ("The key was refused: open Settings and give another.", "The local model answers without one."),
    "PaymentRequired": ("The credits do not cover this request.", "max_tokens stands in the sidebar under Length and stop; free models end in :free."),
    "Forbidden": ("The request is not allowed.", "Nothing of it is lost."),
    "NotFound": ("The model, or a provider for it, was not found.", "The Model and routing group of the sidebar holds both."),
    "RateLimited": ("Too many requests.", "Nothing was billed; run it again then, or choose another model."),
    "UpstreamTimeout": ("The provider took too long; it may have been billed.", "Run it again, or choose another provider."),
    "ProviderFailed": ("The provider failed.", "What had come is kept."),
    "StoreError": ("The database failed.", "What was stored before is safe; try again."),
    "StoreUnavailable": ("The database cannot be written.", "Free some space, or close what holds it; what is on the screen is kept and written then."),
    "DatabaseRefused": ("The database cannot be used and was left as it is.", "Move it away, or name another one in PARLEY_DATABASE_URL."),
    "Conflict": ("The session was changed elsewhere.", "Reload the page to see that change."),
    "Missing": ("That is no longer there.", "It may have been deleted in another tab."),
    "LocalModelError": ("The local model cannot run.", "Try again, or connect OpenRouter in Settings."),
    "WeightsUnavailable": (
        "The local model's weights could not be fetched.",
        "Check the network, or name a .gguf file in PARLEY_MODEL; with a key, OpenRouter's models answer without them.",
    ),
    "EngineFailed": ("The local model's engine failed.", "Try again, or connect OpenRouter in Settings."),
}  # fmt: skip


def sentence(failure: Failure | ParleyError, request: ChatRequest | None = None) -> str:
    """What failed and what to do, in at most a few sentences of plain text.

    With the request that failed, a model that was not found comes with the filters that may have left it no provider.
    """
    kinds = [failure.kind] if isinstance(failure, Failure) else [cls.__name__ for cls in type(failure).__mro__]
    what, advice = next((_WORDS[kind] for kind in kinds if kind in _WORDS), _WORDS["ParleyError"])
    told = " ".join((failure.message if isinstance(failure, Failure) else str(failure)).split()) or what
    filters = filters_of(request) if "NotFound" in kinds else ""
    return " ".join(part for part in (_ended(told), filters, advice) if part)


def affordable_tokens(failure: Failure | UpstreamError) -> int | None:
    """The largest `max_tokens` that the credits cover, where a 402 names it."""
    kind = failure.kind if isinstance(failure, Failure) else type(failure).__name__
    found = _AFFORDABLE.search(failure.message) if kind == "PaymentRequired" else None
    return int(found[1] or found[2]) if found else None


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
    st.warning(plain(notice), icon=":material/info:")


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
