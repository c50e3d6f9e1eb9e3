"""Long answers fold, unless they were seen while they came; what is over the budget waits to be asked for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from components.answer.folding import AT_FIRST, AT_ONCE, HEAD, LONG
from parley.reply import Reply
from parley.reply.defuse import MOST_FORMULAS

PARAGRAPH = "word " * 60 + "\n\n"
LONG_TEXT = PARAGRAPH * (LONG // len(PARAGRAPH) + 1)


def page(text: str, *, live: bool = False, name: str = "r1") -> AppTest:
    def script() -> None:
        import streamlit as st

        from components.answer.painter import paint_reply

        live = st.session_state.live
        st.session_state.behind = paint_reply(
            st.session_state.reply, live=live, name=st.session_state.named, looking=live
        )

    app = AppTest.from_function(script)
    app.session_state.reply, app.session_state.live, app.session_state.named = Reply(text=text), live, name
    app.run()
    assert not app.exception
    return app


def size(app: AppTest) -> int:
    return sum(len(one.value) for one in app.markdown)


def test_a_long_answer_shows_its_head_and_the_rest_on_demand() -> None:
    app = page(LONG_TEXT)
    head = [one.value for one in app.markdown]
    assert HEAD <= size(app) < len(LONG_TEXT) - HEAD
    assert app.button(key="unfold-r1").label == f"Show all of {len(LONG_TEXT.split()):,} words"
    app.button(key="unfold-r1").click().run()
    assert [one.value for one in app.markdown][: len(head)] == head
    assert "".join("".join(one.value for one in app.markdown).split()) == "".join(LONG_TEXT.split())
    assert not app.button


def test_an_answer_that_comes_in_a_rush_is_drawn_step_by_step() -> None:
    app = page(LONG_TEXT * 3, live=True)
    drawn = [len(app.markdown)]
    while app.session_state.behind:
        drawn.append(len(app.run().markdown))
    assert len(drawn) > 2
    assert drawn[0] <= AT_FIRST
    assert max(later - earlier for earlier, later in pairwise(drawn)) <= AT_ONCE
    assert size(app) > len(LONG_TEXT * 3) - 200


def test_an_answer_that_was_seen_while_it_came_stays_whole() -> None:
    app = page(LONG_TEXT, live=True)
    assert not app.button
    app.session_state.live = False
    app.run()
    assert not app.button
    assert size(app) > len(LONG_TEXT) - 200


def test_looking_at_an_answer_does_not_unfold_it() -> None:
    app = page(LONG_TEXT)
    assert (app.session_state["ui"].drawn, app.session_state["ui"].seen) == ({}, {})
    app.button(key="unfold-r1").click().run()
    assert (set(app.session_state["ui"].drawn), app.session_state["ui"].costly) == ({"r1"}, set())


@pytest.mark.parametrize("text", ["word " * (LONG // 5 + 1), PARAGRAPH * 3, "```\n" + "x\n" * (LONG // 2)])
def test_what_is_short_or_cannot_be_cut_well_does_not_fold(text: str) -> None:
    assert not page(text).button


def test_an_answer_without_a_name_does_not_fold() -> None:
    assert not page(LONG_TEXT, name="").button


def test_what_is_over_the_budget_is_plain_until_somebody_asks() -> None:
    app = page("$x$ " * (MOST_FORMULAS + 1))
    assert app.markdown[0].value.startswith("```text")
    app.button(key="render-r1").click().run()
    assert app.markdown[0].value.startswith("$x$")
    assert not app.button


def test_long_reasoning_shows_its_head_once_it_has_ended() -> None:
    def script(live: bool) -> None:
        import streamlit as st

        from components.answer.painter import paint_reply
        from parley.reply import Reply

        paint_reply(Reply(reasoning=st.session_state.text, text="" if live else "So."), live=live, name="r1")

    sizes = []
    for live in (True, False):
        app = AppTest.from_function(script, kwargs={"live": live})
        app.session_state.text = LONG_TEXT
        sizes.append(size(app.run()))
        assert not app.exception
        assert bool(app.button) is not live
    assert sizes[1] < len(LONG_TEXT) - HEAD < sizes[0]
