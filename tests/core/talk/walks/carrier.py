"""A carrier that does what it is asked, or not, and tells of it, or not.

It answers each request in any of the ways in which one can come out: done, refused,
perhaps done, or of somebody who is not there any more. What follows at a telephone is
told as well, and all of that waits in the post: it may come late, twice, in any order,
or never.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import LegId
from ivr.core.talk import answers, requests
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import (
    BrowserNotRung,
    CallbackRevoked,
    CallerCameOut,
    CallerChecked,
    CallerGone,
    CallerHungUp,
    CallerNotMoved,
    CallerNotPutThrough,
    CallerNotTakenOut,
    CallerPutThrough,
    CallerTakenOut,
    ConnectAsked,
    Joined,
    KeyPressed,
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
    PersonAgreed,
    PersonLegCreated,
    PersonLegEnded,
    PersonPickedUp,
    PersonWanted,
    PickedUp,
    RoomBegan,
    RoomEndsWithOperator,
    RoomInspected,
    RoomNotInspected,
    StandingLegEnded,
    SwitchChecked,
    SwitchNotTurned,
    SwitchTurned,
    TakenOffHold,
    TalkEvent,
)
from ivr.core.talk.offers.offering import is_to_be_dialled
from ivr.core.talk.requests import Request
from ivr.core.talk.talk import Talk
from tests.core.talk.moves import Move
from tests.core.talk.walks.chance import HOW, KEYS, Draw

Step = TalkEvent | Move
Post = list[Step]


def reply(draw: Draw, talk: Talk, request: Request) -> Post:
    """All that may come of a request."""
    found = REPLIES.get(type(request))
    return found(draw, talk, request) if found else []


def follow(draw: Draw, decision: Decision, event: TalkEvent) -> Post:
    """All that the leg may do that was answered."""
    found = FOLLOWS.get(type(decision.answer))
    leg = getattr(event, "leg", None) or draw.new_leg()
    return found(draw, leg, decision.answer) if found else []


# --- what is asked of it ----------------------------------------------------------


def _ring(draw: Draw, _: Talk, request: requests.RingOperator) -> Post:
    claim, leg = request.claim, draw.new_leg()
    if draw.is_so(0.05):
        return [OperatorEngaged(claim=claim)]
    rung: Post = [
        PickedUp(claim=claim, leg=leg),
        LegEnded(claim=claim, leg=leg, how=draw.one_of(HOW)),
    ]
    if draw.is_so(0.1):
        return [LegNotCreated(claim=claim, ambiguous=True), *rung]
    if draw.is_so(0.15):
        return [LegNotCreated(claim=claim, permanent=draw.is_so(0.2))]
    return [LegCreated(claim=claim, leg=leg), *rung]


def _connect_caller(draw: Draw, talk: Talk, request: requests.ConnectCaller) -> Post:
    claim, attempt = talk.claims[request.claim], request.attempt
    call = talk.call_of(claim)
    if call is not None and is_to_be_dialled(call) and draw.is_so(0.9):
        return [PersonWanted(claim=claim.id, attempt=attempt)]
    if draw.is_so(0.1):
        return [CallerGone(claim=claim.id)]
    if draw.is_so(0.2):
        permanent = draw.is_so(0.3)
        return [CallerNotMoved(claim=claim.id, attempt=attempt, permanent=permanent)]
    return _enter_room(claim.id, claim.party)


def _dial(draw: Draw, _: Talk, request: requests.DialPerson) -> Post:
    """The person's leg is created, or perhaps was; they pick up, or do not."""
    claim, leg = request.claim, draw.new_leg()
    if draw.is_so(0.1):
        permanent, attempt = draw.is_so(0.5), request.attempt
        if request.is_standing:
            return [CallerNotPutThrough(claim=claim, permanent=permanent)]
        return [CallerNotMoved(claim=claim, attempt=attempt, permanent=permanent)]
    post: Post = [
        PersonPickedUp(claim=claim, leg=leg),
        PersonLegEnded(claim=claim, leg=leg, how=draw.one_of(HOW)),
    ]
    if request.is_standing:
        post.append(CallerPutThrough(claim=claim))
    return [PersonLegCreated(claim=claim, leg=leg), *post]


def _enter_room(claim: Any, leg: LegId) -> Post:
    return [
        Joined(claim=claim, leg=leg),
        LeftRoom(claim=claim, leg=leg),
        CallerCameOut(leg=leg, of=claim),
    ]


def _connect_operator(draw: Draw, _: Talk, request: requests.ConnectOperator) -> Post:
    if draw.is_so(0.2):
        return [NotMovedOn(claim=request.claim, gone=draw.is_so(0.5))]
    return [ConnectAsked(claim=request.claim, leg=request.leg, attempt=1)]


def _end_leg(draw: Draw, talk: Talk, request: requests.EndLeg) -> Post:
    ended: Post = [
        LegEnded(claim=each.id, leg=request.leg, how="completed")
        for each in talk.claims.values()
        if request.leg in {each.leg, each.participants.dropped}
    ]
    return ended if draw.is_so(0.9) else []


def _inform(draw: Draw, _: Talk, request: requests.InformOperator) -> Post:
    if draw.is_so(0.1):
        return []
    return [
        OperatorCameOut(claim=request.claim, leg=request.leg),
        LegEnded(claim=request.claim, leg=request.leg, how="completed"),
    ]


def _return_caller(draw: Draw, _: Talk, request: requests.ReturnCaller) -> Post:
    return [CallerHungUp(leg=request.leg)] if draw.is_so(0.1) else []


def _rejoin_caller(draw: Draw, talk: Talk, request: requests.RejoinCaller) -> Post:
    claim = talk.claims[request.claim]
    if draw.is_so(0.1):
        return [CallerGone(claim=claim.id)]
    return _enter_room(claim.id, claim.party)


def _take_out_caller(draw: Draw, talk: Talk, request: requests.TakeOutCaller) -> Post:
    claim = talk.claims[request.claim]
    if draw.is_so(0.1):
        return [CallerGone(claim=claim.id)]
    return [CallerCameOut(leg=claim.party, of=claim.id, waited=draw.is_so(0.3))]


def _check_caller(draw: Draw, _: Talk, request: requests.CheckCaller) -> Post:
    is_over = draw.is_so(0.3)
    return [CallerChecked(claim=request.claim, leg=request.leg, is_over=is_over)]


def _inspect(draw: Draw, talk: Talk, request: requests.InspectRoom) -> Post:
    if draw.is_so(0.2):
        return [RoomNotInspected(claim=request.claim)]
    claim = talk.claims[request.claim]
    inside = (claim.party, claim.leg)
    legs = frozenset(each for each in inside if each and draw.is_so(0.6))
    return [RoomInspected(claim=request.claim, legs=legs)]


def _put_through(draw: Draw, talk: Talk, request: requests.PutThroughCaller) -> Post:
    claim = talk.claims[request.claim]
    call = talk.call_of(claim)
    if call is not None and is_to_be_dialled(call) and draw.is_so(0.9):
        return [PersonWanted(claim=claim.id, attempt=1, is_standing=True)]
    if draw.is_so(0.1):
        return [CallerGone(claim=claim.id)]
    if draw.is_so(0.1):
        permanent = draw.is_so(0.3)
        return [CallerNotPutThrough(claim=claim.id, permanent=permanent)]
    return [CallerPutThrough(claim=claim.id), *_enter_room(claim.id, claim.party)]


def _fetch(draw: Draw, talk: Talk, request: requests.FetchOperator) -> Post:
    claim = talk.claims[request.claim]
    if draw.is_so(0.1):
        return [StandingLegEnded(operator=claim.operator, leg=request.leg)]
    if draw.is_so(0.1):
        return [OperatorNotMoved(claim=claim.id)]
    return [OperatorMoved(claim=claim.id, leg=request.leg)]


def _spare(_: Draw, talk: Talk, request: requests.SpareCallbacks) -> Post:
    others = (talk.calls[key] for key in talk.promised if key != request.call)
    return [
        CallbackRevoked(call=each.id, reason="caller-rang")
        for each in others
        if each.stage is Stage.CLAIMED
    ]


def _unhold(draw: Draw, _: Talk, request: requests.TakeOffHold) -> Post:
    return [TakenOffHold(claim=request.claim)] if draw.is_so(0.9) else []


def _end_room(draw: Draw, _: Talk, request: requests.EndRoomWithOperator) -> Post:
    return [RoomEndsWithOperator(claim=request.claim)] if draw.is_so(0.9) else []


# --- what the desk asks for -----------------------------------------------------------


def _ring_browser(draw: Draw, _: Talk, request: requests.RingBrowser) -> Post:
    if draw.is_so(0.2):
        return [BrowserNotRung(claim=request.claim, ambiguous=draw.is_so(0.5))]
    leg = draw.new_leg()
    return [
        LegCreated(claim=request.claim, leg=leg),
        PickedUp(claim=request.claim, leg=leg),
    ]


def _move_out_caller(draw: Draw, _: Talk, request: requests.MoveOutCaller) -> Post:
    if draw.is_so(0.1):
        return [CallerGone(claim=request.claim)]
    if draw.is_so(0.2):
        return [CallerNotTakenOut(claim=request.claim)]
    return [CallerTakenOut(claim=request.claim)]


def _move_out_operator(draw: Draw, _: Talk, request: requests.MoveOutOperator) -> Post:
    if draw.is_so(0.2):
        return [OperatorNotOut(claim=request.claim, ambiguous=draw.is_so(0.5))]
    return [OperatorOut(claim=request.claim)]


def _turn(draw: Draw, _: Talk, request: requests.TurnSwitch) -> Post:
    claim, switch, on = request.claim, request.switch, request.on
    if draw.is_so(0.3):
        gone, unsure = draw.is_so(0.3), draw.is_so(0.5)
        return [
            SwitchNotTurned(
                claim=claim, switch=switch, on=on, gone=gone, ambiguous=unsure
            )
        ]
    return [SwitchTurned(claim=claim, switch=switch, on=on)]


def _check_switch(draw: Draw, _: Talk, request: requests.CheckSwitch) -> Post:
    is_on = draw.one_of((True, False, None))
    switch, wanted = request.switch, request.wanted
    return [
        SwitchChecked(claim=request.claim, switch=switch, is_on=is_on, wanted=wanted)
    ]


def _place(draw: Draw, _: Talk, request: requests.PlaceOffer) -> Post:
    return [OfferDue(claim=request.claim)] if draw.is_so(0.9) else []


REPLIES: Mapping[type, Callable[[Draw, Talk, Any], Post]] = {
    requests.RingOperator: _ring,
    requests.ConnectCaller: _connect_caller,
    requests.ConnectOperator: _connect_operator,
    requests.EndLeg: _end_leg,
    requests.InformOperator: _inform,
    requests.ReturnCaller: _return_caller,
    requests.RejoinCaller: _rejoin_caller,
    requests.TakeOutCaller: _take_out_caller,
    requests.CheckCaller: _check_caller,
    requests.InspectRoom: _inspect,
    requests.PutThroughCaller: _put_through,
    requests.FetchOperator: _fetch,
    requests.SpareCallbacks: _spare,
    requests.TakeOffHold: _unhold,
    requests.EndRoomWithOperator: _end_room,
    requests.DialPerson: _dial,
    requests.PlaceOffer: _place,
    requests.RingBrowser: _ring_browser,
    requests.MoveOutCaller: _move_out_caller,
    requests.MoveOutOperator: _move_out_operator,
    requests.TurnSwitch: _turn,
    requests.CheckSwitch: _check_switch,
}
"""What may come of each request; of one that is not here nothing is told."""


# --- what an operator's leg does next ---------------------------------------------


def _press(draw: Draw, leg: LegId, answer: answers.AskForKey) -> Post:
    return [KeyPressed(claim=answer.claim, leg=leg, keys=draw.one_of(KEYS))]


def _come_in(draw: Draw, leg: LegId, answer: answers.Enter | answers.Announce) -> Post:
    claim = answer.claim
    post: Post = [Joined(claim=claim, leg=leg), RoomBegan(claim=claim)]
    if draw.is_so(0.5):
        how = draw.one_of(HOW)
        post += [
            LeftRoom(claim=claim, leg=leg),
            LegEnded(claim=claim, leg=leg, how=how),
            OperatorCameOut(claim=claim, leg=leg, is_up=draw.is_so(0.8)),
        ]
    return post


def _ask_later(_: Draw, leg: LegId, answer: answers.AskLater) -> Post:
    return [ConnectAsked(claim=answer.claim, leg=leg, attempt=answer.attempt)]


def _hang_up(
    draw: Draw, leg: LegId, answer: answers.Dismiss | answers.ExplainEnd
) -> Post:
    if answer.claim is None or draw.is_so(0.3):
        return []
    return [LegEnded(claim=answer.claim, leg=leg, how="completed")]


def _agree(draw: Draw, leg: LegId, answer: answers.AskPerson) -> Post:
    return [PersonAgreed(leg=leg, claim=answer.claim)] if draw.is_so(0.8) else []


def _let_in(_: Draw, leg: LegId, answer: answers.LetPersonIn) -> Post:
    return _enter_room(answer.claim, leg) if answer.is_meant else []


FOLLOWS: Mapping[type, Callable[[Draw, LegId, Any], Post]] = {
    answers.AskForKey: _press,
    answers.Enter: _come_in,
    answers.Announce: _come_in,
    answers.AskLater: _ask_later,
    answers.Dismiss: _hang_up,
    answers.ExplainEnd: _hang_up,
    answers.AskPerson: _agree,
    answers.LetPersonIn: _let_in,
}
"""What a leg may do that was answered so."""
