"""The next step of a walk: from the post, from people, from the clock, or any event."""

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

from ivr.core.model.claim import Claim
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import LegId
from ivr.core.model.operator import Operator, State
from ivr.core.talk.events import (
    AcceptedAtDesk,
    CallerHungUp,
    ClaimEvent,
    DeclinedAtDesk,
    DeskEvent,
    EndAsked,
    InviteAsked,
    LeaseExpired,
    LeaveAsked,
    LegEnded,
    OfferDue,
    PassOnAsked,
    RejoinAsked,
    RoomEnded,
    RoomLingers,
    StandingLegEnded,
    SwitchAsked,
    TalkEvent,
    WithdrawAsked,
)
from ivr.core.talk.table import TABLE
from tests.core.talk import moves
from tests.core.talk.moves import Move
from tests.core.talk.talk_world import TalkWorld
from tests.core.talk.walks.carrier import Post, Step
from tests.core.talk.walks.chance import HOW, Draw, any_message, draw_event

OF_TABLE = (ClaimEvent, DeskEvent)
"""The events of which the table has a row."""

OF_OTHERS = tuple(each for each in get_args(TalkEvent) if each not in OF_TABLE)
"""The events that are about no claim: those of callers, and of standing legs."""

ALL_EVENTS = (*TABLE, *OF_OTHERS)

AT_DESK = (
    *(EndAsked, PassOnAsked, LeaveAsked, WithdrawAsked),
    *(InviteAsked, InviteAsked, InviteAsked, SwitchAsked),
)
"""What an operator who talks may ask for, by how often."""

NOTHING = Move(moves.wait, (timedelta(seconds=1),))
LONG = timedelta(minutes=5)


def draw_step(draw: Draw, world: TalkWorld, post: Post, *, is_wild: bool) -> Step:
    """What comes next; what else is to follow goes into the post."""
    while post and draw.is_so(0.55):
        step = post[int(draw.rng.random() * len(post))]
        # Else it comes once more; but no desk makes up one name for two invitations.
        if isinstance(step, InviteAsked) or not draw.is_so(0.15):
            post.remove(step)
        if not draw.is_so(0.05):  # else it is lost
            return step
    if is_wild and draw.is_so(0.4):
        return draw_event(draw, world, draw.one_of(ALL_EVENTS))
    steps = draw.one_of(DEEDS)(draw, world)
    post += steps[1:]
    return steps[0] if steps else NOTHING


# --- the clock --------------------------------------------------------------------


def _expire(draw: Draw, world: TalkWorld) -> Post:
    """A lease is over, or is looked at too early."""
    claims = [each for each in world.open_claims() if each.deadline]
    if not claims:
        return [Move(moves.wait, (LONG,))]
    claim = draw.one_of(claims)
    expired = LeaseExpired(claim=claim.id)
    left = (claim.deadline or world.now) - world.now
    if draw.is_so(0.2) or left <= timedelta():
        return [expired]
    return [Move(moves.wait, (left,)), expired]


# --- routing, and operators ---------------------------------------------------------


def _offer(draw: Draw, world: TalkWorld) -> Post:
    waiting = [each for each in world.calls() if each.stage is Stage.WAITING]
    free = [each for each in world.operators() if each.is_free(world.now)]
    if not waiting or not free:
        return []
    claim = draw.new_claim()
    names = (draw.one_of(waiting).id, draw.one_of(free).id, claim)
    return [Move(moves.offer, names), OfferDue(claim=claim)]


def _answer_at_desk(draw: Draw, world: TalkWorld) -> Post:
    claims = world.open_claims()
    if not claims:
        return []
    claim = draw.one_of(claims)
    kind = AcceptedAtDesk if draw.is_so(0.7) else DeclinedAtDesk
    return [kind(claim=claim.id, operator=claim.operator)]


def _ask_desk(draw: Draw, world: TalkWorld) -> Post:
    """Somebody who talks asks for something at the desk."""
    talks = _talks(world)
    if not talks:
        return []
    return [draw_event(draw, world, draw.one_of(AT_DESK), draw.one_of(talks))]


def _drop(draw: Draw, world: TalkWorld) -> Post:
    """An operator's leg is gone, by a fault of the line or by their hand."""
    talks = [each for each in _talks(world) if each.leg]
    if not talks:
        return []
    claim = draw.one_of(talks)
    return [LegEnded(claim=claim.id, leg=claim.leg or LegId(""), how="completed")]


def _come_back(draw: Draw, world: TalkWorld) -> Post:
    """The page of an operator who dropped out is back, and asks, perhaps twice."""
    out = [each for each in world.open_claims() if each.is_interrupted]
    return [RejoinAsked(operator=draw.one_of(out).operator)] if out else []


def _change_state(draw: Draw, world: TalkWorld) -> Post:
    states = (State.AVAILABLE, State.AVAILABLE, State.AVAILABLE, State.AWAY)
    names = (draw.one_of(world.operators()).id, draw.one_of(states))
    return [Move(moves.choose_state, names)]


def _call_in(draw: Draw, world: TalkWorld) -> Post:
    away = [each for each in world.operators() if _may_call_in(each)]
    if not away:
        return []
    return [Move(moves.call_in, (draw.one_of(away).id, draw.new_leg()))]


def _may_call_in(operator: Operator) -> bool:
    return operator.is_standing and operator.leg is None


def _cut_standing(draw: Draw, world: TalkWorld) -> Post:
    standing = [each for each in world.operators() if each.is_standing]
    cut = draw.one_of(standing)
    leg = cut.leg or draw.new_leg()
    return [StandingLegEnded(operator=cut.id, leg=leg)]


def _disable(draw: Draw, world: TalkWorld) -> Post:
    if not draw.is_so(0.2):
        return []
    return [Move(moves.disable, (draw.one_of(world.operators()).id,))]


def _engage(draw: Draw, world: TalkWorld) -> Post:
    on_phone = [e.id for e in world.operators() if draw.is_so(0.2)]
    return [Move(moves.engage, tuple(on_phone))]


# --- callers ----------------------------------------------------------------------


def _hang_up(draw: Draw, world: TalkWorld) -> Post:
    legs = [each.leg for each in world.calls() if each.is_live and each.leg]
    if not legs:
        return []
    leg, how = draw.one_of(legs), draw.one_of(HOW)
    return [CallerHungUp(leg=leg, how=how, message=any_message(draw))]


def _queue_again(draw: Draw, world: TalkWorld) -> Post:
    after = [each for each in world.calls() if each.stage is Stage.AFTER]
    return [Move(moves.queue, (draw.one_of(after).id,))] if after else []


def _end_room(draw: Draw, world: TalkWorld) -> Post:
    talks = _talks(world)
    if not talks:
        return []
    kind = draw.one_of((RoomEnded, RoomLingers))
    return [kind(claim=draw.one_of(talks).id)]


def _talks(world: TalkWorld) -> list[Claim]:
    return [each for each in world.open_claims() if each.is_talk]


DEEDS: tuple[Callable[[Draw, TalkWorld], Post], ...] = (
    *(_expire, _expire, _offer, _offer, _offer, _answer_at_desk, _drop),
    *(_ask_desk, _ask_desk, _ask_desk, _ask_desk, _come_back, _come_back),
    *(_change_state, _call_in, _cut_standing, _disable, _engage),
    *(_hang_up, _queue_again, _end_room),
)
"""What people and the clock do, by how often."""
