"""The queue as its rule says, in a few dictionaries: no store, no action, no clock.

Written from the rule of the queue and the course of a call; it shares nothing with
the service but the names of states. What the carrier knows is handed in.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.promises.model.model_parts import Agent, Caller, Promise, Rules
from tests.promises.model.model_standing import StandingModel

SECOND = timedelta(seconds=1)
MADE, WHISPER, TAKEN = 1.5 * SECOND, 40 * SECOND, 20 * SECOND
CARRIER_SLOWNESS = 5 * SECOND
LAST_WORDS = 30 * SECOND
MISSED = ("no-answer", "busy", "failed", "expired", "canceled")
OFFERED = ("made", "dialling", "ringing", "answered")
ON_DUTY = ("available", "ringing", "talking", "wrap-up")


class Model(StandingModel):
    """Who waits, who is promised to whom, what operators do."""

    # --- who is next --------------------------------------------------------

    def order(self) -> list[str]:
        """Everybody who waits, next first."""
        waiting = [each for each in self.callers.values() if each.stage == "waiting"]
        return [each.id for each in sorted(waiting, key=self._rank)]

    def _rank(self, caller: Caller) -> tuple[bool, float, datetime, str]:
        arrived = caller.queued or caller.started
        if self._is_overdue(caller):
            return (False, 0, arrived, caller.id)
        return (True, -self.gathered(caller), arrived, caller.id)

    def _waited(self, caller: Caller) -> timedelta:
        return self.now - (caller.queued or caller.started)

    def _is_overdue(self, caller: Caller) -> bool:
        return self._waited(caller) >= self.rules.overdue * SECOND

    def route(self) -> None:
        """Bring together whoever can be, the best rank first."""
        while True:
            while pairs := self._pairs():
                for caller, operator in pairs:
                    if not self.is_outlived(caller):
                        self._promise(caller, operator)
            if not self.put_through():
                return

    def _pairs(self) -> list[tuple[Caller, Agent]]:
        """Who comes to whom, decided at once for all."""
        free = [each for each in self.operators.values() if self._is_free(each)]
        waiting = [self.callers[key] for key in self.order()]
        pairs: list[tuple[Caller, Agent]] = []
        while pair := self._next_pair(waiting, free):
            pairs.append(pair)
            waiting.remove(pair[0])
            free.remove(pair[1])
        return pairs

    def _next_pair(
        self, waiting: Sequence[Caller], free: Sequence[Agent]
    ) -> tuple[Caller, Agent] | None:
        for caller in waiting:
            able = self._able(caller, free)
            if able and not self._is_kept_from(caller, free):
                return caller, min(able, key=lambda each: _taste(each, caller))
        return None

    def _able(self, caller: Caller, free: Sequence[Agent]) -> list[Agent]:
        able = [each for each in free if self._may_take(each, caller)]
        own = self.operators.get(caller.belongs_to or "")
        if own is None or not self._may_take(own, caller):
            return able
        if own.state != "wrap-up" and own not in free:
            return able
        return [own] if own in able else []

    def _is_free(self, operator: Agent) -> bool:
        cooling = operator.due is not None and operator.due > self.now
        return operator.state == "available" and operator.is_reachable and not cooling

    def _is_kept_from(self, caller: Caller, free: Sequence[Agent]) -> bool:
        kept = sum(
            n for name, n in self.rules.reserve.items() if name != caller.urgency
        )
        return len(free) <= kept and not self._is_overdue(caller)

    def _may_take(self, operator: Agent, caller: Caller) -> bool:
        if caller.language == operator.languages[0]:
            return True
        home = {o.languages[0] for o in self.operators.values() if o.state in ON_DUTY}
        waited = self._waited(caller) >= self.rules.second_language * SECOND
        is_open = waited or caller.language not in home
        return is_open and caller.language in operator.languages

    def _promise(self, caller: Caller, operator: Agent) -> None:
        """The claim, and at once the telephone that rings."""
        self.tokens += 1
        key = f"token-{self.tokens:04d}"
        leg = f"leg-{key}"
        until = self.now + self.rules.ring * SECOND + CARRIER_SLOWNESS
        self.claims[key] = Promise(
            key, caller.id, operator.id, self.now, until, "ringing", leg
        )
        self.claims[key].caller_leg = None if caller.leg == caller.id else caller.leg
        if operator.stands:
            self.claims[key].state, self.claims[key].leg = "made", None
        caller.stage, caller.claim = "claimed", key
        if caller.leg is None:
            self.remember(caller)
        operator.state, operator.since = "ringing", self.now
        operator.due, operator.claim = None, key
        if not operator.stands:
            operator.leg = leg

    # --- operators ----------------------------------------------------------

    def come_out(self, claim: Promise, by: str) -> None:
        if claim.state == "connected":
            self._talk_over(claim, by)
        elif claim.state == "taken":
            self.undo(claim, "operator-left", fetches=True)

    def leg_exists(self, leg: str, key: str) -> None:
        self._bind(leg, key)

    def _bind(self, leg: str, key: str) -> None:
        claim = self.claims.get(key)
        if claim is None or claim.state == "over" or claim.leg is not None:
            return
        claim.leg = leg
        claim.state = "ringing" if claim.state in OFFERED else claim.state
        if operator := self.held(claim):
            operator.leg = leg

    def offer(self, leg: str, key: str) -> None:
        self._bind(leg, key)
        claim = self.claims.get(key)
        if claim and claim.state in OFFERED[:3] and claim.leg == leg:
            claim.state, claim.deadline = "answered", self.now + WHISPER

    def decided(self, leg: str, key: str, keys: str) -> None:
        claim = self.claims.get(key)
        if claim is None or claim.leg not in (None, leg):
            return
        if keys == "1" and claim.state in OFFERED:
            claim.state, claim.leg, claim.taken = "taken", leg, self.now
            claim.deadline = self.now + self.lease(claim)
            self.bring(claim, attempt=1)
        elif keys != "1" and claim.state in OFFERED and claim.leg == leg:
            self.undo(claim, "declined" if keys == "2" else "no-answer")

    def joined(self, leg: str, key: str) -> None:
        claim = self.claims.get(key)
        if claim is None or claim.state not in {"taken", "over"}:
            return
        news = {leg} & {claim.party, claim.leg} - claim.inside
        claim.inside |= news
        caller = self.callers[claim.call]
        if len(claim.inside) < 2 or caller.stage == "ended":
            return
        if claim.state == "taken":
            self._begin_talk(claim, caller)
        elif news:
            self.talked_unheard(claim, caller)

    def _begin_talk(self, claim: Promise, caller: Caller) -> None:
        claim.state, claim.deadline = "connected", None
        caller.stage, caller.talks_since, caller.page = "connected", self.now, ""
        self.note_talk(caller, self.now)
        if caller.back:
            caller.back.fulfilled = True
        if operator := self.held(claim):
            operator.state, operator.since, operator.missed = "talking", self.now, 0
        self.spare_others(caller)

    def left(self, leg: str, key: str) -> None:
        claim = self.claims.get(key)
        if claim and claim.state == "connected":
            self._talk_over(claim, "caller" if leg == claim.party else "operator")
        elif claim and claim.state == "taken":
            claim.inside.discard(leg)

    def emptied(self, key: str) -> None:
        claim = self.claims.get(key)
        if claim and claim.state == "connected":
            self._talk_over(claim, "carrier")

    def over(self, leg: str, key: str) -> None:  # noqa: ARG002 - the claim counts
        if key in self.claims:
            self.come_out(self.claims[key], "carrier")

    def leg_over(self, leg: str, key: str, how: str) -> None:
        claim = self.claims.get(key)
        if claim is None:
            return
        self.put_down(self.operators[claim.operator], leg)
        if claim.state == "over" or claim.leg not in (None, leg):
            return
        if claim.state in OFFERED:
            self.undo(claim, "no-answer" if how == "completed" else how)
        else:
            self.come_out(claim, "operator")

    def to_queue(self, key: str) -> None:
        """The operator of a talk hands the caller back to the queue."""
        self._decide_end(key, "queue")

    def end(self, key: str) -> None:
        """The operator of a talk ends it at the desk."""
        self._decide_end(key, "end")

    def _decide_end(self, key: str, way: str) -> None:
        caller = self.callers[self.claims[key].call]
        whose = self.operators[self.claims[caller.claim or key].operator]
        talk = self.claims.get(whose.claim or "")
        if talk is None or talk.state != "connected":
            return
        talk.going = way
        if self.lines.is_over(talk.party):
            self.leave(talk.party)
        else:
            self._talk_over(talk, "operator")

    def choose(self, key: str, state: str) -> None:
        operator = self.operators[key]
        if state == "available" and operator.stands and operator.leg is None:
            return
        if operator.state in {"ringing", "talking"}:
            operator.wish = state
            return
        self.turn(operator, state, 0)
        if not operator.stands:
            operator.leg = None

    def publish(self, rules: Rules) -> None:
        self.rules = rules

    # --- time and looking after -----------------------------------------------

    def tick(self) -> None:
        """What is due when somebody looks; what becomes due by it, comes next time."""
        claims = [
            each for each in self.claims.values() if self._has_come(each.deadline)
        ]
        agents = [each for each in self.operators.values() if self._has_come(each.due)]
        for claim in claims:
            self._expire(claim)
        for operator in agents:
            self._time_out(operator)
        self.look_at_due()

    def _has_come(self, due: datetime | None) -> bool:
        return due is not None and due <= self.now

    def _expire(self, claim: Promise) -> None:
        if claim.state == "dialling":
            self.undo(claim, "carrier")
        elif claim.state != "taken":
            self.undo(claim, "expired")
        else:
            for leg in self.lines.in_room(claim.id):
                self.joined(leg, claim.id)
            if claim.state == "taken":
                self.undo(claim, "expired", fetches=True)

    def _time_out(self, operator: Agent) -> None:
        if operator.state == "wrap-up":
            self.turn(operator, "available", operator.missed)
        else:
            operator.due = None

    def reconcile(self) -> None:
        for claim in [each for each in self.claims.values() if each.state != "over"]:
            for leg in self.lines.in_room(claim.id):
                self.joined(leg, claim.id)
            if claim.leg and self.lines.is_over(claim.leg):
                self.leg_over(claim.leg, claim.id, "completed")
        for caller in self.callers.values():
            if caller.leg and self.lines.is_over(caller.leg):
                self.leave(caller.leg)
        for operator in self.operators.values():
            if operator.leg and self.lines.is_over(operator.leg):
                self.leave(operator.leg)
                self.put_down(operator, operator.leg)

    # --- inside -----------------------------------------------------------

    def held(self, claim: Promise) -> Agent | None:
        operator = self.operators[claim.operator]
        return operator if operator.claim == claim.id else None

    def over_with(self, claim: Promise) -> None:
        if claim.state != "connected":
            claim.inside.clear()  # who was inside is not known, and may be told yet
        claim.state, claim.deadline = "over", None

    def undo(self, claim: Promise, reason: str, *, fetches: bool = False) -> None:
        """Both sides are given back; the caller keeps the place."""
        self.over_with(claim)
        caller, operator = self.callers[claim.call], self.held(claim)
        if caller.claim == claim.id:
            caller.stage, caller.claim, caller.belongs_to = "waiting", None, None
            self.wait_again(caller)
        rung = claim.leg is not None or reason == "failed"
        if operator:
            self._after_offer(operator, is_missed=reason in MISSED and rung)
        if fetches and caller.leg == claim.party and self.lines.is_over(claim.party):
            self.leave(claim.party)

    def _after_offer(self, operator: Agent, *, is_missed: bool) -> None:
        operator.missed += is_missed
        limit = self.rules.away_after
        if is_missed and operator.wish is None and operator.missed >= limit:
            self.turn(operator, "away", operator.missed)
            return
        self.turn(operator, operator.wish or "available", operator.missed)
        if operator.state == "available":
            operator.due = self.now + self.rules.cool_down * SECOND

    def _talk_over(self, claim: Promise, by: str) -> None:
        self.over_with(claim)
        caller, operator = self.callers[claim.call], self.held(claim)
        if claim.going == "queue" and caller.stage != "ended":
            self.hand_on(caller)
        elif caller.stage != "ended":
            self.spend(caller, claim)
            caller.stage, caller.claim, caller.tries = "after", None, 0
            caller.belongs_to = None if by == "operator" else claim.operator
        if operator:
            self.wrap_up(operator)

    def wrap_up(self, operator: Agent) -> None:
        if operator.wish is not None or not self.rules.wrap_up:
            self.turn(operator, operator.wish or "available", operator.missed)
        else:
            self.turn(operator, "wrap-up", 0)
            operator.due = self.now + self.rules.wrap_up * SECOND

    def freed(self, operator: Agent) -> None:
        """Through no fault of theirs: the place among the idle is kept."""
        idle = operator.idle
        self.turn(operator, operator.wish or "available", operator.missed)
        operator.idle = idle

    def turn(self, operator: Agent, state: str, missed: int) -> None:
        operator.state, operator.since, operator.idle = state, self.now, self.now
        operator.due, operator.claim, operator.wish = None, None, None
        operator.missed = missed


def _taste(operator: Agent, caller: Caller) -> tuple[bool, int, datetime, str]:
    """Smallest first: the own language, rare languages kept, longest idle."""
    first = operator.languages[0] == caller.language
    return (not first, len(operator.languages), operator.idle, operator.id)
