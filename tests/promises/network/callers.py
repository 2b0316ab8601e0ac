"""Callers: they ring, choose, wait, look for a way out, hang up and ring again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ivr.core.dialogue.instructions import (
    AskNext,
    AskPersonKey,
    Enqueue,
    Gather,
    HangUp,
    Hold,
    LeaveQueue,
    NextRequest,
    RecordMessage,
    Tone,
)
from ivr.core.model.errors import HotlineError
from ivr.core.model.identifiers import ClaimId, LegId
from ivr.core.upkeep.recordings import Recorded
from tests.promises.network.legs import Errand, Leg, Role
from tests.promises.network.network import PATIENCE, Network

WAYS: Sequence[tuple[str, ...]] = (
    ("1", "0"),
    ("1", "3"),
    ("2", "0"),
    ("2", "2", "4912", "1"),
    ("3", "1", "0"),
    ("3", "2", "1", "3"),
)
"""Keys after the language: a topic, perhaps recorded parts, the location step."""

CALL_BACK, LEAVE_MESSAGE, RETURN = "1", "2", "*"

WISHES: Sequence[tuple[str, ...]] = (
    ("1", "1"),
    ("1", "1"),
    ("1", "2", "17", "23"),
    ("1", "3"),
    ("0",),
    ("2", "447700900999", "1", "1"),
    (),
)
"""Keys after that of a call back: this number or another, and when; or to stay."""

ANSWERS = ("comes",) * 6 + (
    "does not answer",
    "is busy",
    "is a mailbox",
    "wants no more calls",
    "hangs up",
)
"""What becomes of a call back."""

SPOKEN = 9
"""Seconds of every message."""

MOST_RETURNS = 8
"""How often one person rings again."""

NUMBERS, FIRST_NUMBER = 600, 300
"""How many callers have a number of their own, of those kept for fiction."""


class Callers(Network):
    """The network, with those who call and are called back."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.recorded: list[Recorded] = []

    # --- ringing ----------------------------------------------------------

    def dial(self, number: int, language: str = "", way: Sequence[str] = ()) -> Leg:
        """Somebody rings the hotline."""
        keys = [language or self.luck.one_of("1123"), *(way or self.luck.one_of(WAYS))]
        place = FIRST_NUMBER + number % NUMBERS
        return self._ring_us(f"caller {number}", f"+447700900{place}", keys, 0)

    def _ring_us(self, person: str, number: str, keys: list[str], returns: int) -> Leg:
        key = LegId(f"CA{len(self.legs):032x}")
        leg = self.add(key, person, number=number, keys=keys, returns=returns)
        leg.is_up = True
        self.request(leg, "incoming", number)
        if self.faults.whims and self.luck.strikes(0.25):
            self.later(self.luck.between(0, 60), lambda: self.hang_up(leg))
        self.later(30 + self.luck.about(80), lambda: self._lose_patience(leg))
        return leg

    def _lose_patience(self, leg: Leg) -> None:
        if leg.room:
            self.later(20, lambda: self._lose_patience(leg))
        else:
            self.hang_up(leg)

    def hang_up(self, leg: Leg, how: str = "completed") -> None:
        """A leg ends; whoever was a caller on it may ring again."""
        was_up = leg.over is None
        super().hang_up(leg, how)
        again = leg.is_caller and leg.returns < MOST_RETURNS
        if was_up and again and self.luck.strikes(self.faults.returning):
            self.later(self.luck.between(0.5, 25), lambda: self._ring_again(leg))

    def _ring_again(self, before: Leg) -> None:
        if self._is_engaged(before.number):
            return
        keys = [self.luck.one_of("1123"), *self.luck.one_of(WAYS)]
        if self.luck.strikes(0.6):
            keys = [RETURN]
        self._ring_us(before.person, before.number, keys, before.returns + 1)

    # --- hearing ----------------------------------------------------------

    def hear(self, leg: Leg, said: object) -> bool:
        match said:
            case Gather():
                self._press(leg, said.step)
            case Enqueue() if self.luck.strikes(self.faults.full):
                self.request(leg, "no_room", said.token)
            case Enqueue():
                leg.token = said.token
                self._poll(leg, leg.page)
            case Hold():
                leg.pause = said.length.total_seconds()
                return False
            case AskNext(path=NextRequest.WAIT, values=values):
                more = (values["t"], values["outside"])
                self.ask_later(leg, leg.pause, "wait_outside", *more)
            case RecordMessage():
                self._speak(leg)
            case AskPersonKey():
                self._decide_to_come(leg)
            case _:
                return super().hear(leg, said)
        return True

    def _press(self, leg: Leg, step: int) -> None:
        keys = ""
        if leg.keys and not (self.faults.whims and self.luck.strikes(0.1)):
            keys = leg.keys.pop(0)
        elif not leg.keys and self.luck.strikes(0.2):
            keys = "1"
        seconds = self.luck.between(1, 3) if keys else 6
        self.ask_later(leg, seconds, "step", step, keys, leg.number)

    # --- waiting ----------------------------------------------------------

    def _poll(self, leg: Leg, page: int) -> None:
        self._ask_on_hold(leg, page, "wait", leg.token)

    def _ask_on_hold(self, leg: Leg, page: int, name: str, *args: Any) -> None:
        """Ask what is heard on hold; it is no document of the call's own."""
        if leg.page != page or not leg.is_up:
            return
        errand = Errand(
            name,
            (leg.id, *args),
            lambda answer: self._hold_on(leg, page, answer),
            lambda: self.later(5, lambda: self._poll(leg, page)),
        )
        self.errands.append(errand)
        self.later(PATIENCE, lambda: self.give_up(errand))

    def _hold_on(self, leg: Leg, page: int, answer: Any) -> None:
        if leg.page != page or not leg.is_up:
            return
        said = [] if isinstance(answer, HotlineError) else answer
        if any(isinstance(each, LeaveQueue) for each in said):
            self._leave_queue(leg)
            return
        rounds = [each for each in said if isinstance(each, Tone | Hold)]
        if not rounds and any(isinstance(each, HangUp) for each in said):
            self.hang_up(leg)
            return
        length = rounds[0].length.total_seconds() if rounds else 15.0
        takes_keys = any(each.keys for each in rounds if isinstance(each, Hold))
        if takes_keys and self.luck.strikes(self.faults.ways_out):
            self._press_on_hold(leg, page, length)
        else:
            self.later(length, lambda: self._poll(leg, page))

    def _leave_queue(self, leg: Leg) -> None:
        leg.token = ""
        self.request(leg, "resume", leg.number)

    def _press_on_hold(self, leg: Leg, page: int, length: float) -> None:
        key = self.luck.one_of((CALL_BACK, CALL_BACK, LEAVE_MESSAGE, "5"))
        leg.keys = list(self.luck.one_of(WISHES)) if key == CALL_BACK else []
        self.later(
            self.luck.between(1, length),
            lambda: self._ask_on_hold(leg, page, "wait_key", key, leg.token),
        )

    # --- a message --------------------------------------------------------

    def _speak(self, leg: Leg) -> None:
        if self.luck.strikes(0.2):
            self.ask_later(leg, 5, "message", None, 0)
            return
        page = leg.page
        self.later(self.luck.between(2, 20), lambda: self._spoken(leg, page))

    def _spoken(self, leg: Leg, page: int) -> None:
        if leg.page != page or not leg.is_up:
            return
        key = f"RE{len(self.recorded):032x}"
        began = self.moment(self.now - SPOKEN)
        length = timedelta(seconds=SPOKEN)
        self.recorded.append(Recorded(key=key, leg=leg.id, began=began, length=length))
        if self.luck.strikes(0.5):
            self.request(leg, "message", key, SPOKEN)
            return
        self.hang_up(leg)
        # What was said before the end is told of once, and nobody falls back.
        late = self.luck.between(0, 8) if self.luck.strikes(self.faults.late) else 0.0
        errand = Errand("message", (leg.id, key, SPOKEN))
        self.later(late, lambda: self.errands.append(errand))

    def rest_recordings(self, since: datetime | None) -> list[Recorded]:
        """What the carrier keeps of those who have spoken."""
        return [each for each in self.recorded if since is None or each.began >= since]

    # --- being called back ------------------------------------------------

    def rest_call_back(
        self, claim: Any, to: Any, _: str, ring: timedelta
    ) -> LegId | None:
        """The house calls somebody whom it has promised to call."""
        number = to.reveal()
        engaged = self._is_engaged(number)
        fate = self.luck.one_of(ANSWERS) if self.faults.whims else "comes"
        leg = self.add(
            LegId(f"CB{len(self.legs):032x}"),
            self._person_of(number),
            number=number,
            role=Role.CALLED_BACK,
            claim=ClaimId(claim.id),
            fate="is busy" if engaged else fate,
            returns=MOST_RETURNS,
        )
        self.ring(leg, ring)
        return leg.id

    def _is_engaged(self, number: str) -> bool:
        return any(
            leg.number == number and leg.over is None for leg in self.legs.values()
        )

    def _person_of(self, number: str) -> str:
        known = (leg.person for leg in self.legs.values() if leg.number == number)
        return next(known, f"whoever has {number}")

    def ring(self, leg: Leg, ring: timedelta) -> None:
        """A telephone rings that the house has called."""
        raise NotImplementedError

    def _decide_to_come(self, leg: Leg) -> None:
        match leg.fate:
            case "is a mailbox" | "hangs up":
                self.later(8, lambda: self.hang_up(leg))
            case fate:
                key = "2" if fate == "wants no more calls" else "1"
                seconds = self.luck.between(1, 4)
                self.ask_later(leg, seconds, "back_answer", leg.claim, key)
                self.later(60 + self.luck.about(60), lambda: self._lose_patience(leg))
