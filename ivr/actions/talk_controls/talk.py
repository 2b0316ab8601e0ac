"""What an operator does during a talk: hold, mute, and the end; Stale tells why not."""

from datetime import timedelta

from ivr.actions.talks.running import run_for_desk
from ivr.core.dialogue import spoken
from ivr.core.dialogue.instructions import AskNext, Instruction, NextRequest, Say, Tone
from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.talk.events import EndAsked, Switch, SwitchAsked
from ivr.ports import Ports

HOLD_ROUND = timedelta(seconds=30)
"""How long the waiting tone sounds between two sentences to whoever is on hold."""


def hold_caller(ports: Ports, line: LineKey, operator: OperatorId, *, on: bool) -> None:
    """Put the caller on hold, or take the caller back; asked twice, it is done once."""
    run_for_desk(ports, line, SwitchAsked(operator=operator, switch=Switch.HOLD, on=on))


def mute_operator(
    ports: Ports, line: LineKey, operator: OperatorId, *, on: bool
) -> None:
    """Let the operator not be heard, or be heard again; twice is as good as once."""
    run_for_desk(ports, line, SwitchAsked(operator=operator, switch=Switch.MUTE, on=on))


def end_talk(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """The operator ends the talk: wrap-up, and the caller is asked what comes next.

    A telephone or browser is hung up; whoever is on a standing line stays there. It
    is over for a guest too. A guest who ends it only leaves.
    """
    run_for_desk(ports, line, EndAsked(operator=operator))


def play_hold(ports: Ports, line: LineKey, key: ClaimId) -> list[Instruction]:
    """One round of what a caller on hold hears; then it is asked for again."""
    talk = ports.talks.load_talk(line, claim=key).talk
    hotline, call = ports.content.lines()[line], talk.call
    language = spoken.language_of(hotline, call) if call else hotline.fallback.language
    return [
        Say(prompt="hold.stay", language=language),
        Tone(length=HOLD_ROUND),
        AskNext(path=NextRequest.HOLD, values={"claim": key, "line": line}),
    ]
