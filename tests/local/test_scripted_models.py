"""Every scripted model, read by Parley's own client, streamed and plain."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parley import ChatRequest, OpenRouter
from parley.client import Clocks
from parley.errors import UpstreamError
from parley.local import scripted
from parley.reply import Reply, ReplyFold
from tests.local.expectations import EXPECTED

WORDS = "7 tokens at 5000/s after 0 ms"
IMPATIENT = Clocks(first_event=1.0, idle=0.3)
WAITING = {"scripted/fault-stall", "scripted/fault-silence", "scripted/fault-mute"}
IDS = [model.card.id for model in scripted.models()]


async def read(base_url: str, body: dict[str, Any], clocks: Clocks) -> tuple[Reply, UpstreamError | None]:
    fold, door = ReplyFold(), OpenRouter(base_url=base_url, api_key=None, retries=0, clocks=clocks)
    try:
        async with door.stream(ChatRequest.parse(body)) as events:
            async for event in events:
                fold.add(event)
    except UpstreamError as error:
        return fold.reply, error
    return fold.reply, None


def test_every_scripted_model_is_expected_to_do_something() -> None:
    assert set(EXPECTED) == set(IDS)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
@pytest.mark.parametrize("name", IDS)
def test_a_scripted_model_does_what_is_expected(scripted_server: Any, name: str, stream: bool) -> None:
    expected = EXPECTED[name]
    body = {"model": name, "messages": [{"role": "user", "content": WORDS}], "stream": stream, **expected.body}
    reply, error = asyncio.run(read(scripted_server.base_url, body, IMPATIENT if name in WAITING else Clocks()))
    expected = expected if stream else expected.plain or expected
    assert type(error) is (expected.error or type(None)), error
    assert expected.words in str(error)
    assert {key: getattr(reply, key) for key in expected.fields} == dict(expected.fields)
    assert expected.holds(reply)


@pytest.mark.parametrize("model", scripted.models(), ids=lambda model: model.card.id)
def test_nobody_takes_a_scripted_model_for_a_model(model: scripted.Scripted) -> None:
    assert model.card.name.startswith("Scripted: ")
    assert model.card.description.startswith("Scripted, no model runs. ")
    assert all("no model runs" in offer.provider for offer in model.card.offers)
