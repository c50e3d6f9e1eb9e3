import json
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import MISSING

from parley.errors import RequestError
from parley.notebook import Preset, Session, edits
from parley.notebook.presets import (
    LARGEST,
    LONGEST_NAME,
    Setup,
    differences,
    exported,
    imported,
    loaded,
    made_of,
    named,
    taken_back,
    under_free_names,
    updated,
)
from parley.request import ChatRequest

KEY = "sk-or-v1-" + "c0ffee" * 10
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("aé{"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=8,
)


def settings(**body: object) -> ChatRequest:
    return ChatRequest.parse(body)


def session(system: str = "", **body: object) -> Session:
    empty = Session(id="s", settings=settings(**body))
    return edits.with_system_prompt(empty, system, "top")


def preset(system: str | None = None, **body: object) -> Preset:
    return Preset(id="p", name="Terse", request=settings(**body), system=system)


def ids():
    return (f"new{number}" for number in count())


def test_what_is_set_now_becomes_a_preset_and_loading_it_sets_it_again() -> None:
    now = Setup.of(session("Be brief.", model="m", seed=0, stop=[], odd={"x": 1.0}))
    kept = made_of("p", "  Short\nanswers ", now, with_system=True)
    assert (kept.name, kept.request, kept.system) == ("Short answers", now.settings, "Be brief.")
    assert Setup.of(loaded(session("Else.", top_p=1), kept, "new")) == now


def test_a_preset_without_a_system_prompt_leaves_the_sessions_own() -> None:
    assert edits.system_prompt(loaded(session("Own."), preset(None, seed=1), "c")) == "Own."
    assert edits.system_prompt(loaded(session("Own."), preset(""), "c")) == ""


def test_taking_back_restores_what_was_there_and_keeps_what_was_changed_since() -> None:
    before = session("Own.", temperature=1, seed=3)
    after = loaded(before, preset("Brief.", temperature=0.5, top_p=0.9), "c")
    since = edits.with_settings(after, settings(temperature=0.5, top_p=0.1, user="me"))
    back = taken_back(since, Setup.of(before), Setup.of(after), "c")
    assert Setup.of(back) == (settings(temperature=1, seed=3, user="me"), "Own.")
    assert (
        edits.system_prompt(
            taken_back(edits.with_system_prompt(after, "Mine.", "c"), Setup.of(before), Setup.of(after), "c")
        )
        == "Mine."
    )


def test_the_differences_are_what_loading_would_change() -> None:
    now = Setup.of(session("Own.", temperature=1, seed=3, stop=None))
    told = differences(now, preset("Brief.", temperature=1.0, top_p=0.9, stop=None))
    assert [(one.name, one.before, one.after) for one in told] == [
        ("temperature", 1, 1.0),
        ("top_p", MISSING, 0.9),
        ("seed", 3, MISSING),
        ("system prompt", "Own.", "Brief."),
    ]
    assert differences(now, made_of("p", "x", now, with_system=True)) == ()


def test_updating_keeps_name_and_version_and_takes_the_rest() -> None:
    old = preset(None, seed=1).model_copy(update={"version": 7})
    fresh = updated(old, Setup(settings(seed=2), "Brief."))
    assert (fresh.id, fresh.name, fresh.version, fresh.system) == ("p", "Terse", 7, "Brief.")
    assert updated(old, Setup(settings(seed=2), "")).system is None


@given(st.dictionaries(st.text("ab", min_size=1, max_size=3), VALUES, max_size=4), st.none() | st.text("a é"))
def test_a_file_brings_back_what_was_put_into_it(body: dict[str, object], system: str | None) -> None:
    (back,) = imported(exported([preset(system, **body)]).encode(), ids())
    assert (back.request, back.system, back.name, back.id) == (settings(**body), system, "Terse", "new0")


def test_a_key_is_never_kept_nor_handed_out() -> None:
    holding = {
        "user": KEY,
        "trace": {"list": [f"Bearer {KEY}"]},
        "api_key": "plain words",
        "x": {"Authorization": "abc"},
    }
    now = Setup(settings(**holding), f"The key is {KEY}.")
    kept = made_of("p", f"Mine {KEY}", now, with_system=True)
    foreign = json.dumps(
        {"format": "parley-presets", "version": 1, "presets": [{"name": "n", "request": holding, "system": KEY}]}
    )
    written = [
        kept.model_dump_json(),
        exported([preset(KEY, **holding)]),
        imported(foreign.encode(), ids())[0].model_dump_json(),
    ]
    assert not [text for text in written if KEY in text or "plain words" in text or "abc" in text]
    assert kept.request.payload()["x"] == {}


def test_a_tool_may_have_a_parameter_called_token() -> None:
    tool = {"parameters": {"properties": {"token": {"type": "string"}}}, "max_tokens": 5}
    assert made_of("p", "n", Setup(settings(tool=tool), ""), with_system=False).request.payload() == {"tool": tool}


def file(**changes: object) -> bytes:
    whole = {"format": "parley-presets", "version": 1, "presets": [{"name": "n", "request": {}, "system": None}]}
    return json.dumps(whole | changes).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\xff", "no text file"),
        (b'{"format": \n  nope}', "line 2, column 3"),
        (b"[" * 500, "not JSON|too deeply"),
        (b'{"presets": [{"request": {"temperature": NaN}}]}', "no number NaN"),
        (b'{"presets": [{"request": {"temperature": -1e999}}]}', "no number -1e999"),
        (b"[" * 300 + b"]" * 300, "too deeply"),
        (b"9" * 5000, "too long"),
        (b"[]", "no file of presets"),
        (b'{"model": "m", "messages": []}', "no file of presets"),
        (file(version=2), "newer Parley"),
        (file(presets=[]), "no preset"),
        (file(presets={}), "no preset"),
        (file(presets=[{"name": "n", "request": {}}] * 501), "501"),
        (file(presets=[{"name": "ok", "request": {}}, {"name": "n", "request": []}]), "Preset 2"),
        (file(presets=[{"name": 3, "request": {}}]), "Preset 1"),
        (file(presets=["x"]), "Preset 1"),
        (file(presets=[{"name": " ", "request": {}}]), "needs a name"),
        (b" " * (LARGEST + 1), "1,000,001 bytes"),
    ],
)
def test_a_foreign_broken_or_too_large_file_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(RequestError, match=reason):
        imported(content, ids())


def test_messages_in_a_file_are_left_out() -> None:
    assert imported(file(presets=[{"name": "n", "request": {"messages": [], "seed": 1}}]), ids())[
        0
    ].request == settings(seed=1)


def test_names_are_made_free_and_stay_short() -> None:
    long = "x" * LONGEST_NAME
    several = [Preset(id=str(n), name=name) for n, name in enumerate(["Terse", "Terse", "New", long])]
    free = [one.name for one in under_free_names(several, ["Terse", long])]
    assert free == ["Terse (2)", "Terse (3)", "New", "x" * (LONGEST_NAME - 4) + " (2)"]
    assert len(named("y" * 500)) == LONGEST_NAME
