"""What a rerun of the notebook costs with every field of the request in the sidebar, beside a bare page with as many plain widgets.

    python benchmarks/panel.py [--quick]

Into one number field of the sidebar another number is typed, again and again, with no field set and with all of them. The bare
page has the same kinds of widgets with the same values, and nothing else; it is served with Streamlit's own settings, which the
aims are held against, and once more tuned, with Parley's. Server time is the processor time of the server's process for one rerun,
bytes are those of the page's websocket in both directions, as they travel: Parley's settings compress them, Streamlit's own do not,
so what the messages hold is in the table too. The last line is JSON with every aim.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil
from playwright.sync_api import Browser, Page

from benchmarks.processes import port_of, server_at, spent
from benchmarks.relay import Relay
from benchmarks.side_by_side import (
    HOUSE,
    Aim,
    aims_line,
    chromium,
    circumstances,
    end_in_order_when_told,
    plain_environment,
    scripted_upstream,
    table,
    web_server,
)
from parley import ChatRequest, Session, Store
from parley.request import FIELDS, FieldSpec

AIM = 1.5
QUIET = 250
"""Milliseconds without a message after which a rerun is over."""
WARM_UP = 5
TYPED = "temperature"
COUNTING = """() => {
  if (window !== window.top) return
  const seen = { bytes: 0, messages: 0, last: performance.now() }
  window.benchmark = seen
  const size = (data) => data.byteLength ?? data.size ?? new Blob([data]).size
  const note = (data) => { seen.bytes += size(data); seen.messages += 1; seen.last = performance.now() }
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) { super(...given); this.addEventListener("message", (event) => note(event.data)) }
    send(data) { note(data); super.send(data) }
  }
}"""

EVERY_FIELD: dict[str, Any] = {
    "model": "vendor/not-listed",
    "models": ["scripted/text", "scripted/slow"],
    "provider": {"order": ["scripted-north"], "allow_fallbacks": True, "max_price": {"prompt": "1"}},
    "service_tier": "auto",
    "route": "fallback",
    "temperature": 1,
    "top_p": 0.9,
    "top_k": 40,
    "min_p": 0.05,
    "top_a": 0.1,
    "frequency_penalty": 0.1,
    "presence_penalty": 0.1,
    "repetition_penalty": 1.1,
    "seed": 7,
    "logit_bias": {"50256": -100},
    "max_completion_tokens": 512,
    "max_tokens": 512,
    "stop": ["END", "STOP"],
    "reasoning": {"effort": "low", "exclude": True},
    "reasoning_effort": "low",
    "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}},
    "modalities": ["text"],
    "image_config": {"aspect_ratio": "16:9"},
    "prediction": {"type": "content", "content": "The same again."},
    "logprobs": True,
    "top_logprobs": 3,
    "tools": [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}],
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "stop_server_tools_when": [{"type": "step_count_is", "step_count": 3}],
    "deferred_tools": {"protocol": "v1", "profile": "portable", "search": {"type": "bm25"}, "validation": "runtime"},
    "plugins": [{"id": "web", "max_results": 3}],
    "cache_control": {"type": "ephemeral", "ttl": "5m"},
    "prompt_cache_key": "one",
    "prompt_cache_options": {"mode": "explicit", "ttl": "30m"},
    "stream": True,
    "debug": {"echo_upstream_body": True},
    "stream_options": {"include_usage": True},
    "session_id": "session",
    "user": "somebody",
    "metadata": {"team": "a", "purpose": "benchmark"},
    "trace": {"trace_name": "benchmark"},
}
KINDS = {"number": "number", "integer": "integer", "choice": "choice", "model": "choice", "switch": "switch"}


@dataclass(frozen=True)
class Cost:
    """One rerun."""

    time: float
    """Milliseconds of the server's processor."""
    bytes: float
    """On the wire."""
    held: float
    """Bytes that the messages hold."""


@dataclass(frozen=True)
class Panel:
    """A page under test."""

    name: str
    server: psutil.Process
    addresses: dict[str, str]
    """The page with nothing set, and with everything, by these words."""
    number: str
    """CSS selector of the number field that is typed into."""
    relay: Relay


Results = dict[tuple[str, str], list[Cost]]
CASES = ("nothing set", "everything set")
BARE, TUNED = "bare", "bare, tuned"


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    end_in_order_when_told()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        upstream = stack.enter_context(scripted_upstream())
        bare = [stack.enter_context(bare_panel(scratch, name)) for name in (BARE, TUNED)]
        panels = [*bare, stack.enter_context(parley_panel(upstream, scratch))]
        browser = stack.enter_context(chromium())
        results = measured(browser, panels, options.repetitions, options.reruns)
        print(report(results, options.repetitions * options.reruns, circumstances(browser)))
    print(aims_line(aims(medians(results))))
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks/panel.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute: fewer reruns, each page once")
    options = parser.parse_args(arguments)
    options.repetitions, options.reruns = (1, 8) if options.quick else (3, 20)
    return options


@contextmanager
def parley_panel(upstream: str, scratch: Path) -> Iterator[Panel]:
    """Parley as README starts it, with a session for each case."""
    home = scratch / "home"
    relay = Relay()
    environment = plain_environment(
        PARLEY_HOME=str(home),
        PARLEY_ALLOWED_HOSTS=relay.host,
        OPENROUTER_BASE_URL=upstream,
        OPENROUTER_API_KEY="unused",
    )
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port"]
    with web_server(command, folder=HOUSE, environment=environment) as url, relay.before(port_of(url)) as address:
        ids = sessions(f"sqlite:///{home.as_posix()}/parley.db")
        addresses = {case: f"{address}/?c={name}" for case, name in ids.items()}
        yield Panel("Parley", server_at(url), addresses, f".st-key-field-{TYPED}", relay)


def sessions(database: str) -> dict[str, str]:
    """An empty session with the settings of each case; gives their ids."""
    settings = {"nothing set": ChatRequest(), "everything set": ChatRequest.parse(EVERY_FIELD)}
    with Store(database) as store:
        return {case: store.save(Session(id=uuid.uuid4().hex, settings=one)).id for case, one in settings.items()}


@contextmanager
def bare_panel(scratch: Path, name: str) -> Iterator[Panel]:
    """The plain widgets: with Streamlit's own settings, or tuned, with Parley's, so that only the pages differ."""
    folder = scratch / name
    folder.mkdir()
    if name == TUNED:
        shutil.copytree(HOUSE / ".streamlit", folder / ".streamlit", ignore=shutil.ignore_patterns("secrets*"))
    (folder / "page.py").write_text(Path(__file__).with_name("bare_panel.py").read_text(encoding="utf-8"), "utf-8")
    (folder / "widgets.json").write_text(json.dumps(plain_widgets()), encoding="utf-8")
    environment = plain_environment(BENCHMARK_WIDGETS=str(folder / "widgets.json"))
    options = ("--server.headless=true", "--browser.gatherUsageStats=false")
    command = [sys.executable, "-m", "streamlit", "run", "page.py", *options, "--server.port"]
    relay = Relay()
    with web_server(command, folder=folder, environment=environment) as url, relay.before(port_of(url)) as address:
        addresses = {"nothing set": f"{address}/", "everything set": f"{address}/?set=1"}
        yield Panel(name, server_at(url), addresses, f".st-key-bare-{TYPED}", relay)


def plain_widgets() -> list[dict[str, Any]]:
    """One widget for each field, and the boxes for raw JSON, messages and system prompt that the notebook has besides."""
    fields = [plain_widget(spec) for spec in FIELDS if spec.name != "messages"]
    boxes = [{"kind": "area", "label": label, "choices": [], "value": None} for label in ("raw", "messages", "system")]
    return [*fields, *boxes]


def plain_widget(spec: FieldSpec) -> dict[str, Any]:
    value = EVERY_FIELD[spec.name]
    if spec.editor in KINDS:
        kind = KINDS[spec.editor]
        choices = list(spec.choices) or [str(value)]
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        kind, choices = "list", list(dict.fromkeys((*spec.choices, *value)))
    elif isinstance(value, (dict, list)) or spec.editor not in ("text",):
        kind, choices, value = "area", [], json.dumps(value, indent=2)
    else:
        kind, choices = "text", []
    return {"kind": kind, "label": spec.name, "choices": choices, "value": float(value) if kind == "number" else value}


def measured(browser: Browser, panels: Sequence[Panel], repetitions: int, reruns: int) -> Results:
    """Every page in turns, each time in a fresh tab."""
    results: Results = {(case, panel.name): [] for case in CASES for panel in panels}
    for repetition in range(repetitions):
        for case in CASES:
            for panel in panels if repetition % 2 == 0 else reversed(panels):
                costs = typed(browser, panel, case, reruns)
                print(f"{case}, {panel.name}: {median(costs)}", file=sys.stderr)
                results[case, panel.name] += costs
    return results


def typed(browser: Browser, panel: Panel, case: str, reruns: int) -> list[Cost]:
    """What each number that was typed cost, once the page was warm."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.add_init_script(f"({COUNTING})()")
        page.goto(panel.addresses[case])
        unfolded(page, panel)
        return [type_number(page, panel, number) for number in range(WARM_UP + reruns)][WARM_UP:]
    finally:
        context.close()


def unfolded(page: Page, panel: Panel) -> None:
    """Wait for the page, and open the fold that the number is in, where it is in one."""
    page.locator(panel.number).wait_for(state="attached")
    page.wait_for_timeout(2_000)
    if not page.locator(panel.number).is_visible():
        page.locator("details", has=page.locator(panel.number)).locator("summary").click()
    settled(page)


def type_number(page: Page, panel: Panel, number: int) -> Cost:
    """One number typed, and the rerun that it makes."""
    settled(page)
    box = page.locator(f"{panel.number} input")
    box.fill(f"{0.5 + number / 100:.2f}")
    before, passed, seen = spent(panel.server), panel.relay.bytes, page.evaluate("({...benchmark})")
    box.press("Enter")
    page.wait_for_function("messages => benchmark.messages > messages + 1", arg=seen["messages"])
    settled(page)
    after, now = spent(panel.server), page.evaluate("({...benchmark})")
    held = now["bytes"] - seen["bytes"]
    return Cost(time=(after - before) * 1000, bytes=panel.relay.bytes - passed, held=held)


def settled(page: Page) -> None:
    page.wait_for_function("quiet => performance.now() - benchmark.last > quiet", arg=QUIET)


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(column) for column in zip(*map(astuple, costs), strict=True)))


def medians(results: Results) -> dict[tuple[str, str], Cost]:
    return {key: median(costs) for key, costs in results.items()}


def aims(typical: dict[tuple[str, str], Cost]) -> Iterator[Aim]:
    """Time and bytes of each case, as a multiple of the bare page's."""
    for case in CASES:
        ours, bare = typical[case, "Parley"], typical[case, BARE]
        yield Aim(f"{case}: server time, of the bare page's", ours.time / bare.time, AIM)
        yield Aim(f"{case}: websocket bytes, of the bare page's", ours.bytes / bare.bytes, AIM)


def report(results: Results, reruns: int, circumstances: str) -> str:
    """The table for README."""
    rows = [
        (case, page, f"{one.time:.0f}", f"{one.bytes / 1000:.1f}", f"{one.held / 1000:.1f}")
        for (case, page), one in medians(results).items()
    ]
    return f"{circumstances}; medians of {reruns} reruns\n\n{table(('sidebar', 'page', 'server ms', 'KB on the wire', 'KB in messages'), rows)}\n"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
