"""What waits for a browser: nothing is put where no box is, and the browser is reminded of nothing that it let go of."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession

from components.in_order import InOrder

HOUSE = Path(__file__).resolve().parents[2]
LOOK, DRAFT = "look", "draft"


def box(*path: int, of: str = "") -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path[:] = path
    message.delta.fragment_id = of
    message.delta.add_block.allow_empty = True
    return message


def text(*path: int, of: str = "", body: str = "Hello") -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path[:] = path
    message.delta.fragment_id = of
    message.delta.new_element.text.body = body
    return message


def kept(*path: int, of: str = "", body: str = "Hello") -> ForwardMsg:
    """What a browser keeps."""
    message = text(*path, of=of, body=body)
    message.hash, message.metadata.cacheable = body, True
    return message


def ended(
    how: ForwardMsg.ScriptFinishedStatus.ValueType = ForwardMsg.FINISHED_SUCCESSFULLY, of: str = ""
) -> ForwardMsg:
    message = ForwardMsg()
    message.script_finished = how
    message.metadata.run.script_run_id = "run"
    message.metadata.run.fragment_ids[:] = [of] if of else []
    return message


PAGE = (
    box(0, 0),
    box(0, 0, 0, of=LOOK),
    kept(0, 0, 0, 0, of=LOOK),
    text(0, 0, 1),
    box(0, 1, of=DRAFT),
    box(0, 1, 0, of=DRAFT),
    kept(0, 1, 0, 0, of=DRAFT),
    text(0, 2),
)
"""A cell whose answer is looked at, with its row below; then what depends on the draft, and something below that."""


def waiting(messages: Iterable[ForwardMsg]) -> InOrder:
    queue = InOrder()
    for message in messages:
        queue.enqueue(message)
    return queue


def run_begins(queue: InOrder, fragments: list[str] | None = None) -> None:
    """As a session begins a run: of the page, or of some fragments of it."""
    AppSession._clear_queue(SimpleNamespace(_browser_queue=queue), fragments)  # type: ignore[arg-type]


def misplaced(messages: Sequence[ForwardMsg]) -> list[tuple[int, ...]]:
    """The paths at which a browser that has seen nothing before would have to put something where it cannot."""
    boxes, found = {(0,): 0}, []
    for message in messages:
        *above, place = tuple(message.metadata.delta_path)
        if boxes.get(tuple(above), -1) < place:
            found.append((*above, place))
        else:
            boxes[tuple(above)] = max(boxes[tuple(above)], place + 1)
            if message.delta.HasField("add_block"):
                boxes.setdefault((*above, place), 0)
    return found


@pytest.mark.parametrize("fragments", [[LOOK], [DRAFT], [LOOK, DRAFT]])
def test_what_waits_while_a_fragment_looks_again_has_its_place(fragments: list[str]) -> None:
    queue = waiting(PAGE)
    queue.flush()
    queue.told = frozenset({"Hello"})
    for message in PAGE:
        queue.enqueue(message)
    run_begins(queue, fragments)
    assert misplaced(queue.flush()) == []


def test_what_the_fragment_draws_comes_behind_it() -> None:
    queue = waiting(PAGE)
    run_begins(queue, [LOOK])
    queue.enqueue(box(0, 0, 0, of=LOOK))
    queue.enqueue(text(0, 0, 0, 0, of=LOOK, body="More"))
    assert [list(one.metadata.delta_path) for one in queue.flush()[len(PAGE) :]] == [[0, 0, 0], [0, 0, 0, 0]]


def test_a_run_of_the_page_takes_the_place_of_what_was_drawn() -> None:
    queue = waiting([*PAGE, ended()])
    run_begins(queue)
    (left,) = queue.flush()
    assert left.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN


def test_that_the_page_was_drawn_to_its_end_is_still_told() -> None:
    queue = waiting([*PAGE, ended()])
    run_begins(queue, [LOOK])
    assert queue.flush()[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


EARLY, A_FRAGMENT = ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


@pytest.mark.parametrize(
    ("meanwhile", "has"),
    [
        ([], True),
        ([ended(), ended()], True),
        ([ended(), ended(), ended()], False),
        ([ended(A_FRAGMENT, DRAFT)] * 5, True),
        ([*[ended(A_FRAGMENT, DRAFT)] * 5, ended()], False),
        ([ended(A_FRAGMENT, LOOK)] * 3, False),
        ([ended(EARLY)] * 5, True),
        ([ended(), ended(), kept(0, 0, of=LOOK), ended()], True),
    ],
)
def test_only_what_the_browser_still_has_when_it_hears_of_it_goes_by_its_name(
    meanwhile: list[ForwardMsg], has: bool
) -> None:
    queue = waiting([kept(0, 0, of=LOOK)])
    queue.flush()
    queue.told = frozenset({"Hello"})
    for message in [*meanwhile, kept(0, 1, of=LOOK)]:
        queue.enqueue(message)
    last = queue.flush()[-1]
    assert (last.ref_hash, last.delta.new_element.text.body) == (("Hello", "") if has else ("", "Hello"))
    assert list(last.metadata.delta_path) == [0, 1]


def test_what_was_sent_and_may_not_have_arrived_goes_whole() -> None:
    queue = waiting([kept(0, 0)])
    queue.flush()
    queue.enqueue(kept(0, 0))
    (again,) = queue.flush()
    assert again.delta.new_element.text.body == "Hello"


SESSIONS = """
import asyncio
from unittest.mock import Mock
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.script_data import ScriptData
from components.in_order import InOrder, send_in_order
send_in_order()
send_in_order()
async def visit():
    session = AppSession(ScriptData("app.py", False), Mock(), Mock(), None, {})
    assert type(session._browser_queue) is InOrder
    session._create_scriptrunner = begun = Mock()
    session.request_rerun(ClientState(cached_message_hashes=["a", "b"]))
    assert session._browser_queue.told == {"a", "b"}
    assert not begun.call_args.args[0].cached_message_hashes
    session.shutdown()
asyncio.run(visit())
"""


def test_every_visit_has_such_a_queue() -> None:
    run = subprocess.run([sys.executable, "-c", SESSIONS], cwd=HOUSE, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
