from __future__ import annotations

import pytest

from parley.reply import Audio, Reply, ToolCall

DETAIL = {"type": "reasoning.text", "text": " a ", "index": 0, "signature": "s", "format": "anthropic-claude-v1"}
CALL = ToolCall(id="c", name="f", arguments='{"a": 1}', index=3, extra={"extra_content": {"google": 1}})


def test_a_plain_answer_is_its_text() -> None:
    assert Reply(text="hi", annotations=({"type": "url_citation"},)).message() == {"role": "assistant", "content": "hi"}
    assert Reply().message() == {"role": "assistant", "content": ""}


def test_tool_calls_go_back_without_their_index_and_content_is_null() -> None:
    assert Reply(tool_calls=(CALL,)).message() == {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "c",
                "type": "function",
                "function": {"name": "f", "arguments": '{"a": 1}'},
                "extra_content": {"google": 1},
            }
        ],
    }


def test_a_call_without_parameters_goes_back_as_an_empty_object() -> None:
    [call] = Reply(tool_calls=(ToolCall(id="c", name="f"),)).message()["tool_calls"]
    assert call["function"]["arguments"] == "{}"


@pytest.mark.parametrize("native", ["length", "max_output_tokens", "MAX_TOKENS"])
def test_arguments_that_were_cut_short_are_not_completed(native: str) -> None:
    reply = Reply(tool_calls=(ToolCall(id="c", name="f"),), finish_reason="tool_calls", native_finish_reason=native)
    assert reply.cut_short
    assert reply.message()["tool_calls"][0]["function"]["arguments"] == ""


def test_reasoning_goes_back_once_and_unmodified() -> None:
    reply = Reply(text="t", reasoning=" a ", reasoning_details=(DETAIL,), details_received=True)
    assert reply.message() == {"role": "assistant", "content": "t", "reasoning_details": [DETAIL]}
    assert Reply(text="t", reasoning="a").message() == {"role": "assistant", "content": "t", "reasoning": "a"}


def test_an_empty_list_of_details_goes_back() -> None:
    assert Reply(text="t", details_received=True).message()["reasoning_details"] == []
    assert "reasoning_details" not in Reply(text="t").message()


def test_images_files_audio_and_refusals_go_back() -> None:
    image, file = {"type": "image_url", "image_url": {"url": "data:,"}}, {"type": "file", "file": {"hash": "h"}}
    reply = Reply(images=({**image, "index": 0},), annotations=(file,), audio=Audio(id="a", data="AAAA"), refusal="no")
    said = reply.message()
    assert (said["images"], said["annotations"], said["audio"], said["refusal"]) == ([image], [file], {"id": "a"}, "no")
    assert said["content"] is None


@pytest.mark.parametrize(
    "reply",
    [Reply(text="a"), Reply(reasoning="a"), Reply(refusal="a"), Reply(tool_calls=(CALL,)), Reply(audio=Audio())],
)
def test_output_is_whatever_can_be_shown(reply: Reply) -> None:
    assert reply.has_output
    assert not Reply(model="m", notes=("n",)).has_output


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(text="a", refusal="no"), "a"),
        (Reply(audio=Audio(transcript="said")), "said"),
        (Reply(refusal="no"), "no"),
        (Reply(), ""),
    ],
)
def test_what_an_answer_says_is_its_text_its_speech_or_its_refusal(reply: Reply, words: str) -> None:
    assert reply.words == words


def test_reasoning_details_of_a_reply_that_was_made_elsewhere_go_back_too() -> None:
    details = ({"type": "reasoning.of_a_new_kind", "deep": [1, {"a": None}]},)
    said = Reply(text="So.", reasoning="Hm.", reasoning_details=details).message()
    assert said == {"role": "assistant", "content": "So.", "reasoning_details": list(details)}
