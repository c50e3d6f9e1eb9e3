"""The chat of Streamlit's tutorial, for comparison: the history in session state, the answer through `st.write_stream`.

Two things are added: the model and its address come from the environment, and `?turns=` begins with that many turns.
"""

from __future__ import annotations

import os

import streamlit as st
from openai import OpenAI

st.title("Tutorial chat")
client = OpenAI(base_url=os.environ["BENCHMARK_UPSTREAM"], api_key="none")

if "messages" not in st.session_state:
    turn = [
        {"role": "user", "content": os.environ["BENCHMARK_PROMPT"]},
        {"role": "assistant", "content": os.environ["BENCHMARK_ANSWER"]},
    ]
    st.session_state.messages = turn * int(st.query_params.get("turns", "0"))

for message in st.session_state.messages:
    with st.chat_message(message["role"]):
        st.markdown(message["content"])

if prompt := st.chat_input("What is up?"):
    st.session_state.messages.append({"role": "user", "content": prompt})
    with st.chat_message("user"):
        st.markdown(prompt)
    with st.chat_message("assistant"):
        stream = client.chat.completions.create(
            model="scripted/text", messages=list(st.session_state.messages), stream=True
        )
        response = st.write_stream(stream)
    st.session_state.messages.append({"role": "assistant", "content": response})
