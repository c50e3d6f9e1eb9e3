import base64
import io

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from parley.reply import Audio, Reply, ToolCall, Usage
from parley.reply.blocks import PACK

PARAGRAPH = "word " * 60 + "\n\n"


def painted(reply, *, live=False):
    def script(reply, live):
        from components.answer.painter import paint_reply

        paint_reply(reply, live=live)

    page = AppTest.from_function(script, kwargs={"reply": reply, "live": live}).run()
    assert not page.exception
    return page


def message(**told):
    def script(told):
        from components.answer.painter import paint_message

        paint_message(told)

    page = AppTest.from_function(script, kwargs={"told": told}).run()
    assert not page.exception
    return page


def texts(page):
    return [one.value for one in page.markdown]


def picture(width=2, height=2, kind="PNG"):
    held = io.BytesIO()
    Image.new("RGB", (width, height)).save(held, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(held.getvalue()).decode()}"


def image(address):
    return {"type": "image_url", "image_url": {"url": address}}


def test_before_anything_has_come_a_live_answer_waits_in_words():
    assert "Waiting for the first token" in texts(painted(Reply(), live=True))[0]


def test_reasoning_is_open_and_alive_until_the_answer_begins():
    thinking = painted(Reply(reasoning="I **thi"), live=True).expander[0]
    answering = painted(Reply(reasoning="I **think**", text="So"), live=True).expander[0]
    assert ("Reasoning…" in thinking.label, thinking.proto.expanded) == (True, True)
    assert (answering.label, answering.proto.expanded) == ("Reasoning · 2 words", False)
    assert [one.value for one in thinking.markdown] == ["I **thi**"]


def test_the_label_of_the_fold_does_not_change_when_the_answer_ends():
    usage = Usage(completion_tokens_details={"reasoning_tokens": 9})
    begun, ended = Reply(reasoning="I think", text="So"), Reply(reasoning="I think", text="So.", usage=usage)
    assert painted(begun, live=True).expander[0].label == painted(ended).expander[0].label


def test_live_and_ended_answers_are_painted_in_the_same_pieces():
    reply = Reply(reasoning="why", text=PARAGRAPH * 30)
    live, ended = painted(reply, live=True), painted(reply)
    assert texts(live)[:-1] == texts(ended)[:-1]
    assert 3 <= len(texts(ended)) <= len(reply.text) // PACK + 2


def test_an_open_tail_is_closed_while_live_and_left_as_it_is_when_ended():
    assert texts(painted(Reply(text="some **bold"), live=True)) == ["some **bold**"]
    assert texts(painted(Reply(text="some **bold"))) == [r"some \*\*bold"]


def test_what_a_model_wrote_is_defused():
    shown = "".join(
        texts(painted(Reply(text="![a](https://evil.example/p.png) :red[x]", reasoning="![b](https://evil.example)")))
    )
    assert "![" not in shown
    assert ":red" not in shown.replace("\\:", "")


def test_a_refusal_is_shown_as_one():
    assert texts(painted(Reply(refusal="I cannot."))) == [":orange-badge[Refused] I cannot."]


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ('{"city":"Paris"}', '{\n  "city": "Paris"\n}'),
        ("", "no arguments"),
        ('{"city": "Pa', "no valid JSON"),
        ("[" * 100_000, "no valid JSON"),
        ('{"a": "```"}', "````json"),
    ],
)
def test_a_tool_call_is_readable(arguments, shown):
    page = painted(Reply(tool_calls=(ToolCall(id="c1", name="get_:red[x]", arguments=arguments),)))
    assert shown in texts(page)[-1]
    assert "get\\_\\:red" in texts(page)[-1] or "get_\\:red" in texts(page)[-1]


def test_arguments_on_their_way_are_not_called_broken():
    assert "valid JSON" not in texts(painted(Reply(tool_calls=(ToolCall(name="f", arguments='{"a'),)), live=True))[-1]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_in_the_answer_itself_is_drawn(kind):
    page = painted(Reply(images=(image(picture(kind=kind)),)))
    assert len(page.get("image")) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/p.png",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64,bm90IGFuIGltYWdl",
        "file:///x.png",
        "/etc/passwd",
        "",
        None,
        7,
        {"a": 1},
    ],
)
def test_any_other_picture_is_named_and_never_fetched(address):
    page = painted(Reply(images=(image(address),)))
    assert not page.get("image")
    assert not any("![" in text for text in texts(page))


def test_a_picture_too_large_to_decode_is_not_drawn():
    page = painted(Reply(images=(image(picture(8_000, 6_000)),)))
    assert not page.get("image")
    assert "too large" in page.caption[0].value


@pytest.mark.parametrize(
    ("audio", "said"),
    [(Audio(), "none came"), (Audio(data="!!"), "damaged"), (Audio(id="a", transcript="Hello"), None)],
)
def test_sound_that_cannot_be_played_is_told(audio, said):
    page = painted(Reply(audio=audio, text="So."))
    assert not page.get("audio")
    assert [said in one.value for one in page.caption] == ([True] if said else [])


def test_a_picture_and_a_sound_can_be_kept_and_a_picture_be_used_again():
    def script(reply, taken):
        from components.answer.painter import paint_reply
        from components.state import ui

        paint_reply(reply, live=False, name="r", keeps=True)
        taken += ui().offered

    taken = []
    reply = Reply(images=(image(picture()),), audio=Audio(data=base64.b64encode(b"\0\1" * 200).decode()))
    page = AppTest.from_function(script, kwargs={"reply": reply, "taken": taken}).run()
    assert not taken
    assert [one.label.partition(",")[0] for one in page.download_button] == ["Download (PNG", "Download (WAV"]
    page.button(key="reuse-r-0").click().run()
    assert not page.exception
    assert set(taken) == {reply.images[0]["image_url"]["url"]}


def test_speech_is_playable_and_readable():
    page = painted(Reply(audio=Audio(data=base64.b64encode(b"\0\1" * 200).decode(), transcript="Hello *there*")))
    assert len(page.get("audio")) == 1
    assert texts(page)[-1] == "Hello *there*"


def test_citations_are_numbered_links_with_their_hosts_each_page_once():
    cited = [
        {"type": "url_citation", "url_citation": {"url": f"https://a.example/{n}", "title": f"Page {n}"}}
        for n in (1, 1, 2)
    ]
    shown = texts(painted(Reply(text="So.", annotations=(*cited, {"type": "file"}))))[-1]
    lines = shown.splitlines()[2:]
    assert [line[:11] for line in lines] == ["1. [Page 1]", "2. [Page 2]"]
    assert lines[0].endswith(" :gray[a.example]")


@pytest.mark.parametrize(
    ("url", "title", "line"),
    [
        ("javascript:alert(1)", "Click", "1. Click"),
        ("https://a.example/)>\n\n# x", "A", "1. [A](<https://a.example/)%3E%0A%0A#%20x>) :gray[a.example]"),
        (
            "https://a.example",
            "]( :red[x] `",
            "1. [\\]( \\:red\\[x\\] \\`](<https://a.example>) :gray[a.example]",
        ),
        ("https://a.example/" + "x" * 5_000, "Long", "1. Long :gray[a.example]"),
        ("https://a.example", "", "1. [https\\://a.example](<https://a.example>)"),
    ],
)
def test_a_source_is_one_line_and_leads_to_the_web_or_nowhere(url, title, line):
    cited = {"url_citation": {"url": url, "title": title}}
    assert texts(painted(Reply(text="So.", annotations=(cited,))))[-1] == f"**Sources**\n\n{line}"


def test_the_text_leads_to_the_pages_that_it_is_from():
    cited = {"url_citation": {"url": "https://a.example/1", "title": "One", "start_index": 0, "end_index": 6}}
    shown = texts(painted(Reply(text="So so. Yes.", annotations=(cited,))))[0]
    assert shown == 'So so.[\\[1\\]](<https://a.example/1> "a.example") Yes.'


def test_a_file_that_was_read_is_told():
    parsed = {"type": "file", "file": {"hash": "h", "name": "a*b.pdf", "content": [{"type": "text", "text": "Words"}]}}
    assert (
        painted(Reply(text="So.", annotations=(parsed,)))
        .caption[0]
        .value.startswith("File read: a\\*b.pdf · 1 word. It goes")
    )


def test_sealed_reasoning_has_a_fold_that_says_so():
    sealed = {"type": "reasoning.encrypted", "data": "A" * 4_000, "format": "openai-responses-v1"}
    usage = Usage(completion_tokens_details={"reasoning_tokens": 1_280})
    fold = painted(Reply(text="So.", reasoning_details=(sealed,), usage=usage)).expander[0]
    assert fold.label == "Reasoning · encrypted"
    assert fold.caption[0].value == (
        "1,280 tokens, as the provider counted · 1 encrypted part of 3 KB, for the provider alone · openai-responses-v1 · "
        "goes back as it came on the next turn"
    )


def test_a_summary_is_named_one_and_a_growing_one_is_counted():
    summary = {"type": "reasoning.summary", "summary": "In short."}
    ended = painted(Reply(reasoning="In short.", reasoning_details=(summary,), text="So.")).expander[0]
    growing = painted(Reply(reasoning="In short.", reasoning_details=(summary,)), live=True).expander[0]
    assert ended.label == "Summary of the reasoning · 2 words"
    assert growing.caption[0].value == "2 words so far"


def test_a_tool_that_the_server_used_while_it_reasoned_is_shown():
    call = {"type": "reasoning.server_tool_call", "tool_name": "find", "arguments": '{"q":1}', "result": "none"}
    shown = painted(Reply(text="So.", reasoning_details=(call,))).expander[0].markdown[0].value
    assert "**find**" in shown
    assert '"q": 1' in shown


def test_reasoning_that_is_billed_and_not_shown_is_told():
    usage = Usage(completion_tokens_details={"reasoning_tokens": 64})
    assert "reasoned for 64 tokens" in painted(Reply(text="So.", usage=usage)).caption[0].value


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(text=" \n", finish_reason="stop"), "nothing but blanks"),
        (Reply(reasoning="hm", finish_reason="stop"), "reasoned and ended without an answer"),
        (Reply(reasoning="hm", finish_reason="length"), "whole limit on reasoning"),
        (Reply(finish_reason="length"), "limit on output tokens"),
        (Reply(finish_reason="content_filter"), "content filter kept it back"),
    ],
)
def test_why_an_answer_says_nothing_is_told(reply, said):
    assert said in painted(reply).caption[-1].value


def test_an_empty_answer_is_said_to_be_empty():
    assert "empty" in painted(Reply(finish_reason="stop")).caption[0].value
    assert not painted(Reply()).caption


def test_the_readers_notes_are_told():
    assert (
        painted(Reply(text="So.", notes=("2 events could not be read",))).caption[0].value
        == "2 events could not be read"
    )


def test_a_persons_lines_end_where_they_ended_them():
    assert texts(message(role="user", content="one\ntwo")) == ["one\\\ntwo"]


def test_a_message_shows_its_parts_and_names_what_it_cannot_draw():
    parts = [
        {"type": "text", "text": "Look:"},
        image(picture()),
        {"type": "file", "file": {"filename": "a*b.pdf", "file_data": "data:application/pdf;base64," + "A" * 4000}},
        {"type": "input_audio", "input_audio": {"data": "A" * 4000, "format": "wav"}},
        {"type": "hologram"},
    ]
    page = message(role="user", content=parts)
    told = [one.value for one in page.caption]
    assert texts(page) == ["Look:"]
    assert len(page.get("image")) == 1
    assert told == ["Attached: File · a\\*b.pdf · 3 KB", "Attached: Audio · wav · 3 KB", "Attached: hologram"]
    assert not page.get("audio")


def test_what_an_assistant_message_by_hand_reasoned_and_drew_is_shown():
    page = message(role="assistant", content="So.", reasoning="I think", images=[image(picture()), 7])
    assert page.expander[0].label == "Reasoning · 2 words"
    assert len(page.get("image")) == 1


def test_a_recording_that_was_attached_can_be_heard():
    sound, film = base64.b64encode(b"OggS" + bytes(400)).decode(), {"url": "https://a.example/film.mp4"}
    parts = [
        {"type": "input_audio", "input_audio": {"data": sound, "format": "ogg"}},
        {"type": "input_audio", "input_audio": {"data": base64.b64encode(bytes(400)).decode(), "format": "pcm16"}},
        {"type": "video_url", "video_url": film},
    ]
    page = message(role="user", content=parts)
    assert len(page.get("audio")) == 2
    assert page.caption[-1].value == "Attached: Video · a.example"


@pytest.mark.parametrize(
    ("role", "told"), [("system", "System message"), ("developer", "Developer message"), ("tool", "Tool result")]
)
def test_other_roles_are_named(role, told):
    assert message(role=role, content="text").caption[0].value == told


def test_a_tool_result_is_shown_as_data():
    assert texts(message(role="tool", content='{"a":1}')) == ['```json\n{\n  "a": 1\n}\n```']


@pytest.mark.parametrize(
    "odd", [{}, {"role": 1}, {"role": "user", "content": None}, {"content": [None, 7, {"type": 3}, []]}]
)
def test_no_message_is_too_odd_to_show(odd):
    message(**odd)


def test_a_message_with_tool_calls_shows_them():
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    assert "**f**" in texts(message(role="assistant", content=None, tool_calls=[call, {}]))[-1]


def test_a_page_is_warmed_with_one_formula_and_one_block_of_code():
    def script():
        from components.answer.painter import prewarm

        prewarm()

    page = AppTest.from_function(script).run()
    assert not page.exception
    assert "$x$" in page.markdown[0].value


def test_of_thousands_of_tool_calls_the_first_are_drawn_and_the_rest_counted():
    calls = tuple(ToolCall(id=f"c{n}", name="f", arguments='{"a": 1}') for n in range(3_000))
    page = painted(Reply(tool_calls=calls))
    assert texts(page)[-1].count("Tool call") == 20
    assert page.caption[0].value == "And 2,980 more tool calls. History has all of them, under Response."


def test_of_thousands_of_images_the_first_are_drawn_and_the_rest_counted():
    page = painted(Reply(images=(image(picture()),) * 2_000))
    assert len(page.get("image")) == 12
    assert page.caption[0].value.startswith("And 1,988 more images.")


def test_of_thousands_of_parts_and_calls_of_a_message_the_first_are_drawn_and_the_rest_counted():
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    page = message(role="user", content=[{"type": "text", "text": "a"}] * 1_000, tool_calls=[call] * 21)
    assert len(page.markdown) == 51
    assert [one.value.split(". ")[0] for one in page.caption] == ["And 950 more parts", "And 1 more tool call"]


def test_of_thousands_of_sources_the_first_are_listed_and_the_rest_counted():
    cited = [{"url_citation": {"url": f"https://a.example/{n}", "title": "t"}} for n in range(5_000)]
    assert painted(Reply(text="So.", annotations=tuple(cited))).caption[0].value.startswith("And 4,950 more sources.")


def test_the_arguments_of_all_calls_share_what_is_drawn_and_what_is_cut_is_told():
    calls = tuple(ToolCall(name="f", arguments='"' + "a" * 60_000 + '"') for _ in range(3))
    shown = texts(painted(Reply(tool_calls=calls)))[-1]
    assert 90_000 < shown.count("a") < 100_100
    assert shown.count("Of 60,002 characters, ") == 3


def test_the_name_of_a_call_has_an_end_on_screen() -> None:
    shown = texts(painted(Reply(tool_calls=(ToolCall(id="i" * 10_000, name="n" * 10_000, arguments="{}"),))))[-1]
    assert ("n" * 199 + "…" in shown, "i" * 199 + "…" in shown, len(shown) < 600) == (True, True, True)
