"""The view of an operator's desk at this moment: one state, an offer, a talk.

Pure: made from the operator, the claim and the call. Nothing in it names a caller.
"""

from dataclasses import dataclass
from datetime import datetime

from ivr.core.model.claim import COMING_BACK, Claim, ClaimState, Interruption
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.location import LocationKind
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Operator, State
from ivr.core.queue.handover import HINDRANCES, LANGUAGE

AWAY_REASONS = ("break", "meal", "moment", "technical", "other")
"""Why an operator may be away; "moment": to breathe. No free text: it is logged."""

LEFT = "left"
"""Why a talk is over for a guest: they have left it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """A caller who is offered, as the operator sees them before agreeing.

    ``since`` is the arrival in the queue; ``until`` is when the ringing ends by itself,
    which nobody knows before it rings, or once it was picked up. ``can_accept``: a
    telephone has to be picked up first. ``by`` is the name of the colleague who hands
    the caller over, or asks for help; ``resumed``: an earlier talk of this same call
    broke off.
    """

    claim: ClaimId
    language: str
    topic: str
    since: datetime
    located: bool
    returning: bool
    called_back: bool
    invited: bool
    until: datetime | None
    can_accept: bool
    agreed: bool
    by: str = ""
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkView:
    """The call that the operator has taken, from agreeing to its end.

    ``on_the_way`` until both are in the room; ``is_lost`` while the operator's own leg
    is gone and can come back, ``comes_back`` while both are on their way to each other
    again. ``guest`` is a colleague who is brought in; ``is_guest``: this operator is
    the guest; ``refused`` says why the last guest did not come, ``left`` is the name of
    the one who was inside.
    """

    claim: ClaimId
    call: ContactId
    language: str
    topic: str
    since: datetime
    on_the_way: bool
    held: bool = False
    held_since: datetime | None = None
    muted: bool = False
    is_lost: bool = False
    comes_back: bool = False
    is_guest: bool = False
    guest: "Guest | None" = None
    refused: str = ""
    left: str = ""

    @property
    def is_interrupted(self) -> bool:
        """Whether the two cannot hear each other, though the talk is not over."""
        return self.is_lost or self.comes_back

    @property
    def lasts_since(self) -> datetime | None:
        """Since when the present state lasts: on hold, or in the talk.

        None: nobody talks.

        A caller on hold waits, and the operator has to know how long.
        """
        if self.is_interrupted:
            return None
        return self.held_since if self.held else self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A colleague who is being brought in; ``state``: rings or inside."""

    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Another operator of the line, who may be brought in or handed a call."""

    id: OperatorId
    name: str
    state: State
    languages: str
    is_free: bool
    team: str = ""
    is_supervisor: bool = False
    hindrance: str = ""

    @property
    def word(self) -> str:
        """The word shown beside a colleague's name, as the end of a key."""
        if self.hindrance in HINDRANCES:
            return f"hindrance.{self.hindrance}"
        soon = self.state is State.WRAP_UP and not self.hindrance
        return "free-soon" if soon else f"state.{self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """The names of the other people on this desk; entities know only their ids."""

    guest: Guest | None = None
    by: str = ""
    left: str = ""


NOBODY = Others()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The whole view at ``now``.

    ``answer`` is the leg that the browser picks up by itself, because its operator has
    agreed. ``over`` is the reason why the claim that the page showed last is over,
    ``over_name`` the person in that reason.
    """

    operator: Operator
    now: datetime
    offer: OfferView | None = None
    talk: TalkView | None = None
    answer: LegId | None = None
    over: str = ""
    over_name: str = ""

    @property
    def until(self) -> datetime | None:
        """When the present state ends by itself: ringing, wrap-up, a pause.

        Never a lease: an operator does not count on how long we wait in vain.
        """
        if self.offer is not None:
            return self.offer.until
        is_timed = self.operator.state is State.WRAP_UP or self.is_cooling
        return self.operator.due if is_timed else None

    @property
    def writes_on(self) -> ContactId | None:
        """The call that the operator may write about: the present, or the last one."""
        if self.talk is not None:
            return self.talk.call
        wraps_up = self.operator.state is State.WRAP_UP
        after = self.operator.wrap_up
        return after.owes or (after.last if wraps_up else None)

    @property
    def is_held(self) -> bool:
        """Whether wrap-up lasts until something required is written down."""
        return self.operator.state is State.WRAP_UP and self.operator.due is None

    @property
    def is_cooling(self) -> bool:
        """Whether the operator pauses after an offer that came to nothing."""
        available = self.operator.state is State.AVAILABLE
        return available and self.operator.is_cooling(self.now)


def view_desk(
    operator: Operator,
    claim: Claim | None,
    call: Contact | None,
    now: datetime,
    others: Others = NOBODY,
    *,
    known: bool = False,
) -> Desk:
    """The desk of an operator with the claim and the call that bind them, if any.

    ``known``: the caller has rung before, by the keyed name of the number.
    """
    if claim is None or not claim.is_open or call is None:
        return Desk(operator=operator, now=now)
    if claim.is_offered:
        return Desk(
            operator=operator,
            now=now,
            offer=_view_offer(operator, claim, call, others.by, known=known),
            answer=claim.leg if claim.offer.agreed else None,
        )
    return Desk(
        operator=operator,
        now=now,
        talk=_view_talk(claim, call, others),
        answer=claim.leg,
    )


def why_over(claim: Claim | None, operator: Operator) -> str:
    """The word for why a claim that a desk still shows is over; "" when it is not."""
    if claim is None or claim.operator != operator.id or claim.is_open:
        return ""
    left = claim.is_invitation and claim.reason == "talk-operator"
    return LEFT if left else claim.reason


def _view_offer(
    operator: Operator, claim: Claim, call: Contact, by: str, *, known: bool
) -> OfferView:
    rung = operator.is_in_browser or claim.state is ClaimState.ANSWERED
    came_back = call.talk.answered and call.affinity.handed_by is None
    return OfferView(
        claim=claim.id,
        language=call.need.language or "",
        topic=call.need.topic or "",
        since=call.arrival.at or claim.made,
        located=call.location.kind in {LocationKind.AREA, LocationKind.EXACT},
        returning=known or bool(call.wait.before or call.callback.came_from),
        called_back=call.leg is None,
        invited=claim.is_invitation,
        until=claim.rings_until,
        can_accept=rung and not claim.offer.agreed,
        agreed=claim.offer.agreed,
        by=by,
        resumed=came_back and not claim.is_invitation,
    )


def _view_talk(claim: Claim, call: Contact, others: Others) -> TalkView:
    return TalkView(
        claim=claim.id,
        call=call.id,
        language=call.need.language or "",
        topic=call.need.topic or "",
        since=claim.offer.taken or claim.made,
        on_the_way=claim.state is ClaimState.TAKEN,
        held=claim.participants.held,
        held_since=claim.participants.held_since,
        muted=claim.participants.muted,
        is_lost=claim.interruption is Interruption.OPERATOR_DROPPED,
        comes_back=claim.interruption in COMING_BACK,
        is_guest=claim.is_invitation,
        guest=others.guest,
        refused=claim.companions.refused,
        left=others.left,
    )


def view_colleague(
    operator: Operator,
    now: datetime,
    hindrance: str = "",
    *,
    is_supervisor: bool = False,
) -> Colleague:
    """An operator as their colleagues' desks show them."""
    return Colleague(
        id=operator.id,
        name=operator.profile.name,
        state=operator.state,
        languages=", ".join(operator.profile.languages),
        is_free=operator.is_free(now) and hindrance in {"", LANGUAGE},
        hindrance=hindrance,
        team=operator.profile.team,
        is_supervisor=is_supervisor,
    )


def view_guest(claim: Claim, operator: Operator) -> Guest:
    """A colleague who is asked into a talk, as the host sees them."""
    state = "inside" if claim.is_talk else "rings"
    return Guest(name=operator.profile.name, state=state)
