"""Due work of the server's clock: leases, wrap-ups, late work, and reconciling.

Every function here may run in several processes at once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from ivr.actions.accounts.disabling import follow_roster
from ivr.actions.calls import callbacks, doubted_legs
from ivr.actions.calls.leading_out import ANSWERS_WITHIN, lead_out_overlong
from ivr.actions.operators.presence import heartbeat_expired
from ivr.actions.operators.roster import (
    calling_over,
    operator_due,
    put_down,
    restore_roster,
)
from ivr.actions.routing import UNSERVED, route_callers, route_if_unserved
from ivr.actions.talks.ending import cut_off, end_call, fetch_back
from ivr.actions.talks.running import run
from ivr.actions.upkeep.orphaned_legs import handle_orphaned_legs
from ivr.actions.upkeep.recordings import see_to_recordings
from ivr.core.model.claim import Claim, ClaimState, Interruption
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import HotlineError, NotFound, Unavailable, Unreadable
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.talk.events import (
    Joined,
    LeaseExpired,
    LegEnded,
    OfferDue,
    RoomLingers,
    SwitchDoubted,
)
from ivr.ports import Contacts, Due, Legs, Ports

YOUNG = timedelta(seconds=3)
"""The carrier may not know a leg yet, though it told us of it, for this long."""

LAST_WORDS = timedelta(seconds=30)
"""An operator hears within this time why an offer or a talk is over. One who still
holds the receiver then was not told: that request was refused, or never made."""

STRAYS = frozenset({Stage.MENU, Stage.WAITING, Stage.AFTER})
"""A caller that we believe in one of these may sit alone in a room: on the way into
it when the claim was given back, or in it after the operator had gone. Or their
requests have stopped, whatever the reason."""

UNREADABLE_AGAIN = timedelta(minutes=1)
"""How long until we try again, and log again, what only a newer version can read."""


def do_due_work(ports: Ports, line: LineKey) -> None:
    """Do what is due; one thing that fails does not hold up the others."""
    for due in ports.deadlines.due(line, ports.clock.now()):
        _try_due(ports, line, due)
    lead_out_overlong(ports, line)
    if route_if_unserved(ports, line):
        _place_made(ports, line)


def _place_made(ports: Ports, line: LineKey) -> None:
    """Ring the operators of claims that nobody has begun to dial.

    If routing was left undone, offers may be too: without a worker, the caller would
    wait for the end of the claim's first lease.
    """
    for claim in _readable_claims(ports, line):
        if claim.state is ClaimState.MADE:
            run(ports, line, OfferDue(claim=claim.id))


def help_out(ports: Ports, line: LineKey) -> None:
    """Do a little of what should have been done by now: the ticker may be dead.

    Any request may call this, such as a wait poll, so it does one piece of work at the
    most.
    """
    late = ports.deadlines.first_due(line, ports.clock.now() - UNSERVED)
    if late is not None:
        ports.log.warning("due work was late", line=line, kind=late.kind)
        _try_due(ports, line, late)
    route_if_unserved(ports, line)


def _try_due(ports: Ports, line: LineKey, due: Due) -> None:
    """Do one thing; try what this version cannot read again much later."""
    try:
        _do_due(ports, line, due)
    except HotlineError as error:
        ports.log.warning("due work failed", line=line, kind=due.kind, error=str(error))
        if isinstance(error, Unreadable):
            ports.deadlines.put_off(line, due, ports.clock.now() + UNREADABLE_AGAIN)


def _do_due(ports: Ports, line: LineKey, due: Due) -> None:
    match due.kind:
        case "claim":
            run(ports, line, LeaseExpired(claim=ClaimId(due.key)))
        case "call":
            callbacks.activate_due(ports, line, ContactId(due.key))
        case "operator":
            operator_due(ports, line, OperatorId(due.key))
        case "desk":
            heartbeat_expired(ports, line, OperatorId(due.key))
        case doubted_legs.KIND:
            doubted_legs.ask_after(ports, line, LegId(due.key))
        case "routing":
            route_callers(ports, line)
        case _:
            raise Unreadable(f"due work of kind {due.kind}")


def reconcile_line(ports: Ports, line: LineKey) -> None:
    """Compare what we believe with what the carrier says is live.

    The list only raises suspicion: it lags behind. Before we end anything, we ask the
    carrier about that one call.
    """
    try:
        restore_roster(ports, line)
        follow_roster(ports, line)
        callbacks.restore_callbacks(ports, line)
    except Unavailable as error:
        # People on the telephone are looked after without the database too.
        ports.log.warning("nobody brought back", line=line, error=str(error))
    live = ports.legs.live_legs()
    now = ports.clock.now()
    for claim in _readable_claims(ports, line):
        _check_one(ports, line, _check_claim, claim, live, now)
    for key in ports.contacts.live_calls(line):
        _check_one(ports, line, _check_call, line, key, live, now)
    for operator in ports.operators.operators(line):
        _check_one(ports, line, _check_receiver, operator, live, now)
    handle_orphaned_legs(ports, line)
    see_to_recordings(ports, line)


def _check_one(
    ports: Ports, line: LineKey, check: Callable[..., None], *args: object
) -> None:
    """Check one thing; if the carrier will not tell, check the others all the same."""
    try:
        check(ports, *args)
    except HotlineError as error:
        ports.log.warning("not reconciled", line=line, error=str(error))


def _readable_claims(ports: Ports, line: LineKey) -> list[Claim]:
    found = (
        _readable_claim(ports.contacts, line, key)
        for key in ports.contacts.open_claims(line)
    )
    return [claim for claim in found if claim is not None]


def _readable_claim(contacts: Contacts, line: LineKey, key: ClaimId) -> Claim | None:
    try:
        return contacts.claim(line, key)
    except Unreadable:
        return None


def _check_claim(ports: Ports, claim: Claim, live: set[LegId], now: datetime) -> None:
    if claim.state is ClaimState.TAKEN or claim.interruption is Interruption.REJOINING:
        for leg in sorted(ports.rooms.in_room(claim.room)):
            run(ports, claim.line, Joined(claim=claim.id, leg=leg))
    if claim.is_talk:
        run(ports, claim.line, SwitchDoubted(claim=claim.id))
        run(ports, claim.line, RoomLingers(claim=claim.id))
    if claim.leg is None or claim.leg in live:
        return
    if (how := _end_of(ports.legs, claim.leg, now - claim.made)) is not None:
        ports.log.warning("leg was over unheard", claim=claim.id)
        run(ports, claim.line, LegEnded(claim=claim.id, leg=claim.leg, how=how))


def _end_of(legs: Legs, leg: LegId, age: timedelta) -> str | None:
    """How a leg has ended as the carrier says, however young it is.

    If the carrier does not know the leg, it is over only once it should be known.
    """
    try:
        return legs.end_of(leg)
    except NotFound:
        return "completed" if age >= YOUNG else None


def _check_call(
    ports: Ports, line: LineKey, key: ContactId, live: set[LegId], now: datetime
) -> None:
    call = ports.contacts.call(line, key)
    if call is None or call.leg is None:
        return
    age = now - call.started
    may_stray = age >= YOUNG and call.stage in STRAYS
    if call.leg not in live:
        if _end_of(ports.legs, call.leg, age) is not None:
            ports.log.warning("call was over unheard", call=key, line=line)
            end_call(ports, line, call.leg)
    elif may_stray and ports.heartbeats.is_poll_overdue(line, key, now):
        ports.log.warning("caller fetched back", call=key, line=line)
        ports.heartbeats.expect_poll(line, key, now + ANSWERS_WITHIN)
        fetch_back(ports, line, call.leg)


def _check_receiver(
    ports: Ports, operator: Operator, live: set[LegId], now: datetime
) -> None:
    """Free the telephone of an operator who is in no call."""
    calling = operator.telephone.calling
    if calling and calling not in live and ports.legs.is_over(calling):
        calling_over(ports, operator, calling)
    leg, stands = operator.leg, operator.is_standing
    if leg is None:
        return
    if leg not in live:
        if _end_of(ports.legs, leg, now - operator.since) is not None:
            gone = cut_off if stands else put_down
            gone(ports, operator.line, operator.id, leg)
    elif not stands and operator.claim is None and now - operator.since > LAST_WORDS:
        ports.log.warning("operator left in silence", line=operator.line)
        ports.dialling.end(leg)
