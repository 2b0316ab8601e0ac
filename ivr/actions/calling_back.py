"""The person of a promised call back is rung, once an operator has agreed."""

from dataclasses import replace

from ivr.actions import callees
from ivr.actions import rules as rule_sets
from ivr.actions.saving import save, settle
from ivr.core.model.call import Call, CallId, ClaimId, LineKey, PhoneNumber
from ivr.core.model.claim import CARRIER_GRACE, TAKEN_LEASE, Claim, ClaimState, moved
from ivr.core.model.errors import Invalid, Unavailable
from ivr.ports import Change, Entity, Ports


def dial(ports: Ports, claim: Claim, call: Call, attempt: int) -> None:
    """Call the person of a taken claim; one whose leg may exist is not called twice.

    Of a request that comes twice only the first one dials: ``attempt`` counts them.
    Raises Unavailable when nobody was called.
    """
    number = number_of(ports, call)
    if not _begin_dialling(ports, claim, call, attempt):
        return
    line = ports.content.lines()[claim.line]
    ring = rule_sets.in_force(ports, claim.line).callback.ring
    caller_id = call.number if call.number in line.numbers else line.numbers[0]
    # Its place in the carrier's pace is taken and not waited for: the carrier itself
    # holds a leg that comes too early, and the operator is on the line already.
    ports.store.leg_slot(ports.clock.now(), ports.calls_per_second)
    try:
        leg = ports.carrier.call_back(claim, number, caller_id, ring)
    except Unavailable as error:
        if not error.ambiguous:
            raise
        # The leg's own requests bind it; else the lease gives both sides back.
        ports.notes.warning("leg not heard of", claim=claim.id, error=str(error))
    else:
        if not bind(ports, claim.line, claim.id, leg):
            ports.carrier.end(leg)


def number_of(ports: Ports, call: Call) -> PhoneNumber:
    """The number to call; Unavailable for good when it can no longer be read."""
    try:
        return ports.vault.unseal_number(call.wish.number if call.wish else "")
    except Invalid as error:
        raise Unavailable(f"the number to call back: {error}", permanent=True) from None


def _begin_dialling(ports: Ports, claim: Claim, call: Call, attempt: int) -> bool:
    """Whether this is the one run of an attempt, and no leg is known of."""

    def begun() -> bool | None:
        now = ports.store.claim(claim.line, claim.id)
        if now is None or now.state is not ClaimState.TAKEN:
            return False
        if now.caller_leg is not None or now.dialled >= attempt:
            return False
        called = callees.rung_now(ports, call, ports.clock.now())
        if called is None:
            raise Unavailable("the number to call back has been called too often")
        dialling = replace(now, dialled=attempt)
        return save(ports, claim.line, Change(save=(dialling, called))) or None

    return settle(begun)


def bind(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> bool:
    """Make a leg the one of the person; False when nobody waits for it any more."""

    def attempt() -> bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or claim.state is not ClaimState.TAKEN:
            return claim is not None and claim.caller_leg == leg and claim.is_open
        if claim.caller_leg is not None:
            return claim.caller_leg == leg
        call = ports.store.call(line, claim.call)
        if call is None or call.promise is None or call.claim != key:
            return False
        ring = rule_sets.in_force(ports, line).callback.ring
        until = ports.clock.now() + ring + CARRIER_GRACE + TAKEN_LEASE
        phone = _telephone(ports, call)
        bound: list[Entity] = [
            replace(moved(claim, claim.state, until), caller_leg=leg),
            replace(call, promise=replace(call.promise, leg=leg, phone=phone)),
        ]
        return save(ports, line, Change(save=bound)) or None

    return settle(attempt)


def _telephone(ports: Ports, call: Call) -> str:
    """The keyed name of the number to call back; "" when it can no longer be read."""
    number = opened_number(ports, call)
    return "" if number is None else ports.vault.pseudonym(number)


def opened_number(ports: Ports, call: Call) -> PhoneNumber | None:
    """The number to call; None when it can no longer be read."""
    try:
        return number_of(ports, call)
    except Unavailable:
        return None
