"""The carrier's protocol: instructions become TwiML, forms become what was heard."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import pytest

from exchange.twiml import parser
from ivr.adapters.content import load_lines
from ivr.adapters.twilio_voice import TwilioWebhookCodec
from ivr.core.dialogue.instructions import (
    AskKeys,
    AskNext,
    AskOperator,
    AskPersonKey,
    DialOut,
    Enqueue,
    EnterRoom,
    Gather,
    HangUp,
    Hold,
    HoldOn,
    Instruction,
    LeaveQueue,
    Pause,
    RecordMessage,
    Say,
    Tone,
)
from ivr.core.line.menu import Line
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace
from ivr.ports import Content
from tests.made_once import LINES
from tests.world import BASE, LINE, TOKEN

SAID = 'voice="Polly.Amy-Neural"'
AGAIN = Say(prompt="flow.repeat", language="en", values={"key": "9"})
AGAIN_XML = f'<Say language="en-GB" {SAID}>To hear this again, press 9.</Say>'
TONE_XML = f'<Play loop="6">{BASE}/audio/tone.wav</Play>'
ROOM = (
    '<Dial action="{base}{after}?claim=k-1" method="POST" timeLimit="14400">'
    '<Conference beep="false" endConferenceOnExit="true" maxParticipants="4"'
    ' startConferenceOnEnter="true"'
    ' statusCallback="{base}/voice/room-events?claim=k-1&amp;line=example"'
    ' statusCallbackEvent="start end join leave" statusCallbackMethod="POST"'
    ' waitUrl="">k-1</Conference></Dial>'
)

TABLE: Mapping[str, tuple[Instruction, str]] = {
    "say": (AGAIN, AGAIN_XML),
    "pause": (Pause(length=timedelta(seconds=2.2)), '<Pause length="3" />'),
    "tone": (
        Tone(length=timedelta(seconds=45)),
        f'<Play loop="9">{BASE}/audio/tone.wav</Play>',
    ),
    "tone of no length": (
        Tone(length=timedelta()),
        f'<Play loop="1">{BASE}/audio/tone.wav</Play>',
    ),
    "hang up": (HangUp(), "<Hangup />"),
    "dial out": (
        DialOut(
            number="+12025550199",
            caller_id="+12025550101",
            path="/voice/held/dialled",
            values={"t": "x"},
        ),
        (
            f'<Dial action="{BASE}/voice/held/dialled?t=x" callerId="+12025550101"'
            ' method="POST">+12025550199</Dial>'
        ),
    ),
    "hold on": (
        HoldOn(token="x.y", rounds=3),  # noqa: S106 - an example
        (
            f'<Enqueue action="{BASE}/voice/held/over?t=x.y" method="POST"'
            f' waitUrl="{BASE}/voice/held?n=3&amp;t=x.y" waitUrlMethod="POST">'
            "example</Enqueue>"
        ),
    ),
    "ask again": (
        AskNext(path="/voice/step", values={"n": 3, "again": 1}),
        f'<Redirect method="POST">{BASE}/voice/step?n=3&amp;again=1</Redirect>',
    ),
    "ask again without values": (
        AskNext(path="/voice/resume"),
        f'<Redirect method="POST">{BASE}/voice/resume</Redirect>',
    ),
    "gather": (
        Gather(prompts=(AGAIN,), step=7, digits=6, within=timedelta(seconds=5.5)),
        (
            f'<Gather action="{BASE}/voice/step?n=7" input="dtmf" method="POST"'
            f' numDigits="6" timeout="6">{AGAIN_XML}</Gather>'
            f'<Redirect method="POST">{BASE}/voice/step?n=7</Redirect>'
        ),
    ),
    "enqueue": (
        Enqueue(token="a.b"),  # noqa: S106 - not a secret
        (
            f'<Enqueue action="{BASE}/voice/left?t=a.b" method="POST"'
            f' waitUrl="{BASE}/voice/wait?t=a.b" waitUrlMethod="POST">example</Enqueue>'
        ),
    ),
    "hold": (
        Hold(prompts=(AGAIN,), length=timedelta(seconds=30), keys=False),
        AGAIN_XML + TONE_XML,
    ),
    "hold with keys": (
        Hold(
            prompts=(AGAIN, AGAIN),
            length=timedelta(seconds=30),
            keys=True,
            token="a.b",  # noqa: S106 - not a secret
        ),
        (
            f'<Gather action="{BASE}/voice/wait/key?t=a.b" input="dtmf" method="POST"'
            f' numDigits="1" timeout="1">{AGAIN_XML}{AGAIN_XML}{TONE_XML}</Gather>'
        ),
    ),
    "leave the queue": (LeaveQueue(), "<Leave />"),
    "record": (
        RecordMessage(limit=timedelta(seconds=179.5)),
        (
            f'<Record action="{BASE}/voice/message" finishOnKey="#" maxLength="180"'
            ' method="POST" playBeep="true" timeout="5" trim="do-not-trim" />'
            f'<Redirect method="POST">{BASE}/voice/message</Redirect>'
        ),
    ),
    "caller's room": (
        EnterRoom(claim="k-1", role="caller", limit=timedelta(hours=4)),
        ROOM.format(base=BASE, after="/voice/after"),
    ),
    "operator's room": (
        EnterRoom(claim="k-1", role="operator", limit=timedelta(hours=4)),
        ROOM.format(base=BASE, after="/voice/offer/over"),
    ),
    "room of a talk that a colleague is asked into": (
        EnterRoom(
            claim="k-1",
            room="k-0",
            goes_on=True,
            role="operator",
            limit=timedelta(hours=4),
        ),
        ROOM.format(base=BASE, after="/voice/offer/over")
        .replace(">k-1<", ">k-0<")
        .replace('endConferenceOnExit="true"', 'endConferenceOnExit="false"'),
    ),
    "standing operator's room": (
        EnterRoom(
            claim="k-1",
            role="standing",
            limit=timedelta(hours=4),
            token="a.b",  # noqa: S106 - not a secret
            tone=True,
        ),
        ROOM.format(base=BASE, after="/voice/standing/back")
        .replace('back?claim=k-1"', 'back?claim=k-1&amp;t=a.b"')
        .replace('beep="false"', 'beep="onEnter"'),
    ),
    "ask for keys": (
        AskKeys(
            prompts=(AGAIN,),
            path="/voice/standing/pin",
            values={"n": 2},
            digits=6,
            within=timedelta(seconds=8),
        ),
        (
            f'<Gather action="{BASE}/voice/standing/pin?n=2" input="dtmf"'
            f' method="POST" numDigits="6" timeout="8">{AGAIN_XML}</Gather>'
        ),
    ),
    "ask the operator": (
        AskOperator(prompts=(AGAIN,), claim="k-1"),
        (
            f'<Gather action="{BASE}/voice/offer/answer?claim=k-1" input="dtmf"'
            f' method="POST" numDigits="1" timeout="8">{AGAIN_XML}</Gather><Hangup />'
        ),
    ),
    "ask whoever was called back": (
        AskPersonKey(prompts=(AGAIN,), claim="k-1"),
        (
            f'<Gather action="{BASE}/voice/back/answer?claim=k-1" input="dtmf"'
            f' method="POST" numDigits="1" timeout="8">{AGAIN_XML}</Gather><Hangup />'
        ),
    ),
}


@pytest.fixture(scope="module")
def line() -> Line:
    return load_lines(LINES).lines()[LINE]


@pytest.fixture(scope="module")
def face() -> TwilioWebhookCodec:
    return TwilioWebhookCodec(TOKEN, BASE, load_lines(LINES))


def written(face: TwilioWebhookCodec, line: Line, *instructions: Instruction) -> str:
    return face.write(line, instructions)


def verbs(document: str) -> list[parser.Verb]:
    """The verbs of a document, with attributes in no order."""
    parsed = parser.parse_twiml(document.encode())
    assert parsed.faults == ()
    return list(parsed.verbs)


# --- instructions -----------------------------------------------------------


@pytest.mark.parametrize("case", TABLE)
def test_instruction_becomes_verb_and_keeps_to_grammar(
    face: TwilioWebhookCodec, line: Line, case: str
) -> None:
    instruction, expected = TABLE[case]
    document = written(face, line, instruction)

    assert document.startswith('<?xml version="1.0" encoding="UTF-8"?><Response>')
    assert verbs(document) == verbs(f"<Response>{expected}</Response>")


def test_every_kind_of_instruction_is_in_table() -> None:
    told = {type(instruction) for instruction, _ in TABLE.values()}
    assert told == set(Instruction.__args__)


def test_nothing_to_do_is_empty_response(face: TwilioWebhookCodec, line: Line) -> None:
    assert verbs(written(face, line)) == []


def test_instructions_stand_in_document_in_order(
    face: TwilioWebhookCodec, line: Line
) -> None:
    document = written(face, line, AGAIN, Pause(length=timedelta(seconds=1)), HangUp())

    assert [verb.name for verb in verbs(document)] == ["Say", "Pause", "Hangup"]


def test_screening_ends_leg_of_mailbox(face: TwilioWebhookCodec, line: Line) -> None:
    document = written(face, line, AskOperator(prompts=(AGAIN,), claim="k-1"))

    assert verbs(document)[-1].name == "Hangup"


def test_key_during_wait_carries_place(face: TwilioWebhookCodec, line: Line) -> None:
    place = "eyJ.~x=&+"
    hold = Hold(prompts=(), length=timedelta(seconds=5), keys=True, token=place)

    (enqueue,) = verbs(written(face, line, Enqueue(token=place)))
    (gather,) = verbs(written(face, line, hold))

    query = enqueue.get("waitUrl").partition("?")[2]
    assert gather.get("action") == f"{BASE}/voice/wait/key?{query}"


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
def test_each_language_spoken_by_own_voice(
    face: TwilioWebhookCodec, line: Line, language: str
) -> None:
    say = Say(prompt="wait.stay", language=language)

    (verb,) = verbs(written(face, line, say))

    assert verb.get("language") == line.languages[language].locale
    assert verb.get("voice") == line.languages[language].voice


@pytest.mark.parametrize("value", ["<Hangup/>", "&amp;", "a\" b='c", "]]>", "Київ"])
def test_placeholder_values_spoken_never_markup(
    face: TwilioWebhookCodec, line: Line, value: str
) -> None:
    say = Say(prompt="location.confirm", language="en", values={"digits": value})

    (verb,) = verbs(written(face, line, say))

    assert verb.text == f"You typed: {value.strip()}."


@pytest.mark.parametrize("claim", ["a&b=c", "ключ", "a/../b", "a b#c?d", '"><Hangup/>'])
def test_identifier_in_address_stays_one_value(
    face: TwilioWebhookCodec, line: Line, claim: str
) -> None:
    room = EnterRoom(claim=claim, role="caller", limit=timedelta(hours=1))

    (dial,) = verbs(written(face, line, room))

    query = dial.get("action").partition("?")[2]
    assert "&" not in query
    assert dial.children[0].text == claim


def test_operator_spoken_to_in_own_language(
    face: TwilioWebhookCodec, line: Line
) -> None:
    (verb,) = verbs(written(face, line, Say(prompt="operator.offer", language="pl")))
    assert verb.text


class AskedContent:
    """The lines' words, and which of them were asked for."""

    def __init__(self) -> None:
        self._lines = load_lines(LINES)
        self.asked: list[str] = []

    def text(self, line: LineKey, language: str, prompt: str, values: Any) -> str:
        self.asked.append(prompt)
        return self._lines.text(line, language, prompt, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lines, name)


@pytest.fixture
def asked() -> AskedContent:
    return AskedContent()


def write_twice(content: AskedContent, *instructions: Instruction) -> list[str]:
    """The documents of two like requests."""
    face = TwilioWebhookCodec(TOKEN, BASE, cast("Content", content))
    line = content.lines()[LINE]
    return [face.write(line, instructions) for _ in range(2)]


def test_words_of_menu_are_written_once(asked: AskedContent) -> None:
    first, second = write_twice(asked, AGAIN)

    assert first == second
    assert AGAIN_XML in first
    assert asked.asked == ["flow.repeat"]


def test_other_key_changes_spoken_text(asked: AskedContent) -> None:
    other = replace(AGAIN, values={"key": "7"})
    documents = write_twice(asked, AGAIN, other)

    assert all("press 9." in each and "press 7." in each for each in documents)


def test_words_of_a_call_are_kept_nowhere(asked: AskedContent) -> None:
    place = Say(prompt="wait.place", language="en", values={"place": 3})
    first, second = write_twice(asked, place)

    assert first == second
    assert asked.asked == ["wait.place"] * 2


@pytest.mark.parametrize(
    "change", [{"step": 5}, {"digits": 2}, {"within": timedelta(1)}, {"token": "t1"}]
)
def test_other_question_is_another_document(
    face: TwilioWebhookCodec, line: Line, change: Mapping[str, Any]
) -> None:
    question = Gather(prompts=(AGAIN,), step=4)
    other = replace(question, **change)

    first, second = written(face, line, question), written(face, line, other)
    assert first != second
    assert written(face, line, question) == first


def test_question_with_words_of_call_is_kept_nowhere(asked: AskedContent) -> None:
    place = Say(prompt="wait.place", language="en", values={"place": 3})
    first, second = write_twice(asked, Gather(prompts=(AGAIN, place), step=4))

    assert first == second
    assert asked.asked.count("wait.place") == 2
