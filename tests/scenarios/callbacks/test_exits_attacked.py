"""Ways out of the queue on a bad day: lost, late, doubled, misused."""

import pytest

from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    HangUp,
    Press,
    Speak,
    Stay,
    Wait,
    accepting_operator,
)
from ivr.actions.calls import callbacks
from ivr.actions.operators.roster import choose_state
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from tests.dsl.callbacks import (
    ASKS,
    IS_CALLED,
    called_back_and_left_alone,
    come,
    operator_to_come,
    persons_legs,
    promised,
    reasons,
    rows,
)
from tests.dsl.doing import (
    TO_THE_QUEUE,
    call_in,
    call_of,
    carrier_says,
    claim_now,
    has_heard,
    heard,
    is_known,
    stage_of,
    until_stage,
    until_state,
)
from tests.dsl.rules import publish
from tests.dsl.ways_out import LONGEST, TO_A_MESSAGE, rings_again
from tests.world import CALLER, HOTLINE, LINE, World

# --- the person on the telephone -------------------------------------------


def test_nobody_sent_away_while_reaching_operator(world: World) -> None:
    publish(world, longest_wait=str(LONGEST))
    slowly = Callee(after=18.0, deeds=(Press(digits="1", after=20), Stay()))
    operator_to_come(world, slowly)
    leg = call_in(world, Stay())
    world.exchange.run_until(lambda: has_heard(world, leg, "way.too-long"), 900)
    world.exchange.run_until(lambda: call_of(world, leg).menu.tries == 1)
    come(world)

    until_stage(world, leg, Stage.CONNECTED)

    assert not has_heard(world, leg, "way.goodbye")


def test_caller_queued_again_hears_way_back(world: World) -> None:
    publish(world, longest_wait=str(LONGEST))
    operator_to_come(world, accepting_operator(after=1.0, talks=5))
    leg = call_in(
        world,
        Wait(seconds=LONGEST + 30),
        Press(digits="1", after=2),
        Press(digits="1", after=3),
        Stay(),
    )
    world.exchange.run_until(lambda: has_heard(world, leg, "way.too-long"), 900)
    come(world)
    until_stage(world, leg, Stage.AFTER)
    choose_state(world.ports, LINE, OperatorId("anna"), State.OFFLINE, "test")

    world.exchange.run_until(lambda: call_of(world, leg).exit_menu.page == "number")

    stay = world.ports.content.text(LINE, "uk", "way.stay", {"key": "0"})
    world.exchange.run_until(lambda: any(stay in said for said in heard(leg)))


def test_called_back_waiter_spared_longest_wait(
    world: World,
) -> None:
    publish(world, longest_wait=str(LONGEST))
    _, leg = called_back_and_left_alone(world, Stay(), later=2 * LONGEST)

    world.exchange.run_for(60)

    assert leg.queue
    assert not has_heard(world, leg, "way.too-long")


def test_called_back_may_ask_again(
    world: World,
) -> None:
    caller, leg = called_back_and_left_alone(world, *ASKS, Stay())

    world.exchange.run_until(lambda: leg.ended, 300)

    wish = call_of(world, caller).callback.preferences
    assert wish is not None
    assert world.ports.vault.unseal_number(wish.number).reveal() == CALLER
    assert rows(world) == [(caller.sid, "callback")]


def test_hangup_among_exits_keeps_promise(
    world: World,
) -> None:
    caller, leg = called_back_and_left_alone(
        world, Press(digits="1", after=3), Press(digits="0"), Wait(seconds=5), HangUp()
    )

    world.exchange.run_until(lambda: leg.ended, 300)
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.PROMISED
    assert call_of(world, caller).leg is None


@pytest.mark.parametrize("key", ["1", "2"])
def test_key_after_hangup_opens_no_page(world: World, key: str) -> None:
    """Who is called back would find themselves on it, and be recorded."""
    caller = promised(world)

    before = call_of(world, caller)

    carrier_says(world, "/voice/wait/key?t=x", caller.sid, {"Digits": key})
    polled = carrier_says(world, "/voice/wait?t=x", caller.sid, {})

    assert "<Say" not in polled.text
    assert call_of(world, caller) == before
    assert before.stage is Stage.WAITING
    assert not before.exit_menu.is_open


def test_cancelled_promise_cuts_no_waiter(
    world: World,
) -> None:
    caller, leg = called_back_and_left_alone(world, Stay())

    with pytest.raises(Conflict):
        callbacks.end_callback(world.ports, LINE, ContactId(caller.sid), "cancelled")

    assert not leg.ended


def test_wiped_called_waiter_keeps_place(world: World) -> None:
    caller, leg = called_back_and_left_alone(world, Stay())
    world.exchange.run_until(lambda: leg.queue)
    arrived = call_of(world, caller).arrival.at
    world.redis.flushall()

    world.exchange.run_for(120)

    assert leg.queue
    assert call_of(world, caller).arrival.at == arrived
    assert call_of(world, caller).leg == leg.sid
    assert rows(world) == [(caller.sid, "callback")]


def test_second_message_not_asked_for_in_vain(world: World) -> None:
    operator_to_come(world, Callee(after=17.0, deeds=(Press(digits="2"), Stay())))
    leg: Leg = world.dial(
        *TO_A_MESSAGE,
        Speak(text="We are two in the cellar"),
        Press(digits="#"),
        Press(digits="2", after=4),
        Stay(),
    )
    world.exchange.run_until(lambda: any(e.kind == "record" for e in leg.transcript))
    come(world)
    world.exchange.run_until(lambda: has_heard(world, leg, "message.kept"), 60)
    choose_state(world.ports, LINE, OperatorId("anna"), State.OFFLINE, "test")

    world.exchange.run_for(120)

    assert stage_of(world, leg) is Stage.WAITING
    assert leg.queue
    assert sum(each.kind == "record" for each in leg.transcript) == 1


def test_long_message_not_broken_off_by_reconciler(world: World) -> None:
    long = "We are two in the cellar. " * 200
    leg: Leg = world.dial(
        *TO_THE_QUEUE,
        Wait(seconds=20),
        Press(digits="1", after=2),
        Press(digits="2", after=20),
        Press(digits="123#", after=20),
        Press(digits="0", after=20),
        Press(digits="2", after=2),
        Speak(text=long),
        Stay(),
    )

    world.exchange.run_until(lambda: leg.ended, 600)

    assert "waiting caller fetched back" not in world.notes.events()
    assert world.record(leg).outcome == "message"


def test_refusal_that_comes_twice_is_told_twice(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(
        CALLER, Callee(after=2.0, deeds=(Press(digits="2", after=3), Stay()))
    )
    caller = promised(world)
    come(world)
    world.exchange.run_until(lambda: bool(persons_legs(world)))
    key = claim_now(world).id
    until_stage(world, caller, Stage.ENDED)
    (leg,) = persons_legs(world)

    again = carrier_says(
        world,
        f"/voice/back/answer?claim={key}",
        leg.sid,
        {"From": HOTLINE, "To": CALLER, "Digits": "2"},
    )

    said = world.ports.content.text(LINE, "uk", "back.not-again", {})
    assert said in again.text
    assert reasons(world) == ["refused"]


@pytest.mark.parametrize("path", ["back", "back/answer"])
def test_late_pickup_told_nothing(world: World, path: str) -> None:
    form = {"From": HOTLINE, "To": CALLER, "Digits": "1"}

    said = carrier_says(world, f"/voice/{path}?claim=lost", "CA" + "7" * 32, form)

    assert "<Say" not in said.text
    assert "Hangup" in said.text


def test_second_callback_address_asks_first(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, Callee(after=6.0, deeds=(Stay(),)))
    promised(world)
    come(world)
    world.exchange.run_until(lambda: bool(persons_legs(world)))

    created = [
        asked
        for asked, _ in world.rest.traffic
        if asked.method == "POST" and asked.get("To") == CALLER
    ]

    assert [asked.get("FallbackUrl") for asked in created] == [
        asked.get("Url") for asked in created
    ]


def test_cancelled_promise_keeps_calls_end(
    world: World,
) -> None:
    leg: Leg = world.dial(*TO_THE_QUEUE, *ASKS, Stay())
    world.exchange.run_until(
        lambda: is_known(world, leg) and stage_of(world, leg) is Stage.PROMISED, 60
    )
    assert not leg.ended
    callbacks.end_callback(world.ports, LINE, ContactId(leg.sid), "cancelled")

    world.exchange.run_until(lambda: leg.ended)
    world.exchange.run_for(2)

    assert world.record(leg).outcome == "callback"
    assert world.record(leg).ended is not None


def test_cut_off_callback_resumes_with_operator(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    caller = promised(world)
    come(world)
    until_stage(world, caller, Stage.CONNECTED)
    world.exchange.hang_up(persons_legs(world)[0])
    until_state(world, State.WRAP_UP)

    again = rings_again(world)

    assert has_heard(world, again, "wait.back")
    assert call_of(world, again).affinity.operator == "anna"
