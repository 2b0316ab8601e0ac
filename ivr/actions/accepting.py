"""An operator answers an offer at the desk, with a click in place of a key.

The leg itself takes the call, as when a key is pressed: a click whose request to the
carrier is lost has changed nothing, and the key still counts.
"""

from dataclasses import replace

from ivr.actions.ending import end_offer
from ivr.actions.legs import end_leg
from ivr.actions.saving import save, settle
from ivr.core.model.call import ClaimId, LineKey, OperatorId
from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.errors import NotFound, Stale, Unavailable
from ivr.core.model.operator import Reach
from ivr.ports import Change, Ports

DECLINED = "declined"

WITHOUT_CALLER = frozenset({"caller-left", "not-reached"})
"""Why a claim is over when there is no caller any more."""


def take_by_desk(
    ports: Ports, line: LineKey, operator: OperatorId, key: ClaimId
) -> None:
    """The operator accepts at the desk; asked twice, it is done once.

    A telephone must have been picked up, and is then moved on. A browser picks up
    by itself: that takes the call, and here it is only noted.
    """

    def attempt() -> Claim | bool | None:
        claim = _own(ports, line, operator, key)
        if claim.agreed or not claim.is_offered:
            return False
        return _agreed(ports, claim)

    claim = settle(attempt)
    if isinstance(claim, Claim) and claim.state is ClaimState.ANSWERED:
        _move_on(ports, claim)


def _agreed(ports: Ports, claim: Claim) -> Claim | None:
    whose = ports.store.operator(claim.line, claim.operator)
    by_browser = whose is not None and whose.reach is Reach.BROWSER
    if claim.state is not ClaimState.ANSWERED and not by_browser:
        raise Stale("not-now")
    agreed = replace(claim, agreed=True)
    return agreed if save(ports, claim.line, Change(save=(agreed,))) else None


def _move_on(ports: Ports, claim: Claim) -> None:
    assert claim.leg is not None  # noqa: S101 - it was picked up
    try:
        ports.carrier.connect_operator(claim.leg, claim.id)
    except (NotFound, Unavailable) as error:
        ports.notes.warning("operator not moved on", claim=claim.id, error=str(error))
        _take_back(ports, claim)
        gone = isinstance(error, NotFound)
        raise Stale("offer-over" if gone else "carrier") from None


def _take_back(ports: Ports, claim: Claim) -> None:
    """Undo the agreement that the carrier did not carry out: it can be tried again."""

    def attempt() -> bool | None:
        now = ports.store.claim(claim.line, claim.id)
        if now is None or not (now.is_offered and now.agreed):
            return False
        undone = replace(now, agreed=False)
        return save(ports, claim.line, Change(save=(undone,))) or None

    settle(attempt)


def decline_by_desk(
    ports: Ports, line: LineKey, operator: OperatorId, key: ClaimId
) -> None:
    """The operator declines at the desk: the leg ends, a pause follows."""
    claim = ports.store.claim(line, key)
    if claim is not None and claim.operator == operator and claim.reason == DECLINED:
        return
    _own(ports, line, operator, key)
    if not end_offer(ports, line, key, DECLINED):
        _own(ports, line, operator, key)
        raise Stale("accepted")
    claim = ports.store.claim(line, key)
    if claim is not None and claim.leg is not None:
        end_leg(ports, claim.leg)


def _own(ports: Ports, line: LineKey, operator: OperatorId, key: ClaimId) -> Claim:
    """The operator's claim that still binds; Stale tells why there is none."""
    claim = ports.store.claim(line, key)
    if claim is None:
        raise Stale("offer-over")
    if claim.operator != operator:
        raise Stale("not-yours")
    if not claim.is_open:
        talked = claim.reason.startswith("talk-") or claim.reason in WITHOUT_CALLER
        raise Stale("call-over" if talked else "offer-over")
    return claim
