"""U12 to U21, and U26: bytes that are not what they should be, or too many of them."""

from __future__ import annotations

import json

from parley.local.scripted.distortions import SAID
from tests.conftest import KEY
from tests.faults.case import Case, Model, Server, complete, cut_off, failed, passage
from tests.faults.serving import HEAD, response, stream

SEVEN = passage(7)
TOLD_BACK = f'data: {{"error": {{"code": 401, "message": "Bad key {KEY}"}}}}\n\n'
NO_API = "not with a model's answer: check the base URL"
PAGE = b"<!DOCTYPE html><title>Log in</title>"
PLAIN = b'{"choices": [{"message": {"content": "All."}, "finish_reason": "stop"}]}'
DIED = "failed (Provider disconnected unexpectedly): try again, or choose another model or provider."
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}
    for name in ("weather", "tides")
]


def odd_ends() -> str:
    """Chunks that say too much of themselves."""
    long = {"id": "x" * 10**6, "model": "m" * 10**6, "provider": "\ud800\x00" * 10**5, "created": 1e300, "choices": []}
    usage = {
        "prompt_tokens": -5,
        "completion_tokens": 10**30,
        "cost": -1e300,
        "prompt_tokens_details": {"cached_tokens": -3},
    }
    choice = {"finish_reason": "stop", "native_finish_reason": ["stop"]}
    return (
        "".join(f"data: {json.dumps(one)}\n\n" for one in (long, {"choices": [choice], "usage": usage}))
        + "data: [DONE]\n\n"
    )


CASES: tuple[Case, ...] = (
    Case("U12a", "every byte a chunk of its own; letters and CRLF torn", Model("scripted/fault-bytewise"), complete(SAID)),
    Case("U12b", "surrogate pairs torn in two, and half a pair alone", Model("scripted/fault-surrogates"),
         complete("A wave: 🌊, and half a wave: \ufffd.", "1 torn character was replaced")),
    Case("U13", "a byte order mark", Model("scripted/fault-bom"), complete(SAID)),
    Case("U14", "invalid UTF-8", Model("scripted/fault-utf8"), complete("Good \ufffd\ufffd morning.", "invalid UTF-8 was replaced")),
    Case("U15a", "an event that is no JSON amid good ones", Model("scripted/fault-garbled"), complete(SAID, "1 event could not be read"),
         complete(SAID)),
    Case("U15b", "more than twenty events that are no JSON", Model("scripted/fault-garbled", "30 times"),
         failed("More than 20 events of the answer could not be read", SAID[:5]), both=False),
    Case("U16a", "null, a list, text, missing choices, a huge index, negative usage", Model("scripted/fault-nonsense"),
         complete(SAID, "4 events could not be read"), complete(SAID)),
    Case("U16b", "names without an end, and usage beyond all bounds", Server((HEAD + stream("All.", end=odd_ends()),)), complete("All."), both=False),
    Case("U17a", "an error chunk beside a choice", Model("scripted/fault-midstream"), failed(DIED, SEVEN)),
    Case("U17b", "an error chunk without choices", Model("scripted/fault-choiceless"), failed("Upstream is overloaded", SEVEN),
         failed("Upstream is overloaded")),
    Case("U17c", "an error inside the choice", Model("scripted/fault-choice"), failed(DIED, SEVEN)),
    Case("U17d", "an error alone, and no end", Model("scripted/fault-bare"), failed("set max_completion_tokens to 7 or less", SEVEN),
         failed("set max_completion_tokens to 7 or less")),
    Case("U17e", "an error behind the finish reason", Model("scripted/fault-late"), failed("Token limit reached", SEVEN)),
    Case("U17f", "`event: error`", Model("scripted/fault-event"), failed(DIED, SAID), failed(DIED)),
    Case("U17g", "finish reason `error` without a word", Model("scripted/fault-wordless"), failed("broke off the answer (MALFORMED_FUNCTION_CALL)")),
    Case("U17h", "finish reason `stop`, natively `network_error`", Model("scripted/fault-network"),
         failed("broke off the answer (network_error)", SEVEN)),
    Case("U17i", "an error in mid-stream that says our key back", Server((HEAD + stream("Some", end=TOLD_BACK),)),
         failed("The API key was refused (Bad key [key removed])", "Some"), both=False),
    Case("U18", "an event of 40 MB behind a line of text", Model("scripted/fault-huge"), cut_off("more than 32 MB in one event", SAID),
         failed("more than 32 MB in one body"), grows=48),
    Case("U19", "a line of 100 MB without an end", Model("scripted/fault-line"), failed("more than 32 MB in one event"),
         failed("more than 32 MB in one body"), grows=48),
    Case("U20a", "gzip that nobody asked for", Model("scripted/fault-gzip"), complete(SAID)),
    Case("U20b", "gzip that is none", Model("scripted/fault-gzip-lie"), failed("says that its answer is compressed, but it is not")),
    Case("U20c", "a gzip bomb of 1 GB", Model("scripted/fault-bomb"), failed("more than 32 MB in one event"),
         failed("more than 32 MB in one body"), grows=48),
    Case("U20d", "a compression that Parley cannot undo", Server((response(stream("a"), Content_Encoding="br"),)),
         failed("in a compression that Parley did not ask for")),
    Case("U21a", "200 with a web page", Model("scripted/fault-page"), failed("with a web page, not with a model's answer: check the base URL")),
    Case("U21b", "a plain answer where a stream was asked for", Model("scripted/fault-unstreamed"), complete(SAID)),
    Case("U21c", "a stream where a plain answer was asked for", Server((HEAD + stream("All."),)), complete("All.")),
    Case("U21d", "200 with nothing but an error", Model("scripted/fault-error"), failed("The scripted provider fell over")),
    Case("U21e", "200 with an empty body", Model("scripted/fault-nothing"), failed("The server answered with nothing: try again")),
    Case("U21f", "200 with JSON that is no answer", Server((response(b'{"ok": true}'),)), failed(NO_API)),
    Case("U21g", "200 with a list", Server((response(b"[1, 2]"),)), failed(NO_API)),
    Case("U21h", "200 with words", Server((response(b"It works!"),)), failed(NO_API)),
    Case("U21i", "200 with half of a plain answer", Server((response(PLAIN[:40]),)), failed("cut off in the middle")),
    Case("U21j", "an answer without a word", Model("scripted/empty"), complete("")),
    Case("U26a", "two end markers, and words behind them", Model("scripted/fault-twice"), complete(SAID)),
    Case("U26b", "usage in the last chunk, without choices", Model("scripted/usage-choiceless"), complete("The last chunk has no choices.")),
    Case("U26c", "two choices, of which one was asked for", Model("scripted/fault-choices"), complete(SAID, "further choices; the first is shown"),
         complete(SAID)),
    Case("U26d", "tool calls out of order", Model("scripted/tools-crossed", fields={"tools": TOOLS}), complete("")),
)  # fmt: skip
