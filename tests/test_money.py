from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.figures import milliseconds
from parley.money import Booked, Money, amount, booked_of, dollars, money_of

SUMS = st.decimals(min_value=0, max_value=10**6, places=12)


@given(st.builds(Money, estimate=SUMS | st.none(), reported=SUMS | st.none(), audited=SUMS | st.none()))
def test_money_survives_json_to_the_last_digit(money):
    assert Money.model_validate_json(money.model_dump_json()) == money


@pytest.mark.parametrize(
    ("known", "best"),
    [
        ({}, None),
        ({"estimate": "0.1"}, (Decimal("0.1"), "estimate")),
        ({"estimate": "0.1", "reported": "0"}, (Decimal(0), "reported")),
        ({"reported": "0.2", "audited": "0.3"}, (Decimal("0.3"), "audited")),
    ],
)
def test_the_best_figure_is_the_most_trustworthy_known_one(known, best):
    assert Money(**known).best == best


def test_the_credits_taken_are_what_the_answer_reports():
    usage = {"cost": 0.000042, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.00004}}
    assert money_of(usage) == Money(reported=Decimal("0.000042"))


def test_with_ones_own_key_the_providers_bill_stands_apart():
    usage = {"cost": 0, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.0123}}
    assert money_of(usage) == Money(reported=Decimal(0), upstream=Decimal("0.0123"))


@pytest.mark.parametrize("usage", [None, {}, {"cost": None, "cost_details": None}, {"cost": "-1"}, {"cost": "?"}])
def test_what_is_not_said_stays_unknown(usage):
    assert money_of(usage) == Money()


ENDLESS = pytest.param(10**5000, id="5001 digits")
"""More digits than Python writes as text."""
ODD = [None, "-1", -1, "nan", "Infinity", "", "free", True, [], {}, 1e300, "1e999999", "1e-999999", ENDLESS]


@pytest.mark.parametrize("raw", ODD)
def test_what_is_no_price_is_unknown(raw):
    assert amount(raw) is None


@pytest.mark.parametrize("cost", [1e300, "1e999999", -5, None])
def test_a_booking_that_cannot_be_is_none(cost):
    assert booked_of({"total_cost": cost}) is None


@pytest.mark.parametrize("count", [-5, pytest.param(10**400, id="huge"), 1.5, float("nan"), "7", True])
def test_booked_tokens_that_cannot_be_are_unknown(count):
    said = {"total_cost": "0.1", "native_tokens_prompt": count, "native_tokens_completion": 7}
    assert booked_of(said) == Booked(cost=Decimal("0.1"), completion_tokens=7)


@pytest.mark.parametrize(
    ("sum_", "text"),
    [
        (None, "unknown"),
        ("0", "$0"),
        ("0.00", "$0"),
        ("0.000042", "$0.000042"),
        ("4.2E-10", "$0.00000000042"),
        ("0.0012345", "$0.001234"),
        ("0.1", "$0.10"),
        ("0.99999", "$1.00"),
        ("1.005", "$1.00"),
        ("1234567.891", "$1,234,567.89"),
        ("-0.025", "-$0.025"),
    ],
)
def test_sums_read_as_people_write_them(sum_, text):
    assert dollars(None if sum_ is None else Decimal(sum_)) == text


@pytest.mark.parametrize("sum_", ["1E+900000", "1E+999999", "-1E+30", "1E-900000", "NaN"])
def test_a_sum_beyond_all_costs_is_unknown_wherever_it_is_read(sum_):
    assert Money(reported=sum_, audited=Decimal(sum_)).best is None


@given(st.decimals(min_value="1e-18", max_value=10**9))
def test_a_positive_sum_never_looks_like_nothing(sum_):
    assert dollars(sum_).strip("$0.,") != ""


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (None, "unknown"),
        (0, "0 ms"),
        (340.2, "340 ms"),
        (999.6, "1.0 s"),
        (1234, "1.2 s"),
        (59_949, "59.9 s"),
        (59_960, "1 min 0 s"),
        (125_000, "2 min 5 s"),
    ],
)
def test_times_read_as_people_say_them(ms, text):
    assert milliseconds(ms) == text
