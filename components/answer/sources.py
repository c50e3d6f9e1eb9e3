"""Where an answer has it from: the pages that it cites, numbered as in its text, and the files that were read for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.state import key
from parley.reply.addresses import target_of
from parley.reply.blocks import standalone
from parley.reply.citing import Source
from parley.reply.defuse import defuse_pieces, plain
from parley.reply.files import files_of

MOST = 50
_MOST_FILES = 10
_LONGEST_TITLE, _LONGEST_URL = 160, 4_000
_LONGEST_EXCERPT = 600
_LONGEST_FILE = 20_000
_FILES_BACK = "It goes back with the next turn, so that it need not be read again."


def paint_sources(sources: Sequence[Source], name: str) -> None:
    """The pages as a list of links with their hosts; under a `name` of its own, what the citations quote can be read."""
    if not sources:
        return
    st.markdown(listed(sources[:MOST]), anchors=False)
    quoted = [source for source in sources[:MOST] if source.excerpt]
    if quoted and name:
        fold = st.expander("What was read there", type="compact", key=key("sources", name), on_change="rerun")
        with fold:
            if fold.open:
                st.caption("\n\n".join(map(_quoted, quoted)))


def listed(sources: Sequence[Source]) -> str:
    return "\n".join(["**Sources**", "", *(f"{one.number}. {_linked(one)}{_beside(one)}" for one in sources)])


def paint_files(annotations: Sequence[Mapping[str, Any]], name: str) -> None:
    """The files that were parsed for the answer, each with the text that was read in it."""
    for place, one in enumerate(files_of(annotations)[:_MOST_FILES]):
        if not (one.text and name):
            st.caption(f"{plain(one.label)}. {_FILES_BACK}")
            continue
        fold = st.expander(plain(one.label), type="compact", key=key("file", name, str(place)), on_change="rerun")
        with fold:
            if fold.open:
                _paint_file(one.text)


def _paint_file(text: str) -> None:
    for piece in defuse_pieces(standalone(text[:_LONGEST_FILE], live=False), largest_heading=4).pieces:
        st.markdown(piece, anchors=False)
    cut = f"Of {len(text):,} characters, {_LONGEST_FILE:,} are shown. " if len(text) > _LONGEST_FILE else ""
    st.caption(f"{cut}{_FILES_BACK}")


def _linked(source: Source) -> str:
    """The title, as a link where it leads to the web."""
    target, title = target_of(source.url), plain(_title(source))
    return f"[{title}](<{target}>)" if target and source.host and len(target) <= _LONGEST_URL else title


def _title(source: Source) -> str:
    return (source.title or source.url)[:_LONGEST_TITLE]


def _beside(source: Source) -> str:
    """The host, which a title may hide."""
    host = source.host.removeprefix("www.")
    return f" :gray[{plain(host)}]" if source.title and host else ""


def _quoted(source: Source) -> str:
    cut = "…" if len(source.excerpt) > _LONGEST_EXCERPT else ""
    return f"**{source.number}.** {plain(source.excerpt[:_LONGEST_EXCERPT])}{cut}"
