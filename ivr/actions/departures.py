"""Somebody has left the room of a talk: it goes on without them, or it is over.

A room of two ends for both when one leaves it. That is the carrier's doing
(endConferenceOnExit): it needs no notice to us, and brings the other one to a document
of ours. While a colleague is inside, the operators' legs do not end it: a guest comes
in so, and the host's leg is changed over REST once the guest is in, and changed back
when the guest has left. The caller's leg always ends it.

A request of these that fails breaks nothing. Where a room has ended by mistake, all
come out to us and ask, and whoever still belongs to the talk is sent in again. Where
one goes on by mistake, the claim says so (``goes_on``), and the caller is fetched as
soon as we hear that the operator has left the room, or that the leg is over; with both
notices lost, at the next reconciliation. So no notice that is lost or late leaves a
caller alone in silence for longer than RECONCILE_SECONDS.
"""

from collections.abc import Callable
from dataclasses import replace

from ivr.actions.ending import caller_left, talk_over
from ivr.actions.parting import (
    WITHDRAWN,
    guest_of,
    guest_parted,
    handed_over,
)
from ivr.actions.saving import save, settle
from ivr.core.model.call import CallId, ClaimId, LineKey
from ivr.core.model.claim import (
    WITHOUT_OPERATOR,
    Apart,
    Claim,
    Going,
    Way,
    gathering,
    lost,
    off_hold,
)
from ivr.core.model.errors import HotlineError, NotFound, Stale, Unavailable
from ivr.core.model.facts import CallerUnheld, Fact, of_claim
from ivr.core.model.operator import Reach
from ivr.ports import Change, Ports

# --- who leaves ---------------------------------------------------------------


def operator_gone(
    ports: Ports, line: LineKey, key: ClaimId, by: str = "operator"
) -> None:
    """An operator has left the room: the colleague inside keeps the caller.

    Without one a browser that was cut off may come back; else the talk is over. A
    guest who leaves ends nothing.
    """
    claim = ports.store.claim(line, key)
    if claim is None or not claim.is_talk:
        return
    if claim.joins is not None:
        part(ports, claim)
    elif (guest := _kept_by(ports, claim)) is not None:
        end_room_with(ports, line, guest.id)
        _take_back(ports, guest)
    elif not _is_lost(ports, claim, None):
        talk_over(ports, line, key, by)


def _kept_by(ports: Ports, host: Claim) -> Claim | None:
    """The guest inside, if there is one, who has the caller from now on."""

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(host.line, host.id)
        if claim is None or not claim.is_talk:
            return False
        guest, call = guest_of(ports, claim), ports.store.call(claim.line, claim.call)
        leaves = claim.going is None or claim.going.way is Way.LEAVE
        if guest is None or not guest.is_talk or call is None or not leaves:
            return False
        change = handed_over(ports, claim, guest, call)
        return guest if save(ports, claim.line, change) else None

    guest = settle(attempt)
    return guest if isinstance(guest, Claim) else None


def _is_lost(ports: Ports, dropped: Claim, leg: CallId | None) -> bool:
    """Whether it is a browser that may come back; if so, the claim is kept.

    ``leg`` while nobody has told that it is over.
    """
    whose = ports.store.operator(dropped.line, dropped.operator)
    if whose is None or whose.reach is not Reach.BROWSER or whose.disabled:
        return False

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(dropped.line, dropped.id)
        if claim is None or not claim.is_talk:
            return True
        if claim.going is not None:
            return False
        now = ports.clock.now()
        if (gone := lost(claim, now, leg)) == claim:
            return True
        facts = [of_claim(CallerUnheld, claim, now)] if claim.held else []
        change = Change(save=(gone,), facts=facts)
        return claim if save(ports, claim.line, change) else None

    before = settle(attempt)
    if isinstance(before, Claim) and _is_left_there(before):
        _bring_out(ports, before)
    return bool(before)


def _is_left_there(claim: Claim) -> bool:
    """Whether a caller may be in a room that has not ended with its operator."""
    return claim.apart is Apart.GATHERING or claim.goes_on


def _bring_out(ports: Ports, claim: Claim) -> None:
    """Let a caller wait where there are words, who may be alone in the room by now."""
    try:
        ports.carrier.bring_out(claim.party, claim.id)
    except NotFound:
        caller_left(ports, claim.line, claim.party)
    except Unavailable as error:
        ports.notes.warning("caller not brought out", claim=claim.id, error=str(error))


def _take_back(ports: Ports, guest: Claim) -> None:
    """Take a caller off hold who was left to somebody with no desk at hand perhaps."""
    claim = ports.store.claim(guest.line, guest.id)
    if claim is None or not claim.held:
        return
    try:
        ports.carrier.unhold(claim)
    except (NotFound, Unavailable) as error:
        ports.notes.warning("not taken off hold", claim=claim.id, error=str(error))
    else:
        _save_as(ports, claim, off_hold, CallerUnheld)


def part(ports: Ports, guest: Claim) -> None:
    """A guest has left: host and caller talk on, in a room that ends with either."""

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(guest.line, guest.id)
        if claim is None or not claim.is_talk or claim.joins is None:
            return False
        withdrawn = claim.going is not None and claim.going.way is Way.WITHDRAW
        change = guest_parted(ports, claim, WITHDRAWN if withdrawn else "operator")
        return claim if save(ports, claim.line, change) else None

    claim = settle(attempt)
    if isinstance(claim, Claim) and claim.joins is not None:
        end_room_with(ports, claim.line, claim.joins)


# --- who comes out --------------------------------------------------------------


def came_out(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId, *, is_up: bool
) -> bool:
    """An operator's leg asks what comes after the room; whether it goes in again.

    ``is_up``: somebody still holds it. Then the room has ended otherwise.
    """
    claim = ports.store.claim(line, key)
    if claim is None or not claim.is_talk or claim.leg not in {None, leg}:
        return False
    if claim.going is not None or not is_up:
        operator_gone(ports, line, key)
    elif claim.joins or claim.goes_on or claim.apart:
        return _goes_in_again(ports, claim)
    else:
        talk_over(ports, line, key, "carrier")
    return False


def _goes_in_again(ports: Ports, claim: Claim) -> bool:
    """Whether a talk goes on whose room has ended by mistake: not without the caller.

    With the caller there it was the host's leaving that ended it for a guest.
    """
    if _is_over(ports, claim.party):
        caller_left(ports, claim.line, claim.party)
        return False
    host = ports.store.claim(claim.line, claim.joins) if claim.joins else None
    if host is not None and _kept_by(ports, host) is None:
        part(ports, claim)
    return gather(ports, claim.line, claim.id)


def _is_over(ports: Ports, leg: CallId | None) -> bool:
    try:
        return leg is not None and ports.carrier.is_over(leg)
    except Unavailable as error:
        ports.notes.warning("leg not seen", error=str(error))
        return False


def caller_came_out(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """The caller asks what comes after the room of a talk, which may go on."""
    claim = ports.store.claim(line, key)
    if claim is None or not claim.is_talk or claim.apart in WITHOUT_OPERATOR:
        return
    guest = guest_of(ports, claim)
    if claim.going is not None:
        talk_over(ports, line, key, "operator")
    elif guest is not None and guest.is_talk:
        _kept_by(ports, claim)
        gather(ports, line, guest.id)
    elif claim.goes_on or claim.apart:
        gather(ports, line, key)
    elif not _is_lost(ports, claim, claim.leg):
        operator_gone(ports, line, key)


def gather(ports: Ports, line: LineKey, key: ClaimId) -> bool:
    """Let caller and operator come into the room anew; False when that is over."""

    def attempt() -> bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or not claim.is_talk or claim.joins is not None:
            return False
        now = ports.clock.now()
        again = gathering(claim, now)
        if again == claim:
            return True
        facts = [of_claim(CallerUnheld, claim, now)] if claim.held else []
        return save(ports, line, Change(save=(again,), facts=facts)) or None

    return settle(attempt)


def come_back(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> bool:
    """The browser that dropped out has picked up: bring the caller; False: it is over.

    A request that comes twice moves nobody twice: the caller is in the room by then.
    """

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or not (claim.is_talk and claim.apart) or claim.leg != leg:
            return False
        if claim.apart not in WITHOUT_OPERATOR:
            return True
        again = gathering(claim, ports.clock.now())
        return again if save(ports, line, Change(save=(again,))) else None

    claim = settle(attempt)
    return _bring_caller(ports, claim) if isinstance(claim, Claim) else bool(claim)


def _bring_caller(ports: Ports, claim: Claim) -> bool:
    try:
        ports.carrier.send_to_room(claim.party, claim.id)
    except NotFound:
        caller_left(ports, claim.line, claim.party)
        return False
    except Unavailable as error:
        # Asking again in some seconds, the caller is sent to the room.
        ports.notes.warning("caller not brought", claim=claim.id, error=str(error))
    return True


def keep_lost(ports: Ports, host: Claim) -> None:
    """A guest has come in whose host has dropped out: the caller is theirs now."""
    guest = _kept_by(ports, host)
    if guest is None:
        return

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(guest.line, guest.id)
        if claim is None or not claim.is_talk or claim.apart is not Apart.NO:
            return False
        # The guest is in the room already, and came so that it goes on without them.
        again = replace(
            gathering(claim, ports.clock.now()), operator_in=True, goes_on=True
        )
        return again if save(ports, claim.line, Change(save=(again,))) else None

    claim = settle(attempt)
    if isinstance(claim, Claim):
        _bring_caller(ports, claim)


# --- whether a room goes on -------------------------------------------------------


def keep_room(ports: Ports, host: Claim) -> None:
    """Let a room go on without the host; when that fails it is entered again."""
    try:
        ports.carrier.keep_room(host)
    except (NotFound, Unavailable) as error:
        ports.notes.warning("room not kept", claim=host.id, error=str(error))


def end_room_with(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """Let a room of two end with the operator again; until then we see to it."""
    claim = ports.store.claim(line, key)
    if claim is None or not (claim.is_talk and claim.goes_on) or claim.guest:
        return
    try:
        ports.carrier.end_room_with(claim)
    except (NotFound, Unavailable) as error:
        ports.notes.warning("room not to end", claim=key, error=str(error))
    else:
        _save_as(ports, claim, _ending)


def _ending(claim: Claim) -> Claim:
    alone = claim.guest is None and claim.apart is Apart.NO
    return replace(claim, goes_on=False) if alone else claim


def _save_as(
    ports: Ports,
    claim: Claim,
    turned: Callable[[Claim], Claim],
    *kinds: type[Fact],
) -> None:
    def attempt() -> bool | None:
        now = ports.store.claim(claim.line, claim.id)
        if now is None or not now.is_talk or turned(now) == now:
            return False
        facts = [of_claim(kind, now, ports.clock.now()) for kind in kinds]
        return save(ports, now.line, Change(save=(turned(now),), facts=facts)) or None

    settle(attempt)


# --- decisions ----------------------------------------------------------------------


def decide(ports: Ports, claim: Claim, going: Going | None) -> None:
    """Keep what an operator has decided of a talk; Stale when it is over by now."""

    def attempt() -> bool | None:
        now = ports.store.claim(claim.line, claim.id)
        if now is None or not now.is_talk:
            raise Stale("call-over")
        if now.going == going:
            return True
        decided = replace(now, going=going)
        return save(ports, claim.line, Change(save=(decided,))) or None

    settle(attempt)


def step_out(ports: Ports, claim: Claim, way: Way) -> None:
    """Take an operator out of a talk that goes on; Stale when the leg is not moved."""
    decide(ports, claim, Going(way=way))
    try:
        _move_out(ports, claim, told=way is Way.WITHDRAW)
    except NotFound:
        pass  # the leg is over: that is what was wanted
    except Unavailable as error:
        ports.notes.warning("operator not moved", claim=claim.id, error=str(error))
        # A guest who is out for all that is not to be taken for one whose host left.
        if claim.joins is None or not error.ambiguous:
            _decide_nothing(ports, claim)
        raise Stale("carrier") from None
    operator_gone(ports, claim.line, claim.id)


def _decide_nothing(ports: Ports, claim: Claim) -> None:
    try:
        decide(ports, claim, None)
    except HotlineError:
        return  # it is over by now, and the decision with it


def _move_out(ports: Ports, claim: Claim, *, told: bool) -> None:
    if claim.leg is None:
        return
    whose = ports.store.operator(claim.line, claim.operator)
    if told or (whose is not None and whose.reach is Reach.STANDING):
        ports.carrier.tell_over(claim.leg, claim.id)
    else:
        ports.carrier.end(claim.leg)
