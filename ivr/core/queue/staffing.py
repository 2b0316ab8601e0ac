"""Waits with a number of operators: the exact figures of Erlang-A.

Callers arrive at random, talks and patience are exponential, and the first to come is
served first: the queue M/M/n+M of C. Palm (1957), in the form of A. Mandelbaum and S.
Zeltyn, "Service Engineering in Action: the Palm/Erlang-A Queue" (2007). With endless
patience it is Erlang's C. Rates are per any one unit of time; waits are in that same
unit.

Waits for the ops room, which will say how many operators an hour needs; until then the
simulation's tests compare with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, exp, expm1

from ivr.core.model.errors import Invalid

_NEGLIGIBLE = 1e-15
"""A state rarer than this, against the one with all operators busy, is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The load: rates of arrival, of service and of leaving, and the operators.

    ``service`` is one operator's rate (one over the mean talk with wrap-up),
    ``leaving`` one waiting caller's (one over the mean patience; 0: endless).
    """

    arrivals: float
    service: float
    leaving: float
    operators: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The long run: shares of all callers, and means over all callers.

    ``delayed`` is P(W > 0), ``abandoned`` P(Ab), ``wait`` E[W] of answered and
    lost together, ``queue`` the mean number who wait.
    """

    delayed: float
    abandoned: float
    wait: float
    queue: float


def expected_waiting(load: Load) -> Waiting:
    """The figures of a load; Invalid for one that has no long run.

    With the birth-death probabilities p(k) of k callers on the line:
    P(W > 0) = sum of p(k) for k >= n; P(Ab) = leaving * E[Q] / arrivals;
    E[W] = E[Q] / arrivals.
    """
    less, more = _weight_of_idle(load), list(_weights_of_queue(load))
    total = less + sum(more)
    queue = sum(place * weight for place, weight in enumerate(more)) / total
    return Waiting(
        delayed=sum(more) / total,
        abandoned=load.leaving * queue / load.arrivals,
        wait=queue / load.arrivals,
        queue=queue,
    )


def answered_within(load: Load, limit: float) -> float:
    """The share of all callers who are answered after a wait of ``limit`` or less.

    The wait offered to a caller of endless patience has the density ``arrivals * p(n -
    1) * exp(arrivals * H(x) - n * service * x)`` with ``H(x) = (1 - exp(-leaving * x))
    / leaving`` (F. Baccelli and G. Hebuterne, "On queues with impatient customers",
    1981); a caller who is still there is answered.
    """
    less, more = _weight_of_idle(load), list(_weights_of_queue(load))
    total = less + sum(more)
    before = load.operators * load.service / load.arrivals / total
    speed = load.arrivals + load.leaving + load.operators * load.service
    panels = 2 * ceil(10 + 10 * limit * speed)
    late = _integrate_answered(load, limit, panels)
    return less / total + load.arrivals * before * late


def _weight_of_idle(load: Load) -> float:
    """The states with an operator free, against the first with none: weights."""
    weight, total = 1.0, 0.0
    for busy in range(load.operators, 0, -1):
        weight *= busy * load.service / load.arrivals
        total += weight
    return total


def _weights_of_queue(load: Load) -> Iterator[float]:
    """The states with 0, 1, 2 … callers waiting: weights, the first is 1."""
    served = load.operators * load.service
    if load.operators < 1 or (not load.leaving and load.arrivals >= served):
        raise Invalid(
            f"{load.operators} operators never come to the end of this queue; "
            "more operators, or callers who may leave, have a long run"
        )
    weight, place = 1.0, 0
    while weight > _NEGLIGIBLE:
        yield weight
        place += 1
        weight *= load.arrivals / (served + place * load.leaving)


def _integrate_answered(load: Load, limit: float, panels: int) -> float:
    """The answered part of the offered waits' density, up to ``limit``."""
    step = limit / panels
    inner = sum(
        (4 if place % 2 else 2) * _still_there(load, place * step)
        for place in range(1, panels)
    )
    ends = _still_there(load, 0) + _still_there(load, limit)
    return (ends + inner) * step / 3


def _still_there(load: Load, wait: float) -> float:
    rate = load.leaving
    shown = -expm1(-rate * wait) / rate if rate else wait
    served = load.operators * load.service
    return exp(load.arrivals * shown - (served + rate) * wait)
