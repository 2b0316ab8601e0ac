"""What the house may ask of the network, and how the network answers."""

from datetime import timedelta
from typing import Any

from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import ClaimId, LegId
from ivr.core.upkeep.orphaned_legs import LegLocation, LiveLeg
from tests.promises.houses import Seat
from tests.promises.network.answering import Answering
from tests.promises.network.legs import Leg, Role
from tests.promises.network.network import RINGS_US

LAG = 1.5
"""Seconds by which the list of live legs lags behind."""

FATES = ("accepts",) * 14 + (
    "declines",
    "declines",
    "is a mailbox",
    "does not answer",
    "is busy",
    "cannot be reached",
    "hangs up before the key",
    "hangs up after the key",
)


class CarrierDesk(Answering):
    """The network, with somebody who takes the house's requests."""

    def asked(self, name: str, args: tuple[Any, ...]) -> Any:
        """The carrier's answer; an exception is given, not raised."""
        if name != "ring" and self.luck.strikes(self.faults.refused):
            return self._refused(args, Unavailable("the carrier has too much to do"))
        try:
            answer = getattr(self, f"rest_{name}")(*args)
        except NotFound as error:
            return error
        if self.luck.strikes(self.faults.ambiguous):
            late = Unavailable("no answer in time", ambiguous=True)
            return self._refused(args, late)
        return answer

    def _refused(self, args: tuple[Any, ...], error: Unavailable) -> Unavailable:
        """The refusal, of which it is kept about which leg something was asked."""
        asked = args[0] if args else None
        if isinstance(asked, str) and asked in self.legs:
            self.refused.append((self.moment(), LegId(asked)))
        return error

    def rest_ring(self, claim: ClaimId, to: str, ring: timedelta) -> LegId | None:
        fate = self.luck.one_of(FATES) if self.faults.whims else "accepts"
        engaged = any(
            leg.person == to and leg.is_up and leg.over is None
            for leg in self.legs.values()
        )
        leg = self.add(
            LegId(f"CO{len(self.legs):032x}"),
            to,
            number=to,
            role=Role.OPERATOR,
            claim=claim,
            fate="is busy" if engaged else fate,
        )
        self.ring(leg, ring)
        return leg.id

    def rest_send_to_room(self, key: LegId, claim: ClaimId) -> None:
        self.move_leg(key, "room", claim)

    def rest_send_back(self, key: LegId) -> None:
        self.move_leg(key, "resume", self.legs[key].number)

    def rest_move_to_explanation(self, key: LegId, claim: ClaimId) -> None:
        self.move_leg(key, "over", claim)

    def rest_eject_caller(self, key: LegId, claim: ClaimId) -> None:
        self.move_leg(key, "after", claim)

    def move_leg(self, key: LegId, name: str, *args: Any) -> None:
        leg = self.legs[key]
        if not leg.is_up:
            raise NotFound("the carrier knows no such live leg")
        leg.token = ""
        self.leave(leg, moved=True)
        self.request(leg, name, *args)

    def rest_end(self, key: LegId) -> None:
        leg = self.legs[key]
        self.hang_up(leg, "completed" if leg.is_up else "canceled")

    def rest_is_over(self, key: LegId) -> bool:
        leg = self.legs.get(key)
        return leg is None or leg.over is not None

    def rest_end_of(self, key: LegId) -> str | None:
        if key not in self.legs:
            raise NotFound("the carrier knows no such leg")
        return self.legs[key].how

    def rest_live_legs(self) -> set[LegId]:
        then = self.now - LAG
        return {
            leg.id
            for leg in self.legs.values()
            if leg.begun <= then and (leg.over is None or leg.over > then)
        }

    def rest_legs_of(self, _: tuple[str, ...]) -> list[LiveLeg]:
        listed = self.rest_live_legs()
        return [
            LiveLeg(id=leg.id, rang_us=leg.role in RINGS_US)
            for leg in self.legs.values()
            if leg.id in listed
        ]

    def rest_leg_locations(self, keys: list[LegId], _: str) -> dict[LegId, LegLocation]:
        return {key: self._place(self.legs[key]) for key in keys}

    def _place(self, leg: Leg) -> LegLocation:
        if leg.over is not None:
            return LegLocation.OVER
        if leg.room:
            return (
                LegLocation.TOGETHER
                if len(self.rooms[leg.room]) > 1
                else LegLocation.ALONE
            )
        return LegLocation.QUEUED if leg.token else LegLocation.NOWHERE

    def rest_engaged(self) -> set[object]:
        return set()

    def rest_in_room(self, claim: ClaimId) -> set[LegId]:
        inside = self.rooms.get(claim, {})
        return {leg.id for leg in inside} if len(inside) > 1 else set()

    def rest_keep_room(self, seat: Seat) -> None:
        self._seated(seat.leg, seat.room).goes_on = True

    def rest_end_room_with(self, seat: Seat) -> None:
        self._seated(seat.leg, seat.room).goes_on = False

    def rest_hold(self, seat: Seat) -> None:
        self._seated(seat.party, seat.room)

    def rest_unhold(self, seat: Seat) -> None:
        self._seated(seat.party, seat.room)

    def rest_is_held(self, seat: Seat) -> bool:
        return bool(self._seated(seat.party, seat.room))

    def _seated(self, key: LegId | None, room: str) -> Leg:
        leg = self.legs.get(key) if key else None
        if leg is None or leg.room != room:
            raise NotFound("nobody is in such a room")
        return leg
