"""Moves of both sides to a room of a standing line."""

from collections.abc import Callable, Iterable

from ivr.actions.talks.requesting import NOTHING, note_failure
from ivr.actions.talks.tokens import token_of
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.talk.events import (
    CallerGone,
    CallerNotPutThrough,
    CallerPutThrough,
    OperatorNotMoved,
    StandingLegEnded,
    TalkEvent,
)
from ivr.core.talk.offers.offering import MOVES
from ivr.core.talk.requests import (
    FetchOperator,
    PutThroughCaller,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports


def put_through_caller(
    ports: Ports, talk: Talk, request: PutThroughCaller
) -> Iterable[TalkEvent]:
    """Move the caller first: one who is gone costs nothing."""
    claim = talk.claims[request.claim]
    try:
        _move_patiently(lambda: ports.transfers.put_through(claim.party, claim.id))
    except NotFound:
        return (CallerGone(claim=claim.id),)
    except Unavailable as error:
        note_failure(ports, "caller not brought", claim.id, error)
        return (CallerNotPutThrough(claim=claim.id, permanent=error.permanent),)
    return (CallerPutThrough(claim=claim.id),)


def fetch_operator(
    ports: Ports, talk: Talk, request: FetchOperator
) -> Iterable[TalkEvent]:
    """Move the standing leg to the claim."""
    leg, key = request.leg, request.claim
    operator = talk.claims[key].operator
    token = token_of(ports, talk.line, operator, leg)
    try:
        _move_patiently(lambda: ports.transfers.fetch_operator(leg, token, key))
    except NotFound:
        return (StandingLegEnded(operator=operator, leg=leg),)
    except Unavailable as error:
        note_failure(ports, "operator not moved", key, error)
        return (OperatorNotMoved(claim=key),)
    return NOTHING


def _move_patiently(move: Callable[[], None]) -> None:
    """Repeat a move that was refused for certain; never one that may have been done."""
    for _ in range(MOVES - 1):
        try:
            move()
        except Unavailable as error:
            if error.ambiguous or error.permanent:
                raise
        else:
            return
    move()
