import inspect

import pytest
from streamlit.testing.v1 import AppTest

from components.notices import affordable_tokens, filters_of, sentence
from parley import errors
from parley.errors import NotFound, ParleyError, PaymentRequired, RateLimited
from parley.notebook import Failure
from parley.request import ChatRequest

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, ParleyError)]
NO_CREDIT = (
    "The credits do not cover this request (but can only afford 27342): add credits or set max_tokens to 27342 or less."
)


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


@pytest.mark.parametrize("failure", [PaymentRequired(NO_CREDIT), Failure(kind="PaymentRequired", message=NO_CREDIT)])
def test_credits_that_cover_fewer_tokens_name_the_number(failure):
    assert affordable_tokens(failure) == 27342


def test_no_other_error_names_a_number_of_tokens():
    assert affordable_tokens(PaymentRequired("No credits.")) is None
    assert affordable_tokens(RateLimited(NO_CREDIT)) is None


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
