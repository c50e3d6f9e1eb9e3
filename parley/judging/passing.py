"""How many of several attempts kept to the form that they were asked for."""

from __future__ import annotations

from collections.abc import Iterable

from parley.judging.verdict import verdict_of
from parley.notebook.run import Run
from parley.value import Value


class Share(Value):
    """Of one model, or of all of them."""

    valid: int = 0
    judged: int = 0

    def plus(self, passes: bool) -> Share:
        return Share(valid=self.valid + passes, judged=self.judged + 1)


class PassRate(Value):
    """Of attempts that were judged; each by the request that it answers."""

    share: Share
    by_model: tuple[tuple[str, Share], ...] = ()
    """In the order in which the models came first."""
    unjudged: int = 0
    """Attempts that ended without anything to judge, or by a schema that cannot be used."""

    @property
    def percent(self) -> int:
        return self.share.valid * 100 // self.share.judged if self.share.judged else 0


def pass_rate(runs: Iterable[Run]) -> PassRate | None:
    """The pass rate of attempts; None where fewer than two were judged. A refusal counts as an answer without the form."""
    share, models, unjudged = Share(), dict[str, Share](), 0
    for run in runs:
        found = verdict_of(run)
        if found is None or found.kind == "unchecked":
            unjudged += not run.live
            continue
        model = str(run.request.model or run.reply.model or "")
        share, models[model] = share.plus(found.passes), models.get(model, Share()).plus(found.passes)
    if share.judged < 2:
        return None
    return PassRate(share=share, by_model=tuple(models.items()), unjudged=unjudged)
