"""An operator's controls during a talk: hold, mute, and the end; Stale says why not."""

from datetime import timedelta

from ivr.actions.talks.running import run_for_desk
from ivr.core.dialogue import spoken
from ivr.core.dialogue.instructions import AskNext, Instruction, NextRequest, Say, Tone
from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.talk.events import EndAsked, Switch, SwitchAsked
from ivr.ports import Ports

HOLD_ROUND = timedelta(seconds=30)
"""How long the waiting tone sounds between two sentences for a caller on hold."""


def hold_caller(ports: Ports, line: LineKey, operator: OperatorId, *, on: bool) -> None:
    """Put the caller on hold, or take them back; once, even if asked twice."""
    run_for_desk(ports, line, SwitchAsked(operator=operator, switch=Switch.HOLD, on=on))


def mute_operator(
    ports: Ports, line: LineKey, operator: OperatorId, *, on: bool
) -> None:
    """Mute the operator, or let them be heard again; once, even if asked twice."""
    run_for_desk(ports, line, SwitchAsked(operator=operator, switch=Switch.MUTE, on=on))


def end_talk(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """End the operator's talk: wrap-up, and the caller is asked what comes next.

    A telephone or browser is hung up; an operator on a standing line stays there. The
    talk ends for a guest too. A guest who ends it only leaves.
    """
    run_for_desk(ports, line, EndAsked(operator=operator))


def play_hold(ports: Ports, line: LineKey, key: ClaimId) -> list[Instruction]:
    """One round for a caller on hold, who then asks for the next."""
    talk = ports.talks.load_talk(line, claim=key).talk
    hotline, call = ports.content.lines()[line], talk.call
    language = spoken.language_of(hotline, call) if call else hotline.fallback.language
    return [
        Say(prompt="hold.stay", language=language),
        Tone(length=HOLD_ROUND),
        AskNext(path=NextRequest.HOLD, values={"claim": key, "line": line}),
    ]
