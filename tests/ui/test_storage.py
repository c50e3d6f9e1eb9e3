"""Where the data is, on the settings page: its size, its back-up, and what was deleted and is still there."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.connection.storage import file_of, in_words
from components.services import close_services, open_services
from parley import ChatRequest, Run, Store
from tests.conftest import HOUSE

MOMENT = datetime(2026, 11, 22, 11, 5, 4, tzinfo=UTC)


@pytest.fixture
def settings(app: AppTest) -> AppTest:
    app.run()
    return app.switch_page("pages/6_Settings.py").run()


def words(app: AppTest) -> str:
    kinds = ("markdown", "caption", "success", "error", "warning")
    return "\n".join(str(one.value) for kind in kinds for one in app.get(kind))


def back_up_to(settings: AppTest, target: Path | str) -> AppTest:
    settings.text_input(key="storage-backup-path").set_value(str(target))
    return settings.button(key="storage-backup").click().run()


def finished(run_id: str) -> None:
    request = ChatRequest.parse({"model": "m", "messages": []})
    open_services().store.finish(Run(id=run_id, request=request, created=MOMENT, outcome="complete"))


def test_the_page_says_where_the_data_is_how_large_and_what_is_left(settings: AppTest, home: Path) -> None:
    assert f"{home}/parley.db" in words(settings)
    assert "are free beside it" in words(settings)


def test_a_back_up_goes_where_it_is_proposed(settings: AppTest, home: Path) -> None:
    finished("r1")
    settings.button(key="storage-backup").click().run()
    (copy,) = (home / "backups").iterdir()
    assert "Backed up" in words(settings)
    with Store(f"sqlite:///{copy}") as store:
        assert [row.id for row in store.runs()] == ["r1"]


def test_the_next_back_up_is_another_file(settings: AppTest, home: Path, tmp_path: Path) -> None:
    back_up_to(settings, tmp_path / "mine.db")
    assert (tmp_path / "mine.db").exists()
    assert str(home / "backups" / "parley-") in settings.text_input(key="storage-backup-path").value


def test_a_file_that_is_there_is_left_and_what_was_typed_stands(settings: AppTest, tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_text("mine")
    back_up_to(settings, tmp_path / "mine.db")
    assert "already" in settings.error[0].value
    assert (tmp_path / "mine.db").read_text() == "mine"
    assert settings.text_input(key="storage-backup-path").value == str(tmp_path / "mine.db")


def test_a_folder_that_is_not_there_is_a_sentence(settings: AppTest, tmp_path: Path) -> None:
    back_up_to(settings, tmp_path / "nowhere" / "mine.db")
    assert "cannot be written" in settings.error[0].value


def test_nothing_is_said_of_deleted_runs_where_there_are_none(settings: AppTest) -> None:
    assert not [one for one in settings.button if one.key == "storage-remove"]


@pytest.fixture
def deleted(settings: AppTest) -> AppTest:
    """Two runs were deleted together, and then another one."""
    for number in range(3):
        finished(f"r{number}")
    open_services().store.delete_runs(["r0", "r1"])
    open_services().store.delete_runs(["r2"])
    return settings.run()


def test_what_was_deleted_is_brought_back_as_it_was_deleted(deleted: AppTest) -> None:
    store = open_services().store
    assert "2 runs, deleted" in words(deleted)
    deleted.button(key=f"storage-restore-{store.deletions()[1].token}").click().run()
    assert "2 runs brought back" in words(deleted)
    assert [row.id for row in store.runs()] == ["r1", "r0"]


def test_deleted_runs_are_counted_and_removed_for_good_when_asked_twice(deleted: AppTest) -> None:
    assert deleted.button(key="storage-remove").label == "Remove 3 runs for good…"
    deleted.button(key="storage-remove").click().run()
    assert "3 runs" in deleted.warning[0].value
    assert len(open_services().store.deletions()) == 2
    deleted.button(key="storage-remove-sure").click().run()
    assert "3 runs removed for good." in words(deleted)
    assert open_services().store.deletions() == ()


def test_deletions_of_the_same_minute_can_be_told_apart(settings: AppTest) -> None:
    for number in range(2):
        finished(f"r{number}")
        open_services().store.delete_runs([f"r{number}"])
        time.sleep(1)
    settings.run()
    told = [one.value for one in settings.markdown if one.value.startswith("1 run, deleted")]
    assert len(set(told)) == 2


def test_who_thinks_better_of_it_keeps_them(deleted: AppTest) -> None:
    deleted.button(key="storage-remove").click().run()
    deleted.button(key="storage-remove-keep").click().run()
    assert not deleted.warning
    assert len(open_services().store.deletions()) == 2


def test_what_is_deleted_in_another_tab_meanwhile_is_not_removed(deleted: AppTest) -> None:
    store = open_services().store
    deleted.button(key="storage-remove").click().run()
    finished("later")
    token = store.delete_runs(["later"])
    deleted.button(key="storage-remove-sure").click().run()
    assert [one.token for one in store.deletions()] == [token]
    assert deleted.button(key="storage-remove").label == "Remove 1 run for good…"


def test_what_is_brought_back_between_the_two_is_not_asked_for_any_more(deleted: AppTest) -> None:
    store = open_services().store
    deleted.button(key="storage-remove").click().run()
    for one in store.deletions():
        store.undelete(one.token)
    finished("later")
    store.delete_runs(["later"])
    deleted.run()
    assert not deleted.warning
    assert deleted.button(key="storage-remove").label == "Remove 1 run for good…"


def test_the_oldest_deletion_has_a_way_back_too(settings: AppTest) -> None:
    store = open_services().store
    for number in range(7):
        finished(f"r{number}")
        store.delete_runs([f"r{number}"])
    oldest = f"storage-restore-{store.deletions()[-1].token}"
    assert oldest not in [one.key for one in settings.run().button]
    settings.button(key="storage-more").click().run()
    settings.button(key=oldest).click().run()
    assert [row.id for row in store.runs()] == ["r0"]


def test_what_nobody_can_tell_of_stays_and_the_page_says_so(deleted: AppTest) -> None:
    store = open_services().store
    finished("kept")
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE bodies SET rest = X'7a7878' WHERE run = 4")
    deleted.button(key="storage-remove").click().run()
    deleted.button(key="storage-remove-sure").click().run()
    assert "still in the database: something else that was stored is damaged" in words(deleted)


def test_a_visitor_of_a_deployment_writes_no_file_and_removes_nothing(
    connected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_MODE", "shared")
    monkeypatch.setenv("PARLEY_ALLOWED_HOSTS", "parley.example.org")
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).run()
    finished("r1")
    open_services().store.delete_runs(["r1"])
    app.switch_page("pages/6_Settings.py").run()
    assert "are free beside it" in words(app)
    assert not [one.key for one in app.button if str(one.key).startswith("storage-")]
    close_services()


@pytest.mark.parametrize("typed", ["~nobody-here/mine.db", "x" * 5000, "a\0b/mine.db", "~"])
def test_whatever_is_typed_for_a_file_is_a_file_or_a_sentence(
    settings: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    back_up_to(settings, typed)
    assert not settings.exception
    assert settings.error or "Backed up" in words(settings)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("mine.db", "backups/mine.db"),
        (" mine.db ", "backups/mine.db"),
        ("", "backups/parley-2026-11-22-110504.db"),
        ("{there}", "there/parley-2026-11-22-110504.db"),
        ("{there}/mine.db", "there/mine.db"),
    ],
)
def test_a_file_is_named_by_what_was_typed(tmp_path: Path, typed: str, named: str) -> None:
    for folder in ("backups", "there"):
        (tmp_path / folder).mkdir()
    assert file_of(typed.format(there=tmp_path / "there"), tmp_path / "backups", MOMENT) == tmp_path / named


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 bytes"), (812_000, "812 KB"), (1_430_000, "1.4 MB"), (5e12, "5000.0 GB")]
)
def test_a_size_is_said_for_people(size: float, said: str) -> None:
    assert in_words(size) == said
