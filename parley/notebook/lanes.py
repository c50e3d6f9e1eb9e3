"""Lanes: the same prompt, asked in several ways. Each sets some fields over the sidebar, and its runs are attempts of the cell."""

from __future__ import annotations

from parley.errors import RequestError
from parley.notebook.session import Lane, Session
from parley.request import ChatRequest

MOST_LANES = 6


def lane_of(session: Session, lane_id: str) -> Lane:
    """Raises KeyError."""
    for lane in session.lanes:
        if lane.id == lane_id:
            return lane
    raise KeyError(lane_id)


def add_lane(session: Session, lane_id: str, overrides: ChatRequest | None = None) -> Session:
    """One more lane at the end. Raises RequestError where there are six, ValueError for an id that is taken."""
    if len(session.lanes) >= MOST_LANES:
        raise RequestError(f"At most {MOST_LANES} lanes stand side by side. Remove one, then add another.")
    if any(lane.id == lane_id for lane in session.lanes):
        raise ValueError("This session has a lane of that id already.")
    lane = Lane(id=lane_id, overrides=(overrides or ChatRequest()).without("messages"))
    return session.model_copy(update={"lanes": (*session.lanes, lane)})


def remove_lane(session: Session, lane_id: str) -> Session:
    """Without the lane; its runs stay attempts of their cells. Raises KeyError."""
    gone = lane_of(session, lane_id)
    return session.model_copy(update={"lanes": tuple(lane for lane in session.lanes if lane is not gone)})


def without_lanes(session: Session) -> Session:
    """Nothing is compared any more."""
    return session.model_copy(update={"lanes": ()})


def with_overrides(session: Session, lane_id: str, overrides: ChatRequest) -> Session:
    """Other fields set in a lane; messages among them are dropped. Raises KeyError."""
    fresh = lane_of(session, lane_id).model_copy(update={"overrides": overrides.without("messages")})
    return session.model_copy(update={"lanes": tuple(fresh if lane.id == lane_id else lane for lane in session.lanes)})


def lane_settings(settings: ChatRequest, lane: Lane) -> ChatRequest:
    """What a lane sends: the sidebar's settings, and the lane's own in place of those of the same name."""
    return ChatRequest.parse({**settings.payload(), **lane.overrides.payload()})
