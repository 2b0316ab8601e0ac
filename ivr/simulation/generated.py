"""Callers who are made: rates by the hour, shares, and draws for the rest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random  # noqa: TID251 - the type; chance itself is handed in
from zoneinfo import ZoneInfo

from ivr.simulation.day import AT_ONCE, OfferResult, Response, SimulatedCaller

Draw = Callable[[Random], timedelta]
"""A length of time by chance."""

Offers = Callable[[Random], tuple[Response, ...]]
"""How the first offers of a caller go, by chance."""

EVENINGS = (*[1.0] * 8, *[3.0] * 10, *[11.6] * 5, 4.0)
"""Calls in each hour of a day of a hundred, most of them from 18:00 to 23:00."""

_HOUR = timedelta(hours=1)
_PICK_UP = (3.0, 12.0)
_MISSED, _DECLINED = 0.08, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The callers: ``per_hour`` for each of the 24 hours of the zone's clock.

    ``mix`` gives each (language, class) its share of the calls. Without ``patience``
    nobody hangs up.
    """

    zone: str
    per_hour: tuple[float, ...]
    mix: Mapping[tuple[str, str], float]
    talk: Draw
    patience: Draw | None = None
    offers: Offers = lambda _: AT_ONCE


def exponential(mean: timedelta) -> Draw:
    """Lengths without memory, of this mean."""
    seconds = mean.total_seconds()
    return lambda chance: timedelta(seconds=seconds * chance.expovariate(1))


def usual_offers(chance: Random) -> tuple[Response, ...]:
    """Three offers as operators answer them: most are taken in 3 to 12 seconds.

    Eight in a hundred are missed and two declined: assumed, and the same for
    every rule set that is compared. After three such the next is taken.
    """
    return (*(_offer(chance) for _ in range(3)), _taken(chance))


def _offer(chance: Random) -> Response:
    met = chance.random()
    if met < _MISSED:
        return Response(answer=OfferResult.MISSED)
    taken = _taken(chance)
    if met < _MISSED + _DECLINED:
        return Response(after=taken.after, answer=OfferResult.DECLINED)
    return taken


def _taken(chance: Random) -> Response:
    return Response(after=timedelta(seconds=chance.uniform(*_PICK_UP)))


def generate_callers(
    traffic: Traffic, chance: Random, start: datetime, end: datetime
) -> Iterator[SimulatedCaller]:
    """The callers of a time, in order: at random, at the rate of each hour."""
    kinds, shares = list(traffic.mix), list(traffic.mix.values())
    for at in _arrivals(traffic, chance, start, end):
        language, urgency = chance.choices(kinds, shares)[0]
        patience = traffic.patience
        yield SimulatedCaller(
            at=at,
            language=language,
            urgency=urgency,
            talk=traffic.talk(chance),
            patience=None if patience is None else patience(chance),
            offers=traffic.offers(chance),
        )


def _arrivals(
    traffic: Traffic, chance: Random, start: datetime, end: datetime
) -> Iterator[datetime]:
    """A Poisson process: a new draw at each full hour changes nothing in law."""
    zone = ZoneInfo(traffic.zone)
    while start < end:
        hour = start.replace(minute=0, second=0, microsecond=0)
        until = min(hour + _HOUR, end)
        rate = traffic.per_hour[start.astimezone(zone).hour]
        yield from _within(chance, rate, start, until)
        start = until


def _within(
    chance: Random, rate: float, start: datetime, until: datetime
) -> Iterator[datetime]:
    while rate > 0:
        start += _HOUR * chance.expovariate(rate)
        if start >= until:
            return
        yield start
