"""Where walks begin: the states that a line comes to by itself, by the shortest way."""

from typing import NamedTuple

from ivr.core.line.menu import Line
from ivr.core.model.callee import Callee
from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State
from ivr.core.model.values import replace
from ivr.core.talk.events import (
    CallerCameOut,
    CallerPutThrough,
    InviteAsked,
    Joined,
    KeyPressed,
    LegCreated,
    LegEnded,
    OfferDue,
    OperatorMoved,
    PersonAgreed,
    PersonLegCreated,
    PersonPickedUp,
    PersonWanted,
    PickedUp,
    RejoinAsked,
    Switch,
    SwitchAsked,
    SwitchTurned,
)
from tests.core.talk import moves
from tests.core.talk.moves import Move
from tests.core.talk.talk_world import TELEPHONE, TalkWorld
from tests.core.talk.walks.carrier import Step
from tests.core.walking import LINE, NOW, QUEUED, after

WISH = CallbackPreferences(number="sealed", at_any_hour=True)
HOST, GUEST = ClaimId("host"), ClaimId("guest")
CALLER, PERSON = ContactId("caller"), ContactId("person")
CALLER_LEG = leg_of_contact(CALLER)
PHONE, BROWSER, STANDING = (
    OperatorId("phone"),
    OperatorId("browser"),
    OperatorId("standing"),
)
STANDS = LegId("standing-leg")


# --- who is there -----------------------------------------------------------------


def populate(*, one_number: bool = False, owes: bool = False) -> TalkWorld:
    """Callers in every kind of wait, and two operators of each reach, all free."""
    world = TalkWorld(one_number=one_number, owes=owes)
    telephone = Callee(id=TELEPHONE, line=LINE.key, promise=PERSON)
    world.save(*_callers(), *_operators(), telephone)
    return world


def _callers() -> list[Contact]:
    waits = after(QUEUED)
    promise = CallbackRequest(made=NOW)
    return [
        replace(waits, id=CALLER),
        replace(
            waits,
            id=PERSON,
            callback=Callback(
                preferences=WISH, request=replace(promise, activated=True)
            ),
        ),
        replace(
            waits,
            id=ContactId("renewing"),
            callback=Callback(came_from=WISH),
        ),
        replace(
            waits,
            id=ContactId("promised"),
            stage=Stage.PROMISED,
            callback=Callback(
                preferences=WISH,
                request=replace(promise, renews=PERSON),
            ),
        ),
        replace(after(QUEUED[:1]), id=ContactId("chooses")),
    ]


def _operators() -> list[Operator]:
    reaches = (*Reach,)
    more = (Reach.PHONE, Reach.BROWSER, Reach.STANDING)
    named = [(str(each.value), each) for each in reaches]
    named += [(f"{each.value}-2", each) for each in more]
    return [_operator(name, reach, LINE) for name, reach in named]


def _operator(name: str, reach: Reach, line: Line) -> Operator:
    stands = reach is Reach.STANDING
    return Operator(
        id=OperatorId(name),
        line=line.key,
        profile=Profile(name=name, languages=("uk", "en"), reach=reach),
        state=State.AVAILABLE,
        since=NOW,
        idle_since=NOW,
        leg=LegId(f"{name}-leg") if stands else None,
    )


# --- how far it has come ----------------------------------------------------------


class Side(NamedTuple):
    """An operator of a claim, and the leg that they are on."""

    claim: ClaimId
    operator: OperatorId
    leg: LegId


def ring(side: Side) -> list[Step]:
    """The operator is rung."""
    return [
        OfferDue(claim=side.claim),
        LegCreated(claim=side.claim, leg=side.leg),
    ]


def take(side: Side) -> list[Step]:
    """The operator is rung, and takes it."""
    return [
        *ring(side),
        PickedUp(claim=side.claim, leg=side.leg),
        KeyPressed(claim=side.claim, leg=side.leg, keys="1"),
    ]


def offered(caller: ContactId, side: Side) -> list[Step]:
    """Caller and operator are promised to each other."""
    return [Move(moves.offer, (caller, side.operator, side.claim))]


def talk(side: Side) -> list[Step]:
    """A caller who talks to an operator."""
    inside: list[Step] = [
        Joined(claim=side.claim, leg=CALLER_LEG),
        Joined(claim=side.claim, leg=side.leg),
    ]
    return [*offered(CALLER, side), *take(side), *inside]


def invited(side: Side, host: OperatorId) -> list[Step]:
    """A colleague who is asked into a talk."""
    asked = InviteAsked(operator=host, colleague=side.operator, invitation=side.claim)
    return [asked]


def joined(side: Side, host: OperatorId) -> list[Step]:
    """A colleague who is inside."""
    inside = Joined(claim=side.claim, leg=side.leg)
    return [*invited(side, host), *take(side), inside]


PHONED = Side(HOST, PHONE, LegId("phone-leg"))
BROWSED = Side(HOST, BROWSER, LegId("browser-leg"))
STOOD = Side(HOST, STANDING, STANDS)
BY_PHONE = Side(GUEST, OperatorId("phone-2"), LegId("guest-leg"))
BY_BROWSER = Side(GUEST, OperatorId("browser-2"), LegId("guest-leg"))

THROUGH: list[Step] = [
    *offered(CALLER, STOOD),
    OfferDue(claim=HOST),
    CallerPutThrough(claim=HOST),
    OperatorMoved(claim=HOST, leg=STANDS),
]
STANDING_TALK: list[Step] = [
    *THROUGH,
    Joined(claim=HOST, leg=CALLER_LEG),
    Joined(claim=HOST, leg=STANDS),
]
PERSONS_LEG = LegId("person-leg")
CALLED_BACK: list[Step] = [
    *offered(PERSON, PHONED),
    *take(PHONED),
    PersonWanted(claim=HOST, attempt=1),
    PersonLegCreated(claim=HOST, leg=PERSONS_LEG),
]
DROPPED: list[Step] = [
    *talk(BROWSED),
    LegEnded(claim=HOST, leg=BROWSED.leg, how="completed"),
]
RECONNECTING: list[Step] = [*DROPPED, RejoinAsked(operator=BROWSER)]
BACK = LegId("browser-leg-2")

BEGINNINGS: dict[str, list[Step]] = {
    "nobody is rung": [],
    "offered": offered(CALLER, PHONED),
    "a telephone rings": [*offered(CALLER, PHONED), *ring(PHONED)],
    "a telephone is asked": [*offered(CALLER, PHONED), *take(PHONED)[:-1]],
    "a browser rings": [*offered(CALLER, BROWSED), *ring(BROWSED)],
    "taken": [*offered(CALLER, PHONED), *take(PHONED)],
    "put through": THROUGH,
    "a person is called": CALLED_BACK,
    "a person is reached": [
        *CALLED_BACK,
        PersonPickedUp(claim=HOST, leg=PERSONS_LEG),
        PersonAgreed(claim=HOST, leg=PERSONS_LEG),
    ],
    "they talk by telephone": talk(PHONED),
    "they talk by browser": talk(BROWSED),
    "they talk on a standing line": STANDING_TALK,
    "on hold": [
        *talk(PHONED),
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
        SwitchTurned(claim=HOST, switch=Switch.HOLD, on=True),
    ],
    "a colleague is rung": [*talk(PHONED), *invited(BY_PHONE, PHONE), *ring(BY_PHONE)],
    "a colleague comes": [
        *talk(BROWSED),
        *invited(BY_BROWSER, BROWSER),
        *take(BY_BROWSER),
    ],
    "a colleague is inside": [*talk(PHONED), *joined(BY_PHONE, PHONE)],
    "a browser is inside": [*talk(BROWSED), *joined(BY_BROWSER, BROWSER)],
    "dropped": DROPPED,
    "dropped, with a colleague rung": [
        *talk(BROWSED),
        *invited(BY_PHONE, BROWSER),
        *take(BY_PHONE),
        LegEnded(claim=HOST, leg=BROWSED.leg, how="completed"),
    ],
    "reconnecting": RECONNECTING,
    "rejoining": [
        *RECONNECTING,
        LegCreated(claim=HOST, leg=BACK),
        PickedUp(claim=HOST, leg=BACK),
    ],
    "thrown out of the room with a colleague": [
        *talk(PHONED),
        *joined(BY_PHONE, PHONE),
        CallerCameOut(leg=CALLER_LEG, of=HOST),
    ],
}
"""Steps from an empty line to each of these."""
