"""What is patched into Streamlit so that a script that runs again by itself does not send what was just sent: see components/sent_once.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
THREE_RUNS = '''
import sys
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest
from components.sent_once import refer_to_what_was_sent
kinds, put = [], ForwardMsgQueue.enqueue
def enqueue(self, message):
    kinds.append(message.WhichOneof("type"))
    put(self, message)
ForwardMsgQueue.enqueue = enqueue
script = """
import streamlit as st
st.session_state.runs = st.session_state.get("runs", 0) + 1
st.markdown("x" * 1000)
if st.session_state.runs < 3:
    st.rerun()
"""
AppTest.from_string(script).run()
before = list(kinds)
kinds.clear()
refer_to_what_was_sent()
refer_to_what_was_sent()
AppTest.from_string(script).run()
print(*before, *kinds)
'''


def test_a_script_that_runs_again_by_itself_refers_to_what_it_has_sent() -> None:
    run = subprocess.run([sys.executable, "-c", THREE_RUNS], cwd=HOUSE, capture_output=True, text=True)
    assert (run.returncode, run.stdout.split()) == (0, ["delta"] * 4 + ["ref_hash"] * 2), run.stderr
