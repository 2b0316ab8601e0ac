"""A standing line: an operator calls in once for the shift and is never rung."""

from datetime import datetime, timedelta

from ivr.core.dialogue.instructions import (
    AskKeys,
    AskNext,
    HangUp,
    Instruction,
    NextRequest,
    Pause,
    Say,
)
from ivr.core.model import operator as operators
from ivr.core.model.identifiers import LegId
from ivr.core.model.operator import (
    ON_DUTY,
    Operator,
    State,
    set_calling,
    set_owed,
    set_pin_tries,
)
from ivr.core.model.values import replace

PIN_DIGITS = 6
PIN_TRIES = 3
"""Wrong PINs in a row, in however many calls, before calling in is locked."""
LOCK = timedelta(minutes=15)
PIN_WITHIN = timedelta(seconds=8)

BEAT = timedelta(seconds=20)
"""How often an operator who waits for a caller asks us for more silence. It is
also a sign of life: a wiped store learns from it who is on the line."""

CAME = "1"
"""The key by which an operator who is called to the line differs from a mailbox."""


def enter_fresh(operator: Operator) -> Operator:
    """An enrolled operator as a fresh live state takes them in.

    We believe nobody to be on a line that we have not heard of.
    """
    if operator.is_standing and operator.state in ON_DUTY:
        return replace(operator, state=State.OFFLINE, leg=None)
    return operator


def came_in(operator: Operator, leg: LegId, now: datetime) -> Operator:
    """The operator on the line with ``leg``: available, unless away by choice.

    An operator who owes a record still owes it after the line broke.
    """
    here = set_pin_tries(set_calling(replace(operator, leg=leg), None), 0)
    if here.state is not State.OFFLINE and here.wish is not State.OFFLINE:
        return here
    back = operators.chosen(here, State.AVAILABLE, now)
    if operator.wrap_up.owes is None or back.state is not State.AVAILABLE:
        return back
    return replace(set_owed(back, operator.wrap_up.owes), state=State.WRAP_UP)


def count_wrong_pin(operator: Operator, now: datetime) -> Operator:
    """The operator after a wrong PIN was typed; locked after ``PIN_TRIES``."""
    count = operator.telephone.mistyped + 1
    if count < PIN_TRIES:
        return set_pin_tries(operator, count, operator.telephone.locked)
    return set_pin_tries(operator, 0, now + LOCK)


def is_locked(operator: Operator, now: datetime) -> bool:
    """Whether nobody may call in as this operator at the moment."""
    until = operator.telephone.locked
    return until is not None and until > now


def ask_pin(language: str, tries: int, *, wrong: bool) -> list[Instruction]:
    """Ask who calls from an operator's telephone; silence goes on to the menu.

    ``tries`` marks the answer: it counts only as the answer to this question.
    """
    prompts = ["operator.pin-wrong"] * wrong + ["operator.pin"]
    values = {"n": tries}
    return [
        AskKeys(
            prompts=tuple(Say(prompt=each, language=language) for each in prompts),
            path=NextRequest.STANDING_PIN,
            values=values,
            digits=PIN_DIGITS,
            within=PIN_WITHIN,
        ),
        AskNext(path=NextRequest.STANDING_PIN, values=values),
    ]


def ask_if_there(language: str, token: str) -> list[Instruction]:
    """Ask a person for a key; a mailbox presses none, and we hang up."""
    asked = Say(prompt="operator.called", language=language)
    return [
        AskKeys(
            prompts=(asked,),
            path=NextRequest.STANDING_CALLED,
            values={"t": token},
            within=PIN_WITHIN,
        ),
        HangUp(),
    ]


def wait_in_silence(token: str) -> list[Instruction]:
    """Silence until a caller comes; then ask us again."""
    return [
        Pause(length=BEAT),
        AskNext(path=NextRequest.STANDING, values={"t": token}),
    ]
