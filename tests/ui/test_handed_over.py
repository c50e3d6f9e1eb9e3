"""What an uploader was given is held by Streamlit no longer once it was read."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from components.handed_over import handed_over

    files = st.file_uploader("Files", accept_multiple_files=True, key="files")
    for file in files:
        st.text(handed_over(file).decode())
    held = get_script_run_ctx().uploaded_file_mgr.file_storage
    st.caption(f"{sum(map(len, held.values()))} held")


def test_a_file_that_was_read_is_let_go_of() -> None:
    app = AppTest.from_function(page).run()
    app.file_uploader(key="files").upload("a.txt", b"words").run()
    assert not app.exception
    assert ([one.value for one in app.text], app.caption[0].value) == (["words"], "0 held")
