"""How long the history's page takes in a browser: from the address to the table's rows, as a ledger's size has it or not."""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.side_by_side import HOUSE, chromium, plain_environment, web_server

TABLE = ".st-key-history-table canvas"
RATIO = 1.2
_PATIENCE_MS = 60_000


def painted(files: dict[int, Path], scratch: Path, repetitions: int) -> dict[int, float]:
    """Milliseconds by size, the median of reloads of tabs that are open, in turns, each of a server of its own."""
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        pages: dict[int, Page] = {}
        for size, file in files.items():
            home = scratch / f"home-{size}"
            environment = plain_environment(PARLEY_HOME=str(home), PARLEY_DATABASE_URL=f"sqlite:///{file.as_posix()}")
            command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port"]
            url = stack.enter_context(web_server(command, folder=HOUSE, environment=environment))
            pages[size] = browser.new_page()
            pages[size].goto(f"{url}/history")
            pages[size].locator(TABLE).first.wait_for(timeout=_PATIENCE_MS)
        taken: dict[int, list[float]] = {size: [] for size in files}
        for _ in range(repetitions):
            for size, page in pages.items():
                taken[size].append(_reloaded(page))
        return {size: statistics.median(times) for size, times in taken.items()}


def _reloaded(page: Page) -> float:
    """A reload is a new visit to Streamlit: nothing of the page before is used again."""
    begun = time.perf_counter()
    page.reload(wait_until="commit")
    page.locator(TABLE).first.wait_for(timeout=_PATIENCE_MS)
    return (time.perf_counter() - begun) * 1000
