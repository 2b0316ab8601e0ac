"""The requests of a decision, done outside: each returns the events that follow.

If one of these requests fails, nothing breaks: the carrier's next notice, or the end of
a lease, shows what is left undone.
"""

from collections.abc import Iterable, Mapping

from ivr.actions.talks import (
    calling_persons,
    doing_for_desk,
    moving_callers,
    moving_operators,
    putting_through,
    seeing_to_rooms,
)
from ivr.actions.talks.requesting import Done
from ivr.core.talk.events import TalkEvent
from ivr.core.talk.requests import (
    CheckCaller,
    CheckSwitch,
    ConnectCaller,
    ConnectOperator,
    DialPerson,
    DismissUninvited,
    EndLeg,
    EndRoomWithOperator,
    FetchOperator,
    InformOperator,
    InspectRoom,
    KeepRoom,
    MoveOutCaller,
    MoveOutOperator,
    PlaceOffer,
    PutThroughCaller,
    RejoinCaller,
    Request,
    ReturnCaller,
    RingBrowser,
    RingOperator,
    SharePlace,
    SpareCallbacks,
    TakeOffHold,
    TakeOutCaller,
    TurnSwitch,
    WriteToOperator,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports

DONE_BY: Mapping[type, Done] = {
    RingOperator: moving_operators.ring_operator,
    ConnectCaller: moving_callers.connect_caller,
    ConnectOperator: moving_operators.connect_operator,
    ReturnCaller: moving_callers.return_caller,
    EndLeg: seeing_to_rooms.end_any_leg,
    InformOperator: moving_operators.inform_operator,
    WriteToOperator: moving_operators.write_to_operator,
    SharePlace: seeing_to_rooms.share_place_of,
    RejoinCaller: moving_callers.rejoin_caller,
    TakeOutCaller: moving_callers.take_out_caller,
    TakeOffHold: moving_callers.take_off_hold,
    KeepRoom: seeing_to_rooms.keep_room,
    EndRoomWithOperator: seeing_to_rooms.end_room_with_operator,
    CheckCaller: moving_callers.check_caller,
    InspectRoom: seeing_to_rooms.inspect_room,
    DismissUninvited: moving_operators.dismiss_uninvited,
    SpareCallbacks: moving_callers.spare_callbacks,
    PutThroughCaller: putting_through.put_through_caller,
    FetchOperator: putting_through.fetch_operator,
    DialPerson: calling_persons.dial_person,
    PlaceOffer: doing_for_desk.place_offer,
    RingBrowser: doing_for_desk.ring_browser,
    MoveOutCaller: doing_for_desk.move_out_caller,
    MoveOutOperator: doing_for_desk.move_out_operator,
    TurnSwitch: doing_for_desk.turn_switch,
    CheckSwitch: doing_for_desk.check_switch,
}


def carry_out(ports: Ports, talk: Talk, request: Request) -> Iterable[TalkEvent]:
    """Do a request; return the events that follow from it."""
    return DONE_BY[type(request)](ports, talk, request)
