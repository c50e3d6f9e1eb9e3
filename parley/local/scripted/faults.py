"""What the other side refuses, with the status and the envelope that OpenRouter refuses it with."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import NoReturn

from parley.local.parts import Refusal
from parley.local.scripted.table import PROVIDER, Asked, Step, scripted_model
from parley.local.scripted.text import written

ASKED_UNLIMITED = 65_536
AFFORDED = 100
MOST_TRIES = 1000
PAGE = """<!DOCTYPE html>
<html><head><title>scripted.example | 502: Bad gateway</title></head>
<body><h1>Bad gateway</h1><p>Scripted, no model runs. This page stands where JSON should be.</p></body></html>
"""


def busy(message: str, raw: str, error_type: str, status: int, wait: float | None = None) -> NoReturn:
    """What a provider answers, with its own words inside."""
    headers = {} if wait is None else {"Retry-After": f"{wait:g}"}
    metadata = {"provider_name": PROVIDER, "raw": raw, "error_type": error_type}
    raise Refusal(status, message, metadata=metadata, headers=headers)


@scripted_model("scripted/fault-rate", "Scripted: OpenRouter's own rate limit")
def rate_limit(asked: Asked) -> Iterator[Step]:
    """Answers 429 with Retry-After and the three X-RateLimit headers, which stand in the error, too. The wait is 2 s; "retry
    in 30 s" changes it, "as a date" or "as nonsense" how Retry-After tells it."""
    wait = asked.seconds("retry in", 2.0)
    limits = {
        "X-RateLimit-Limit": "20",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int((time.time() + wait) * 1000)),
    }
    metadata = {"headers": limits, "provider_name": None, "error_type": "rate_limit_exceeded"}
    raise Refusal(
        429,
        "Rate limit exceeded: scripted-requests-per-min. ",
        metadata=metadata,
        headers=told_wait(asked.prompt, wait, limits),
    )


def told_wait(prompt: str, wait: float, limits: dict[str, str]) -> dict[str, str]:
    """The headers that name the wait; nonsense stands alone, because the other headers would put it right."""
    if "as nonsense" in prompt:
        return {"Retry-After": "soon, perhaps"}
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=wait), usegmt=True)
    return {"Retry-After": date if "as a date" in prompt else f"{wait:g}", **limits}


@scripted_model("scripted/fault-busy", "Scripted: a provider's rate limit")
def busy_provider(asked: Asked) -> Iterator[Step]:
    """Answers 429 in the name of a provider that is busy, without a word of when to come back."""
    raw = "scripted/fault-busy is temporarily rate-limited upstream. Please retry shortly."
    busy("Provider returned error", raw, "rate_limit_exceeded", 429)


@scripted_model("scripted/fault-credits", "Scripted: credits for 100 tokens")
def credits_short(asked: Asked) -> Iterator[Step]:
    """Answers 402 unless max_tokens is at most 100, which the credits cover; then it writes."""
    wanted = asked.limit or ASKED_UNLIMITED
    if wanted > AFFORDED:
        raise Refusal(
            402,
            f"This request requires more credits, or fewer max_tokens. You requested up to {wanted} tokens, but can only "
            f"afford {AFFORDED}. To increase, visit https://openrouter.ai/settings/credits and add more credits",
            metadata={"provider_name": None, "error_type": "payment_required"},
        )
    yield from written(asked.tokens(20), asked.rate(50), asked.first_delay())


@scripted_model("scripted/fault-key", "Scripted: a key that is not known")
def key_unknown(asked: Asked) -> Iterator[Step]:
    """Answers 401, whatever the key."""
    raise Refusal(401, "User not found.", metadata={"error_type": "authentication"})


@scripted_model("scripted/fault-moderation", "Scripted: moderation")
def moderation(asked: Asked) -> Iterator[Step]:
    """Answers 403 with the reasons of a moderation, and the beginning of what it flagged."""
    metadata = {
        "reasons": ["violence", "self-harm"],
        "flagged_input": asked.prompt[:100],
        "provider_name": PROVIDER,
        "model_slug": "scripted/fault-moderation",
        "error_type": "content_policy_violation",
    }
    raise Refusal(403, "scripted/fault-moderation requires moderation. Your input was flagged.", metadata=metadata)


@scripted_model("scripted/fault-region", "Scripted: a country that is not served")
def region(asked: Asked) -> Iterator[Step]:
    """Answers 403 with the provider's own JSON as text inside the error."""
    told = {
        "code": "unsupported_country_region_territory",
        "message": "Country, region, or territory not supported",
        "param": None,
        "type": "request_forbidden",
    }
    busy("Provider returned error", json.dumps({"error": told}), "permission_denied", 403)


@scripted_model("scripted/fault-endpoints", "Scripted: no endpoint left")
def endpoints(asked: Asked) -> Iterator[Step]:
    """Answers 404 and names the filters that left no endpoint: zero data retention, and the price."""
    availability = {
        "code": "privacy_restricted",
        "retryable": False,
        "requested_models": ["scripted/fault-endpoints"],
        "excluded_by": ["data_policy:zdr", "max_price"],
        "docs_url": "https://openrouter.ai/docs/guides/routing/provider-selection",
    }
    raise Refusal(
        404,
        "No endpoints found matching your data policy (Zero data retention).",
        metadata={"error_type": "not_found"},
        beside={"availability": availability},
    )


@scripted_model("scripted/fault-context", "Scripted: a prompt that is too long")
def context(asked: Asked) -> Iterator[Step]:
    """Answers 400, because the prompt is longer than its context of no tokens at all."""
    count = asked.prompt_tokens
    raise Refusal(
        400,
        f"This endpoint's maximum context length is 0 tokens. However, you requested about {count} tokens "
        f"({count} of text input). Please reduce the length of either one, or use the context-compression plugin.",
        metadata={"provider_name": None, "error_type": "context_length_exceeded"},
    )


@scripted_model("scripted/fault-provider", "Scripted: a provider that fails")
def provider(asked: Asked) -> Iterator[Step]:
    """Answers 502 with the provider's words."""
    busy("Provider returned error", "The scripted provider fell over.", "provider_unavailable", 502)


@scripted_model("scripted/fault-unavailable", "Scripted: nobody available")
def unavailable(asked: Asked) -> Iterator[Step]:
    """Answers 503 with Retry-After: 1 s, or as in "retry in 30 s"."""
    wait = asked.seconds("retry in", 1.0)
    busy("No instances available", "All scripted instances are down.", "provider_unavailable", 503, wait)


@scripted_model("scripted/fault-overloaded", "Scripted: an overloaded provider")
def overloaded(asked: Asked) -> Iterator[Step]:
    """Answers 529."""
    busy("Provider returned error", "Overloaded", "provider_overloaded", 529)


@scripted_model("scripted/fault-timeout", "Scripted: a provider that takes too long")
def timeout(asked: Asked) -> Iterator[Step]:
    """Answers 504."""
    busy("The operation was aborted due to timeout", "no answer within the limit", "timeout", 504)


@scripted_model("scripted/fault-status", "Scripted: any status that says no")
def any_status(asked: Asked) -> Iterator[Step]:
    """Answers with the HTTP status you name, from 400 to 599: "status 422". Without a number it is 500."""
    status = asked.status(500)
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "A status without a name"
    raise Refusal(status, f"{phrase}, as asked")


@scripted_model("scripted/fault-flapping", "Scripted: a server that comes and goes")
def flapping(asked: Asked) -> Iterator[Step]:
    """Answers 503 twice and writes the third time, for each prompt anew: two retries bring the answer."""
    if len(_TRIES) > MOST_TRIES:
        _TRIES.clear()
    _TRIES[asked.prompt] += 1
    if _TRIES[asked.prompt] % 3:
        busy("No instances available", "The scripted instance restarts.", "provider_unavailable", 503)
    del _TRIES[asked.prompt]
    yield from written(asked.tokens(20), asked.rate(50), asked.first_delay())


_TRIES = Counter[str]()


@scripted_model("scripted/fault-redirect", "Scripted: a redirect")
def redirect(asked: Asked) -> Iterator[Step]:
    """Answers 307 and names another host, where a client that followed would carry its key and the prompt."""
    raise Refusal(307, "Moved", headers={"Location": "https://elsewhere.example/api/v1/chat/completions"})


@scripted_model("scripted/fault-error", "Scripted: nothing but an error with status 200")
def error_alone(asked: Asked) -> Iterator[Step]:
    """Answers 200 with a plain body that holds an error and nothing else, streamed or not."""
    raise Refusal(200, "The scripted provider fell over.", metadata={"provider_name": PROVIDER, "error_type": "server"})


@scripted_model("scripted/fault-nothing", "Scripted: an empty body with status 200")
def nothing(asked: Asked) -> Iterator[Step]:
    """Answers 200 and sends not a byte of a body."""
    raise Refusal(200, "Nothing", page="")


@scripted_model("scripted/fault-gateway", "Scripted: HTML with status 502")
def bad_gateway(asked: Asked) -> Iterator[Step]:
    """Answers 502 with a web page, as the network in front of a server does when the server is gone."""
    raise Refusal(502, "Bad gateway", page=PAGE)


@scripted_model("scripted/fault-page", "Scripted: HTML with status 200")
def page(asked: Asked) -> Iterator[Step]:
    """Answers 200 with a web page, as a hotel's login does, or a base URL that is wrong."""
    raise Refusal(200, "A page", page=PAGE)
