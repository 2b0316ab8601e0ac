"""What the carrier answers to an operator at the desk, and the event of that."""

from typing import Any

import pytest

from ivr.actions.talks import doing_for_desk as desk
from ivr.actions.talks.seeing_to_rooms import inspect_room
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import LegId
from ivr.core.model.values import replace
from ivr.core.talk.events import (
    BrowserNotRung,
    OperatorNotOut,
    OperatorOut,
    RoomInspected,
    RoomNotInspected,
    Switch,
    SwitchChecked,
    TalkEvent,
)
from ivr.core.talk.requests import (
    CheckSwitch,
    InspectRoom,
    MoveOutOperator,
    PlaceOffer,
    RingBrowser,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports
from tests.actions.given.answering_carrier import Carrier
from tests.adapters.redis_store.store_people import LINE, claim, waiting
from tests.ports.fakes import Notes

CALL, LEG = waiting("caller", 0), LegId("CAanna")
CLAIM = claim("host", CALL.id, "anna")
KEY = CLAIM.id
TALK = Talk(line=LINE, key=KEY, claims={KEY: CLAIM}, calls={CALL.id: CALL})
NO_LEG = NotFound("the carrier knows no such leg")
SILENT = Unavailable("the carrier does not answer")


def test_lost_invitation_waits_for_lease(
    ports: Ports, carrier: Carrier, notes: Notes
) -> None:
    carrier.answer = Unavailable("the queue of jobs does not answer")
    ports = replace(ports, jobs=carrier)

    assert desk.place_offer(ports, TALK, PlaceOffer(KEY)) == ()

    assert notes.events() == ["invitation not sent"]


def test_unknown_operators_browser_not_rung(ports: Ports) -> None:
    events = desk.ring_browser(ports, TALK, RingBrowser(KEY))

    assert events == (BrowserNotRung(claim=KEY),)


@pytest.mark.parametrize("informs", [True, False], ids=["told", "hung-up"])
@pytest.mark.parametrize(
    ("answer", "event"),
    [
        (None, OperatorOut(claim=KEY)),
        (NO_LEG, OperatorOut(claim=KEY)),
        (SILENT, OperatorNotOut(claim=KEY, ambiguous=False)),
    ],
    ids=["moved", "gone", "silent"],
)
def test_operator_moved_out(
    ports: Ports, carrier: Carrier, answer: object, event: TalkEvent, *, informs: bool
) -> None:
    carrier.answer = answer
    request = MoveOutOperator(KEY, LEG, informs=informs)

    assert desk.move_out_operator(ports, TALK, request) == (event,)


@pytest.mark.parametrize("switch", list(Switch))
@pytest.mark.parametrize(
    ("answer", "is_on"),
    [(True, True), (False, False), (NO_LEG, False), (SILENT, None)],
    ids=["on", "off", "gone", "silent"],
)
def test_switch_checked(
    ports: Ports, carrier: Carrier, switch: Switch, answer: Any, *, is_on: bool | None
) -> None:
    carrier.answer = answer

    assert desk.check_switch(ports, TALK, CheckSwitch(KEY, switch, wanted=True)) == (
        SwitchChecked(claim=KEY, switch=switch, is_on=is_on, wanted=True),
    )


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        ([LEG], RoomInspected(claim=KEY, legs=frozenset({LEG}))),
        (SILENT, RoomNotInspected(claim=KEY)),
    ],
    ids=["seen", "silent"],
)
def test_room_inspected(
    ports: Ports, carrier: Carrier, answer: object, event: TalkEvent
) -> None:
    carrier.answer = answer

    assert inspect_room(ports, TALK, InspectRoom(KEY)) == (event,)
