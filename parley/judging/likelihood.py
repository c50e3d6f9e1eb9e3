"""How sure the model was of each token, and what else it might have said there.

Tokens are pieces of bytes, not of letters: a sign may come in several of them, and an alternative may be half of one. What is
half a sign can be shown and cannot be gone on with. Source: the API's description of `logprobs`.
"""

from __future__ import annotations

import math
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parley.notebook.run import Run
from parley.value import Value
from parley.wire.json_text import storable

_END = re.compile(r"<[|｜].*[|｜]>|</?s>|<eos>|<end_of_turn>")
_CERTAIN = 1.0
ANEW = -1


class Alternative(Value):
    """A token that might have come in a place."""

    text: str
    probability: float
    usable: bool = True
    """Whether an answer can go on with it: not with the end of an answer, and not with half a sign."""

    @property
    def ends(self) -> bool:
        """It would have ended the answer there."""
        return not self.text or _END.fullmatch(self.text) is not None


class Token(Value):
    """A token of an answer; several where they are one sign together."""

    text: str
    start: int
    """Where it begins among the characters of all tokens."""
    probability: float | None = None
    """From 0 to 1, before the settings of sampling; None where it was not told."""
    others: tuple[Any, ...] = ()
    """What else was likely here, as it was told."""

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """What else was likely here, with the token itself where it is among them, the likeliest first. Read when it is looked at:
        of a long answer there are a hundred thousand."""
        told = [
            (one, chance)
            for one in self.others
            if isinstance(one, Mapping) and (chance := _probability(one)) is not None
        ]
        return tuple(sorted((_alternative(one, chance) for one, chance in told), key=lambda one: -one.probability))


class Tokens(Value):
    """The tokens of an answer."""

    tokens: tuple[Token, ...]
    lead: str = ""
    """The beginning that was sent along; its tokens are not rated."""
    agree: bool = True
    """The tokens make up the text of the answer; else somebody changed one of them on the way."""

    @property
    def perplexity(self) -> float | None:
        """Among how many equally likely tokens the model chose on average; None where no probability was told."""
        known = [token.probability for token in self.tokens if token.probability is not None]
        if not known:
            return None
        mean = sum(-math.log(max(one, 1e-12)) for one in known) / len(known)
        return math.exp(mean)

    @property
    def least(self) -> Token | None:
        """The token that the model was least sure of."""
        known = [token for token in self.tokens if token.probability is not None]
        return min(known, key=lambda token: token.probability or 0.0, default=None)

    def up_to(self, place: int) -> str:
        """The answer up to a token, without it."""
        return self.lead + "".join(token.text for token in self.tokens[:place])

    def with_other(self, place: int, other: int) -> str | None:
        """The answer up to a token, and one of its alternatives in its place; None where that cannot be gone on with.

        `ANEW` is no alternative: what stood there is drawn by lot again.
        """
        if other == ANEW and 0 <= place < len(self.tokens):
            return self.up_to(place) or None
        alternatives = self.tokens[place].alternatives if 0 <= place < len(self.tokens) else ()
        if not 0 <= other < len(alternatives) or not alternatives[other].usable:
            return None
        return self.up_to(place) + alternatives[other].text


def tokens_of(run: Run) -> Tokens | None:
    """The rated tokens of an answer; None where none came with it."""
    entries = run.reply.logprobs
    if not entries:
        return None
    text = run.reply.text
    tokens = tuple(_tokens(entries, len(text.encode(errors="replace"))))
    said = "".join(token.text for token in tokens)
    agree = said == text or (bool(text.strip()) and said.strip() == text.strip())
    return Tokens(tokens=tokens, lead=run.prefill, agree=agree)


def none_came(run: Run) -> bool:
    """Log probabilities were asked for, and an answer came without any."""
    asked = run.request.logprobs is True
    return asked and not run.live and bool(run.reply.text) and not run.reply.logprobs


def _tokens(entries: Sequence[Mapping[str, Any]], longest: int) -> Iterator[Token]:
    """Tokens with whole signs in them. What comes after as many bytes as the answer has is its end mark."""
    decoder, start, read = getincrementaldecoder("utf-8")("replace"), 0, 0
    held: list[Mapping[str, Any]] = []
    said = ""
    for entry in entries:
        raw = _bytes(entry)
        if read >= longest and _END.fullmatch(str(entry.get("token") or "")):
            break
        read += len(raw)
        held.append(entry)
        said += storable(decoder.decode(raw))[0]
        if decoder.getstate()[0]:
            continue
        if said:
            yield Token(text=said, start=start, probability=_together(held), others=_others(held[0]))
        start, held, said = start + len(said), [], ""
    if said := said + decoder.decode(b"", final=True):
        yield Token(text=said, start=start, probability=_together(held), others=_others(held[0]))


def _others(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    listed = entry.get("top_logprobs")
    return tuple(listed) if isinstance(listed, list) else ()


def _alternative(entry: Mapping[str, Any], probability: float) -> Alternative:
    raw = _bytes(entry)
    text = storable(raw.decode("utf-8", "replace"))[0]
    whole = text.encode(errors="replace") == raw and "\ufffd" not in text
    ends = not text or _END.fullmatch(text) is not None
    return Alternative(text=text, probability=probability, usable=whole and not ends)


def _bytes(entry: Mapping[str, Any]) -> bytes:
    told = entry.get("bytes")
    if isinstance(told, list) and told and all(isinstance(one, int) and 0 <= one < 256 for one in told):
        return bytes(told)
    return str(entry.get("token") or "").encode(errors="replace")


def _probability(entry: Mapping[str, Any]) -> float | None:
    told = entry.get("logprob")
    if isinstance(told, bool) or not isinstance(told, (int, float)) or told != told:
        return None
    return math.exp(max(told, -700.0)) if told < 0 else _CERTAIN


def _together(entries: Sequence[Mapping[str, Any]]) -> float | None:
    """The probability of all of them one after another."""
    known = [_probability(entry) for entry in entries]
    return None if None in known else math.prod(one for one in known if one is not None)
