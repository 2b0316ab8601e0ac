"""Operators on a standing line, as the tests know them."""

from exchange.state.leg import Leg
from exchange.state.people import Deed, Press, Stay
from ivr.actions.operators.roster import load_roster
from ivr.actions.routing import route_callers
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Operator, Profile, Reach
from tests.dsl.doing import (
    OTHER_OPERATOR,
    call_in,
    claim_now,
    stage_of,
    until_stage,
)
from tests.world import LINE, World

PIN = "246810"
WRONG = "135790"
PHONES = {
    "anna": "+447700900201",
    "bela": OTHER_OPERATOR,
    "clara": "+447700900203",
}


def enrol(
    world: World,
    name: str = "anna",
    phone: str = "",
    languages: tuple[str, ...] = ("uk", "ru", "en"),
) -> OperatorId:
    """Enrol an operator who will call in from the usual telephone."""
    key, now = OperatorId(name), world.clock.now()
    enrolled = Operator(
        id=key,
        line=LINE,
        profile=Profile(name=name, languages=languages, reach=Reach.STANDING),
        since=now,
        idle_since=now,
    )
    roster = world.ports.roster
    number = PhoneNumber(phone or PHONES[name])
    roster.add(enrolled, number)
    roster.put_pin(key, PIN)
    load_roster(world.ports, LINE)
    return key


def rings_in(world: World, *deeds: Deed, name: str = "anna") -> Leg:
    """Somebody rings the hotline from an operator's telephone."""
    leg: Leg = world.dial(*deeds, from_=PHONES[name])
    return leg


def on_line(world: World, name: str = "anna") -> Leg:
    """Enrol an operator who calls in, and let time pass until that is done."""
    enrol(world, name)
    return calls_in(world, name)


def calls_in(world: World, name: str = "anna") -> Leg:
    """An operator calls in with the right PIN."""
    leg = rings_in(world, Press(digits=PIN), Stay(), name=name)
    world.exchange.run_until(lambda: stands(world, leg, name), limit=60)
    return leg


def stands(world: World, leg: Leg, name: str = "anna") -> bool:
    """Whether the service knows that the operator is on the line with this leg."""
    return world.operator_now(name).leg == leg.sid


def talk_begins(world: World, caller: Leg, limit: float = 60) -> None:
    """Let time pass until the caller talks."""
    until_stage(world, caller, Stage.CONNECTED, limit)


def in_talk(world: World) -> tuple[Leg, Leg]:
    """An operator on the line and a caller, who talk."""
    standing = on_line(world)
    caller = call_in(world)
    talk_begins(world, caller)
    return standing, caller


def moves(world: World) -> list[str]:
    """The addresses at which the carrier was asked to move a leg."""
    return [
        asked.path
        for asked, _ in world.rest.traffic
        if asked.method == "POST" and "/Calls/CA" in asked.path
    ]


def claimed_with_no_job(world: World) -> Leg:
    """A caller who is claimed, while no worker is there to move anybody."""
    world.jobs.are_lost, world.ticks = True, False
    caller = call_in(world)
    route_callers(world.ports, LINE)
    world.ticks = True
    assert stage_of(world, caller) is Stage.CLAIMED
    assert claim_now(world).state is ClaimState.MADE
    return caller


def is_taken(world: World, *_: Leg) -> bool:
    """Whether the one open claim has been taken by its operator."""
    claims = world.ports.contacts.open_claims(LINE)
    return bool(claims) and claim_now(world).state is ClaimState.TAKEN
