"""Answers to an operator's leg: what was decided, as instructions."""

from ivr.actions.talks.running import EventResult, run
from ivr.actions.talks.tokens import token_of
from ivr.core.dialogue.instructions import HangUp, Instruction, Say
from ivr.core.dialogue.standing import wait_in_silence
from ivr.core.dialogue.whisper import SENT_AWAY, say_to_operator
from ivr.core.model.claim import Claim
from ivr.core.model.identifiers import ClaimId, LegId, LineKey
from ivr.core.model.operator import Operator
from ivr.core.talk.answers import AnswerToPerson, Enter
from ivr.core.talk.endings.undoing import is_sent_away
from ivr.core.talk.events import LegEvent, OperatorCameOut, OperatorMoved
from ivr.core.talk.speaking import (
    explain_end,
    language_of_operator,
    speak_to_operator,
)
from ivr.ports import Ports


def answer_operator(ports: Ports, line: LineKey, event: LegEvent) -> list[Instruction]:
    """Answer the leg of an event; no instructions if nothing was decided."""
    outcome = run(ports, line, event)
    return _speak_outcome(ports, outcome, event.leg)


def _speak_outcome(ports: Ports, outcome: EventResult, leg: LegId) -> list[Instruction]:
    talk, answer = outcome.talk, outcome.answer
    if answer is None or isinstance(answer, AnswerToPerson):
        return []
    operator = talk.operator_of(talk.claim)
    token = _token_of_leg(ports, operator, leg)
    return speak_to_operator(answer, talk, outcome.context, token)


def _token_of_leg(ports: Ports, operator: Operator | None, leg: LegId) -> str:
    if operator is None or not operator.is_standing:
        return ""
    return token_of(ports, operator.line, operator.id, leg)


def come_out(ports: Ports, line: LineKey, event: OperatorCameOut) -> list[Instruction]:
    """Answer an operator whose leg comes back from the room, or was fetched.

    An operator on a standing line stays there, or goes on to the next caller if one has
    come meanwhile; the telephones of others are free again.
    """
    words, is_inside = leave_room(ports, line, event)
    if is_inside:
        return words
    # Not by the claim: a guest's room is named after the host's claim.
    operator = standing_by(ports, line, event.leg)
    if operator is None:
        return [*words, HangUp()]
    return [*words, *stay_on_line(ports, operator, event.leg)]


def leave_room(
    ports: Ports, line: LineKey, event: OperatorCameOut
) -> tuple[list[Instruction], bool]:
    """Tell the operator why it is over; or let them into the room, with True."""
    outcome = run(ports, line, event)
    if isinstance(outcome.answer, Enter):
        return _speak_outcome(ports, outcome, event.leg), True
    return [*_explain_outcome(outcome, event.claim)], False


def _explain_outcome(outcome: EventResult, key: ClaimId) -> list[Say]:
    talk, context = outcome.talk, outcome.context
    claim: Claim | None = talk.claims.get(key)
    words = [explain_end(talk, key, context)]
    operator = talk.operator_of(claim)
    if operator is None or not is_sent_away(operator):
        return words
    language = language_of_operator(operator, context.line)
    return [
        *words,
        say_to_operator(SENT_AWAY, language, {"calls": operator.unanswered.missed}),
    ]


def standing_by(ports: Ports, line: LineKey, leg: LegId) -> Operator | None:
    """The operator who is on the line with this leg."""
    own = (each for each in ports.operators.operators(line) if each.leg == leg)
    return next((each for each in own if each.is_standing), None)


def stay_on_line(ports: Ports, operator: Operator, leg: LegId) -> list[Instruction]:
    """Go on on the line: silence, or the caller that the operator was fetched for.

    "It is over" may have overtaken the move to the next caller.
    """
    coming: list[Instruction] = []
    if operator.claim is not None:
        fetched = OperatorMoved(claim=operator.claim, leg=leg)
        coming = answer_operator(ports, operator.line, fetched)
    return coming or wait_in_silence(token_of(ports, operator.line, operator.id, leg))
