"""Callers from the call log: their records, to be lived through once more.

The log knows when somebody came, what they wanted, and how long a talk was. It knows
only the patience of callers who lost it. For all others it knows a wait that they
endured; how much longer they would have stayed is drawn:

- Patience is taken as exponential. Its mean is estimated as ``sum of all waits / number
  of callers who left``, the likeliest value when most of the observations are cut off
  by an answer (J. F. Lawless, "Statistical Models and Methods for Lifetime Data", 2nd
  ed., section 4.1).
- An exponential patience has no memory: a caller who was answered after a wait has this
  wait and a fresh draw of the same mean.
- A caller who left, also through a callback or a message, keeps exactly the patience
  that was seen; one who was sent off after the longest wait had more, and it is drawn.
- A talk that never happened is drawn from those that did.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random  # noqa: TID251 - the type; chance itself is handed in

from ivr.core.history.call_log import CallRecord
from ivr.core.model.contact.ending import Outcome
from ivr.core.rules.rule_set import RuleSet
from ivr.simulation.day import SimulatedCaller
from ivr.simulation.generated import Offers, usual_offers

_GAVE_UP = frozenset({Outcome.ABANDONED, Outcome.CALLBACK, Outcome.MESSAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """Estimates for what the records do not say.

    ``patience`` is the mean, ``talks`` those that happened; where there is nothing to
    learn from, the estimates of the rules.
    """

    patience: timedelta
    talks: tuple[timedelta, ...]


def usable_records(records: Iterable[CallRecord]) -> list[CallRecord]:
    """The records of callers who were in the queue and have left it, by arrival."""
    over = (
        each
        for each in records
        if each.queued and each.ended and each.language and each.urgency
    )
    return sorted(over, key=lambda each: (each.queued or each.started, each.call))


def fit_model(records: Sequence[CallRecord], rules: RuleSet) -> FittedModel:
    """The mean patience and the talks of usable records under their rules."""
    waited = sum((_wait(each) for each in records), timedelta())
    left = sum(_left(each, rules) for each in records)
    talks = tuple(_talk(each) for each in records if each.answered)
    return FittedModel(
        patience=waited / left if left and waited else rules.estimate.patience,
        talks=talks or (rules.estimate.talk,),
    )


def replay_callers(
    records: Iterable[CallRecord],
    rules: RuleSet,
    chance: Random,
    offers: Offers = usual_offers,
) -> Iterator[SimulatedCaller]:
    """The callers of the records, in order; ``rules`` were in force at the time."""
    known = usable_records(records)
    model = fit_model(known, rules)
    for each in known:
        yield SimulatedCaller(
            at=each.queued or each.started,
            language=each.language or "",
            urgency=each.urgency or "",
            talk=_talk(each) if each.answered else chance.choice(model.talks),
            patience=_patience(each, rules, model, chance),
            offers=offers(chance),
        )


def _patience(
    record: CallRecord, rules: RuleSet, model: FittedModel, chance: Random
) -> timedelta:
    # Drawn for everybody, so that one caller more or less left moves no other draw.
    more = model.patience * chance.expovariate(1)
    return _wait(record) if _left(record, rules) else _wait(record) + more


def _left(record: CallRecord, rules: RuleSet) -> bool:
    """Whether the caller chose to leave, and was not cut off by the longest wait."""
    return record.outcome in _GAVE_UP and _wait(record) < rules.wait.longest_wait


def _wait(record: CallRecord) -> timedelta:
    return timedelta(seconds=record.wait_seconds or 0)


def _talk(record: CallRecord) -> timedelta:
    return timedelta(seconds=record.talk_seconds or 0)
