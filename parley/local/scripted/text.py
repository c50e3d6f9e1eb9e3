"""Markdown at a given rate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from parley.local.parts import Delta
from parley.local.scripted.table import Asked, Step, pieces, scripted_model

PASSAGE = """\
## Notes from a quiet harbour

The tide keeps **two clocks**: one for the *water* and one for the boats. Neither is ever wrong, and they never agree.

1. Rope is counted by the fathom.
2. Wind is counted by the knot.
3. Patience is not counted at all.

> A chart is a promise that somebody else was careful.

```python
def tide(hour: float) -> float:
    return 2.1 * math.cos(hour / 12.42 * math.tau)
```

| buoy | light | period |
| --- | --- | ---: |
| north | white | 4 s |
| south | red | 6 s |

At night, the height of the water is $h = A \\cos(\\omega t)$, give or take a wave. Grüße aus dem Hafen, 港からよろしく, 🌊.

"""
PIECES = tuple(pieces(PASSAGE))


def written(count: int, rate: float, first_delay: float = 0.0) -> Iterator[Step]:
    """`count` tokens of the passage, over and over, at `rate` a second."""
    for number, piece in enumerate(islice(cycle(PIECES), count)):
        yield (1 / rate if number else first_delay), Delta({"content": piece})


@scripted_model("scripted/text", "Scripted: text")
def text(asked: Asked) -> Iterator[Step]:
    """Markdown with headings, lists, code, a table and mathematics. Say for example "400 tokens at 50/s after 2 s"; without
    numbers it writes one passage at 50 tokens a second."""
    yield from written(asked.tokens(len(PIECES)), asked.rate(50), asked.first_delay())


@scripted_model("scripted/slow", "Scripted: a slow answer")
def slow(asked: Asked) -> Iterator[Step]:
    """Lets you wait three seconds, then writes two tokens a second. "30 tokens at 1/s after 10 s" makes it slower still."""
    yield from written(asked.tokens(12), asked.rate(2), asked.first_delay(3.0))
