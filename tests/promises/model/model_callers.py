"""The callers of the model: they choose, wait, come out of talks, leave and return."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Protocol

from tests.promises.model.model_parts import Agent, Caller, Promise, Rules

LANGUAGES = {"1": "uk", "2": "ru", "3": "en"}
CLASSES = {"1": "urgent", "2": "family"}
RETURN = "*"

GRACE, SHORT_TALK = timedelta(seconds=300), timedelta(seconds=300)
TICK = timedelta(microseconds=1)
MOST_HANDED_ON = 2

IN_QUEUE = ("waiting", "claimed")
IN_TALK = ("connected", "after")


class Lines(Protocol):
    """What the carrier knows."""

    def is_over(self, leg: str) -> bool:
        """Whether a leg has ended."""
        ...

    def in_room(self, claim: str) -> set[str]:
        """Who is in the room of a claim."""
        ...


class CallersModel:
    """Those who call, and what their arrivals are worth."""

    def __init__(self, now: datetime, rules: Rules, lines: Lines) -> None:
        self.now, self.rules, self.lines = now, rules, lines
        self.callers: dict[str, Caller] = {}
        self.operators: dict[str, Agent] = {}
        self.claims: dict[str, Promise] = {}
        self.tokens = 0
        self.last: dict[str, str] = {}
        self.holders: dict[str, str] = {}
        self.rung: dict[str, datetime] = {}
        self.talked: dict[str, datetime] = {}
        self.legs: dict[str, str] = {}
        self.noted: Counter[str] = Counter()

    # --- ringing and choosing -------------------------------------------------

    def incoming(self, leg: str, number: str = "") -> None:
        if leg in self.callers:
            return
        caller = Caller(leg, self.now, number=number)
        if before := self._last_place(caller):
            caller.before = before.id
        self.callers[leg] = caller

    def on_line(self, leg: str) -> Caller | None:
        """Whoever is on a leg just now."""
        caller = self.callers.get(self.legs.get(leg, leg))
        return caller if caller and caller.leg == leg else None

    def _last_place(self, caller: Caller) -> Caller | None:
        before = self.callers.get(self.last.get(caller.number, ""))
        return before if before and self._is_kept(before, caller) else None

    def _is_kept(self, before: Caller, caller: Caller) -> bool:
        """Whether the place of a call that broke off is kept for its caller.

        As long as one is promised a call, and nobody is on the way, they may ring.
        """
        if before.queued is None or before.message:
            return False
        if before.stage != "ended":
            return before.leg is None and before.stage in {"waiting", "promised"}
        is_missed = before.back is not None and not before.back.fulfilled
        if before.ended is None or before.spent or is_missed:
            return False
        broke_off = before.ended_from in (*IN_QUEUE, *IN_TALK)
        return broke_off and caller.started - before.ended < GRACE

    def place_of(self, caller: Caller) -> Caller | None:
        """The call whose place a caller may take just now."""
        before = self.callers.get(caller.before or "")
        kept = before is not None and self._is_kept(before, caller)
        return before if kept else self._last_place(caller)

    def step(self, leg: str, number: int, keys: str, _: str = "") -> None:
        caller = self.on_line(leg)
        if caller is None or caller.step != number:
            return
        if caller.stage == "menu":
            caller.step += 1
            self._choose(caller, number, keys)
        elif caller.stage == "after":
            caller.step += 1
            self._after_talk(caller, keys)

    def _choose(self, caller: Caller, number: int, keys: str) -> None:
        before = self.place_of(caller)
        if number == 0 and keys == RETURN and before is not None:
            caller.language, caller.urgency = before.language, before.urgency
            caller.belongs_to = before.belongs_to
            self._take_place(caller, before)
        elif number == 0:
            caller.language = LANGUAGES[keys]
        elif number == 1:
            caller.urgency = CLASSES[keys]
        elif before is not None and before.ended_from not in IN_TALK:
            self._take_place(caller, before)
            self.carry_over(caller, before)
        else:
            caller.stage, caller.queued = "waiting", self.now

    def _take_place(self, caller: Caller, before: Caller) -> None:
        caller.stage, caller.queued = "waiting", before.queued
        caller.counts_from, caller.handed_on = before.counts_from, before.handed_on
        caller.given_back = before.given_back or before.ended_from in IN_TALK
        is_promised, talked = before.stage != "ended", before.talks_since is not None
        caller.came_from = is_promised or (before.came_from and not talked)
        before.stage, before.ended = "ended", before.ended or self.now
        before.ended_from = ""
        self.remember(before)

    def carry_over(self, caller: Caller, before: Caller) -> None:
        """What was gathered in another class stays as gathered."""
        if caller.urgency != before.urgency:
            ticks = self.gathered(before) // self._weight(caller)
            caller.counts_from = self.now - ticks * TICK

    def gathered(self, caller: Caller) -> int:
        """What somebody has gathered by waiting: weight times microseconds."""
        start = caller.counts_from or caller.queued or caller.started
        return (self.now - start) // TICK * self._weight(caller)

    def _weight(self, caller: Caller) -> int:
        return self.rules.weights[caller.urgency]

    def wait(self, leg: str, token: str) -> None:
        """Whoever holds on hears the place; nothing changes."""

    # --- talks ----------------------------------------------------------------

    def spend(self, caller: Caller, claim: Promise) -> None:
        """A talk uses the arrival up, unless it broke off for the first time."""
        short = self.now - (caller.talks_since or self.now) < SHORT_TALK
        cut_off = short and not claim.going
        caller.spent = not cut_off or caller.given_back

    def _after_talk(self, caller: Caller, keys: str) -> None:
        if keys == "1":
            if caller.spent:
                self._arrive_anew(caller)
            else:
                caller.given_back = True
            caller.stage, caller.tries = "waiting", 0
            return
        caller.tries += 1
        if caller.tries > 1:
            caller.stage = "goodbye"

    def hand_on(self, caller: Caller) -> None:
        """An operator hands a caller on, in the old place for so often."""
        if caller.handed_on >= MOST_HANDED_ON:
            self._arrive_anew(caller)
        else:
            caller.handed_on += 1
        caller.stage, caller.claim, caller.tries = "waiting", None, 0
        caller.belongs_to = None

    def _arrive_anew(self, caller: Caller) -> None:
        caller.queued, caller.counts_from = self.now, None
        caller.spent, caller.given_back, caller.handed_on = False, False, 0

    # --- the end ----------------------------------------------------------------

    def leave(self, leg: str) -> None:
        caller = self.on_line(leg)
        if caller is None or caller.stage == "ended":
            return
        claim = self.claims.get(caller.claim or "")
        if not self.outlives(caller):
            if claim is not None and claim.state == "connected":
                self.spend(caller, claim)
                caller.belongs_to = claim.operator
            self.finish(caller)
        if claim is not None:
            self.leave_alone(claim)

    def finish(self, caller: Caller) -> None:
        """The end of a call, and of what was promised in it."""
        caller.ended, caller.ended_from = self.now, caller.stage
        caller.stage, caller.claim = "ended", None
        self.remember(caller)

    def outlives(self, caller: Caller) -> bool:
        """Whether a call goes on, without its caller, who is to be called back."""
        raise NotImplementedError

    def remember(self, caller: Caller) -> None:
        """Whoever has left is known by the number, if they ever waited."""
        if caller.number and caller.queued is not None:
            self.last[caller.number] = caller.id

    def leave_alone(self, claim: Promise) -> None:
        """The end of a claim whose caller is not to be had."""
        operator = self.held(claim)
        if claim.state == "connected" and operator:
            self.wrap_up(operator)
        elif operator:
            self.freed(operator)
        self.over_with(claim)

    def after(self, leg: str, key: str) -> None:  # noqa: ARG002 - the claim counts
        """A caller comes out of the room of a claim, perhaps told late."""
        claim = self.claims[key]
        if self.callers[claim.call].claim == key:
            self.come_out(claim, "operator")

    # --- what the operators' side does ------------------------------------------

    def held(self, claim: Promise) -> Agent | None:
        """The operator whom a claim still binds."""
        raise NotImplementedError

    def over_with(self, claim: Promise) -> None:
        """The end of a claim."""
        raise NotImplementedError

    def wrap_up(self, operator: Agent) -> None:
        """The time to breathe after a talk."""
        raise NotImplementedError

    def freed(self, operator: Agent) -> None:
        """The end of an offer through no fault of the operator's."""
        raise NotImplementedError

    def come_out(self, claim: Promise, by: str) -> None:
        """Somebody comes out of the room of a claim."""
        raise NotImplementedError
