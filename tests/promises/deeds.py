"""What the house does for each request of the carrier and each job, by name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from ivr.actions import records, routing, rules
from ivr.actions.calls import callbacks, calls
from ivr.actions.on_line import standing, waiting
from ivr.actions.operators import roster
from ivr.actions.talk_controls import inviting, talk, transfer
from ivr.actions.talks.answering import answer_operator, come_out
from ivr.actions.talks.running import run
from ivr.actions.upkeep import due_work
from ivr.core.dialogue.instructions import Instruction
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.identifiers import ClaimId, LegId, LineKey, OperatorId
from ivr.core.talk.events import (
    ConnectAsked,
    Joined,
    KeyPressed,
    LeftRoom,
    LegCreated,
    LegEnded,
    OfferDue,
    OperatorCameOut,
    PersonLegCreated,
    PickedUp,
    RoomBegan,
    RoomEnded,
)
from ivr.ports import Ports

LINE = LineKey("example")
HOTLINE = "+12025550101"

Deed = Callable[..., object]

DEEDS: Mapping[str, Deed] = {
    "incoming": lambda *told: _greet(*told),  # noqa: PLW0108 - defined below
    "step": lambda p, leg, step, keys, number="": calls.take_answer(
        p, LINE, leg, step, calls.answer_of_keys(keys), _number(number)
    ),
    "resume": lambda *told: _resume(*told),  # noqa: PLW0108 - defined below
    "wait": lambda p, leg, token: waiting.wait_on_hold(p, LINE, leg, _told(token)),
    "wait_outside": lambda p, leg, token, rounds: waiting.wait_on_hold(
        p, LINE, leg, _told(token), outside=rounds
    ),
    "no_room": lambda p, leg, token: waiting.no_room(p, LINE, leg, _told(token)),
    "wait_key": lambda p, leg, keys, token: waiting.key_pressed(
        p, LINE, leg, keys, token
    ),
    "message": lambda p, leg, recording, seconds: waiting.message_left(
        p, LINE, leg, recording, timedelta(seconds=seconds)
    ),
    "leave": lambda *told: _leave(*told),  # noqa: PLW0108 - defined below
    "back": lambda p, leg, claim: callbacks.picked_up(p, LINE, claim, leg),
    "back_answer": lambda p, leg, claim, keys: callbacks.answer_question(
        p, LINE, claim, leg, keys
    ),
    "back_exists": lambda p, leg, claim: run(
        p, LINE, PersonLegCreated(claim=claim, leg=leg)
    ),
    "back_over": lambda p, leg, claim, how: callbacks.leg_over(
        p, LINE, claim, leg, how
    ),
    "pin": lambda p, leg, number, keys, tries: (
        standing.answer_pin(p, LINE, leg, _number(number), keys, tries)
        or calls.start_call(p, LINE, leg, HOTLINE, _number(number))
    ),
    "come_in": lambda p, key, leg: standing.attach(p, LINE, key, leg, "called in"),
    "stand": lambda p, leg, token: standing.keep_alive(p, LINE, token, leg),
    "fetched": lambda p, leg, token, claim: standing.on_moved(
        p, LINE, token, leg, claim
    ),
    "stand_back": lambda p, leg, token, claim: standing.come_out(
        p, LINE, token, leg, claim
    ),
    "standing_room": lambda p, leg, claim: standing.caller_to_room(p, LINE, leg, claim),
    "room": lambda p, leg, claim: calls.enter_room(p, LINE, leg, claim),
    "after": lambda p, leg, *of: calls.after_room(p, LINE, leg, *of),
    "offer": lambda p, leg, claim: answer_operator(
        p, LINE, PickedUp(claim=claim, leg=leg)
    ),
    "decided": lambda p, leg, claim, keys: answer_operator(
        p, LINE, KeyPressed(claim=claim, leg=leg, keys=keys)
    ),
    "connect": lambda p, leg, claim, attempt: answer_operator(
        p, LINE, ConnectAsked(claim=claim, leg=leg, attempt=attempt)
    ),
    "over": lambda p, leg, claim: come_out(
        p, LINE, OperatorCameOut(claim=claim, leg=leg)
    ),
    "leg_exists": lambda p, leg, claim: run(p, LINE, LegCreated(claim=claim, leg=leg)),
    "leg_over": lambda p, leg, claim, how: run(
        p, LINE, LegEnded(claim=claim, leg=leg, how=how)
    ),
    "joined": lambda p, leg, claim: run(p, LINE, Joined(claim=claim, leg=leg)),
    "left": lambda p, leg, claim, came_out=False: (
        None if came_out else run(p, LINE, LeftRoom(claim=claim, leg=leg))
    ),
    "began": lambda p, claim: run(p, LINE, RoomBegan(claim=claim)),
    "emptied": lambda p, claim: run(p, LINE, RoomEnded(claim=claim)),
    "invite": lambda *told: _invite(*told),  # noqa: PLW0108 - defined below
    "leave_to": lambda p, claim: inviting.leave_to(p, LINE, _whose(p, claim)),
    "withdraw": lambda p, claim: inviting.withdraw_invitation(
        p, LINE, _whose(p, claim)
    ),
    "hold": lambda p, claim: talk.hold_caller(p, LINE, _whose(p, claim), on=True),
    "end": lambda p, claim: talk.end_talk(p, LINE, _whose(p, claim)),
    "to_queue": lambda p, claim: transfer.to_queue(p, LINE, _whose(p, claim)),
    "choose": lambda p, key, state: roster.choose_state(p, LINE, key, state, "test"),
    "publish": lambda p, text: rules.put_in_force(p, LINE, text),
    "tick": lambda p: due_work.do_due_work(p, LINE),
    "reconcile": lambda p: due_work.reconcile_line(p, LINE),
    "route": lambda p, _: routing.route_callers(p, LINE),
    "place_offer": lambda p, _, claim: run(p, LINE, OfferDue(claim=claim)),
    "write_facts": lambda p, _: records.write_facts(p, LINE),
}


def _told(token: str) -> waiting.WaitRequest:
    return waiting.WaitRequest(number=HOTLINE, token=token)


def _number(text: str) -> PhoneNumber | None:
    return PhoneNumber(text) if text else None


def _greet(ports: Ports, leg: LegId, number: str = "") -> Sequence[Instruction]:
    """The first words to whoever rings: an operator may be calling in."""
    caller = _number(number)
    asked = standing.greet_operator(ports, LINE, leg, caller)
    return asked or calls.start_call(ports, LINE, contact_of_leg(leg), HOTLINE, caller)


def _resume(ports: Ports, leg: LegId, number: str = "") -> Sequence[Instruction]:
    """The document for where the call stands."""
    key = contact_of_leg(leg)
    if ports.contacts.call(LINE, key) is None:
        return _greet(ports, leg, number)
    return calls.present_call(ports, LINE, key)


def _leave(ports: Ports, leg: LegId) -> None:
    """A leg is over that has rung us: a caller's, or a standing one."""
    calls.end_leg(ports, LINE, leg)
    standing.hung_up(ports, LINE, leg)


def _whose(ports: Ports, key: ClaimId) -> OperatorId:
    """The operator who has the caller of a claim by now."""
    claim = ports.contacts.claim(LINE, key)
    call = ports.contacts.call(LINE, claim.call) if claim else None
    now = (
        ports.contacts.claim(LINE, call.talk.claim)
        if call and call.talk.claim
        else claim
    )
    return now.operator if now else OperatorId("nobody")


def _invite(ports: Ports, key: ClaimId) -> None:
    """Whoever is free is asked into the talk."""
    now = ports.clock.now()
    free = [each for each in ports.operators.operators(LINE) if each.is_free(now)]
    if free:
        inviting.invite_colleague(ports, LINE, _whose(ports, key), free[-1].id)
