"""What the carrier tells late, twice or in another order does no harm to a talk."""

from collections.abc import Callable
from typing import cast

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    HangUp,
    Pickup,
    Press,
    Stay,
    Wait,
    accepting_operator,
)
from ivr.actions.operators.roster import choose_state
from ivr.actions.talk_controls import inviting, talk, transfer
from ivr.actions.talks.accepting import take_by_desk
from ivr.actions.talks.ending import cut_off
from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import ContactId, LegId, LineKey, OperatorId
from ivr.core.model.operator import Reach, State, WrapUp
from ivr.core.model.values import replace
from ivr.ports import Change, LoadedTalk, Talks
from tests.dsl.callbacks import (
    IS_CALLED,
    SAY_YES,
    come,
    operator_to_come,
    persons_legs,
    promised,
)
from tests.dsl.doing import (
    MOVE,
    OTHER_CALLER,
    OTHER_OPERATOR,
    TO_THE_QUEUE,
    call_in,
    call_of,
    carrier_says,
    claim_now,
    facts_named,
    fault,
    stage_of,
    state_of,
    until_rung,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.inviting import claim_of, invite, leg_of, three
from tests.dsl.line_people import calls_in, on_line
from tests.dsl.talking import (
    ANNA,
    BELA,
    PARTICIPANT,
    PICKS_UP,
    in_talk,
    talks_on,
)
from tests.world import CALLER, LINE, World


def seconds_alone(world: World, leg: Leg, seconds: int) -> int:
    """For how many of the next seconds somebody is in a room with nobody."""
    alone = 0
    for _ in range(seconds):
        world.exchange.run_for(1)
        rooms = world.exchange.state.conferences.values()
        alone += any([p.leg for p in room.participants] == [leg] for room in rooms)
    return alone


# --- callers ------------------------------------------------------------------


def test_earlier_talks_question_spares_next(
    world: World,
) -> None:
    _, caller = in_talk(world)
    bela = on_line(world, "bela")
    fault(world, FaultKind.DELAYED, "/voice/after", seconds=12, times=1)
    transfer.to_queue(world.ports, LINE, ANNA)
    world.work()
    choose_state(world.ports, LINE, ANNA, State.AWAY, "rest")
    world.exchange.run_for(11)
    assert talks_on(world, bela, caller)
    call_in(world, from_=OTHER_CALLER)

    world.exchange.run_for(60)

    assert talks_on(world, bela, caller)
    assert stage_of(world, caller) is Stage.CONNECTED


def test_doubled_connect_moves_no_talker(
    world: World,
) -> None:
    world.operator("anna", PICKS_UP)
    caller = call_in(world)
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.ANSWERED)
    fault(world, FaultKind.DOUBLED, "/voice/offer/connect", seconds=4)
    take_by_desk(world.ports, LINE, ANNA, claim_now(world).id)

    world.exchange.run_for(10)

    assert talks_on(world, *outbound_legs(world), caller)


def test_caller_leaving_announcement_leaves_nobody(
    world: World,
) -> None:
    standing = on_line(world)
    caller = call_in(world)
    world.exchange.run_until(lambda: claim_now(world).participants.caller_in)
    key = claim_now(world).id
    world.exchange.hang_up(caller)

    alone = seconds_alone(world, standing, 60)

    over = world.ports.contacts.claim(LINE, key)
    assert over is not None
    assert (over.reason, alone) == ("caller-left", 0)
    assert not standing.ended


def test_callers_end_not_ascribed_to_operator(
    world: World,
) -> None:
    operator, caller = in_talk(world)
    fault(world, FaultKind.DELAYED, "/voice/(status|room-events)", seconds=1)

    world.exchange.hang_up(caller)
    world.exchange.run_for(3)

    (ended,) = facts_named(world, "talk-ended")
    assert getattr(ended, "by", "") == "caller"
    assert operator.ended


def test_dropped_browsers_caller_hears_words(
    world: World,
) -> None:
    _, caller, colleague = three(world, guest=Reach.BROWSER)
    fault(world, FaultKind.TOO_MANY, PARTICIPANT)
    inviting.leave_to(world.ports, LINE, ANNA)
    world.exchange.run_for(1)

    world.exchange.hang_up(colleague)

    assert seconds_alone(world, caller, 30) <= 2


# --- operators who leave too early -----------------------------------------------


def leaves_after(seconds: float) -> Callee:
    """Accepts, and puts the receiver down so many seconds later."""
    deeds = (Press(digits="1", after=1), Wait(seconds=seconds), HangUp())
    return Callee(after=1.0, deeds=deeds)


def test_operator_gone_before_caller_never_talked(world: World) -> None:
    world.operator("anna", leaves_after(1))
    fault(world, FaultKind.DELAYED, "/voice/(status|offer/over)", seconds=8)
    caller = call_in(world)
    leg = until_rung(world)
    world.exchange.run_until(lambda: leg.ended)

    alone = seconds_alone(world, caller, 100)

    assert facts_named(world, "caller-connected") == []
    assert alone <= 20


def test_operator_leaving_at_arrival_never_talked(world: World) -> None:
    world.operator("anna", leaves_after(2.8))
    caller = call_in(world)
    world.exchange.run_for(30)

    world.exchange.hang_up(caller)
    world.exchange.run_for(1)

    assert world.record(caller).outcome == "abandoned"


# --- people who are called back -----------------------------------------------


def test_pair_that_never_met_stays_promised(world: World) -> None:
    operator_to_come(world, accepting_operator())
    leaves = Callee(after=2.0, deeds=(SAY_YES, Wait(seconds=3.5), HangUp()))
    world.exchange.put_person(CALLER, leaves)
    caller = promised(world)
    come(world)
    world.exchange.run_until(
        lambda: bool(persons_legs(world)) and claim_now(world).participants.operator_in
    )
    (person,) = persons_legs(world)
    world.exchange.run_until(lambda: has_reached(world, caller))
    fault(world, FaultKind.DELAYED, "/voice/room-events", seconds=4)
    fault(world, FaultKind.TOO_MANY, MOVE)
    world.exchange.hang_up(outbound_legs(world)[0])
    world.exchange.run_until(lambda: person.ended)

    world.exchange.run_for(20)

    assert stage_of(world, caller) is Stage.PROMISED


def has_reached(world: World, caller: Leg) -> bool:
    promise = call_of(world, caller).callback.request
    return promise is not None and promise.reached


def test_talking_ringer_not_called_again(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator())
    busy = Callee(pickup=Pickup.BUSY)
    world.exchange.put_person(CALLER, busy, IS_CALLED, IS_CALLED)
    before = promised(world)
    absent = Callee(pickup=Pickup.NO_ANSWER)
    world.operator("borys", absent, accepting_operator(), phone=OTHER_OPERATOR)
    world.exchange.run_until(lambda: stage_of(world, before) is Stage.CLAIMED)
    again = world.dial(*TO_THE_QUEUE, Stay())
    world.exchange.run_for(8)
    come(world)
    assert stage_of(world, before) is Stage.CLAIMED
    until_stage(world, again, Stage.CONNECTED)
    world.exchange.run_for(60)
    world.exchange.hang_up(again)

    world.exchange.run_for(3600)

    told = [
        getattr(each, "reason", "") for each in facts_named(world, "callback-ended")
    ]
    assert told == ["caller-rang"]


# --- guests ------------------------------------------------------------------------


@pytest.mark.parametrize("guest", [Reach.PHONE, Reach.STANDING])
def test_unconfirmed_withdrawal_keeps_host(world: World, guest: Reach) -> None:
    operator, caller, _ = three(world, guest=guest)
    fault(world, FaultKind.BROKEN_AFTER, MOVE, times=1)
    with pytest.raises(Stale):
        inviting.withdraw_invitation(world.ports, LINE, ANNA)

    world.exchange.run_for(6)

    assert state_of(world) is State.TALKING
    assert talks_on(world, operator, caller)


def test_gone_guest_stays_on_line(
    world: World,
) -> None:
    _, _, colleague = three(world, guest=Reach.STANDING)
    room = claim_of(world, "anna").room
    talk.end_talk(world.ports, LINE, BELA)
    world.exchange.run_for(2)

    path = f"/voice/room-events?claim={room}&line={LINE}"
    came = {"StatusCallbackEvent": "participant-join"}
    carrier_says(world, path, colleague.sid, came)
    world.exchange.run_for(5)

    assert not colleague.ended


def test_unmoved_withdrawn_guest_stays_on_line(
    world: World,
) -> None:
    in_talk(world)
    on_line(world, "bela")
    invite(world)
    world.exchange.run_until(lambda: bool(claim_of(world, "bela").leg))
    colleague = leg_of(world, "bela")
    world.exchange.run_for(1)
    fault(world, FaultKind.TOO_MANY, MOVE, times=1)

    inviting.withdraw_invitation(world.ports, LINE, ANNA)
    world.exchange.run_for(20)

    assert not colleague.ended


# --- the standing line -----------------------------------------------------------


def test_late_told_operator_meets_next_caller(
    world: World,
) -> None:
    in_talk(world)
    past = claim_now(world).id
    bela = on_line(world, "bela")
    other = call_in(world, from_=OTHER_CALLER)
    world.exchange.run_until(lambda: world.operator_now("bela").claim is not None)
    world.exchange.run_until(lambda: claim_of(world, "bela").participants.caller_in)

    world.ports.transfers.move_to_explanation(LegId(bela.sid), past)
    world.exchange.run_for(20)

    assert stage_of(world, other) is Stage.CONNECTED
    assert state_of(world, "bela") is State.TALKING
    assert not bela.ended


class Slow:
    """Talks: nothing is done with the first until something has happened."""

    def __init__(self, inner: Talks, happens: Callable[[], object]) -> None:
        self._inner, self._happens = inner, [happens]

    def load_talk(self, line: LineKey, **of: OperatorId) -> LoadedTalk:
        found = self._inner.load_talk(line, operator=of["operator"])
        while self._happens:
            self._happens.pop()()
        return found


def test_old_legs_late_word_harmless(world: World) -> None:
    old = on_line(world)

    def calls_in_again() -> None:
        world.exchange.hang_up(old)
        world.exchange.run_for(1)
        calls_in(world)
        until_stage(world, call_in(world), Stage.CONNECTED)

    slow = cast("Talks", Slow(world.ports.talks, calls_in_again))
    store = replace(world.ports.store, talks=slow)
    cut_off(replace(world.ports, store=store), LINE, ANNA, LegId(old.sid))

    assert state_of(world) is State.TALKING


def test_owed_record_owed_after_calling_in_again(world: World) -> None:
    standing = on_line(world)
    last = ContactId("CA" + "7" * 32)
    after = WrapUp(last=last, owes=last)
    owes = replace(world.operator_now(), state=State.WRAP_UP, wrap_up=after)
    assert world.ports.changes.commit(LINE, Change(save=(owes,)))
    world.exchange.hang_up(standing)
    world.exchange.run_for(1)

    calls_in(world)

    assert world.operator_now().wrap_up.owes == last
    assert state_of(world) is State.WRAP_UP
