"""What a script has sent to the browser, its next run refers to.

Streamlit 1.67 knows what a browser keeps from what the browser says with each request. A script that runs again by itself, as a
look at an answer in a rush does, sends all of it again. tests/test_frame.py holds that it does not any more.
"""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext


def refer_to_what_was_sent() -> None:
    """From now on, for every visit."""
    send = ScriptRunContext.enqueue
    if getattr(send, "refers", False):
        return

    def enqueue(self: ScriptRunContext, msg: ForwardMsg) -> None:
        send(self, msg)
        if msg.metadata.cacheable and msg.hash not in self.cached_message_hashes:
            self.cached_message_hashes |= {msg.hash}

    enqueue.refers = True  # type: ignore[attr-defined]
    ScriptRunContext.enqueue = enqueue  # type: ignore[method-assign]
