"""Instructions as TwiML.

Every address in a document is absolute and carries opaque identifiers only: a
step number, a claim, a signed place.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import assert_never
from urllib.parse import quote, urlencode

from ivr.adapters.twilio_voice.markup import Document, Verb
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
    NextRequest,
    Pause,
    RecordMessage,
    Say,
    Tone,
)
from ivr.core.line.menu import Line
from ivr.core.model.identifiers import LineKey
from ivr.ports import Content

TONE_SECONDS = 5
"""The length of the waiting tone's file; it is looped."""

KEY_WITHIN = 8
"""Seconds for the key of a person that we have rung, after the words have ended."""

MOST_IN_A_ROOM = 4
"""A caller, an operator, a colleague, and one whose leg has not left yet."""

SILENCE_ENDS_MESSAGE = 5
"""Seconds of silence after which a message counts as finished."""

PATHS = {
    NextRequest.AFTER_TALK: "/voice/after",
    NextRequest.HOLD: "/voice/hold",
    NextRequest.OFFER_CONNECT: "/voice/offer/connect",
    NextRequest.STANDING: "/voice/standing",
    NextRequest.STANDING_CALLED: "/voice/standing/called/answer",
    NextRequest.STANDING_PIN: "/voice/standing/pin",
    NextRequest.WAIT: "/voice/wait",
}
"""Where each is asked for."""

_ANSWERS = {AskOperator: "/voice/offer/answer", AskPersonKey: "/voice/back/answer"}

Values = Mapping[str, str | int]

ALWAYS_SAME = frozenset({"key"})
"""The values that fill the words of a menu: its keys. They are written once, for lines
are read at the start. Other values belong to a call, and are kept nowhere."""

_Words = tuple[LineKey, str, str, str | int | None]
"""A line, a language, a prompt, and the key in it."""

MOST_QUESTIONS = 1000
"""How many questions are kept as they are written: a few for each place of a menu."""

_Question = tuple[int, int, timedelta, tuple[_Words, ...]]
"""A step, the most digits, the seconds for them, and what is spoken."""

AFTER_ROOM = {
    "caller": "/voice/after",
    "operator": "/voice/offer/over",
    "standing": "/voice/standing/back",
}
"""Where each comes to who comes out of a room."""


class Writer:
    """Writes documents for one public address."""

    def __init__(self, public_url: str, content: Content) -> None:
        self._public_url = public_url
        self._content = content
        self._written: dict[_Words, str] = {}
        self._questions: dict[_Question, str] = {}

    def write_document(self, line: Line, instructions: Sequence[Instruction]) -> str:
        """One TwiML document; no instruction is an empty response."""
        response = Document()
        for instruction in instructions:
            self._add_instruction(response, line, instruction)
        return str(response)

    def _add_instruction(self, to: Verb, line: Line, instruction: Instruction) -> None:
        match instruction:
            case Say():
                self._add_say(to, line, instruction)
            case Pause(length=length):
                to.pause(length=_whole_seconds(length))
            case Tone(length=length):
                self._add_tone(to, length)
            case LeaveQueue():
                to.leave()
            case HangUp():
                to.hangup()
            case DialOut():
                self._dial_out(to, instruction)
            case _:
                self._add_asking(to, line, instruction)

    def _add_asking(
        self,
        to: Verb,
        line: Line,
        instruction: Gather
        | Enqueue
        | HoldOn
        | Hold
        | RecordMessage
        | EnterRoom
        | AskOperator
        | AskPersonKey
        | AskKeys
        | AskNext,
    ) -> None:
        match instruction:
            case Gather():
                self._add_gather(to, line, instruction)
            case Enqueue() | HoldOn():
                self._add_enqueue(to, line, instruction)
            case Hold():
                self._add_hold(to, line, instruction)
            case RecordMessage():
                self._add_record(to, instruction)
            case EnterRoom():
                self._add_room(to, line, instruction)
            case AskOperator() | AskPersonKey() | AskKeys():
                self._ask_called(to, line, instruction)
            case AskNext(path=path, values=values):
                to.redirect(self._address_of(path, values), method="POST")
            case _:
                assert_never(instruction)

    def _add_say(self, to: Verb, line: Line, say: Say) -> None:
        if not _is_always_same(say):
            to.insert_written(self._write_say(line, say))
            return
        words = _words_of(line, say)
        if words not in self._written:
            self._written[words] = self._write_say(line, say)
        to.insert_written(self._written[words])

    def _write_say(self, line: Line, say: Say) -> str:
        recording = self._content.audio(line.key, say.language, say.prompt)
        if recording is not None:
            path = quote(f"/audio/{line.key}/{recording}")
            return str(Document().play(self._public_url + path))
        own = line.languages[line.fallback.language]
        language = line.languages.get(say.language, own)
        text = self._content.text(line.key, say.language, say.prompt, say.values)
        said = Document().say(text, language=language.locale, voice=language.voice)
        return str(said)

    def _add_gather(self, to: Verb, line: Line, gather: Gather) -> None:
        """Add a question; one that says nothing about a call is written once."""
        if gather.token or not all(map(_is_always_same, gather.prompts)):
            self._write_gather(to, line, gather)
            return
        words = tuple([_words_of(line, say) for say in gather.prompts])
        question = (gather.step, gather.digits, gather.within, words)
        written = self._questions.get(question)
        if written is None:
            asked = Document()
            self._write_gather(asked, line, gather)
            written = asked.nested
            if len(self._questions) < MOST_QUESTIONS:
                self._questions[question] = written
        to.insert_written(written)

    def _write_gather(self, to: Verb, line: Line, gather: Gather) -> None:
        place = {"t": gather.token} if gather.token else {}
        address = self._address_of("/voice/step", {"n": gather.step, **place})
        asked = to.gather(
            input="dtmf",
            num_digits=gather.digits,
            timeout=_whole_seconds(gather.within),
            action=address,
            method="POST",
        )
        for say in gather.prompts:
            self._add_say(asked, line, say)
        # Without a key the carrier falls through: silence is an answer too.
        to.redirect(address, method="POST")

    def _add_enqueue(self, to: Verb, line: Line, queued: Enqueue | HoldOn) -> None:
        place: Values = {"t": queued.token}
        if isinstance(queued, HoldOn):
            waits, left = "/voice/held", "/voice/held/over"
            heard: Values = {"n": queued.rounds, **place}
        else:
            waits, left, heard = "/voice/wait", "/voice/left", place
        to.enqueue(
            line.key,
            action=self._address_of(left, place),
            method="POST",
            wait_url=self._address_of(waits, heard),
            wait_url_method="POST",
        )

    def _dial_out(self, to: Verb, out: DialOut) -> None:
        to.dial(
            out.number,
            action=self._address_of(out.path, out.values),
            method="POST",
            caller_id=out.caller_id,
        )

    def _add_hold(self, to: Verb, line: Line, hold: Hold) -> None:
        sounding = to
        if hold.keys:
            # The carrier falls through without a key, and asks about the wait again.
            place: Values = {"t": hold.token}
            outside: Values = {"outside": hold.outside} if hold.outside else {}
            sounding = to.gather(
                input="dtmf",
                num_digits=1,
                timeout=1,
                action=self._address_of("/voice/wait/key", {**place, **outside}),
                method="POST",
            )
        for say in hold.prompts:
            self._add_say(sounding, line, say)
        self._add_tone(sounding, hold.length)

    def _add_tone(self, to: Verb, length: timedelta) -> None:
        loop = max(1, round(length.total_seconds() / TONE_SECONDS))
        to.play(f"{self._public_url}/audio/tone.wav", loop=loop)

    def _add_record(self, to: Verb, record: RecordMessage) -> None:
        place = {"t": record.token} if record.token else {}
        address = self._address_of("/voice/message", place)
        to.record(
            action=address,
            method="POST",
            max_length=_whole_seconds(record.limit),
            finish_on_key="#",
            play_beep=True,
            timeout=SILENCE_ENDS_MESSAGE,
            trim="do-not-trim",
        )
        # The action does not hear of an empty recording: the carrier falls through
        # (https://www.twilio.com/docs/voice/twiml/record#action).
        to.redirect(address, method="POST")

    def _add_room(self, to: Verb, line: Line, room: EnterRoom) -> None:
        place = {"claim": room.claim, **({"t": room.token} if room.token else {})}
        dial = to.dial(
            action=self._address_of(AFTER_ROOM[room.role], place),
            method="POST",
            time_limit=_whole_seconds(room.limit),
        )
        # Only the first participant's callback address counts, so both give it. It
        # names the line, for these events name no number.
        events = {"claim": room.claim, "line": line.key}
        dial.conference(
            room.room or room.claim,
            beep="onEnter" if room.tone else "false",
            start_conference_on_enter=True,
            end_conference_on_exit=not room.goes_on,
            wait_url="",
            max_participants=MOST_IN_A_ROOM,
            status_callback=self._address_of("/voice/room-events", events),
            status_callback_event="start end join leave",
            status_callback_method="POST",
            **({"muted": True} if room.muted else {}),
        )

    def _ask_called(
        self, to: Verb, line: Line, ask: AskOperator | AskPersonKey | AskKeys
    ) -> None:
        if isinstance(ask, AskKeys):
            self._ask_keys(to, line, ask)
        else:
            self._ask_once(to, line, ask)

    def _ask_once(self, to: Verb, line: Line, ask: AskOperator | AskPersonKey) -> None:
        path = _ANSWERS[type(ask)]
        asked = to.gather(
            input="dtmf",
            num_digits=1,
            timeout=KEY_WITHIN,
            action=self._address_of(path, {"claim": ask.claim}),
            method="POST",
        )
        for say in ask.prompts:
            self._add_say(asked, line, say)
        # No key: a voice mailbox. The leg must end here, or it gets the caller.
        to.hangup()

    def _ask_keys(self, to: Verb, line: Line, ask: AskKeys) -> None:
        asked = to.gather(
            input="dtmf",
            num_digits=ask.digits,
            timeout=_whole_seconds(ask.within),
            action=self._address_of(ask.path, ask.values),
            method="POST",
        )
        for say in ask.prompts:
            self._add_say(asked, line, say)

    def _address_of(self, path: NextRequest | str, values: Values) -> str:
        where = PATHS[path] if isinstance(path, NextRequest) else path
        query = f"?{urlencode(values)}" if values else ""
        return f"{self._public_url}{where}{query}"


def _is_always_same(say: Say) -> bool:
    return say.values.keys() <= ALWAYS_SAME


def _words_of(line: Line, say: Say) -> _Words:
    return line.key, say.language, say.prompt, say.values.get("key")


def _whole_seconds(length: timedelta) -> int:
    return math.ceil(length.total_seconds())
