"""The form for where requests go, and what a server says about a key."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from parley.budget import Account
from parley.connection import Connection, Kind
from parley.reply.defuse import plain

KINDS: dict[Kind, str] = {"local": "Local model", "openrouter": "OpenRouter", "other": "Another server"}
ABOUT: dict[Kind, str] = {
    "local": "A small language model on this machine: no key, no account, nothing leaves it.",
    "openrouter": "Hundreds of models with one key, from openrouter.ai/keys.",
    "other": "Any server that speaks the chat completions API.",
}
KEY = "api-key"


class Given(NamedTuple):
    """What the person settled."""

    kind: Kind
    base_url: str
    key: str
    forget: bool = False


def connection_form(now: Connection, *, has_own_key: bool, has_deployment_key: bool) -> Given | None:
    """Draw it; gives what was asked for, once, when it was asked."""
    kind: Kind = st.radio(
        "Connection",
        list(KINDS),
        index=list(KINDS).index(now.kind),
        format_func=KINDS.__getitem__,
        captions=[ABOUT[one] for one in KINDS],
        key="connection-kind",
    )
    base_url = now.base_url
    if kind == "other":
        base_url = st.text_input(
            "Base URL", now.base_url if now.kind == "other" else "", key="connection-url", placeholder="https://…/v1"
        )
    if kind == "local":
        return Given(kind, "", "") if st.button("Save and test", type="primary", key="connection-save") else None
    return _with_key(now, kind, base_url, has_own_key=has_own_key, has_deployment_key=has_deployment_key)


def _with_key(
    now: Connection, kind: Kind, base_url: str, *, has_own_key: bool, has_deployment_key: bool
) -> Given | None:
    here = now.kind == kind
    if here and has_own_key:
        st.caption(
            "This browser gave a key. It is held in the server's memory only, and forgotten when the server ends."
        )
    elif kind == "openrouter" and has_deployment_key:
        st.caption("A key comes from the deployment. It is used for everybody here and shown to nobody.")
    with st.form("connection", border=False, clear_on_submit=True):
        key = st.text_input(
            "API key",
            type="password",
            key=KEY,
            autocomplete="off",
            placeholder="Leave empty to keep the present one" if here and has_own_key else "sk-…",
        )
        saved = st.form_submit_button("Save and test", type="primary", key="connection-save")
    if saved:
        return Given(kind, base_url, key)
    if here and has_own_key and st.button("Forget the key", key="connection-forget", type="tertiary"):
        return Given(kind, base_url, "", forget=True)
    return None


def key_report(connection: Connection, account: Account) -> None:
    """What the server says: who the key is, what is left, what it used; or, where it tells nothing of keys, that it answers."""
    if account == Account():
        st.success(f"{connection.name} answers. It tells nothing about keys.", icon=":material/check:")
        return
    facts = " · ".join((account.label or "the key", *account.facts))
    st.success(f"{connection.name} answers. Key: {plain(facts)}", icon=":material/check:")
