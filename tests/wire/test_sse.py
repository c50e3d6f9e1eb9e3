from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import AnswerTooLarge
from parley.wire.limits import Limits
from parley.wire.sse import ServerEvent, SseDecoder

ODD = "data: a\u2028b\u2029c\u0085d\x0b\x0c\x1c\x1d é漢😀".encode()
STREAM = (
    b"\xef\xbb\xbf: OPENROUTER PROCESSING\r\n\r\ndata: one\n\n: in between\ndata: two\r: inside\rdata:lines\r\r"
    b"event: error\r\ndata: {}\r\nid: 7\r\nretry: 5\r\n\r\nevent: dropped\n\n" + ODD + b"\n\ndata\n\ndata: last\n\n"
)
EVENTS = [
    ServerEvent("", "one"),
    ServerEvent("", "two\nlines"),
    ServerEvent("error", "{}"),
    ServerEvent("", ODD[6:].decode()),
    ServerEvent("", ""),
    ServerEvent("", "last"),
]


def decode(pieces: list[bytes], limits: Limits | None = None) -> tuple[list[ServerEvent], int]:
    decoder = SseDecoder(limits)
    events = [event for piece in pieces for event in decoder.feed(piece)]
    return [*events, *decoder.close()], decoder.replaced


@pytest.mark.parametrize("size", range(1, len(STREAM) + 1))
def test_events_are_the_same_at_every_size_of_piece(size: int) -> None:
    assert decode([STREAM[i : i + size] for i in range(0, len(STREAM), size)]) == (EVENTS, 0)


@pytest.mark.parametrize("place", range(len(STREAM)))
def test_events_are_the_same_with_one_cut_at_every_place(place: int) -> None:
    assert decode([STREAM[:place], b"", STREAM[place:]])[0] == EVENTS


@given(
    st.lists(
        st.sampled_from(
            [b"data: x", b"\r", b"\n", b"\r\n", b":", b"\xef\xbb\xbf", b"\xff", "é".encode(), b" ", b"event:e"]
        )
    )
)
def test_any_bytes_decode_alike_whole_and_byte_by_byte(parts: list[bytes]) -> None:
    whole = b"".join(parts)
    assert decode([whole]) == decode([whole[i : i + 1] for i in range(len(whole))]) == decode(parts)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_any_line_end_ends_a_line(end: str) -> None:
    assert decode([f"data: a{end}{end}data: b{end}{end}".encode()])[0] == [ServerEvent("", "a"), ServerEvent("", "b")]


def test_malformed_utf8_is_replaced_and_counted() -> None:
    events, replaced = decode([b"data: a\xff\xc3b\n\n", "data: \ufffd\n\n".encode()])
    assert events == [ServerEvent("", "a\ufffd\ufffdb"), ServerEvent("", "\ufffd")]
    assert replaced == 2


def test_a_character_cut_in_two_is_whole() -> None:
    raw = "data: 😀\n\n".encode()
    assert all(decode([raw[:i], raw[i:]]) == ([ServerEvent("", "😀")], 0) for i in range(len(raw)))


def test_a_line_of_megabytes_in_small_pieces_is_one_event() -> None:
    payload = b"x" * 2_000_000
    line = b"data: " + payload + b"\n\n"
    [event], _ = decode([line[i : i + 1000] for i in range(0, len(line), 1000)])
    assert event.data == payload.decode()


def decode_until_too_large(raw: bytes, size: int, limits: Limits) -> list[ServerEvent]:
    decoder, seen = SseDecoder(limits), []
    with pytest.raises(AnswerTooLarge):
        seen.extend(event for i in range(0, len(raw), size) for event in decoder.feed(raw[i : i + size]))
    return seen


@pytest.mark.parametrize("tail", [b"", b"\n\n", b"\ndata: more"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_an_event_over_the_cap_is_refused_at_any_cut(tail: bytes, size: int) -> None:
    raw = b"data: ok\n\ndata: " + b"x" * 200 + tail
    assert decode_until_too_large(raw, size, Limits(event=100)) == [ServerEvent("", "ok")]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_total_is_capped_comments_included(size: int) -> None:
    raw = b"data: ok\n\n" + b": warm\n" * 100
    assert decode_until_too_large(raw, size, Limits(total=100)) == [ServerEvent("", "ok")]


def test_many_data_lines_of_one_event_count_together() -> None:
    with pytest.raises(AnswerTooLarge):
        decode([b"data: 123456789\n" * 20], Limits(event=100))


def test_json_events_that_no_blank_line_parts_come_one_by_one() -> None:
    decoder = SseDecoder(Limits(event=60))
    lines = [
        b'data: {"a": {}}\n',
        b'data:{"b": 1} \r\n',
        b": warm\n",
        b'data: \t{"c": [1,\n',
        b"data: {}]}\n",
        b"data: [DONE]\n",
    ]
    came = [[event.data for event in decoder.feed(line)] for line in lines * 9]
    assert came[:6] == [[], ['{"a": {}}'], [], ['{"b": 1} '], [], ['\t{"c": [1,\n{}]}']]
    assert sum(map(len, came)) == 27


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_a_name_belongs_to_the_data_that_follow_it(end: bytes) -> None:
    raw = b"event: a\ndata: {}\ndata: {}\nevent: error\ndata: Overloaded" + end
    assert decode([raw])[0] == [ServerEvent("a", "{}"), ServerEvent("", "{}"), ServerEvent("error", "Overloaded")]
    assert decode([b"data: {}\nevent: a\n\n"])[0] == [ServerEvent("a", "{}")]


def test_the_last_event_needs_no_blank_line() -> None:
    assert decode([b"data: a\n\ndata: [DONE]"])[0] == [ServerEvent("", "a"), ServerEvent("", "[DONE]")]
