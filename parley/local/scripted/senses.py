"""A model that takes everything, and says what it was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parley.local.scripted.table import Asked, Step, scripted_model, spoken
from parley.media import held_in, size_words
from parley.media.scaling import measured

NOTHING = "I was given words alone."


@scripted_model(
    "scripted/senses",
    "Scripted: everything that can be attached",
    input_modalities=("text", "image", "audio", "video", "file"),
)
def senses(asked: Asked) -> Iterator[Step]:
    """Takes images, recordings, videos and files, and tells of each what it is and how large; it perceives nothing of them."""
    told = [line for message in asked.body["messages"] for line in lines(message)]
    yield from asked.paced(list(spoken("I was given\n\n" + "\n".join(told) if told else NOTHING)))


def lines(message: Mapping[str, Any]) -> Iterator[str]:
    """What a message holds besides text, a line for each."""
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        held = held_in(part)
        if held is None:
            continue
        if held.address:
            yield f"- {held.way}: something at an address, which nobody fetched"
            continue
        kind = held.kind.name if held.kind is not None else "of no known kind"
        size = measured(held.head) if held.way == "image" else None
        facts = [kind, size_words(held.size), f"{size.words} px" if size else "", held.name]
        yield f"- {held.way}: {', '.join(fact for fact in facts if fact)}"
