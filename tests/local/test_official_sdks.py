from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import openrouter
import pytest

from parley.local import scripted
from tests.local.expectations import EXPECTED

WORDS: Any = [{"role": "user", "content": "12 tokens at 5000/s after 0 ms"}]
MUTE = ("scripted/fault-", "scripted/audio")
READABLE = [model.card.id for model in scripted.models() if not model.card.id.startswith(MUTE)]


@pytest.fixture
def official(scripted_server: Any) -> Iterator[openrouter.OpenRouter]:
    with openrouter.OpenRouter(api_key="any", server_url=scripted_server.base_url) as client:
        yield client


@pytest.fixture
def compatible(scripted_server: Any) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="any", base_url=scripted_server.base_url, max_retries=0) as client:
        yield client


def test_openrouters_sdk_lists_the_models(official: openrouter.OpenRouter) -> None:
    assert "scripted/text" in [model.id for model in official.models.list().result.data]


def test_openrouters_sdk_reads_a_plain_answer(official: openrouter.OpenRouter) -> None:
    answer = official.chat.send(model="scripted/text", messages=WORDS)
    assert answer.choices[0].message.content.startswith("## Notes")
    assert answer.usage.completion_tokens == 12


def test_openrouters_sdk_reads_a_stream(official: openrouter.OpenRouter) -> None:
    with official.chat.send(model="scripted/reasoning", messages=WORDS, stream=True) as stream:
        chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks).startswith("## Notes")
    assert "".join(chunk.choices[0].delta.reasoning or "" for chunk in chunks).startswith("The question")
    assert chunks[-1].usage.completion_tokens == 12


@pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")
def test_openrouters_sdk_reads_the_lists(official: openrouter.OpenRouter) -> None:
    assert official.endpoints.list(author="scripted", slug="text").data.endpoints[0].tag == "scripted"
    assert official.providers.list().data[0].slug == "scripted"
    assert official.api_keys.get_current_key_metadata().data.limit is None


def test_openrouters_sdk_needs_a_management_key_for_the_credits(
    official: openrouter.OpenRouter, scripted_server: Any
) -> None:
    with pytest.raises(openrouter.errors.ForbiddenResponseError, match="management keys"):
        official.credits.get_credits()
    with openrouter.OpenRouter(api_key="any-management", server_url=scripted_server.base_url) as managing:
        assert managing.credits.get_credits().data.total_credits == 10


def test_openrouters_sdk_finds_the_generation(official: openrouter.OpenRouter) -> None:
    answer = official.chat.send(model="scripted/text", messages=WORDS)
    assert official.generations.get_generation(id=answer.id).data.tokens_completion == 12


def test_openais_sdk_lists_the_models(compatible: openai.OpenAI) -> None:
    assert "scripted/text" in [model.id for model in compatible.models.list()]


def test_openais_sdk_reads_a_plain_answer(compatible: openai.OpenAI) -> None:
    answer = compatible.chat.completions.create(model="scripted/text", messages=WORDS)
    assert (answer.choices[0].message.content or "").startswith("## Notes")


def test_openais_sdk_reads_a_stream(compatible: openai.OpenAI) -> None:
    with compatible.chat.completions.create(model="scripted/text", messages=WORDS, stream=True) as stream:
        chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks).startswith("## Notes")
    assert chunks[-1].usage


def test_openais_sdk_raises_what_the_stream_reports(compatible: openai.OpenAI) -> None:
    with (
        pytest.raises(openai.APIError, match="disconnected"),
        compatible.chat.completions.create(model="scripted/fault-midstream", messages=WORDS, stream=True) as stream,
    ):
        list(stream)


def sendable(name: str, stream: bool) -> dict[str, Any]:
    """The request of the expectations, as an SDK's keyword arguments."""
    return {"model": name, "messages": WORDS, "stream": stream, **EXPECTED[name].body}


def spoken(name: str, deltas: list[Any]) -> bool:
    """What the SDK read is the text that is expected, where one text is."""
    text = "".join(delta.content or "" for delta in deltas)
    return EXPECTED[name].fields.get("text", text) == text


@pytest.mark.parametrize("name", READABLE)
def test_openrouters_sdk_streams_every_scripted_model(official: openrouter.OpenRouter, name: str) -> None:
    with official.chat.send(**sendable(name, True)) as stream:
        chunks = list(stream)
    assert spoken(name, [chunk.choices[0].delta for chunk in chunks if chunk.choices])
    assert chunks[-1].usage.completion_tokens is not None


@pytest.mark.parametrize("name", READABLE)
def test_openrouters_sdk_reads_every_scripted_model(official: openrouter.OpenRouter, name: str) -> None:
    answer = official.chat.send(**sendable(name, False))
    assert spoken(name, [answer.choices[0].message])
    assert answer.choices[0].finish_reason == EXPECTED[name].fields.get("finish_reason", "stop")


@pytest.mark.parametrize("name", [*READABLE, "scripted/audio"])
def test_openais_sdk_streams_every_scripted_model(compatible: openai.OpenAI, name: str) -> None:
    with compatible.chat.completions.create(**sendable(name, True)) as stream:
        chunks = list(stream)
    assert spoken(name, [chunk.choices[0].delta for chunk in chunks if chunk.choices])
    assert chunks[-1].usage


@pytest.mark.parametrize("name", READABLE)
def test_openais_sdk_reads_every_scripted_model(compatible: openai.OpenAI, name: str) -> None:
    answer = compatible.chat.completions.create(**sendable(name, False))
    assert spoken(name, [answer.choices[0].message])
    calls = answer.choices[0].message.tool_calls or []
    assert bool(calls) == name.startswith("scripted/tools")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("scripted/fault-rate", openai.RateLimitError),
        ("scripted/fault-key", openai.AuthenticationError),
        ("scripted/fault-moderation", openai.PermissionDeniedError),
        ("scripted/fault-endpoints", openai.NotFoundError),
        ("scripted/fault-context", openai.BadRequestError),
        ("scripted/fault-provider", openai.InternalServerError),
        ("scripted/fault-closed", openai.APIConnectionError),
    ],
)
def test_openais_sdk_raises_what_is_refused(compatible: openai.OpenAI, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        compatible.chat.completions.create(**sendable(name, False))


def test_openrouters_sdk_reads_endpoints_with_figures(official: openrouter.OpenRouter) -> None:
    rows = official.endpoints.list(author="scripted", slug="priced").data.endpoints
    assert [row.tag for row in rows] == ["scripted-north", "scripted-north/fast", "scripted-south"]
    assert rows[1].latency_last_30m.p50 == 140


def test_openrouters_sdk_reads_the_routers_metadata(official: openrouter.OpenRouter) -> None:
    answer = official.chat.send(**sendable("scripted/auto", False), x_open_router_metadata="enabled")
    assert answer.openrouter_metadata.strategy == "auto"


@pytest.mark.model
def test_both_sdks_talk_to_the_language_model(language_model: Any) -> None:
    status = language_model.status
    key, url = status.api_key.get_secret_value(), status.base_url
    words: Any = [{"role": "user", "content": "Hello!"}]
    with openai.OpenAI(api_key=key, base_url=url) as client:
        plain = client.chat.completions.create(model=status.model, messages=words, max_tokens=5, seed=1)
    with (
        openrouter.OpenRouter(api_key=key, server_url=url) as official,
        official.chat.send(model=status.model, messages=words, max_tokens=5, seed=1, stream=True) as stream,
    ):
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert text == plain.choices[0].message.content
