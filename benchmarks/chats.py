"""The three chats that are compared, each ready to be asked: Parley, Streamlit's tutorial chat, and the bare page, the floor."""

from __future__ import annotations

import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from benchmarks.side_by_side import HOUSE, plain_environment, web_server
from parley import ChatRequest, Reply, Run, Session, Store
from parley.local.scripted.text import PIECES
from parley.notebook import edits

WATCH = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
MODEL = "scripted/text"
EARLIER_PROMPT = "What is written on the harbour wall?"
EARLIER_TOKENS = 250
"""About one kilobyte, the length of an answer in the history."""
_STREAMLIT = (sys.executable, "-m", "streamlit", "run")
_HEADLESS = ("--server.headless=true", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false")
_CHAT_MESSAGES = """(prompt) => {
  const messages = document.querySelectorAll("[data-testid=stChatMessage]")
  const answer = messages[messages.length - 1]
  const asked = messages[messages.length - 2]
  if (!asked || !asked.textContent.includes(prompt)) return ""
  let text = ""
  for (const one of answer.querySelectorAll("[data-testid=stMarkdown] [data-testid=stMarkdownContainer]")) {
    if (!one.textContent.startsWith("Waiting for the first token")) text += one.textContent
  }
  return text
}"""
_BARE_PAGE = """(prompt) => {
  const asked = document.querySelector("main > :nth-last-child(2)")
  return asked && asked.textContent.includes(prompt) ? document.querySelector("main > :last-child").textContent : ""
}"""


def answer_of(tokens: int) -> str:
    """What the scripted model says when it is asked for so many tokens."""
    return "".join(islice(cycle(PIECES), tokens))


@dataclass(frozen=True)
class Chat:
    """One of the three, served; what differs between them for whoever sits in front."""

    name: str
    fresh: Callable[[int], str]
    """The address of a new conversation with so many turns of history."""
    box: str
    """CSS selector of the prompt box."""
    painted: str
    """JavaScript: from a prompt to the text of its answer on screen."""

    @property
    def watch(self) -> str:
        """The script that watches the page, to be run before the page's own."""
        return f"({WATCH.strip()})({self.painted})"


@contextmanager
def parley_chat(upstream: str, scratch: Path, **more: str) -> Iterator[Chat]:
    """Parley as README starts it, from an empty home; `more` goes into its environment."""
    home = scratch / "home"
    environment = plain_environment(
        PARLEY_HOME=str(home), OPENROUTER_BASE_URL=upstream, OPENROUTER_API_KEY="unused", **more
    )
    command = [*_STREAMLIT, "app.py", "--server.headless=true", "--server.port"]
    with web_server(command, folder=HOUSE, environment=environment) as url:

        def fresh(turns: int) -> str:
            return f"{url}/?c={written_session(f'sqlite:///{home.as_posix()}/parley.db', turns)}"

        yield Chat("Parley", fresh, ".st-key-prompt textarea", _CHAT_MESSAGES)


@contextmanager
def tutorial_chat(upstream: str, scratch: Path) -> Iterator[Chat]:
    """The tutorial's chat, with Streamlit's own settings: no folder of ours around it."""
    folder = scratch / "tutorial"
    folder.mkdir()
    script = str(shutil.copy(Path(__file__).with_name("tutorial_chat.py"), folder))
    command = [*_STREAMLIT, script, *_HEADLESS, "--server.port"]
    with web_server(command, folder=folder, environment=_beside(upstream)) as url:
        yield Chat(
            "tutorial", lambda turns: f"{url}/?turns={turns}", "[data-testid=stChatInput] textarea", _CHAT_MESSAGES
        )


@contextmanager
def bare_page(upstream: str) -> Iterator[Chat]:
    """The floor."""
    command = [sys.executable, "-m", "benchmarks.bare_page"]
    with web_server(command, folder=HOUSE, environment=_beside(upstream)) as url:
        yield Chat("floor", lambda turns: f"{url}/?turns={turns}", "textarea", _BARE_PAGE)


def _beside(upstream: str) -> dict[str, str]:
    answer = answer_of(EARLIER_TOKENS)
    return plain_environment(BENCHMARK_UPSTREAM=upstream, BENCHMARK_PROMPT=EARLIER_PROMPT, BENCHMARK_ANSWER=answer)


def written_session(database: str, turns: int) -> str:
    """A session with so many answered cells, written straight into the store; gives its id."""
    session = Session(id=uuid.uuid4().hex, settings=ChatRequest(model=MODEL))
    with Store(database) as store:
        for number in range(turns):
            session = edits.add_prompt(session, {"role": "user", "content": EARLIER_PROMPT}, f"cell{number}")
        store.save(session)
        for cell in session.cells:
            run = _answered(session.id, cell.id)
            store.begin(run.model_copy(update={"outcome": "queued"}))
            store.finish(run)
    return session.id


def _answered(session_id: str, cell_id: str) -> Run:
    request = ChatRequest(model=MODEL, messages=[{"role": "user", "content": EARLIER_PROMPT}], stream=True)
    return Run(
        id=uuid.uuid4().hex,
        session_id=session_id,
        cell_id=cell_id,
        request=request,
        reply=Reply(text=answer_of(EARLIER_TOKENS), model=MODEL, finish_reason="stop"),
        outcome="complete",
        created=datetime.now(UTC),
    )
