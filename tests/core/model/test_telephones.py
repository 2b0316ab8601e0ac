"""One telephone under two names rings once at a time."""

from datetime import timedelta

import pytest

from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Operator, Reach, State, set_number
from ivr.core.model.telephones import find_held
from ivr.core.model.values import replace
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import HELD_LOOK, Snapshot, decide
from tests.core.one_operator import FREE, NOW
from tests.core.utc_rules import rules_of

PHONE, BROWSER, STANDING = Reach.PHONE, Reach.BROWSER, Reach.STANDING
IDLE, IN_CALL, RECEIVER = "idle", "in a call", "receiver in hand"


def one(name: str, reach: Reach = PHONE, does: str = IDLE) -> Operator:
    """Somebody whose number is the one that all of them have."""
    free = replace(
        FREE,
        id=OperatorId(name),
        profile=replace(FREE.profile, name=name, reach=reach),
        telephone=replace(FREE.telephone, name="number-1"),
    )
    if reach is STANDING or does == RECEIVER:
        free = replace(free, leg=LegId(f"CA-{name}"))
    if does == IN_CALL:
        return replace(free, state=State.TALKING, claim=ClaimId(f"claim-{name}"))
    return free


def caller(name: str, after: int = 0) -> tuple[QueueEntry, ...]:
    arrived = NOW + timedelta(seconds=after)
    return (
        QueueEntry(
            call=ContactId(name), language="uk", urgency="urgent", arrived=arrived
        ),
    )


@pytest.mark.parametrize(
    ("reach", "other", "does", "expected"),
    [
        (PHONE, PHONE, IDLE, False),
        (PHONE, PHONE, IN_CALL, True),
        (PHONE, PHONE, RECEIVER, True),
        (PHONE, BROWSER, IDLE, False),
        (PHONE, BROWSER, IN_CALL, False),
        (PHONE, STANDING, IDLE, True),
        (BROWSER, PHONE, IN_CALL, False),
        (BROWSER, STANDING, IN_CALL, False),
        (BROWSER, BROWSER, IN_CALL, False),
        (STANDING, PHONE, IN_CALL, True),
        (STANDING, PHONE, RECEIVER, True),
        (STANDING, STANDING, IN_CALL, False),
    ],
)
def test_what_another_enrolment_does_holds_telephone(
    reach: Reach, other: Reach, does: str, *, expected: bool
) -> None:
    anna, bela = one("anna", reach), one("bela", other, does)

    assert (anna in find_held([anna, bela])) is expected


def test_other_numbers_and_no_number_hold_nobody() -> None:
    talks = one("bela", PHONE, IN_CALL)
    others = [set_number(one("anna"), name) for name in (None, "number-2")]
    nobody = set_number(talks, None)

    assert list(find_held([*others, talks, nobody])) == []


def test_shared_telephone_offered_one_caller() -> None:
    seen = Snapshot(
        heads=(caller("first"), caller("second", 1)),
        operators=(one("anna"), one("bela")),
    )

    decision = decide(seen, rules_of(), NOW + timedelta(seconds=5))

    assert [match.call for match in decision.matches] == ["first"]


@pytest.mark.parametrize("engaged", [True, False], ids=["elsewhere", "here"])
def test_used_telephone_not_rung_soon_rechecked(*, engaged: bool) -> None:
    anna, talks = one("anna"), one("bela", PHONE, IN_CALL)
    seen = Snapshot(
        heads=(caller("first"),),
        operators=(anna,) if engaged else (anna, talks),
        engaged=frozenset({anna.id} if engaged else ()),
    )

    decision = decide(seen, rules_of(), NOW)

    assert decision.matches == ()
    assert decision.look_again is not None
    assert decision.look_again <= NOW + HELD_LOOK
