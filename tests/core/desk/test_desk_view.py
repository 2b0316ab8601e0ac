"""What a desk shows of an operator, an offer and a talk."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from ivr.core.desk import desk_view
from ivr.core.model.claim import (
    Claim,
    ClaimOffer,
    ClaimState,
    Interruption,
    ended,
    mark_operator_dropped,
    mark_rejoining,
    put_on_hold,
    set_agreed,
    take_off_hold,
)
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.location import Location, LocationKind
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State, WrapUp, ringing
from ivr.core.model.values import replace
from tests.ports.fakes import EVENING

LINE = LineKey("example")
IDLE = Operator(
    id=OperatorId("anna"),
    line=LINE,
    profile=Profile(name="anna", languages=("uk", "en")),
    state=State.AVAILABLE,
    since=EVENING,
    idle_since=EVENING,
)
ANNA = ringing(IDLE, ClaimId("token-1"), EVENING)
CALL = Contact(
    id=ContactId("CA1"),
    line=LINE,
    caller=Caller("+12025550101"),
    started=EVENING - timedelta(seconds=100),
    stage=Stage.CLAIMED,
    need=Need("uk", "myself"),
    arrival=Arrival(at=EVENING - timedelta(seconds=90)),
    location=Location(LocationKind.AREA),
)
CLAIM = Claim(
    id=ClaimId("token-1"),
    line=LINE,
    call=CALL.id,
    operator=ANNA.id,
    state=ClaimState.RINGING,
    made=EVENING,
    deadline=EVENING + timedelta(seconds=25),
    leg=LegId("CA2"),
    offer=ClaimOffer(ring=timedelta(seconds=20), rung=EVENING),
)
ASKED = replace(CLAIM.offer, rung=None)
TAKEN = replace(CLAIM.offer, taken=EVENING)


def test_offer_tells_what_operator_needs_to_agree() -> None:
    offer = desk_view.view_desk(ANNA, CLAIM, CALL, EVENING).offer

    assert offer is not None
    assert (offer.language, offer.topic, offer.located) == ("uk", "myself", True)
    assert offer.since == CALL.arrival.at
    assert not offer.returning


def test_offer_counts_down_ringing_and_no_lease() -> None:
    shown = desk_view.view_desk(ANNA, CLAIM, CALL, EVENING)

    assert shown.until == EVENING + timedelta(seconds=20)


@pytest.mark.parametrize(
    "claim",
    [
        replace(CLAIM, state=ClaimState.MADE, leg=None, offer=ASKED),
        replace(CLAIM, state=ClaimState.DIALLING, leg=None, offer=ASKED),
        set_agreed(CLAIM, agreed=True),
        replace(CLAIM, state=ClaimState.ANSWERED),
        replace(CLAIM, offer=ClaimOffer()),  # of the version before
    ],
    ids=["made", "dialling", "accepted", "picked-up", "kept-of-old"],
)
def test_nothing_counts_down_but_what_rings(claim: Claim) -> None:
    assert desk_view.view_desk(ANNA, claim, CALL, EVENING).until is None


@pytest.mark.parametrize(
    "claim",
    [
        replace(CLAIM, state=ClaimState.TAKEN),
        replace(
            CLAIM,
            state=ClaimState.CONNECTED,
            interruption=Interruption.OPERATOR_DROPPED,
        ),
        replace(
            CLAIM, state=ClaimState.CONNECTED, interruption=Interruption.RECONNECTING
        ),
    ],
    ids=["taken", "lost", "coming-back"],
)
def test_no_lease_of_talk_counts_down(claim: Claim) -> None:
    assert desk_view.view_desk(ANNA, claim, CALL, EVENING).until is None


def test_pause_that_is_over_counts_nothing_down() -> None:
    later = EVENING + timedelta(seconds=15)
    pauses = replace(IDLE, due=later)

    assert desk_view.view_desk(pauses, None, None, EVENING).until == later
    assert desk_view.view_desk(pauses, None, None, later).until is None


def test_telephone_picked_up_before_accepting() -> None:
    rings = desk_view.view_desk(ANNA, CLAIM, CALL, EVENING).offer
    answered = replace(CLAIM, state=ClaimState.ANSWERED)
    told = desk_view.view_desk(ANNA, answered, CALL, EVENING).offer

    assert rings is not None
    assert told is not None
    assert (rings.can_accept, told.can_accept) == (False, True)


def test_browser_accepted_while_it_rings() -> None:
    in_browser = replace(ANNA, profile=replace(ANNA.profile, reach=Reach.BROWSER))

    offer = desk_view.view_desk(in_browser, CLAIM, CALL, EVENING).offer

    assert offer is not None
    assert offer.can_accept


def test_browser_picks_up_only_agreed() -> None:
    rings = desk_view.view_desk(ANNA, CLAIM, CALL, EVENING)
    agreed = desk_view.view_desk(ANNA, set_agreed(CLAIM, agreed=True), CALL, EVENING)

    assert rings.answer is None
    assert agreed.answer == CLAIM.leg


@pytest.mark.parametrize(
    ("state", "comes"), [(ClaimState.TAKEN, True), (ClaimState.CONNECTED, False)]
)
def test_talk_begins_once_both_inside(state: ClaimState, *, comes: bool) -> None:
    talk = desk_view.view_desk(ANNA, replace(CLAIM, state=state), CALL, EVENING).talk

    assert talk is not None
    assert talk.on_the_way is comes


def test_hold_has_own_clock() -> None:
    later = EVENING + timedelta(minutes=7)
    talks = replace(CLAIM, state=ClaimState.CONNECTED, offer=TAKEN)
    held = desk_view.view_desk(ANNA, put_on_hold(talks, later), CALL, later).talk
    back = desk_view.view_desk(
        ANNA, take_off_hold(put_on_hold(talks, later)), CALL, later
    ).talk

    assert held is not None
    assert back is not None
    assert (held.lasts_since, back.lasts_since) == (later, EVENING)


def test_unknown_hold_is_no_talk_length() -> None:
    kept = replace(
        CLAIM,
        state=ClaimState.CONNECTED,
        offer=TAKEN,
        participants=replace(CLAIM.participants, held=True),
    )

    talk = desk_view.view_desk(ANNA, kept, CALL, EVENING).talk

    assert talk is not None
    assert talk.lasts_since is None


@pytest.mark.parametrize(
    "apart",
    [Interruption.OPERATOR_DROPPED, Interruption.RECONNECTING, Interruption.REJOINING],
)
def test_no_talk_while_both_apart(apart: Interruption) -> None:
    talks = replace(
        CLAIM,
        state=ClaimState.CONNECTED,
        offer=TAKEN,
        interruption=apart,
    )

    talk = desk_view.view_desk(ANNA, talks, CALL, EVENING).talk

    assert talk is not None
    assert talk.is_interrupted
    assert talk.lasts_since is None


@pytest.mark.parametrize("breaks_off", [mark_operator_dropped, mark_rejoining])
def test_hold_is_over_when_talk_breaks_off(
    breaks_off: Callable[[Claim, datetime], Claim],
) -> None:
    held = put_on_hold(replace(CLAIM, state=ClaimState.CONNECTED), EVENING)

    broken = breaks_off(held, EVENING)

    assert (broken.participants.held, broken.participants.held_since) == (False, None)


def test_claim_that_is_over_shows_nothing() -> None:
    shown = desk_view.view_desk(ANNA, ended(CLAIM, "declined"), CALL, EVENING)

    assert (shown.offer, shown.talk, shown.answer) == (None, None, None)


def test_only_operator_told_why_claim_ended() -> None:
    over = ended(CLAIM, "caller-left")

    assert desk_view.why_over(over, ANNA) == "caller-left"
    assert desk_view.why_over(over, replace(ANNA, id=OperatorId("olha"))) == ""
    assert desk_view.why_over(CLAIM, ANNA) == ""
    assert desk_view.why_over(None, ANNA) == ""


def test_colleague_who_rings_is_not_free() -> None:
    assert desk_view.view_colleague(IDLE, EVENING).is_free
    assert not desk_view.view_colleague(ANNA, EVENING).is_free


def test_wrap_up_is_no_pause_after_offer() -> None:
    later = EVENING + timedelta(seconds=15)
    pauses = replace(IDLE, due=later)
    wraps_up = replace(pauses, state=State.WRAP_UP)

    assert desk_view.Desk(operator=pauses, now=EVENING).is_cooling
    assert not desk_view.Desk(operator=wraps_up, now=EVENING).is_cooling
    assert not desk_view.Desk(operator=wraps_up, now=EVENING).is_held
    assert desk_view.Desk(operator=replace(wraps_up, due=None), now=EVENING).is_held


def test_caller_who_has_rung_before_is_told() -> None:
    first = desk_view.view_desk(ANNA, CLAIM, CALL, EVENING).offer
    again = desk_view.view_desk(ANNA, CLAIM, CALL, EVENING, known=True).offer

    assert first is not None
    assert again is not None
    assert (first.returning, again.returning) == (False, True)


def test_operator_writes_about_present_or_last_call() -> None:
    talks = replace(CLAIM, state=ClaimState.CONNECTED)
    after = WrapUp(last=ContactId("CA9"))
    wraps_up = replace(IDLE, state=State.WRAP_UP, wrap_up=after)

    assert desk_view.view_desk(ANNA, talks, CALL, EVENING).writes_on == CALL.id
    assert desk_view.view_desk(wraps_up, None, None, EVENING).writes_on == "CA9"
    rests = replace(IDLE, wrap_up=WrapUp(last=CALL.id))
    assert desk_view.view_desk(rests, None, None, EVENING).writes_on is None
