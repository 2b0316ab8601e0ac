"""What is written about talks is what the code does."""

from ivr.core.model.contact.stage import Stage
from ivr.core.talk.events import CallerHungUp, LegEnded
from ivr.core.talk.requests import EndRoomWithOperator
from ivr.core.talk.talk import Phase, phase_of
from tests.core.talk.beginnings import (
    BEGINNINGS,
    BROWSED,
    CALLER_LEG,
    GUEST,
    HOST,
    populate,
)
from tests.core.talk.moves import Move
from tests.talk_document import PATH, PHASES, write_document


def test_document_is_as_code() -> None:
    """If it is not: ``python -m tests.talk_document`` writes it."""
    assert PATH.read_text(encoding="utf-8") == write_document()


def test_document_knows_every_phase() -> None:
    assert set(PHASES) == set(Phase)


def test_host_drops_and_caller_hangs_up() -> None:
    """What the page tells of it, step by step."""
    world = populate()
    for step in BEGINNINGS["a browser is inside"]:
        if isinstance(step, Move):
            step.make(world)
        else:
            world.keep(world.decide(step))
    dropped = world.decide(LegEnded(claim=HOST, leg=BROWSED.leg, how="completed"))
    world.keep(dropped)
    assert phase_of(world.claim(HOST)) is Phase.OVER
    assert phase_of(world.claim(GUEST)) is Phase.TALKING
    assert EndRoomWithOperator(GUEST) in dropped.requests

    world.keep(world.decide(CallerHungUp(leg=CALLER_LEG)))
    call = world.call(CALLER_LEG)
    assert phase_of(world.claim(GUEST)) is Phase.OVER
    assert call is not None
    assert call.stage is Stage.ENDED
