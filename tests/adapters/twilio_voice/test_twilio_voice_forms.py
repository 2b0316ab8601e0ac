"""What the carrier's requests say, and whether they are the carrier's at all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from ivr.adapters.content import load_lines
from ivr.adapters.twilio_voice import TwilioWebhookCodec
from ivr.core.dialogue.carrier_event import CarrierEvent, LegEnd, QueueEnd, RoomEvent
from ivr.core.model.address import PhoneNumber
from ivr.core.model.identifiers import LegId
from tests.made_once import LINES
from tests.world import BASE, TOKEN


@pytest.fixture(scope="module")
def face() -> TwilioWebhookCodec:
    return TwilioWebhookCodec(TOKEN, BASE, load_lines(LINES))


# --- forms ------------------------------------------------------------------

PLAIN = {
    "CallSid": "CA" + "0a" * 16,
    "From": "+447700900123",
    "To": "+12025550101",
    "CallStatus": "in-progress",
}


def test_plain_form_heard(face: TwilioWebhookCodec) -> None:
    assert face.read(PLAIN) == CarrierEvent(
        leg=LegId(PLAIN["CallSid"]),
        dialled="+12025550101",
        origin="+447700900123",
        caller=PhoneNumber("+447700900123"),
        picked_up=True,
    )


@pytest.mark.parametrize("direction", ["inbound", "outbound-api", "outbound-dial"])
def test_person_is_other_one_whoever_has_rung(
    face: TwilioWebhookCodec, direction: str
) -> None:
    turned = {**PLAIN, "From": PLAIN["To"], "To": PLAIN["From"]}
    form = PLAIN if direction == "inbound" else turned

    heard = face.read({**form, "Direction": direction})
    assert heard == face.read(PLAIN)


@pytest.mark.parametrize(
    "sid",
    [
        "",
        "CA",
        "../../Accounts",
        "CA" + "0" * 70,
        "CA0123456/89",
        "CA 0123456789",
        "CA0123456789\n",
        "CA0123456?x=1",
        "Їжґї01234",
        "*",
    ],
)
def test_unfit_identifier_left_out(face: TwilioWebhookCodec, sid: str) -> None:
    assert face.read({**PLAIN, "CallSid": sid}).leg is None


@pytest.mark.parametrize(
    "sid", ["CA" + "f" * 32, "v3-kd93-0212-aa", "3f0c2f4e-0b6e-4c7b-9a53-0d6a5a1b2c3d"]
)
def test_identifier_of_compatible_carrier_let_in(
    face: TwilioWebhookCodec, sid: str
) -> None:
    assert face.read({**PLAIN, "CallSid": sid}).leg == sid


@pytest.mark.parametrize(
    ("digits", "keys"),
    [
        ("1", "1"),
        ("057", "057"),
        ("*#0", "*#0"),
        ("", ""),
        ("9" * 10_000, ""),
        ("hangup", ""),
        ("1 2", ""),
        ("\uff11", ""),
        ("٣", ""),
        ("1\n", ""),
    ],
)
def test_digits_are_keys_of_telephone_or_silence(
    face: TwilioWebhookCodec, digits: str, keys: str
) -> None:
    assert face.read({**PLAIN, "Digits": digits}).keys == keys


@pytest.mark.parametrize(
    "origin",
    [
        "anonymous",
        "",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "client:someone",
        "sip:a@b.example",
        "+0447700900123",
        "447700900123",
        "+44 7700 900123",
    ],
)
def test_withheld_number_is_no_number(face: TwilioWebhookCodec, origin: str) -> None:
    heard = face.read({**PLAIN, "From": origin})
    assert heard.caller is None
    assert heard.leg is not None


@pytest.mark.parametrize(
    "status", ["completed", "busy", "no-answer", "failed", "canceled"]
)
def test_end_of_leg_heard(face: TwilioWebhookCodec, status: str) -> None:
    assert face.read({**PLAIN, "CallStatus": status}).leg_end == LegEnd(status)


@pytest.mark.parametrize(
    "status", ["queued", "initiated", "ringing", "in-progress", "", "Completed", "new"]
)
def test_progress_of_leg_is_no_end(face: TwilioWebhookCodec, status: str) -> None:
    assert face.read({**PLAIN, "CallStatus": status}).leg_end is None


@pytest.mark.parametrize(
    ("result", "end"),
    [
        ("bridged", QueueEnd.MOVED),
        ("bridging-in-process", QueueEnd.MOVED),
        ("redirected", QueueEnd.MOVED),
        ("redirected-from-bridged", QueueEnd.MOVED),
        ("hangup", QueueEnd.LEFT),
        ("leave", QueueEnd.FAILED),
        ("error", QueueEnd.FAILED),
        ("queue-full", QueueEnd.FAILED),
        ("system-error", QueueEnd.FAILED),
        ("never-heard-of", None),
        ("", None),
    ],
)
def test_end_in_queue_heard(
    face: TwilioWebhookCodec, result: str, end: QueueEnd | None
) -> None:
    assert face.read({**PLAIN, "QueueResult": result}).queue_end is end


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        ("conference-start", RoomEvent.BEGAN),
        ("conference-end", RoomEvent.ENDED),
        ("participant-join", RoomEvent.JOINED),
        ("participant-leave", RoomEvent.LEFT),
        ("participant-mute", RoomEvent.OTHER),
        ("", RoomEvent.OTHER),
    ],
)
def test_events_of_room_heard(
    face: TwilioWebhookCodec, event: str, heard: RoomEvent
) -> None:
    assert face.read({"StatusCallbackEvent": event}).room_event is heard


@pytest.mark.parametrize(
    ("reason", "came_out"),
    [
        ("participant_hung_up", False),
        ("moderator_ended_conference", True),
        ("conference_ended_via_api", True),
        ("participant_updated_via_api", True),
        ("never-heard-of", False),
        ("", False),
    ],
)
def test_leaving_room_is_no_hangup(
    face: TwilioWebhookCodec, reason: str, *, came_out: bool
) -> None:
    told = {
        "StatusCallbackEvent": "participant-leave",
        "ReasonParticipantLeft": reason,
    }

    assert face.read(told).came_out is came_out


@pytest.mark.parametrize(
    ("leg", "heard"), [("CA" + "0b" * 16, "CA" + "0b" * 16), ("../x", None), ("", None)]
)
def test_leg_with_which_room_ended_is_heard(
    face: TwilioWebhookCodec, leg: str, heard: str | None
) -> None:
    told = {"StatusCallbackEvent": "conference-end", "CallSidEndingConference": leg}

    assert face.read(told).ended_by == heard


RECORDING = "RE" + "0b" * 16
WHERE = f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{RECORDING}"


@pytest.mark.parametrize(
    "told",
    [
        {"RecordingSid": RECORDING, "RecordingUrl": WHERE},
        {"RecordingSid": RECORDING},
        {"RecordingUrl": WHERE},
        {"RecordingUrl": WHERE + ".wav"},
        {"RecordingSid": "../Calls", "RecordingUrl": WHERE},
    ],
)
def test_recorded_message_heard(
    face: TwilioWebhookCodec, told: Mapping[str, str]
) -> None:
    heard = face.read({**PLAIN, **told, "RecordingDuration": "42", "Digits": "#"})

    assert heard.recording == RECORDING
    assert (heard.recorded, heard.hung_up) == (timedelta(seconds=42), False)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"RecordingSid": "", "RecordingUrl": ""},
        {"RecordingSid": "../../Calls/CA1"},
        {"RecordingSid": "RE 0123456789"},
        {"RecordingUrl": f"{WHERE}/"},
        {"RecordingUrl": f"{WHERE}?x=1"},
        {"RecordingUrl": "https://api.twilio.com/%2e%2e"},
    ],
)
def test_unfit_recording_left_out(
    face: TwilioWebhookCodec, told: Mapping[str, str]
) -> None:
    assert face.read({**PLAIN, **told}).recording is None


@pytest.mark.parametrize(("told", "seconds"), [("0", 0), ("3600", 3600), ("00007", 7)])
def test_length_of_message_heard(
    face: TwilioWebhookCodec, told: str, seconds: int
) -> None:
    heard = face.read({**PLAIN, "RecordingDuration": told})
    assert heard.recorded == timedelta(seconds=seconds)


@pytest.mark.parametrize("told", ["", "-1", "1.5", "long", "9" * 20, "٣", "1\n"])
def test_absurd_length_of_message_is_left_out(
    face: TwilioWebhookCodec, told: str
) -> None:
    assert face.read({**PLAIN, "RecordingDuration": told}).recorded is None


def test_hangup_ends_message_without_key(face: TwilioWebhookCodec) -> None:
    heard = face.read({**PLAIN, "Digits": "hangup"})
    assert (heard.hung_up, heard.keys) == (True, "")


def test_empty_form_heard_as_nothing(face: TwilioWebhookCodec) -> None:
    assert face.read({}) == CarrierEvent(leg=None, dialled="", origin="", caller=None)


# --- signatures -------------------------------------------------------------

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
# The numbers are the published vectors' own.
FIRST: Mapping[str, Sequence[str]] = {
    "CallSid": ["CA1234567890ABCDE"],
    "Digits": ["1234"],
    "From": ["+14158675309"],
    "To": ["+18005551212"],
    "Caller": ["+14158675309"],
}
REPEATED = {
    "Sid": ["CA123"],
    "SidAccount": ["AC123"],
    "Digits": ["5678", "1234", "1234"],
}
HASHED = (
    URL + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
)
HTTP = URL.replace("https", "http")

VECTORS = [
    (URL, FIRST, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    (URL, REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    (URL.replace(".com/", ".com:443/"), FIRST, "kvajT1Ptam85bY51eRf/AJRuM3w="),
    (URL, FIRST, "kvajT1Ptam85bY51eRf/AJRuM3w="),
    (HTTP, FIRST, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    (HTTP.replace(".com/", ".com:1234/"), FIRST, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    (HASHED, {}, "a9nBmqA0ju/hNViExpshrM61xv4="),
]


@pytest.mark.parametrize(("url", "form", "signature"), VECTORS)
def test_published_signature_is_genuine(
    url: str, form: Mapping[str, Sequence[str]], signature: str
) -> None:
    face = TwilioWebhookCodec("12345", BASE, load_lines(LINES))

    assert face.is_genuine(url, form, signature)
    assert not face.is_genuine(url + "&x", form, signature)
    assert not face.is_genuine(url, {**form, "X": ["1"]}, signature)
    assert not face.is_genuine(url, form, signature[:-2] + "x=")
    assert not face.is_genuine(url, form, signature.lower())
    assert not TwilioWebhookCodec("54321", BASE, load_lines(LINES)).is_genuine(
        url, form, signature
    )


@pytest.mark.parametrize("signature", ["", " ", "=", "é", "\0", "A" * 5000])
def test_nonsense_is_not_genuine(face: TwilioWebhookCodec, signature: str) -> None:
    assert not face.is_genuine(URL, FIRST, signature)
