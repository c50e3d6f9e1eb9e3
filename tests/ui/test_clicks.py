"""What a browser's page sends when it is busy, and what a script hears of it; the browser is played over its websocket."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

HOUSE = Path(__file__).resolve().parents[2]
SCRIPT = """
import streamlit as st
from components.clicks import hear_clicks_once

hear_clicks_once()

def clicked():
    st.session_state.clicks = st.session_state.get("clicks", 0) + 1

@st.fragment
def look():
    st.text_input("Draft", key="draft")

look()
light = st.toggle("Light", key="light")
seen = st.button("Go", key="go", on_click=clicked)
st.text(f"clicks {st.session_state.get('clicks', 0)}, seen {seen}, light {light}")
"""


class Browser:
    """A page that sends what it is told to, whatever a person did."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.stand = BackMsg()
        self.ids: dict[str, str] = {}
        self.fragment = ""
        self.send()

    def send(
        self, *, draft: str = "", light: bool | None = None, go: bool = False, by: str = "", auto: bool = False
    ) -> str:
        """Send what changed, under the name of a fragment or of none; gives what the whole page then says, if it was drawn."""
        message = BackMsg()
        message.rerun_script.CopyFrom(self.stand.rerun_script)
        message.rerun_script.fragment_id, message.rerun_script.is_auto_rerun = by, auto
        widgets = message.rerun_script.widget_states.widgets
        if draft:
            widgets.add(id=self.ids["draft"], string_value=draft)
        if light is not None:
            widgets.add(id=self.ids["light"], bool_value=light)
        self.stand.rerun_script.widget_states.CopyFrom(message.rerun_script.widget_states)
        if go:
            widgets.add(id=self.ids["go"], trigger_value=True)
        self.line.send(message.SerializeToString())
        return self._heard()

    def _heard(self) -> str:
        said = ""
        while True:
            message = ForwardMsg()
            message.ParseFromString(bytes(self.line.recv(timeout=60)))
            self.fragment = message.delta.fragment_id or self.fragment
            element = message.delta.new_element
            said = element.text.body or said
            for one in (element.text_input, element.checkbox, element.button):
                if one.id:
                    self.ids[one.id.rpartition("-")[2]] = one.id
            if message.WhichOneof("type") == "script_finished":
                return said


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("script") / "app.py"
    script.write_text(SCRIPT)
    options = ["--server.headless", "true", "--server.port", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), *options],
        cwd=HOUSE,
        env={**os.environ, "PYTHONPATH": str(HOUSE), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        yield next(found[1] for line in process.stdout if (found := re.search(r"http://(\S+)", line)))
        process.kill()


@pytest.fixture
def browser(server: str) -> Iterator[Browser]:
    with connect(
        f"ws://{server}/_stcore/stream",
        origin=Origin(f"http://{server}"),
        subprotocols=[Subprotocol("streamlit")],
        open_timeout=60,
        max_size=None,
    ) as line:
        yield Browser(line)


def test_what_changed_in_a_fragment_alone_stays_there(browser: Browser) -> None:
    assert browser.send(draft="a", by=browser.fragment) == ""


def test_a_click_that_is_sent_under_a_fragments_name_is_for_the_whole_page(browser: Browser) -> None:
    assert browser.send(draft="a", go=True, by=browser.fragment) == "clicks 1, seen True, light False"


def test_so_is_one_that_is_sent_under_the_name_of_a_fragment_that_is_gone(browser: Browser) -> None:
    assert browser.send(go=True, by="gone") == "clicks 1, seen True, light False"


def test_so_is_a_choice_that_was_made_elsewhere(browser: Browser) -> None:
    browser.send(light=False)
    assert browser.send(draft="b", light=True, by=browser.fragment) == "clicks 0, seen False, light True"


def test_a_click_that_a_fragments_own_look_took_along_acts_once(browser: Browser) -> None:
    assert browser.send(go=True, by=browser.fragment, auto=True) == ""
    assert browser.send(go=True) == "clicks 1, seen True, light False"
    assert browser.send() == "clicks 1, seen False, light False"
