"""What of a document is refused, what is warned of, and what is fatal."""

import pytest
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from exchange.kernel.http_types import WebhookAnswer
from exchange.kernel.signals import DocumentFailed
from exchange.twiml import parser, voices

XML = (("Content-Type", "text/xml"),)


def faults_of(inner: str) -> tuple[str, ...]:
    return parser.parse_twiml(f"<Response>{inner}</Response>".encode()).faults


@pytest.mark.parametrize(
    "inner",
    [
        "<say>wrong case</say>",
        "<Sya>misspelt</Sya>",
        '<Say voise="alice">x</Say>',
        '<Gather numDigits="many"/>',
        '<Gather input="keys"/>',
        '<Gather finishOnKey="AB"/>',
        "<Gather><Dial>+12025550101</Dial></Gather>",
        "<Gather><Redirect>/a</Redirect></Gather>",
        "<Dial><Say>x</Say></Dial>",
        '<Dial timeout="3">+12025550101</Dial>',
        '<Dial><Conference beep="loud">r</Conference></Dial>',
        '<Dial><Conference statusCallbackEvent="begin">r</Conference></Dial>',
        '<Redirect method="PUT">/a</Redirect>',
        "<Dial><Conference/></Dial>",
        "<Say/>",
        "<Play/>",
        f"<Enqueue>{'q' * 65}</Enqueue>",
        "<Connect><Room>r</Room></Connect>",
        "<Queue>q</Queue>",
        '<Gather speechModel="phone_call" speechTimeout="auto"/>',
        "<Dial>" + "<Number>+12025550101</Number>" * 11 + "</Dial>",
    ],
)
def test_faulty_markup_named(inner: str) -> None:
    assert faults_of(inner)


@pytest.mark.parametrize(
    "inner",
    [
        '<Say language="uk-UA" voice="Google.uk-UA-Standard-A" loop="2">їжак</Say>',
        (
            '<Say>one <break time="300ms"/> two <say-as interpret-as="date">1</say-as>'
            "</Say>"
        ),
        '<Gather input="dtmf speech" finishOnKey="" actionOnEmptyResult="true"/>',
        '<Play digits="1w2"/>',
        '<Enqueue waitUrl="">q</Enqueue>',
        (
            '<Dial callerId="+12025550101" timeLimit="60" hangupOnStar="true">'
            '<Number url="/s" statusCallbackEvent="initiated ringing">+12025550102'
            "</Number></Dial>"
        ),
        (
            '<Dial><Conference participantLabel="a" maxParticipants="2" waitUrl=""'
            ' statusCallbackEvent="start end join leave" beep="onEnter">r</Conference>'
            "</Dial>"
        ),
        '<Dial><Queue url="/q">q</Queue></Dial>',
        '<Reject reason="busy"/>',
        '<Record maxLength="60" playBeep="false" finishOnKey="#"/>',
    ],
)
def test_sound_markup_passes(inner: str) -> None:
    assert faults_of(inner) == ()


def test_whatever_carriers_library_builds_is_understood() -> None:
    response = VoiceResponse()
    gather = Gather(num_digits=1, action="/a", timeout=3, finish_on_key="#")
    gather.say("x", language="en-GB", voice="Polly.Amy")
    response.append(gather)
    dial = Dial(action="/b", time_limit=10, hangup_on_star=True)
    dial.conference("r", start_conference_on_enter=True, beep="false")
    response.append(dial)

    document = parser.parse_twiml(str(response).encode())

    assert document.faults == ()
    assert [verb.name for verb in document.verbs] == ["Gather", "Dial"]


@pytest.mark.parametrize(
    ("voice", "language", "is_right"),
    [
        ("Google.uk-UA-Standard-A", "uk-UA", True),
        ("Google.uk-UA-Wavenet-B", "uk-UA", False),
        ("Polly.Tatyana", "ru-RU", True),
        ("Polly.Tatyana", "uk-UA", False),
        ("Google.ru-RU-Standard-C", "uk-UA", False),
        ("Polly.Emma-Neural", "en-GB", True),
        ("woman", "uk-UA", False),
        ("", "uk-UA", True),
        ("Google.fr-FR-Standard-A", "fr-FR", True),
        ("", "ukrainian", False),
    ],
)
def test_voices_speak_languages_only(
    voice: str, language: str, *, is_right: bool
) -> None:
    assert (voices.fault_of(voice, language) == "") is is_right


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (WebhookAnswer(status=500, headers=XML, body=b"<Response/>"), parser.RETRIEVAL),
        (WebhookAnswer(status=404), parser.RETRIEVAL),
        (
            WebhookAnswer(status=200, headers=XML, body=b"<" + b" " * 65_536),
            parser.TOO_LARGE,
        ),
        (WebhookAnswer(status=200, body=b"<Response/>"), parser.CONTENT_TYPE),
        (
            WebhookAnswer(
                status=200, headers=(("Content-Type", "application/json"),), body=b"{}"
            ),
            parser.CONTENT_TYPE,
        ),
        (WebhookAnswer(status=200, headers=XML, body=b""), parser.UNPARSABLE),
        (
            WebhookAnswer(status=200, headers=XML, body=b"\n<Response/>"),
            parser.UNPARSABLE,
        ),
        (WebhookAnswer(status=200, headers=XML, body=b"<Response>"), parser.UNPARSABLE),
        (
            WebhookAnswer(status=200, headers=XML, body=b"<Say>x</Say>"),
            parser.UNPARSABLE,
        ),
        (
            WebhookAnswer(
                status=200, headers=XML, body=b"<!DOCTYPE x><Response></Response>"
            ),
            parser.UNPARSABLE,
        ),
    ],
)
def test_fatal_answers_carry_carriers_number(answer: WebhookAnswer, code: int) -> None:
    with pytest.raises(DocumentFailed) as caught:
        parser.read_answer(answer, "https://h.example/a", "POST")

    assert caught.value.code == code


def test_plain_text_read_aloud_and_audio_played() -> None:
    plain = WebhookAnswer(
        status=200, headers=(("Content-Type", "text/plain"),), body=b"Hi"
    )
    audio = WebhookAnswer(
        status=200, headers=(("Content-Type", "audio/wav"),), body=b"R"
    )

    said = parser.read_answer(plain, "https://h.example/a", "GET")
    played = parser.read_answer(audio, "https://h.example/a", "GET")

    assert [(v.name, v.text) for v in said.verbs] == [("Say", "Hi"), ("Hangup", "")]
    assert played.verbs[0].text == "https://h.example/a"


def test_addresses_are_relative_to_document() -> None:
    document = parser.parse_twiml(b"<Response/>", "https://h.example/voice/menu?x=1")

    assert document.resolve("next") == "https://h.example/voice/next"
    assert document.resolve("/next") == "https://h.example/next"
    assert document.resolve("") == "https://h.example/voice/menu?x=1"
