"""Operators call in for the shift: with a PIN, or called; and leave again."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    Deed,
    HangUp,
    Press,
    Silent,
    Stay,
    Wait,
    accepting_operator,
    answering_machine,
)
from ivr.actions.on_line import standing
from ivr.actions.operators.roster import choose_state
from ivr.actions.talks.tokens import token_of
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import LegId, OperatorId
from ivr.core.model.operator import State
from tests.calls.player import double_everything
from tests.dsl.doing import (
    NOTICES,
    TO_THE_QUEUE,
    call_in,
    call_of,
    carrier_says,
    fault,
    has_heard,
    heard,
    is_known,
    queued,
    state_of,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import (
    PHONES,
    PIN,
    WRONG,
    calls_in,
    enrol,
    on_line,
    rings_in,
    stands,
)
from tests.world import CALLER, LINE, World


def test_operator_with_pin_is_available(world: World) -> None:
    enrol(world)

    leg = calls_in(world)

    assert state_of(world) is State.AVAILABLE
    assert has_heard(world, leg, "operator.on-line")
    assert not is_known(world, leg)
    assert world.log() == []


def test_only_lines_operators_asked_pin(world: World) -> None:
    enrol(world)
    world.operator("bela", accepting_operator(), phone=PHONES["bela"])

    for number in (CALLER, PHONES["bela"], "anonymous", "+266696687"):
        leg = world.dial(Press(digits="1"), Stay(), from_=number)
        world.exchange.run_for(10)
        assert not has_heard(world, leg, "operator.pin")
        assert call_of(world, leg).stage is Stage.MENU


@pytest.mark.parametrize(
    "deeds",
    [
        (Silent(),),
        (Press(digits="#"),),
        (Press(digits="1"),),
        (Press(digits="12345"), Wait(seconds=12)),
    ],
    ids=["silence", "hash", "one key", "five keys"],
)
def test_helpseeker_at_operators_telephone_is_caller(
    world: World, deeds: tuple[Deed, ...]
) -> None:
    enrol(world)

    leg = rings_in(world, *deeds, *TO_THE_QUEUE, Stay())
    world.exchange.run_until(
        lambda: is_known(world, leg) and queued(world, leg), limit=90
    )

    assert call_of(world, leg).stage is Stage.WAITING
    assert world.operator_now().telephone.mistyped == 0
    assert heard(leg).count(_words(world, "operator.pin")) == 1


def _words(world: World, prompt: str) -> str:
    return world.ports.content.text(LINE, "uk", prompt, {})


def test_late_first_request_finds_callers_stage(
    world: World,
) -> None:
    enrol(world)
    leg = rings_in(world, Press(digits="#"), Press(digits="1"), Stay())
    world.exchange.run_for(20)
    assert call_of(world, leg).need.language == "uk"

    again = carrier_says(
        world, "/voice/incoming", leg.sid, {"From": PHONES["anna"]}
    ).get_data(as_text=True)

    assert _words(world, "operator.pin") not in again
    assert _words(world, "topic.ask") in again


def test_wrong_pin_asked_again_right_opens(world: World) -> None:
    enrol(world)
    wrong = Press(digits=WRONG)

    leg = rings_in(world, wrong, wrong, Press(digits=PIN), Stay())
    world.exchange.run_until(lambda: stands(world, leg), limit=60)

    assert heard(leg).count(_words(world, "operator.pin-wrong")) == 2
    assert world.operator_now().telephone.mistyped == 0
    assert not [note for note, _ in world.notes.kept if "locked" in note]


def guess(world: World, tries: int) -> Leg:
    """Somebody types wrong PINs and stays on the line."""
    leg = rings_in(world, *[Press(digits=WRONG)] * tries, Stay())
    world.exchange.run_for(20 * tries)
    return leg


def test_three_wrong_pins_lead_to_menu(world: World) -> None:
    enrol(world)

    leg = guess(world, 3)

    assert is_known(world, leg)
    assert heard(leg)[-1] != _words(world, "operator.pin")
    assert ("calling in locked", {"line": LINE, "operator": "anna"}) in world.notes.kept
    world.log()
    (fact,) = [each for each in written(world) if each.name == "calling-in-locked"]
    assert fact.operator == "anna"

    again = rings_in(world, Press(digits="1"), Stay())
    world.exchange.run_for(10)
    assert not has_heard(world, again, "operator.pin")
    world.exchange.run_for(15 * 60)
    calls_in(world)


def written(world: World) -> list:  # type: ignore[type-arg]
    """Every fact, also those of no call."""
    return world.ports.call_search.facts_of(None)


def test_wrong_pins_count_over_several_calls(world: World) -> None:
    enrol(world)
    for _ in range(3):
        leg = guess(world, 1)
        world.exchange.hang_up(leg)
        world.exchange.run_for(1)

    assert world.operator_now().telephone.locked is not None


def test_right_pin_refused_while_calling_in_locked(world: World) -> None:
    enrol(world)
    first = guess(world, 3)

    carrier_says(
        world,
        "/voice/standing/pin?n=0",
        first.sid,
        {"From": PHONES["anna"], "Digits": PIN},
    )

    assert world.operator_now().leg is None


def test_many_guesses_count_as_one(world: World) -> None:
    """Each was asked for the first try; only one of them may be looked at."""
    enrol(world)
    legs = [rings_in(world, Stay()) for _ in range(5)]
    world.exchange.run_for(3)

    form = {"From": PHONES["anna"]}
    for leg in legs[:4]:
        carrier_says(
            world, "/voice/standing/pin?n=0", leg.sid, {**form, "Digits": WRONG}
        )
    carrier_says(world, "/voice/standing/pin?n=0", legs[4].sid, {**form, "Digits": PIN})

    assert world.operator_now().telephone.mistyped == 1
    assert world.operator_now().leg is None


@pytest.mark.parametrize("seconds", [0.0, 0.7])
def test_calling_in_with_every_request_doubled(world: World, seconds: float) -> None:
    enrol(world)
    double_everything(world, seconds)

    leg = rings_in(world, Press(digits=WRONG), Press(digits=PIN), Stay())
    world.exchange.run_until(lambda: stands(world, leg), limit=60)
    world.exchange.run_for(5)

    assert state_of(world) is State.AVAILABLE
    assert world.log() == []
    world.exchange.hang_up(leg)
    world.exchange.run_for(2)
    assert state_of(world) is State.OFFLINE
    assert world.operator_now().leg is None


def test_request_after_hangup_revives_nobody(world: World) -> None:
    leg = on_line(world)
    token = token_of(world.ports, LINE, OperatorId("anna"), LegId(leg.sid))
    world.exchange.hang_up(leg)
    world.exchange.run_for(1)

    form = {"From": PHONES["anna"]}
    carrier_says(world, f"/voice/standing?t={token}", leg.sid, form)
    carrier_says(world, "/voice/standing/pin?n=0", leg.sid, {**form, "Digits": PIN})

    assert world.operator_now().leg is None
    assert state_of(world) is State.OFFLINE


def test_hung_up_operator_offline_at_once(world: World) -> None:
    leg = on_line(world)

    world.exchange.hang_up(leg)
    world.exchange.run_for(1)

    assert state_of(world) is State.OFFLINE
    call_in(world)
    world.exchange.run_for(30)
    assert outbound_legs(world) == [], "nobody rings whoever has left the line"


def test_untold_hangup_seen_by_reconciler(world: World) -> None:
    leg = on_line(world)
    fault(world, FaultKind.LOST, NOTICES)

    world.exchange.hang_up(leg)
    world.exchange.run_for(16)

    assert state_of(world) is State.OFFLINE


def test_chosen_away_stays_when_calling_in(
    world: World,
) -> None:
    key = enrol(world)
    choose_state(world.ports, LINE, key, State.AWAY, "test")

    leg = calls_in(world)

    assert state_of(world) is State.AWAY
    assert has_heard(world, leg, "operator.on-line-away")
    choose_state(world.ports, LINE, key, State.AVAILABLE, "test")
    assert world.operator_now().is_free(world.clock.now())


def test_operator_off_line_cannot_be_available(
    world: World,
) -> None:
    key = enrol(world)

    with pytest.raises(Conflict, match="call-in"):
        choose_state(world.ports, LINE, key, State.AVAILABLE, "test")

    assert state_of(world) is State.OFFLINE


def test_offline_operator_sent_home_with_thanks(world: World) -> None:
    leg = on_line(world)

    choose_state(world.ports, LINE, OperatorId("anna"), State.OFFLINE, "test")
    world.exchange.run_until(lambda: leg.ended, limit=30)

    assert has_heard(world, leg, "operator.goodbye")
    assert state_of(world) is State.OFFLINE


def test_calling_in_anew_drops_older_leg(world: World) -> None:
    older = on_line(world)

    newer = calls_in(world)
    world.exchange.run_for(30)

    assert older.ended
    assert stands(world, newer)
    assert state_of(world) is State.AVAILABLE


def test_shared_telephones_told_apart_by_pin(
    world: World,
) -> None:
    shared = PHONES["anna"]
    enrol(world, "anna")
    enrol(world, "bela", phone=shared)
    world.ports.roster.put_pin(OperatorId("bela"), "112233")

    slip = Press(digits=WRONG)
    leg = rings_in(world, slip, slip, Press(digits="112233"), Stay())
    world.exchange.run_until(lambda: stands(world, leg, "bela"), limit=60)

    assert world.operator_now("anna").leg is None
    assert world.operator_now("anna").telephone.mistyped == 0


# --- being called ---------------------------------------------------------


def test_called_operator_comes_on_line_by_key(world: World) -> None:
    key = enrol(world)
    world.exchange.put_person(PHONES["anna"], Callee(deeds=(Press(digits="1"), Stay())))

    standing.call_in(world.ports, LINE, key)
    world.exchange.run_until(lambda: state_of(world) is State.AVAILABLE, limit=60)

    (leg,) = outbound_legs(world)
    assert stands(world, leg)
    assert has_heard(world, leg, "operator.called")
    with pytest.raises(Conflict, match="already"):
        standing.call_in(world.ports, LINE, key)


@pytest.mark.parametrize(
    "callee",
    [
        answering_machine(),
        Callee(deeds=(Press(digits="2"), Stay())),
        Callee(deeds=(Wait(seconds=1), HangUp())),
    ],
    ids=["mailbox", "another key", "hangs up"],
)
def test_unconfirmed_telephone_not_on_line(world: World, callee: Callee) -> None:
    key = enrol(world)
    world.exchange.put_person(PHONES["anna"], callee)

    standing.call_in(world.ports, LINE, key)
    world.exchange.run_for(60)

    (leg,) = outbound_legs(world)
    assert leg.ended
    assert state_of(world) is State.OFFLINE
    assert world.log() == []


def test_rung_operator_not_called_to_line(world: World) -> None:
    key = world.operator("bela", accepting_operator(), phone=PHONES["bela"])

    with pytest.raises(Conflict, match="--reach standing"):
        standing.call_in(world.ports, LINE, key)
