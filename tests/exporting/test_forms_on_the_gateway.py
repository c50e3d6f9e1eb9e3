"""The forms speak with a real server: they print what it says as it comes, and its refusal where it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parley.exporting import code
from parley.request import ChatRequest
from tests.exporting.capturing import Capture
from tests.exporting.test_forms_arrive import RUNNABLE

SAID = [{"role": "user", "content": "12 tokens at 5000/s after 0 ms"}]


@pytest.mark.parametrize("form", RUNNABLE)
def test_a_stream_of_the_gateway_is_printed(form: Any, gateway: str, tmp_path: Path, capture: Capture) -> None:
    request = ChatRequest(model="scripted/text", messages=SAID, stream=True)
    printed = capture.run(form, [code(form, request, gateway)], tmp_path)
    assert "Notes" in printed
    assert (printed.startswith("## Notes")) == (form != "curl")


@pytest.mark.parametrize("form", ["httpx", "curl"])
def test_a_refusal_is_said(form: Any, gateway: str, tmp_path: Path, capture: Capture) -> None:
    request = ChatRequest(model="scripted/fault-key", messages=SAID, stream=True)
    if form == "curl":
        assert '"error"' in capture.run(form, [code(form, request, gateway)], tmp_path)
    else:
        with pytest.raises(AssertionError, match="error"):
            capture.run(form, [code(form, request, gateway)], tmp_path)


def test_an_error_inside_a_stream_ends_the_httpx_form(gateway: str, tmp_path: Path, capture: Capture) -> None:
    request = ChatRequest(model="scripted/fault-midstream", messages=SAID, stream=True)
    with pytest.raises(AssertionError, match="disconnected"):
        capture.run("httpx", [code("httpx", request, gateway)], tmp_path)
