"""The life of a claim as a table: what each event leads to in each phase.

``decide`` looks it up. A row names the step for each phase in which the event means
something; ``otherwise`` says in one line why nothing happens in the others.
``docs/talk.md`` is made from it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.core.model.claim import Claim
from ivr.core.talk.connections import calling_back, putting_through
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings import closing
from ivr.core.talk.events import (
    AcceptedAtDesk,
    BrowserNotRung,
    CalledOff,
    CallerChecked,
    CallerGone,
    CallerNotMoved,
    CallerNotPutThrough,
    CallerNotTakenOut,
    CallerPutThrough,
    CallerTakenOut,
    ClaimEvent,
    ConnectAsked,
    DeclinedAtDesk,
    DeskEvent,
    EndAsked,
    InviteAsked,
    Joined,
    KeyPressed,
    LeaseExpired,
    LeaveAsked,
    LeftRoom,
    LegCreated,
    LegEnded,
    LegNotCreated,
    NotMovedOn,
    OfferDue,
    OperatorCameOut,
    OperatorEngaged,
    OperatorMoved,
    OperatorNotMoved,
    OperatorNotOut,
    OperatorOut,
    PassOnAsked,
    PersonLegCreated,
    PersonLegEnded,
    PersonPickedUp,
    PersonWanted,
    PickedUp,
    RejoinAsked,
    RoomBegan,
    RoomEnded,
    RoomEndsWithOperator,
    RoomInspected,
    RoomLingers,
    RoomNotInspected,
    SwitchAsked,
    SwitchChecked,
    SwitchDoubted,
    SwitchNotTurned,
    SwitchTurned,
    TakenOffHold,
    TalkClosed,
    WithdrawAsked,
)
from ivr.core.talk.offers import accepting, offering
from ivr.core.talk.rooms import (
    at_desk,
    interruption,
    inviting,
    lapsing,
    meeting,
    switching,
)
from ivr.core.talk.talk import CONNECTED, INTERRUPTED, OFFERED, Context, Phase

Step = Callable[[Decision, Claim, Any, Context], Decision]
"""What an event leads to in a phase of a claim."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one event leads to in each phase, and why nothing happens in all others."""

    steps: Mapping[Phase, Step]
    otherwise: str


def row(otherwise: str, *cells: tuple[Iterable[Phase], Step]) -> Row:
    """A row of the table; two steps for one phase are a fault of ours."""
    steps: dict[Phase, Step] = {}
    for phases, step in cells:
        for phase in phases:
            if phase in steps:
                raise ValueError(f"{phase} has two steps: {steps[phase]}, {step}")
            steps[phase] = step
    return Row(steps, otherwise)


MADE, DIALLING = (Phase.MADE,), (Phase.DIALLING,)
HEARD_OF = (Phase.RINGING, Phase.ANSWERED)
TAKEN, TALKING, OVER = (Phase.TAKEN,), (Phase.TALKING,), (Phase.OVER,)
DROPPED = (Phase.DROPPED, Phase.RECONNECTING)
OPEN = (*OFFERED, *TAKEN, *CONNECTED)
ALL = (*OPEN, *OVER)

NOT_TALKING = (
    "The operator is told that the call is over, or that it is not the moment."
)

TABLE: Mapping[type[ClaimEvent | DeskEvent], Row] = {
    OfferDue: row(
        "Another process has rung, or the claim is over.",
        (MADE, putting_through.start_offer),
    ),
    OperatorEngaged: row(
        "The operator has agreed, or the claim is over.", (OFFERED, offering.give_way)
    ),
    LegCreated: row("", (OPEN, offering.bind_leg), (OVER, offering.end_stray)),
    LegNotCreated: row(
        "We know the leg by then, or the claim is over.", (DIALLING, offering.try_later)
    ),
    PickedUp: row(
        "",
        (OFFERED, offering.ask_operator),
        ((*TAKEN, *TALKING), offering.enter_if_accepted),
        (DROPPED, interruption.reconnect),
        ((Phase.REJOINING,), interruption.reenter),
        (OVER, offering.explain_end),
    ),
    KeyPressed: row("", (ALL, offering.hear_key)),
    ConnectAsked: row(
        "",
        (OFFERED, offering.take_moved_on),
        ((*TAKEN, *CONNECTED), offering.connect_anew),
        (OVER, offering.explain_end),
    ),
    CallerNotMoved: row(
        "",
        (TAKEN, offering.retry_caller),
        ((*OFFERED, *CONNECTED, *OVER), offering.explain_end),
    ),
    CallerGone: row("", (ALL, lapsing.miss_caller)),
    AcceptedAtDesk: row(
        "",
        (OFFERED, accepting.accept),
        ((*TAKEN, *CONNECTED), accepting.accept_twice),
        (OVER, accepting.refuse_at_desk),
    ),
    DeclinedAtDesk: row(
        "",
        (OFFERED, accepting.decline),
        ((*TAKEN, *CONNECTED), accepting.decline_late),
        (OVER, accepting.decline_twice),
    ),
    NotMovedOn: row("", (ALL, accepting.take_back)),
    LegEnded: row(
        "",
        (OFFERED, lapsing.miss_offer),
        (TAKEN, lapsing.lose_taken),
        (CONNECTED, lapsing.end_leg_in_talk),
        (OVER, lapsing.end_leg_late),
    ),
    CalledOff: row(
        "The claim is over, or they talk.", ((*OFFERED, *TAKEN), offering.call_off)
    ),
    LeaseExpired: row(
        "Nothing has to happen any more.",
        (MADE, putting_through.start_late),
        (DIALLING, lapsing.forget_leg),
        (HEARD_OF, lapsing.expire),
        ((*TAKEN, *INTERRUPTED), lapsing.inspect_room),
    ),
    Joined: row("", (ALL, meeting.join)),
    RoomBegan: row(
        "No operator has agreed: the notice is about another room.",
        ((*TAKEN, *CONNECTED, *OVER), meeting.begin),
    ),
    LeftRoom: row(
        "There is no talk, or not any more.",
        (TAKEN, meeting.step_away),
        (CONNECTED, meeting.leave_room),
    ),
    RoomEnded: row("There is no talk, or not any more.", (CONNECTED, meeting.end_room)),
    RoomInspected: row(
        "They talk, or the claim is over.",
        (TAKEN, meeting.resolve_taken),
        (INTERRUPTED, meeting.resolve_interrupted),
    ),
    RoomNotInspected: row(
        "They talk, or the claim is over.",
        ((*TAKEN, *INTERRUPTED), meeting.inspect_later),
    ),
    OperatorCameOut: row(
        "",
        (OFFERED, offering.explain_end),
        (TAKEN, lapsing.leave_taken),
        (CONNECTED, interruption.come_out),
        (OVER, offering.explain_end),
    ),
    CallerChecked: row(
        "",
        (CONNECTED, interruption.reopen_room),
        ((*OFFERED, *TAKEN, *OVER), offering.explain_end),
    ),
    RoomEndsWithOperator: row("The talk is over.", (CONNECTED, meeting.mark_ending)),
    TakenOffHold: row("The talk is over.", (CONNECTED, meeting.mark_unheld)),
    RoomLingers: row("The talk is over.", (CONNECTED, interruption.end_lingering_room)),
    OperatorOut: row("The talk is over.", (CONNECTED, interruption.step_out)),
    TalkClosed: row("The talk is over.", (CONNECTED, closing.close)),
    CallerPutThrough: row(
        "The claim is over by now.", (TAKEN, putting_through.fetch_operator)
    ),
    CallerNotPutThrough: row(
        "The claim is over by now.", (TAKEN, putting_through.miss_person)
    ),
    OperatorNotMoved: row(
        "The claim is over by now.", (TAKEN, putting_through.release_unmoved)
    ),
    PersonWanted: row("The claim is over by now.", (TAKEN, calling_back.dial_person)),
    PersonLegCreated: row("", (ALL, calling_back.bind_person)),
    PersonPickedUp: row("", (ALL, calling_back.ask_person)),
    PersonLegEnded: row("", (ALL, calling_back.miss_leg)),
    EndAsked: row(NOT_TALKING, (TALKING, at_desk.end)),
    PassOnAsked: row(NOT_TALKING, (TALKING, at_desk.pass_on)),
    LeaveAsked: row(NOT_TALKING, (TALKING, at_desk.leave_to_guest)),
    WithdrawAsked: row(NOT_TALKING, (TALKING, at_desk.withdraw_guest)),
    InviteAsked: row(NOT_TALKING, (TALKING, inviting.invite)),
    SwitchAsked: row(NOT_TALKING, (TALKING, switching.turn)),
    RejoinAsked: row(
        "The operator is told that the call is over, or that the talk goes on.",
        ((Phase.DROPPED,), interruption.ring_browser),
        ((Phase.RECONNECTING, Phase.REJOINING), interruption.ring_once),
    ),
    BrowserNotRung: row(
        "We know the leg by then.",
        ((Phase.RECONNECTING,), interruption.ring_later),
        (OVER, at_desk.refuse_over),
    ),
    CallerTakenOut: row(
        "There is no talk.", (CONNECTED, at_desk.finish), (OVER, at_desk.hang_up)
    ),
    CallerNotTakenOut: row(
        "There is no talk.", (CONNECTED, at_desk.talk_on), (OVER, at_desk.refuse_over)
    ),
    OperatorNotOut: row("The talk is over.", (CONNECTED, at_desk.stay)),
    SwitchTurned: row(
        "There is no talk.", (CONNECTED, switching.mark), (OVER, at_desk.refuse_over)
    ),
    SwitchNotTurned: row(
        "There is no talk.",
        (CONNECTED, switching.take_back),
        (OVER, at_desk.refuse_over),
    ),
    SwitchDoubted: row(
        "The carrier knows nothing about legs outside the room.",
        (TALKING, switching.doubt),
    ),
    SwitchChecked: row("The talk is over.", (CONNECTED, switching.believe_carrier)),
    OperatorMoved: row(
        "Nobody is put through, or not any more.",
        ((*TAKEN, *CONNECTED), putting_through.announce),
    ),
}
