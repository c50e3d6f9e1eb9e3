"""What it costs to stream an answer to the screen: Parley beside Streamlit's tutorial chat and beside a bare page, the floor.

`python benchmarks/streaming.py [--quick]`. A real Chromium asks the scripted upstream, one event a token, through each of the
three in turn, and watches what is painted: from Enter to the first and the last painted token, the longest stall of the main
thread, and the bytes that came to the page (websocket; for the floor the body it fetched).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page

from benchmarks.chats import Chat, answer_of, bare_page, parley_chat, tutorial_chat
from benchmarks.side_by_side import (
    Aim,
    aims_line,
    chromium,
    circumstances,
    end_in_order_when_told,
    scripted_upstream,
    table,
)

UNLIMITED = 1_000_000
FIRST_TOKEN_HELD = 0.2
"""Seconds, where the answer has a pace."""
SETTLED = 1_000
"""Milliseconds without a change after which an answer that is all there has settled."""
LONGEST = 180.0
"""Seconds that an answer may take."""
CHATS = ("floor", "Parley", "tutorial")


@dataclass(frozen=True)
class Case:
    """One question, the same for all."""

    name: str
    tokens: int
    rate: int = UNLIMITED
    turns: int = 0
    chats: tuple[str, ...] = CHATS

    def prompt(self, number: int) -> str:
        pace = f" at {self.rate}/s" + (f" after {FIRST_TOKEN_HELD} s" if self.rate < UNLIMITED else "")
        return f"Question {number}: {self.tokens} tokens{pace}"


PACED = Case("300 at 50/s", 300, rate=50)
LONG = Case("2,000 unlimited", 2_000)
LONGER = Case("8,000 unlimited", 8_000)
LONGEST_ANSWER = Case("16,000 unlimited", 16_000, chats=("floor", "Parley"))
"""The tutorial's chat loses such an answer: its server drops a page that is 500 messages behind."""
REMEMBERING = Case("300 at 50/s under 100 turns", 300, rate=50, turns=100)
CASES = (PACED, LONG, LONGER, LONGEST_ANSWER, REMEMBERING)
QUICK = (PACED, LONG)
WARM_UP = Case("warm-up", 40)


@dataclass(frozen=True)
class Seen:
    """What was seen of one answer: seconds from Enter, milliseconds of stall, bytes."""

    first: float
    last: float
    task: float
    """The longest task on the main thread."""
    gap: float
    """The longest time between two animation frames."""
    bytes: float


Results = dict[tuple[Case, str], list[Seen]]


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    end_in_order_when_told()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        upstream = stack.enter_context(scripted_upstream())
        chats = [
            stack.enter_context(bare_page(upstream)),
            stack.enter_context(parley_chat(upstream, scratch)),
            stack.enter_context(tutorial_chat(upstream, scratch)),
        ]
        browser = stack.enter_context(chromium())
        results = measured(browser, chats, options.cases, options.repetitions)
        print(report(results, options.repetitions, circumstances(browser)))
    print(aims_line(aims(medians(results))))
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, with the cases that they mean."""
    parser = argparse.ArgumentParser("benchmarks/streaming.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute: fewer questions, each asked once")
    parser.add_argument("--repetitions", type=int, help="how often each question is asked; 1 when quick, else 3")
    parser.add_argument("--only", action="append", metavar="WORDS", help="only the cases whose names hold these words")
    options = parser.parse_args(arguments)
    options.repetitions = options.repetitions or (1 if options.quick else 3)
    known = QUICK if options.quick else CASES
    options.cases = [case for case in known if not options.only or any(words in case.name for words in options.only)]
    return options


def measured(browser: Browser, chats: Sequence[Chat], cases: Sequence[Case], repetitions: int) -> Results:
    """Every question to every chat, in turns; the order among the chats changes from one turn to the next."""
    numbers = count(1)
    for chat in chats:
        asked(browser, chat, WARM_UP, next(numbers))
    results: Results = {(case, chat.name): [] for case in cases for chat in chats if chat.name in case.chats}
    for repetition in range(repetitions):
        for case in cases:
            for chat in rotated([chat for chat in chats if chat.name in case.chats], repetition):
                seen = asked(browser, chat, case, next(numbers))
                print(f"{case.name}, {chat.name}: {seen}", file=sys.stderr)
                results[case, chat.name].append(seen)
    return results


def rotated(chats: Sequence[Chat], by: int) -> Iterable[Chat]:
    start = by % len(chats)
    return [*chats[start:], *chats[:start]]


def asked(browser: Browser, chat: Chat, case: Case, number: int) -> Seen:
    """One question in a fresh tab, as a person asks it: the page is loaded and at rest."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        page = context.new_page()
        page.set_default_timeout(LONGEST * 1000)
        page.add_init_script(chat.watch)
        page.goto(chat.fresh(case.turns))
        box = page.locator(chat.box)
        box.wait_for()
        page.wait_for_timeout(SETTLED)
        prompt = case.prompt(number)
        page.evaluate("prompt => benchmark.expect(prompt)", prompt)
        box.fill(prompt)
        box.press("Enter")
        return settled(page, answer_of(case.tokens))
    finally:
        context.close()


def settled(page: Page, answer: str) -> Seen:
    """Wait until all of the answer is on screen and nothing moves any more, then take what the page saw."""
    page.wait_for_function(
        "([end, settled]) => benchmark.quiet() > settled && (benchmark.text.match(/counted/g) || []).length === end.counted"
        " && benchmark.text.replace(/[^a-z]/gi, '').endsWith(end.letters)",
        arg=[ending(answer), SETTLED],
        polling=200,
    )
    raw = page.evaluate("({...benchmark, text: undefined})")
    return Seen(
        first=(raw["first"] - raw["enter"]) / 1000,
        last=(raw["last"] - raw["enter"]) / 1000,
        task=raw["task"],
        gap=raw["gap"],
        bytes=raw["bytes"],
    )


def ending(answer: str) -> dict[str, object]:
    """By what an answer is known to be all there, however it is marked up: a word of the passage, and the last letters."""
    letters = "".join(one for one in answer if one.isascii() and one.isalpha())
    return {"counted": answer.count("counted"), "letters": letters[-5:]}


def medians(results: Results) -> dict[tuple[Case, str], Seen]:
    return {key: median(seen) for key, seen in results.items()}


def median(seen: Sequence[Seen]) -> Seen:
    columns = {name: [getattr(one, name) for one in seen] for name in Seen.__dataclass_fields__}
    return Seen(**{name: statistics.median(values) for name, values in columns.items()})


def aims(typical: dict[tuple[Case, str], Seen]) -> Iterator[Aim]:
    """The promises that can be judged by what was measured.

    Bytes are judged where text is what they are: of a short answer at a reader's pace nearly all are the looks at it, which the
    table shows.
    """
    for case, beside, aim in (
        (PACED, "floor", 1.05),
        (REMEMBERING, "floor", 1.05),
        (LONG, "tutorial", 0.6),
        (LONGER, "tutorial", 0.15),
    ):
        if (case, beside) in typical:
            ratio = typical[case, "Parley"].last / typical[case, beside].last
            yield Aim(f"{case.name}: last token, of the {beside}'s time", ratio, aim)
    ours = {case: seen for (case, chat), seen in typical.items() if chat == "Parley"}
    for case in [one for one in (LONG, LONGER, LONGEST_ANSWER) if one in ours]:
        size = len(answer_of(case.tokens).encode())
        yield Aim(f"{case.name}: bytes to the page, of the text's", ours[case].bytes / size, 12)
    for case, seen in ours.items():
        yield Aim(f"{case.name}: longest stall, ms", max(seen.task, seen.gap), 150)


def report(results: Results, repetitions: int, circumstances: str) -> str:
    """The table for README."""
    head = ("tokens", "chat", "first token s", "last token s", "longest task ms", "longest gap ms", "KB to the page")
    rows = [
        (
            case.name,
            chat,
            f"{seen.first:.2f}",
            f"{seen.last:.2f}",
            f"{seen.task:.0f}",
            f"{seen.gap:.0f}",
            f"{seen.bytes / 1000:.0f}",
        )
        for (case, chat), seen in medians(results).items()
    ]
    return f"{circumstances}; medians of {repetitions}\n\n{table(head, rows)}\n"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
