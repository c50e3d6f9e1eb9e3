"""Refusals in every shape that was seen, as the narrowest error with one sentence a person can act on.

Source: OpenRouter's guide on errors and debugging, and recorded answers: the envelope's code may be a number, a word or missing, the
provider's own words may be text or JSON inside text, and a firewall answers in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from parley.errors import (
    ApiError,
    AuthenticationFailed,
    Forbidden,
    NotFound,
    PaymentRequired,
    ProviderFailed,
    RateLimited,
    RequestRejected,
    UpstreamTimeout,
)
from parley.wire.json_text import Unreadable, loads, scrubbed
from parley.wire.redaction import redacted, shown

Json = Mapping[str, Any]


class _Kind(NamedTuple):
    error: type[ApiError]
    happened: str
    advice: str


_REJECTED = _Kind(RequestRejected, "{who} refused the request", "change it and send it again")
_TIMEOUT = _Kind(UpstreamTimeout, "{who} took too long", "try again; the first try may have been billed")
_FAILED = _Kind(ProviderFailed, "{who} failed", "try again, or choose another model or provider")
_KEYLESS = _Kind(AuthenticationFailed, "The server wants an API key", "add one in Settings")
_KINDS = {
    400: _REJECTED,
    401: _Kind(AuthenticationFailed, "The API key was refused", "check the key in Settings"),
    402: _Kind(PaymentRequired, "The credits do not cover this request", "add credits or lower max_completion_tokens"),
    403: _Kind(Forbidden, "{who} does not allow this request", "change the prompt, the model or the provider"),
    404: _Kind(NotFound, "The model, or an endpoint for it, was not found", "check its name and your provider filters"),
    408: _TIMEOUT,
    410: _REJECTED,
    412: _REJECTED,
    413: _Kind(RequestRejected, "The request is too large", "shorten it or send smaller attachments"),
    422: _REJECTED,
    429: _Kind(RateLimited, "{who} limits the rate of requests", "wait and try again"),
    502: _FAILED,
    503: _Kind(ProviderFailed, "{who} is not available", "try again, or choose another model or provider"),
    504: _TIMEOUT,
    524: _TIMEOUT,
    529: _Kind(ProviderFailed, "{who} is overloaded", "try again in a moment"),
}
_WORDS = {
    "authentication": 401,
    "invalid_api_key": 401,
    "payment_required": 402,
    "insufficient_quota": 402,
    "permission_denied": 403,
    "content_policy_violation": 403,
    "refusal": 403,
    "region_restricted": 403,
    "not_found": 404,
    "image_not_found": 400,
    "model_not_found": 404,
    "wrong_endpoint": 404,
    "no_endpoints": 404,
    "model_deprecated": 404,
    "privacy_restricted": 404,
    "constraint_filtered": 404,
    "free_variant_ended": 404,
    "rate_limit_exceeded": 429,
    "capacity_exhausted": 429,
    "provider_overloaded": 529,
    "provider_unavailable": 503,
    "model_unavailable_upstream": 503,
    "temporarily_unavailable": 503,
    "timeout": 504,
    "payload_too_large": 413,
    "image_too_large": 413,
    "server": 500,
    "server_error": 500,
    "precondition_failed": 412,
    "unprocessable": 422,
    **dict.fromkeys(("context_length_exceeded", "max_tokens_exceeded", "token_limit_exceeded", "string_too_long"), 400),
    **dict.fromkeys(("invalid_request", "invalid_request_error", "invalid_prompt", "invalid_image"), 400),
    **dict.fromkeys(("image_too_small", "unsupported_image_format", "image_download_failed"), 400),
}
_NAMES_NOTHING = frozenset({"provider returned error", "error", "upstream error", "internal server error", ""})
_AFFORDABLE = re.compile(r"can only afford (\d{1,12})")
_TITLE = re.compile(r"<title[^<>]*>([^<]{1,200})", re.IGNORECASE)


def find_error(body: object) -> object | None:
    """What an answer or chunk holds as its error, wherever it stands; None where all is well."""
    if not isinstance(body, dict):
        return None
    found = body.get("error")
    for choice in () if found else _dicts(body.get("choices")):
        for place in (choice, choice.get("delta"), choice.get("message")):
            found = found or (isinstance(place, dict) and place.get("error"))
    return found or None


def api_error(
    error: object,
    *,
    status: int | None = None,
    generation_id: str | None = None,
    retry_after: float | None = None,
    keyless: bool = False,
) -> ApiError:
    """The error for an `error` object, text or whatever else stood in its place.

    `status` is the HTTP status it came with, `retry_after` what the headers said, in seconds; `keyless` when no key was sent.
    """
    told: Json = redacted(scrubbed(error)) if isinstance(error, dict) else {"message": _text(error)}
    metadata = _metadata(told)
    code = _code(told, metadata)
    provider = metadata.get("provider_name")
    provider = provider if isinstance(provider, str) and provider else None
    kind = _kind(_number(code, status, told, metadata))
    kind = _KEYLESS if keyless and kind.error is AuthenticationFailed else kind
    wait = retry_after if retry_after is not None else _named_wait(told)
    return kind.error(
        _sentence(kind, provider, _detail(told, metadata), wait),
        status=status,
        code=code,
        provider=provider,
        metadata=metadata,
        generation_id=generation_id,
        retry_after=wait,
    )


def response_error(text: str, **known: Any) -> ApiError:
    """The error for an answer whose HTTP status says no, whatever its body is; `known` is what `api_error` takes."""
    try:
        body = loads(text)
    except Unreadable:
        body = None
    if isinstance(body, dict):
        error = find_error(body) or {key: body[key] for key in ("message", "detail", "code") if body.get(key)}
    else:
        error = body if body is not None else _page(text)
    return api_error(error, **known)


def ended_in_error(native: str | None, generation_id: str | None) -> ApiError:
    """The error for an answer that ended in `error`, or natively in a failure, without an error object."""
    reason = f" ({shown(native)})" if native else ""
    return ProviderFailed(
        f"The provider broke off the answer{reason}: try again, or choose another model or provider.",
        status=200,
        code=native,
        generation_id=generation_id,
    )


def _kind(number: int) -> _Kind:
    if number in _KINDS:
        return _KINDS[number]
    return _REJECTED if 400 <= number < 500 else _FAILED


def _number(code: object, status: int | None, told: Json, metadata: Json) -> int:
    for candidate in (code, status, told.get("http_status")):
        if isinstance(candidate, int) and 400 <= candidate <= 599:
            return candidate
    words = (metadata.get("error_type"), told.get("error_type"), code, told.get("type"))
    known = (_WORDS[word] for word in words if isinstance(word, str) and word in _WORDS)
    availability = _part(told, "availability").get("code")
    return next(known, _WORDS.get(availability, 500) if isinstance(availability, str) else 500)


def _code(told: Json, metadata: Json) -> int | str | None:
    code = told.get("code")
    if isinstance(code, str) and code.strip().isdecimal() and len(code) < 10:
        return int(code)
    if isinstance(code, str) and code:
        return shown(code)
    if isinstance(code, int) and not isinstance(code, bool) and abs(code) < 2**31:
        return code
    words = (
        _part(told, "availability").get("code"),
        metadata.get("error_type"),
        told.get("error_type"),
        told.get("type"),
    )
    return next((shown(word) for word in words if isinstance(word, str) and word), None)


def _metadata(told: Json) -> dict[str, Any]:
    metadata = dict(_part(told, "metadata"))
    for name in ("availability", "error_type"):
        if told.get(name) and name not in metadata:
            metadata[name] = told[name]
    return metadata


def _detail(told: Json, metadata: Json) -> str:
    message = shown(_text(told.get("message") or told.get("detail")))
    if message.lower().rstrip(".") in _NAMES_NOTHING:
        message = shown(_innermost(metadata.get("raw"))) or message
    reasons = [shown(_text(word)) for word in _texts(metadata.get("reasons"))]
    filters = [shown(word) for word in _texts(_part(told, "availability").get("excluded_by"))]
    extra = [f"flagged for {', '.join(reasons)}"] * bool(reasons) + [f"left out by {', '.join(filters)}"] * bool(
        filters
    )
    return "; ".join(part.rstrip(". ") for part in (message, *extra) if part)


def _innermost(raw: object, depth: int = 8) -> str:
    """The provider's own sentence inside its JSON, or inside JSON that is written as text."""
    if isinstance(raw, str):
        try:
            value = loads(raw) if raw.lstrip()[:1] in ("{", "[") and depth else None
        except Unreadable:
            value = None
        return _innermost(value, depth - 1) if value else raw
    if isinstance(raw, list):
        return next((found for item in raw[:10] if (found := _innermost(item, depth - 1))), "") if depth else ""
    if isinstance(raw, dict) and depth:
        inside = (raw.get(key) for key in ("error", "message", "detail", "raw", "msg", "errors"))
        return next((found for value in inside if value and (found := _innermost(value, depth - 1))), "")
    return ""


def _sentence(kind: _Kind, provider: str | None, detail: str, wait: float | None) -> str:
    happened = kind.happened.format(who=shown(provider) if provider else "The server")
    advice = kind.advice
    if kind.error is PaymentRequired and (affordable := _AFFORDABLE.search(detail)):
        advice = f"add credits or set max_completion_tokens to {affordable[1]} or less"
    if wait is not None and kind.error is RateLimited:
        advice = f"try again in {in_words(wait)}"
    return f"{happened} ({detail}): {advice}." if detail else f"{happened}: {advice}."


def in_words(seconds: float) -> str:
    """A time to wait, for people."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def _named_wait(told: Json) -> float | None:
    wait = _part(told, "availability").get("retry_after")
    return float(wait) if isinstance(wait, (int, float)) and not isinstance(wait, bool) and 0 <= wait < 10**9 else None


def _page(text: str) -> str:
    title = _TITLE.search(text[:100_000])
    return title[1] if title else text[:2_000]


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(scrubbed(value))
    return "" if value is None or value is True else _innermost(value) or str(scrubbed(value))


def _texts(value: object) -> list[str]:
    return [item for item in value[:10] if isinstance(item, str)] if isinstance(value, list) else []


def _part(told: Json, name: str) -> Json:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _dicts(items: object) -> Iterator[dict[str, Any]]:
    return (item for item in (items if isinstance(items, list) else []) if isinstance(item, dict))
