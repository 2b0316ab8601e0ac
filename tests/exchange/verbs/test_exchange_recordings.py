"""Recorded messages: how they are made, told of, fetched and forgotten."""

import io
import wave

import pytest
from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioRestException

from exchange.kernel.transcript import Kind
from exchange.state.faults import Fault, FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Deed, HangUp, Press, Silent, Speak, Stay, Wait
from exchange.testing.client import ExchangeHttpClient
from tests.exchange.box import ACCOUNT, CALLER, HOTLINE, TOKEN, Box
from tests.exchange.openapi import Spec

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
API = "https://api.twilio.com"
TEN_SECONDS = "x" * 150
RECORD = (
    '<Record action="/message" finishOnKey="#" maxLength="30"'
    ' recordingStatusCallback="/kept"/><Say>Nothing was said</Say>'
)


def left(box: Box, *deeds: Deed, record: str = RECORD) -> Leg:
    """Somebody who is asked for a message; the call to its end."""
    box.page("/message", "<Hangup/>")
    box.page("/start", record)
    call = box.exchange.dial(CALLER, HOTLINE, *deeds)
    box.exchange.run_until(lambda: call.ended)
    box.exchange.run_for(5)
    return call


def only(box: Box) -> str:
    """The identifier of the one recording there is."""
    [sid] = box.exchange.state.recordings
    return sid


def fetched(box: Box, tail: str) -> bytes:
    login = (ACCOUNT, TOKEN)
    return ExchangeHttpClient(box.exchange.switch).fetch(f"{API}{ROOT}/{tail}", login)


# --- the verb -----------------------------------------------------------------


def test_hash_ended_message_has_its_length(
    box: Box,
) -> None:
    left(box, Speak(text=TEN_SECONDS, after=1), Press(digits="#", after=2), Stay())

    [form] = box.service.asked("/message")
    assert (form["RecordingDuration"], form["Digits"]) == ("13", "#")
    assert form["RecordingSid"] == only(box)
    assert form["RecordingUrl"] == f"{API}{ROOT}/Recordings/{only(box)}"


def test_message_ended_by_silence(box: Box) -> None:
    left(box, Speak(text=TEN_SECONDS, after=1), Stay())

    [form] = box.service.asked("/message")
    assert (form["RecordingDuration"], form["Digits"]) == ("16", "")


def test_message_ended_at_greatest_length(box: Box) -> None:
    left(box, Speak(text=TEN_SECONDS * 9), Stay())

    assert box.service.asked("/message")[0]["RecordingDuration"] == "30"


def test_key_cuts_message_short(box: Box) -> None:
    call = box.exchange.dial(CALLER, HOTLINE, Speak(text=TEN_SECONDS, after=1), Stay())
    box.page("/start", RECORD)
    box.exchange.run_for(4)

    box.exchange.press(call, "12#")
    box.exchange.run_for(5)

    assert box.service.asked("/message")[0]["RecordingDuration"] == "4"


def test_hangup_after_speaking_leaves_message(box: Box) -> None:
    left(box, Speak(text=TEN_SECONDS, after=1), HangUp())

    [form] = box.service.asked("/message")
    assert (form["RecordingDuration"], form["Digits"]) == ("11", "hangup")
    assert form["CallStatus"] == "completed"
    assert box.exchange.failures == []


@pytest.mark.parametrize("deed", [Silent(), Press(digits="#", after=2)])
def test_of_empty_recording_action_not_told(box: Box, deed: Deed) -> None:
    call = left(box, deed, Stay())

    assert box.service.paths() == ["/start", "/status"]
    assert "Nothing was said" in [event.text for event in call.transcript]
    assert box.exchange.state.recordings == {}


def test_hangup_without_word_leaves_nothing(box: Box) -> None:
    left(box, Wait(seconds=2), HangUp())

    assert box.service.paths() == ["/start", "/status"]


def test_empty_recordings_can_be_told() -> None:
    box = Box(empty_recording_is_told=True)
    left(box, Silent(), Stay())

    assert box.service.asked("/message")[0]["RecordingDuration"] == "5"


def test_person_hears_where_recording_begins_and_ends(box: Box) -> None:
    call = left(box, Speak(text="hello"), Press(digits="#"), Stay())

    told = [event.kind for event in call.transcript]
    assert told[told.index(Kind.BEEP) :] == [
        *(Kind.BEEP, Kind.RECORD, Kind.SPOKE, Kind.PRESSED, Kind.RECORD_END),
        Kind.ENDED,
    ]


def test_several_words_fill_one_message(box: Box) -> None:
    deeds = (Speak(text=TEN_SECONDS, after=1), Speak(text="x" * 15, after=1))

    left(box, *deeds, Press(digits="#", after=1), Stay())

    [form] = box.service.asked("/message")
    assert form["RecordingDuration"] == "14"


# --- when it can be had -------------------------------------------------------


def test_recording_can_be_had_once_callback_sent(box: Box) -> None:
    box.page("/start", RECORD)
    box.page("/message", '<Pause length="60"/>')
    box.exchange.dial(CALLER, HOTLINE, Speak(text="hi"), Press(digits="#"), Stay())
    box.exchange.run_until(lambda: box.service.asked("/message"))

    early = box.rest("GET", f"Recordings/{only(box)}")
    with pytest.raises(TwilioRestException):
        fetched(box, f"Recordings/{only(box)}.wav")
    assert box.service.asked("/kept") == []
    box.exchange.run_for(1)
    late = box.rest("GET", f"Recordings/{only(box)}")

    assert early.body is not None
    assert late.body is not None
    assert (early.body["status"], early.body["duration"]) == ("processing", None)
    assert (late.body["status"], late.body["duration"]) == ("completed", "1")
    assert fetched(box, f"Recordings/{only(box)}.wav")
    [form] = box.service.asked("/kept")
    assert (form["RecordingStatus"], form["RecordingSid"]) == ("completed", only(box))
    assert "From" not in form


def test_recording_may_be_ready_before_action_asked() -> None:
    box = Box(recording_delay=0.0)
    left(box, Speak(text="hi"), Press(digits="#"), Stay())

    assert box.service.paths()[:3] == ["/start", "/kept", "/message"]


# --- REST ---------------------------------------------------------------------


@pytest.fixture
def kept(box: Box) -> Box:
    """An exchange with one message of thirteen seconds."""
    left(box, Speak(text=TEN_SECONDS, after=1), Press(digits="#", after=2), Stay())
    return box


@pytest.mark.parametrize("ending", [".wav", ""])
def test_sound_is_wave_file_of_recorded_length(kept: Box, ending: str) -> None:
    sound = fetched(kept, f"Recordings/{only(kept)}{ending}")

    with wave.open(io.BytesIO(sound)) as file:
        assert file.getnframes() / file.getframerate() == 13


def test_recordings_listed_by_call(kept: Box) -> None:
    [mine] = kept.exchange.state.legs

    def listed(tail: str, **params: object) -> list[object]:
        body = kept.call("GET", tail, **params).body
        assert body is not None
        shown = body["recordings"]
        assert isinstance(shown, list)
        return [each["sid"] for each in shown]

    assert listed("Recordings") == [only(kept)]
    assert listed("Recordings", CallSid=mine) == [only(kept)]
    assert listed("Recordings", CallSid="CA" + "0" * 32) == []
    assert listed("Recordings", ConferenceSid="CF" + "0" * 32) == []
    assert listed(f"Calls/{mine}/Recordings") == [only(kept)]
    assert kept.call("GET", f"Calls/CA{'0' * 32}/Recordings").status == 404
    assert kept.exchange.complaints == []


def test_recordings_shown_as_document_describes(kept: Box, spec: Spec) -> None:
    [call] = kept.exchange.state.legs
    one = f"Recordings/{only(kept)}"

    for tail in ("Recordings", f"Calls/{call}/Recordings", one):
        url = f"{ROOT}/{tail}.json"
        spec.check_request("GET", url)
        spec.check_response("GET", url, 200, kept.call("GET", tail).body)
    spec.check_request("DELETE", f"{ROOT}/{one}.json")
    gone = kept.call("DELETE", one)
    spec.check_response("DELETE", f"{ROOT}/{one}.json", gone.status, gone.body)
    refused = kept.call("GET", one)
    spec.check_response("GET", f"{ROOT}/{one}.json", 404, refused.body)


def test_deleted_recording_is_gone_with_sound(kept: Box) -> None:
    sid = only(kept)

    assert kept.call("DELETE", f"Recordings/{sid}").status == 204
    assert kept.call("DELETE", f"Recordings/{sid}").status == 404
    assert kept.call("GET", f"Recordings/{sid}").status == 404
    with pytest.raises(TwilioRestException) as refused:
        fetched(kept, f"Recordings/{sid}.wav")
    assert refused.value.status == 404


def test_sound_is_for_those_who_sign_in(kept: Box) -> None:
    path = f"{ROOT}/Recordings/{only(kept)}.wav"

    for login in (None, (ACCOUNT, "wrong")):
        answer = kept.exchange.rest("GET", path, (), login)

        assert (answer.status, answer.media) == (401, b"")


@pytest.mark.parametrize("tail", ["Calls/CA1.wav", "Recordings/RE1.wav", "Recordings"])
def test_nothing_else_has_sound(kept: Box, tail: str) -> None:
    with pytest.raises(TwilioRestException) as refused:
        fetched(kept, tail)

    assert refused.value.status == 404


def test_sound_fails_on_bad_day(kept: Box) -> None:
    faults = kept.exchange.state.faults
    faults.add(Fault(kind=FaultKind.BROKEN, path="Recordings", times=1))
    faults.add(Fault(kind=FaultKind.HANG, path="Recordings", times=1))
    tail = f"Recordings/{only(kept)}.wav"

    with pytest.raises(TwilioRestException):
        fetched(kept, tail)
    with pytest.raises(ReadTimeout):
        fetched(kept, tail)
    assert fetched(kept, tail)
