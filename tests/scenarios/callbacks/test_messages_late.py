"""A message counts, whatever is told of its call before, after, twice or never."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Direction, Leg
from exchange.state.people import HangUp, Press, Speak, Stay, Wait, accepting_operator
from exchange.state.recorded import Recording
from ivr.core.model.contact.stage import Stage
from tests.dsl.callbacks import (
    called_back_and_left_alone,
    come,
    operator_to_come,
    promised,
    reasons,
)
from tests.dsl.doing import (
    OTHER_CALLER,
    by_the_minute,
    facts_named,
    fault,
    is_known,
    queued,
    stage_of,
    until_stage,
)
from tests.dsl.ways_out import TO_A_MESSAGE
from tests.world import CALLER, HOTLINE, LINE, World

MESSAGE, ENDS = "/voice/message", "/voice/(status|left|back/status)"
LATE = 40.0
"""Seconds within which the carrier's own list tells of the end."""

SPEAKS = (Press(digits="2", after=3), Speak(text="We are two."), HangUp())

ORDERS = {
    "the end first": [(FaultKind.DELAYED, MESSAGE)],
    "the message first": [(FaultKind.DELAYED, ENDS)],
    "the end first, all twice": [
        (FaultKind.DELAYED, MESSAGE),
        (FaultKind.DOUBLED, ENDS),
    ],
    "the message twice": [(FaultKind.DOUBLED, MESSAGE)],
}


def told_in(world: World, order: str) -> None:
    for kind, path in ORDERS[order]:
        fault(world, kind, path, seconds=LATE)


def left(world: World) -> list[str]:
    """The recordings that are listed as messages."""
    world.log()
    return [each.recording for each in world.ports.promises.messages(LINE)]


def recorded(world: World) -> list[str]:
    return list(world.exchange.state.recordings)


def plainly(world: World) -> Leg:
    leg: Leg = world.dial(*TO_A_MESSAGE, *SPEAKS[1:])
    return leg


def in_place_of_a_promise(world: World) -> Leg:
    promised(world)
    leg: Leg = world.dial(Press(digits="*"), *SPEAKS)
    return leg


def by_the_usual_keys_in_place_of_a_promise(world: World) -> Leg:
    promised(world)
    leg: Leg = world.dial(*TO_A_MESSAGE, *SPEAKS[1:])
    return leg


SPEAKERS = [plainly, in_place_of_a_promise, by_the_usual_keys_in_place_of_a_promise]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("speaks", SPEAKERS)
def test_message_counts_in_any_order(world: World, order: str, speaks: object) -> None:
    leg = speaks(world)  # type: ignore[operator]
    world.exchange.run_until(lambda: is_known(world, leg) and queued(world, leg))
    told_in(world, order)

    world.exchange.run_until(lambda: leg.ended, 120)
    world.exchange.run_for(LATE + 5)

    assert recorded(world)
    assert left(world) == recorded(world)
    assert world.record(leg).outcome == "message"
    assert world.ports.queues.waiting(LINE) == []
    assert world.ports.promises.callbacks(LINE) == []


@pytest.mark.parametrize("order", ORDERS)
def test_called_backs_message_ends_promise(world: World, order: str) -> None:
    told_in(world, order)
    caller, leg = called_back_and_left_alone(world, *SPEAKS)

    world.exchange.run_until(lambda: leg.ended, 300)
    world.exchange.run_for(LATE + 5)

    assert left(world) == recorded(world)
    assert reasons(world) == ["message"]
    assert stage_of(world, caller) is Stage.ENDED
    assert world.record(caller).outcome == "message"


# --- what nobody tells of ---------------------------------------------------


def spoken(world: World, call: str, **more: object) -> str:
    """A recording that lies at the carrier, and of which nobody has told us."""
    board = world.exchange.state
    values = {"began": board.now, "ended": board.now + 5, "spoken": True, "ready": True}
    recording = Recording(sid=board.issue_sid("RE"), call=call, **(values | more))  # type: ignore[arg-type]
    board.recordings[recording.sid] = recording
    return recording.sid


def waited_and_gone(world: World, **more: str) -> Leg:
    """A caller who has waited and hung up, long ago as the live state counts."""
    leg: Leg = world.dial(*TO_A_MESSAGE[:3], Wait(seconds=5), HangUp(), **more)
    world.exchange.run_until(lambda: leg.ended, 120)
    return leg


def test_words_before_operator_listed(world: World) -> None:
    operator_to_come(world, accepting_operator(after=1.0, talks=5))
    leg: Leg = world.dial(*TO_A_MESSAGE, Speak(text="We are " * 60), Stay())
    world.exchange.run_until(lambda: any(e.kind == "record" for e in leg.transcript))
    come(world)
    until_stage(world, leg, Stage.CONNECTED)
    assert left(world) == []

    world.exchange.run_for(120)

    assert left(world) == recorded(world)
    assert world.record(leg).outcome == "answered" or not leg.ended


@pytest.mark.parametrize("is_wiped", [False, True])
def test_unheard_of_recording_tied_to_call(world: World, *, is_wiped: bool) -> None:
    leg = waited_and_gone(world)
    key = spoken(world, leg.sid)
    world.log()
    if is_wiped:
        world.redis.flushall()

    world.exchange.run_for(90)

    world.log()
    (message,) = world.ports.promises.messages(LINE)
    assert (message.recording, message.call, message.language) == (key, leg.sid, "uk")
    assert world.record(leg).outcome == "message"
    world.exchange.run_for(90)
    assert len(facts_named(world, "message-left")) == 1


def test_second_recording_of_call_is_own_message(world: World) -> None:
    leg = plainly(world)
    world.exchange.run_until(lambda: leg.ended, 120)
    first = left(world)
    second = spoken(world, leg.sid)

    world.exchange.run_for(90)

    assert left(world) == [*first, second]


def test_found_message_leaves_promise_as_it_is(world: World) -> None:
    leg = promised(world)
    began = world.exchange.state.now - 15
    key = spoken(world, leg.sid, began=began, ended=began + 5)

    world.exchange.run_for(90)

    assert left(world) == [key]
    assert stage_of(world, leg) is Stage.WAITING
    assert world.record(leg).outcome == "callback"


def test_carriers_unknown_call_is_logged(world: World) -> None:
    waited_and_gone(world)
    world.log()
    world.jobs.are_lost = True
    leg = waited_and_gone(world, from_=OTHER_CALLER)
    key = spoken(world, leg.sid)
    world.redis.flushall()
    world.jobs.are_lost = False

    world.exchange.run_for(90)

    assert left(world) == [key]
    record = world.record(leg)
    assert (record.number, record.outcome) == (HOTLINE, "message")


def test_recordings_of_others_are_left_alone(world: World) -> None:
    waited_and_gone(world)
    board = world.exchange.state
    theirs = board.add_leg(CALLER, "+12025550177", Direction.INBOUND)
    before = board.now - 3600
    earlier = board.add_leg(CALLER, HOTLINE, Direction.INBOUND)
    for leg in (theirs, earlier):
        leg.ended_at = board.now
    keys = [
        spoken(world, theirs.sid),
        spoken(world, earlier.sid, began=before, ended=before + 9),
        spoken(world, "CA" + "9" * 32),
    ]

    world.exchange.run_for(120)

    assert left(world) == []
    assert recorded(world) == keys
    noted = [e for e in world.notes.events() if e == "recording of no known call"]
    assert len(noted) == 1


def test_long_list_of_recordings_read_to_end(world: World) -> None:
    leg = waited_and_gone(world)
    others = [spoken(world, "CA" + "9" * 32) for _ in range(60)]
    key = spoken(world, leg.sid)

    world.exchange.run_for(180)

    assert left(world) == [key]
    assert recorded(world) == [*others, key]


def test_unready_recording_is_waited_for(world: World) -> None:
    leg = waited_and_gone(world)
    key = spoken(world, leg.sid, ready=False)
    with by_the_minute(world):
        world.exchange.run_for(3 * 3600)
    assert left(world) == []

    world.exchange.state.recordings[key].ready = True
    world.exchange.run_for(90)

    assert left(world) == [key]
