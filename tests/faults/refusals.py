"""U22 to U25, and U29: refusals, busy servers, redirects, and ways that lead nowhere."""

from __future__ import annotations

from parley.client import Clocks
from tests.conftest import KEY
from tests.faults.case import Case, Model, Nobody, Server, complete, cut_off, failed, passage
from tests.faults.serving import hold, response, stream

BUSY = b'{"error": {"code": 429, "message": "Slow down"}}'
GOOD = response(stream("All."))
TOLD_BACK = f'{{"error": {{"code": 401, "message": "Incorrect API key {KEY}, not sk-proj-{"a1" * 20}"}}}}'
KEY_WANTED = "The API key was refused (User not found): check the key in Settings."


def status(id: str, number: int, sees: str) -> Case:
    return Case(id, f"HTTP {number}", Model("scripted/fault-status", f"status {number}"), failed(sees))


def rate(wait: str, prompt: str, sees: str, id: str, retries: int = 0) -> Case:
    return Case(
        id, f"429 with Retry-After: {wait}", Model("scripted/fault-rate", prompt), failed(sees), retries=retries
    )


CASES: tuple[Case, ...] = (
    Case("U22a", "400: a prompt that is too long", Model("scripted/fault-context"), failed("maximum context length is 0 tokens")),
    Case("U22b", "401", Model("scripted/fault-key"), failed(KEY_WANTED)),
    Case("U22c", "402", Model("scripted/fault-credits"), failed("add credits or set max_completion_tokens to 100 or less")),
    Case("U22d", "403: moderation", Model("scripted/fault-moderation"), failed("flagged for violence, self-harm")),
    Case("U22e", "403: a country", Model("scripted/fault-region"), failed("Country, region, or territory not supported")),
    Case("U22f", "404: no endpoint left", Model("scripted/fault-endpoints"), failed("left out by data_policy:zdr, max_price")),
    status("U22g", 408, "took too long (Request Timeout, as asked): try again; the first try may have been billed."),
    status("U22h", 413, "The request is too large"),
    status("U22i", 422, "refused the request (Unprocessable"),
    status("U22j", 418, "refused the request (I'm a Teapot, as asked): change it and send it again."),
    Case("U22k", "401 that says our key back, and another's", Server((response(TOLD_BACK.encode(), "401 No"),)),
         failed("Incorrect API key [key removed], not [key removed]")),
    rate("0.1 s", "retry in 0.1 s", "try again in 0.1 s", "U23a", retries=2),
    rate("90 s", "retry in 90 s", "try again in 90 s", "U23b"),
    rate("an hour", "retry in 3600 s", "try again in 60 min", "U23c"),
    rate("a date in 20 min", "retry in 1230 s, as a date", "try again in 20 min", "U23d"),
    rate("nonsense", "as nonsense", "wait and try again", "U23e", retries=2),
    Case("U23f", "429 without a word of when", Model("scripted/fault-busy"), failed("temporarily rate-limited upstream"), retries=2),
    Case("U23g", "429 with Retry-After: 0.1 s, and then an answer", Server((response(BUSY, "429 Busy", Retry_After="0.1"), GOOD)),
         complete("All."), retries=1),
    Case("U24a", "503 twice, and then an answer", Model("scripted/fault-flapping"), complete(passage(7)), retries=2),
    Case("U24b", "502 again and again", Model("scripted/fault-provider"), failed("The scripted provider fell over"), retries=2),
    Case("U24c", "503 again and again, with Retry-After", Model("scripted/fault-unavailable", "retry in 0.05 s"), failed("is not available"),
         retries=2),
    Case("U24d", "529 again and again", Model("scripted/fault-overloaded"), failed("is overloaded"), retries=2),
    Case("U24e", "502 with a web page", Model("scripted/fault-gateway"), failed("Bad gateway"), retries=2),
    Case("U24f", "500", Model("scripted/fault-status", "status 500"), failed("Internal Server Error")),
    Case("U24g", "504", Model("scripted/fault-timeout"), failed("the first try may have been billed")),
    Case("U24h", "524", Model("scripted/fault-status", "status 524"), failed("the first try may have been billed")),
    Case("U24i", "502, and then a 200 that breaks", Server((response(b"", "502 Bad"), response(stream("Some", end=""), length=9999))),
         cut_off("The connection broke before the end", "Some"), retries=1),
    Case("U25a", "a redirect to another host", Model("scripted/fault-redirect"), failed("Parley refused the redirect")),
    Case("U25b", "a redirect on the same host", Server((response(b"", "307 Moved", Location="/api/v1/elsewhere"), GOOD)),
         failed("Parley refused the redirect")),
    Case("U29a", "a name that no server has", Nobody("https://parley.invalid/api/v1"), failed("No server has the name parley.invalid")),
    Case("U29b", "a port where nobody listens", Nobody("http://127.0.0.1:9/api/v1"), failed("Nobody listens at 127.0.0.1:9"), retries=2),
    Case("U29c", "a certificate that has expired", Server((GOOD,), way="expired"), failed("could not prove who it is (TLS)"), posts=0),
    Case("U29d", "https where a server speaks http", Server((b"HTTP/1.1 400 Bad\r\n\r\n",), way="blurting"), failed("does not answer in TLS"), posts=0),
    Case("U29e", "a proxy that wants a login (407)", Server((b"HTTP/1.1 407 Login\r\n\r\n",), way="proxy"),
         failed("The proxy on the way to openrouter.ai refused")),
    Case("U29f", "a server that has IPv6 only", Server((GOOD,), way="ipv6"), complete("All.")),
    Case("U29g", "a connection that is never made", Server((hold,), way="blurting"), failed("No connection within 0.3 s: check the network"),
         posts=0, clocks=Clocks(connect=0.3)),
)  # fmt: skip
