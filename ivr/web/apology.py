"""What a caller hears when something inside fails: never silence, never an error.

Callers who wait go on waiting. Whoever is in a menu or newly calls is asked for
patience and the same request is tried again; after some tries the on-call
number is dialled where the line has one, else the caller is asked to ring later.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Response, request

from ivr.core.heard import QueueEnd
from ivr.core.instructions import (
    AskAgain,
    DialOut,
    EnterRoom,
    HangUp,
    Instruction,
    Pause,
    Say,
    Tone,
)
from ivr.core.menu import Line
from ivr.web.house import house
from ivr.web.voice import g_heard, line_of_request, noted, speak

TRIES = 4
BETWEEN = timedelta(seconds=8)
ON_HOLD = timedelta(seconds=15)

NOTICES = frozenset({"voice.status", "voice.room_events", "voice.back_status"})


def apologise() -> Response:
    """The best answer that needs nothing but the lines' own words."""
    return noted() if request.endpoint in NOTICES else speak(_words(line_of_request()))


def _words(line: Line) -> Sequence[Instruction]:
    match request.endpoint:
        case "voice.wait" | "voice.wait_key":
            return _stay(line)
        case "voice.room" | "standing.room":
            return [_enter(line)]
        case "voice.hold" | "standing.stand" | "standing.back":
            return _stay_there()
        case "voice.left" if g_heard().queue_end is not QueueEnd.FAILED:
            return ()
        case "voice.back" | "voice.back_answer":
            return _asked_later()
        case _:
            return _again(line)


def _stay(line: Line) -> Sequence[Instruction]:
    says = [Say(prompt="wait.stay", language=code) for code in _languages(line)]
    return [*says, Tone(length=ON_HOLD)]


def _stay_there() -> Sequence[Instruction]:
    # An operator is needed as soon as the house is well again: not sent away. And
    # somebody will take back whoever is on hold, where little else may be said.
    values: dict[str, str | int] = {**request.args.to_dict()}
    on_hold = request.endpoint == "voice.hold"
    stay = Tone(length=ON_HOLD) if on_hold else Pause(length=BETWEEN)
    return [stay, AskAgain(path=request.path, values=values)]


def _enter(line: Line) -> Instruction:
    # The operator is there already, and the carrier was told to bring the caller.
    claim = request.args.get("claim", "")
    return EnterRoom(claim=claim, role="caller", limit=line.talk_limit)


def _again(line: Line) -> Sequence[Instruction]:
    if _tries() < TRIES:
        return [*_say(line, "flow.sorry"), Pause(length=BETWEEN), _same_again()]
    if line.on_call:
        return [*_say(line, "flow.to-operator"), DialOut(number=line.on_call)]
    return [*_say(line, "flow.sorry-end"), HangUp()]


def _asked_later() -> Sequence[Instruction]:
    # Whoever has picked up hears nothing of a line before they were asked.
    if _tries() < TRIES:
        return [Pause(length=BETWEEN), _same_again()]
    return [HangUp()]


def _tries() -> int:
    return request.args.get("again", 0, int)


def _same_again() -> AskAgain:
    """The same request once more, with what a redirect would lose."""
    values: dict[str, str | int] = {**request.args.to_dict(), "again": _tries() + 1}
    heard = g_heard()
    if keys := heard.keys:
        # Sealed, for no choice stands in an address.
        values["kept"] = house().ports.vault.seal(keys)
    if heard.recording and heard.recorded:
        values["recording"] = heard.recording
        values["seconds"] = round(heard.recorded.total_seconds())
    return AskAgain(path=request.path, values=values)


def _say(line: Line, prompt: str) -> list[Say]:
    return [Say(prompt=prompt, language=code) for code in _languages(line)]


def _languages(line: Line) -> list[str]:
    """The caller's language where the address tells it, else all of them."""
    place = house().ports.vault.verify(request.args.get("t", "")) or {}
    known = place.get("language", "")
    return [known] if known in line.languages else list(line.languages)
