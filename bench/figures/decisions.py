"""Decisions per second: the pure rule alone, and with the claim saved in Redis.

The pure one against a plain sort of the same callers by arrival; the whole of
look, decide and claim against bare round trips to the same Redis.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.house import House, house
from bench.people import enrol, fill
from bench.report import Figure, Say
from bench.scale import Scale
from ivr.actions import routing
from ivr.actions import rules as rule_sets
from ivr.actions.operators.roster import choose_state
from ivr.actions.talks.ending import call_off
from ivr.adapters.system import elapsed
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import State
from ivr.core.queue.routing import decide

LINE = LineKey("bench")
WAITING = 1_000
OPERATORS = 20


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figures."""
    say("decisions: pure, and with their claims")
    with TemporaryDirectory(prefix="bench-") as folder, house(Path(folder)) as built:
        fill(built, LINE, WAITING)
        people = [enrol(built, LINE, f"o{n}") for n in range(OPERATORS)]
        yield _pure(built, people, scale.decisions)
        claims = _claims(built, people, max(1, scale.decisions // 100))
        trips = _rate(built.redis.ping, scale.decisions)
        yield Figure(
            what="callers claimed: look, decide, save, send the offer",
            value=f"{claims:,.0f} a second",
            against=f"bare round trips to Redis: {trips:,.0f} a second",
        )


def _pure(built: House, people: Sequence[OperatorId], count: int) -> Figure:
    """One operator of twenty is free, every queue has somebody in it."""
    ports = built.context.ports
    choose_state(ports, LINE, people[0], State.AVAILABLE, "bench")
    snapshot, now = ports.queues.snapshot(LINE, routing.DEPTH), ports.clock.now()
    rules = rule_sets.in_force(ports, LINE)
    if len(decide(snapshot, rules, now).matches) != 1:
        raise RuntimeError("one operator is free: there is one decision to make")
    heads = [head for queue in snapshot.heads for head in queue]
    decisions = _rate(lambda: decide(snapshot, rules, now), count)
    sorts = _rate(lambda: sorted(heads, key=lambda head: head.arrived), count)
    return Figure(
        what=f"decisions, pure: {len(snapshot.heads)} queues, {len(people)} operators",
        value=f"{decisions:,.0f} a second",
        against=f"the same callers sorted by arrival: {sorts:,.0f} a second",
    )


def _claims(built: House, people: Sequence[OperatorId], rounds: int) -> float:
    """All operators become free at once, and all are claimed."""
    ports, took, made = built.context.ports, 0.0, 0
    for _ in range(rounds):
        for operator in people:
            choose_state(ports, LINE, operator, State.AVAILABLE, "bench")
        began = elapsed()
        routing.route_callers(ports, LINE)
        took += elapsed() - began
        claims = ports.contacts.open_claims(LINE)
        made += len(claims)
        for claim in claims:
            call_off(ports, LINE, claim, "declined")
    return made / took


def _rate(act: Callable[[], object], count: int) -> float:
    began = elapsed()
    for _ in range(count):
        act()
    return count / (elapsed() - began)
