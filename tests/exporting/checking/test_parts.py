"""Parts that tell more than a conversation: listed with their places, and kept, masked or dropped, wherever they stand."""

from __future__ import annotations

from typing import Any

import pytest

from parley.exporting.checking import Decision, Found, Kind, leaving, without
from parley.notebook import Cell, Failure, Snapshot, chosen_runs, messages_for
from parley.notebook.stale import stale
from parley.notebook.template import Template
from parley.reply import Reply

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
SYSTEM = Cell(id="y", kind="message", message={"role": "system", "content": "You are a pirate of the house."})
RESULT = Cell(id="t", kind="message", message={"role": "tool", "tool_call_id": "1", "content": "17 degrees"})
THOUGHT = Reply(text="Hi", reasoning="I think", reasoning_details=({"type": "reasoning.text", "text": "I think"},))


def kinds(snapshot: Snapshot) -> dict[Kind, Found]:
    return {one.kind: one for one in leaving(snapshot)}


def done(snapshot: Snapshot, kind: Kind, decision: Decision) -> Snapshot:
    """The snapshot after one decision; everything else is kept."""
    return without(snapshot, {one.id: decision if one.kind == kind else "keep" for one in leaving(snapshot)})


def sent(snapshot: Snapshot) -> dict[str, Any]:
    return snapshot.attempts["c"][0].request.payload()


def test_a_plain_conversation_has_nothing_to_look_at(a_snapshot):
    whole = a_snapshot("What is 2 + 2?", "It is 4. See https://example.org/how-to-count-in-2024-and-later.")
    assert leaving(whole) == ()
    assert without(whole, {}) == whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            '[{"type": "reasoning.text", "text": "First"}, {"type": "reasoning.summary", "summary": "Then"}]',
            "First Then",
        ),
        ('[{"type": "reasoning.encrypted", "data": "x"}]', '[{"type": "reasoning.encrypted", "data": "x"}]'),
        ("[" * 5_000, "[" * 79 + "…"),
        ("[1, 2", "[1, 2"),
        ("I think", "I think"),
    ],
)
def test_a_thought_is_shown_by_its_words(text: str, shown: str) -> None:
    assert Found(id="x", kind="reasoning", text=text).shown == shown


@pytest.mark.parametrize(
    ("field", "value", "masked"),
    [
        ("user", "alice", "[user removed]"),
        ("session_id", "s-1", "[session removed]"),
        ("metadata", {"who": "alice", "team": "x"}, {"who": "[metadata removed]", "team": "[metadata removed]"}),
        ("trace", {"trace_id": "t"}, {"trace_id": "[trace removed]"}),
    ],
)
def test_what_tells_who_asked_is_dropped_unless_somebody_keeps_it(field, value, masked, a_snapshot):
    whole = a_snapshot(body={field: value, "temperature": 0})
    one = kinds(whole)[field]
    assert [place.words for place in one.places] == ["Settings", "Cell 1, attempt 1, sent request"] or len(
        one.places
    ) == 2
    assert field not in sent(without(whole, {}))
    assert field not in without(whole, {}).session.settings.payload()
    assert sent(done(whole, field, "mask"))[field] == masked
    assert done(whole, field, "keep") == whole
    assert sent(without(whole, {}))["temperature"] == 0


def test_a_system_prompt_is_one_thing_wherever_it_stands(a_snapshot):
    whole = a_snapshot(cells=(SYSTEM,))
    one = kinds(whole)["system"]
    assert (one.text, one.advice, len(one.places)) == ("You are a pirate of the house.", "keep", 2)
    dropped, masked = done(whole, "system", "drop"), done(whole, "system", "mask")
    assert "pirate" not in dropped.model_dump_json() + masked.model_dump_json()
    assert [message["role"] for message in sent(dropped)["messages"]] == ["user"]
    assert [cell.id for cell in dropped.session.cells] == ["c"]
    assert sent(masked)["messages"][0] == {"role": "system", "content": "[system prompt removed]"}


def test_a_tools_result_leaves_its_place_so_that_the_call_stays_answered(a_snapshot):
    whole = a_snapshot(cells=(RESULT,))
    for decision, content in (("drop", ""), ("mask", "[tool result removed]")):
        left = done(whole, "tool result", decision)
        assert "degrees" not in left.model_dump_json()
        assert left.session.cells[0].message["content"] == sent(left)["messages"][0]["content"] == content
        assert sent(left)["messages"][0]["tool_call_id"] == "1"


def test_reasoning_goes_from_the_answer_and_from_what_was_sent_back(a_snapshot):
    again = Cell(id="a", kind="message", message={"role": "assistant", "content": "Hi", **_details()})
    whole = a_snapshot(cells=(again,), reply=THOUGHT)
    assert kinds(whole)["reasoning"].advice == "keep"
    for decision in ("drop", "mask"):
        left = done(whole, "reasoning", decision)
        assert "I think" not in left.model_dump_json()
        assert left.attempts["c"][0].reply.text == "Hi"


def _details() -> dict[str, Any]:
    return {"reasoning_details": [{"type": "reasoning.text", "text": "I think"}]}


def test_an_attachment_goes_from_the_cell_and_from_the_request(a_snapshot):
    whole = a_snapshot([{"type": "text", "text": "Look"}, IMAGE])
    assert len(kinds(whole)["attachment"].places) == 2
    assert sent(done(whole, "attachment", "drop"))["messages"][0]["content"] == [{"type": "text", "text": "Look"}]
    masked = done(whole, "attachment", "mask").session.cells[0].message["content"]
    assert masked[1] == {"type": "text", "text": "[attachment removed]"}


def test_a_parsed_file_is_an_attachment_too(a_snapshot):
    parsed = {"type": "file", "file": {"hash": "h", "content": [{"type": "text", "text": "of the file"}]}}
    whole = a_snapshot(reply=Reply(text="Hi", annotations=(parsed, {"type": "url_citation"})))
    left = done(whole, "attachment", "drop").attempts["c"][0].reply
    assert left.annotations == ({"type": "url_citation"},)


@pytest.mark.parametrize("decision", ["mask", "drop"])
def test_a_parsed_file_goes_from_later_requests_too(a_snapshot, decision):
    parsed = {"type": "file", "file": {"hash": "h", "content": [{"type": "text", "text": "of the file"}]}}
    before = Cell(id="b", kind="message", message=Reply(text="Hi", annotations=(parsed,)).message())
    whole = a_snapshot(cells=(before,))
    left = done(whole, "attachment", decision)
    assert "of the file" not in left.model_dump_json()
    assert [message["content"] for message in sent(left)["messages"]] == ["Hi", "Hello"]


def test_debug_output_stays_here_unless_somebody_keeps_it(a_snapshot):
    whole = a_snapshot(reply=Reply(text="Hi", debug=({"echo_upstream_body": {"user": "alice"}},)))
    assert "alice" not in without(whole, {}).model_dump_json()
    assert done(whole, "debug", "keep") == whole


def test_words_that_only_a_former_request_holds_are_told_of_and_masked(a_snapshot):
    """A prompt was edited after it was sent: its cell does not show the former words any more, the request does."""
    whole = a_snapshot("The secret plan")
    edited = whole.session.model_copy(update={"cells": (Cell(id="c", message={"role": "user", "content": "Hello"}),)})
    later = whole.model_copy(update={"session": edited})
    one = kinds(later)["earlier"]
    assert (one.text, [place.words for place in one.places]) == ("The secret plan", ["Cell 1, attempt 1, sent request"])
    assert sent(without(later, {}))["messages"] == [{"role": "user", "content": "[earlier text removed]"}]
    assert sent(done(later, "earlier", "drop"))["messages"] == []
    assert done(later, "earlier", "keep") == later


def test_an_answer_that_stays_behind_is_not_handed_over_in_a_later_request(a_snapshot):
    """Only chosen attempts leave; a request that was sent with another one holds that one's words."""
    whole = a_snapshot(
        cells=(Cell(id="a", kind="message", message={"role": "assistant", "content": "A former answer"}),)
    )
    cells = whole.session.cells[1:]
    later = whole.model_copy(update={"session": whole.session.model_copy(update={"cells": cells})})
    assert "A former answer" not in without(later, {}).model_dump_json()


def test_a_call_that_no_answer_makes_any_more_is_not_handed_over_either(a_snapshot):
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": '{"for": "the plan"}'}}
    asked = {"role": "assistant", "content": None, "tool_calls": [call]}
    whole = a_snapshot(cells=(Cell(id="a", kind="message", message=asked),))
    assert leaving(whole) == ()
    alone = whole.session.model_copy(update={"cells": whole.session.cells[1:]})
    later = whole.model_copy(update={"session": alone})
    assert kinds(later).keys() == {"earlier"}
    assert "the plan" not in without(later, {}).model_dump_json()


def test_a_template_goes_with_what_it_is_the_template_of(a_snapshot):
    written = {"role": "user", "content": "Hello {{name}}"}
    template = Template(messages={1: written}, values={"name": "World"})
    whole = a_snapshot("Hello World", cells=(SYSTEM,), template=template)
    cells = (SYSTEM, Cell(id="c", message=written))
    whole = whole.model_copy(
        update={"session": whole.session.model_copy(update={"cells": cells, "variables": {"name": "World"}})}
    )
    assert kinds(whole).keys() == {"system"}
    left = done(whole, "system", "drop")
    assert left.attempts["c"][0].template == Template(messages={0: written}, values={"name": "World"})


def test_a_secret_in_a_variable_goes_from_the_text_it_was_put_into(a_snapshot):
    written = {"role": "user", "content": "Log in with {{password}}"}
    template = Template(messages={0: written}, values={"password": "open-sesame-7"})
    whole = a_snapshot("Log in with open-sesame-7", template=template)
    session = whole.session.model_copy(
        update={"cells": (Cell(id="c", message=written),), "variables": {"password": "open-sesame-7"}}
    )
    left = without(whole.model_copy(update={"session": session}), {})
    assert "sesame" not in left.model_dump_json()
    assert sent(left)["messages"][0]["content"] == "Log in with [password removed]"


@pytest.mark.parametrize("decision", ["mask", "drop", "keep"])
def test_what_was_up_to_date_is_not_made_stale_by_the_check(decision, a_snapshot):
    whole = a_snapshot("Write to alice@example.org", cells=(SYSTEM,))
    left = without(whole, {one.id: decision for one in leaving(whole)})
    assert stale(whole.session, whole.attempts) == stale(left.session, left.attempts) == frozenset()
    assert messages_for(left.session, "c", chosen_runs(left.session, left.attempts)) == sent(left)["messages"]


def test_people_can_still_be_told_apart_once_they_are_masked(a_snapshot):
    whole = a_snapshot("alice@example.org wrote to bob@example.org", "So alice@example.org wrote first.")
    left = without(whole, {})
    assert left.session.cells[0].text == "[e-mail 1] wrote to [e-mail 2]"
    assert left.attempts["c"][0].reply.text == "So [e-mail 1] wrote first."


def test_nobody_is_named_and_no_draft_leaves_however_little_is_found(a_snapshot):
    whole = a_snapshot(owner="a-browser")
    session = whole.session.model_copy(update={"draft": "alice@example.org"})
    left = without(whole.model_copy(update={"session": session}), {})
    assert (left.session.draft, left.attempts["c"][0].owner) == ("", "")
    assert leaving(whole.model_copy(update={"session": session})) == ()


@pytest.mark.parametrize("name", ["data", "id", "hash"])
def test_a_variable_is_looked_through_and_masked_whatever_its_name_is(name, a_snapshot):
    written = {"role": "user", "content": f"Pay with {{{{{name}}}}}"}
    number = "4111 1111 1111 1111"
    template = Template(messages={0: written}, values={name: number})
    whole = a_snapshot(f"Pay with {number}", template=template)
    changes = {"cells": (Cell(id="c", message=written),), "variables": {name: number}}
    left = without(whole.model_copy(update={"session": whole.session.model_copy(update=changes)}), {})
    assert number not in left.model_dump_json()
    assert left.session.variables == {name: "[number removed]"}


def test_what_only_a_dropped_system_prompt_named_leaves_nowhere(a_snapshot):
    system = Cell(id="0", kind="message", message={"role": "system", "content": "You work for {{client}}"})
    whole = a_snapshot(cells=(system,))
    session = whole.session.model_copy(update={"variables": {"client": "Acme"}})
    left = done(whole.model_copy(update={"session": session}), "system", "drop")
    assert left.session.variables == {}


def test_a_system_prompt_that_no_cell_holds_any_more_is_text_of_an_earlier_version(a_snapshot):
    whole = a_snapshot(cells=(SYSTEM,))
    rewritten = SYSTEM.model_copy(update={"message": {"role": "system", "content": "Be kind."}})
    session = whole.session.model_copy(update={"cells": (rewritten, whole.session.cells[-1])})
    left = without(whole.model_copy(update={"session": session}), {})
    assert [one["content"] for one in sent(left)["messages"]] == ["[earlier text removed]", "Hello"]


@pytest.mark.parametrize("decision", ["mask", "drop"])
def test_a_system_prompt_with_variables_is_one_thing_in_its_cell_and_wherever_it_was_sent(a_snapshot, decision):
    written = {"role": "system", "content": "You work for {{client}}."}
    sent_ = {"role": "system", "content": "You work for Acme."}
    whole = a_snapshot(
        cells=(Cell(id="y", kind="message", message=sent_),),
        template=Template(messages={0: written}, values={"client": "Acme"}),
    )
    first, *rest = whole.session.cells
    session = whole.session.model_copy(
        update={"cells": (first.model_copy(update={"message": written}), *rest), "variables": {"client": "Acme"}}
    )
    (found,) = leaving(whole := whole.model_copy(update={"session": session}))
    assert len(found.places) == 3
    assert "Acme" not in without(whole, {found.id: decision}).model_dump_json()


@pytest.mark.parametrize("server", ["10.0.3.7:8000", "gpu-box:8000", "llm.corp", "[fd00::7]:8000", "node.local:80"])
def test_a_server_of_ones_own_is_named_nowhere(a_snapshot, server):
    failure = Failure(kind="Unreachable", message=f"Nobody answers at http://{server}/v1.")
    whole = a_snapshot(connection=server, failure=failure)
    assert [one.kind for one in leaving(whole)] == ["server"]
    left = without(whole, {})
    assert server not in left.model_dump_json()
    assert left.attempts["c"][0].connection == "[server removed]"


@pytest.mark.parametrize(
    "server", ["OpenRouter", "Local model", "api.groq.com", "localhost:8000", "127.0.0.1:1234", "", "[x"]
)
def test_a_server_that_everybody_may_know_is_named(a_snapshot, server):
    assert leaving(a_snapshot(connection=server)) == ()
