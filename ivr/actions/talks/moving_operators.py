"""Requests to the carrier, and to others, about an operator."""

from collections.abc import Iterable

from ivr.actions import telephones
from ivr.actions.operators.roster import address_of, own_language
from ivr.actions.talks.requesting import NOTHING, choose_caller_id, note_failure
from ivr.core.dialogue.whisper import SENT_AWAY
from ivr.core.model.claim import Claim
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.operator import Operator
from ivr.core.talk.endings.undoing import is_sent_away
from ivr.core.talk.events import (
    LegCreated,
    LegNotCreated,
    NotMovedOn,
    OperatorEngaged,
    TalkEvent,
)
from ivr.core.talk.requests import (
    ConnectOperator,
    DismissUninvited,
    InformOperator,
    RingOperator,
    WriteToOperator,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports


def ring_operator(
    ports: Ports, talk: Talk, request: RingOperator
) -> Iterable[TalkEvent]:
    """Create the leg, unless the telephone is in use by now."""
    claim = talk.claims[request.claim]
    call, operator = talk.call_of(claim), talk.operator_of(claim)
    if operator is not None and telephones.is_outrun(ports, operator):
        return (OperatorEngaged(claim=claim.id),)
    try:
        to = None if operator is None else address_of(ports, operator)
    except Unavailable as error:
        ports.log.warning("operator not rung", claim=claim.id, error=str(error))
        return (LegNotCreated(claim=claim.id),)
    if to is None or call is None or claim.offer.ring is None:
        return (LegNotCreated(claim=claim.id, permanent=True),)
    caller_id = choose_caller_id(ports, call)
    try:
        leg = ports.dialling.ring(claim, to, caller_id, claim.offer.ring)
    except Unavailable as error:
        return (_note_not_created(ports, claim, error),)
    return (LegCreated(claim=claim.id, leg=leg),)


def _note_not_created(ports: Ports, claim: Claim, error: Unavailable) -> TalkEvent:
    refused = "number refused" if error.permanent else "operator not rung"
    what = "leg not heard of" if error.ambiguous else refused
    ports.log.warning(what, claim=claim.id, error=str(error))
    return LegNotCreated(
        claim=claim.id, permanent=error.permanent, ambiguous=error.ambiguous
    )


def connect_operator(
    ports: Ports, _: Talk, request: ConnectOperator
) -> Iterable[TalkEvent]:
    """Move the leg on: its operator has accepted the claim at the desk."""
    try:
        ports.transfers.connect_operator(request.leg, request.claim)
    except (NotFound, Unavailable) as error:
        note_failure(ports, "operator not moved on", request.claim, error)
        gone = isinstance(error, NotFound)
        return (NotMovedOn(claim=request.claim, gone=gone),)
    return NOTHING


def inform_operator(
    ports: Ports, _: Talk, request: InformOperator
) -> Iterable[TalkEvent]:
    """Say on the leg that the claim is over."""
    try:
        ports.transfers.move_to_explanation(request.leg, request.claim)
    except NotFound:
        pass  # the operator has hung up meanwhile: there is nobody to tell
    except Unavailable as error:
        note_failure(ports, "operator not told", request.claim, error)
    return NOTHING


def write_to_operator(
    ports: Ports, talk: Talk, request: WriteToOperator
) -> Iterable[TalkEvent]:
    """Send a text where the line can; on a standing line the leg says it instead."""
    operator, line = talk.operators[request.operator], ports.content.lines()[talk.line]
    stands = operator.is_standing
    if is_sent_away(operator) and line.phones.reminders_from and not stands:
        try:
            _write_to_operator(ports, operator, line.phones.reminders_from)
        except (NotFound, Unavailable) as error:
            ports.log.warning(
                "operator not told", operator=operator.id, error=str(error)
            )
    return NOTHING


def _write_to_operator(ports: Ports, operator: Operator, sender: str) -> None:
    language = own_language(ports, operator, operator.line)
    number = ports.roster.number(operator.id)
    if number is not None:
        count = {"calls": operator.unanswered.missed}
        body = ports.content.text(operator.line, language, SENT_AWAY, count)
        ports.texts.text(number, sender, body)


def dismiss_uninvited(
    ports: Ports, talk: Talk, request: DismissUninvited
) -> Iterable[TalkEvent]:
    """Tell an operator who is in the room without a claim that it is over."""
    for operator in ports.operators.operators(talk.line):
        if operator.leg != request.leg or operator.claim is not None:
            continue
        try:
            # A late notice does not concern somebody who sits there now.
            if request.leg in ports.rooms.in_room(request.claim):
                ports.transfers.move_to_explanation(request.leg, request.claim)
        except (NotFound, Unavailable) as error:
            note_failure(ports, "operator not told", request.claim, error)
    return NOTHING
