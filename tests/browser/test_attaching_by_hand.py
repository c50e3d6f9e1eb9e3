"""Files go into the prompt box and into cells as a person puts them there: chosen, pasted, dropped."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, WebSocketRoute, expect

from tests.browser.conftest import CHROMIUM, Served, ask, choose_model, prompt, rest, until
from tests.media.pdfs_made import CATALOG, TREE, plain
from tests.media.pictures_made import PDF, noise, picture, recording

pytestmark = pytest.mark.browser
GIVE = """([target, kind, spelt, name, type]) => {
  const held = new DataTransfer()
  held.items.add(new File([Uint8Array.from(atob(spelt), (sign) => sign.charCodeAt(0))], name, { type }))
  const how = { bubbles: true, cancelable: true }
  const event = kind === "paste" ? new ClipboardEvent("paste", { ...how, clipboardData: held }) : new DragEvent("drop", { ...how, dataTransfer: held })
  document.querySelector(target).dispatchEvent(event)
}"""
BOX, MAIN = ".st-key-prompt textarea", "[data-testid=stMain]"
CHOOSER = ".st-key-prompt input[type=file]"


@pytest.fixture(scope="module")
def served(lasting: Served) -> Served:
    return lasting


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def give(page: Page, target: str, kind: str, name: str, data: bytes, media_type: str) -> None:
    page.evaluate(GIVE, [target, kind, base64.b64encode(data).decode(), name, media_type])


def attached(page: Page, name: str) -> Locator:
    return page.locator(".st-key-attached").get_by_text(name, exact=True)


def test_what_is_chosen_pasted_and_dropped_is_seen_first_and_then_sent(page: Page) -> None:
    choose_model(page, "scripted/senses")
    page.locator(CHOOSER).set_input_files([file("chosen.jpg", noise(60, 40)), file("hum.wav", recording(1))])
    expect(attached(page, "chosen.jpg")).to_be_visible()
    give(page, BOX, "paste", "pasted.png", picture(size=(30, 20)), "image/png")
    expect(attached(page, "pasted.png")).to_be_visible()
    give(page, MAIN, "drop", "paper.pdf", PDF, "application/pdf")
    expect(attached(page, "paper.pdf")).to_be_visible()
    ask(page, "What did you get?")
    said = page.locator('[data-testid="stChatMessage"]').last
    expect(said).to_contain_text("image: PNG image")
    expect(said).to_contain_text("audio: WAV recording, 16 KB")
    expect(said).to_contain_text("file: PDF, 81 bytes, paper.pdf")
    expect(page.locator(".st-key-attached")).to_have_count(0)


def test_a_pdf_says_its_pages_and_opens_in_a_tab_before_it_is_sent(page: Page) -> None:
    page.locator(CHOOSER).set_input_files(file("paper.pdf", plain({1: CATALOG, 2: TREE % 3})))
    row = page.locator('[class*="st-key-attachment-"]')
    expect(row).to_contain_text("3 pages")
    expect(row.get_by_role("link", name="Open")).to_have_attribute("target", "_blank")
    with page.context.expect_event("request", lambda one: one.is_navigation_request()) as opened:
        row.get_by_role("link", name="Open").click()
    answer = page.request.get(opened.value.url)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body() == plain({1: CATALOG, 2: TREE % 3})


def test_what_is_said_into_the_microphone_is_listened_to_first_and_then_sent(browser: Browser, served: Served) -> None:
    spoken = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    other = browser.browser_type.launch(executable_path=CHROMIUM, args=spoken)
    page = other.new_page()
    page.goto(served.url)
    prompt(page).wait_for()
    rest(page)
    choose_model(page, "scripted/senses")
    prompt(page).fill("What do you hear?")
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("button", name="Submit recording")).to_be_enabled()
    page.get_by_role("button", name="Submit recording").click()
    expect(attached(page, "Recording.wav")).to_be_visible()
    player = page.locator(".st-key-attached audio")
    until(lambda: bool(player.evaluate("one => one.duration > 0")), "the recording cannot be played")
    expect(prompt(page)).to_have_value("What do you hear?")
    prompt(page).press("Enter")
    expect(page.locator('[data-testid="stChatMessage"]').last).to_contain_text("audio: WAV recording")
    other.close()


def test_a_prompt_that_is_sent_while_a_file_is_on_its_way_waits_for_it(page: Page) -> None:
    choose_model(page, "scripted/senses")
    held: list[Route] = []
    page.route("**/_stcore/upload_file/**", lambda route: held.append(route))
    page.locator(CHOOSER).set_input_files(file("slow.pdf", PDF))
    expect(page.locator(".st-key-attach [data-testid=stFileChip]")).to_be_visible()
    ask(page, "Read it")
    expect(prompt(page)).to_have_value("Read it")
    for route in held:
        route.continue_()
    expect(page.locator('[data-testid="stChatMessage"]').last).to_contain_text("slow.pdf")


def test_a_file_that_is_too_large_or_lost_on_its_way_has_a_sentence_that_stays(page: Page) -> None:
    prompt(page).fill("Keep me")
    page.locator(CHOOSER).set_input_files([file("huge.png", bytes(21 << 20)), file("small.png", picture())])
    expect(attached(page, "small.png")).to_be_visible()
    refused = page.locator(".st-key-attached-refused")
    expect(refused).to_contain_text("huge.png has 21.0 MB; one file may have 20 MB.")
    page.route("**/_stcore/upload_file/**", lambda route: route.fulfill(status=429, body="too much"))
    page.locator(CHOOSER).set_input_files(file("lost.pdf", PDF))
    expect(refused).to_contain_text("lost.pdf did not arrive")
    expect(prompt(page)).to_have_value("Keep me")
    refused.get_by_role("button").click()
    expect(refused).to_have_count(0)


def test_words_stay_in_the_box_when_a_file_is_pasted_after_them(page: Page) -> None:
    prompt(page).click()
    page.keyboard.type("What is on this?")
    give(page, BOX, "paste", "pasted.png", picture(size=(30, 20)), "image/png")
    expect(attached(page, "pasted.png")).to_be_visible()
    rest(page)
    expect(prompt(page)).to_have_value("What is on this?")


def test_a_file_goes_again_when_the_server_s_word_where_to_is_lost(page: Page) -> None:
    lost: list[bytes] = []

    def between(line: WebSocketRoute) -> None:
        def handed_on(message: str | bytes) -> None:
            if isinstance(message, bytes) and b"/_stcore/upload_file/" in message and not lost:
                lost.append(message)
            else:
                line.send(message)

        line.connect_to_server().on_message(handed_on)

    page.route_web_socket("**/_stcore/stream", between)
    page.reload()
    prompt(page).wait_for()
    rest(page)
    page.locator(CHOOSER).set_input_files([file("late.png", picture()), file("huge.png", bytes(21 << 20))])
    expect(attached(page, "late.png")).to_be_visible()
    expect(page.locator(".st-key-attached-refused")).to_contain_text("huge.png has 21.0 MB")
    assert lost


def test_a_cell_takes_a_file_where_it_stands(page: Page) -> None:
    choose_model(page, "scripted/senses")
    ask(page, "Look")
    expect(page.locator('[data-testid="stChatMessage"]').last).to_contain_text("words alone")
    rest(page)
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("button", name="Attach", exact=True).click()
    page.locator('[data-testid="stPopoverBody"] input[type=file]').set_input_files(file("late.png", picture()))
    expect(page.locator('[class*="-editor"]').get_by_text("late.png", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save and run").click()
    expect(page.locator('[data-testid="stChatMessage"]').last).to_contain_text("image: PNG image")
