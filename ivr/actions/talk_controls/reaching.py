"""Reaching colleagues from a talk, and the outcome of a handover."""

from ivr.actions import telephones
from ivr.core.model.claim import Claim, ExitKind
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator, State
from ivr.core.queue import handover
from ivr.core.talk.endings.closing import SENT_ON
from ivr.ports import Ports


def why_not_reachable(ports: Ports, colleague: Operator, language: str | None) -> str:
    """Why a colleague cannot take a caller of this language; "" if they can."""
    now, available = ports.clock.now(), colleague.state is State.AVAILABLE
    return handover.why_not_reachable(
        colleague,
        language,
        cools=colleague.is_cooling(now),
        engaged=available and telephones.is_engaged(ports, colleague),
    )


def call_of_talk(ports: Ports, line: LineKey, key: OperatorId) -> Contact | None:
    """The call that binds an operator now, if any."""
    operator = ports.operators.operator(line, key)
    claim = (
        ports.contacts.claim(line, operator.claim)
        if operator and operator.claim
        else None
    )
    return ports.contacts.call(line, claim.call) if claim else None


def name_of(ports: Ports, line: LineKey, key: OperatorId | None) -> str:
    """The name of an operator; "" for nobody, and for one who is not known any more."""
    found = ports.operators.operator(line, key) if key else None
    return found.profile.name if found else ""


def outcome_of_handover(ports: Ports, claim: Claim) -> tuple[str, str] | None:
    """The outcome of a handover, and the receiver; None if there was no handover."""
    going, line = claim.going, claim.line
    if going is None or claim.reason != SENT_ON:
        return None
    call = ports.contacts.call(line, claim.call)
    bound = call.talk.claim if call else None
    now = ports.contacts.claim(line, bound) if bound else None
    to = ports.operators.operator(line, OperatorId(going.to))
    hindered = (
        why_not_reachable(ports, to, call.need.language if call else None)
        if to
        else "gone"
    )
    word = handover.outcome_of_handover(going, call, now, hindered)
    if word is None:
        return None
    return word, going.to if going.way is ExitKind.TEAM else (
        to.profile.name if to else ""
    )
