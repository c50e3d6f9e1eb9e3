from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import errors
from parley.wire.failures import api_error, response_error
from parley.wire.redaction import SHOWN, redact

KEYS = [
    "sk-or-v1-0123456789abcdef",
    "sk-proj-ABC_def-123456",
    "sk-abc***********xyz",
    "Bearer abcdef123456",
    "gsk_12345678abc",
    "AIzaSyA-1234567890abc",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "message", "metadata", "raw", "availability", "error_type", "reasons", "x"]), inner
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(("status", "kind"), [
    (400, errors.RequestRejected), (401, errors.AuthenticationFailed), (402, errors.PaymentRequired), (403, errors.Forbidden),
    (404, errors.NotFound), (408, errors.UpstreamTimeout), (410, errors.RequestRejected), (412, errors.RequestRejected),
    (413, errors.RequestRejected), (418, errors.RequestRejected), (422, errors.RequestRejected), (429, errors.RateLimited),
    (500, errors.ProviderFailed), (502, errors.ProviderFailed), (503, errors.ProviderFailed), (504, errors.UpstreamTimeout),
    (524, errors.UpstreamTimeout), (529, errors.ProviderFailed),
])  # fmt: skip
@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><title>Oops</title></html>",
        '{"error": {"message": "why"}}',
        '{"error": "why"}',
        '{"message": "why"}',
        "[]",
        "null",
    ],
)
def test_every_status_has_its_class_whatever_the_body(status: int, kind: type[errors.ApiError], body: str) -> None:
    error = response_error(body, status=status)
    assert type(error) is kind
    assert error.status == status
    assert str(error).endswith(".")
    assert ("why" in str(error)) == ("why" in body)


@pytest.mark.parametrize(("code", "kind"), [
    (429, errors.RateLimited), ("429", errors.RateLimited), ("server_error", errors.ProviderFailed), (None, errors.ProviderFailed),
    (True, errors.ProviderFailed), (10**40, errors.ProviderFailed), ("no_endpoints", errors.NotFound), ({}, errors.ProviderFailed),
])  # fmt: skip
def test_the_code_may_be_a_number_a_word_or_nonsense(code: Any, kind: type[errors.ApiError]) -> None:
    assert type(api_error({"code": code, "message": "m"}, status=200)) is kind


def test_the_providers_own_words_are_dug_out() -> None:
    inner = json.dumps({"error": {"message": "too hot", "type": "x"}})
    for raw in (
        "too hot",
        inner,
        {"error": "too hot"},
        [{"error": {"message": "too hot"}}],
        json.dumps({"error": inner}),
    ):
        error = api_error(
            {"code": 400, "message": "Provider returned error", "metadata": {"raw": raw, "provider_name": "Acme"}}
        )
        assert str(error) == "Acme refused the request (too hot): change it and send it again."
        assert error.provider == "Acme"


def test_what_can_be_afforded_is_said() -> None:
    error = api_error({"code": 402, "message": "You requested 32000 tokens, but can only afford 27342."})
    assert "max_completion_tokens to 27342 or less" in str(error)


def test_moderation_and_filters_are_named() -> None:
    assert "flagged for violence, hate" in str(
        api_error({"code": 403, "message": "no", "metadata": {"reasons": ["violence", "hate"]}})
    )
    availability = {"code": "no_endpoints", "excluded_by": ["data_policy:zdr"], "retry_after": 7}
    error = api_error({"message": "none left", "availability": availability})
    assert isinstance(error, errors.NotFound)
    assert "left out by data_policy:zdr" in str(error)
    assert (error.code, error.retry_after, error.metadata["availability"]) == ("no_endpoints", 7.0, availability)


def test_a_wait_that_the_server_named_is_told() -> None:
    assert "try again in 90 s" in str(api_error({"code": 429}, retry_after=90))
    assert "try again in 60 min" in str(api_error({"code": 429}, retry_after=3600))


@pytest.mark.parametrize("key", KEYS)
def test_no_key_is_in_the_words_or_the_metadata(key: str) -> None:
    error = api_error(
        {"code": 401, "message": f"Incorrect key: {key}.", "metadata": {"raw": f"bad {key}", "x": [{key: key}]}}
    )
    assert key not in str(error) + repr(error.metadata)
    assert redact(f"so {key} was refused") == "so [key removed] was refused"


def test_long_words_of_a_provider_are_cut() -> None:
    error = response_error(json.dumps({"error": {"code": 400, "message": "long\n" * 1000}}), status=400)
    assert len(str(error)) < SHOWN + 100
    assert "\n" not in str(error)


@pytest.mark.parametrize("opening", ["<title", "<title ", "<"])
def test_a_page_of_tags_that_never_close_is_read_in_no_time(opening: str) -> None:
    said = {str(response_error(opening * 16_000, status=502)) for _ in range(100)}
    assert len(said) == 1
    assert "Gone" in str(response_error(opening * 9 + "<title x>Gone</title>", status=502))


@given(JSON, st.sampled_from([None, 200, 400, 503, 302]))
def test_any_json_makes_an_error_and_no_exception(error: Any, status: int | None) -> None:
    made = api_error(error, status=status)
    assert isinstance(made, errors.ApiError)
    assert len(str(made)) < 2 * SHOWN
    assert json.dumps(made.metadata).encode()


@given(st.text() | JSON.map(json.dumps))
def test_any_body_makes_an_error(body: str) -> None:
    assert isinstance(response_error(body, status=500), errors.ApiError)
