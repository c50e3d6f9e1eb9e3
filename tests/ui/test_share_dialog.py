"""Handing over a session: how much of it, what the check takes out, the files and the link."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.services import Services, close_services, open_services
from components.sharing.leaving import MOST_LISTED, Link, listed
from parley.importing import opened
from parley.notebook import Cell, Run, Session, Snapshot
from parley.reply import Reply
from parley.request import ChatRequest
from tests.conftest import HOUSE, KEY

SECRET = "sk-ant-" + "a1b2c3d4" * 5


@pytest.fixture
def page(home: Path) -> Iterator[AppTest]:
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    yield app.switch_page("pages/3_Sessions.py")
    close_services()


def asked(id: str, cell: Cell, text: str) -> Run:
    request = ChatRequest(model="a/b", messages=[cell.message])
    created = datetime(2026, 1, 1, tzinfo=UTC)
    return Run(
        id=id,
        session_id="s",
        cell_id=cell.id,
        request=request,
        reply=Reply(text=text),
        outcome="complete",
        created=created,
    )


@pytest.fixture
def dialog(page: AppTest) -> AppTest:
    first = Cell(id="c1", message={"role": "user", "content": f"Write to ada@example.org with {SECRET}"})
    second = Cell(id="c2", message={"role": "user", "content": "And now?"})
    system = Cell(id="c0", kind="message", message={"role": "system", "content": "Be brief."})
    store = open_services().store
    store.save(Session(id="s", title="Der Bär & ich", cells=(system, first, second), draft="not yet"))
    for run in (asked("r1", first, "First answer"), asked("r2", first, "Second answer"), asked("r3", second, "Later")):
        store.finish(run)
    page.run()
    return page.menu_button(key="session-s-more").click("Share or export").run()


def words(page: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*page.markdown, *page.caption, *page.info, *page.error, *page.success))


def file(page: AppTest, ending: str) -> bytes:
    """What the browser would be sent."""
    (link,) = [one for one in page.get("link_button") if one.proto.url.endswith(ending)]
    ticket = link.proto.url.split("/")[1]
    download = open_services().downloads.find(ticket, None)
    assert download is not None
    return b"".join(download.make())


def leaves(page: AppTest) -> Snapshot:
    return opened(file(page, ".json"))


def test_everything_that_had_better_stay_is_listed_with_what_becomes_of_it(dialog: AppTest) -> None:
    assert not dialog.exception
    told = words(dialog)
    assert "The check found 3 things" in told
    kinds = [one.proto.label.replace("\\", "") for one in dialog.get("expander")]
    assert kinds[:3] == ["API key of Anthropic", "E-mail address", "System prompt"]
    assert SECRET not in told


def test_what_is_advised_is_what_happens(dialog: AppTest) -> None:
    left = leaves(dialog).model_dump_json()
    assert SECRET not in left
    assert "ada@example.org" not in left
    assert "Be brief." in left
    assert "not yet" not in left


def test_a_kind_can_be_kept_and_another_dropped(dialog: AppTest) -> None:
    dialog.button_group(key="share-says-E-mail-address").set_value("keep").run()
    dialog.button_group(key="share-says-System-prompt").set_value("drop").run()
    left = leaves(dialog).model_dump_json()
    assert "ada@example.org" in left
    assert "Be brief." not in left


def test_it_ends_at_the_chosen_cell_and_has_the_chosen_attempts(dialog: AppTest) -> None:
    dialog.selectbox(key="share-until").set_value("c1").run()
    dialog.button_group(key="share-attempts").set_value("Chosen ones only").run()
    left = leaves(dialog)
    assert len(left.session.cells) == 2
    assert left.session.cells[0].text == "Be brief."
    assert [run.reply.text for several in left.attempts.values() for run in several] == ["Second answer"]


@pytest.mark.parametrize(
    ("ending", "begins"), [(".html", b"<!doctype html>"), (".json", b"{"), (".md", b"# Der B"), (".ipynb", b"{")]
)
def test_every_form_holds_the_session_and_opens_again(dialog: AppTest, ending: str, begins: bytes) -> None:
    data = file(dialog, ending)
    assert data.startswith(begins)
    assert SECRET.encode() not in data
    assert opened(data).session.title == "Der Bär & ich"


def test_files_are_called_by_the_title(dialog: AppTest) -> None:
    names = {one.proto.url.rpartition("/")[2] for one in dialog.get("link_button")}
    assert names == {f"parley-der-bar-ich.{ending}" for ending in ("html", "json", "md", "ipynb")}


def test_a_link_is_made_of_just_what_was_checked(dialog: AppTest) -> None:
    dialog.button(key="share-create").click().run()
    (url,) = [one.value for one in dialog.code if "/share/" in one.value]
    share = open_services().store.shared(url.rpartition("/")[2])
    assert share is not None
    assert share.expires is not None
    assert SECRET not in share.model_dump_json()
    assert [cell.id for cell in share.snapshot.session.cells] == ["c0", "c1", "c2"]


def test_on_loopback_it_says_so_and_offers_the_file_first(dialog: AppTest) -> None:
    assert "runs on this machine only" in words(dialog)


def test_links_are_listed_and_revoked(dialog: AppTest) -> None:
    store = open_services().store
    token, share = store.share(store.snapshot("s"))
    page = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page("pages/3_Sessions.py")
    page.session_state["share-links"] = True
    page.run()
    page.button(key=f"share-revoke-{share.id}").click().run()
    assert store.shared(token) is None
    assert not page.exception


def test_a_link_that_is_revoked_stays_in_its_place_and_none_that_is_open_is_left_out() -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    made = [Link(str(n), "T", day.replace(day=1 + n % 28, hour=n // 28), None, None, n in (3, 20)) for n in range(40)]
    before = [one.id for one in listed(made)]
    assert len(before) == MOST_LISTED
    assert {"3", "20"} <= set(before)
    kept = [one for one in made if one.id in before]
    assert [one.id for one in listed([one._replace(is_open=False) for one in kept])] == before


def test_what_was_found_once_has_one_choice_and_what_was_found_twice_has_one_each(dialog: AppTest) -> None:
    dialog.session_state["share-where-E-mail-address"] = True
    dialog.run()
    labels = [one.label for one in dialog.button_group]
    assert "This: E-mail address" in labels
    assert not any(one.startswith("Only this") for one in labels)
    store = open_services().store
    other = Cell(id="c9", message={"role": "user", "content": "ada@example.org and ben@example.org"})
    store.save(Session(id="two", title="Two", cells=(other,)))
    dialog.run().menu_button(key="session-two-more").click("Share or export").run()
    dialog.session_state["share-where-E-mail-address"] = True
    labels = [one.label for one in dialog.run().button_group]
    assert "All of this kind: E-mail address" in labels
    assert sum(one.startswith("Only this") for one in labels) == 2


def test_the_preview_has_what_leaves_and_nothing_else(dialog: AppTest) -> None:
    dialog.session_state["share-preview"] = True
    dialog.run()
    text, data = (one.value for one in dialog.code[:2])
    assert "First answer" in text
    assert SECRET not in text + data
    assert json.loads(data) == json.loads(file(dialog, ".json"))


def test_a_tab_that_went_elsewhere_has_left_the_dialog(dialog: AppTest) -> None:
    dialog.switch_page("pages/1_Notebook.py").run()
    assert not dialog.exception
    assert "share-create" not in [one.key for one in dialog.button]


def test_the_open_session_is_handed_over_from_the_notebook(dialog: AppTest) -> None:
    dialog.switch_page("pages/1_Notebook.py").run()
    dialog.button(key="session-share").click().run()
    assert not dialog.exception
    assert "The check found 3 things" in words(dialog)


def test_a_copy_of_what_was_shared_opens_with_its_settings_once(dialog: AppTest) -> None:
    doors = open_services()
    shared = doors.store.snapshot("s")
    settings = ChatRequest(model="a/b", temperature=0.25)
    shared = shared.model_copy(update={"session": shared.session.model_copy(update={"settings": settings})})
    token, _ = doors.store.share(shared)
    other = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    other.query_params["copy"] = doors.tickets.issue(token)
    other.run()
    other.button(key="copy-take").click().run()
    assert not other.exception
    assert other.title[0].value.replace("\\", "") == "Der Bär & ich"
    assert "copy" not in other.query_params
    (mine,) = [row.id for row in doors.store.library().rows if row.id != "s"]
    assert other.query_params["c"] == mine
    assert doors.store.session(mine).settings == settings
    assert "imported, unverified" in words(other).replace("\u00a0", " ")
    assert other.run().title
    assert doors.store.library().total == 2


def led(doors: Services, token: str) -> AppTest:
    """Another browser that was led to a copy."""
    other = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    other.query_params["copy"] = doors.tickets.issue(token)
    return other.run()


def test_who_is_led_to_a_copy_is_asked_before_anything_is_written_or_opened(dialog: AppTest) -> None:
    doors = open_services()
    doors.store.save(Session(id="mine", title="My own work"))
    other = led(doors, doors.store.share(doors.store.snapshot("s"))[0])
    assert "Der Bär" in words(other)
    assert other.title[0].value == "My own work"
    assert doors.store.library().total == 2
    other.button(key="copy-leave").click().run()
    assert "copy-take" not in [one.key for one in other.button]
    assert (other.title[0].value, doors.store.library().total) == ("My own work", 2)


def test_a_copy_that_was_taken_back_while_it_was_offered_is_not_taken_over(dialog: AppTest) -> None:
    doors = open_services()
    token, share = doors.store.share(doors.store.snapshot("s"))
    other = led(doors, token)
    doors.store.revoke(share.id)
    other.button(key="copy-take").click().run()
    assert "has ended meanwhile" in " ".join(one.value for one in other.warning)
    assert doors.store.library().total == 1


@pytest.mark.parametrize("ticket", ["", "made-up"])
def test_a_way_to_a_copy_that_is_none_is_said(page: AppTest, ticket: str) -> None:
    other = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    other.query_params["copy"] = ticket
    other.run()
    assert not other.exception
    assert "was used already" in " ".join(one.value for one in other.warning)
    assert open_services().store.library().total == 0


def test_the_key_of_a_connection_cannot_be_kept(connected: Path) -> None:
    cell = Cell(id="c", message={"role": "user", "content": f"My key is {KEY}"})
    open_services().store.save(Session(id="s", title="Oops", cells=(cell,)))
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page("pages/3_Sessions.py").run()
    app.menu_button(key="session-s-more").click("Share or export").run()
    assert app.button_group(key="share-says-Key-of-a-connection").options == ["Mask", "Drop"]
    assert KEY not in str(words(app))
    assert KEY.encode() not in file(app, ".html") + file(app, ".json")
    app.button(key="share-create").click().run()
    assert not app.error


def test_an_answer_on_its_way_is_said_to_stay_behind_until_the_session_is_read_again(dialog: AppTest) -> None:
    assert "still on the way" not in words(dialog)
    store = open_services().store
    coming = asked("r4", store.session("s").cells[-1], "Later still")
    store.begin(coming.model_copy(update={"outcome": "running"}))
    page = dialog.menu_button(key="session-s-more").click("Share or export").run()
    assert "1 answer is still on the way, so it stays behind." in words(page)
    assert "Later still" not in leaves(page).model_dump_json()
    page.button_group(key="share-says-System-prompt").set_value("drop").run()
    store.finish(coming)
    page.button(key="share-again").click().run()
    assert "still on the way" not in words(page)
    assert "Later still" in leaves(page).model_dump_json()
    assert "Be brief." not in leaves(page).model_dump_json()


def test_a_file_that_could_not_be_opened_again_says_so_before_it_is_fetched(page: AppTest) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 12_000_000}}
    cell = Cell(id="c1", message={"role": "user", "content": [picture]})
    open_services().store.save(Session(id="s", title="Large", cells=(cell,)))
    page.run()
    page.menu_button(key="session-s-more").click("Share or export").run()
    (told,) = [one.value for one in page.caption if "**Jupyter**" in one.value]
    lines = {line.split("**")[1]: line for line in told.split("  \n")}
    assert "larger than what Parley opens again; the bundle opens again" in lines["Jupyter"]
    assert "opens again in Parley" in lines["HTML page"]
    assert "Only to be read" not in lines["HTML page"] + lines["Bundle"] + lines["Markdown"]


def test_a_session_of_which_no_bundle_can_be_made_says_why_and_is_still_to_be_read(page: AppTest) -> None:
    cell = Cell(id="c1", message={"role": "user", "content": "Hello", "odd": 10**18})
    open_services().store.save(Session(id="s", title="Odd", cells=(cell,)))
    page.run()
    page.menu_button(key="session-s-more").click("Share or export").run()
    (said,) = [str(one.value) for one in page.error]
    assert "holds a whole number of more than 18 digits" in said
    assert "hand it over by a link" in said
    fetched = sorted(
        one.proto.url.rpartition(".")[2] for one in page.get("link_button") if one.proto.url.startswith("downloads/")
    )
    assert fetched == ["html", "ipynb", "md"]
    assert b"to be read" in file(page, ".html")
    assert "the bundle opens again" not in words(page)
