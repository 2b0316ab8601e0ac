"""An operator who cannot be rung, moved or told, and the event of that."""

from dataclasses import dataclass
from typing import Any

import pytest

from ivr.actions.talks import moving_operators as moving
from ivr.actions.talks.putting_through import fetch_operator
from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import LegId, OperatorId
from ivr.core.model.values import replace
from ivr.core.talk.events import (
    LegNotCreated,
    OperatorNotMoved,
    StandingLegEnded,
    TalkEvent,
)
from ivr.core.talk.requests import DismissUninvited, FetchOperator, RingOperator
from ivr.core.talk.talk import Talk
from ivr.ports import Ports
from tests.actions.given.answering_carrier import Carrier
from tests.adapters.redis_store.store_people import (
    LINE,
    claim,
    keep,
    operator,
    waiting,
)
from tests.ports.fakes import Notes

CALL, ANNA, LEG = waiting("caller", 0), operator("anna"), LegId("CAanna")
CLAIM = claim("offer", CALL.id, "anna")
KEY = CLAIM.id
TALK = Talk(
    line=LINE,
    key=KEY,
    claims={KEY: CLAIM},
    calls={CALL.id: CALL},
    operators={ANNA.id: ANNA},
)
SILENT = Unavailable("the carrier does not answer")


@dataclass(slots=True)
class EmptyRoster:
    """A roster that knows nobody's number, or does not answer."""

    is_silent: bool = False

    def number(self, _key: OperatorId) -> PhoneNumber | None:
        """No number."""
        if self.is_silent:
            raise Unavailable("the database does not answer: try again later")
        return None


@pytest.mark.parametrize("is_silent", [True, False], ids=["silent", "no-number"])
def test_operator_without_number_not_rung(
    ports: Ports, notes: Notes, *, is_silent: bool
) -> None:
    roster: Any = EmptyRoster(is_silent=is_silent)
    ports = replace(ports, roster=roster)

    events = moving.ring_operator(ports, TALK, RingOperator(KEY))

    assert events == (LegNotCreated(claim=KEY, permanent=not is_silent),)
    assert notes.events() == ["operator not rung"] * is_silent


def test_uninvited_operator_not_told(
    ports: Ports, carrier: Carrier, notes: Notes
) -> None:
    keep(ports.store, replace(ANNA, leg=LEG))
    carrier.answer = SILENT

    assert moving.dismiss_uninvited(ports, TALK, DismissUninvited(KEY, LEG)) == ()

    assert notes.events() == ["operator not told"]


@pytest.mark.parametrize(
    ("answer", "events"),
    [
        (None, ()),
        (NotFound("no such leg"), (StandingLegEnded(operator=ANNA.id, leg=LEG),)),
        (SILENT, (OperatorNotMoved(claim=KEY),)),
    ],
    ids=["moved", "gone", "silent"],
)
def test_standing_leg_fetched(
    ports: Ports, carrier: Carrier, answer: object, events: tuple[TalkEvent, ...]
) -> None:
    carrier.answer = answer

    assert fetch_operator(ports, TALK, FetchOperator(KEY, LEG)) == events
