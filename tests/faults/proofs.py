"""Faults that are proved elsewhere: each names the test that proves it."""

from __future__ import annotations

from typing import NamedTuple

LISTS = "tests/faults/test_lists_that_fail.py"
SERVER = "tests/local/test_local_server.py"
PROCESSES, FILES = "tests/store/test_store_processes.py", "tests/store/test_store_files.py"
DISK = "tests/store/test_store_full_disk.py"
STORE = "tests/store/test_store_faults.py"
STORAGE = "tests/browser/test_storage_faults.py"
BROWSER = "tests/browser/test_answer_faults.py"


class Proof(NamedTuple):
    """One line of the table, in its words, and the test that holds it: a file and a name in it."""

    id: str
    fault: str
    becomes: str
    sees: str
    kept: str
    test: str


UPSTREAM: tuple[Proof, ...] = (
    Proof("U28a", "the list of models is down", "–", "the list that was known, with its age and why there is no newer one", "the list, on disk",
          f"{LISTS}::test_a_list_that_is_down_is_the_one_that_was_known"),
    Proof("U28b", "a list of 3 MB", "–", "the list", "the list", f"{LISTS}::test_a_list_of_three_megabytes_is_a_list"),
    Proof("U28c", "a list whose shape has drifted", "–", "the models that can be read", "what can be read",
          f"{LISTS}::test_a_list_whose_shape_has_drifted_keeps_what_can_be_read"),
    Proof("U30a", "the local model's file is no model, or will not load", "–", "why, and that scripted models still answer", "–",
          f"{SERVER}::test_a_file_that_is_no_model_is_named"),
    Proof("U30b", "the local model's server is killed", "–", "that it is started again", "–", f"{SERVER}::test_a_child_that_is_killed_is_replaced"),
    Proof("U30c", "it is killed under an answer", "Cut off", "The connection broke before the end of the answer: what came is kept.", "what came",
          "tests/faults/test_local_model_faults.py::test_a_child_that_is_killed_under_an_answer_leaves_what_came_and_is_replaced"),
    Proof("U30d", "it dies again and again", "–", "The local model is off: it ended 4 times.", "–",
          f"{SERVER}::test_a_child_that_keeps_dying_is_started_four_times_and_then_left"),
    Proof("U30e", "its port is taken", "–", "which port, and how to name another", "–",
          "tests/local/test_local_main.py::test_a_port_that_is_taken_is_named"),
    Proof("U30f", "the prompt is longer than its context", "Failed", "how long the prompt is, and how long it may be", "the prompt",
          "tests/local/test_language_model.py::test_a_prompt_that_is_too_long_is_told_in_numbers"),
)  # fmt: skip

ELSEWHERE: tuple[Proof, ...] = (
    Proof("P1", "Parley is killed in mid-stream", "Interrupted", "Parley ended before this answer did; what had come is kept.",
          "all but the last 250 ms or 2 KB", "tests/runs/test_crash.py::test_a_kill_in_mid_stream_loses_no_run"),
    Proof("P2", "Parley is killed while it writes", "–", "–", "all that was written before, whole",
          f"{PROCESSES}::test_killed_in_a_commit_what_was_acknowledged_is_there"),
    Proof("P3", "Parley is told to end (SIGTERM, Ctrl-C)", "Interrupted", "Parley ended before this answer did; what had come is kept.",
          "all that came", f"{BROWSER}::test_a_server_that_is_told_to_end_writes_what_came_and_ends_soon"),
    Proof("P4a", "the disk is full", "–", "The disk is full …", "all that was written; what is new, in a reserve",
          f"{DISK}::test_on_a_full_disk_the_reserve_goes_first_and_comes_back"),
    Proof("P4b", "the disk fills up at any write", "–", "The disk is full …", "all that was written before, whole",
          f"{DISK}::test_a_disk_that_fills_up_at_any_write_loses_nothing_acknowledged"),
    Proof("P4c", "the disk fills up under an answer", "Complete", "the answer, and that it is not written down yet", "all, as soon as there is room",
          f"{DISK}::test_an_answer_that_a_full_disk_refuses_stays_on_screen_and_is_written_when_it_can_be"),
    Proof("P4d", "the disk is full while people chat", "Complete", "that it cannot be saved, until there is room", "all, as soon as there is room",
          f"{STORAGE}::test_it_is_said_the_chat_goes_on_and_all_is_written_when_there_is_space"),
    Proof("P5a", "the folder cannot be written", "–", "which folder, and what to do", "the file as it was",
          f"{FILES}::test_a_read_only_folder_is_said_so"),
    Proof("P5b", "the file is no database, or another program's", "–", "which file, and that it was left as it is", "the file as it was",
          f"{FILES}::test_a_file_that_is_no_database_is_refused"),
    Proof("P5c", "the database is from a newer Parley", "–", "which file, and that it was left as it is", "the file as it was",
          f"{FILES}::test_a_newer_database_is_refused"),
    Proof("P5d", "the database is damaged", "–", "which file, and that it was left as it is", "the file as it was",
          f"{FILES}::test_a_database_with_an_overwritten_page_is_refused"),
    Proof("P6a", "another process holds the database for a second", "–", "–", "all", f"{STORE}::test_a_lock_held_for_a_second_is_waited_for_unseen"),
    Proof("P6b", "another process holds the database for long", "–", "Another process kept the database locked …", "all; it is read meanwhile",
          f"{STORE}::test_while_a_lock_is_held_too_long_all_that_is_stored_is_read_and_nothing_is_lost"),
    Proof("P6c", "the database is locked under an answer", "Complete", "that it cannot be saved, until it is free", "all, as soon as it is free",
          f"{STORAGE}::test_a_database_locked_by_another_is_said_and_the_answer_is_written_when_it_is_free"),
    Proof("P6d", "six writers at once", "–", "–", "all", f"{PROCESSES}::test_many_writers_at_once_lose_nothing"),
    Proof("P7a", "two tabs change one session at once", "–", "the loser: that it was changed elsewhere", "the winner's edit",
          f"{PROCESSES}::test_of_writers_of_one_session_one_wins_each_version"),
    Proof("P7b", "two tabs change one session in turn, in any order", "–", "–", "every edit",
          f"{STORE}::test_of_two_tabs_that_write_one_session_no_edit_is_lost"),
    Proof("P7c", "two tabs rewrite the same thing", "–", "the second one: what each says, and the choice", "both, until somebody chose",
          "tests/ui/test_two_tabs.py::test_what_was_typed_is_in_the_session_or_still_offered"),
    Proof("P8", "a double click", "one run", "the answer, once", "all", f"{BROWSER}::test_a_click_that_comes_twice_is_one_run"),
    Proof("P10", "Parley is killed while it brings its database up to date", "–", "–", "the old schema or the new one, whole",
          "tests/store/test_store_migration_kills.py::test_from_a_version_before_it_is_that_or_the_next"),
    Proof("P11", "a backup while others write", "–", "–", "a whole copy", f"{STORE}::test_every_copy_made_while_others_write_is_whole"),
    Proof("B1", "the page is reloaded in mid-answer", "Complete", "the same answer, going on", "all; asked for once",
          f"{BROWSER}::test_a_reload_in_mid_answer_goes_on_with_the_same_answer"),
    Proof("B2", "the tab is closed", "Complete", "the answer, on the next visit", "all",
          f"{BROWSER}::test_a_run_whose_tab_was_closed_goes_on_and_is_found_later"),
    Proof("B2b", "the tab is closed while cells are run again", "Complete", "the new answers, on the next visit", "all",
          "tests/browser/test_attempts_by_hand.py::test_run_from_here_goes_on_when_its_tab_is_closed"),
    Proof("B3", "the line is cut, for a moment or until the server forgot the page", "Complete", "the answer, going on", "all",
          f"{BROWSER}::test_a_cut_line_costs_no_word"),
    Proof("B4", "the browser is offline", "Complete", "Parley does not answer: the page connects again by itself", "all, and the draft",
          f"{BROWSER}::test_offline_is_said_and_the_draft_is_kept"),
    Proof("B5", "the tab is suspended", "Complete", "the answer where it is by then", "all",
          f"{BROWSER}::test_a_suspended_tab_wakes_up_where_the_answer_is"),
    Proof("B6", "the server is started again under an open page", "Interrupted", "the page as it was, and what came", "what came, and the draft",
          f"{BROWSER}::test_a_server_that_is_killed_and_started_again_finds_its_pages"),
    Proof("B7", "a second tab on the same run", "Stopped", "both see it, and Stop works in either", "what came",
          f"{BROWSER}::test_a_second_tab_sees_the_same_run_and_can_stop_it"),
    Proof("B8a", "the clock is set in mid-answer", "Complete", "the answer", "all; its times by a clock that nobody sets",
          "tests/runs/test_clock_jumps.py::test_a_clock_that_is_set_in_mid_answer_changes_nothing_of_the_run"),
    Proof("B8b", "the clock is set, back or far ahead", "–", "the latest is the latest", "all; what runs, runs on",
          f"{STORE}::test_runs_of_this_process_live_on_through_a_clock_that_is_set"),
)  # fmt: skip
"""Faults of the process, the disk and the browser."""

PROOFS = (*UPSTREAM, *ELSEWHERE)
