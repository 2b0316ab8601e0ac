"""What a caller hears when something inside fails: never silence, never an error.

Callers who wait go on waiting. Whoever is in a menu or newly calls hears an apology
once, and the same request is made again a moment later; if it fails still, the
caller is on hold until all is well (``ivr.web.held``) and goes on from there.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from flask import Response, request

from ivr.actions import held
from ivr.actions.calls import Newcomer
from ivr.actions.held import Held
from ivr.core.dialogue.carrier_event import QueueEnd
from ivr.core.dialogue.instructions import (
    AskAgain,
    EnterRoom,
    HangUp,
    HoldOn,
    Instruction,
    LeaveQueue,
    NextRequest,
    Pause,
    Say,
    Tone,
)
from ivr.core.line.menu import Line
from ivr.core.model.errors import Invalid
from ivr.web.held import FIRST_DIALLED, is_on_calls_turn
from ivr.web.house import house
from ivr.web.voice import (
    g_heard,
    kept_keys,
    line_of_request,
    noted,
    own_number,
    person,
    speak,
)

TRIES = 4
"""How often whoever has rung nobody is asked for patience."""
BETWEEN = timedelta(seconds=8)
ON_HOLD = timedelta(seconds=15)

NOTICES = frozenset({"voice.status", "voice.room_events", "voice.back_status"})
OURS = ("again", "held", "kept")
"""What an apology adds to an address, for itself."""

Values = dict[str, str | int]


def apologise() -> Response:
    """The best answer that needs nothing but the lines' own words."""
    if request.endpoint in NOTICES:
        _note_end()
        return noted()
    return speak(_words(line_of_request()))


def _words(line: Line) -> Sequence[Instruction]:
    endpoint = request.endpoint or ""
    for endpoints, answer in _ANSWERS:
        if endpoint.startswith(endpoints):
            return answer(line)
    return _again(line)


# --- those who wait, or talk -----------------------------------------------


def _stay(line: Line) -> Sequence[Instruction]:
    """On hold in the queue: told once, then the tone, and the on-call number."""
    is_outside = "outside" in request.args
    if is_on_calls_turn(line, _tries()):
        return _on_hold(line, FIRST_DIALLED) if is_outside else [LeaveQueue()]
    says = [] if _tries() else _say(line, "wait.stay")
    values: Values = {**request.args.to_dict(), "again": _tries() + 1}
    return [*says, Tone(length=ON_HOLD), AskAgain(path=NextRequest.WAIT, values=values)]


def _out_of_queue(line: Line) -> Sequence[Instruction]:
    if g_heard().queue_end is not QueueEnd.FAILED:
        return ()
    return _on_hold(line, rounds=FIRST_DIALLED)


def _stay_there(_: Line) -> Sequence[Instruction]:
    # An operator is needed as soon as the house is well again: not sent away. And
    # somebody will take back whoever is on hold, where little else may be said.
    on_hold = request.endpoint == "voice.hold"
    stay = Tone(length=ON_HOLD) if on_hold else Pause(length=BETWEEN)
    return [stay, AskAgain(path=request.path, values={**request.args.to_dict()})]


def _over_and_over(_: Line) -> Sequence[Instruction]:
    """Not even a caller on hold could be served: the same once more."""
    if g_heard().queue_end in {QueueEnd.LEFT, QueueEnd.MOVED}:
        return ()
    again = AskAgain(path=request.path, values={**request.args.to_dict()})
    return [Tone(length=ON_HOLD), again]


def _enter(line: Line) -> Sequence[Instruction]:
    # The operator is there already, and the carrier was told to bring the caller.
    claim = request.args.get("claim", "")
    return [EnterRoom(claim=claim, role="caller", limit=line.talk_limit)]


# --- those who have rung us ------------------------------------------------


def _again(line: Line) -> Sequence[Instruction]:
    if _tries():
        return _on_hold(line)
    if _is_new():
        if held.is_closed(house().ports, line.key):
            closed = ("flow.closed", "flow.goodbye")
            return [*(say for each in closed for say in _say(line, each)), HangUp()]
        _note_start(line)
    return [*_say(line, "flow.sorry"), Tone(length=BETWEEN), _same_again(line)]


def _note_start(line: Line) -> None:
    if key := g_heard().leg:
        newcomer = Newcomer(leg=key, number=own_number(), caller=person())
        held.log_start(house().ports, line.key, newcomer)


def _on_hold(line: Line, rounds: int = 0) -> Sequence[Instruction]:
    """In the carrier's queue, until the same request can be served."""
    before = held.opened(house().ports, request.args.get("held", ""))
    since = before.since if before else house().ports.clock.now()
    then = "" if _is_new() else _address()
    place = Held(line=line.key, since=since, language=_language(line), then=then)
    try:
        token = held.sealed(house().ports, place)
    except Invalid as error:
        house().ports.notes.warning("not on hold", error=str(error))
        return [Tone(length=ON_HOLD), _same_again(line)]
    return [HoldOn(token=token, rounds=rounds)]


def _is_new() -> bool:
    return request.endpoint == "voice.incoming"


def _address() -> str:
    """Where the caller goes on, with what a redirect would lose."""
    if request.endpoint == "voice.left":
        token = request.args.get("t", "")
        return f"/voice/resume?{urlencode({'t': token})}"
    values = {key: each for key, each in _values().items() if key not in OURS[:2]}
    return f"{request.path}?{urlencode(values)}" if values else request.path


def _same_again(line: Line) -> AskAgain:
    """The same request once more, and since when it has failed."""
    place = Held(line=line.key, since=house().ports.clock.now())
    known = request.args.get("held", "") or held.sealed(house().ports, place)
    values = {**_values(), "again": _tries() + 1, "held": known}
    return AskAgain(path=request.path, values=values)


def _values() -> Values:
    values: Values = {**request.args.to_dict()}
    heard = g_heard()
    if heard.keys:
        # Sealed, for no choice stands in an address.
        values["kept"] = house().ports.vault.seal(heard.keys)
    if heard.recording and heard.recorded:
        values["recording"] = heard.recording
        values["seconds"] = round(heard.recorded.total_seconds())
    return values


def _note_end() -> None:
    """A call of which nothing could be saved is over."""
    key, is_ours = g_heard().leg, "claim" in request.args
    if request.endpoint == "voice.status" and g_heard().leg_end and key and not is_ours:
        held.log_end(house().ports, line_of_request().key, key)


# --- those whom we have rung -----------------------------------------------


def _asked_later(line: Line) -> Sequence[Instruction]:
    # Whoever has picked up hears nothing of a line before they were asked.
    if kept_keys():
        return _again(line)
    if _tries() < TRIES:
        return [Pause(length=BETWEEN), _same_again(line)]
    return [HangUp()]


def _operator_again(line: Line) -> Sequence[Instruction]:
    """An operator is asked for a moment, and then told that nobody comes.

    The caller has stayed in the queue, and is offered again.
    """
    if _tries() < TRIES:
        moment = [] if _tries() else _say(line, "operator.one-moment")
        return [*moment, Pause(length=BETWEEN), _same_again(line)]
    offered = (request.endpoint or "").startswith("voice.offer")
    last = "operator.failed" if offered else "flow.sorry-end"
    return [*_say(line, last), HangUp()]


def _tries() -> int:
    return request.args.get("again", 0, int)


def _say(line: Line, prompt: str) -> list[Say]:
    spoken = [code] if (code := _language(line)) else list(line.languages)
    return [Say(prompt=prompt, language=code) for code in spoken]


def _language(line: Line) -> str:
    """The caller's language where the address tells it, else none."""
    place = house().ports.vault.verify(request.args.get("t", "")) or {}
    known = place.get("language", "")
    return known if known in line.languages else ""


_ANSWERS: Sequence[tuple[tuple[str, ...], Callable[[Line], Sequence[Instruction]]]] = (
    (("voice.wait",), _stay),
    (("voice.room", "standing.room"), _enter),
    (("voice.hold", "standing.stand", "standing.back"), _stay_there),
    (("voice.left",), _out_of_queue),
    (("voice.back",), _asked_later),
    (("voice.offer", "voice.try", "standing.called"), _operator_again),
    (("held.",), _over_and_over),
)
"""What is answered at the endpoints that begin so; callers' own are all others."""
