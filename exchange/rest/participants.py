"""Participants of conferences over REST."""

from xml.etree.ElementTree import Element, SubElement, tostring

from exchange.documents import callbacks
from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.kernel.signals import Goto
from exchange.kernel.tasks import Script
from exchange.rest import calls
from exchange.rest.answers import flag_parameter, not_found, page_of, resource_path
from exchange.rest.conferences import open_room
from exchange.state import forms
from exchange.state.conferences import Conference, Participant, RoomStatus
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import BEFORE_ANSWER, Leg
from exchange.verbs import announcing, conference_verb, conversation

_ATTRIBUTES = {
    "Label": "participantLabel",
    "Muted": "muted",
    "Beep": "beep",
    "StartConferenceOnEnter": "startConferenceOnEnter",
    "EndConferenceOnExit": "endConferenceOnExit",
    "WaitUrl": "waitUrl",
    "WaitMethod": "waitMethod",
    "MaxParticipants": "maxParticipants",
    "ConferenceStatusCallback": "statusCallback",
    "ConferenceStatusCallbackMethod": "statusCallbackMethod",
    "ConferenceStatusCallbackEvent": "statusCallbackEvent",
    "CallSidToCoach": "coach",
}


def create(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Call somebody into a conference, which is made if need be."""
    room = state.conferences.get(sid)
    name = room.name if room else sid
    inline = _document_parameter(name, request)

    def join(leg: Leg) -> Script[None]:
        return conversation.follow_to_end(state, leg, Goto(twiml=inline))

    leg = calls.add_leg(state, calls.NewLeg(request=request, then=join))
    label = request.get("Label")
    came = Participant(leg=leg, joined=state.now, updated=state.now, label=label)
    shown_in = room or Conference(
        sid=state.issue_sid("CF"), name=name, created=state.now
    )
    return RestAnswer(status=201, body=show_participant(state, shown_in, came))


def index(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """List who is in a conference."""
    room = open_room(state, request, sid)
    wanted = {
        "muted": flag_parameter(request, "Muted"),
        "hold": flag_parameter(request, "Hold"),
        "coaching": flag_parameter(request, "Coaching"),
    }
    items = [show_participant(state, room, each) for each in room.participants]
    found = [
        item
        for item in items
        if all(item[name] == value for name, value in wanted.items() if value)
    ]
    return page_of(request, "participants", found)


def fetch(
    state: ExchangeState, request: RestRequest, sid: str, call: str
) -> RestAnswer:
    """Show a participant."""
    room, found = _find_participant(state, request, sid, call)
    return RestAnswer(status=200, body=show_participant(state, room, found))


def update(
    state: ExchangeState, request: RestRequest, sid: str, call: str
) -> RestAnswer:
    """Mute, hold, or change what happens when somebody leaves."""
    room, found = _find_participant(state, request, sid, call)
    _set_muted(state, room, found, request)
    _set_end_on_exit(state, room, found, request)
    _set_hold(state, room, found, request)
    if request.get("AnnounceUrl"):
        announcing.announce_to(state, request, room, (found,))
    found.updated = state.now
    return RestAnswer(status=200, body=show_participant(state, room, found))


def delete(
    state: ExchangeState, request: RestRequest, sid: str, call: str
) -> RestAnswer:
    """Remove somebody from a conference."""
    room, found = _find_participant(state, request, sid, call)
    conference_verb.kick_participant(state, room, found)
    return RestAnswer(status=204)


def show_participant(
    state: ExchangeState, room: Conference, found: Participant
) -> dict[str, object]:
    """Return a participant as REST shows it."""
    tail = f"Conferences/{room.sid}/Participants/{found.leg.sid}.json"
    return {
        "account_sid": state.config.account,
        "call_sid": found.leg.sid,
        "label": found.label or None,
        "call_sid_to_coach": found.coached or None,
        "coaching": found.coaching,
        "conference_sid": room.sid,
        "date_created": forms.rest_date(found.joined),
        "date_updated": forms.rest_date(found.updated),
        "end_conference_on_exit": found.end_on_exit,
        "muted": found.muted,
        "hold": found.hold,
        "start_conference_on_enter": found.start_on_enter,
        "status": _status_word(found),
        "queue_time": str(round(found.leg.queue_time * 1000)),
        "uri": resource_path(state, tail),
    }


def _status_word(found: Participant) -> str:
    if found.left is not None or found.leg.ended:
        return "complete"
    return "queued" if found.leg.status in BEFORE_ANSWER else "connected"


def _find_participant(
    state: ExchangeState, request: RestRequest, sid: str, call: str
) -> tuple[Conference, Participant]:
    room = open_room(state, request, sid)
    found = room.find(call)
    if found is None or room.status is RoomStatus.COMPLETED:
        raise not_found(request.path)
    return room, found


def _document_parameter(name: str, request: RestRequest) -> str:
    response = Element("Response")
    room = SubElement(SubElement(response, "Dial"), "Conference")
    room.text = name
    for parameter, attribute in _ATTRIBUTES.items():
        given = " ".join(request.all(parameter))
        if given:
            room.set(attribute, given)
    return tostring(response, encoding="unicode")


def _set_muted(
    state: ExchangeState, room: Conference, found: Participant, request: RestRequest
) -> None:
    wanted = flag_parameter(request, "Muted")
    if wanted is not None and wanted != found.muted:
        found.muted = wanted
        event = "participant-mute" if wanted else "participant-unmute"
        callbacks.send_room_event(state, room, event, callbacks.of_participant(found))


def _set_end_on_exit(
    state: ExchangeState, room: Conference, found: Participant, request: RestRequest
) -> None:
    wanted = flag_parameter(request, "EndConferenceOnExit")
    # On hold the carrier answers 200 and changes nothing (facts sheet, section 5).
    if wanted is not None and not found.hold and wanted != found.end_on_exit:
        found.end_on_exit = wanted
        form = callbacks.of_participant(found)
        callbacks.send_room_event(state, room, "participant-modify", form)


def _set_hold(
    state: ExchangeState, room: Conference, found: Participant, request: RestRequest
) -> None:
    wanted = flag_parameter(request, "Hold")
    if wanted is None or wanted == found.hold:
        return
    if wanted:
        method = request.get("HoldMethod", "GET")
        announcing.hold_participant(
            state, found, Goto(url=request.get("HoldUrl"), method=method)
        )
    else:
        announcing.unhold_participant(state, found)
    event = "participant-hold" if wanted else "participant-unhold"
    callbacks.send_room_event(state, room, event, callbacks.of_participant(found))
