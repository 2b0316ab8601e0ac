"""The talk that an event is decided on, and what happens if nothing can be saved."""

from typing import Any

import pytest

from ivr.actions.talks.ending import fetch_back
from ivr.actions.talks.loading import is_about, load_talk
from ivr.actions.talks.running import run
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Conflict, NotFound, Unavailable
from ivr.core.model.values import replace
from ivr.core.talk.events import CallerHungUp, EndAsked
from ivr.core.talk.talk import Talk
from ivr.ports import Ports
from tests.actions.given.answering_carrier import Carrier
from tests.actions.given.others_first import OthersFirst
from tests.adapters.redis_store.store_people import (
    LINE,
    claim,
    keep,
    kept_call,
    operator,
    waiting,
)

CALL, ANNA = waiting("caller", 0), operator("anna")
LEG = leg_of_contact(CALL.id)
CLAIM = claim("host", "another", "anna")
HUNG_UP = CallerHungUp(leg=LEG)


@pytest.fixture
def ports(ports: Ports) -> Ports:
    keep(ports.store, CALL)
    return ports


def test_known_talk_turns_to_caller(ports: Ports) -> None:
    known = Talk(
        line=LINE, key=CLAIM.id, claims={CLAIM.id: CLAIM}, calls={CALL.id: CALL}
    )

    talk, _ = load_talk(ports, LINE, HUNG_UP, known)

    assert (talk.key, talk.caller) == (None, CALL.id)
    assert is_about(known, HUNG_UP)
    assert not is_about(known, EndAsked(operator=ANNA.id)), "the store knows which talk"


def test_endless_conflict_in_talk_refused(ports: Ports) -> None:
    others: Any = OthersFirst()
    conflicted = replace(ports, store=replace(ports.store, changes=others))

    with pytest.raises(Conflict, match="nothing was changed here"):
        run(conflicted, LINE, HUNG_UP)

    assert others.tries > 1
    assert kept_call(ports.store, "caller").stage is Stage.WAITING


@pytest.mark.parametrize(
    ("answer", "is_done", "stage"),
    [
        (None, True, Stage.WAITING),
        (NotFound("the carrier knows no such leg"), True, Stage.ENDED),
        (Unavailable("the carrier does not answer"), False, Stage.WAITING),
    ],
    ids=["fetched", "gone", "silent"],
)
def test_caller_fetched_back(
    ports: Ports, carrier: Carrier, answer: object, stage: Stage, *, is_done: bool
) -> None:
    carrier.answer = answer

    assert fetch_back(ports, LINE, LEG) is is_done

    assert kept_call(ports.store, "caller").stage is stage
