"""What an operator does during a talk: hold, mute, and the end.

Hold and mute are the carrier's, so that they are the same by telephone, by browser
and on a standing line. A claim says ``held`` or ``muted`` from before the carrier is
asked for it until after it was taken back: whoever is left so by a process that died
is known to be, and is looked up at the carrier, whose word counts.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ivr.actions.departures import decide, step_out
from ivr.actions.legs import end_leg
from ivr.actions.saving import save, settle
from ivr.actions.talks.ending import end_call
from ivr.actions.talks.running import run
from ivr.core.dialogue import spoken
from ivr.core.dialogue.instructions import AskAgain, Instruction, NextRequest, Say, Tone
from ivr.core.model.call import ClaimId, LineKey, OperatorId
from ivr.core.model.claim import Apart, Claim, Going, Way, off_hold, on_hold
from ivr.core.model.errors import NotFound, Stale, Unavailable
from ivr.core.model.facts import CallerHeld, CallerUnheld, Fact, of_claim
from ivr.core.model.operator import Reach
from ivr.core.talk.events import TalkClosed
from ivr.ports import Carrier, Change, Ports

HOLD_ROUND = timedelta(seconds=30)
"""How long the waiting tone sounds between two sentences to whoever is on hold."""

TRIES = 2
"""How often the carrier is asked to move a caller, who may be moved twice."""


# --- hold and mute ----------------------------------------------------------


def hold(ports: Ports, line: LineKey, operator: OperatorId, *, on: bool) -> None:
    """Put the caller on hold, or take the caller back; asked twice, it is done once.

    A colleague who was brought in has no caller of their own to hold.
    """
    claim = talk_of(ports, line, operator)
    if claim.joins is not None:
        raise Stale("not-yours")
    _turn(ports, claim, _HOLD, on=on)


def mute(ports: Ports, line: LineKey, operator: OperatorId, *, on: bool) -> None:
    """Let the operator not be heard, or be heard again; twice is as good as once."""
    _turn(ports, talk_of(ports, line, operator), _MUTE, on=on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Switch:
    """Something of a talk that is on or off: how it is noted, asked for and seen."""

    is_noted: Callable[[Claim], bool]
    noted: Callable[[Claim, bool, datetime], Claim]
    turn_on: Callable[[Carrier, Claim], None]
    turn_off: Callable[[Carrier, Claim], None]
    is_on: Callable[[Carrier, Claim], bool]
    on: type[Fact] | None = None
    off: type[Fact] | None = None


_HOLD = _Switch(
    is_noted=lambda claim: claim.held,
    noted=lambda claim, on, now: on_hold(claim, now) if on else off_hold(claim),
    turn_on=lambda carrier, claim: carrier.hold(claim),
    turn_off=lambda carrier, claim: carrier.unhold(claim),
    is_on=lambda carrier, claim: carrier.is_held(claim),
    on=CallerHeld,
    off=CallerUnheld,
)
_MUTE = _Switch(
    is_noted=lambda claim: claim.muted,
    noted=lambda claim, on, _: replace(claim, muted=on),
    turn_on=lambda carrier, claim: carrier.mute(claim),
    turn_off=lambda carrier, claim: carrier.unmute(claim),
    is_on=lambda carrier, claim: carrier.is_muted(claim),
)


def _turn(ports: Ports, claim: Claim, switch: _Switch, *, on: bool) -> None:
    if switch.is_noted(claim) is not on:
        (_turn_on if on else _turn_off)(ports, claim, switch)


def _turn_on(ports: Ports, claim: Claim, switch: _Switch) -> None:
    if not _note(ports, claim, switch, on=True):
        return
    try:
        switch.turn_on(ports.carrier, claim)
    except (NotFound, Unavailable) as error:
        is_on = _seen_after(ports, claim, switch, error, before=False)
        if is_on is False:
            _note(ports, claim, switch, on=False)
        if not is_on:
            raise _refused(error) from None
    # Whoever looked it up just before has found it off, and believed it.
    _note(ports, claim, switch, on=True)
    if switch.on is not None:
        told = of_claim(switch.on, claim, ports.clock.now())
        save(ports, claim.line, Change(save=(), facts=(told,)))


def _turn_off(ports: Ports, claim: Claim, switch: _Switch) -> None:
    try:
        switch.turn_off(ports.carrier, claim)
    except (NotFound, Unavailable) as error:
        if _seen_after(ports, claim, switch, error, before=True) is not False:
            raise _refused(error) from None
    _note(ports, claim, switch, switch.off, on=False)


def _refused(error: NotFound | Unavailable) -> Stale:
    return Stale("call-over" if isinstance(error, NotFound) else "carrier")


def _seen_after(
    ports: Ports,
    claim: Claim,
    switch: _Switch,
    error: NotFound | Unavailable,
    *,
    before: bool,
) -> bool | None:
    """Whether it is on after a request that failed; None when nobody can tell.

    Then it stays noted as on, and is looked up later.
    """
    ports.notes.warning("not switched", claim=claim.id, error=str(error))
    if isinstance(error, Unavailable) and error.ambiguous:
        return _seen(ports, claim, switch)
    return before


def _seen(ports: Ports, claim: Claim, switch: _Switch) -> bool | None:
    """Whether the carrier says that it is on; None when it does not tell."""
    try:
        return switch.is_on(ports.carrier, claim)
    except NotFound:
        return False
    except Unavailable:
        return None


def _note(
    ports: Ports,
    claim: Claim,
    switch: _Switch,
    fact: type[Fact] | None = None,
    *,
    on: bool,
) -> bool:
    """Note that it is on, or off; False when it was noted already."""

    def attempt() -> bool | None:
        was, now = ports.store.claim(claim.line, claim.id), ports.clock.now()
        if was is None or not was.is_talk:
            raise Stale("call-over")
        if switch.is_noted(was) is on:
            return False
        facts = [of_claim(fact, was, now)] if fact else []
        change = Change(save=(switch.noted(was, on, now),), facts=facts)
        return save(ports, claim.line, change) or None

    return settle(attempt)


def look_up(ports: Ports, claim: Claim) -> None:
    """Believe the carrier where it says that nobody is on hold, or muted, any more.

    Of whoever is not in the room as yet it knows nothing.
    """
    if claim.apart is not Apart.NO:
        return
    for switch in (_HOLD, _MUTE):
        if switch.is_noted(claim) and _seen(ports, claim, switch) is False:
            _note(ports, claim, switch, switch.off, on=False)


def held(ports: Ports, line: LineKey, key: ClaimId) -> list[Instruction]:
    """One round of what a caller on hold hears; then it is asked for again."""
    claim = ports.store.claim(line, key)
    call = ports.store.call(line, claim.call) if claim else None
    hotline = ports.content.lines()[line]
    language = spoken.language_of(hotline, call) if call else hotline.undecided_language
    return [
        Say(prompt="hold.stay", language=language),
        Tone(length=HOLD_ROUND),
        AskAgain(path=NextRequest.HOLD, values={"claim": key, "line": line}),
    ]


# --- the end ------------------------------------------------------------------


def end(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """The operator ends the talk: wrap-up, and the caller is asked what comes next.

    A telephone or browser is hung up; whoever is on a standing line stays there. It
    is over for a guest too. A guest who ends it only leaves.
    """
    claim = talk_of(ports, line, operator)
    if claim.joins is not None:
        step_out(ports, claim, Way.END)
        return
    send_on(ports, claim, Going(way=Way.END))
    whose = ports.store.operator(line, operator)
    stands = whose is not None and whose.reach is Reach.STANDING
    if claim.leg is not None and not stands:
        end_leg(ports, claim.leg)


def send_on(ports: Ports, claim: Claim, going: Going) -> None:
    """End a talk as its operator has decided; Stale when the caller is not moved.

    The caller is brought out of the room, which ends it for the operator too. The
    decision is saved before: the carrier tells of the end in any order, and whatever
    it tells first, or the caller's own next request, ends the talk in this way.
    """
    decide(ports, claim, going)
    try:
        _bring_out(ports, claim)
    except NotFound:
        end_call(ports, claim.line, claim.party)
        if going.way is not Way.END:
            raise Stale("call-over") from None
    except Unavailable as error:
        ports.notes.warning("caller not sent on", claim=claim.id, error=str(error))
        decide(ports, claim, None)
        raise Stale("carrier") from None
    run(ports, claim.line, TalkClosed(claim=claim.id, by="operator"))


def _bring_out(ports: Ports, claim: Claim) -> None:
    for _ in range(TRIES - 1):
        try:
            ports.carrier.bring_out(claim.party, claim.id)
        except Unavailable as error:
            ports.notes.warning("caller not moved", claim=claim.id, error=str(error))
        else:
            return
    ports.carrier.bring_out(claim.party, claim.id)


def talk_of(ports: Ports, line: LineKey, operator: OperatorId) -> Claim:
    """The claim of an operator who talks; Stale tells why there is none."""
    whose = ports.store.operator(line, operator)
    claim = ports.store.claim(line, whose.claim) if whose and whose.claim else None
    if claim is None or not claim.is_open:
        raise Stale("call-over")
    if not claim.is_talk or claim.apart is not Apart.NO:
        raise Stale("not-now")
    return claim
