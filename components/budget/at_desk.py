"""The budget on the notebook's page: what would be sent now, in tokens and dollars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.budget.estimate import estimate_line
from components.desk import Desk
from parley.notebook import Run
from parley.request import ChatRequest


def estimated(at: Desk, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
    """Draw it, once there is something to be sent."""
    bodies = [at.next_body(way, attempts) for way in at.ways(settings)]
    if bodies[0].payload().get("messages"):
        forecasts = [at.doors.forecast(body, at.connection) for body in bodies]
        estimate_line(forecasts, at.doors.standing(at.doors.caps(), at.session.id))
