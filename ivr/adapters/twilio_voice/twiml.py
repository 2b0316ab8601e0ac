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
from ivr.core.instructions import (
    AskAgain,
    AskOperator,
    DialOut,
    Enqueue,
    EnterRoom,
    Gather,
    HangUp,
    Instruction,
    Pause,
    Say,
    Tone,
)
from ivr.core.menu import Line
from ivr.ports import Content

TONE_SECONDS = 5
"""The length of the waiting tone's file; it is looped."""

OPERATOR_ANSWERS_WITHIN = 8
"""Seconds for the operator's key after the whisper has ended."""

Values = Mapping[str, str | int]


class Writer:
    """Writes documents for one public address."""

    def __init__(self, public_url: str, content: Content) -> None:
        self._public_url = public_url
        self._content = content

    def document(self, line: Line, instructions: Sequence[Instruction]) -> str:
        """One TwiML document; no instruction is an empty response."""
        response = Document()
        for instruction in instructions:
            self._add(response, line, instruction)
        return str(response)

    def _add(self, to: Verb, line: Line, instruction: Instruction) -> None:
        match instruction:
            case Say():
                self._say(to, line, instruction)
            case Pause(length=length):
                to.pause(length=_seconds(length))
            case Tone(length=length):
                loop = max(1, round(length.total_seconds() / TONE_SECONDS))
                to.play(f"{self._public_url}/audio/tone.wav", loop=loop)
            case HangUp():
                to.hangup()
            case DialOut(number=number):
                to.dial(number)
            case _:
                self._add_asking(to, line, instruction)

    def _add_asking(
        self,
        to: Verb,
        line: Line,
        instruction: Gather | Enqueue | EnterRoom | AskOperator | AskAgain,
    ) -> None:
        match instruction:
            case Gather():
                self._gather(to, line, instruction)
            case Enqueue(token=token):
                self._enqueue(to, line, token)
            case EnterRoom():
                self._room(to, line, instruction)
            case AskOperator():
                self._ask_operator(to, line, instruction)
            case AskAgain(path=path, values=values):
                to.redirect(self._address(path, values), method="POST")
            case _:
                assert_never(instruction)

    def _say(self, to: Verb, line: Line, say: Say) -> None:
        recording = self._content.audio(line.key, say.language, say.prompt)
        if recording is not None:
            path = quote(f"/audio/{line.key}/{recording}")
            to.play(self._public_url + path)
            return
        own = line.languages[line.undecided_language]
        language = line.languages.get(say.language, own)
        text = self._content.text(line.key, say.language, say.prompt, say.values)
        to.say(text, language=language.locale, voice=language.voice)

    def _gather(self, to: Verb, line: Line, gather: Gather) -> None:
        address = self._address("/voice/step", {"n": gather.step})
        asked = to.gather(
            input="dtmf",
            num_digits=gather.digits,
            timeout=_seconds(gather.within),
            action=address,
            method="POST",
        )
        for say in gather.prompts:
            self._say(asked, line, say)
        # Without a key the carrier falls through: silence is an answer too.
        to.redirect(address, method="POST")

    def _enqueue(self, to: Verb, line: Line, token: str) -> None:
        to.enqueue(
            line.key,
            action=self._address("/voice/left", {"t": token}),
            method="POST",
            wait_url=self._address("/voice/wait", {"t": token}),
            wait_url_method="POST",
        )

    def _room(self, to: Verb, line: Line, room: EnterRoom) -> None:
        after = "/voice/after" if room.role == "caller" else "/voice/offer/over"
        dial = to.dial(
            action=self._address(after, {"claim": room.claim}),
            method="POST",
            time_limit=_seconds(room.limit),
        )
        # Only the first participant's callback address counts, so both give it. It
        # names the line, for these events name no number.
        events = {"claim": room.claim, "line": line.key}
        dial.conference(
            room.claim,
            beep="false",
            start_conference_on_enter=True,
            end_conference_on_exit=True,
            wait_url="",
            max_participants=2,
            status_callback=self._address("/voice/room-events", events),
            status_callback_event="start end join leave",
            status_callback_method="POST",
        )

    def _ask_operator(self, to: Verb, line: Line, ask: AskOperator) -> None:
        asked = to.gather(
            input="dtmf",
            num_digits=1,
            timeout=OPERATOR_ANSWERS_WITHIN,
            action=self._address("/voice/offer/answer", {"claim": ask.claim}),
            method="POST",
        )
        for say in ask.prompts:
            self._say(asked, line, say)
        # No key: a voice mailbox. The leg must end here, or it gets the caller.
        to.hangup()

    def _address(self, path: str, values: Values) -> str:
        return (
            f"{self._public_url}{path}?{urlencode(values)}"
            if values
            else (self._public_url + path)
        )


def _seconds(length: timedelta) -> int:
    return math.ceil(length.total_seconds())
