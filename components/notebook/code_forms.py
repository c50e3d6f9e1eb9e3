"""The request as source text, in one of five forms; only the one that is looked at is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from components.state import key
from parley.errors import ParleyError

FORMS = key("code", "forms")
BODY = "JSON"


class CodeForm(NamedTuple):
    """A form: the name that the writer knows it by, what its tab says, and its language."""

    name: str
    label: str
    language: str


CODE_FORMS = (
    CodeForm("curl", "curl", "bash"),
    CodeForm("python", "Python", "python"),
    CodeForm("openai", "Python (openai)", "python"),
    CodeForm("httpx", "Python (httpx)", "python"),
    CodeForm("typescript", "TypeScript", "typescript"),
)


def code_forms(body: str, write: Callable[[str], str], note: str) -> None:
    """Draw the body and, beside it, the source texts that send it; `write` gives one by its name.

    `note` says where the source texts get their key.
    """
    tabs = st.tabs([BODY, *(form.label for form in CODE_FORMS)], key=FORMS, on_change="rerun")
    if tabs[0].open:
        tabs[0].code(body, language="json", wrap_lines=True)
    for tab, form in zip(tabs[1:], CODE_FORMS, strict=True):
        if tab.open:
            with tab, st.container(key=key("code", form.name)):
                draw_code(form, write, note)


def draw_code(form: CodeForm, write: Callable[[str], str], note: str) -> None:
    try:
        text = write(form.name)
    except ParleyError as error:
        st.info(str(error), icon=":material/info:")
        return
    st.code(text, language=form.language, wrap_lines=True)
    st.caption(note)
