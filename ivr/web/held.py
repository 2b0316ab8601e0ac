"""What callers hear who are on hold while something inside fails.

It needs nothing but the lines' own words and the token that travels with the
caller. Each round asks whether all is well again: then the caller goes on. From
time to time the on-call number is dialled, where the line has one.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, request

from ivr.actions import calls, held, standing
from ivr.actions.calls import Newcomer
from ivr.actions.held import Held
from ivr.core.dialogue.carrier_event import QueueEnd
from ivr.core.dialogue.exit_menu import HELD
from ivr.core.dialogue.instructions import (
    AskAgain,
    AskKeys,
    DialOut,
    HangUp,
    HoldOn,
    Instruction,
    LeaveQueue,
    NextRequest,
    Say,
    Tone,
)
from ivr.core.line.menu import Line
from ivr.core.model.call import LineKey, Outcome, Page
from ivr.core.model.errors import Unavailable
from ivr.ports import Ports
from ivr.web.guards import only_the_carrier
from ivr.web.house import house
from ivr.web.voice import (
    g_heard,
    greeted,
    leg,
    line_of_request,
    own_number,
    person,
    speak,
)

on_hold = Blueprint("held", __name__, url_prefix="/voice/held")
on_hold.before_request(only_the_carrier)

ROUND = timedelta(seconds=15)
"""Between two looks whether all is well again."""

FIRST_DIALLED, DIALLED_EVERY = 2, 8
"""The round in which the on-call number is dialled, and after how many again."""

Said = list[Instruction]


@on_hold.post("")
def hold() -> Response:
    place, rounds = _place(), request.args.get("n", 0, int)
    return speak(_led_out(place) or _round(line_of_request(), place, rounds))


@on_hold.post("/key")
def key() -> Response:
    place, line = _place(), line_of_request()
    keys = g_heard().keys
    chosen = [code for code, each in line.languages.items() if each.key == keys]
    if place is None or not chosen:
        return speak([_next_round(request.args.get("t", ""), 1)])
    place = Held(line=place.line, since=place.since, language=chosen[0])
    stay = Say(prompt="wait.stay", language=chosen[0])
    tone = Tone(length=ROUND)
    return speak([stay, tone, _next_round(held.sealed(house().ports, place), 1)])


@on_hold.post("/over")
def over() -> Response:
    """The caller has come out of the queue, and is on the line or gone."""
    ended = g_heard().queue_end
    if ended is QueueEnd.LEFT:
        calls.leave(house().ports, line_of_request().key, leg())
    if ended in {QueueEnd.LEFT, QueueEnd.MOVED}:
        return speak(())
    return speak(_gone_on(_place()) or _outside(line_of_request()))


@on_hold.post("/dialled")
def dialled() -> Response:
    """Whoever is on call has talked to the caller, or was not reached."""
    if not g_heard().put_through:
        return speak(_still_on_hold())
    answered = Outcome.ANSWERED
    held.log_end(house().ports, line_of_request().key, leg(), answered)
    return speak([HangUp()])


def is_on_calls_turn(line: Line, rounds: int) -> bool:
    """Whether the on-call number is to be dialled after so many rounds."""
    return bool(line.on_call) and rounds % DIALLED_EVERY == FIRST_DIALLED


# --- all is well again -----------------------------------------------------


def _led_out(place: Held | None) -> Said:
    """What leads a caller out of here; nothing while something still fails."""
    ports = house().ports
    try:
        if place is None or place.then or _is_operators(ports, place.line):
            ports.changes.try_write()
            return [LeaveQueue()]
        call = held.take_in(ports, place, _newcomer())
    except Unavailable as error:
        ports.notes.warning("caller on hold", error=str(error))
        return []
    if call.stage in HELD and call.page is Page.NONE:
        return [
            AskAgain(path=NextRequest.WAIT, values={"t": calls.wait_token(ports, call)})
        ]
    return [LeaveQueue()]


def _gone_on(place: Held | None) -> Sequence[Instruction]:
    """How a caller goes on who is not in the queue; nothing while something fails."""
    ports = house().ports
    try:
        ports.changes.try_write()
        if place is not None and place.then:
            return [AskAgain(path=place.then)]
        if place is None or _is_operators(ports, place.line):
            return greeted()
        call = held.take_in(ports, place, _newcomer())
        return calls.present(ports, place.line, call.id)
    except Unavailable as error:
        ports.notes.warning("caller on hold", error=str(error))
        return ()


def _is_operators(ports: Ports, line: LineKey) -> bool:
    """Whether an operator may be calling in: then it is asked for the PIN first."""
    return bool(standing.greet(ports, line, leg(), g_heard().caller))


def _newcomer() -> Newcomer:
    return Newcomer(leg=leg(), number=own_number(), caller=person())


# --- something still fails -------------------------------------------------


def _round(line: Line, place: Held | None, rounds: int) -> Said:
    token = request.args.get("t", "")
    if place is not None and held.is_overlong(house().ports, place):
        return [*_say(line, place, "flow.sorry-end"), HangUp()]
    if is_on_calls_turn(line, rounds):
        return [LeaveQueue()]
    asked = [] if rounds else _language_asked(line, place, token)
    return [*asked, Tone(length=ROUND), _next_round(token, rounds + 1)]


def _language_asked(line: Line, place: Held | None, token: str) -> Said:
    """Whoever has only just rung can choose the language meanwhile."""
    menu = held.asks_language(house().ports, line.key)
    if menu is None or place is None or place.then or place.language:
        return []
    says = tuple(
        Say(prompt=menu.prompt, language=code, values={"key": language.key})
        for code, language in line.languages.items()
    )
    return [AskKeys(prompts=says, path="/voice/held/key", values={"t": token})]


def _outside(line: Line) -> Said:
    """The on-call number is dialled, else on hold again, which may be what fails."""
    if not line.on_call:
        return _still_on_hold()
    return [
        DialOut(
            number=line.on_call,
            caller_id=line.numbers[0],
            path="/voice/held/dialled",
            values={"t": request.args.get("t", "")},
        )
    ]


def _still_on_hold() -> Said:
    token = request.args.get("t", "")
    return [Tone(length=ROUND), HoldOn(token=token, rounds=FIRST_DIALLED + 1)]


def _next_round(token: str, rounds: int) -> AskAgain:
    return AskAgain(path="/voice/held", values={"t": token, "n": rounds})


def _say(line: Line, place: Held, prompt: str) -> Said:
    spoken = [place.language] if place.language in line.languages else line.languages
    return [Say(prompt=prompt, language=code) for code in spoken]


def _place() -> Held | None:
    return held.opened(house().ports, request.args.get("t", ""))
