"""The forms run unchanged, and what arrives is the body that was exported."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from parley.exporting import FORMS, code, lost
from parley.exporting.carrier import Carrier, table
from parley.request import ChatRequest
from tests.exporting.capturing import KEY, Capture, as_sent, equal
from tests.exporting.samples import ODD, TRAFFIC, documented, fields, recorded, whole

RUNNABLE = tuple(form for form in FORMS if form != "typescript")
BODIES = [*fields().values(), *documented(), *ODD, *recorded()]


def carried(form: str, body: dict[str, Any]) -> Any:
    """What is left of a body in the form that cannot send everything."""
    if form == "python":
        return Carrier(table("python").kinds).request(body).kept
    return Carrier({}).map("any", body, "").kept if form == "openai" else body


@pytest.mark.parametrize("form", RUNNABLE)
def test_every_body_arrives_as_it_was_exported(form: Any, capture: Capture, tmp_path: Path) -> None:
    if form == "curl" and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    sources = [code(form, ChatRequest.parse(body), capture.base_url) for body in BODIES]
    capture.run(form, sources, tmp_path)
    arrived = capture.bodies()
    assert len(arrived) == len(BODIES)
    wrong = [
        (as_sent(carried(form, body)), body_there)
        for body, body_there in zip(BODIES, arrived, strict=True)
        if not equal(as_sent(carried(form, body)), body_there)
    ]
    assert not wrong, wrong[0]


@pytest.mark.parametrize("form", ["curl", "httpx"])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_two_forms_lose_nothing_at_all(form: Any, body: dict[str, Any]) -> None:
    assert lost(form, ChatRequest.parse(body)) == ()


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("form", RUNNABLE)
def test_a_form_prints_the_answer_and_takes_the_key_from_the_environment(
    form: Any, stream: bool, capture: Capture, tmp_path: Path
) -> None:
    source = code(form, ChatRequest.parse(whole({"stream": stream})), capture.base_url)
    printed = capture.run(form, [source], tmp_path)
    ((_, path, headers),) = capture.taken()
    assert (path, headers["authorization"]) == ("/api/v1/chat/completions", f"Bearer {KEY}")
    assert "i!" in printed
    assert KEY not in source


def test_there_is_recorded_traffic_to_send() -> None:
    if not TRAFFIC.exists():
        pytest.skip("no recorded traffic beside the repository")
    assert len(recorded()) > 50
