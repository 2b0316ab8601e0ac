"""The apology to a caller when something inside fails: never silence, never an error.

Callers who wait go on waiting. A caller in a menu, or a new one, hears an apology once,
and the same request is made again a moment later. If it still fails, the caller is on
hold until all is well (``ivr.web.held``) and goes on from there.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from flask import Response, request

from ivr.actions.calls import held
from ivr.actions.calls.calls import Newcomer
from ivr.actions.calls.held import Held
from ivr.core.dialogue.carrier_event import QueueEnd
from ivr.core.dialogue.instructions import (
    AskNext,
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
from ivr.web.held import FIRST_DIALLED, is_on_call_due
from ivr.web.voice import no_content, speak_instructions
from ivr.web.webhook import current_webhook

TRIES = 4
"""How often we ask a person that we have called for patience."""
BETWEEN = timedelta(seconds=8)
ON_HOLD = timedelta(seconds=15)

NOTICES = frozenset({"voice.status", "voice.room_events", "voice.back_status"})
OURS = ("again", "held", "kept")
"""The values that an apology adds to an address for itself."""

Values = dict[str, str | int]


def apologise_to_caller() -> Response:
    """Give the best answer that needs only the lines' own words."""
    webhook = current_webhook()
    if request.endpoint in NOTICES:
        _note_end()
        return no_content()
    return speak_instructions(_choose_words(webhook.called_line))


def _choose_words(line: Line) -> Sequence[Instruction]:
    endpoint = request.endpoint or ""
    for endpoints, answer in _ANSWERS:
        if endpoint.startswith(endpoints):
            return answer(line)
    return _ask_same(line)


# --- those who wait, or talk -----------------------------------------------


def _keep_waiting(line: Line) -> Sequence[Instruction]:
    """Keep the caller on hold in the queue: words, tone, on-call number."""
    webhook = current_webhook()
    is_outside = "outside" in webhook.values
    if is_on_call_due(line, _count_tries()):
        return _put_on_hold(line, FIRST_DIALLED) if is_outside else [LeaveQueue()]
    says = [] if _count_tries() else _say_prompt(line, "wait.stay")
    values: Values = {**webhook.values, "again": _count_tries() + 1}
    return [*says, Tone(length=ON_HOLD), AskNext(path=NextRequest.WAIT, values=values)]


def _answer_queue_end(line: Line) -> Sequence[Instruction]:
    webhook = current_webhook()
    if webhook.event.queue_end is not QueueEnd.FAILED:
        return ()
    return _put_on_hold(line, rounds=FIRST_DIALLED)


def _repeat_later(_: Line) -> Sequence[Instruction]:
    webhook = current_webhook()
    # An operator is needed as soon as the service is well again, so we keep them. And
    # somebody will take a held caller back, where little else may be said.
    on_hold = request.endpoint == "voice.hold"
    stay = Tone(length=ON_HOLD) if on_hold else Pause(length=BETWEEN)
    return [stay, AskNext(path=request.path, values={**webhook.values})]


def _repeat_hold(_: Line) -> Sequence[Instruction]:
    """Repeat the request: not even a caller on hold could be served."""
    webhook = current_webhook()
    if webhook.event.queue_end in {QueueEnd.LEFT, QueueEnd.MOVED}:
        return ()
    again = AskNext(path=request.path, values={**webhook.values})
    return [Tone(length=ON_HOLD), again]


def _enter_room(line: Line) -> Sequence[Instruction]:
    webhook = current_webhook()
    # The operator is there already, and the carrier was told to bring the caller.
    claim = webhook.values.get("claim", "")
    return [EnterRoom(claim=claim, role="caller", limit=line.limits.talk)]


# --- those who have rung us ------------------------------------------------


def _ask_same(line: Line) -> Sequence[Instruction]:
    webhook = current_webhook()
    if _count_tries():
        return _put_on_hold(line)
    if _is_new():
        if held.is_closed(webhook.context.ports, line.key):
            closed = ("flow.closed", "flow.goodbye")
            return [
                *(say for each in closed for say in _say_prompt(line, each)),
                HangUp(),
            ]
        _note_start(line)
    return [
        *_say_prompt(line, "flow.sorry"),
        Tone(length=BETWEEN),
        _repeat_request(line),
    ]


def _note_start(line: Line) -> None:
    webhook = current_webhook()
    if webhook.event.leg:
        newcomer = Newcomer(
            contact=webhook.contact_id,
            number=webhook.own_number,
            caller=webhook.person_number,
        )
        held.log_start(webhook.context.ports, line.key, newcomer)


def _put_on_hold(line: Line, rounds: int = 0) -> Sequence[Instruction]:
    """Put the caller into the carrier's queue until the request can be served."""
    webhook = current_webhook()
    before = held.unseal_held(webhook.context.ports, webhook.values.get("held", ""))
    since = before.since if before else webhook.context.ports.clock.now()
    then = "" if _is_new() else _next_address()
    place = Held(line=line.key, since=since, language=_caller_language(line), then=then)
    try:
        token = held.seal_held(webhook.context.ports, place)
    except Invalid as error:
        webhook.context.ports.log.warning("not on hold", error=str(error))
        return [Tone(length=ON_HOLD), _repeat_request(line)]
    return [HoldOn(token=token, rounds=rounds)]


def _is_new() -> bool:
    return request.endpoint == "voice.incoming"


def _next_address() -> str:
    """Where the caller goes on: the address, with the values that a redirect loses."""
    webhook = current_webhook()
    if request.endpoint == "voice.left":
        token = webhook.signed_token
        return f"/voice/resume?{urlencode({'t': token})}"
    values = {key: each for key, each in _query_values().items() if key not in OURS[:2]}
    return f"{request.path}?{urlencode(values)}" if values else request.path


def _repeat_request(line: Line) -> AskNext:
    """Make the same request again, with the moment since when it has failed."""
    webhook = current_webhook()
    place = Held(line=line.key, since=webhook.context.ports.clock.now())
    known = webhook.values.get("held", "") or held.seal_held(
        webhook.context.ports, place
    )
    values = {**_query_values(), "again": _count_tries() + 1, "held": known}
    return AskNext(path=request.path, values=values)


def _query_values() -> Values:
    webhook = current_webhook()
    values: Values = {**webhook.values}
    heard = webhook.event
    if heard.keys:
        # Sealed, for no choice stands in an address.
        values["kept"] = webhook.context.ports.vault.seal(heard.keys)
    if heard.recording and heard.recorded:
        values["recording"] = heard.recording
        values["seconds"] = round(heard.recorded.total_seconds())
    return values


def _note_end() -> None:
    """Note the end of a call for which nothing could be saved."""
    webhook = current_webhook()
    is_ours = "claim" in webhook.values
    if (
        request.endpoint == "voice.status"
        and webhook.event.leg_end
        and webhook.event.leg
        and not is_ours
    ):
        held.log_end(webhook.context.ports, webhook.called_line.key, webhook.contact_id)


# --- people that we have rung -----------------------------------------------


def _ask_later(line: Line) -> Sequence[Instruction]:
    webhook = current_webhook()
    # Somebody who has picked up hears nothing of a line before we have asked.
    if webhook.pressed_keys:
        return _ask_same(line)
    if _count_tries() < TRIES:
        return [Pause(length=BETWEEN), _repeat_request(line)]
    return [HangUp()]


def _ask_operator(line: Line) -> Sequence[Instruction]:
    """Ask an operator for a moment, and then tell them that nobody comes.

    The caller has stayed in the queue, and is offered again.
    """
    if _count_tries() < TRIES:
        moment = [] if _count_tries() else _say_prompt(line, "operator.one-moment")
        return [*moment, Pause(length=BETWEEN), _repeat_request(line)]
    offered = (request.endpoint or "").startswith("voice.offer")
    last = "operator.failed" if offered else "flow.sorry-end"
    return [*_say_prompt(line, last), HangUp()]


def _count_tries() -> int:
    webhook = current_webhook()
    return webhook.get_count("again", 0)


def _say_prompt(line: Line, prompt: str) -> list[Say]:
    spoken = [code] if (code := _caller_language(line)) else list(line.languages)
    return [Say(prompt=prompt, language=code) for code in spoken]


def _caller_language(line: Line) -> str:
    """The caller's language if the address has it, else none."""
    webhook = current_webhook()
    place = webhook.context.ports.vault.verify(webhook.signed_token) or {}
    known = place.get("language", "")
    return known if known in line.languages else ""


_ANSWERS: Sequence[tuple[tuple[str, ...], Callable[[Line], Sequence[Instruction]]]] = (
    (("voice.wait",), _keep_waiting),
    (("voice.room", "standing.room"), _enter_room),
    (("voice.hold", "standing.stand", "standing.back"), _repeat_later),
    (("voice.left",), _answer_queue_end),
    (("voice.back",), _ask_later),
    (("voice.offer", "voice.try", "standing.called"), _ask_operator),
    (("held.",), _repeat_hold),
)
"""The answers of the endpoints that begin this way; all others belong to callers."""
