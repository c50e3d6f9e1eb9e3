from __future__ import annotations

from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.local import scripted

HANGS_UP = {"closed", "torn", "cut", "stall", "silence", "mute"}
UNREADABLE = {"redirect", "halved", "utf8", "gzip-lie", "endless", "huge", "line", "bomb", "status"}
NO_ANSWER = {f"scripted/fault-{name}" for name in HANGS_UP | UNREADABLE}
NAMES = [model.card.id for model in scripted.models() if model.card.id not in NO_ANSWER]
FIELDS = ["tools", "tool_choice", "response_format", "reasoning", "provider", "models", "audio", "modalities", "debug"]
KEYS = [
    "type",
    "function",
    "name",
    "parameters",
    "json_schema",
    "schema",
    "effort",
    "only",
    "order",
    "max_price",
    "sort",
]
LEAVES = st.sampled_from([None, True, 0, -1, 1.5, "", "function", "object", "json_schema", "audio", "scripted/text"])
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner))
WORDS = [{"role": "user", "content": "3 tokens at 5000/s after 0 ms"}]


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    fields=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=2),
    stream=st.booleans(),
)
def test_no_request_in_the_shape_of_json_is_our_fault(
    scripted_server: Any, name: str, fields: dict[str, Any], stream: bool
) -> None:
    body = {"model": name, "messages": WORDS, "stream": stream, **fields}
    answer = httpx.post(f"{scripted_server.base_url}/chat/completions", json=body, trust_env=False)
    assert answer.status_code != 500
    assert '"code":500' not in answer.text
