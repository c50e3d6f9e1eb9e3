"""Faults that are proved elsewhere: each names the test that proves it."""

from __future__ import annotations

from typing import NamedTuple

LISTS = "tests/faults/test_lists_that_fail.py"
SERVER = "tests/local/test_local_server.py"


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

ELSEWHERE: tuple[Proof, ...] = ()
"""Faults of the process, the disk and the browser."""

PROOFS = (*UPSTREAM, *ELSEWHERE)
