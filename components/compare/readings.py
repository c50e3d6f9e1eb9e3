"""What a lane would send, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from components.compare.fields import unreadable
from components.models.view import See, seen
from components.panel.values import Reading, read
from parley.notebook.lanes import lane_settings
from parley.notebook.session import Lane
from parley.request import ChatRequest


def lane_reading(settings: ChatRequest, lane: Lane, sent_anyway: Mapping[str, Any], see: See) -> Reading:
    """The settings that a lane sends, judged as those of the sidebar are, by the model that the lane asks."""
    return seen(read(lane_settings(settings, lane), {}, sent_anyway), see, dict(sent_anyway))


def lane_hindrances(
    settings: ChatRequest, lanes: Sequence[Lane], sent_anyway: Mapping[str, Any], see: See, told: Iterable[str] = ()
) -> tuple[str, ...]:
    """What of the lanes holds back a run, each with the number of its lane, but for what was `told` of the sidebar already."""
    said, found = set(told), []
    for number, lane in enumerate(lanes, 1):
        problems = lane_reading(settings, lane, sent_anyway, see).problems
        blocks = [one.message for one in problems if one.blocks and one.message not in said]
        found += [f"Lane {number}: {message}" for message in (*unreadable(lane), *blocks)]
    return tuple(found)
