from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parley.wire.mending import Mender


def test_the_halves_of_a_character_meet_across_pieces() -> None:
    mender = Mender()
    assert [mender.mend("text", piece) for piece in ("a\ud83d", "\ude00b")] == ["a", "😀b"]
    assert mender.replaced == 0


def test_channels_do_not_mix() -> None:
    mender = Mender()
    assert [mender.mend("text", "\ud83d"), mender.mend("reasoning", "\ude00")] == ["", "\ufffd"]
    assert mender.left_over() == {"text": "\ufffd"}
    assert mender.replaced == 2


def test_a_half_that_is_followed_by_something_else_is_replaced() -> None:
    mender = Mender()
    assert mender.mend("text", "\ud83d") + mender.mend("text", "x", risky=False) == "\ufffdx"


@given(st.text(st.sampled_from("a\ud83d\ude00\x00😀")), st.data())
def test_pieces_mend_to_what_the_whole_mends_to(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    parts, whole = Mender(), Mender()
    mended = "".join([*(parts.mend(1, piece) for piece in pieces), *parts.left_over().values()])
    assert mended == whole.mend(1, text, whole=True)
    assert parts.replaced == whole.replaced
