"""Files that somebody handed over: read once, and let go of.

Streamlit holds what an uploader was given until its page is closed, also when the uploader is gone; a page would come to its cap by
files that were taken away again long ago (`parley.web.uploads`).
"""

from __future__ import annotations

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def handed_over(file: UploadedFile) -> bytes:
    """Its bytes; the uploader that had it is to be drawn anew, under another key."""
    data, context = file.getvalue(), get_script_run_ctx()
    manager = context.uploaded_file_mgr if context is not None else None
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(session_id=context.session_id, file_id=file.file_id)
    return data
