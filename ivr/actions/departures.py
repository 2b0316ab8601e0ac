"""What an operator decides of a talk, kept before the carrier is asked to do it."""

from dataclasses import replace

from ivr.actions.saving import save, settle
from ivr.actions.talks.running import run
from ivr.core.model.claim import Claim, Going, Way
from ivr.core.model.errors import HotlineError, NotFound, Stale, Unavailable
from ivr.core.model.operator import Reach
from ivr.core.talk.events import OperatorOut
from ivr.ports import Change, Ports


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
    run(ports, claim.line, OperatorOut(claim=claim.id))


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
