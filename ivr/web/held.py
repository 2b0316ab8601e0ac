"""The words for callers on hold while something inside fails.

They need only the lines' own words and the token that travels with the caller. Each
round asks whether all is well again: then the caller goes on. From time to time the
on-call number is dialled, where the line has one.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response

from ivr.actions.calls import calls, held
from ivr.actions.calls.calls import Newcomer
from ivr.actions.calls.held import Held
from ivr.actions.on_line import standing
from ivr.core.dialogue.carrier_event import QueueEnd
from ivr.core.dialogue.exit_menu import HELD
from ivr.core.dialogue.instructions import (
    AskKeys,
    AskNext,
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
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import LineKey
from ivr.ports import Ports
from ivr.web.guards import require_carrier
from ivr.web.voice import greet_caller, speak_instructions
from ivr.web.webhook import current_webhook

on_hold = Blueprint("held", __name__, url_prefix="/voice/held")
on_hold.before_request(require_carrier)

ROUND = timedelta(seconds=15)
"""The time between two looks whether all is well again."""

FIRST_DIALLED, DIALLED_EVERY = 2, 8
"""The round that dials the on-call number, and how many rounds later it is dialled
again."""

Said = list[Instruction]


@on_hold.post("", endpoint="hold")
def hold_round() -> Response:
    webhook = current_webhook()
    place, rounds = _open_place(), webhook.get_count("n", 0)
    return speak_instructions(
        _lead_out(place) or _hold_answer(webhook.called_line, place, rounds)
    )


@on_hold.post("/key", endpoint="key")
def choose_language() -> Response:
    webhook = current_webhook()
    place, line = _open_place(), webhook.called_line
    keys = webhook.event.keys
    chosen = [code for code, each in line.languages.items() if each.key == keys]
    if place is None or not chosen:
        return speak_instructions([_next_round(webhook.signed_token, 1)])
    place = Held(line=place.line, since=place.since, language=chosen[0])
    stay = Say(prompt="wait.stay", language=chosen[0])
    tone = Tone(length=ROUND)
    return speak_instructions(
        [stay, tone, _next_round(held.seal_held(webhook.live_ports, place), 1)]
    )


@on_hold.post("/over", endpoint="over")
def leave_hold() -> Response:
    """Answer a caller who has come out of the queue, and is on the line or gone."""
    webhook = current_webhook()
    ended = webhook.event.queue_end
    if ended is QueueEnd.LEFT:
        calls.end_leg(webhook.live_ports, webhook.called_line.key, webhook.leg_id)
    if ended in {QueueEnd.LEFT, QueueEnd.MOVED}:
        return speak_instructions(())
    return speak_instructions(
        _go_on(_open_place()) or _dial_on_call(webhook.called_line)
    )


@on_hold.post("/dialled", endpoint="dialled")
def on_call_ended() -> Response:
    """Answer after the on-call person has talked to the caller, or was not reached."""
    webhook = current_webhook()
    if not webhook.event.put_through:
        return speak_instructions(_stay_on_hold())
    answered = Outcome.ANSWERED
    held.log_end(
        webhook.live_ports, webhook.called_line.key, webhook.contact_id, answered
    )
    return speak_instructions([HangUp()])


def is_on_call_due(line: Line, rounds: int) -> bool:
    """Whether this round dials the on-call number."""
    return bool(line.phones.on_call) and rounds % DIALLED_EVERY == FIRST_DIALLED


# --- all is well again -----------------------------------------------------


def _lead_out(place: Held | None) -> Said:
    """Instructions that lead a caller out of here; none while something still fails."""
    webhook = current_webhook()
    ports = webhook.live_ports
    try:
        if place is None or place.then or _is_operator_leg(ports, place.line):
            ports.changes.try_write()
            return [LeaveQueue()]
        call = held.take_in(ports, place, _make_newcomer())
    except Unavailable as error:
        ports.log.warning("caller on hold", error=str(error))
        return []
    if call.stage in HELD and not call.exit_menu.is_open:
        return [
            AskNext(path=NextRequest.WAIT, values={"t": calls.wait_token(ports, call)})
        ]
    return [LeaveQueue()]


def _go_on(place: Held | None) -> Sequence[Instruction]:
    """Let a caller go on who is not in the queue; nothing while something fails."""
    webhook = current_webhook()
    ports = webhook.live_ports
    try:
        ports.changes.try_write()
        if place is not None and place.then:
            return [AskNext(path=place.then)]
        if place is None or _is_operator_leg(ports, place.line):
            return greet_caller()
        call = held.take_in(ports, place, _make_newcomer())
        return calls.present_call(ports, place.line, call.id)
    except Unavailable as error:
        ports.log.warning("caller on hold", error=str(error))
        return ()


def _is_operator_leg(ports: Ports, line: LineKey) -> bool:
    """Whether an operator may be calling in, who must be asked for the PIN first."""
    webhook = current_webhook()
    return bool(
        standing.greet_operator(ports, line, webhook.leg_id, webhook.event.caller)
    )


def _make_newcomer() -> Newcomer:
    webhook = current_webhook()
    return Newcomer(
        contact=webhook.contact_id,
        number=webhook.own_number,
        caller=webhook.person_number,
    )


# --- something still fails -------------------------------------------------


def _hold_answer(line: Line, place: Held | None, rounds: int) -> Said:
    webhook = current_webhook()
    token = webhook.signed_token
    if place is not None and held.is_overlong(webhook.live_ports, place):
        return [*_say_prompt(line, place, "flow.sorry-end"), HangUp()]
    if is_on_call_due(line, rounds):
        return [LeaveQueue()]
    asked = [] if rounds else _ask_language(line, place, token)
    return [*asked, Tone(length=ROUND), _next_round(token, rounds + 1)]


def _ask_language(line: Line, place: Held | None, token: str) -> Said:
    """Let a new caller choose the language meanwhile."""
    webhook = current_webhook()
    menu = held.asks_language(webhook.live_ports, line.key)
    if menu is None or place is None or place.then or place.language:
        return []
    says = tuple(
        Say(prompt=menu.prompt, language=code, values={"key": language.key})
        for code, language in line.languages.items()
    )
    return [AskKeys(prompts=says, path="/voice/held/key", values={"t": token})]


def _dial_on_call(line: Line) -> Said:
    """Dial the on-call number; without one put the caller on hold again."""
    webhook = current_webhook()
    if not line.phones.on_call:
        return _stay_on_hold()
    return [
        DialOut(
            number=line.phones.on_call,
            caller_id=line.numbers[0],
            path="/voice/held/dialled",
            values={"t": webhook.signed_token},
        )
    ]


def _stay_on_hold() -> Said:
    webhook = current_webhook()
    token = webhook.signed_token
    return [Tone(length=ROUND), HoldOn(token=token, rounds=FIRST_DIALLED + 1)]


def _next_round(token: str, rounds: int) -> AskNext:
    return AskNext(path="/voice/held", values={"t": token, "n": rounds})


def _say_prompt(line: Line, place: Held, prompt: str) -> Said:
    spoken = [place.language] if place.language in line.languages else line.languages
    return [Say(prompt=prompt, language=code) for code in spoken]


def _open_place() -> Held | None:
    webhook = current_webhook()
    return held.unseal_held(webhook.live_ports, webhook.signed_token)
