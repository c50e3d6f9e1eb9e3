from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.reply import Usage

NUMBERS = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.lists(st.integers())
NAMES = st.sampled_from(
    [*Usage.model_fields, "upstream_inference_cost", "cached_tokens", "reasoning_tokens", "new", "model_dump", ""]
)
USAGES = st.dictionaries(NAMES, NUMBERS | st.dictionaries(NAMES, NUMBERS))


@pytest.mark.parametrize("cost", [0, Decimal("0.00165"), Decimal("1E-7"), Decimal("12.5000"), "0.25", 0.5])
def test_a_cost_is_exact_and_survives_json(cost: Any) -> None:
    usage = Usage.model_validate({"cost": cost})
    assert usage.cost == Decimal(str(cost))
    assert Usage.model_validate_json(usage.model_dump_json()).cost == usage.cost


@pytest.mark.parametrize(
    "cost", [-1, "-1", True, "free", [], {}, Decimal("NaN"), float("inf"), "1e400", "1e-400", None]
)
def test_what_is_no_cost_is_unknown(cost: Any) -> None:
    assert Usage.model_validate({"cost": cost}).cost is None


@pytest.mark.parametrize(
    ("told", "count"), [(7, 7), (7.0, 7), (0, 0), (-3, None), (1.5, None), (True, None), ("7", None), (10**400, None)]
)
def test_a_count_is_a_whole_number_of_tokens(told: Any, count: int | None) -> None:
    assert Usage.model_validate({"prompt_tokens": told}).prompt_tokens == count


def test_details_may_be_null_and_additions_are_kept() -> None:
    usage = Usage.model_validate(
        {"prompt_tokens_details": None, "cost_details": {"new": Decimal("0.5")}, "later": {"a": [Decimal(1)]}}
    )
    assert usage.prompt_tokens_details is None
    assert usage.model_dump(exclude_unset=True)["cost_details"] == {"new": 0.5}
    assert usage.model_extra == {"later": {"a": [1.0]}}


@given(USAGES)
def test_any_usage_is_read_and_survives_json(told: dict[str, Any]) -> None:
    usage = Usage.model_validate(told)
    assert Usage.model_validate_json(usage.model_dump_json()) == usage
