"""How sure the model was of each token, and what an answer could go on with instead."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.judging import Tokens, none_came, tokens_of
from parley.judging.likelihood import ANEW
from parley.notebook import Run
from parley.reply import Reply, ReplyFold
from parley.request import ChatRequest
from parley.wire.recorded import replayed

SHARED = Path(__file__).resolve().parents[2] / "../shared"


def run(text: str, entries: Sequence[dict[str, Any]], prefill: str = "", **request: Any) -> Run:
    reply = Reply(text=text, logprobs=tuple(entries), finish_reason="stop")
    asked = ChatRequest.parse(request)
    return Run(
        id="r",
        request=asked,
        reply=reply,
        prefill=prefill,
        outcome="complete",
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )


def rated(raw: bytes | str, logprob: float | None = -0.5, others: Sequence[Any] = ()) -> dict[str, Any]:
    data = raw.encode() if isinstance(raw, str) else raw
    told = data.decode("utf-8", "ignore")
    return {"token": told, "logprob": logprob, "bytes": list(data), "top_logprobs": [rated(*one) for one in others]}


def tokens(text: str, *entries: dict[str, Any], prefill: str = "") -> Tokens:
    found = tokens_of(run(text, entries, prefill))
    assert found is not None
    return found


def test_a_token_has_its_place_and_its_probability() -> None:
    found = tokens("Hi there", rated("Hi", 0), rated(" there", math.log(0.25)))
    assert [(one.text, one.start) for one in found.tokens] == [("Hi", 0), (" there", 2)]
    assert [one.probability for one in found.tokens] == [1.0, pytest.approx(0.25)]
    assert found.perplexity == pytest.approx(2.0)
    assert found.least == found.tokens[1]
    assert found.agree


def test_an_alternative_goes_on_from_the_text_before_its_token() -> None:
    found = tokens("Rome is", rated("Rome"), rated(" is", -1.0, [(" is", -1.0), (" was", -0.2)]), prefill="In Italy, ")
    assert [one.text for one in found.tokens[1].alternatives] == [" was", " is"]
    assert found.with_other(1, 0) == "In Italy, Rome was"
    assert found.with_other(1, 1) == "In Italy, Rome is"


def test_an_answer_can_go_on_anew_from_before_a_token() -> None:
    assert tokens("Rome is", rated("Rome"), rated(" is")).with_other(1, ANEW) == "Rome"
    assert tokens("ome", rated("ome"), prefill="R").with_other(0, ANEW) == "R"


@pytest.mark.parametrize("place", [(-1, 0), (2, 0), (1, 5), (1, -2), (0, ANEW), (9, ANEW)])
def test_what_is_not_there_cannot_be_gone_on_with(place: tuple[int, int]) -> None:
    found = tokens("Rome is", rated("Rome"), rated(" is", -1.0, [(" was", -0.2)]))
    assert found.with_other(*place) is None


def test_a_sign_that_comes_in_pieces_is_one_token() -> None:
    rocket = "🚀".encode()
    found = tokens("a🚀", rated("a"), rated(rocket[:2], math.log(0.5)), rated(rocket[2:], math.log(0.5)))
    assert [one.text for one in found.tokens] == ["a", "🚀"]
    assert found.tokens[1].probability == pytest.approx(0.25)
    assert found.agree


@pytest.mark.parametrize("raw", [b"\xf0\x9f", b"", b"<|im_end|>", b"</s>", b"\x89"])
def test_half_a_sign_and_the_end_are_shown_and_not_gone_on_with(raw: bytes) -> None:
    found = tokens("a", rated("a", -1.0, [(raw, -0.1), ("b", -0.9)]))
    first, second = found.tokens[0].alternatives
    assert not first.usable
    assert second.usable
    assert found.with_other(0, 0) is None


def test_an_end_mark_after_the_text_is_no_token_of_it() -> None:
    found = tokens("Yes", rated("Yes"), rated("<|im_end|>"))
    assert [one.text for one in found.tokens] == ["Yes"]
    assert found.agree


def test_tokens_that_are_not_the_text_say_so() -> None:
    assert not tokens('{"a": 1}', rated("{'a'"), rated(": 1}")).agree


@pytest.mark.parametrize("logprob", [None, "x", math.nan, True])
def test_a_probability_that_was_not_told_is_unknown(logprob: Any) -> None:
    found = tokens("a", {"token": "a", "logprob": logprob})
    assert found.tokens[0].probability is None
    assert found.perplexity is None
    assert found.least is None


@pytest.mark.parametrize(("logprob", "chance"), [(-9999.0, 0.0), (-math.inf, 0.0), (0, 1.0), (0.0001, 1.0)])
def test_the_edges_of_certainty(logprob: float, chance: float) -> None:
    assert tokens("a", {"token": "a", "logprob": logprob}).tokens[0].probability == pytest.approx(chance)


def test_it_is_known_when_none_came() -> None:
    assert none_came(run("Hello", [], logprobs=True))
    assert not none_came(run("Hello", [rated("Hello")], logprobs=True))
    assert not none_came(run("Hello", []))
    assert tokens_of(run("Hello", [])) is None


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0")), st.data())
def test_however_a_text_is_cut_into_bytes_its_tokens_make_it_up(text: str, data: st.DataObject) -> None:
    raw = text.encode()
    cuts = sorted({0, len(raw), *data.draw(st.lists(st.integers(0, len(raw)), max_size=8))})
    pieces = [raw[start:end] for start, end in pairwise(cuts)]
    found = tokens(text, *(rated(piece) for piece in pieces))
    assert "".join(one.text for one in found.tokens) == text
    assert [one.start for one in found.tokens] == [
        sum(len(one.text) for one in found.tokens[:place]) for place in range(len(found.tokens))
    ]


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["token", "logprob", "bytes", "top_logprobs"]),
            st.none() | st.integers() | st.text() | st.lists(st.integers()),
        )
    )
)
def test_whatever_a_provider_calls_a_token_is_read_or_left_out(entries: list[dict[str, Any]]) -> None:
    found = tokens_of(run("text", entries))
    assert (found is None) == (not entries)


@pytest.mark.parametrize(
    ("told", "chance"),
    [(-(10**400), 0.0), (10**400, 1.0), (math.nan, None), (-math.inf, 0.0)],
    ids=["least", "most", "none", "endless"],
)
def test_no_number_is_too_large_to_be_a_logarithm(told: float, chance: float | None) -> None:
    (one,) = tokens("ab", rated("ab", told, [("x", told)])).tokens
    assert one.probability == (None if chance is None else pytest.approx(chance))
    assert [other.probability for other in one.alternatives] == ([] if chance is None else [one.probability])


@pytest.mark.skipif(not SHARED.exists(), reason="no recorded answers at hand")
def test_tokens_of_recorded_answers_make_up_their_text() -> None:
    for path in sorted((SHARED / "traffic").glob("*_logprobs*.json")):
        fold = ReplyFold()
        for _, event in replayed([(0.0, raw) for raw in _raws(json.loads(path.read_text())["body"])]):
            fold.add(event)
        found = tokens("", *fold.reply.logprobs)
        assert "".join(one.text for one in found.tokens) == fold.reply.text


def _raws(body: str) -> list[str]:
    lines = [line.removeprefix("data: ") for line in body.splitlines() if line.startswith("data: ")]
    return lines or [body]
