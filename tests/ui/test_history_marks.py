"""What a person says of runs: one that is open, or all that are picked; and runs that are deleted and come back."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.history.picking import PICKED
from components.services import open_services
from parley.store import RunRow
from tests.ui.history_screen import models, opened, sent, sums, words


def picked(app: AppTest, *run_ids: str) -> AppTest:
    """As the boxes of the table pick them."""
    app.session_state[PICKED] = run_ids
    return app.run()


def row(run_id: str) -> RunRow:
    return open_services().store.row(run_id)


def press(app: AppTest, name: str) -> AppTest:
    app.button(key=f"history-{name}").click().run()
    assert not app.exception
    return app


def test_the_open_run_is_starred_and_unstarred(history: AppTest) -> None:
    sent(1)
    opened(history, sent(2))
    press(history, "star-r2")
    assert row("r2").starred
    assert list(history.dataframe[0].value["starred"]) == ["★", "☆"]
    press(history, "star-r2")
    assert not row("r2").starred


def test_rating_tags_and_comment_are_stored_as_they_are_said(history: AppTest) -> None:
    opened(history, sent(1))
    history.feedback(key="history-rating-r1").set_value(2).run()
    history.multiselect(key="history-tags-r1").set_value(["later", "odd one"]).run()
    history.text_input(key="history-comment-r1").set_value("=1+1 says it all").run()
    assert (row("r1").rating, row("r1").tags, row("r1").comment) == (3, ("later", "odd one"), "=1+1 says it all")
    assert history.dataframe[0].value["rating"][0] == "★★★☆☆"
    assert history.dataframe[0].value["tags"][0] == "later, odd one"


def test_what_was_said_can_be_taken_back(history: AppTest) -> None:
    run = sent(1)
    open_services().store.mark(["r1"], rating=5, add_tags=["a", "b"], comment="Why?")
    opened(history, run)
    assert history.feedback(key="history-rating-r1").value == 4
    history.feedback(key="history-rating-r1").set_value(None).run()
    history.multiselect(key="history-tags-r1").set_value(["b"]).run()
    history.text_input(key="history-comment-r1").set_value("").run()
    assert (row("r1").rating, row("r1").tags, row("r1").comment) == (None, ("b",), "")


def test_marks_that_came_from_elsewhere_are_shown(history: AppTest) -> None:
    opened(history, sent(1))
    open_services().store.mark(["r1"], comment="Said in another tab", add_tags=["new"])
    history.run()
    assert history.text_input(key="history-comment-r1").value == "Said in another tab"
    assert history.multiselect(key="history-tags-r1").value == ["new"]


def test_a_mark_that_cannot_be_is_not_stored_and_says_why(history: AppTest) -> None:
    opened(history, sent(1))
    history.multiselect(key="history-tags-r1").set_value(["x" * 41]).run()
    assert "A tag has at most 40 characters" in words(history)
    assert row("r1").tags == ()


def test_all_that_are_picked_are_marked_alike(history: AppTest) -> None:
    for number in range(3):
        sent(number)
    open_services().store.mark(["r1"], add_tags=["old"], comment="Stays")
    picked(history, "r0", "r1")
    history.session_state["history-mark"] = True
    history.run()
    history.multiselect(key="history-mark-add").set_value(["new"])
    history.multiselect(key="history-mark-remove").set_value(["old"])
    history.feedback(key="history-mark-rating").set_value(0).run()
    press(history, "mark-apply")
    assert [(row(one).tags, row(one).rating) for one in ("r0", "r1", "r2")] == [
        (("new",), 1),
        (("new",), 1),
        ((), None),
    ]
    assert row("r1").comment == "Stays"


def test_what_was_deleted_is_gone_and_comes_back(history: AppTest) -> None:
    for number in range(3):
        sent(number, model=f"m{number}")
    opened(history, sent(3, model="m3"))
    press(picked(history, "r3", "r1"), "delete")
    assert models(history) == ["m2", "m0"]
    assert history.selectbox(key="history-open").value is None
    assert "2 runs deleted" in words(history)
    press(history, "undo")
    assert models(history) == ["m3", "m2", "m1", "m0"]
    assert "deleted" not in words(history)


def test_the_word_of_a_deletion_counts_what_went_and_not_what_was_picked(history: AppTest) -> None:
    for number in range(3):
        sent(number)
    picked(history, "r0", "r1", "r2")
    open_services().store.delete_runs(["r1"])
    press(history, "delete")
    assert "2 runs deleted. They are also gone" in words(history)


def test_totals_follow_what_is_marked_also_where_they_took_long_to_count(history: AppTest) -> None:
    for number in range(3):
        sent(number)
    open_services().store.mark(["r1", "r2"], star=True)
    opened(history, open_services().store.run("r1"))
    history.session_state["history-filter-starred"] = True
    assert sums(history.run())["Runs"] == "2"
    for count in history.session_state["history-counts"].values():
        count.took = 60.0
    press(history, "star-r1")
    assert sums(history)["Runs"] == "1"


def test_totals_follow_what_is_deleted(history: AppTest) -> None:
    sent(1)
    sent(2)
    press(picked(history, "r1"), "delete")
    assert next(one.value for one in history.metric if one.label == "Runs") == "1"


def test_the_last_run_comes_back_from_an_empty_history(history: AppTest) -> None:
    sent(1, model="only")
    press(picked(history, "r1"), "delete")
    assert "Every run will stand here" in words(history)
    press(history, "undo")
    assert models(history) == ["only"]


def test_a_run_that_is_on_its_way_is_not_deleted(history: AppTest) -> None:
    sent(1, outcome="running")
    press(picked(history, "r1"), "delete")
    assert "still on the way" in words(history)
    assert models(history) == ["x/y"]


def test_another_filter_picks_nothing(history: AppTest) -> None:
    sent(1, model="a")
    sent(2, model="b")
    assert "**1 run picked**" in words(picked(history, "r1"))
    history.multiselect(key="history-filter-model").set_value(["b"]).run()
    assert "**None picked**" in words(history)
    assert "nothing is picked any more" in history.toast[0].value


def test_another_order_leaves_what_is_picked(history: AppTest) -> None:
    sent(1)
    picked(history, "r1")
    history.selectbox(key="history-sort").set_value("cost").run()
    history.selectbox(key="history-order").set_value("Ascending").run()
    assert "**1 run picked**" in words(history)


def test_the_first_pick_puts_nothing_above_the_table(history: AppTest) -> None:
    sent(1)
    before = [(one.type, getattr(one, "key", None)) for one in history.run().main]
    acts = [history.button(key=f"history-{name}") for name in ("star", "compare-picked", "delete", "pick-none")]
    assert all(one.disabled for one in acts)
    assert [(one.type, getattr(one, "key", None)) for one in picked(history, "r1").main] == before
    assert not history.button(key="history-delete").disabled


def test_ratings_and_comments_of_all_that_are_picked_are_taken_away(history: AppTest) -> None:
    for number in range(2):
        sent(number)
    open_services().store.mark(["r0", "r1"], rating=4, comment="Old", add_tags=["stays"])
    picked(history, "r0", "r1")
    history.session_state["history-mark"] = True
    history.run()
    history.checkbox(key="history-mark-no-rating").check()
    history.checkbox(key="history-mark-no-comment").check().run()
    press(history, "mark-apply")
    assert {(row(one).rating, row(one).comment, row(one).tags) for one in ("r0", "r1")} == {(None, "", ("stays",))}


def test_a_second_deletion_leaves_the_first_ones_way_back(history: AppTest) -> None:
    for number in range(3):
        sent(number, model=f"m{number}")
    press(picked(history, "r0"), "delete")
    press(picked(history, "r1"), "delete")
    assert "1 earlier deletion can be undone" in words(history)
    press(history, "undo")
    assert models(history) == ["m2", "m1"]
    press(history, "undo")
    assert models(history) == ["m2", "m1", "m0"]
    assert "deleted" not in words(history)


def test_after_a_reload_the_way_to_what_was_deleted_is_shown(history: AppTest) -> None:
    sent(1)
    sent(2)
    assert not [one for one in history.run().get("page_link") if one.proto.label == "Deleted runs"]
    open_services().store.delete_runs(["r1"])
    assert [one for one in history.run().get("page_link") if one.proto.label == "Deleted runs"]
