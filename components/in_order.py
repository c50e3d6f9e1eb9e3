"""What a page draws reaches the browser whole, in the order in which it was drawn, and the browser is reminded only of what it has.

Streamlit 1.67 loses what it says to a page that is drawn often, as with answers that come at once; each of these is the page's end, an
empty one or one that hears nothing any more, until somebody reloads it:

- A fragment that looks again begins by taking what it drew before out of the messages that wait for the browser. It takes the boxes and
  leaves what stands in them, where that goes by its name alone; and it leaves what the page drew below. The browser then has something to
  put where no box is. What a fragment took out it draws again behind them, so to leave it costs no more than had it gone out in time.
- Of what the browser keeps, only the name is sent. What it keeps is known from its last request, and it lets go of things at the end of
  each run: also of one that came in between.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from streamlit import config
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_cache import create_reference_msg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue


class Kept(NamedTuple):
    """Something that a browser keeps: how many runs had ended when it was last used, and the fragment that drew it, if one did."""

    used: int
    fragment: str


class InOrder(ForwardMsgQueue):
    """The messages that wait for one browser. A run of the whole page takes the place of what was drawn, one of fragments comes behind."""

    def __init__(self) -> None:
        super().__init__()
        self.told: frozenset[str] = frozenset()
        """What the browser said that it keeps, with its last request, by hash."""
        self._kept: dict[str, Kept] = {}
        """What it keeps when all that was sent has arrived."""
        self._ended = 0

    def clear(self, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None) -> None:
        """As at the beginning of a run; whatever fragments it is of, nothing of theirs is taken out."""
        super().clear(retain_lifecycle_msgs, None if fragment_ids_this_run is None else [])

    def flush(self) -> list[ForwardMsg]:
        """What is sent now: of what the browser will have when it arrives, the name alone."""
        return [self._sent(message) for message in super().flush()]

    def _sent(self, message: ForwardMsg) -> ForwardMsg:
        if message.WhichOneof("type") == "script_finished":
            self._run_ended(message)
        if not (message.metadata.cacheable and message.hash):
            return message
        has = message.hash in self._kept
        self._kept[message.hash] = Kept(self._ended, message.delta.fragment_id)
        return create_reference_msg(message) if has and message.hash in self.told else message

    def _run_ended(self, message: ForwardMsg) -> None:
        """Let go of what the browser does, when it hears of the end of a run; one that was interrupted does not count."""
        if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN or not message.metadata.HasField("run"):
            return
        self._ended += 1
        most, of = int(config.get_option("global.maxCachedMessageAge")), message.metadata.run.fragment_ids
        self._kept = {name: one for name, one in self._kept.items() if self._stays(one, most, of)}

    def _stays(self, one: Kept, most: int, of: Collection[str]) -> bool:
        return (bool(of) and one.fragment not in of) or self._ended - one.used <= most


def send_in_order() -> None:
    """From now on, for every visit."""
    names = vars(app_session)
    if names["ForwardMsgQueue"] is InOrder:
        return
    names["ForwardMsgQueue"] = InOrder
    hear = AppSession.request_rerun

    def request_rerun(self: AppSession, client_state: ClientState | None) -> None:
        queue = self._browser_queue
        if client_state is not None and isinstance(queue, InOrder):
            queue.told = frozenset(client_state.cached_message_hashes)
            client_state.ClearField("cached_message_hashes")  # the script says everything, the queue what is sent of it
        hear(self, client_state)

    AppSession.request_rerun = request_rerun  # type: ignore[method-assign]
