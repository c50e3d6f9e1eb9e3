"""U1 to U11, and U27: answers that come late, never, without an end, or only in part."""

from __future__ import annotations

from parley.client import Clocks, Limits
from parley.local.scripted.distortions import SAID
from parley.local.scripted.text import PASSAGE
from parley.notebook import Outcome
from tests.faults.case import Case, Ending, Model, Server, complete, cut_off, failed, passage
from tests.faults.serving import HEAD, reset, response, stream, trickle

CAP = 4 * 2**20
SEVEN = passage(7)
NO_END = "before its end"
HALF = b'data: {"choices": [{"index": 0, "delta": {"content": "lost'


def event(text: str) -> bytes:
    return stream(text, end="")


def first_at_the_cap(text: str) -> bool:
    return text == (PASSAGE * (CAP // len(PASSAGE) + 1)).encode()[:CAP].decode(errors="ignore")


def some_of_it(text: str) -> bool:
    return text != "" and passage(1000).startswith(text)


def stopped(id: str, fault: str, prompt: str, at: int, kept: object, outcome: Outcome = "stopped") -> Case:
    sees = "You stopped this answer" if outcome == "stopped" else ""
    ending = Ending(outcome, sees, kept)  # type: ignore[arg-type]
    return Case(id, fault, Model("scripted/text", prompt), ending, stopped_at=at, both=at <= 0)


CASES: tuple[Case, ...] = (
    Case("U1", "a cold start: the first token comes late, keep-alives meanwhile", Model("scripted/slow", "3 tokens at 99/s after 1.2 s"),
         complete(passage(3)), clocks=Clocks(first_event=10)),
    Case("U2", "never any header", Model("scripted/fault-mute"), failed("No answer within 0.3 s: try again; this try may have been billed."),
         clocks=Clocks(first_event=0.3)),
    Case("U3", "a stall in mid-stream", Model("scripted/fault-stall"), cut_off("Nothing more came for 0.6 s: what came is kept", SEVEN),
         failed("No answer within 1 s"), clocks=Clocks(idle=0.6, first_event=1)),
    Case("U4a", "keep-alives only, to the first-event limit", Model("scripted/fault-silence"), failed("No answer within 0.7 s"),
         clocks=Clocks(first_event=0.7)),
    Case("U4b", "keep-alives only, to the idle limit", Server((trickle(0.02, HEAD, b": warm\n\n"),)), failed("Nothing more came for 0.3 s"),
         both=False, clocks=Clocks(idle=0.3)),
    Case("U4c", "keep-alives only, behind the first words", Server((trickle(0.02, HEAD, event("Some"), b": warm\n\n"),)),
         cut_off("Nothing more came for 0.3 s", "Some"), both=False, clocks=Clocks(idle=0.3)),
    Case("U5a", "a trickle that ends", Model("scripted/slow", "5 tokens at 10/s after 0 s"), complete(passage(5)), clocks=Clocks(idle=5)),
    Case("U5b", "a trickle that outlives the time for one answer", Model("scripted/slow", "1000 tokens at 20/s after 0 s"),
         cut_off("The answer took longer than 1.5 s: what came is kept", some_of_it), failed("The answer took longer than 1.5 s"),
         clocks=Clocks(total=1.5)),
    Case("U6a", "an infinite stream", Model("scripted/fault-endless"), cut_off("more than 4 MB of text", first_at_the_cap)),
    Case("U6b", "infinite keep-alives at full speed", Server((trickle(0, HEAD, b": warm\n\n" * 8192),)), failed("more than 2 MB in all"),
         both=False, limits=Limits(total=2**21)),
    Case("U7a", "closed before any header", Model("scripted/fault-closed"),
         failed("The connection broke before an answer came: try again; this try may have been billed.")),
    Case("U7b", "reset before any header", Server((reset(),)), failed("this try may have been billed")),
    Case("U7c", "reset within the headers", Server((reset(b"HTTP/1.1 200 OK\r\nContent-"),)), failed("this try may have been billed")),
    Case("U8a", "closed within a chunk", Model("scripted/fault-torn"), cut_off("The connection broke before the end", SEVEN),
         failed("The connection broke")),
    Case("U8b", "closed between two chunks", Model("scripted/fault-cut"), cut_off("The connection broke before the end", SEVEN),
         failed("The connection broke")),
    Case("U8c", "reset in mid-stream", Server((reset(HEAD + event("Some")),)), cut_off("The connection broke before the end", "Some"), both=False),
    Case("U8d", "a body shorter than its Content-Length", Server((response(event("Some"), length=9999),)),
         cut_off("The connection broke before the end", "Some")),
    Case("U9a", "a clean end between two events, unmarked", Model("scripted/fault-unended"), cut_off(NO_END, SEVEN),
         failed("cut off in the middle")),
    Case("U9b", "a clean end inside an event", Model("scripted/fault-halved"), cut_off(NO_END, SAID.removesuffix(" 🌊.")),
         failed("cut off in the middle")),
    Case("U9c", "a clean end inside the first event", Server((HEAD + HALF,)), failed("broke off within its first event"), both=False),
    Case("U10", "an end marker without a finish reason", Model("scripted/fault-reasonless"), Ending("complete", kept=SAID, fact="finish: no reason given")),
    Case("U11a", "a finish reason without an end marker", Model("scripted/fault-unmarked"), complete(SAID)),
    Case("U11b", "a finish reason, and then a break", Server((reset(HEAD + event("All.") + stream().removesuffix(b"data: [DONE]\n\n")),)),
         complete("All.", "the server did not mark its end"), both=False),
    Case("U11c", "a finish reason, and then a connection held open", Server((trickle(0.02, HEAD, stream("All.", end='data: {"choices": '
         '[{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'), b": warm\n\n"),)), complete("All.", "did not mark its end"),
         both=False, clocks=Clocks(linger=0.3)),
    stopped("U27a", "Stop before the first token", "9 tokens after 30 s", 0, ""),
    stopped("U27b", "Stop at the first token", "1000 tokens at 20/s", 1, some_of_it),
    stopped("U27c", "Stop at the hundredth character", "1000 tokens at 200/s", 100, lambda text: len(text) >= 100 and some_of_it(text)),
    stopped("U27d", "Stop behind the last token", "9 tokens at 5000/s", -1, passage(9), "complete"),
)  # fmt: skip
