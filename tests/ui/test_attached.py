"""What is attached to the prompt box: taken in, shown, changed, sent."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from components.desk import Desk
from components.services import open_services
from parley.media import data_url
from tests.media.pictures_made import PDF, noise, picture, recording
from tests.ui.test_notebook_page import ask, scripted, second_tab, words

Settled = Callable[[], AppTest]


def bring(app: AppTest, data: bytes, name: str = "photo.png") -> AppTest:
    """Hand a file to the uploader behind the prompt box, as a drop or a paste does."""
    app.file_uploader(
        key=next(one.key for one in app.get("file_uploader") if one.key.startswith("attach-files"))
    ).upload(name, data).run()
    return app


def session(app: AppTest):
    return app.session_state["ui"].session


def sent() -> list[dict]:
    store = open_services().store
    return store.run(store.runs().rows[0].id).request.payload()["messages"]


def press(app: AppTest, part: str) -> AppTest:
    return app.button(key=f"attached-{session(app).attached[0].id}-{part}").click().run()


def test_a_picture_is_shown_before_it_is_sent_and_goes_with_the_words(app: AppTest, settled: Settled) -> None:
    bring(scripted(app, "scripted/files"), picture(size=(30, 20)))
    assert "photo.png" in words(app)
    assert "PNG image · " in words(app)
    assert "30 × 20" in words(app)
    ask(app, "What is this?")
    settled()
    (message,) = sent()
    assert [part["type"] for part in message["content"]] == ["text", "image_url"]
    assert message["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")
    assert session(app).attached == ()


def test_files_that_come_with_the_prompt_itself_are_sent_with_it(app: AppTest, settled: Settled) -> None:
    scripted(app, "scripted/files").chat_input(key="prompt").upload("a.pdf", PDF).set_value("Read").run()
    settled()
    assert [part["type"] for part in sent()[0]["content"]] == ["text", "file"]


def test_what_cannot_be_attached_is_said_and_nothing_typed_is_lost(app: AppTest) -> None:
    scripted(app, "scripted/files").chat_input(key="prompt").upload("a.bin", b"\0\1\2").set_value("Keep me").run()
    assert "a.bin is of no kind that Parley knows" in words(app)
    assert open_services().store.runs().rows == ()
    assert session(app).draft == "Keep me"


def test_what_is_attached_survives_a_reload(app: AppTest) -> None:
    bring(scripted(app), recording(), "hum.wav")
    other = second_tab(app)
    assert session(other).attached == session(app).attached
    assert "hum.wav" in words(other)


def test_a_file_alone_can_be_sent_and_one_can_be_taken_away(app: AppTest, settled: Settled) -> None:
    bring(bring(scripted(app, "scripted/files"), picture(), "one.png"), picture("JPEG"), "two.jpg")
    press(app, "remove")
    app.button(key="attached-send").click().run()
    settled()
    (part,) = sent()[0]["content"]
    assert part["image_url"]["url"].startswith("data:image/jpeg")


def test_detail_is_chosen_for_each_picture(app: AppTest, settled: Settled) -> None:
    bring(scripted(app, "scripted/files"), picture())
    app.selectbox(key=f"attached-{session(app).attached[0].id}-detail").set_value("low").run()
    ask(app, "Look")
    settled()
    assert sent()[0]["content"][1]["image_url"]["detail"] == "low"


def test_a_large_picture_is_offered_to_be_made_smaller(app: AppTest) -> None:
    bring(scripted(app), noise(2_600, 1_300), "big.jpg")
    press(app, "scale")
    assert "2,048 × 1,024" in words(app)
    assert "scaled down from 2,600 × 1,300" in words(app)


def test_a_model_that_does_not_take_it_is_named_with_one_that_does(app: AppTest) -> None:
    bring(scripted(app), picture())
    assert "does not list images as input" in words(app)
    app.button(key="attached-use-scripted-files").click().run()
    assert app.selectbox(key="field-model").value == "scripted/files"
    assert "does not list images" not in words(app)


def test_who_reads_a_pdf_is_chosen_beside_it(app: AppTest, settled: Settled) -> None:
    bring(scripted(app, "scripted/files"), PDF, "paper.pdf")
    app.selectbox(key="attached-pdf-engine").set_value("mistral-ocr").run()
    ask(app, "Read")
    settled()
    store = open_services().store
    plugins = store.run(store.runs().rows[0].id).request.payload()["plugins"]
    assert plugins == [{"id": "file-parser", "pdf": {"engine": "mistral-ocr"}}]


def test_who_reads_a_pdf_as_usual_is_not_set(app: AppTest) -> None:
    desk = Desk(open_services(), bring(scripted(app, "scripted/files"), PDF, "paper.pdf").session_state["ui"])
    app.selectbox(key="attached-pdf-engine").set_value("native").run()
    app.selectbox(key="attached-pdf-engine").set_value("").run()
    assert "plugins" not in session(app).settings.payload()
    desk.read_pdf_with("")
    assert "plugins" not in session(app.run()).settings.payload()


def test_a_text_file_can_go_as_words_that_any_model_reads(app: AppTest, settled: Settled) -> None:
    bring(scripted(app), b"a,b\n1,2\n", "table.csv")
    assert "does not list files as input" in words(app)
    press(app, "text")
    assert "does not list" not in words(app)
    ask(app, "3 tokens at 1000/s")
    settled()
    assert sent()[0]["content"][1] == {"type": "text", "text": "table.csv:\n\n```\na,b\n1,2\n```"}


def test_why_a_file_was_left_out_stands_until_it_was_read(app: AppTest) -> None:
    bring(bring(scripted(app), b"\0\1", "odd.bin"), picture(), "fine.png")
    assert "odd.bin is of no kind that Parley knows" in words(app)
    app.button(key="attached-refused-remove").click().run()
    assert "odd.bin" not in words(app)
    assert [one.name for one in session(app).attached] == ["fine.png"]


def test_more_files_than_are_seen_are_counted(app: AppTest) -> None:
    scripted(app, "scripted/files")
    for side in (10, 20, 30, 40):
        assert " files · " not in words(app)
        bring(app, picture(size=(side, 20)), f"{side}.png")
    assert "4 files · " in words(app)


def test_an_image_of_an_answer_goes_back_in(app: AppTest) -> None:
    scripted(app).session_state["ui"].offered = [data_url(picture("WEBP"), "image/webp"), "https://"]
    app.run()
    assert [one.name for one in session(app).attached] == ["image.webp"]
    assert "An address begins with https://" in words(app)


def test_an_address_is_attached_as_it_is(app: AppTest) -> None:
    desk = Desk(open_services(), scripted(app).session_state["ui"])
    assert desk.attach_address("ftp://x") != ""
    assert desk.attach_address("https://example.com/a.png") == ""
    assert "a.png" in words(app.run())


def test_a_system_prompt_that_is_cached_says_so(app: AppTest, settled: Settled) -> None:
    box = f"system-prompt-{scripted(app) and session(app).id}"
    app.text_area(key=box).set_value("Be brief.").run()
    Desk(open_services(), app.session_state["ui"]).hand.cache(session(app).cells[0].id, "5m")
    assert "Cached up to here" in words(app.run())
    ask(app, "3 tokens at 1000/s")
    settled()
    assert sent()[0]["content"] == [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]


def test_the_same_file_is_not_attached_twice(app: AppTest) -> None:
    bring(bring(scripted(app), picture()), picture())
    assert len(session(app).attached) == 1
    assert "attached already" in words(app)
