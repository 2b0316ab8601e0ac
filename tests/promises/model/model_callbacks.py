"""Calls back in the model: asked for, promised, tried, kept, renewed and given up."""

from datetime import datetime, timedelta

from tests.promises.model.model_callers import IN_QUEUE
from tests.promises.model.model_exits import BACK, ExitsModel
from tests.promises.model.model_parts import Back, Caller, Promise

CALL_BACK, THIS_NUMBER, AT_ANY_HOUR = "1", "1", "1"
PUT_THROUGH, REFUSE = "1", "2"
PAGES = ("number", "when")
UNREACHED = ("waiting", "promised")

SECOND = timedelta(seconds=1)
TAKEN, CARRIER_SLOWNESS = 20 * SECOND, 5 * SECOND


class CallbacksModel(ExitsModel):
    """Those who are called back; a number is promised one call at a time."""

    # --- asking for it ------------------------------------------------------

    def wait_key(self, leg: str, keys: str, _: str) -> None:
        super().wait_key(leg, keys, _)
        caller = self.on_line(leg)
        if caller is None or caller.stage not in IN_QUEUE or caller.page:
            return
        if keys == CALL_BACK:
            self.turn_to(caller, "number")

    def step(self, leg: str, number: int, keys: str, _: str = "") -> None:
        caller = self.on_line(leg)
        asks = caller and caller.page in PAGES and caller.stage in IN_QUEUE
        if caller is None or not asks or caller.step != number:
            super().step(leg, number, keys, _)
            return
        caller.step += 1
        if not keys and caller.tries == 0:
            caller.tries = 1
        elif keys == THIS_NUMBER and caller.page == "number":
            self.turn_to(caller, "when")
        elif keys in ("", AT_ANY_HOUR) and caller.page == "when":
            self._promise_call(caller)
        elif keys in ("", BACK):
            caller.page, caller.tries = "", 0

    def _promise_call(self, caller: Caller) -> None:
        """The promise; whoever is being offered just now waits for the operator."""
        caller.page = ""
        if caller.stage == "claimed":
            return
        begun = caller.back is not None and caller.back.activated
        caller.back = Back(self.now, begun, caller.leg if begun else None)
        caller.stage = "promised"
        self._stand_alone(caller)

    def _stand_alone(self, caller: Caller) -> None:
        """A number is promised one call at a time, and rests after each ring."""
        assert caller.back is not None
        before = self.callers.get(self.holders.get(caller.number, ""))
        caller.back.not_before = max(
            self.now,
            caller.back.not_before or self.now,
            self._rested(caller.number),
        )
        if before is caller or not (before and _waits_for_a_call(before)):
            before = None
        if before is not None and caller.leg is None:
            self._merge(caller, before)
        elif before is not None:
            caller.back.renews = before.id
        if before is not None:
            self.noted["promise: renewed"] += 1
            self.finish(before)
        if caller.leg is None:
            self._begin(caller, self.now)
        self.holders[caller.number] = caller.id
        self.remember(caller)

    def _rested(self, number: str) -> datetime:
        rung = self.rung.get(number)
        return self.now if rung is None else rung + self._pause(1)

    def _pause(self, tries: int) -> timedelta:
        """How long after so many tries the next one is made."""
        delays = self.rules.delays
        return delays[min(tries, len(delays)) - 1] * SECOND

    def _merge(self, caller: Caller, before: Caller, *, moves: bool = False) -> None:
        """The earlier arrival, unless it is of another class and moves the caller."""
        if before.queued is None or (caller.queued and caller.queued <= before.queued):
            return
        is_elsewhere = (
            caller.urgency != before.urgency or caller.counts_from != before.counts_from
        )
        if is_elsewhere and not moves:
            return
        caller.queued, caller.counts_from = before.queued, before.counts_from
        caller.given_back, caller.handed_on = before.given_back, before.handed_on
        self.carry_over(caller, before)

    # --- waiting without a leg ------------------------------------------------

    def _begin(self, caller: Caller, earliest: datetime) -> None:
        """From here on it is ours to keep: at once, or when the moment has come."""
        assert caller.back is not None
        at = max(earliest, caller.back.not_before or earliest)
        waits = at <= self.now
        caller.stage = "waiting" if waits else "promised"
        caller.claim, caller.page, caller.tries = None, "", 0
        caller.back.activated, caller.back.reached = True, False
        caller.back.leg, caller.back.due = None, None if waits else at
        self.remember(caller)

    def outlives(self, caller: Caller) -> bool:
        if caller.back is None:
            talked = caller.talks_since is not None
            if not caller.came_from or talked or caller.message:
                return False
            self.noted["promise: binds again"] += 1
            caller.back = Back(self.now, not_before=self.now + self._pause(1))
            caller.back.again = True
            self._begin(caller, self.now)
            self._stand_alone(caller)
            return True
        if caller.stage == "promised":
            self._take_renewed_place(caller)
            self._begin(caller, self.now)
            return True
        # Nothing else brings somebody to a goodbye who has not talked, but a message.
        if caller.back.fulfilled or caller.stage == "goodbye":
            return False
        return self._tries_again(caller, caller.back)

    def _take_renewed_place(self, caller: Caller) -> None:
        back = caller.back
        if back and back.renews:
            self._merge(caller, self.callers[back.renews], moves=True)
            back.renews = None

    def _tries_again(self, caller: Caller, back: Back) -> bool:
        if back.tries + 1 >= self.rules.tries:
            return False
        back.tries += 1
        self._begin(caller, self.now + self._pause(back.tries))
        return True

    def wait_again(self, caller: Caller) -> None:
        """The operator was lost before the person was reached."""
        if caller.is_to_be_dialled:
            self.noted["promise: operator lost"] += 1
            self._begin(caller, self.now)

    def look_at_due(self) -> None:
        """Promises whose moment has come."""
        for caller in self.callers.values():
            due = caller.back.due if caller.back else None
            if caller.stage == "promised" and due is not None and due <= self.now:
                self.noted["promise: due"] += 1
                self._begin(caller, self.now)

    def is_outlived(self, caller: Caller) -> bool:
        """Whether the person has talked, or another promise to the number stands."""
        if caller.leg is not None or caller.back is None:
            return False
        other = self.callers.get(self.holders.get(caller.number, caller.id), caller)
        talked = self.talked.get(caller.number)
        if talked is not None and talked >= caller.back.made:
            self.finish(caller)
            return True
        if other is caller or not _binds(other):
            return False
        self.noted["promise: outlived"] += 1
        self.finish(caller)
        self._merge(other, caller)
        self.remember(other)
        return True

    # --- the call to the person ---------------------------------------------

    def lease(self, claim: Promise) -> timedelta:
        """How long the talk may take to begin; a person is rung before."""
        is_rung = self.callers[claim.call].is_to_be_dialled
        return TAKEN + is_rung * self.rules.call_back_rings * SECOND

    def bring(self, claim: Promise, attempt: int) -> bool:
        """Move the caller to the room, or call the person; False: they are gone."""
        if self.callers[claim.call].is_to_be_dialled:
            self._dial(claim, attempt)
            return True
        if self.lines.is_over(claim.party):
            self.leave(claim.party)
            return False
        return True

    def connect(self, leg: str, key: str, attempt: int) -> None:  # noqa: ARG002
        """The leg of an operator who has agreed asks for the caller once more."""
        claim = self.claims[key]
        if claim.state == "taken" and claim.party not in claim.inside:
            self.bring(claim, attempt)

    def _dial(self, claim: Promise, attempt: int) -> None:
        """Once for each asking."""
        if claim.caller_leg is None and claim.dialled < attempt:
            claim.dialled = attempt
            self.rung[self.callers[claim.call].number] = self.now
            self._bind_person(f"back-{claim.id}", claim.id)

    def _bind_person(self, leg: str, key: str) -> None:
        claim = self.claims.get(key)
        if claim is None or claim.state != "taken" or claim.caller_leg is not None:
            return
        caller = self.callers[claim.call]
        if caller.back is None or caller.claim != key:
            return
        rings = self.rules.call_back_rings * SECOND
        claim.caller_leg, caller.back.leg = leg, leg
        claim.deadline = self.now + rings + CARRIER_SLOWNESS + TAKEN
        self.legs[leg] = caller.id

    def back_exists(self, leg: str, key: str) -> None:
        self._bind_person(leg, key)

    def back(self, leg: str, key: str) -> None:
        """Somebody has picked up, and is asked who it is."""
        self._bind_person(leg, key)

    def back_answer(self, leg: str, key: str, keys: str) -> None:
        caller = self.on_line(leg)
        if caller is None or caller.back is None:
            return
        if keys == REFUSE:
            self._refuse(caller)
        elif keys == PUT_THROUGH and not caller.back.reached:
            caller.back.reached = True
            claim = self.claims.get(key)
            if claim is not None and claim.state == "taken":
                claim.deadline = self.now + TAKEN

    def _refuse(self, caller: Caller) -> None:
        """Whoever wants no call is spared every promise to the number."""
        for each in self._of_number(caller.number):
            self.spare(each)

    def back_over(self, leg: str, key: str, how: str) -> None:  # noqa: ARG002
        """The leg is over, or never was; before any talk it counts as a try."""
        self._bind_person(leg, key)
        self.leave(leg)

    # --- nobody who talks is called -------------------------------------------

    def talked_unheard(self, claim: Promise, caller: Caller) -> None:
        """Both were in a room, as is told late: what was promised before is kept."""
        taken = claim.taken or claim.made
        self.note_talk(caller, taken)
        if caller.leg is not None or caller.stage not in UNREACHED:
            return
        if caller.back is None or (caller.back.made > taken and not caller.back.again):
            return
        caller.stage, caller.claim, caller.page = "ended", None, ""
        caller.ended, caller.talks_since = self.now, taken
        caller.back.fulfilled = True
        self.noted["promise: kept unheard"] += 1
        self.remember(caller)

    def note_talk(self, caller: Caller, at: datetime) -> None:
        """Whoever talks is called for no promise that was made before."""
        if caller.number in self.holders or caller.number in self.rung:
            self.talked[caller.number] = max(at, self.talked.get(caller.number, at))

    def spare_others(self, caller: Caller) -> None:
        """Whoever talks is called back for no promise to the number."""
        for each in self._of_number(caller.number):
            if each is not caller and each.leg != each.id:
                self.noted["promise: spared"] += self.spare(each)

    def spare(self, caller: Caller) -> bool:
        """A promise binds no more, unless its person has been reached."""
        if caller.back is None or caller.stage not in (*IN_QUEUE, "promised"):
            return False
        if caller.back.reached:
            return False
        claim = self.claims.get(caller.claim or "")
        self.finish(caller)
        if claim is not None:
            self.leave_alone(claim)
        return True

    def _of_number(self, number: str) -> list[Caller]:
        return [each for each in self.callers.values() if each.number == number]


def _binds(caller: Caller) -> bool:
    """Whether somebody is still to be called for a call's promise."""
    back = caller.back
    open_ = back is not None and not (back.fulfilled or back.reached)
    return open_ and caller.stage != "ended"


def _waits_for_a_call(caller: Caller) -> bool:
    """Whether nobody is on the way to the person of a promise."""
    return _binds(caller) and caller.stage in UNREACHED and caller.leg is None
