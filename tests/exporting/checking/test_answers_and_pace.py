"""What tells of an answer beside its words: the probabilities of its tokens, its sound, how fast it came."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from parley.exporting.checking import leaving, without
from parley.notebook import Snapshot
from parley.notebook.pacing import Pace
from parley.reply import Audio, Reply

SPOKEN = ("The", " weather", " is", " wonderful")
PACE = Pace(text=((1.0, 4), (2.0, 30)), reasoning=((0.5, 7),))


def test_the_tokens_of_an_answer_are_its_words_and_no_passwords(a_snapshot: Callable[..., Snapshot]) -> None:
    tokens = tuple(
        {"token": one, "logprob": -0.1, "top_logprobs": [{"token": " horrible", "logprob": -2.0}]} for one in SPOKEN
    )
    whole = a_snapshot("What is the weather?", reply=Reply(text="".join(SPOKEN), logprobs=tokens))
    assert leaving(whole) == ()
    assert without(whole, {}) == whole


def test_a_token_that_opens_something_is_a_password_still(a_snapshot: Callable[..., Snapshot]) -> None:
    (found,) = leaving(a_snapshot(body={"provider": {"token": "hunter2-hunter2"}}))
    assert (found.kind, found.text) == ("password", "hunter2-hunter2")


def test_silence_is_no_key(a_snapshot: Callable[..., Snapshot]) -> None:
    quiet = Audio(data=base64.b64encode(bytes(2_400)).decode(), transcript="…")
    assert leaving(a_snapshot(reply=Reply(text="", audio=quiet))) == ()


@pytest.mark.parametrize(
    ("text", "reasoning"), [("Ask alice@firm.example for more", "Hmm"), ("Hello", "Ask alice@firm.example for more")]
)
@pytest.mark.parametrize("decision", ["mask", "drop"])
def test_how_long_each_piece_of_a_masked_answer_was_does_not_leave(
    a_snapshot: Callable[..., Snapshot], text: str, reasoning: str, decision: str
) -> None:
    whole = a_snapshot(reply=Reply(text=text, reasoning=reasoning), pace=PACE)
    found = [one for one in leaving(whole) if one.kind == "e-mail"]
    (run,) = without(whole, {one.id: decision for one in found}).attempts["c"]
    assert run.pace is None
    (kept,) = without(whole, {one.id: "keep" for one in leaving(whole)}).attempts["c"]
    assert kept.pace == PACE


@pytest.mark.parametrize("decision", ["mask", "drop"])
def test_nor_does_that_of_reasoning_that_stays_behind(a_snapshot: Callable[..., Snapshot], decision: str) -> None:
    whole = a_snapshot(reply=Reply(text="Hello", reasoning="I think"), pace=PACE)
    (run,) = without(whole, {one.id: decision for one in leaving(whole)}).attempts["c"]
    assert run.pace is None
