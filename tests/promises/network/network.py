"""The telephone network of an evening: legs, rooms, and the people at their ends.

It keeps its own log of who was in which room, and knows nothing of the house but
the documents that it is given. One thing happens at a time here; the houses that
it asks are the ones that act at once.
"""

import heapq
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from ivr.core.dialogue.instructions import EnterRoom
from ivr.core.model.errors import HotlineError
from ivr.core.model.identifiers import ClaimId, LegId
from tests.promises.checker.history import Stay
from tests.promises.network.legs import Errand, Leg, Role
from tests.promises.network.luck import KIND, Faults, Luck

LATEST = 8.0
"""Seconds by which a late or doubled request may come."""

PATIENCE = 15.0
"""Seconds after which the carrier asks its fallback instead."""

SILENCE = 90.0
"""Seconds of silence after which an operator puts the receiver down; no caller
does, for a caller must not be left in it."""

TALK, MOST_IN_A_ROOM = 2, 4

RINGS_US = frozenset({Role.CALLER, Role.STANDING})
"""Whose leg has rung the house, and not the other way round."""

HANDLINGS = ("invite",) * 6 + ("to_queue", "end", "hold", "leave_to", "withdraw")
"""What an operator does in a talk."""

AFTER_INVITING = ("leave_to", "leave_to", "withdraw", "end", "to_queue")


class Network:
    """Legs, rooms, people, and what is still to come."""

    def __init__(self, luck: Luck, start: datetime, faults: Faults) -> None:
        self.luck, self.faults = luck, faults
        self.now = start.timestamp()
        self.legs: dict[LegId, Leg] = {}
        self.stays: list[Stay] = []
        self.errands: list[Errand] = []
        self.refused: list[tuple[datetime, LegId]] = []
        self.rooms: dict[str, dict[Leg, float]] = {}
        self._called: dict[str, ClaimId] = {}
        self._to_come: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    # --- time -------------------------------------------------------------

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Have something happen in so many seconds."""
        self._count += 1
        heapq.heappush(self._to_come, (self.now + seconds, self._count, act))

    def move(self, seconds: float) -> None:
        """Let time pass, with all that happens in it."""
        self.now += seconds
        while self._to_come and self._to_come[0][0] <= self.now:
            heapq.heappop(self._to_come)[2]()

    def moment(self, at: float | None = None) -> datetime:
        return datetime.fromtimestamp(self.now if at is None else at, UTC)

    def callers(self) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.is_caller]

    def is_quiet(self) -> bool:
        """Whether everybody has hung up, and long enough ago to be known."""
        ends = [leg.over for leg in self.legs.values()]
        return all(end is not None and self.now - end > 60 for end in ends)

    def calm_down(self) -> None:
        """From now on nothing goes wrong, and nobody is moody."""
        self.faults = KIND

    # --- documents --------------------------------------------------------

    def hang_up(self, leg: Leg, how: str = "completed") -> None:
        """A leg ends, from whichever end."""
        if leg.over is not None:
            return
        was_queued, leg.token = leg.token, ""
        leg.over, leg.how = self.now, how
        leg.is_up, leg.page = False, leg.page + 1
        self.leave(leg)
        match leg.role:
            case Role.OPERATOR:
                self.notice("leg_over", leg.id, leg.claim, how)
            case Role.CALLED_BACK:
                self.notice("back_over", leg.id, leg.claim, how)
            case Role.CALLER | Role.STANDING:
                self.notice("leave", leg.id)
        if was_queued:
            self.notice("leave", leg.id)

    def request(self, leg: Leg, name: str, *args: Any) -> None:
        """Ask for a document; it counts if the leg has asked for no other since."""
        if not leg.is_up:
            return
        leg.page += 1
        page = leg.page
        errand = Errand(
            name,
            (leg.id, *args),
            lambda answer: self._read(leg, page, answer, name, *args),
            lambda: self._fall_back(leg, page),
        )
        self.errands.append(errand)
        self.later(PATIENCE, lambda: self.give_up(errand))
        if self.luck.strikes(self.faults.doubled):
            self._send_again(Errand(name, (leg.id, *args)))

    def _read(self, leg: Leg, page: int, answer: Any, name: str, *args: Any) -> None:
        leg.is_known = leg.is_known or (leg.is_up and leg.is_caller)
        if isinstance(answer, HotlineError):
            self.later(2, lambda: self.ask_again(leg, page, name, *args))
        elif leg.page == page:
            self._listen(leg, answer)

    def _fall_back(self, leg: Leg, page: int) -> None:
        if leg.page != page:
            return
        if leg.role is Role.OPERATOR:
            self.request(leg, "over", leg.claim)
        else:
            self.request(leg, "resume", leg.number)

    def ask_again(self, leg: Leg, page: int, name: str, *args: Any) -> None:
        """Ask for a document unless the leg has asked for another one since."""
        if leg.page == page:
            self.request(leg, name, *args)

    def ask_later(self, leg: Leg, seconds: float, name: str, *args: Any) -> None:
        """Ask for a document in so many seconds, unless for another one before."""
        page = leg.page
        self.later(seconds, lambda: self.ask_again(leg, page, name, *args))

    def give_up(self, errand: Errand) -> None:
        """Wait no longer for an answer."""
        if not errand.is_over:
            errand.is_over = True
            errand.failed()

    def _listen(self, leg: Leg, instructions: Sequence[object]) -> None:
        leg.token = ""
        if not any(self.hear(leg, each) for each in instructions):
            self.hang_up(leg)

    def hear(self, leg: Leg, said: object) -> bool:
        """Do what an instruction says; whether nothing after it is heard."""
        if isinstance(said, EnterRoom):
            self._enter(leg, said)
            return True
        return False

    # --- notices ----------------------------------------------------------

    def notice(self, name: str, *args: Any) -> None:
        """Tell the house something, which may come late, twice or never."""
        if self.luck.strikes(self.faults.lost):
            return
        if self.luck.strikes(self.faults.late):
            self.later(self.luck.between(0, LATEST), self._carry(Errand(name, args)))
        else:
            self.errands.append(Errand(name, args))
        if self.luck.strikes(self.faults.doubled):
            self._send_again(Errand(name, args))

    def _send_again(self, errand: Errand) -> None:
        if self.luck.strikes(0.5):
            self.errands.append(errand)
        else:
            self.later(self.luck.between(0, LATEST), self._carry(errand))

    def _carry(self, errand: Errand) -> Callable[[], None]:
        return lambda: self.errands.append(errand)

    # --- rooms ------------------------------------------------------------

    def _enter(self, leg: Leg, into: EnterRoom) -> None:
        room = into.room or into.claim
        inside = self.rooms.setdefault(room, {})
        if len(inside) >= MOST_IN_A_ROOM:
            self._come_out(leg)
            return
        if not inside:
            # Only the first one's address is told of what happens in the room.
            self._called[room] = ClaimId(into.claim)
        inside[leg] = self.now
        leg.room, leg.goes_on = room, into.goes_on
        if leg.role is Role.STANDING:
            leg.claim = ClaimId(into.claim)
        self.notice("joined", leg.id, self._called[room])
        page = leg.page
        if not leg.is_caller:
            self.later(SILENCE, lambda: self._part_if_alone(leg, page))
        if len(inside) == TALK:
            self._begin(room)

    def _begin(self, room: str) -> None:
        self.notice("began", self._called[room])
        who = self.luck.one_of(list(self.rooms[room]))
        self.later(self.luck.between(8, 25), lambda: self._part(who, room))
        if self.luck.strikes(self.faults.handling):
            self._handle(room, self.luck.one_of(HANDLINGS))

    def _handle(self, room: str, name: str) -> None:
        """The operator does something in a while, and perhaps something more."""
        errand = Errand(name, (self._called[room],))
        self.later(self.luck.between(1, 6), self._carry(errand))
        if name == "invite":
            then = Errand(self.luck.one_of(AFTER_INVITING), (self._called[room],))
            self.later(self.luck.between(8, 16), self._carry(then))

    def _part(self, leg: Leg, room: str) -> None:
        """Somebody hangs up: whoever is left in a room does not talk for ever."""
        inside = self.rooms.get(room, {})
        if leg.room == room:
            self.hang_up(leg)
        if len(inside) >= TALK:
            who = self.luck.one_of(list(inside))
            self.later(self.luck.between(5, 15), lambda: self._part(who, room))

    def _part_if_alone(self, leg: Leg, page: int) -> None:
        """An operator who hears nobody for long puts the receiver down."""
        if leg.page == page and len(self.rooms.get(leg.room, {})) == 1:
            self.hang_up(leg)

    def alone(self) -> dict[LegId, datetime]:
        """The callers who sit in a room with nobody, and since when."""
        return {
            leg.id: self.moment(since)
            for inside in self.rooms.values()
            for leg, since in inside.items()
            if leg.is_caller and len(inside) == 1
        }

    def leave(self, leg: Leg, *, moved: bool = False) -> None:
        """Whoever leaves a room ends it for the others too, or not, as it is set."""
        room, leg.room = leg.room, ""
        inside = self.rooms.get(room, {})
        if leg not in inside:
            return
        others = [] if leg.goes_on else [each for each in inside if each is not leg]
        for each in (leg, *others):
            self._log(each, room, inside.pop(each))
            came_out = moved or each is not leg
            self.notice("left", each.id, self._called[room], came_out)
        if not inside:
            self.notice("emptied", self._called[room])
        for other in others:
            other.room = ""
            self._come_out(other)

    def _come_out(self, leg: Leg) -> None:
        match leg.role:
            case Role.OPERATOR:
                self.request(leg, "over", leg.claim)
            case Role.STANDING:
                self.request(leg, "stand_back", leg.standing, leg.claim)
            case Role.CALLER | Role.CALLED_BACK:
                self.request(leg, "after")

    def _log(self, leg: Leg, room: str, since: float) -> None:
        self.stays.append(
            Stay(
                room=room,
                person=leg.person,
                is_caller=leg.is_caller,
                since=self.moment(since),
                until=self.moment(),
            )
        )

    def add(self, key: LegId, person: str, **more: Any) -> Leg:
        """A leg that begins now."""
        leg = Leg(key, person, begun=self.now, **more)
        self.legs[key] = leg
        return leg
