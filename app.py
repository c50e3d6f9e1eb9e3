"""The frame: `streamlit run app.py` serves it, and runs it once more for every visit.

Without a script context this file is the server: routes, middleware, the doors opened once. With one it is the script: the table
of pages, and the page that was asked for. Where something of Streamlit's is used that is no public name, tests/test_frame.py
holds it.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import secrets
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import notices
from components.answer.painter import prewarm
from components.clicks import hear_clicks_once
from components.in_order import send_in_order
from components.looks import STYLE
from components.owning import owner_in
from components.services import close_services, on_open, open_services
from components.state import ui
from components.theme_once import keep_theme
from parley import web
from parley.errors import Missing, ParleyError, SettingsError, StoreUnavailable
from parley.exporting import enclosed, html_page
from parley.notebook import Run
from parley.settings import Settings
from parley.store import Store

TITLE = "Parley"
SIGN = (
    "<rect width='32' height='32' rx='7' fill='#0f6478'/>"
    "<path d='M8 9h16v10H15l-5 4v-4H8z' fill='none' stroke='#fdfcf9' stroke-width='2.2' stroke-linejoin='round'/>"
)
MARK = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>{SIGN}</svg>"
WORDMARK = (
    f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 124 32'>{SIGN}"
    "<text x='42' y='23.5' font-family='system-ui, sans-serif' font-size='22' font-weight='650' fill='#2a7f94'>Parley</text></svg>"
)
"""Its ink can be read by day and by night: a browser that changes from one to the other tells the script at its next run only."""
SIDEBAR = 340
"""Pixels: a number with its bounds, its ⋯ and its reset have room."""
WIDE = ("history", "models")
"""Pages that hold tables. The layout is said once a run: of two, the browser may keep the former."""
TURN = 0.001
"""Seconds that a thread computes while another waits: with Python's five, reading an answer in a rush keeps a page waiting, which
gives its turn away with every question to the database."""

_log = logging.getLogger("parley")


def main() -> None:
    """The script: the table of pages, and the one that was asked for."""
    st.set_page_config(page_title=TITLE, page_icon=MARK, initial_sidebar_state=SIDEBAR)
    st.logo(WORDMARK, icon_image=MARK)
    page = st.navigation(
        [
            st.Page("pages/1_Notebook.py", title="Notebook", icon=":material/edit_note:", default=True),
            st.Page("pages/2_History.py", title="History", icon=":material/receipt_long:", url_path="history"),
            st.Page("pages/3_Sessions.py", title="Sessions", icon=":material/folder_open:", url_path="sessions"),
            st.Page("pages/4_Models.py", title="Models", icon=":material/view_list:", url_path="models"),
            st.Page("pages/5_Present.py", title="Present", icon=":material/slideshow:", url_path="present"),
            st.Page("pages/6_Settings.py", title="Settings", icon=":material/tune:", url_path="settings"),
        ]
    )
    st.set_page_config(page_title=f"{page.title} · {TITLE}", layout="wide" if page.url_path in WIDE else "centered")
    ui().visit(page.url_path)
    try:
        page.run()
        prewarm()
    except ParleyError as error:
        notices.explain(error)


class HeldUploads:
    """What Streamlit's memory holds of uploads, for the caps in parley.web."""

    def knows(self, session: str) -> bool:
        return Runtime.instance().is_active_session(session)

    def held(self) -> Mapping[str, int]:
        files = Runtime.instance().uploaded_file_mgr
        if not isinstance(files, MemoryUploadedFileManager):
            raise TypeError("Streamlit keeps uploads elsewhere, so their sizes are not known")
        return {
            owner: sum(len(one.data) for one in list(kept.values())) for owner, kept in list(files.file_storage.items())
        }


class OwnersRuns:
    """Whose runs a browser may follow, for the event stream in parley.web."""

    def owner(self, browser: str) -> str:
        return owner_in(settings.mode, browser)

    def at_hand(self, owner: str) -> Iterable[web.Watched]:
        return open_services().runner.at_hand(owner)

    def stored(self, run_id: str, owner: str) -> Run | None:
        try:
            return open_services().store.run(run_id, owner=owner)
        except Missing:
            return None


def shared_page(token: str, link: str) -> str | None:
    """The copy behind a link, as the same page that a file of it is; None where the link leads nowhere."""
    share = store_or_wait().shared(token)
    if share is None or share.snapshot is None:
        return None
    return html_page(share.snapshot, title=share.title, link=link, embed=enclosed(share.snapshot))


def store_or_wait() -> Store:
    """The store; while the doors are shut, what says so."""
    try:
        return open_services().store
    except ParleyError as error:
        raise StoreUnavailable(str(error)) from None


def store_answers() -> None:
    """Raises when the doors cannot be opened or the store does not answer."""
    open_services().store.setting("health")


def explain(error: Exception) -> bool:
    """What a person sees when a script fails: a sentence of ours, or a number to find the failure by in the log."""
    if isinstance(error, ParleyError):
        notices.explain(error)
        return True
    incident = secrets.token_hex(3)
    _log.error("Incident %s: %s, traced above", incident, type(error).__name__)
    st.error(f"Something in Parley went wrong; what you typed is kept. The server's log tells more under {incident}.")
    return True


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Open the doors before the first script runs, close them after the last."""
    # While this flag is unset, a URL that equals a file in pages/ would run that file without this frame.
    PagesManager.uses_pages_directory = False
    keep_theme()
    hear_clicks_once()
    send_in_order()
    sys.setswitchinterval(TURN)
    try:
        on_open.append(lambda services: guard.also.append(services.keyring.redact))
        await asyncio.to_thread(open_services)
    except ParleyError as error:
        # The server stays up: /healthz says 503 and every page says this sentence.
        sys.stderr.write(f"{error}\n")
    # What is imported by now lives for good, so no collection need walk it again.
    gc.collect()
    gc.freeze()
    show_in_browser()
    with events.ending_on_signals():
        yield
    await asyncio.to_thread(close_services)


def show_in_browser() -> None:
    """Open the first page for whoever started Parley with `streamlit run` at a desk."""
    started_by_hand = Path(sys.argv[0]).resolve() == Path(__file__).resolve()
    if started_by_hand and not st.get_option("server.headless"):
        address, port = st.get_option("server.address"), st.get_option("server.port")
        host = "localhost" if address in {None, "", "0.0.0.0", "::"} else address  # noqa: S104
        url = f"http://{host}:{port}/{st.get_option('server.baseUrlPath')}"
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def settings_or_exit() -> Settings:
    """The settings, or the end of the process with one sentence: a server that guesses them is worse than none."""
    try:
        return Settings.read(os.environ)
    except SettingsError as error:
        raise SystemExit(f"Parley cannot start: {error}") from None


if get_script_run_ctx(suppress_warning=True) is None:
    guard = web.LogGuard()
    guard.install()
    settings = settings_or_exit()
    guard.hide(settings.api_key)
    events = web.Events(OwnersRuns())
    frame = web.build(
        settings,
        store_answers=store_answers,
        uploads=HeldUploads(),
        events=events,
        downloads=lambda: open_services().downloads,
        shared=web.Shared(shared_page, lambda token: store_or_wait().is_shared(token), lambda: open_services().tickets),
        title=TITLE,
        style=STYLE,
    )
    app = st.App(__file__, routes=frame.routes, middleware=frame.middleware, lifespan=lifespan, on_script_error=explain)
else:
    main()
