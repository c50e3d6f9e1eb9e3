"""Fixtures: what tools are to have given back, so that calls need not be answered by hand. Nothing that a model asks for is executed.

A fixture answers the calls of its tool that have all of its arguments, with the same values; of several that fit, the one that names
the most of them counts, and of equals the newest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from parley.errors import RequestError
from parley.notebook.session import MOST_FIXTURES, MOST_STEPS, Fixture, Session
from parley.reply import ToolCall
from parley.reply.arguments import arguments_of
from parley.request.kept import same


def fitting(call: ToolCall, fixtures: Iterable[Fixture]) -> Fixture | None:
    """The fixture that answers a call; None for a call whose arguments are no JSON object, or that none fits."""
    arguments = arguments_of(call.arguments)
    if arguments is None:
        return None
    found = [one for one in fixtures if one.tool == call.name and _within(one.arguments, arguments)]
    return max(reversed(found), key=lambda one: len(one.arguments), default=None)


def results_of(calls: Sequence[ToolCall], fixtures: Sequence[Fixture]) -> tuple[str | None, ...]:
    """What fixtures answer each call with; None where none fits."""
    found = (fitting(call, fixtures) for call in calls)
    return tuple(one.result if one is not None else None for one in found)


def fixture_for(call: ToolCall, result: str) -> Fixture:
    """What answers a call with the very same arguments from now on. Raises RequestError where nothing could be matched."""
    arguments = arguments_of(call.arguments)
    if not call.name or arguments is None:
        raise RequestError("Only a call with a name, whose arguments are a JSON object, can be matched again.")
    return Fixture(tool=call.name, arguments=arguments, result=result)


def with_fixture(session: Session, fixture: Fixture) -> Session:
    """One more at the end; one of the same tool with the same arguments gives way. Raises RequestError where there are too many."""
    others = tuple(one for one in session.fixtures if not _same_question(one, fixture))
    if len(others) >= MOST_FIXTURES:
        raise RequestError(f"At most {MOST_FIXTURES} results of tools are kept. Remove one, then keep another.")
    return session.model_copy(update={"fixtures": (*others, fixture)})


def without_fixture(session: Session, fixture: Fixture) -> Session:
    left = tuple(one for one in session.fixtures if not _same_question(one, fixture))
    return session.model_copy(update={"fixtures": left})


def with_loop_steps(session: Session, steps: int) -> Session:
    """How often calls are answered by themselves, as far as that is allowed."""
    return session.model_copy(update={"loop_steps": min(max(steps, 0), MOST_STEPS)})


def _same_question(one: Fixture, other: Fixture) -> bool:
    return one.tool == other.tool and same(one.arguments, other.arguments)


def _within(wanted: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
    return all(name in arguments and same(arguments[name], value) for name, value in wanted.items())
