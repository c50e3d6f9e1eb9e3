import errno
import inspect
import socket
import ssl

import pytest
from streamlit.testing.v1 import AppTest

from components.notices import filters_of, sentence
from parley import errors
from parley.errors import DatabaseRefused, NotFound, ParleyError, RateLimited, StreamBroken, WeightsUnavailable
from parley.local.weights import INSTEAD
from parley.notebook import Failure
from parley.request import ChatRequest
from parley.wire.exchange import Clocks
from parley.wire.failures import api_error, ended_in_error
from parley.wire.unreached import connection_failed, out_of_time

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, ParleyError)]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_has_words_of_its_own_and_says_what_to_do(cls):
    told = sentence(Failure(kind=cls.__name__, message=""))
    assert told.count(".") >= 2
    assert cls is ParleyError or told != sentence(Failure(kind="ParleyError", message=""))


def test_what_the_server_said_comes_first():
    assert sentence(RateLimited("Google limits the rate\nof requests")).startswith(
        "Google limits the rate of requests. "
    )


def test_an_error_that_is_not_ours_is_told_without_its_class():
    told = sentence(Failure(kind="ZeroDivisionError", message="Parley itself failed while reading this answer."))
    assert told == "Parley itself failed while reading this answer. Try again."


def test_a_new_class_is_worded_like_its_parent():
    class Stranger(NotFound):
        pass

    assert sentence(Stranger("Gone.")) == sentence(NotFound("Gone."))


def test_a_model_without_endpoints_comes_with_the_filters_in_force():
    request = ChatRequest(model="a/b", provider={"zdr": True, "only": ["openai"], "sort": "price"})
    told = sentence(Failure(kind="NotFound", message="No endpoints found."), request)
    assert "Filters in force: only = openai, zdr = true." in told
    assert filters_of(ChatRequest(model="a/b")) == filters_of(None) == ""


def refused(status, **error):
    return api_error({"code": status, **error}, status=status)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            api_error({"code": 429}, retry_after=30),
            "The server limits the rate of requests: try again in 30 s. Nothing was billed; another model may answer at once.",
        ),
        (refused(500), "The server failed: try again, or choose another model or provider."),
        (
            refused(402, message="You can only afford 27342."),
            "The credits do not cover this request (You can only afford 27342): add credits or set max_completion_tokens to "
            "27342 or less. That field stands in the sidebar under Length and stop. Models whose names end in :free cost nothing.",
        ),
        (
            api_error({"code": 401}, keyless=True),
            "The server wants an API key: add one in Settings. The local model answers without one.",
        ),
        (
            out_of_time("connect", Clocks(connect=10)),
            "No connection within 10 s: check the network and the base URL; nothing was sent. The limit is “Connect” on the "
            "Settings page, under Patience.",
        ),
        (
            StreamBroken("The connection broke before the end of the answer: what came is kept."),
            "The connection broke before the end of the answer: what came is kept. Run it again for a whole answer.",
        ),
        (
            DatabaseRefused("/a belongs to another program. Name another file. It is left as it is.", path="/a"),
            "/a belongs to another program. Name another file. It is left as it is.",
        ),
        (
            WeightsUnavailable(f"Install pip. {INSTEAD}"),
            f"Install pip. {INSTEAD}",
        ),
    ],
    ids=lambda one: type(one).__name__,
)
def test_the_failure_speaks_first_and_the_screen_adds_only_what_it_left_open(error, told):
    assert sentence(error) == told


UNREACHED = [
    socket.gaierror(),
    ssl.SSLCertVerificationError(),
    ssl.SSLError(),
    OSError(errno.ECONNREFUSED, ""),
    OSError(),
]
EVERY_FAILURE = [
    *(refused(status) for status in (400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 529)),
    *(out_of_time(clock, Clocks()) for clock in ("connect", "first event", "idle", "total", "lookup")),
    *(connection_failed(cause, "api.example") for cause in UNREACHED),
    ended_in_error("broken", None),
]


@pytest.mark.parametrize("error", EVERY_FAILURE, ids=str)
def test_no_advice_is_given_twice(error):
    told = sentence(error).lower()
    for word in ("again", "billed", "base url", "another model", "kept", "in settings", "change", "offline", "network"):
        assert told.count(word) <= 1, word


@pytest.mark.parametrize("error", EVERY_FAILURE, ids=str)
def test_nothing_is_said_to_be_kept_that_may_not_have_come(error):
    assert "What had come" not in sentence(error)


def test_a_page_says_it_in_plain_text():
    def script():
        from components.notices import explain, say
        from parley.errors import RequestError

        explain(RequestError("![a](https://evil.example)", problems=["temperature: 3 is over 2", ":red[b]"]))
        say("# Both changes are kept.")

    page = AppTest.from_function(script).run()
    assert not page.exception
    assert "![" not in page.error[0].value
    assert page.error[0].value.splitlines()[-2:] == ["- temperature: 3 is over 2", "- \\:red\\[b\\]"]
    assert page.warning[0].value == "\\# Both changes are kept."
