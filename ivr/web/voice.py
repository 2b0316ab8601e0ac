"""The face that the carrier's telephone calls see.

Every address answers 403 to whatever the carrier did not sign, and otherwise
200 with speech, whatever fails inside; notices are answered with 204.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from ivr.actions.calls import callbacks, calls, held
from ivr.actions.desk import self_test
from ivr.actions.on_line import standing, waiting
from ivr.actions.talk_controls import talk
from ivr.actions.talks.answering import answer_operator, come_out
from ivr.actions.talks.running import run
from ivr.core.dialogue.carrier_event import CarrierEvent, QueueEnd, RoomEvent
from ivr.core.dialogue.instructions import Instruction
from ivr.core.model.identifiers import LineKey
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
    SpokenMessage,
    TalkEvent,
)
from ivr.core.talk.offers.offering import MOVES
from ivr.web.guards import require_carrier
from ivr.web.webhook import current_webhook

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

voice = Blueprint("voice", __name__, url_prefix="/voice")
voice.before_request(require_carrier)

XML = "text/xml; charset=utf-8"
NOTHING: Sequence[Instruction] = ()


# --- callers --------------------------------------------------------------


@voice.post("/incoming", endpoint="incoming")
def take_call() -> Response:
    return speak_instructions(greet_caller())


@voice.post("/step", endpoint="step")
def take_step() -> Response:
    webhook = current_webhook()
    number = webhook.get_count("n", -1)
    if "t" in webhook.values and not _is_known():
        return speak_instructions(_restore_place())
    given = calls.answer_of_keys(webhook.pressed_keys)
    return speak_instructions(
        calls.take_answer(
            webhook.live_ports,
            webhook.called_line.key,
            webhook.contact_id,
            number,
            given,
            webhook.person_number,
        )
    )


@voice.post("/resume", endpoint="resume")
def resume_call() -> Response:
    webhook = current_webhook()
    if _is_known():
        return speak_instructions(
            calls.present_call(
                webhook.live_ports, webhook.called_line.key, webhook.contact_id
            )
        )
    return speak_instructions(
        _restore_place() if "t" in webhook.values else greet_caller()
    )


@voice.post("/fallback", endpoint="fallback")
def go_on_after_fault() -> Response:
    # Something in an answer of ours failed at the carrier: go on where the call
    # stands, which is a new document.
    return resume_call()


@voice.post("/wait", endpoint="wait")
def keep_waiting() -> Response:
    webhook = current_webhook()
    rounds = webhook.get_count("outside", 0)
    said = waiting.wait_on_hold(
        webhook.live_ports,
        webhook.called_line.key,
        webhook.contact_id,
        _wait_request(),
        outside=rounds,
    )
    return speak_instructions(said)


@voice.post("/wait/key", endpoint="wait_key")
def press_wait_key() -> Response:
    webhook = current_webhook()
    token, rounds = webhook.signed_token, webhook.get_count("outside", 0)
    if not _is_known():
        return keep_waiting()
    pressed = (webhook.called_line.key, webhook.leg_id, webhook.pressed_keys, token)
    return speak_instructions(
        waiting.key_pressed(webhook.live_ports, *pressed, outside=rounds)
    )


@voice.post("/message", endpoint="message")
def take_message() -> Response:
    webhook = current_webhook()
    ports, line, told = webhook.live_ports, webhook.called_line.key, _wait_request()
    recording, length = _recorded_message()
    if webhook.event.hung_up:
        # The carrier asks for a caller who has hung up too, perhaps before it says so.
        message = SpokenMessage(recording=recording, length=length or timedelta())
        waiting.message_left_at_end(ports, line, webhook.leg_id, message, told)
        return speak_instructions(NOTHING)
    key = webhook.contact_id
    return speak_instructions(
        waiting.message_left(ports, line, key, recording, length, told)
    )


@voice.post("/left", endpoint="left")
def leave_queue() -> Response:
    webhook = current_webhook()
    ended = webhook.event.queue_end
    if ended is QueueEnd.LEFT:
        calls.end_leg(webhook.live_ports, webhook.called_line.key, webhook.leg_id)
    if ended is not QueueEnd.FAILED:
        return speak_instructions(NOTHING)
    return speak_instructions(
        waiting.no_room(
            webhook.live_ports,
            webhook.called_line.key,
            webhook.contact_id,
            _wait_request(),
        )
    )


@voice.post("/room", endpoint="room")
def enter_room() -> Response:
    webhook = current_webhook()
    return speak_instructions(
        calls.enter_room(
            webhook.live_ports,
            webhook.called_line.key,
            webhook.contact_id,
            webhook.claim_id,
        )
    )


@voice.post("/hold", endpoint="hold")
def hold_caller() -> Response:
    webhook = current_webhook()
    return speak_instructions(
        talk.play_hold(webhook.live_ports, webhook.called_line.key, webhook.claim_id)
    )


@voice.post("/after", endpoint="after")
def leave_room() -> Response:
    webhook = current_webhook()
    ports, line, end = (
        webhook.live_ports,
        webhook.called_line.key,
        webhook.event.leg_end,
    )
    if end is not None:
        # The carrier asks for a caller who has hung up too, and before it says so.
        calls.end_leg(ports, line, webhook.leg_id, end.value)
        return speak_instructions(NOTHING)
    again, of = "round" in webhook.values, webhook.claim_id or None
    return speak_instructions(
        calls.after_room(ports, line, webhook.leg_id, of, again=again)
    )


# --- operators ------------------------------------------------------------


@voice.post("/offer", endpoint="offer")
def whisper_offer() -> Response:
    webhook = current_webhook()
    return speak_instructions(
        _answer_operator(PickedUp(claim=webhook.claim_id, leg=webhook.leg_id))
    )


@voice.post("/offer/answer")
def offer_answer() -> Response:
    webhook = current_webhook()
    return speak_instructions(
        _answer_operator(
            KeyPressed(
                claim=webhook.claim_id, leg=webhook.leg_id, keys=webhook.pressed_keys
            )
        )
    )


@voice.post("/offer/connect")
def offer_connect() -> Response:
    webhook = current_webhook()
    attempt = webhook.get_count("attempt", MOVES)
    return speak_instructions(
        _answer_operator(
            ConnectAsked(claim=webhook.claim_id, leg=webhook.leg_id, attempt=attempt)
        )
    )


@voice.post("/offer/over")
def offer_over() -> Response:
    webhook = current_webhook()
    is_up = webhook.event.leg_end is None
    event = OperatorCameOut(claim=webhook.claim_id, leg=webhook.leg_id, is_up=is_up)
    return speak_instructions(
        come_out(webhook.live_ports, webhook.called_line.key, event)
    )


@voice.post("/try", endpoint="try_")
def answer_self_test() -> Response:
    webhook = current_webhook()
    return speak_instructions(
        self_test.picked_up(
            webhook.live_ports, webhook.called_line.key, webhook.signed_token
        )
    )


@voice.post("/try/status")
def try_status() -> Response:
    webhook = current_webhook()
    if webhook.event.leg_end is not None:
        token = webhook.signed_token
        self_test.end_test(
            webhook.live_ports, webhook.called_line.key, token, webhook.leg_id
        )
    return no_content()


# --- people who are called back -------------------------------------------


@voice.post("/back", endpoint="back")
def answer_callback() -> Response:
    webhook = current_webhook()
    return speak_instructions(
        callbacks.picked_up(
            webhook.live_ports,
            webhook.called_line.key,
            webhook.claim_id,
            webhook.leg_id,
        )
    )


@voice.post("/back/answer")
def back_answer() -> Response:
    webhook = current_webhook()
    return speak_instructions(
        callbacks.answer_question(
            webhook.live_ports,
            webhook.called_line.key,
            webhook.claim_id,
            webhook.leg_id,
            webhook.pressed_keys,
        )
    )


@voice.post("/back/status")
def back_status() -> Response:
    webhook = current_webhook()
    end = webhook.event.leg_end
    if end is not None:
        callbacks.leg_over(
            webhook.live_ports,
            webhook.called_line.key,
            webhook.claim_id,
            webhook.leg_id,
            end.value,
        )
    else:
        run(
            webhook.live_ports,
            webhook.called_line.key,
            PersonLegCreated(claim=webhook.claim_id, leg=webhook.leg_id),
        )
    return no_content()


# --- notices --------------------------------------------------------------


@voice.post("/status", endpoint="status")
def note_status() -> Response:
    webhook = current_webhook()
    end, line = webhook.event.leg_end, webhook.called_line.key
    if "claim" not in webhook.values:
        if end is not None:
            calls.end_leg(webhook.live_ports, line, webhook.leg_id)
            standing.hung_up(webhook.live_ports, line, webhook.leg_id)
            _log_end_of_unknown(line)
    elif webhook.event.picked_up:
        pass  # the leg asks for its words itself, and is told there if it is over
    elif end is None:
        run(
            webhook.live_ports,
            line,
            LegCreated(claim=webhook.claim_id, leg=webhook.leg_id),
        )
    else:
        run(
            webhook.live_ports,
            line,
            LegEnded(claim=webhook.claim_id, leg=webhook.leg_id, how=end.value),
        )
    return no_content()


@voice.post("/room-events")
def room_events() -> Response:
    webhook = current_webhook()
    event = _room_event(webhook.event)
    if event is not None:
        run(webhook.live_ports, webhook.called_line.key, event)
    return no_content()


def _room_event(heard: CarrierEvent) -> TalkEvent | None:
    """The carrier's news of a room as our event; None if it does not matter to us."""
    webhook = current_webhook()
    match heard.room_event:
        case RoomEvent.BEGAN:
            return RoomBegan(claim=webhook.claim_id)
        case RoomEvent.ENDED if heard.ended_by is not None:
            return LeftRoom(claim=webhook.claim_id, leg=heard.ended_by)
        case RoomEvent.ENDED:
            return RoomEnded(claim=webhook.claim_id)
        case RoomEvent.JOINED:
            return Joined(claim=webhook.claim_id, leg=webhook.leg_id)
        case RoomEvent.LEFT if not heard.came_out:
            # A leg that came out asks what is next; we hear of its mover, too.
            return LeftRoom(claim=webhook.claim_id, leg=webhook.leg_id)
        case _:
            return None


# --- inside ---------------------------------------------------------------


class Spoken(Response):
    """An answer that is complete; the server gets it as it is."""

    def __call__(
        self,
        environ: "WSGIEnvironment",  # noqa: ARG002 - every answer's
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        """Answer: nothing of what the library may do to an answer concerns a POST."""
        start_response(self.status, self.headers.to_wsgi_list())
        return self.iter_encoded()


def speak_instructions(instructions: Sequence[Instruction]) -> Response:
    """Answer with the document for instructions."""
    webhook = current_webhook()
    document = webhook.context.ports.voice.write(webhook.called_line, instructions)
    return Spoken(document, content_type=XML)


def no_content() -> Response:
    """Answer a notice, which wants no document."""
    return Response(status=204)


def greet_caller() -> Sequence[Instruction]:
    """The first words to a caller, who may be an operator calling in."""
    webhook = current_webhook()
    caller = webhook.event.caller
    asked = standing.greet_operator(
        webhook.live_ports, webhook.called_line.key, webhook.leg_id, caller
    )
    return asked or start_call()


def start_call() -> Sequence[Instruction]:
    """Begin a call; one that is known goes on where it stands."""
    webhook = current_webhook()
    return calls.start_call(
        webhook.live_ports,
        webhook.called_line.key,
        webhook.contact_id,
        webhook.own_number,
        webhook.person_number,
    )


def _log_end_of_unknown(line: LineKey) -> None:
    """Log the end for a caller who has rung while nothing could be saved."""
    webhook = current_webhook()
    if not _is_known():
        held.log_end(webhook.live_ports, line, webhook.contact_id)


def _restore_place() -> Sequence[Instruction]:
    """Put a caller who chose a way out back into the old place in the queue."""
    webhook = current_webhook()
    waiting.restore_place(
        webhook.live_ports, webhook.called_line.key, webhook.contact_id, _wait_request()
    )
    return calls.present_call(
        webhook.live_ports, webhook.called_line.key, webhook.contact_id
    )


def _answer_operator(event: LegEvent) -> Sequence[Instruction]:
    webhook = current_webhook()
    return answer_operator(webhook.live_ports, webhook.called_line.key, event)


def _wait_request() -> waiting.WaitRequest:
    webhook = current_webhook()
    token = webhook.signed_token
    return waiting.WaitRequest(
        number=webhook.own_number, token=token, caller=webhook.person_number
    )


def _is_known() -> bool:
    webhook = current_webhook()
    return (
        webhook.live_ports.contacts.call(webhook.called_line.key, webhook.contact_id)
        is not None
    )


def _recorded_message() -> tuple[str | None, timedelta | None]:
    """The message and its length: those kept by an apology, else those sent now."""
    webhook = current_webhook()
    heard = webhook.event
    if heard.recording or "recording" not in webhook.values:
        return heard.recording, heard.recorded
    length = webhook.get_count("seconds", 0)
    return webhook.values["recording"], timedelta(seconds=length)
