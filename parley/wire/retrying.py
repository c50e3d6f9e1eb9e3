"""When to ask again. There is no idempotency key: a repeated request may be billed twice, so only a clear no is repeated."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from parley.errors import ApiError, ConnectionFailed, UpstreamError
from parley.wire.exchange import Clocks

RETRIED = frozenset({429, 502, 503, 529})
REFUSED = "refused"
"""The code of a ConnectionFailed whose port answered that nobody listens: nothing can have been sent."""

_LONGEST_PAUSE = 8.0
_BOOKING = (1, 2, 4, 6, 10)
_RESET = "x-ratelimit-reset"


def pause(error: UpstreamError, attempt: int, clocks: Clocks) -> float | None:
    """Seconds to wait before asking again; None where asking again might be billed twice, or would not help."""
    refused = isinstance(error, ConnectionFailed) and error.code == REFUSED
    if not refused and not (isinstance(error, ApiError) and error.status in RETRIED):
        return None
    if error.retry_after is None:
        return float(min(clocks.backoff * 2 ** (attempt - 1), _LONGEST_PAUSE) * random.uniform(0.5, 1.0))
    return error.retry_after + random.uniform(0, clocks.backoff) if error.retry_after <= clocks.longest_wait else None


def booking_pauses(clocks: Clocks) -> Iterator[float]:
    """Seconds to wait before asking again, and again, for an answer that is not booked yet; without an end."""
    yield from (clocks.backoff * times for times in _BOOKING)
    while True:
        yield clocks.backoff * _BOOKING[-1]


def named_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the headers ask us to wait: Retry-After as seconds or date, else OpenRouter's reset in epoch milliseconds."""
    told = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", told):
        return float(told)
    if told:
        return _until(told, now)
    reset = headers.get(_RESET, "").strip()
    return max(0.0, int(reset) / 1000 - now.timestamp()) if re.fullmatch(r"\d{12,14}", reset) else None


def _until(date: str, now: datetime) -> float | None:
    try:
        when = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
