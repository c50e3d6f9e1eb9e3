"""Every field of the request, set by hand in the sidebar, as it arrives at the other end."""

from __future__ import annotations

import json
import math
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from components.panel.editors import DRAWN
from parley.request import Editor, FieldSpec
from tests.browser.conftest import Served, ask, enter, prompt, rest, until
from tests.conftest import KEY

pytestmark = pytest.mark.browser
VALUES: dict[str, Any] = {
    "model": "scripted/text",
    "models": ["scripted/text", "scripted/slow"],
    "provider": {"order": ["scripted"], "allow_fallbacks": False, "max_price": {"prompt": "0.5"}},
    "service_tier": "flex",
    "route": "fallback",
    "temperature": 0.7,
    "top_p": 0.25,
    "top_k": 40,
    "min_p": 0.05,
    "frequency_penalty": -1.5,
    "presence_penalty": 0,
    "repetition_penalty": 1.1,
    "seed": 2**53 - 1,
    "top_a": 0.5,
    "logit_bias": {"50256": -100},
    "max_completion_tokens": 200,
    "stop": ["END", "\n\n"],
    "max_tokens": 100,
    "reasoning": {"effort": "low", "exclude": False},
    "reasoning_effort": "minimal",
    "response_format": {"type": "json_object"},
    "modalities": ["text"],
    "image_config": {"aspect_ratio": "16:9", "unheard_of": 1.0},
    "logprobs": True,
    "top_logprobs": 3,
    "prediction": {"type": "content", "content": "0.10"},
    "tools": [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}],
    "tool_choice": "none",
    "parallel_tool_calls": False,
    "stop_server_tools_when": [{"type": "step_count_is", "step_count": 3}],
    "deferred_tools": {"protocol": "p", "profile": "q", "search": {"type": "t"}, "validation": "strict"},
    "plugins": [{"id": "file-parser"}],
    "cache_control": {"type": "ephemeral"},
    "prompt_cache_key": 'it\'s "quoted" \\ and ünïcode',
    "prompt_cache_options": {"mode": "auto"},
    "stream": False,
    "debug": {"echo_upstream_body": True},
    "stream_options": {"include_usage": True},
    "session_id": "s-1",
    "user": "user 7",
    "metadata": {"team": "blue"},
    "trace": {"trace_name": "night", "own": [1, 1.0, None]},
}
"""What is worth a try in a field; one that is not here gets what its declaration allows."""
APART = {"max_tokens", "reasoning_effort", "stream"}
"""What says the same as another field of its group, or forbids it, and is sent without it."""


class Relay(ThreadingHTTPServer):
    """Stands before the gateway and keeps what it is asked, byte for byte."""

    def __init__(self, gateway: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.gateway = gateway
        self.asked: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/v1"


class Passing(BaseHTTPRequestHandler):
    server: Relay

    def do_GET(self) -> None:
        self.passed(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.passed(body)
        self.server.asked.append(body)

    def passed(self, body: bytes | None) -> None:
        url = self.server.gateway + self.path.removeprefix("/api/v1")
        kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, kept)) as answer:
                status, kind, told = answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            status, kind, told = error.code, error.headers["Content-Type"], error.read()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        """Nothing to the terminal."""


@pytest.fixture(scope="module")
def relay(gateway: str) -> Iterator[Relay]:
    with Relay(gateway) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        yield relay
        relay.shutdown()


@pytest.fixture(scope="module")
def sidebar(tmp_path_factory: pytest.TempPathFactory, browser: Browser, relay: Relay) -> Iterator[Page]:
    home = tmp_path_factory.mktemp("fields") / "home"
    served = Served(home, OPENROUTER_BASE_URL=relay.url, OPENROUTER_API_KEY=KEY)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(30_000)
    page.goto(served.url)
    prompt(page).wait_for()
    yield page
    page.close()
    served.stop()


def fill(page: Page, spec: FieldSpec, value: Any) -> None:
    """Find the field by its name and enter the value, as its editor wants it; not in the place where a former search shows it."""
    field = page.locator(f".st-key-field-{spec.name}:visible")
    if spec.name != "model":
        find = page.locator(".st-key-panel-find input")
        find.fill("")
        expect(field).to_have_count(0)
        find.fill(spec.name)
    field.wait_for()
    rest(page)
    if spec.editor == "switch":
        field.get_by_role("radio", name="On" if value else "Off").click()
    elif spec.editor == "json":
        field.locator("textarea").fill(json.dumps(value))
        field.locator("textarea").press("Control+Enter")
    else:
        for one in value if isinstance(value, list) else [value]:
            enter(field.locator("input"), one.replace("\n", "\\n") if isinstance(one, str) else str(one))


def value_for(spec: FieldSpec) -> Any:
    if spec.name in VALUES:
        return VALUES[spec.name]
    word = spec.choices[0] if spec.choices else "some words"
    of_editor: dict[Editor, Any] = {
        "number": math.ceil(spec.low or 0),
        "integer": math.ceil(spec.low or 0),
        "switch": True,
        "text_list": [word],
        "json": [] if spec.shape == "array" else {},
    }
    return of_editor.get(spec.editor, word)


def sent_together() -> Iterator[list[str]]:
    """Every field once: those of a group in one request."""
    for group in dict.fromkeys(spec.group for spec in DRAWN):
        yield [spec.name for spec in DRAWN if spec.group == group and spec.name not in APART]
    yield sorted(APART)


SENT_TOGETHER = list(sent_together())


def test_every_value_here_is_of_a_field() -> None:
    assert set(VALUES) <= {spec.name for spec in DRAWN}


@pytest.mark.parametrize("fields", SENT_TOGETHER, ids=lambda fields: "+".join(fields))
def test_what_is_set_in_the_sidebar_arrives_as_it_was_typed(sidebar: Page, relay: Relay, fields: list[str]) -> None:
    sidebar.locator(".st-key-panel-find input").fill("")
    reset = sidebar.locator(".st-key-panel-reset button")
    if reset.is_enabled():
        reset.click()
    expect(reset).to_be_disabled()
    specs = [spec for spec in DRAWN if spec.name in fields]
    set_here = {spec.name: value_for(spec) for spec in specs}
    for spec in specs:
        fill(sidebar, spec, set_here[spec.name])
        expect(sidebar.locator(f".st-key-field-{spec.name}-reset").first).to_be_visible()
    before = len(relay.asked)
    ask(sidebar, f"About {' and '.join(fields)}")
    until(lambda: len(relay.asked) > before, f"{fields} were never sent")
    body = json.loads(relay.asked[-1])
    wanted = {"model": "openrouter/auto", "stream": True, **set_here}
    body.pop("messages")
    assert json.dumps(body, sort_keys=True) == json.dumps(wanted, sort_keys=True)
    sidebar.locator("[class*='st-key-stop-']").wait_for(state="detached")
