"""Everything Parley raises on purpose, as one tree.

    ParleyError
    ├── SettingsError           the environment or a setting is wrong: fix it and start again
    ├── RequestError            a request that must not be sent; `.problems` names each field, value and range
    ├── OverBudget              it may cost more than is left of a cap; `.rest` is what was not sent
    ├── KeyInside               what was about to leave holds a key at hand; nothing left
    ├── Unopenable              a file of a session that nobody could open again; it was not made
    ├── NotARequest             a pasted text that no request can be read from; `.line` and `.column` where one is known
    ├── NotASession             a file that no session can be read from; it says what was expected
    ├── NotAttachable           a file that no message can carry; it names the file, and says what to do
    ├── UpstreamError           a model server, or the way to it, failed; carries what is known of the answer
    │   ├── ConnectionFailed    nobody was reached (name, port, TLS, proxy): nothing was billed, safe to retry
    │   ├── AnswerTimeout       one of our clocks ran out; `.clock` says which; it may have been billed
    │   ├── StreamBroken        the answer ended without a terminal marker: what came before it is kept
    │   ├── AnswerTooLarge      a cap on size was reached: what came before it is kept
    │   ├── NotAModelApi        something answered, but not with a chat completion
    │   └── ApiError            the server said no, in an error envelope or by its status
    │       ├── RequestRejected       400, 410, 412, 413, 422: change the request
    │       ├── AuthenticationFailed  401: no key, or a wrong one
    │       ├── PaymentRequired       402: no credits, or max_tokens that they do not cover
    │       ├── Forbidden             403: moderation, guardrail, region
    │       ├── NotFound              404: model gone, or no endpoint left after filters
    │       ├── RateLimited           429: wait `.retry_after` seconds
    │       ├── UpstreamTimeout       408, 504, 524: retry once, it may have been billed
    │       └── ProviderFailed        5xx and failures inside a stream: retry
    ├── StoreError              the database said no
    │   ├── StoreUnavailable    locked, full, read-only: nothing stored is hurt, try again
    │   ├── DatabaseRefused     not ours, newer than we are, or corrupt: `.path` is left untouched
    │   ├── Conflict            the session was changed elsewhere since it was read
    │   └── Missing             no such row for this owner
    └── LocalModelError         the embedded model cannot run
        ├── WeightsUnavailable  the weights could not be fetched or are not the ones expected
        └── EngineFailed        llama.cpp would not load or answer

Catch ParleyError at the edge of a screen, UpstreamError around a run, the narrowest class anywhere else.
No message ever holds a key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class ParleyError(Exception):
    """Base of all; `str(error)` is a sentence that can be shown to a person."""


class SettingsError(ParleyError):
    """The environment holds a value that Parley cannot work with."""


class RequestError(ParleyError):
    """A request that must not be sent."""

    def __init__(self, message: str, problems: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class OverBudget(ParleyError):
    """One of several requests that are sent one after another may cost more than is left; it and those after it were not sent."""

    def __init__(self, message: str, rest: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.rest = tuple(rest)


class KeyInside(ParleyError):
    """A file or a link that would have carried a key at hand; it was not made."""


class Unopenable(ParleyError):
    """A file of a session that would be refused when it is opened again; it was not made."""


class NotARequest(ParleyError):
    """A pasted text that no request can be read from; it says what was expected, and never shows what was pasted.

    `line` and `column` count from 1, in the text or, for a body inside a command, in that body.
    """

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class NotASession(ParleyError):
    """A file that no session can be read from: foreign, broken, too large, nested too deeply, or newer than this Parley."""


class NotAttachable(ParleyError):
    """A file that no message can carry: too large, damaged, empty, or of a kind that no model takes."""


class UpstreamError(ParleyError):
    """A model server, or the way to it, failed.

    `status` is the HTTP status, `code` what the error envelope says (an integer, or a word), `provider` the display name
    of the provider behind OpenRouter, `metadata` the envelope's own, `generation_id` what GET /generation wants,
    `retry_after` seconds to wait where the server named them.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | str | None = None,
        provider: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        generation_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.provider = provider
        self.metadata: dict[str, Any] = dict(metadata or {})
        self.generation_id = generation_id
        self.retry_after = retry_after

    @property
    def message(self) -> str:
        return str(self)


class ConnectionFailed(UpstreamError):
    """Nobody was reached: safe to retry."""


class AnswerTimeout(UpstreamError):
    """One of our clocks ran out: `connect`, `first event`, `idle`, `total` or, for lists and keys, `lookup`."""

    def __init__(self, message: str, *, clock: str, **known: Any) -> None:
        super().__init__(message, **known)
        self.clock = clock


class StreamBroken(UpstreamError):
    """The answer ended without a terminal marker."""


class AnswerTooLarge(UpstreamError):
    """A cap on the size of an answer was reached."""


class NotAModelApi(UpstreamError):
    """Something answered, but not with a chat completion."""


class ApiError(UpstreamError):
    """The server said no."""


class RequestRejected(ApiError):
    """400, 410, 412, 413, 422: change the request."""


class AuthenticationFailed(ApiError):
    """401: no key, or a wrong one."""


class PaymentRequired(ApiError):
    """402: no credits, or `max_tokens` that they do not cover."""


class Forbidden(ApiError):
    """403: moderation, guardrail, region or firewall."""


class NotFound(ApiError):
    """404: the model is gone, or no endpoint is left after filters."""


class RateLimited(ApiError):
    """429: wait `retry_after` seconds."""


class UpstreamTimeout(ApiError):
    """408, 504, 524: the provider took too long."""


class ProviderFailed(ApiError):
    """5xx, 529, and failures reported inside a stream."""


class StoreError(ParleyError):
    """The database said no."""


class StoreUnavailable(StoreError):
    """Locked, full or read-only: what is stored is safe."""


class DatabaseRefused(StoreError):
    """A database that is not ours, newer than we are, or corrupt; it is left as it is."""

    def __init__(self, message: str, *, path: str) -> None:
        super().__init__(message)
        self.path = path


class Conflict(StoreError):
    """The session was changed elsewhere since it was read."""


class Missing(StoreError):
    """No such row for this owner."""


class LocalModelError(ParleyError):
    """The embedded model cannot run."""


class WeightsUnavailable(LocalModelError):
    """The weights could not be fetched, or are not the ones expected."""


class EngineFailed(LocalModelError):
    """llama.cpp would not load or would not answer."""
