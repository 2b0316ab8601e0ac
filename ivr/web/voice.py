"""The face that the carrier's telephone calls see.

Every address answers 403 to whatever the carrier did not sign, and otherwise
200 with speech, whatever fails inside; notices are answered with 204.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, g, request

from ivr.actions.calls import callbacks, calls, held
from ivr.actions.desk import self_test
from ivr.actions.on_line import standing, waiting
from ivr.actions.talk_controls import talk
from ivr.actions.talks.answering import answer_operator, come_out
from ivr.actions.talks.running import run
from ivr.core.dialogue.carrier_event import Heard, QueueEnd, RoomEvent
from ivr.core.dialogue.instructions import Instruction
from ivr.core.line.menu import Line
from ivr.core.model.call import CallId, ClaimId, LineKey, PhoneNumber
from ivr.core.model.errors import Invalid
from ivr.core.model.privacy import caller_number
from ivr.core.talk.events import (
    ConnectAsked,
    Joined,
    KeyPressed,
    LeftRoom,
    LegCreated,
    LegEnded,
    LegEvent,
    OperatorCameOut,
    PersonLegCreated,
    PickedUp,
    RoomBegan,
    RoomEnded,
    TalkEvent,
)
from ivr.core.talk.offers.offering import MOVES
from ivr.ports import Ports
from ivr.web.context import web_context
from ivr.web.guards import require_carrier

voice = Blueprint("voice", __name__, url_prefix="/voice")
voice.before_request(require_carrier)

XML = "text/xml; charset=utf-8"
STEP = "/voice/step"
WAIT = "/voice/wait"
NOTHING: Sequence[Instruction] = ()


# --- callers --------------------------------------------------------------


@voice.post("/incoming", endpoint="incoming")
def take_call() -> Response:
    return speak_instructions(greet_caller())


@voice.post("/step", endpoint="step")
def take_step() -> Response:
    number = request.args.get("n", -1, int)
    if "t" in request.args and not _is_known():
        return speak_instructions(_restore_place())
    given = calls.pressed(pressed_keys())
    return speak_instructions(
        calls.answer(
            _get_ports(), _get_line().key, require_leg(), number, given, person_number()
        )
    )


@voice.post("/resume", endpoint="resume")
def resume_call() -> Response:
    if _is_known():
        return speak_instructions(
            calls.present(_get_ports(), _get_line().key, require_leg())
        )
    return speak_instructions(
        _restore_place() if "t" in request.args else greet_caller()
    )


@voice.post("/fallback", endpoint="fallback")
def go_on_after_fault() -> Response:
    # Something in an answer of ours failed at the carrier: go on where the call
    # stands, which is a new document.
    return resume_call()


@voice.post("/wait", endpoint="wait")
def keep_waiting() -> Response:
    rounds = request.args.get("outside", 0, int)
    said = waiting.wait(
        _get_ports(), _get_line().key, require_leg(), _wait_request(), outside=rounds
    )
    return speak_instructions(said)


@voice.post("/wait/key", endpoint="wait_key")
def press_wait_key() -> Response:
    token, rounds = request.args.get("t", ""), request.args.get("outside", 0, int)
    if not _is_known():
        return keep_waiting()
    pressed = (_get_line().key, require_leg(), pressed_keys(), token)
    return speak_instructions(
        waiting.key_pressed(_get_ports(), *pressed, outside=rounds)
    )


@voice.post("/message", endpoint="message")
def take_message() -> Response:
    ports, line, key = _get_ports(), _get_line().key, require_leg()
    recording, length = _recorded_message()
    said = waiting.message_left(ports, line, key, recording, length, _wait_request())
    if not carrier_event().hung_up:
        return speak_instructions(said)
    # The carrier asks for a caller who has hung up too, perhaps before it says so.
    calls.leave(ports, line, key)
    return speak_instructions(NOTHING)


@voice.post("/left", endpoint="left")
def leave_queue() -> Response:
    ended = carrier_event().queue_end
    if ended is QueueEnd.LEFT:
        calls.leave(_get_ports(), _get_line().key, require_leg())
    if ended is not QueueEnd.FAILED:
        return speak_instructions(NOTHING)
    # Who is led back to the queue while nothing can be saved would come out again.
    _get_ports().changes.try_write()
    return speak_instructions(
        waiting.no_room(_get_ports(), _get_line().key, require_leg(), _wait_request())
    )


@voice.post("/room", endpoint="room")
def enter_room() -> Response:
    return speak_instructions(
        calls.enter_room(_get_ports(), _get_line().key, require_leg(), _claim_given())
    )


@voice.post("/hold", endpoint="hold")
def hold_caller() -> Response:
    return speak_instructions(talk.held(_get_ports(), _get_line().key, _claim_given()))


@voice.post("/after", endpoint="after")
def leave_room() -> Response:
    ports, line, end = _get_ports(), _get_line().key, carrier_event().leg_end
    if end is not None:
        # The carrier asks for a caller who has hung up too, and before it says so.
        calls.leave(ports, line, require_leg(), end.value)
        return speak_instructions(NOTHING)
    again, of = "round" in request.args, _claim_given() or None
    return speak_instructions(
        calls.after_room(ports, line, require_leg(), of, again=again)
    )


# --- operators ------------------------------------------------------------


@voice.post("/offer", endpoint="offer")
def whisper_offer() -> Response:
    return speak_instructions(
        _answer_operator(PickedUp(claim=_claim_given(), leg=require_leg()))
    )


@voice.post("/offer/answer")
def offer_answer() -> Response:
    return speak_instructions(
        _answer_operator(
            KeyPressed(claim=_claim_given(), leg=require_leg(), keys=pressed_keys())
        )
    )


@voice.post("/offer/connect")
def offer_connect() -> Response:
    attempt = request.args.get("attempt", MOVES, int)
    return speak_instructions(
        _answer_operator(
            ConnectAsked(claim=_claim_given(), leg=require_leg(), attempt=attempt)
        )
    )


@voice.post("/offer/over")
def offer_over() -> Response:
    is_up = carrier_event().leg_end is None
    event = OperatorCameOut(claim=_claim_given(), leg=require_leg(), is_up=is_up)
    return speak_instructions(come_out(_get_ports(), _get_line().key, event))


@voice.post("/try", endpoint="try_")
def answer_self_test() -> Response:
    return speak_instructions(
        self_test.picked_up(_get_ports(), _get_line().key, request.args.get("t", ""))
    )


@voice.post("/try/status")
def try_status() -> Response:
    if carrier_event().leg_end is not None:
        token = request.args.get("t", "")
        self_test.over(_get_ports(), _get_line().key, token, require_leg())
    return no_content()


# --- people who are called back -------------------------------------------


@voice.post("/back", endpoint="back")
def answer_callback() -> Response:
    return speak_instructions(
        callbacks.picked_up(
            _get_ports(), _get_line().key, _claim_given(), require_leg()
        )
    )


@voice.post("/back/answer")
def back_answer() -> Response:
    return speak_instructions(
        callbacks.answered(
            _get_ports(), _get_line().key, _claim_given(), require_leg(), pressed_keys()
        )
    )


@voice.post("/back/status")
def back_status() -> Response:
    end = carrier_event().leg_end
    if end is not None:
        callbacks.leg_over(
            _get_ports(), _get_line().key, _claim_given(), require_leg(), end.value
        )
    else:
        run(
            _get_ports(),
            _get_line().key,
            PersonLegCreated(claim=_claim_given(), leg=require_leg()),
        )
    return no_content()


# --- notices --------------------------------------------------------------


@voice.post("/status", endpoint="status")
def note_status() -> Response:
    end, line = carrier_event().leg_end, _get_line().key
    if "claim" not in request.args:
        if end is not None:
            calls.leave(_get_ports(), line, require_leg())
            standing.hung_up(_get_ports(), line, require_leg())
            _log_end_of_unknown(line)
    elif carrier_event().picked_up:
        pass  # the leg asks for its words itself, and is told there if it is over
    elif end is None:
        run(_get_ports(), line, LegCreated(claim=_claim_given(), leg=require_leg()))
    else:
        run(
            _get_ports(),
            line,
            LegEnded(claim=_claim_given(), leg=require_leg(), how=end.value),
        )
    return no_content()


@voice.post("/room-events")
def room_events() -> Response:
    event = _room_event(carrier_event())
    if event is not None:
        run(_get_ports(), _get_line().key, event)
    return no_content()


def _room_event(heard: Heard) -> TalkEvent | None:
    """What the carrier tells of a room, in our words; None: nothing to us."""
    match heard.room_event:
        case RoomEvent.BEGAN:
            return RoomBegan(claim=_claim_given())
        case RoomEvent.ENDED if heard.ended_by is not None:
            return LeftRoom(claim=_claim_given(), leg=heard.ended_by)
        case RoomEvent.ENDED:
            return RoomEnded(claim=_claim_given())
        case RoomEvent.JOINED:
            return Joined(claim=_claim_given(), leg=require_leg())
        case RoomEvent.LEFT if not heard.came_out:
            # Who came out asks what is next; whoever has moved them is heard of, too.
            return LeftRoom(claim=_claim_given(), leg=require_leg())
        case _:
            return None


# --- inside ---------------------------------------------------------------


def speak_instructions(instructions: Sequence[Instruction]) -> Response:
    """Answer with the document for instructions."""
    document = web_context().ports.voice.write(line_of_request(), instructions)
    return Response(document, content_type=XML)


def no_content() -> Response:
    """Answer a notice, which wants no document."""
    return Response(status=204)


def line_of_request() -> Line:
    """The line that is called, or that calls; somebody in danger always gets one."""
    content, heard = web_context().ports.content, carrier_event()
    line = (
        content.line_of(heard.dialled)
        or content.line_of(heard.origin)
        or content.lines().get(LineKey(request.args.get("line", "")))
    )
    return line or next(iter(content.lines().values()))


def greet_caller() -> Sequence[Instruction]:
    """The first words to a caller, who may be an operator calling in."""
    caller = carrier_event().caller
    asked = standing.greet(_get_ports(), _get_line().key, require_leg(), caller)
    return asked or start_call()


def start_call() -> Sequence[Instruction]:
    """The first words of a call; one that is known goes on where it stands."""
    return calls.start_call(
        _get_ports(), _get_line().key, require_leg(), own_number(), person_number()
    )


def _log_end_of_unknown(line: LineKey) -> None:
    """A caller who has rung while nothing could be saved may have hung up by now."""
    if not _is_known():
        held.log_end(_get_ports(), line, require_leg())


def _restore_place() -> Sequence[Instruction]:
    """Put a caller who chose a way out back into the old place in the queue."""
    waiting.restored(_get_ports(), _get_line().key, require_leg(), _wait_request())
    return calls.present(_get_ports(), _get_line().key, require_leg())


def _answer_operator(event: LegEvent) -> Sequence[Instruction]:
    return answer_operator(_get_ports(), _get_line().key, event)


def _wait_request() -> waiting.Told:
    token = request.args.get("t", "")
    return waiting.Told(number=own_number(), token=token, caller=person_number())


def _is_known() -> bool:
    return _get_ports().contacts.call(_get_line().key, require_leg()) is not None


def ports_of_request() -> Ports:
    """The ports, with what a request is about read at once from the live state."""
    if "ports" not in g:
        ports, event, claim = web_context().ports, carrier_event(), _claim_given()
        caller = None if claim else event.caller
        g.ports = ports.for_request(
            _get_line().key,
            leg=event.leg or "",
            claim=claim,
            caller="" if caller is None else ports.vault.pseudonym(caller),
            roster=request.path == STEP,
            waits=request.path == WAIT or event.queue_end is QueueEnd.FAILED,
        )
    found: Ports = g.ports
    return found


def _get_ports() -> Ports:
    return ports_of_request()


def _get_line() -> Line:
    return line_of_request()


def carrier_event() -> Heard:
    """The carrier's request, read by the guard."""
    heard: Heard = g.heard
    return heard


def own_number() -> str:
    """Our number on this leg: of a person whom we call it is the caller's."""
    return carrier_event().origin if _is_called() else carrier_event().dialled


def person_number() -> PhoneNumber | None:
    """The number of the person on this leg."""
    return (
        caller_number(carrier_event().dialled)
        if _is_called()
        else carrier_event().caller
    )


def _is_called() -> bool:
    heard, content = carrier_event(), web_context().ports.content
    ours = content.line_of(heard.origin) is not None
    return ours and content.line_of(heard.dialled) is None


def require_leg() -> CallId:
    """The carrier's leg that this request is about."""
    key = carrier_event().leg
    if key is None:
        raise NoLeg
    return key


def pressed_keys() -> str:
    """The keys pressed now, or those that an apology has kept."""
    if keys := carrier_event().keys:
        return keys
    try:
        return _get_ports().vault.unseal(request.args.get("kept", ""))
    except Invalid:
        return ""


def _recorded_message() -> tuple[str | None, timedelta | None]:
    """The message and its length; what an apology has kept, else as told now."""
    heard = carrier_event()
    if heard.recording or "recording" not in request.args:
        return heard.recording, heard.recorded
    length = request.args.get("seconds", 0, int)
    return request.args["recording"], timedelta(seconds=length)


def _claim_given() -> ClaimId:
    return ClaimId(request.args.get("claim", ""))


class NoLeg(Exception):
    """A signed request without a usable call identifier: nothing can be done."""
