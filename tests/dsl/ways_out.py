"""The ways out of the queue, and the way back into it."""

from exchange.state.leg import Leg
from exchange.state.people import Press, Speak, Stay
from ivr.core.model.identifiers import ContactId
from tests.dsl.doing import TO_THE_QUEUE, is_known, queued
from tests.world import World

LONGEST = 300
TO_A_MESSAGE = (*TO_THE_QUEUE, Press(digits="2", after=3))


SAYS = (
    *TO_THE_QUEUE,
    Press(digits="2", after=3),
    Speak(text="We are two."),
    Press(digits="#"),
)


def rings_again(world: World, *deeds: object) -> Leg:
    """Somebody rings once more, keeps the language, and is in the queue."""
    leg: Leg = world.dial(Press(digits="*"), *(deeds or (Stay(),)))  # type: ignore[arg-type]
    world.exchange.run_until(lambda: is_known(world, leg) and queued(world, leg))
    return leg


def left_message(world: World) -> ContactId:
    """A caller who has left a message."""
    leg: Leg = world.dial(*SAYS)
    world.exchange.run_until(lambda: leg.ended, 120)
    world.exchange.run_for(10)
    return ContactId(leg.sid)
