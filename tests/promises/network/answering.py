"""Operators at the telephone: rung, or on a standing line for the evening."""

from datetime import timedelta
from typing import Any

from ivr.core.dialogue.instructions import (
    AskKeys,
    AskNext,
    AskOperator,
    NextRequest,
    Pause,
)
from ivr.core.model.identifiers import LegId
from tests.promises.network.callers import Callers
from tests.promises.network.legs import Leg, Role

PIN = "123456"
"""That of everybody who stands on the line."""

ON_THE_LINE = 90.0
"""Seconds for which an operator stays on a standing line, more or less."""

BETWEEN_SHIFTS = 20.0


class Answering(Callers):
    """The network, with those who answer."""

    def hear(self, leg: Leg, said: object) -> bool:
        match said:
            case AskOperator():
                self._decide(leg)
            case AskKeys():
                values = said.values
                self.ask_later(leg, 3, "pin", leg.number, PIN, values["n"])
            case AskNext(path=path, values=values) if path is NextRequest.STANDING:
                leg.standing = str(values["t"])
                self.ask_later(leg, leg.pause, "stand", leg.standing)
            case AskNext(values=values) if "attempt" in values:
                self.ask_later(leg, 1, "connect", leg.claim, values["attempt"])
            case Pause():
                leg.pause = said.length.total_seconds()
                return False
            case _:
                return super().hear(leg, said)
        return True

    # --- rung ---------------------------------------------------------------

    def ring(self, leg: Leg, ring: timedelta) -> None:
        self._tell_that_it_rings(leg)
        self.later(0.5, lambda: self._tell_that_it_rings(leg))
        match leg.fate:
            case "does not answer":
                seconds = ring.total_seconds() + self.luck.between(0, 5)
                self.later(seconds, lambda: self.hang_up(leg, "no-answer"))
            case "is busy":
                self.later(1, lambda: self.hang_up(leg, "busy"))
            case "cannot be reached":
                self.later(1, lambda: self.hang_up(leg, "failed"))
            case _:
                self.later(self.luck.between(1, 6), lambda: self._pick_up(leg))

    def _tell_that_it_rings(self, leg: Leg) -> None:
        name = "leg_exists" if leg.role is Role.OPERATOR else "back_exists"
        if leg.over is None:
            self.notice(name, leg.id, leg.claim)

    def _pick_up(self, leg: Leg) -> None:
        if leg.over is None:
            leg.is_up = True
            name = "offer" if leg.role is Role.OPERATOR else "back"
            self.request(leg, name, leg.claim)

    def _decide(self, leg: Leg) -> None:
        match leg.fate:
            case "is a mailbox":
                self.later(8, lambda: self.hang_up(leg))
            case "hangs up before the key":
                self.later(self.luck.between(0, 3), lambda: self.hang_up(leg))
            case fate:
                key = "2" if fate == "declines" else "1"
                seconds = self.luck.between(1, 4)
                self.ask_later(leg, seconds, "decided", leg.claim, key)
                if fate == "hangs up after the key":
                    self.later(
                        seconds + self.luck.between(0, 1.5), lambda: self.hang_up(leg)
                    )

    # --- on a standing line -------------------------------------------------

    def call_in(self, person: str) -> None:
        """An operator calls in, stays for a while, and calls in again."""
        if not self.faults.standing:
            return
        key = LegId(f"CS{len(self.legs):032x}")
        leg = self.add(key, person, number=person, role=Role.STANDING)
        leg.is_up = True
        self.request(leg, "incoming", person)
        self.later(self.luck.about(ON_THE_LINE), lambda: self._go_home(leg))

    def _go_home(self, leg: Leg) -> None:
        """The end of a shift; in the middle of a talk only by a broken line."""
        if leg.room and self.luck.strikes(0.7):
            self.later(10, lambda: self._go_home(leg))
        else:
            self.hang_up(leg)

    def hang_up(self, leg: Leg, how: str = "completed") -> None:
        was_up = leg.over is None
        super().hang_up(leg, how)
        if was_up and leg.role is Role.STANDING:
            pause = self.luck.between(1, BETWEEN_SHIFTS)
            self.later(pause, lambda: self.call_in(leg.person))

    def rest_put_through(self, key: LegId, claim: Any) -> None:
        """A caller is moved to the room of a claim on a standing line."""
        self.move_leg(key, "standing_room", claim)

    def rest_fetch_operator(self, key: LegId, token: str, claim: Any) -> None:
        """A standing leg is moved to the claim that it is put through for."""
        self.move_leg(key, "fetched", token, claim)
        self.legs[key].standing, self.legs[key].claim = token, claim

    def move_leg(self, key: LegId, name: str, *args: Any) -> None:
        """Move a leg to another document; NotFound when it is over."""
        raise NotImplementedError
