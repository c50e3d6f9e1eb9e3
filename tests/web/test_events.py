"""The event stream of runs: whatever cuts it, a listener ends with the very text; and nobody hears of another's runs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest
from starlette.applications import Starlette

from parley import ChatRequest, Reply, Run
from parley.errors import StoreUnavailable
from parley.notebook import Failure, Outcome
from parley.web import OWNER_COOKIE, Events
from parley.web.cursor import Cursor, Place
from parley.web.following import LONGEST_PIECE

ALICE, BOB = "a" * 43, "b" * 43
WORDS = "Wörter, 字, 🦊\u2028 und\r\n\nZeilen. " * 40
ASKED = ChatRequest(model="a/b", messages=[{"role": "user", "content": "Hello"}])


class Told:
    """A run at hand, whose answer grows when a test says so."""

    def __init__(self, run_id: str, number: int) -> None:
        self.id, self.number, self.version = run_id, number, 0
        self.run = Run(id=run_id, request=ASKED, created=datetime(2026, 5, 1, tzinfo=UTC), outcome="running")

    def say(self, text: str = "", reasoning: str = "") -> None:
        reply = Reply(text=self.run.reply.text + text, reasoning=self.run.reply.reasoning + reasoning)
        self.run = self.run.model_copy(update={"reply": reply})
        self.version += 1

    def end(self, outcome: Outcome = "complete", **more: object) -> None:
        self.run = self.run.model_copy(update={"outcome": outcome, **more})
        self.version += 1


class Shelf:
    """Runs by owner: at hand, and in the store."""

    def __init__(self) -> None:
        self.live: dict[str, list[Told]] = {ALICE: [], BOB: []}
        self.kept: dict[tuple[str, str], Run] = {}
        self.broken = False

    def owner(self, browser: str) -> str:
        return browser

    def at_hand(self, owner: str) -> Iterable[Told]:
        return tuple(self.live.get(owner, ()))

    def stored(self, run_id: str, owner: str) -> Run | None:
        if self.broken:
            raise StoreUnavailable("The database does not answer.")
        return self.kept.get((owner, run_id))

    def begin(self, run_id: str = "r1", owner: str = ALICE) -> Told:
        told = Told(run_id, 1 + sum(map(len, self.live.values())))
        self.live[owner].append(told)
        return told

    def put_away(self, told: Told, owner: str = ALICE) -> None:
        self.live[owner].remove(told)
        self.kept[owner, told.id] = told.run


class Listener:
    """A browser that follows its runs and comes back where it was cut off."""

    def __init__(self, events: Events, browser: str | None = ALICE, only: str = "") -> None:
        self.app = Starlette(routes=[events.route()])
        self.browser, self.query = browser, f"run={only}" if only else ""
        self.last_id, self.status, self.headers = "", 0, {}
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.texts: dict[str, str] = {}
        self.reasonings: dict[str, str] = {}

    def listen(self, until: Callable[[], bool] = lambda: False, do: Callable[[], object] = lambda: None) -> Listener:
        """Listen until that is so, or the stream is over, and meanwhile `do` this again and again."""
        anyio.run(self.listening, until, do)
        return self

    async def listening(self, until: Callable[[], bool], do: Callable[[], object] = lambda: None) -> None:
        gone = anyio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Mapping[str, Any]) -> None:
            if gone.is_set():
                return
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            elif self.status == 200:
                self.take(message.get("body", b""))
            if until():
                gone.set()
            await anyio.lowlevel.checkpoint()

        async def doing() -> None:
            while True:
                do()
                await anyio.sleep(0.001)

        with anyio.fail_after(20):
            async with anyio.create_task_group() as group:
                group.start_soon(doing)
                await self.app(self.scope(), receive, send)
                group.cancel_scope.cancel()

    def scope(self) -> dict[str, Any]:
        told = {"host": "localhost:8501", "last-event-id": self.last_id}
        if self.browser:
            told["cookie"] = f"{OWNER_COOKIE}={self.browser}"
        headers = [(name.encode(), value.encode()) for name, value in told.items() if value]
        return {
            "type": "http",
            "method": "GET",
            "path": "/runs/events",
            "query_string": self.query.encode(),
            "headers": headers,
        }

    def take(self, event: bytes) -> None:
        lines = dict(line.split(": ", 1) for line in event.decode().strip().split("\n") if ": " in line)
        if "data" not in lines:
            return
        self.last_id, data = lines["id"], json.loads(lines["data"])
        self.heard.append((lines["event"], data))
        for kind, known in (("text", self.texts), ("reasoning", self.reasonings)):
            if lines["event"] == kind:
                known[data["run"]] = known.get(data["run"], "")[: data["at"]] + data["text"]

    def count(self, kind: str) -> int:
        return sum(name == kind for name, _ in self.heard)

    def ended(self, runs: int = 1) -> Callable[[], bool]:
        return lambda: self.count("ended") >= runs


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_listener_hears_a_run_from_its_beginning_to_its_receipt(shelf: Shelf) -> None:
    run = shelf.begin()
    run.say(reasoning="Hm.")
    run.say("Good ")

    def go_on() -> None:
        if run.run.live and listener.texts.get("r1") == "Good ":
            run.say("morning")
            run.end(reply=run.run.reply.model_copy(update={"finish_reason": "stop", "provider": "north"}))

    listener = Listener(Events(shelf))
    listener.listen(listener.ended(), go_on)
    assert [kind for kind, _ in listener.heard] == ["begun", "reasoning", "text", "text", "ended"]
    assert (listener.texts, listener.reasonings) == ({"r1": "Good morning"}, {"r1": "Hm."})
    ended = listener.heard[-1][1]
    assert {"outcome": "complete", "finish_reason": "stop", "provider": "north"}.items() <= ended.items()
    assert ended["length"] == {"text": 12, "reasoning": 3}


@pytest.mark.parametrize("seed", range(20))
def test_cut_at_random_places_the_text_is_byte_equal_and_nothing_is_told_twice(shelf: Shelf, seed: int) -> None:
    chance, run, other = random.Random(seed), shelf.begin("r1"), shelf.begin("r2")
    left = {run: WORDS, other: WORDS[::-1]}

    def say_more() -> None:
        one = chance.choice([run, other])
        size = chance.randint(1, 200)
        if left[one]:
            one.say(left[one][:size], reasoning="x")
            left[one] = left[one][size:]
        elif one.run.live:
            one.end()
            if chance.random() < 0.5:
                shelf.put_away(one)

    listener, over = Listener(Events(shelf, look=0.001)), lambda: listener.count("ended") == 2
    while not over():
        enough = len(listener.heard) + chance.randint(1, 6)
        listener.listen(lambda enough=enough: over() or len(listener.heard) >= enough, say_more)
        for _ in range(chance.randint(0, 5)):
            say_more()
    assert listener.texts == {"r1": WORDS, "r2": WORDS[::-1]}
    assert listener.reasonings == {told.run.id: told.run.reply.reasoning for told in (run, other)}
    assert (listener.count("begun"), listener.count("ended")) == (2, 2)
    pieces = [data for kind, data in listener.heard if kind == "text"]
    assert sum(len(data["text"]) for data in pieces) == 2 * len(WORDS)


def test_a_run_that_began_and_ended_while_the_listener_was_away_is_told_whole(shelf: Shelf) -> None:
    shelf.begin("r1").say("One")
    events = Events(shelf)
    listener = Listener(events)
    listener.listen(lambda: listener.count("text") == 1)
    second = shelf.begin("r2")
    second.say("Two")
    second.end()
    listener.listen(listener.ended())
    assert listener.texts == {"r1": "One", "r2": "Two"}
    assert listener.heard[-1][1]["run"] == "r2"


def test_who_comes_anew_hears_of_what_is_alive_and_not_of_what_is_over(shelf: Shelf) -> None:
    shelf.begin("r1").end()
    shelf.begin("r2").say("Two")
    listener = Listener(Events(shelf))
    listener.listen(lambda: listener.count("text") == 1)
    assert {data["run"] for _, data in listener.heard} == {"r2"}


def test_after_a_restart_the_store_says_how_it_ended_and_how_much_is_left(shelf: Shelf) -> None:
    run = shelf.begin()
    run.say("Good morning")
    listener = Listener(Events(shelf))
    listener.listen(lambda: listener.count("text") == 1)
    shelf.live[ALICE].clear()
    shelf.kept[ALICE, "r1"] = run.run.model_copy(update={"outcome": "interrupted", "reply": Reply(text="Good mor")})
    listener = Listener(Events(shelf), ALICE)
    listener.last_id, listener.texts = f"{'0' * 12}.7;r1:12:0l", {"r1": "Good morning"}
    listener.listen(listener.ended())
    assert listener.texts == {"r1": "Good mor"}
    assert [kind for kind, _ in listener.heard] == ["text", "ended"]
    assert listener.heard[-1][1]["outcome"] == "interrupted"


def test_nobody_hears_of_anybody_elses_runs(shelf: Shelf) -> None:
    shelf.begin("hers").say("secret")
    shelf.put_away(shelf.begin("stored"))
    his = shelf.begin("his", BOB)
    listener = Listener(Events(shelf), BOB)
    listener.last_id = f"{'0' * 12}.0;hers:0:0n;stored:0:0n"
    his.say("mine")
    listener.listen(lambda: listener.count("text") == 1)
    assert {data["run"] for _, data in listener.heard} == {"his"}
    assert "secret" not in str(listener.heard)


@pytest.mark.parametrize(("browser", "only"), [(None, ""), (None, "r1"), ("short", ""), (BOB, "r1"), (ALICE, "none")])
def test_without_a_cookie_or_with_anothers_there_is_nothing(shelf: Shelf, browser: str | None, only: str) -> None:
    shelf.begin()
    listener = Listener(Events(shelf), browser, only).listen()
    assert listener.status == 404
    assert listener.headers["cache-control"] == "no-store"


def test_one_run_alone_is_followed_to_its_end_and_then_there_is_nothing_to_come_back_for(shelf: Shelf) -> None:
    shelf.begin("other").say("Other")
    run = shelf.begin("r1")
    run.say("One")
    run.end("failed", failure=Failure(kind="RateLimited", message="Too many."))
    shelf.put_away(run)
    listener = Listener(Events(shelf), only="r1").listen()
    assert [kind for kind, _ in listener.heard] == ["begun", "text", "ended"]
    assert listener.heard[-1][1]["failure"] == {"kind": "RateLimited", "message": "Too many."}
    assert listener.listen().status == 204


def test_it_is_no_page_and_in_nobody_s_cache(shelf: Shelf) -> None:
    listener = Listener(Events(shelf))
    listener.listen(lambda: listener.status > 0)
    assert listener.headers["content-type"].startswith("text/event-stream")
    assert listener.headers["cache-control"] == "no-store"
    assert "content-length" not in listener.headers


def test_silence_is_broken_by_a_comment(shelf: Shelf) -> None:
    comments: list[bytes] = []
    listener = Listener(Events(shelf, keep_alive=0))
    listener.take = comments.append  # type: ignore[method-assign]
    listener.listen(lambda: len(comments) > 2)
    assert comments[1:] == [b": still here\n\n"] * 2


def test_a_long_answer_comes_in_pieces(shelf: Shelf) -> None:
    shelf.begin().say("x" * (2 * LONGEST_PIECE + 1))
    listener = Listener(Events(shelf))
    listener.listen(lambda: listener.count("text") == 3)
    assert [data["at"] for kind, data in listener.heard if kind == "text"] == [0, LONGEST_PIECE, 2 * LONGEST_PIECE]


def test_connections_are_counted_and_a_browser_has_its_share(shelf: Shelf) -> None:
    events, statuses = Events(shelf, per_browser=2), []

    async def three() -> None:
        enough = anyio.Event()
        listeners = [Listener(events), Listener(events), Listener(events), Listener(events, BOB)]

        async def one(listener: Listener) -> None:
            await listener.listening(enough.is_set)
            statuses.append(listener.status)

        async with anyio.create_task_group() as group:
            for listener in listeners:
                group.start_soon(one, listener)
            await anyio.wait_all_tasks_blocked()
            assert events.open == 3
            shelf.begin().say("x")
            shelf.begin("his", BOB).say("x")
            enough.set()

    anyio.run(three)
    assert sorted(statuses) == [200, 200, 200, 429]
    assert events.open == 0


def test_it_ends_in_order_when_the_process_does(shelf: Shelf) -> None:
    events = Events(shelf)
    listener = Listener(events).listen(do=events.close)
    assert listener.status == 200
    assert Listener(events).listen().status == 503


def test_a_listener_that_does_not_read_holds_nobody_up_at_the_end(shelf: Shelf) -> None:
    events = Events(shelf)
    listener = Listener(events)

    async def stuck(message: Mapping[str, Any]) -> None:
        events.close()
        await anyio.sleep_forever()

    async def silent() -> dict[str, Any]:
        return await anyio.sleep_forever()

    async def main() -> None:
        with anyio.fail_after(20):
            await listener.app(listener.scope(), silent, stuck)

    anyio.run(main)
    assert events.open == 0


def test_while_the_store_does_not_answer_one_run_cannot_be_found_and_the_others_go_on(shelf: Shelf) -> None:
    shelf.begin().say("One")
    shelf.broken = True
    assert Listener(Events(shelf), only="r7").listen().status == 503
    listener = Listener(Events(shelf))
    listener.last_id = f"{'0' * 12}.0;r7:3:0l"
    listener.listen(lambda: listener.count("text") == 1)
    assert listener.texts == {"r1": "One"}


@pytest.mark.parametrize(
    "text", ["", "x", "12.1;a:b:c", "ab.1;r1:1:1", "ab.1;r1:1:1z", "ab.1;:1:1l", "é" * 9, "a" * 90]
)
def test_what_is_no_cursor_is_none(text: str) -> None:
    assert Cursor.parse(text) is None


def test_a_cursor_is_what_was_written() -> None:
    cursor = Cursor("ab12", 7, {"a;b:c d/é": Place(12, 3, "l"), "r2": Place()})
    assert Cursor.parse(str(cursor)) == cursor
    assert str(cursor).isascii()
