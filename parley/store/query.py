"""The ledger's questions and answers, as values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from parley.money import MoneySource
from parley.notebook import Outcome
from parley.value import Value

SortKey = Literal[
    "sequence",
    "created",
    "model",
    "model_asked",
    "provider",
    "outcome",
    "finish_reason",
    "connection",
    "prompt_tokens",
    "completion_tokens",
    "cost",
    "cost_source",
    "first_token_ms",
    "total_ms",
    "tokens_per_second",
    "session",
    "starred",
    "rating",
    "prompt",
    "comment",
    "tags",
]


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else () if value is None else value


Choices = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""Any of these; none means no filter. A single text stands for itself."""
Within = tuple[float | None, float | None]
"""The least and the most, both let through; None is no bound. What is unknown lies within no bounds."""
WithinDollars = tuple[Decimal | None, Decimal | None]
_ANY: tuple[None, None] = (None, None)


class RunQuery(Value):
    """Which runs, in which order, and how many at a time."""

    model: Choices = ()
    """Asked for or answered."""
    outcome: Choices = ()
    provider: Choices = ()
    connection: Choices = ()
    session: Choices = ()
    """Ids of sessions."""
    finish_reason: Choices = ()
    cost_source: Choices = ()
    tag: Choices = ()
    starred: bool | None = None
    rating: Within = _ANY
    prompt_tokens: Within = _ANY
    completion_tokens: Within = _ANY
    cost: WithinDollars = _ANY
    """US dollars."""
    first_token_ms: Within = _ANY
    total_ms: Within = _ANY
    tokens_per_second: Within = _ANY
    search: str = ""
    """Words that the last prompt or its answer must hold, all of them: `tide`, `"high tide"`, `tid*`, with AND, OR, NOT and
    brackets. What is no such question is looked for word by word, a long text by its beginning."""
    since: datetime | None = None
    """From this moment on; without a time zone it is UTC."""
    until: datetime | None = None
    """Up to, but without, this moment."""
    sort: SortKey = "sequence"
    """`sequence` is the order in which the runs were begun, `session` that of the sessions' titles, `tags` that of the first
    tag of each."""
    descending: bool = True
    """Unknown values come last in either direction."""
    after: str | None = None
    """`RunPage.next` of the page before; it holds for the same filter and order only."""
    limit: int = Field(default=100, ge=1, le=1000)
    totals: bool = True
    """Whether to sum up all that the filter lets through, not just this page."""


class RunRow(Value):
    """One line of the ledger; `Store.run(id)` has the whole."""

    id: str
    sequence: int
    created: datetime
    session_id: str | None = None
    session_title: str | None = None
    cell_id: str | None = None
    outcome: Outcome
    connection: str = ""
    model_asked: str | None = None
    model_answered: str | None = None
    provider: str | None = None
    finish_reason: str | None = None
    failure_kind: str | None = None
    generation_id: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    cost: Decimal | None = None
    """US dollars, exact; None is unknown."""
    cost_source: MoneySource | None = None
    upstream: Decimal | None = None
    """What the provider bills apart from that, on one's own key (BYOK)."""
    first_token_ms: float | None = None
    total_ms: float | None = None
    tokens_per_second: float | None = None
    prompt: str = ""
    """The beginning of the last user message."""
    starred: bool = False
    rating: int | None = None
    """1 to 5."""
    comment: str = ""
    tags: tuple[str, ...] = ()
    """In the alphabet's order."""

    @property
    def model(self) -> str | None:
        """The model that answered, else the one that was asked."""
        return self.model_answered or self.model_asked


class Offered(Value):
    """What there is to choose from: of all the owner's runs, whatever the filter, in the alphabet's order."""

    models: tuple[str, ...] = ()
    """Asked for or answered."""
    outcomes: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    finish_reasons: tuple[str, ...] = ()
    cost_sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Totals(Offered):
    """Sums over everything that a filter lets through."""

    runs: int = 0
    cost: Decimal = Decimal(0)
    """US dollars, to the millionth of a millionth, of the runs whose cost is known."""
    cost_unknown: int = 0
    """Runs whose cost is unknown; they are not in `cost`."""
    imported: int = 0
    """Runs that came from a file, a sample or a link: nothing was paid for them from here, so they are in neither."""
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Spread(Value):
    """How a figure is spread over the runs of which it is known: each is a figure that was really measured, the least one
    that so many of a hundred do not exceed."""

    known: int
    p50: float
    p90: float
    p99: float


class Percentiles(Value):
    """Spreads over everything that a filter lets through; None where nothing is known."""

    first_token_ms: Spread | None = None
    total_ms: Spread | None = None
    tokens_per_second: Spread | None = None


class GroupPercentiles(Percentiles):
    """The same for the runs of one model, or of one provider."""

    name: str | None
    """None where it is unknown."""
    runs: int


class Point(Value):
    """What the runs of one model add up to within one hour or day."""

    start: datetime
    """When the hour or day begins, in the zone that was asked for."""
    model: str | None = None
    """The model that answered, else the one that was asked."""
    runs: int = 0
    cost: Decimal = Decimal(0)
    cost_unknown: int = 0
    imported: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class RunPage(Value):
    """A page of the ledger."""

    rows: tuple[RunRow, ...] = ()
    next: str | None = None
    """Give it to `RunQuery.after` for the page after this one; None at the end."""
    totals: Totals | None = None

    def __iter__(self) -> Iterator[RunRow]:  # type: ignore[override]
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class SessionRow(Value):
    """One line of the list of sessions."""

    id: str
    title: str
    version: int
    created: datetime
    changed: datetime
    cells: int
    parent: str | None = None
    parent_cell: str | None = None


class LibraryRow(SessionRow):
    """The same with what its runs come to."""

    runs: int = 0
    cost: Decimal | None = None
    """US dollars; None where no run's cost is known, or none was sent from here."""
    unknown: int = 0
    """Runs whose cost is not known."""
    imported: int = 0
    """Runs that came from elsewhere: nothing was paid for them here, whatever they say."""


class LibraryPage(Value):
    """Some of the sessions that were looked for."""

    rows: tuple[LibraryRow, ...]
    total: int
    """How many there are on all pages."""


class Steps(NamedTuple):
    """Whether there is a step to go back, and one to go forward."""

    can_undo: bool
    can_redo: bool


class Former(Value):
    """Words that stood in a cell before the present ones."""

    text: str
    moment: datetime
    """When they were last written, UTC."""
