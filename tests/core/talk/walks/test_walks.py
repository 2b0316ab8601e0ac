"""Events of talks in any order, late, twice or never: what must hold holds.

Each walk has a seed of its own. ``--walks N --first-seed=S`` takes others; a fault is
told with the fewest steps that lead to it.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from random import Random  # noqa: TID251 - the type; chance itself is handed in
from typing import get_args

import pytest

from ivr.core.model.claim import Interruption, ended, moved
from ivr.core.model.facts import OfferEnded, of_claim
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import freed
from ivr.core.model.values import replace
from ivr.core.talk.answers import Answer
from ivr.core.talk.events import CallerGone, LeaseExpired, OfferDue
from ivr.core.talk.requests import Request
from ivr.core.talk.table import TABLE
from tests.core.talk.beginnings import (
    BEGINNINGS,
    CALLER,
    HOST,
    PHONED,
    offered,
    populate,
)
from tests.core.talk.talk_world import TalkWorld
from tests.core.talk.walks.carrier import Step
from tests.core.talk.walks.chance import UNKNOWN, Draw
from tests.core.talk.walks.doubling import DONE_TWICE
from tests.core.talk.walks.drawing import ALL_EVENTS
from tests.core.talk.walks.leases import faults_of_leases
from tests.core.talk.walks.properties import faults_in_facts, faults_in_state
from tests.core.talk.walks.shrinking import replay, shrink, tell
from tests.core.talk.walks.walk import Seen, Walk, wander
from tests.core.walking import NOW


@pytest.fixture(scope="module")
def walked(request: pytest.FixtureRequest) -> tuple[Seen, list[str]]:
    """What walks have come by, and the stories of what went wrong."""
    walks: int = request.config.getoption("walks", 5_000)
    first: int = request.config.getoption("first_seed", 1)
    seen = Seen()
    return seen, list(_stories(range(first, first + walks), seen))


def _stories(seeds: range, seen: Seen) -> Iterator[str]:
    for seed in seeds:
        walk = wander(seed, seen)
        if walk.faults:
            find_faults = partial(replay, seed)
            steps = shrink(walk.steps, find_faults)
            yield tell(seed, steps, find_faults(steps))


def test_no_walk_goes_wrong(walked: tuple[Seen, list[str]]) -> None:
    assert "\n".join(walked[1]) == ""


def test_walks_take_every_step(walked: tuple[Seen, list[str]]) -> None:
    cells = {(phase, kind) for kind, row in TABLE.items() for phase in row.steps}

    missing = cells - set(walked[0].cells)
    assert sorted(f"{kind.__name__} while {phase}" for phase, kind in missing) == []


def test_walks_meet_everything(walked: tuple[Seen, list[str]]) -> None:
    seen = walked[0]

    assert set(seen.events) == set(ALL_EVENTS)
    assert set(seen.requests) == set(get_args(Request))
    assert set(seen.answers) == set(get_args(Answer))


def test_doubling_excused_with_cause(walked: tuple[Seen, list[str]]) -> None:
    excused = {kind for kind, _ in DONE_TWICE}

    assert excused - {kind for kind, _ in walked[0].doubled} == set()


# --- the walks themselves -----------------------------------------------------------


def test_walk_repeats_by_seed() -> None:
    first, second = wander(7, Seen()), wander(7, Seen())

    assert first.steps == second.steps
    assert first.world.kept == second.world.kept


@pytest.mark.parametrize("name", BEGINNINGS)
def test_beginning_reached(name: str) -> None:
    assert replay(1, BEGINNINGS[name]) == []


def test_fault_told_shortly() -> None:
    rung: list[Step] = [*offered(CALLER, PHONED), OfferDue(claim=HOST)]
    noise: list[Step] = [LeaseExpired(claim=UNKNOWN), CallerGone(claim=UNKNOWN)]

    def find_faults(steps: Sequence[Step]) -> list[str]:
        return ["rung"] if set(rung) <= set(steps) else []

    found = shrink([*noise, rung[0], *noise, rung[1], *noise], find_faults)
    assert found == rung
    assert tell(3, found, ["rung"]).startswith("walk 3: rung\n  1. offer(caller")


# --- what they would notice ---------------------------------------------------------


def broken(world: TalkWorld) -> list[str]:
    return [each.partition(" ")[2] for each in faults_in_state(world)]


def they_talk() -> TalkWorld:
    walk = Walk(populate(), Draw(Random(1)), Seen())  # noqa: S311 - no secret
    walk.take_all(BEGINNINGS["they talk by telephone"])
    return walk.world


def test_lost_caller_noticed() -> None:
    world = they_talk()
    claim, operator = world.claim(HOST), world.operator(PHONED.operator)
    assert claim is not None
    assert operator is not None
    world.save(ended(claim, "carrier"), freed(operator, NOW))

    assert broken(world) == ["caller is connected by host, and is lost"]


def test_operator_in_two_claims_noticed() -> None:
    world = they_talk()
    claim = world.claim(HOST)
    assert claim is not None
    world.save(replace(claim, id=UNKNOWN, call=ContactId("renewing")))

    assert "phone is in two claims that bind" in broken(world)


def test_claim_without_deadline_noticed() -> None:
    world = they_talk()
    claim = world.claim(HOST)
    assert claim is not None
    world.save(replace(claim, interruption=Interruption.OPERATOR_DROPPED))

    assert broken(world) == ["host is connected, lost, with no deadline"]


def test_offer_ended_after_talk_noticed() -> None:
    world = they_talk()
    claim = world.claim(HOST)
    assert claim is not None
    late = of_claim(OfferEnded, claim, NOW, reason="bored")

    found = list(faults_in_facts([*world.facts, late]))
    assert found == [
        "an offer ended for 'bored', which is not in OFFER_ENDS",
        "claim host was a talk, and then an offer that ended",
    ]


def test_claim_that_binds_forever_is_noticed() -> None:
    world = they_talk()
    claim = world.claim(HOST)
    assert claim is not None
    world.save(moved(claim, claim.state, NOW))

    assert list(faults_of_leases(world)) == ["['host'] bind for ever"]
