"""Read the carrier's forms; answer with TwiML; know a forged request."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from ivr.adapters.twilio_voice.signature import is_genuine
from ivr.adapters.twilio_voice.twiml import Writer
from ivr.core.dialogue.carrier_event import CarrierEvent, LegEnd, QueueEnd, RoomEvent
from ivr.core.dialogue.instructions import Instruction
from ivr.core.line.menu import Line
from ivr.core.model.identifiers import LegId
from ivr.core.model.privacy import caller_number
from ivr.ports import Content, Form

# Carrier identifiers go into addresses of the carrier's REST interface, so only
# what can be one is let in. Not every compatible carrier uses "CA" and 32 hex.
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
KEYS = re.compile(r"[0-9*#]{0,32}")
SECONDS = re.compile(r"[0-9]{1,5}")

# https://www.twilio.com/docs/voice/twiml#request-parameters: Direction
OUTBOUND = "outbound"

# https://www.twilio.com/docs/voice/twiml/record: Digits
HUNG_UP = "hangup"

# https://www.twilio.com/docs/voice/twiml/enqueue: QueueResult
QUEUE_ENDS = {
    "bridged": QueueEnd.MOVED,
    "bridging-in-process": QueueEnd.MOVED,
    "redirected": QueueEnd.MOVED,
    "redirected-from-bridged": QueueEnd.MOVED,
    "hangup": QueueEnd.LEFT,
    "leave": QueueEnd.FAILED,
    "error": QueueEnd.FAILED,
    "queue-full": QueueEnd.FAILED,
    "system-error": QueueEnd.FAILED,
}

# https://www.twilio.com/docs/voice/twiml/conference: StatusCallbackEvent
ROOM_EVENTS = {
    "conference-start": RoomEvent.BEGAN,
    "conference-end": RoomEvent.ENDED,
    "participant-join": RoomEvent.JOINED,
    "participant-leave": RoomEvent.LEFT,
}

# https://www.twilio.com/docs/voice/twiml/conference: ReasonParticipantLeft
CAME_OUT = frozenset(
    {
        "conference_ended_via_api",
        "moderator_ended_conference",
        "participant_updated_via_api",
    }
)

# https://www.twilio.com/docs/voice/twiml/dial: DialCallStatus
PUT_THROUGH = frozenset({"completed", "answered"})

LEG_ENDS = {end.value: end for end in LegEnd}


class TwilioWebhookCodec:
    """``ports.VoiceFace`` for Twilio."""

    # https://www.twilio.com/docs/usage/security: Validating signatures from Twilio
    signature_header = "X-Twilio-Signature"

    def __init__(self, auth_token: str, public_url: str, content: Content) -> None:
        self._token = auth_token.encode()
        self._writer = Writer(public_url, content)

    def is_genuine(self, address: str, form: Form, signature: str) -> bool:
        """Whether the signature is the carrier's, over the address and all fields."""
        return is_genuine(self._token, address, form, signature)

    def read(self, form: Mapping[str, str]) -> CarrierEvent:
        """The request in our words; whatever is missing or absurd is left out."""
        keys = form.get("Digits", "")
        ours, origin = form.get("To", ""), form.get("From", "")
        if form.get("Direction", "").startswith(OUTBOUND):
            ours, origin = origin, ours
        return CarrierEvent(
            leg=_leg_id(form.get("CallSid", "")),
            dialled=ours,
            origin=origin,
            caller=caller_number(origin),
            keys=keys if KEYS.fullmatch(keys) else "",
            leg_end=LEG_ENDS.get(form.get("CallStatus", "")),
            picked_up=form.get("CallStatus", "") == "in-progress",
            queue_end=QUEUE_ENDS.get(form.get("QueueResult", "")),
            room_event=ROOM_EVENTS.get(
                form.get("StatusCallbackEvent", ""), RoomEvent.OTHER
            ),
            recording=_recording_key(form),
            recorded=_recorded_length(form),
            hung_up=keys == HUNG_UP,
            ended_by=_leg_id(form.get("CallSidEndingConference", "")),
            came_out=form.get("ReasonParticipantLeft", "") in CAME_OUT,
            put_through=form.get("DialCallStatus", "") in PUT_THROUGH,
        )

    def write(self, line: Line, instructions: Sequence[Instruction]) -> str:
        """The TwiML for instructions."""
        return self._writer.write_document(line, instructions)


def _leg_id(key: str) -> LegId | None:
    return LegId(key) if IDENTIFIER.fullmatch(key) else None


def _recording_key(form: Mapping[str, str]) -> str | None:
    # Not every carrier names the recording; all of them say where it is.
    last = form.get("RecordingUrl", "").rpartition("/")[2].removesuffix(".wav")
    named = (form.get("RecordingSid", ""), last)
    return next((key for key in named if IDENTIFIER.fullmatch(key)), None)


def _recorded_length(form: Mapping[str, str]) -> timedelta | None:
    told = form.get("RecordingDuration", "")
    return timedelta(seconds=int(told)) if SECONDS.fullmatch(told) else None
