"""Requests to the carrier for an operator at the desk."""

from collections.abc import Callable, Iterable

from ivr.actions import rules as rule_sets
from ivr.actions.operators.roster import address_of
from ivr.actions.talks.requesting import NOTHING, choose_caller_id, note_failure
from ivr.core.model.claim import Claim
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.talk.events import (
    BrowserNotRung,
    CallerGone,
    CallerNotTakenOut,
    CallerTakenOut,
    LegCreated,
    OperatorNotOut,
    OperatorOut,
    Switch,
    SwitchChecked,
    SwitchNotTurned,
    SwitchTurned,
    TalkEvent,
)
from ivr.core.talk.requests import (
    CheckSwitch,
    MoveOutCaller,
    MoveOutOperator,
    PlaceOffer,
    RingBrowser,
    TurnSwitch,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports

TRIES = 2
"""How often we ask the carrier to move a caller; a second move does no harm."""


def place_offer(ports: Ports, talk: Talk, request: PlaceOffer) -> Iterable[TalkEvent]:
    """Send the job; if it is lost, the claim is due after its lease."""
    operator = talk.operator_of(talk.claims[request.claim])
    if operator is not None and not operator.is_standing:
        # We take a slot of the carrier's pace and do not wait for it: a leg that
        # comes too early is held there, and nobody waits on the line for it.
        ports.carrier_memory.acquire_dial_slot(
            ports.clock.now(), ports.calls_per_second
        )
    try:
        ports.jobs.place_offer(talk.line, request.claim)
    except Unavailable as error:
        # The claim is due again after its lease: the ticker places it then.
        note_failure(ports, "invitation not sent", request.claim, error)
    return NOTHING


def ring_browser(ports: Ports, talk: Talk, request: RingBrowser) -> Iterable[TalkEvent]:
    """Ring it; its operator has waited, and the caller waits."""
    claim = talk.claims[request.claim]
    call, operator = talk.call_of(claim), talk.operator_of(claim)
    to = None if operator is None else address_of(ports, operator)
    if to is None or call is None:
        return (BrowserNotRung(claim=claim.id),)
    caller_id = choose_caller_id(ports, call)
    ring = rule_sets.in_force(ports, talk.line).offer.ring
    # We take a slot of the carrier's pace and do not wait for it: the caller waits.
    ports.carrier_memory.acquire_dial_slot(ports.clock.now(), ports.calls_per_second)
    try:
        leg = ports.dialling.ring(claim, to, caller_id, ring)
    except Unavailable as error:
        note_failure(ports, "browser not rung", claim.id, error)
        return (BrowserNotRung(claim=claim.id, ambiguous=error.ambiguous),)
    return (LegCreated(claim=claim.id, leg=leg),)


def move_out_caller(
    ports: Ports, talk: Talk, request: MoveOutCaller
) -> Iterable[TalkEvent]:
    """Take the caller out of the room; a second move does no harm."""
    claim = talk.claims[request.claim]
    for _ in range(TRIES):
        try:
            ports.transfers.eject_caller(claim.party, claim.id)
        except NotFound:
            return (CallerGone(claim=claim.id),)
        except Unavailable as error:
            # A caller may be moved twice.
            note_failure(ports, "caller not moved", claim.id, error)
        else:
            return (CallerTakenOut(claim=claim.id),)
    return (CallerNotTakenOut(claim=claim.id),)


def move_out_operator(
    ports: Ports, _: Talk, request: MoveOutOperator
) -> Iterable[TalkEvent]:
    """Take the operator out; a leg that is over is fine."""
    try:
        if request.informs:
            ports.transfers.move_to_explanation(request.leg, request.claim)
        else:
            ports.dialling.end(request.leg)
    except NotFound:
        pass  # the leg is over, as it should be
    except Unavailable as error:
        note_failure(ports, "operator not moved", request.claim, error)
        return (OperatorNotOut(claim=request.claim, ambiguous=error.ambiguous),)
    return (OperatorOut(claim=request.claim),)


def turn_switch(ports: Ports, talk: Talk, request: TurnSwitch) -> Iterable[TalkEvent]:
    """Turn hold or mute on, or off."""
    claim = talk.claims[request.claim]
    turned_on, turned_off, _ = _switches_of(ports, request.switch)
    try:
        (turned_on if request.on else turned_off)(claim)
    except (NotFound, Unavailable) as error:
        note_failure(ports, "not switched", claim.id, error)
        return (
            SwitchNotTurned(
                claim=claim.id,
                switch=request.switch,
                on=request.on,
                gone=isinstance(error, NotFound),
                ambiguous=isinstance(error, Unavailable) and error.ambiguous,
            ),
        )
    return (SwitchTurned(claim=claim.id, switch=request.switch, on=request.on),)


def check_switch(ports: Ports, talk: Talk, request: CheckSwitch) -> Iterable[TalkEvent]:
    """Ask whether hold or mute is on."""
    claim, is_on = talk.claims[request.claim], None
    try:
        is_on = _switches_of(ports, request.switch)[2](claim)
    except NotFound:
        is_on = False
    except Unavailable as error:
        note_failure(ports, "switch not looked up", claim.id, error)
    return (
        SwitchChecked(
            claim=claim.id, switch=request.switch, is_on=is_on, wanted=request.wanted
        ),
    )


def _switches_of(
    ports: Ports, switch: Switch
) -> tuple[Callable[[Claim], None], Callable[[Claim], None], Callable[[Claim], bool]]:
    """The functions that turn it on, turn it off, and say whether it is on."""
    rooms = ports.rooms
    if switch is Switch.HOLD:
        return rooms.hold, rooms.unhold, rooms.is_held
    return rooms.mute, rooms.unmute, rooms.is_muted
