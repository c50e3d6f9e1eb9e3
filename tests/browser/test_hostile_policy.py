"""The content-security policy alone: a page that paints hostile text as it came, every way Streamlit has, behind our middleware.

Only what moves the whole tab (`<meta http-equiv=refresh>` as HTML) is beyond any policy; HTML is never turned on, see test_floors.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import free_port, until
from tests.browser.hostile import FETCHES, IN_A_LINE, addressed, scripts
from tests.browser.listening import Listener, Watch
from tests.conftest import HOUSE

pytestmark = pytest.mark.browser

NAIVE_PAGE = """
import json, pathlib
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from parley import web
    from parley.settings import Settings

    class NoUploads:
        def knows(self, session): return True
        def held(self): return {}

    frame = web.build(Settings.read({}), store_answers=lambda: None, uploads=NoUploads())
    app = st.App(__file__, routes=frame.routes, middleware=frame.middleware)
else:
    told = json.loads((pathlib.Path(__file__).parent / "told.json").read_text())
    for number, one in enumerate(told["blocks"]):
        st.markdown(one)
        if "http-equiv" not in one:
            st.markdown(one, unsafe_allow_html=True)
            st.html(one)
    line = told["line"]
    st.title(line)
    st.caption(line)
    st.error(line)
    st.button(line)
    st.tabs([line])
    st.table({"a": [line]})
    st.expander(line).text_input(line)
    with st.chat_message("assistant"):
        st.write_stream(iter(told["blocks"][:9]))
    st.markdown("THE END")
"""


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener().listening() as one:
        yield one


@pytest.fixture(scope="module")
def naive(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[str]:
    """The address of a page without a painter."""
    folder = tmp_path_factory.mktemp("naive")
    line = " ".join(addressed(IN_A_LINE, f"{listener.url}/line-#.png"))
    scripted = [one for one in scripts() if "http-equiv" not in one.lower()]
    blocks = [*addressed(FETCHES, f"{listener.url}/#.png"), *packed(scripted)]
    (folder / "app.py").write_text(NAIVE_PAGE)
    (folder / "told.json").write_text(json.dumps({"blocks": blocks, "line": line}))
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.headless",
        "true",
        "--server.port",
        str(port),
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENROUTER_")}
    environ = {**kept, "PYTHONPATH": str(HOUSE), "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://localhost:{port}"
        until(lambda: answers(address), "the page never came")
        yield address
        process.terminate()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def packed(texts: list[str], size: int = 12) -> list[str]:
    """Several to an element, each in a paragraph of its own."""
    return ["\n\n".join(texts[start : start + size]) for start in range(0, len(texts), size)]


def visited(browser: Browser, address: str, listener: Listener, *, bypass_csp: bool) -> tuple[bool, Watch]:
    listener.heard.clear()
    context = browser.new_context(bypass_csp=bypass_csp)
    watch = Watch(context, address)
    page = context.new_page()
    page.goto(address)
    page.get_by_text("THE END").first.wait_for(state="attached")
    page.wait_for_timeout(1500)
    ran = Watch.ran(page)
    context.close()
    return ran, watch


def test_without_painter_and_policy_most_spellings_are_heard_and_something_runs(
    browser: Browser, naive: str, listener: Listener
) -> None:
    ran, _ = visited(browser, naive, listener, bypass_csp=True)
    assert len({path for path in listener.heard if "line" not in path}) > len(FETCHES) // 2
    assert ran


def test_the_policy_alone_lets_nothing_out_and_nothing_run(browser: Browser, naive: str, listener: Listener) -> None:
    ran, watch = visited(browser, naive, listener, bypass_csp=False)
    assert (listener.heard, watch.foreign, watch.dialogs) == ([], [], [])
    assert not ran
