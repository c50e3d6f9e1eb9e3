"""The Sessions page: every session there is, found, opened, renamed, doubled, deleted and brought back; and what comes in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.services import close_services, open_services
from parley.exporting import bundle
from parley.money import Money
from parley.notebook import Cell, Run, Session
from parley.reply import Reply
from parley.request import ChatRequest
from tests.conftest import HOUSE


@pytest.fixture
def page(home: Path) -> Iterator[AppTest]:
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    yield app.switch_page("pages/3_Sessions.py")
    close_services()


def stored(id: str, title: str, prompt: str = "Hello", **facts: object) -> Session:
    cell = Cell(id=f"{id}-c", message={"role": "user", "content": prompt})
    session = open_services().store.save(Session(id=id, title=title, cells=(cell,)))
    request = ChatRequest(model="a/b", messages=[cell.message])
    given = {"reply": Reply(text="Hi"), "outcome": "complete", "created": datetime(2026, 1, 1, tzinfo=UTC), **facts}
    open_services().store.finish(Run(id=f"{id}-r", session_id=id, cell_id=cell.id, request=request, **given))
    return session


def titles(page: AppTest) -> list[str]:
    return [one.label for one in page.button if (one.key or "").endswith("-open") and "sample" not in (one.key or "")]


def words(page: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*page.markdown, *page.caption, *page.warning, *page.info, *page.error))


def do(page: AppTest, session_id: str, act: str) -> AppTest:
    return page.menu_button(key=f"session-{session_id}-more").click(act).run()


def test_a_parley_without_sessions_offers_samples(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "No session yet" in words(page)
    assert page.button(key="sample-0-play")


def test_the_last_changed_comes_first_with_what_it_holds_and_cost(page: AppTest) -> None:
    stored("a", "First", money=Money(reported=Decimal("0.000042")))
    stored("b", "Second")
    page.run()
    assert titles(page) == ["Second", "First"]
    assert "1 cell · 1 run · $0.000042 · changed today" in words(page).replace("\\", "")
    assert "1 cell · 1 run · cost unknown" in words(page)


def test_words_are_looked_for_in_titles_and_contents(page: AppTest) -> None:
    stored("a", "First", "How high is the tide?")
    stored("b", "Second", reply=Reply(text="A spring flood"))
    page.run()
    page.text_input(key="sessions-search").set_value("tide").run()
    assert titles(page) == ["First"]
    page.text_input(key="sessions-search").set_value("flood").run()
    assert titles(page) == ["Second"]
    page.text_input(key="sessions-search").set_value("nowhere").run()
    assert "No session holds these words" in words(page)
    page.button(key="sessions-clear").click().run()
    assert len(titles(page)) == 2


def test_a_session_opens_in_the_notebook(page: AppTest) -> None:
    stored("a", "First")
    stored("b", "Second")
    page.run()
    page.button(key="session-a-open").click().run()
    assert page.title[0].value == "First"
    assert page.query_params["c"] == "a"


def test_a_session_is_renamed(page: AppTest) -> None:
    stored("a", "First")
    do(page.run(), "a", "Rename")
    page.text_input(key="sessions-title").set_value("  Tides   of May ")
    page.button(key="session-rename-save").click().run()
    assert titles(page) == ["Tides of May"]
    assert open_services().store.session("a").title == "Tides of May"


def test_a_title_that_is_emptied_is_proposed_by_the_first_prompt(page: AppTest) -> None:
    stored("a", "First", "How high is the tide?")
    do(page.run(), "a", "Rename")
    page.text_input(key="sessions-title").set_value("")
    page.button(key="session-rename-save").click().run()
    assert titles(page) == ["How high is the tide?"]


def test_the_open_session_is_renamed_where_it_stands(page: AppTest) -> None:
    stored("a", "First")
    page.run()
    page.button(key="session-a-open").click().run()
    page.switch_page("pages/3_Sessions.py").run()
    do(page, "a", "Rename")
    page.text_input(key="sessions-title").set_value("Second")
    page.button(key="session-rename-save").click().run()
    assert page.session_state["ui"].session.title == "Second"


def test_renaming_can_be_left(page: AppTest) -> None:
    stored("a", "First")
    do(page.run(), "a", "Rename")
    page.button(key="session-rename-cancel").click().run()
    assert titles(page) == ["First"]


def test_a_double_has_the_attempts_and_costs_nothing_twice(page: AppTest) -> None:
    stored("a", "First")
    do(page.run(), "a", "Duplicate")
    assert titles(page) == ["First (copy)", "First"]
    store = open_services().store
    double = store.library().rows[0]
    assert [run.reply.text for run in store.snapshot(double.id).attempts["a-c"]] == ["Hi"]
    assert double.runs == 0
    assert double.parent is None


def test_what_is_deleted_can_be_brought_back(page: AppTest) -> None:
    stored("a", "First")
    do(page.run(), "a", "Delete")
    assert titles(page) == []
    assert "Deleted “First”" in words(page)
    page.button(key="sessions-undo").click().run()
    assert titles(page) == ["First"]
    assert "Deleted" not in words(page)


def test_each_of_several_that_were_deleted_can_be_brought_back_also_after_a_reload(page: AppTest) -> None:
    stored("a", "First")
    stored("b", "Second")
    do(do(page.run(), "a", "Delete"), "b", "Delete")
    other = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page("pages/3_Sessions.py").run()
    other.session_state["sessions-deleted-fold"] = True
    other.run()
    other.button(key="gone-a-back").click().run()
    assert titles(other) == ["First"]
    other.button(key="gone-b-back").click().run()
    assert sorted(titles(other)) == ["First", "Second"]
    assert not other.exception


def test_links_to_what_was_deleted_are_told_and_can_be_revoked_beside_undo(page: AppTest) -> None:
    stored("a", "First")
    store = open_services().store
    token, _ = store.share(store.session("a"))
    store.share(store.session("a"))
    do(page.run(), "a", "Delete")
    assert "2 links to copies of it are still open" in words(page)
    page.button(key="sessions-gone-revoke").click().run()
    assert "still open" not in words(page)
    assert store.shared(token) is None
    page.button(key="sessions-undo").click().run()
    assert titles(page) == ["First"]


def test_the_open_session_can_be_deleted(page: AppTest) -> None:
    stored("a", "First")
    page.run()
    page.button(key="session-a-open").click().run()
    page.switch_page("pages/3_Sessions.py").run()
    assert "open in this tab" in words(page)
    do(page, "a", "Delete")
    page.switch_page("pages/1_Notebook.py").run()
    assert not page.exception
    assert page.title[0].value == "New session"


def test_what_another_tab_deleted_is_said(page: AppTest) -> None:
    stored("a", "First")
    page.run()
    open_services().store.delete_session("a")
    page.button(key="session-a-open").click().run()
    assert "There is no such session" in words(page)


def test_a_title_is_text(page: AppTest) -> None:
    stored("a", "<b>$x$ :red[bold] ![i](http://x.example/i.png)")
    page.run()
    (label,) = titles(page)
    assert "![i](" not in label
    assert ":red[" not in label


def test_an_exported_session_comes_back_as_one_of_ones_own(page: AppTest) -> None:
    stored("a", "First")
    data = bundle(open_services().store.snapshot("a"))
    page.run()
    page.file_uploader[0].upload("first.json", data, "application/json").run()
    assert not page.exception
    assert page.title[0].value == "First"
    ids = [row.id for row in open_services().store.library().rows]
    assert len(ids) == 2
    assert "a" in ids
    assert "1 cell · 1 run · imported · changed today" in words(page.switch_page("pages/3_Sessions.py").run())


@pytest.mark.parametrize("data", [b"", b"{", b'{"a": 1}', b"\xff\xfe\x00", json.dumps([1]).encode()])
def test_a_file_that_is_no_session_is_refused_and_nothing_is_kept(page: AppTest, data: bytes) -> None:
    page.run()
    page.file_uploader[0].upload("x.json", data, "application/json").run()
    assert not page.exception
    assert len(page.warning) == 1
    assert "x.json" in page.warning[0].value.replace("\\", "")
    assert open_services().store.library().total == 0


def test_a_sample_opens_as_a_copy(page: AppTest) -> None:
    page.run()
    page.button(key="sample-0-open").click().run()
    assert not page.exception
    assert open_services().store.library().total == 1


def test_many_sessions_come_a_page_at_a_time(page: AppTest) -> None:
    for number in range(23):
        open_services().store.save(Session(id=f"s{number}", title=f"Session {number}"))
    page.run()
    assert len(titles(page)) == 20
    page.button(key="sessions-next").click().run()
    assert titles(page) == ["Session 2", "Session 1", "Session 0"]
    page.button(key="sessions-previous").click().run()
    assert titles(page)[0] == "Session 22"
