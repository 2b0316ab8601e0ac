"""A colleague who is brought into a talk."""

from exchange.state.leg import Leg
from exchange.state.people import Callee, accepting_operator
from ivr.actions.talk_controls import inviting
from ivr.core.model.claim import Claim
from ivr.core.model.operator import Reach
from tests.dsl.doing import OTHER_OPERATOR
from tests.dsl.line_people import on_line
from tests.dsl.talking import ANNA, BELA, PICKS_UP, in_talk
from tests.world import LINE, World


def enrol(world: World, *callee: Callee, reach: Reach = Reach.PHONE) -> None:
    """A colleague who is free; without more, one who comes when asked."""
    if reach is Reach.STANDING:
        on_line(world, "bela")
        return
    clicks = reach is Reach.BROWSER
    default = PICKS_UP if clicks else accepting_operator(after=1)
    comes = callee or (default,)
    world.operator("bela", *comes, phone=OTHER_OPERATOR, reach=reach, clicks=clicks)


def invite(world: World) -> None:
    """Anna asks Bela into her talk."""
    inviting.invite_colleague(world.ports, LINE, ANNA, BELA)
    world.work()


def claim_of(world: World, name: str) -> Claim:
    """The claim that binds an operator."""
    key = world.operator_now(name).claim
    claim = world.ports.contacts.claim(LINE, key) if key else None
    assert claim is not None
    return claim


def leg_of(world: World, name: str) -> Leg:
    """The leg of an operator."""
    leg = claim_of(world, name).leg
    assert leg is not None
    return world.exchange.state.legs[leg]


def is_inside(world: World) -> bool:
    """Whether Bela has come into the talk."""
    key = world.operator_now("bela").claim
    return key is not None and claim_of(world, "bela").is_talk


def three(
    world: World, host: Reach = Reach.PHONE, guest: Reach = Reach.PHONE
) -> tuple[Leg, Leg, Leg]:
    """A host, a caller and a guest who talk."""
    operator, caller = in_talk(world, reach=host)
    enrol(world, reach=guest)
    invite(world)
    world.exchange.run_until(lambda: is_inside(world), limit=30)
    return operator, caller, leg_of(world, "bela")
