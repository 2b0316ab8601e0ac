"""Operators on a standing line who cannot be called in, or come by an odd way."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from ivr.actions.on_line import standing
from ivr.actions.talks.tokens import token_of
from ivr.core.dialogue.instructions import AskKeys, AskNext, EnterRoom, HangUp, Say
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import ClaimState, Companions, Participants
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import LegId, OperatorId
from ivr.core.model.operator import Operator, Reach, State, Telephone
from ivr.core.model.values import replace
from ivr.ports import Ports
from tests.actions.given.answering_carrier import Carrier
from tests.adapters.redis_store.store_people import (
    LINE,
    at,
    claim,
    keep,
    operator,
    waiting,
)
from tests.ports.fakes import Notes

ANNA = operator("anna", Reach.STANDING, state=State.OFFLINE)
LEG = LegId("CAanna")
FORGED = "not.signed"


@dataclass(slots=True)
class SmallRoster:
    """A roster of a few operators, whose telephones have one number, or none."""

    enrolled: list[Operator] = field(default_factory=list)
    phone: PhoneNumber | None = None

    def number(self, _key: OperatorId) -> PhoneNumber | None:
        """The one number."""
        return self.phone

    def all(self, _line: str) -> list[Operator]:
        """Every operator."""
        return self.enrolled


@pytest.fixture
def roster() -> SmallRoster:
    return SmallRoster()


@pytest.fixture
def ports(ports: Ports, roster: Any) -> Ports:
    return replace(ports, roster=roster)


def anna(ports: Ports) -> Operator:
    found = ports.operators.operator(LINE, ANNA.id)
    assert found is not None
    return found


def prompts(instructions: list[Any]) -> list[str]:
    """The prompts that are said."""
    return [each.prompt for each in instructions if isinstance(each, Say)]


def test_new_pin_unlocks_calling_in(ports: Ports) -> None:
    guard = Telephone(mistyped=2, locked=at(900), calling=LEG)
    keep(ports.store, replace(ANNA, telephone=guard))

    standing.unlock_calling_in(ports, LINE, ANNA.id)

    assert anna(ports).telephone == Telephone()


def test_unknown_operator_has_no_line(ports: Ports) -> None:
    standing.unlock_calling_in(ports, LINE, ANNA.id)

    with pytest.raises(NotFound, match="enrol them first"):
        standing.attach(ports, LINE, ANNA.id, LEG, "called in")


@pytest.mark.parametrize(
    ("answer", "leg", "noted"),
    [
        (False, LEG, []),
        (True, None, []),
        (Unavailable("the carrier does not answer"), LEG, ["leg not seen"]),
    ],
    ids=["up", "over", "silent"],
)
def test_leg_counts_unless_over(
    ports: Ports,
    carrier: Carrier,
    notes: Notes,
    answer: object,
    leg: LegId | None,
    noted: list[str],
) -> None:
    keep(ports.store, ANNA)
    carrier.answer = answer

    assert standing.attach(ports, LINE, ANNA.id, LEG, "called in").leg == leg

    assert anna(ports).leg == leg
    assert notes.events() == noted


def test_operator_without_number_not_called(ports: Ports) -> None:
    keep(ports.store, ANNA)

    with pytest.raises(NotFound, match="enrol them with --phone"):
        standing.call_in(ports, LINE, ANNA.id)


def test_calling_in_keeps_carriers_pace(
    ports: Ports, roster: SmallRoster, carrier: Carrier
) -> None:
    keep(ports.store, ANNA)
    roster.phone, carrier.answer = PhoneNumber("+447700900201"), LEG

    assert standing.call_in(ports, LINE, ANNA.id) == LEG
    with pytest.raises(Unavailable, match="try again in a moment"):
        standing.call_in(ports, LINE, ANNA.id)


def test_lost_operator_is_asked_for(ports: Ports, roster: SmallRoster) -> None:
    token = ports.vault.sign({"line": LINE, "operator": ANNA.id})
    assert standing.ask_who_is_called(ports, LINE, token) == [HangUp()]

    roster.enrolled = [ANNA]

    asked, silent = standing.ask_who_is_called(ports, LINE, token)
    assert isinstance(asked, AskKeys)
    assert silent == HangUp()
    assert anna(ports).state is State.OFFLINE, "nobody has pressed a key yet"


def test_forged_token_calls_nobody(ports: Ports, roster: SmallRoster) -> None:
    roster.enrolled = [ANNA]

    assert standing.ask_who_is_called(ports, LINE, FORGED) == [HangUp()]
    assert ports.operators.operators(LINE) == []


def test_other_leg_must_call_again(ports: Ports) -> None:
    keep(ports.store, replace(ANNA, leg=LEG, state=State.AVAILABLE))
    token = token_of(ports, LINE, ANNA.id, LEG)

    words = standing.keep_alive(ports, LINE, token, LegId("CAother"))

    assert prompts(words) == ["operator.call-in-again"]
    assert words[-1] == HangUp()


def test_room_ended_by_mistake_reopens(ports: Ports, carrier: Carrier) -> None:
    here = replace(ANNA, leg=LEG, state=State.TALKING)
    talks = waiting("caller", 0, stage=Stage.CONNECTED)
    talk = claim(
        "talk",
        talks.id,
        "anna",
        state=ClaimState.CONNECTED,
        leg=LEG,
        participants=Participants(caller_in=True, operator_in=True),
        companions=Companions(goes_on=True),
    )
    talks = replace(talks, talk=talks.talk.bind_claim(talk.id))
    keep(ports.store, replace(here, claim=talk.id), talks, talk)
    carrier.answer = False
    token = token_of(ports, LINE, ANNA.id, LEG)

    words = standing.come_out(ports, LINE, token, LEG, talk.id)

    assert not any(isinstance(each, AskNext) for each in words), words
    assert any(isinstance(each, EnterRoom) for each in words), words
