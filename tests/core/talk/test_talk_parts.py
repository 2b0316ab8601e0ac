"""What decisions, talks and their parts answer when they are asked by themselves."""

import pytest

from ivr.core.dialogue.instructions import EnterRoom
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.contact.callback import CallbackRequest
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import OfferEnded, PersonLeft, of_call, of_claim
from ivr.core.model.identifiers import LegId
from ivr.core.model.operator import MISSED, State
from ivr.core.model.values import replace
from ivr.core.talk.answers import Enter
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.leaving import why_not_revoked
from ivr.core.talk.endings.undoing import is_sent_away
from ivr.core.talk.events import OfferDue
from ivr.core.talk.requests import ConnectCaller, EndLeg, SharePlace
from ivr.core.talk.rooms.at_desk import why_not_hosting
from ivr.core.talk.speaking import speak_to_operator
from ivr.core.talk.talk import Talk
from tests.core.talk.beginnings import CALLER, GUEST, HOST, PERSON, PERSONS_LEG, PHONE
from tests.core.talk.situations import GONE, changed
from tests.core.talk.talk_world import TELEPHONE, TalkWorld
from tests.core.talk.telling import come_to
from tests.core.walking import LINE, NOW


def claim_of(world: TalkWorld) -> Claim:
    claim = world.claim(HOST)
    assert claim is not None
    return claim


def person_of(world: TalkWorld) -> Contact:
    call = world.call(PERSON)
    assert call is not None
    return call


# --- what is asked of a decision ------------------------------------------------------


def test_talk_over_is_known() -> None:
    world = come_to("they talk by telephone")
    loaded = world.load(GONE)

    over = world.decide(GONE).talks_over(loaded)

    assert [each.id for each in over] == [HOST]


def test_talk_that_goes_on_is_not_over() -> None:
    world = come_to("they talk by telephone")
    due = OfferDue(claim=HOST)

    assert world.decide(due).talks_over(world.load(due)) == ()


def test_decision_about_request_is_added() -> None:
    world = come_to("taken")
    call, claim = person_of(world), claim_of(world)
    known = Talk(line=LINE.key).put(Callee(id=TELEPHONE, line=LINE.key))
    left = of_call(PersonLeft, call, NOW, outcome="answered")
    wanted = of_claim(OfferEnded, claim, NOW, reason="not-reached")
    first = Decision(talk=Talk(line=LINE.key)).saving(call).noting(left)
    later = Decision(talk=known).saving(claim).noting(wanted).refusing("not-now")

    added = (
        first.asking(ConnectCaller(HOST), SharePlace(PERSON))
        .answering(Enter(claim=HOST))
        .followed_by(
            ConnectCaller(HOST), later.asking(EndLeg(PERSONS_LEG)).waking().checking()
        )
    )

    assert added == Decision(
        talk=later.talk,
        saved=(call, claim),
        facts=(left, wanted),
        requests=(SharePlace(PERSON), EndLeg(PERSONS_LEG)),
        answer=Enter(claim=HOST),
        refused="not-now",
        wake=True,
        checks=True,
    )


def test_later_decision_answers_the_leg() -> None:
    first = Decision(talk=Talk(line=LINE.key)).refusing("not-now").waking()
    later = Decision(talk=first.talk).answering(Enter(claim=HOST))

    added = first.checking().followed_by(ConnectCaller(HOST), later)

    assert added == replace(later, refused="not-now", wake=True, checks=True)


# --- and of a talk --------------------------------------------------------------------


def test_talk_is_about_another_claim() -> None:
    talk = Talk(line=LINE.key, key=HOST, caller=CALLER)

    assert (talk.about(GUEST).key, talk.about(GUEST).caller) == (GUEST, CALLER)
    assert talk.about(None, PERSON).caller == PERSON


def test_talk_holds_the_latest_callee() -> None:
    known = Callee(id=TELEPHONE, line=LINE.key)
    talk = Talk(line=LINE.key, callees={TELEPHONE: known})
    rung = replace(known, rung=(NOW,))

    assert talk.put(rung).callees == {TELEPHONE: rung}


# --- why something cannot be done -----------------------------------------------------


def test_operator_without_a_caller_hosts_nobody() -> None:
    world = come_to(
        "they talk by telephone", changed("claim:host", state=ClaimState.OVER)
    )

    assert why_not_hosting(None) == "call-over"
    assert why_not_hosting(claim_of(world)) == "call-over"


def test_guest_hosts_nobody() -> None:
    talking = claim_of(come_to("they talk by telephone"))

    assert why_not_hosting(talking) == ""
    assert (
        why_not_hosting(
            replace(talking, companions=replace(talking.companions, host=GUEST))
        )
        == "not-yours"
    )


@pytest.mark.parametrize("name", ["taken", "dropped"])
def test_operator_hosts_nobody_just_now(name: str) -> None:
    assert why_not_hosting(claim_of(come_to(name))) == "not-now"


def test_promise_is_revoked_while_it_waits() -> None:
    assert why_not_revoked(person_of(come_to("nobody is rung"))) == ""


def test_nothing_promised_cannot_be_revoked() -> None:
    person = person_of(come_to("nobody is rung"))

    assert why_not_revoked(None) == "none"
    assert why_not_revoked(person.with_request(None)) == "none"
    assert why_not_revoked(replace(person, stage=Stage.ENDED)) == "none"


@pytest.mark.parametrize("stage", [Stage.CONNECTED, Stage.AFTER])
def test_talking_person_keeps_the_promise(stage: Stage) -> None:
    person = person_of(come_to("nobody is rung"))

    assert why_not_revoked(replace(person, stage=stage)) == "talking"


def test_reached_person_keeps_the_promise() -> None:
    person = person_of(come_to("nobody is rung"))
    reached = CallbackRequest(made=NOW, activated=True, reached=True, leg=LegId("leg"))

    assert why_not_revoked(person.with_request(reached)) == "reached"


@pytest.mark.parametrize(
    ("state", "why", "sent"),
    [
        (State.AWAY, MISSED, True),
        (State.AWAY, "", False),
        (State.AVAILABLE, MISSED, False),
    ],
)
def test_missing_offers_sends_away(state: State, why: str, *, sent: bool) -> None:
    operator = come_to("nobody is rung").operator(PHONE)
    assert operator is not None

    assert is_sent_away(replace(operator, state=state, why=why)) is sent


# --- and what is said without a token -------------------------------------------------


def test_room_leads_back_to_no_line() -> None:
    world = come_to("taken")
    talk = world.load(OfferDue(claim=HOST))

    (room,) = speak_to_operator(Enter(HOST), talk, world.context)

    assert isinstance(room, EnterRoom)
    assert room.token == ""
