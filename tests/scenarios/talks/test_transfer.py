"""An operator hands a caller over: to the queue, to a colleague, to a team."""

from collections.abc import Callable

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import accepting_operator
from ivr.actions.accounts.accounts import disable_operator
from ivr.actions.desk import desk_view
from ivr.actions.operators.roster import choose_state
from ivr.actions.talk_controls import transfer
from ivr.core.desk.desk_view import Desk
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Invalid
from ivr.core.model.identifiers import ClaimId, OperatorId
from ivr.core.model.operator import Reach, State
from ivr.core.model.values import replace
from ivr.ports import Change
from tests.dsl.doing import (
    MOVE,
    NOTICES,
    OTHER_CALLER,
    OTHER_OPERATOR,
    THIRD_OPERATOR,
    call_in,
    call_of,
    claim_now,
    facts_named,
    fault,
    has_heard,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.talking import ANNA, BELA, REACHES, in_talk, refusal, talks_on
from tests.world import LINE, World

Hands = Callable[[World], None]
HANDS: dict[str, Hands] = {
    "queue": lambda world: transfer.to_queue(world.ports, LINE, ANNA),
    "operator": lambda world: transfer.to_operator(world.ports, LINE, ANNA, to=BELA),
    "team": lambda world: transfer.to_team(world.ports, LINE, ANNA, team="night"),
}
REFUSES = [FaultKind.TOO_MANY, FaultKind.BROKEN, FaultKind.HANG]


def bela(world: World, **more: str) -> OperatorId:
    """A colleague, who does not take a call before the caller has been heard."""
    telephone = accepting_operator(after=4)
    return world.operator("bela", telephone, phone=OTHER_OPERATOR, **more)  # type: ignore[arg-type]


@pytest.fixture(params=list(HANDS.values()), ids=list(HANDS))
def hands(request: pytest.FixtureRequest) -> Hands:
    """Each way of handing a caller over."""
    given: Hands = request.param
    return given


@pytest.mark.parametrize("reach", REACHES)
def test_transferred_caller_keeps_place_and_knows(
    world: World, hands: Hands, reach: Reach
) -> None:
    operator, caller = in_talk(world, reach=reach)
    place = call_of(world, caller).arrival.at
    bela(world, team="night")

    hands(world)
    world.exchange.run_for(3)

    assert state_of(world) is State.WRAP_UP
    assert call_of(world, caller).arrival.at == place
    assert has_heard(world, caller, "transfer.wait")
    assert operator.ended is (reach is not Reach.STANDING)
    until_stage(world, caller, Stage.CONNECTED)
    assert claim_now(world).operator == "bela"
    assert world.record(caller).operator == "anna"
    assert len(facts_named(world, "call-transferred")) == 1


@pytest.mark.parametrize("kind", [FaultKind.DELAYED, FaultKind.LOST, FaultKind.DOUBLED])
def test_transfer_survives_any_carriers_words(
    world: World, hands: Hands, kind: FaultKind
) -> None:
    _, caller = in_talk(world)
    bela(world, team="night")
    fault(world, kind, NOTICES, seconds=5)

    hands(world)
    world.exchange.run_for(2)

    assert stage_of(world, caller) in {Stage.WAITING, Stage.CLAIMED}
    assert len(facts_named(world, "call-transferred")) == 1
    world.exchange.state.faults.clear()
    until_stage(world, caller, Stage.CONNECTED)


@pytest.mark.parametrize("kind", REFUSES)
def test_transfer_that_carrier_refuses_changes_nothing(
    world: World, hands: Hands, kind: FaultKind
) -> None:
    operator, caller = in_talk(world)
    bela(world, team="night")
    fault(world, kind, MOVE, times=2)

    assert refusal(hands, world) == "carrier"
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.CONNECTED
    assert talks_on(world, operator, caller)
    assert facts_named(world, "call-transferred") == []


@pytest.mark.parametrize("kind", [FaultKind.BROKEN_AFTER, FaultKind.HANG_AFTER])
def test_unconfirmed_transfer_done_once(
    world: World, hands: Hands, kind: FaultKind
) -> None:
    _, caller = in_talk(world)
    bela(world, team="night")
    fault(world, kind, MOVE, times=1)

    hands(world)

    until_stage(world, caller, Stage.CONNECTED)
    assert claim_now(world).operator == "bela"
    assert len(facts_named(world, "call-transferred")) == 1


def test_hangup_during_transfer_means_gone(world: World, hands: Hands) -> None:
    _, caller = in_talk(world)
    bela(world, team="night")
    fault(world, FaultKind.DELAYED, NOTICES, seconds=5)
    world.exchange.hang_up(caller)

    assert refusal(hands, world) == "call-over"
    world.exchange.run_for(6)

    assert stage_of(world, caller) is Stage.ENDED
    assert state_of(world) is State.WRAP_UP
    assert facts_named(world, "call-transferred") == []


def test_operator_hanging_up_has_handed_over(world: World, hands: Hands) -> None:
    operator, caller = in_talk(world)
    bela(world, team="night")

    hands(world)
    world.exchange.hang_up(operator)
    world.exchange.run_for(1)

    assert stage_of(world, caller) in {Stage.WAITING, Stage.CLAIMED}
    until_stage(world, caller, Stage.CONNECTED)


def test_caller_cannot_be_handed_over_twice(world: World, hands: Hands) -> None:
    in_talk(world)
    bela(world, team="night")

    hands(world)

    assert refusal(hands, world) == "call-over"
    assert len(facts_named(world, "call-transferred")) == 1


# --- to whom ------------------------------------------------------------------


def test_caller_goes_before_those_who_came_later(world: World) -> None:
    _, caller = in_talk(world)
    call_in(world, from_=OTHER_CALLER)

    HANDS["queue"](world)
    bela(world)

    world.exchange.run_until(lambda: claim_now(world), limit=10)
    until_stage(world, caller, Stage.CONNECTED)


def test_transfer_may_change_topic_and_language(world: World) -> None:
    _, caller = in_talk(world)

    transfer.to_queue(world.ports, LINE, ANNA, topic="relative", language="ru")
    world.exchange.run_for(2)

    call = call_of(world, caller)
    assert (call.need.topic, call.need.urgency, call.need.language) == (
        "relative",
        "family",
        "ru",
    )
    assert has_heard(world, caller, "transfer.wait", "ru")
    record = world.record(caller)
    assert (record.urgency, record.language) == ("family", "ru")


def test_what_line_does_not_have_is_refused(world: World) -> None:
    _, caller = in_talk(world)

    with pytest.raises(Invalid, match="topic"):
        transfer.to_queue(world.ports, LINE, ANNA, topic="none")
    with pytest.raises(Invalid, match="language"):
        transfer.to_queue(world.ports, LINE, ANNA, language="xx")
    assert stage_of(world, caller) is Stage.CONNECTED


def test_caller_waits_for_soon_free_operator(world: World) -> None:
    _, caller = in_talk(world)
    bela(world)
    other = call_in(world, from_=OTHER_CALLER)
    until_stage(world, other, Stage.CONNECTED)
    world.exchange.hang_up(other)
    until_state(world, State.WRAP_UP, "bela")
    world.operator("clara", phone=THIRD_OPERATOR)

    HANDS["operator"](world)
    world.exchange.run_for(10)
    assert stage_of(world, caller) is Stage.WAITING

    until_stage(world, caller, Stage.CONNECTED)
    assert claim_now(world).operator == "bela"


def test_caller_is_everybodys_when_operator_taken_meanwhile(
    world: World,
) -> None:
    _, caller = in_talk(world)
    bela(world)
    fault(world, FaultKind.DELAYED, NOTICES, seconds=2)
    HANDS["operator"](world)
    assert look(world).over == "transferred-to"

    choose_state(world.ports, LINE, BELA, State.AWAY, "test")
    until_state(world, State.AWAY, "bela", limit=60)
    assert (look(world).over, look(world).over_name) == ("transferred-back", "bela")

    world.exchange.state.faults.clear()
    world.operator("clara", accepting_operator(after=1), phone=THIRD_OPERATOR)
    until_stage(world, caller, Stage.CONNECTED, limit=60)
    assert world.operator_now("clara").state is State.TALKING


def set_to(world: World, state: State) -> None:
    choose_state(world.ports, LINE, BELA, state, "test")


def talks_to_another(world: World) -> None:
    until_stage(world, call_in(world, from_=OTHER_CALLER), Stage.CONNECTED)


def only_english(world: World) -> None:
    bela = world.operator_now("bela")
    change = replace(bela, profile=replace(bela.profile, languages=("en",)))
    assert world.ports.changes.commit(LINE, Change(save=(change,)))


Hindered = Callable[[World], object]
HINDERED: dict[str, tuple[Hindered, str, str]] = {
    "offline": (lambda world: set_to(world, State.OFFLINE), "offline", "busy"),
    "away": (lambda world: set_to(world, State.AWAY), "away", "busy"),
    "talking": (talks_to_another, "talking", "busy"),
    "rung": (lambda world: call_in(world, from_=OTHER_CALLER), "ringing", "busy"),
    "on another call": (
        lambda world: call_in(world, from_=OTHER_OPERATOR),
        "engaged",
        "busy",
    ),
    "another language": (
        only_english,
        "language",
        "other-language",
    ),
}


@pytest.mark.parametrize("name", HINDERED)
def test_unreachable_colleague_shown_and_refused(world: World, name: str) -> None:
    operator, caller = in_talk(world)
    bela(world)
    hinder, why, reason = HINDERED[name]
    hinder(world)

    (shown,) = desk_view.list_colleagues(world.ports, LINE, ANNA)
    assert shown.hindrance == why
    assert refusal(HANDS["operator"], world) == reason

    assert not operator.ended
    assert stage_of(world, caller) is Stage.CONNECTED


def test_disabled_colleague_not_shown_at_all(world: World) -> None:
    in_talk(world)
    bela(world)
    disable_operator(world.ports, BELA)

    assert desk_view.list_colleagues(world.ports, LINE, ANNA) == []
    assert refusal(HANDS["operator"], world) == "busy"


def test_absent_team_refused(world: World) -> None:
    _, caller = in_talk(world)
    bela(world, team="night")
    assert desk_view.list_teams(world.ports, LINE, ANNA) == {"night": True}
    set_to(world, State.AWAY)

    assert desk_view.list_teams(world.ports, LINE, ANNA) == {"night": False}
    assert refusal(HANDS["team"], world) == "team-away"
    assert stage_of(world, caller) is Stage.CONNECTED


# --- what is told of it ---------------------------------------------------------


def look(world: World, name: str = "anna") -> Desk:
    """A desk that showed the first talk before."""
    first = facts_named(world, "offer-made")[0]
    last = ClaimId(first.claim)  # type: ignore[attr-defined]
    return desk_view.get_desk_view(world.ports, LINE, OperatorId(name), last)


@pytest.mark.parametrize(
    ("way", "over", "name"),
    [
        ("queue", "transferred-queue", ""),
        ("operator", "transferred-to", "bela"),
        ("team", "transferred-team", "night"),
    ],
)
def test_operator_told_to_whom_call_went(
    world: World, way: str, over: str, name: str
) -> None:
    _, caller = in_talk(world)
    bela(world, team="night")

    HANDS[way](world)

    assert (look(world).over, look(world).over_name) == (over, name)
    until_stage(world, caller, Stage.CONNECTED)
    assert (look(world).over, look(world).over_name) == (over, name)


def test_offer_names_only_who_hands_over(world: World) -> None:
    _, caller = in_talk(world)
    bela(world)

    HANDS["operator"](world)
    until_state(world, State.RINGING, "bela")

    offer = desk_view.get_desk_view(world.ports, LINE, BELA).offer
    assert offer is not None
    assert (offer.by, offer.returning, offer.resumed) == ("anna", False, False)
    until_stage(world, caller, Stage.CONNECTED)
    leg = outbound_legs(world)[-1]
    assert not has_heard(world, leg, "operator.returning"), "it was not cut off"


def test_offer_after_break_names_nobody(world: World) -> None:
    _, caller = in_talk(world)
    bela(world)
    HANDS["operator"](world)
    until_stage(world, caller, Stage.CONNECTED)
    until_state(world, State.AVAILABLE)

    world.exchange.hang_up(outbound_legs(world)[-1])
    world.exchange.run_for(1)

    assert call_of(world, caller).affinity.handed_by is None


def test_nobody_hands_to_self_or_nobody(world: World) -> None:
    _, caller = in_talk(world)

    for to in (ANNA, OperatorId("nobody")):
        assert refusal(transfer.to_operator, world.ports, LINE, ANNA, to=to) == (
            "not-now"
        )
    for team in ("", "night"):
        assert refusal(transfer.to_team, world.ports, LINE, ANNA, team=team) == (
            "not-now"
        )
    assert stage_of(world, caller) is Stage.CONNECTED


# --- teams ----------------------------------------------------------------------


def team_busy(world: World) -> Leg:
    """A caller handed to a team whose one operator talks; another one is free."""
    _, caller = in_talk(world)
    bela(world, team="night")
    other = call_in(world, from_=OTHER_CALLER)
    until_stage(world, other, Stage.CONNECTED)
    world.operator("clara", accepting_operator(after=1), phone=THIRD_OPERATOR)
    choose_state(world.ports, LINE, ANNA, State.AWAY, "test")
    HANDS["team"](world)
    world.work()
    return caller


def test_team_caller_becomes_everybodys_in_time(
    world: World,
) -> None:
    caller = team_busy(world)
    handed = world.clock.now()
    world.exchange.run_for(110)
    assert stage_of(world, caller) is Stage.WAITING
    assert state_of(world, "clara") is State.AVAILABLE

    until_stage(world, caller, Stage.CONNECTED, limit=30)

    assert 120 <= (world.clock.now() - handed).total_seconds() <= 130
    assert world.operator_now("clara").state is State.TALKING
    assert call_of(world, caller).affinity.team == ""


def test_team_off_duty_makes_caller_everybodys(world: World) -> None:
    caller = team_busy(world)
    world.exchange.run_for(20)
    assert stage_of(world, caller) is Stage.WAITING

    choose_state(world.ports, LINE, BELA, State.OFFLINE, "test")
    (talking,) = (leg for leg in outbound_legs(world) if not leg.ended)
    world.exchange.hang_up(talking)

    until_stage(world, caller, Stage.CONNECTED, limit=10)
    assert world.operator_now("clara").state is State.TALKING


def test_team_callers_hangup_leaves_no_queue(world: World) -> None:
    caller = team_busy(world)
    world.exchange.run_for(5)

    world.exchange.hang_up(caller)
    world.exchange.run_for(1)

    assert stage_of(world, caller) is Stage.ENDED
    assert world.ports.queues.waiting(LINE) == []
