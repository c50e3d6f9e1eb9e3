"""What benchmarks share: servers that end with the benchmark, a real browser that sees loopback only, medians, aims.

A benchmark compares what it measures with something else that it measures in the same run, in turns, so that a busy machine
slows both. It is run by hand, from a checkout: nothing here is part of Parley.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from playwright.sync_api import Browser, sync_playwright

HOUSE = Path(__file__).resolve().parents[1]
PATIENCE = 120.0
"""Seconds that a server may take to answer for the first time."""
_GRACE = 10.0
_OURS = ("BENCHMARK_", "OPENROUTER_", "OPENAI_", "PARLEY_", "STREAMLIT_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@dataclass(frozen=True)
class Aim:
    """One promise: a figure that is to stay at or below `aim`, or at or above it."""

    name: str
    value: float
    aim: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.aim if self.at_least else self.value <= self.aim


def aims_line(aims: Iterable[Aim]) -> str:
    """The last line that a benchmark prints: every aim with its figure, as one line of JSON."""
    return json.dumps(
        {"aims": {one.name: {"value": round(one.value, 3), "aim": one.aim, "met": one.met} for one in aims}}
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, figures to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def circumstances(browser: Browser | None = None) -> str:
    """Date, machine and versions in words."""
    now = datetime.now(UTC)
    when = f"{now.day} {now:%B %Y}"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    seen_in = f", Chromium {browser.version.split('.')[0]}, headless" if browser else ""
    return (
        f"{when}; {os.cpu_count()} cores ({platform.machine()}), {platform.system()}, load {load:.1f} at the end; "
        f"Python {platform.python_version()}, Streamlit {version('streamlit')}{seen_in}"
    )


def plain_environment(**more: str) -> dict[str, str]:
    """This process's environment without anybody's settings, keys and proxies, and `more`."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(_OURS) and name.lower() not in _PROXIES
    }
    return {**kept, **more}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def child(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process that ends, with its own children, when the block does, however the block ends.

    It stands in a process group of its own, so that Ctrl-C reaches the benchmark alone, which then ends it in order.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    for how, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


@contextmanager
def scripted_upstream() -> Iterator[str]:
    """The gateway with its scripted models; gives its base URL."""
    command = [sys.executable, "-m", "parley.local", "--port", "0", "--no-model"]
    with child(command, folder=HOUSE, environment=plain_environment()) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()


@contextmanager
def web_server(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """A server, up when the block begins; `command` ends where the port belongs. Gives its address."""
    port = free_port()
    with child([*command, str(port)], folder=folder, environment=environment) as process:
        url = f"http://localhost:{port}"
        _until_up(process, url)
        yield url


def _until_up(process: subprocess.Popen[str], url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"A server did not come up: {process.args!r}")
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether a server is there; what it says does not matter."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, which can reach nothing but loopback."""
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("A real browser is needed: install Debian's package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_QUIET, _LOOPBACK_ONLY])
        try:
            yield browser
        finally:
            browser.close()


def end_in_order_when_told() -> None:
    """Let SIGTERM and SIGHUP end the benchmark as Ctrl-C does: block by block, every process with its block."""

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, end)
