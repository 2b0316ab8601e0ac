"""The face that the carrier's telephone calls see.

Every address answers 403 to whatever the carrier did not sign, and otherwise
200 with speech, whatever fails inside; notices are answered with 204.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, g, request

from ivr.actions import callbacks, calls, held, standing, talk, waiting
from ivr.actions.desk import self_test
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
from ivr.core.talk.offering import MOVES
from ivr.ports import Ports
from ivr.web.guards import only_the_carrier
from ivr.web.house import house

voice = Blueprint("voice", __name__, url_prefix="/voice")
voice.before_request(only_the_carrier)

XML = "text/xml; charset=utf-8"
NOTHING: Sequence[Instruction] = ()


# --- callers --------------------------------------------------------------


@voice.post("/incoming")
def incoming() -> Response:
    return speak(greeted())


@voice.post("/step")
def step() -> Response:
    number = request.args.get("n", -1, int)
    if "t" in request.args and not _is_known():
        return speak(_back_in_place())
    given = calls.pressed(kept_keys())
    return speak(calls.answer(_ports(), _line().key, leg(), number, given, person()))


@voice.post("/resume")
def resume() -> Response:
    if _is_known():
        return speak(calls.present(_ports(), _line().key, leg()))
    return speak(_back_in_place() if "t" in request.args else greeted())


@voice.post("/fallback")
def fallback() -> Response:
    # Something in an answer of ours failed at the carrier: go on where the call
    # stands, which is a new document.
    return resume()


@voice.post("/wait")
def wait() -> Response:
    rounds = request.args.get("outside", 0, int)
    said = waiting.wait(_ports(), _line().key, leg(), _told(), outside=rounds)
    return speak(said)


@voice.post("/wait/key")
def wait_key() -> Response:
    token, rounds = request.args.get("t", ""), request.args.get("outside", 0, int)
    if not _is_known():
        return wait()
    pressed = (_line().key, leg(), kept_keys(), token)
    return speak(waiting.key_pressed(_ports(), *pressed, outside=rounds))


@voice.post("/message")
def message() -> Response:
    ports, line, key = _ports(), _line().key, leg()
    recording, length = _recorded()
    said = waiting.message_left(ports, line, key, recording, length, _told())
    if not g_heard().hung_up:
        return speak(said)
    # The carrier asks for whoever has hung up, too, and perhaps before it tells so.
    calls.leave(ports, line, key)
    return speak(NOTHING)


@voice.post("/left")
def left() -> Response:
    ended = g_heard().queue_end
    if ended is QueueEnd.LEFT:
        calls.leave(_ports(), _line().key, leg())
    if ended is not QueueEnd.FAILED:
        return speak(NOTHING)
    # Who is led back to the queue while nothing can be saved would come out again.
    _ports().store.try_write()
    return speak(waiting.no_room(_ports(), _line().key, leg(), _told()))


@voice.post("/room")
def room() -> Response:
    return speak(calls.enter_room(_ports(), _line().key, leg(), _claim()))


@voice.post("/hold")
def hold() -> Response:
    return speak(talk.held(_ports(), _line().key, _claim()))


@voice.post("/after")
def after() -> Response:
    ports, line, end = _ports(), _line().key, g_heard().leg_end
    if end is not None:
        # The carrier asks for whoever has hung up, too, and before it tells so.
        calls.leave(ports, line, leg(), end.value)
        return speak(NOTHING)
    again, of = "round" in request.args, _claim() or None
    return speak(calls.after_room(ports, line, leg(), of, again=again))


# --- operators ------------------------------------------------------------


@voice.post("/offer")
def offer() -> Response:
    return speak(_answer(PickedUp(claim=_claim(), leg=leg())))


@voice.post("/offer/answer")
def offer_answer() -> Response:
    return speak(_answer(KeyPressed(claim=_claim(), leg=leg(), keys=kept_keys())))


@voice.post("/offer/connect")
def offer_connect() -> Response:
    attempt = request.args.get("attempt", MOVES, int)
    return speak(_answer(ConnectAsked(claim=_claim(), leg=leg(), attempt=attempt)))


@voice.post("/offer/over")
def offer_over() -> Response:
    is_up = g_heard().leg_end is None
    event = OperatorCameOut(claim=_claim(), leg=leg(), is_up=is_up)
    return speak(come_out(_ports(), _line().key, event))


@voice.post("/try")
def try_() -> Response:
    return speak(self_test.picked_up(_ports(), _line().key, request.args.get("t", "")))


@voice.post("/try/status")
def try_status() -> Response:
    if g_heard().leg_end is not None:
        token = request.args.get("t", "")
        self_test.over(_ports(), _line().key, token, leg())
    return noted()


# --- people who are called back -------------------------------------------


@voice.post("/back")
def back() -> Response:
    return speak(callbacks.picked_up(_ports(), _line().key, _claim(), leg()))


@voice.post("/back/answer")
def back_answer() -> Response:
    return speak(
        callbacks.answered(_ports(), _line().key, _claim(), leg(), kept_keys())
    )


@voice.post("/back/status")
def back_status() -> Response:
    end = g_heard().leg_end
    if end is not None:
        callbacks.leg_over(_ports(), _line().key, _claim(), leg(), end.value)
    else:
        run(_ports(), _line().key, PersonLegCreated(claim=_claim(), leg=leg()))
    return noted()


# --- notices --------------------------------------------------------------


@voice.post("/status")
def status() -> Response:
    end, line = g_heard().leg_end, _line().key
    if "claim" not in request.args:
        if end is not None:
            calls.leave(_ports(), line, leg())
            standing.hung_up(_ports(), line, leg())
            _log_end_of_unknown(line)
    elif g_heard().picked_up:
        pass  # the leg asks for its words itself, and is told there if it is over
    elif end is None:
        run(_ports(), line, LegCreated(claim=_claim(), leg=leg()))
    else:
        run(_ports(), line, LegEnded(claim=_claim(), leg=leg(), how=end.value))
    return noted()


@voice.post("/room-events")
def room_events() -> Response:
    event = _room_event(g_heard())
    if event is not None:
        run(_ports(), _line().key, event)
    return noted()


def _room_event(heard: Heard) -> TalkEvent | None:
    """What the carrier tells of a room, in our words; None: nothing to us."""
    match heard.room_event:
        case RoomEvent.BEGAN:
            return RoomBegan(claim=_claim())
        case RoomEvent.ENDED if heard.ended_by is not None:
            return LeftRoom(claim=_claim(), leg=heard.ended_by)
        case RoomEvent.ENDED:
            return RoomEnded(claim=_claim())
        case RoomEvent.JOINED:
            return Joined(claim=_claim(), leg=leg())
        case RoomEvent.LEFT if not heard.came_out:
            # Who came out asks what is next; whoever has moved them is heard of, too.
            return LeftRoom(claim=_claim(), leg=leg())
        case _:
            return None


# --- inside ---------------------------------------------------------------


def speak(instructions: Sequence[Instruction]) -> Response:
    """Answer with the document for instructions."""
    document = _ports().voice.write(line_of_request(), instructions)
    return Response(document, content_type=XML)


def noted() -> Response:
    """Answer a notice, which wants no document."""
    return Response(status=204)


def line_of_request() -> Line:
    """The line that is called, or that calls; somebody in danger always gets one."""
    content, heard = house().ports.content, g_heard()
    line = (
        content.line_of(heard.dialled)
        or content.line_of(heard.origin)
        or content.lines().get(LineKey(request.args.get("line", "")))
    )
    return line or next(iter(content.lines().values()))


def greeted() -> Sequence[Instruction]:
    """The first words to whoever rings: an operator may be calling in."""
    caller = g_heard().caller
    asked = standing.greet(_ports(), _line().key, leg(), caller)
    return asked or begin_anew()


def begin_anew() -> Sequence[Instruction]:
    """The first words of a call; one that is known goes on where it stands."""
    return calls.start_call(_ports(), _line().key, leg(), own_number(), person())


def _log_end_of_unknown(line: LineKey) -> None:
    """A caller who has rung while nothing could be saved may have hung up by now."""
    if not _is_known():
        held.log_end(_ports(), line, leg())


def _back_in_place() -> Sequence[Instruction]:
    """Whoever waited and chose a way out has lost the choice, and not the place."""
    waiting.restored(_ports(), _line().key, leg(), _told())
    return calls.present(_ports(), _line().key, leg())


def _answer(event: LegEvent) -> Sequence[Instruction]:
    return answer_operator(_ports(), _line().key, event)


def _told() -> waiting.Told:
    token = request.args.get("t", "")
    return waiting.Told(number=own_number(), token=token, caller=person())


def _is_known() -> bool:
    return _ports().store.call(_line().key, leg()) is not None


def _ports() -> Ports:
    return house().ports


def _line() -> Line:
    return line_of_request()


def g_heard() -> Heard:
    """The carrier's request, read by the guard."""
    heard: Heard = g.heard
    return heard


def own_number() -> str:
    """Our number on this leg: of a person whom we call it is the caller's."""
    return g_heard().origin if _is_called() else g_heard().dialled


def person() -> PhoneNumber | None:
    """The number of the person on this leg."""
    return caller_number(g_heard().dialled) if _is_called() else g_heard().caller


def _is_called() -> bool:
    heard, content = g_heard(), house().ports.content
    ours = content.line_of(heard.origin) is not None
    return ours and content.line_of(heard.dialled) is None


def leg() -> CallId:
    """The carrier's leg that this request is about."""
    key = g_heard().leg
    if key is None:
        raise NoLeg
    return key


def kept_keys() -> str:
    """The keys pressed now, or those that an apology has kept."""
    if keys := g_heard().keys:
        return keys
    try:
        return _ports().vault.unseal(request.args.get("kept", ""))
    except Invalid:
        return ""


def _recorded() -> tuple[str | None, timedelta | None]:
    """The message and its length; what an apology has kept, else as told now."""
    heard = g_heard()
    if heard.recording or "recording" not in request.args:
        return heard.recording, heard.recorded
    length = request.args.get("seconds", 0, int)
    return request.args["recording"], timedelta(seconds=length)


def _claim() -> ClaimId:
    return ClaimId(request.args.get("claim", ""))


class NoLeg(Exception):
    """A signed request without a usable call identifier: nothing can be done."""
