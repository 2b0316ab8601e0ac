"""Calls back in a story: asked for on hold, and what becomes of them at the telephone.

A telephone that is on the line with us by another call is busy: nobody picks it up.
"""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from tests.promises.model.model_callers import IN_QUEUE
from tests.promises.model.model_parts import Caller, Promise
from tests.promises.stories.story import happened
from tests.promises.stories.story_callers import RETURN, WAYS_BACK, CallersStory

ASKINGS = (("1", "1"), ("1", "1"), ("1", "", ""), ("1", "0"), ("", ""), ("1",))
"""Keys on the pages; pressing nothing twice is as good as the usual answer."""

UNREACHED = ("no-answer", "busy", "failed", "completed")


class CallbacksStory(CallersStory):
    """Those who are called back."""

    @initialize(promised=st.integers(0, 3), topic=st.sampled_from("12"))
    def begin_with_promises(self, promised: int, topic: str) -> None:
        """As after an hour without operators."""
        if not promised:
            return
        for key in self.model.operators:
            self.both("choose", OperatorId(key), State.AWAY)
        for _ in range(promised):
            caller = self.model.callers.get(self.arrive("1", topic) or "")
            if caller and caller.stage == "waiting":
                self._ask(caller, ("1", "1"), hangs_up=True)
        for key in self.model.operators:
            self.both("choose", OperatorId(key), State.AVAILABLE)

    @precondition(lambda self: self._asking())
    @rule(
        data=st.data(),
        keys=st.sampled_from(ASKINGS),
        hangs_up=st.sampled_from([True, True, True, False]),
    )
    def ask_to_be_called(
        self,
        data: st.DataObject,
        keys: Sequence[str],
        hangs_up: bool,  # noqa: FBT001
    ) -> None:
        self._ask(data.draw(st.sampled_from(self._asking())), keys, hangs_up=hangs_up)

    def _ask(self, caller: Caller, keys: Sequence[str], *, hangs_up: bool) -> None:
        self.both("wait_key", caller.leg, "1", "")
        for key in keys:
            self.both("step", caller.leg, caller.step, key, caller.number)
        if caller.stage != "promised":
            return
        happened["promised"] += 1
        happened["promised once more"] += caller.leg != caller.id
        if hangs_up:
            self.desk.lines.hang_up(str(caller.leg))
            self.both("leave", caller.leg)

    @precondition(lambda self: self._promised())
    @rule(
        data=st.data(),
        way=st.sampled_from(WAYS_BACK),
        then=st.sampled_from(["", "asks", "hangs up"]),
    )
    def ring_instead(self, data: st.DataObject, way: Sequence[str], then: str) -> None:
        """Whoever is promised a call rings, perhaps while they are offered."""
        callers = [self.model.callers[key] for key in self._promised()]
        self._ring_and(data.draw(st.sampled_from(callers)), way, then)

    @precondition(lambda self: self._unreached("ringing"))
    @rule(data=st.data(), then=st.sampled_from(["", "is missed", "rings and talks"]))
    def ask_anew_while_offered(self, data: st.DataObject, then: str) -> None:
        """Two promises to one number: the first is given up for the second."""
        claim = data.draw(st.sampled_from(self._unreached("ringing")))
        self._ring_and(self.model.callers[claim.call], WAYS_BACK[1], "asks")
        if not then or claim.state != "ringing" or claim.leg is None:
            return
        self.desk.lines.gone.add(claim.leg)
        self.both("leg_over", claim.leg, claim.id, "no-answer")
        if then == "rings and talks":
            self._ring_and_talk(self.model.callers[claim.call])

    def _ring_and_talk(self, before: Caller) -> None:
        """With two promises to the number: neither is to be kept after the talk."""
        caller = self.model.callers.get(self.ring_once_more(before, RETURN) or "")
        if caller is None:
            return
        self.let_pass(6)
        claim = self.model.claims.get(caller.claim or "")
        if claim and claim.state == "ringing" and claim.leg:
            self.both("offer", claim.leg, claim.id)
            self.both("decided", claim.leg, claim.id, "1")
            self.desk.lines.rooms[claim.id] = {claim.party, claim.leg}
            self.both("joined", claim.party, claim.id)
            self.both("joined", claim.leg, claim.id)

    def _ring_and(self, before: Caller, way: Sequence[str], then: str) -> None:
        key = self.ring_once_more(before, way)
        caller = self.model.callers.get(key or "")
        if caller and then == "asks" and caller.stage == "waiting":
            self._ask(caller, ("1", "1"), hangs_up=True)
        elif caller and then == "hangs up":
            self.desk.lines.hang_up(caller.id)
            self.both("leave", caller.id)

    def _asking(self) -> list[Caller]:
        """Those on hold who are not just recorded."""
        return [e for e in self.on_line(*IN_QUEUE) if e.page != "message"]

    def _promised(self) -> list[str]:
        callers = self.model.callers.values()
        live = [each for each in callers if each.stage != "ended"]
        return [each.id for each in live if each.leg is None]

    @precondition(lambda self: self._unreached("ringing"))
    @rule(data=st.data(), then=st.sampled_from(["", "alone", "in vain", "talks"]))
    def agree_to_call(self, data: st.DataObject, then: str) -> None:
        """An operator agrees, and what comes of it at the other telephone."""
        claim = data.draw(st.sampled_from(self._unreached("ringing")))
        if not claim.leg or self.desk.lines.is_over(claim.leg):
            return
        self.both("offer", claim.leg, claim.id)
        self.both("decided", claim.leg, claim.id, "1")
        if claim not in self._called():
            return
        if then == "talks":
            self._talk(claim)
        elif then == "in vain":
            self._miss(claim, "no-answer")
        elif then == "alone":
            self._leave_alone(claim)

    def _leave_alone(self, claim: Promise) -> None:
        """The operator is lost once the person is reached, who asks once more."""
        leg, caller = f"back-{claim.id}", self.model.callers[claim.call]
        if caller.number in self._numbers_elsewhere(claim):
            return
        self.both("back", leg, claim.id)
        self.both("back_answer", leg, claim.id, "1")
        self.desk.lines.gone.add(str(claim.leg))
        self.both("leg_over", claim.leg, claim.id, "completed")
        if caller.stage == "waiting":
            self._ask(caller, ("1", "1"), hangs_up=True)

    @precondition(lambda self: self._called())
    @rule(data=st.data(), keys=st.sampled_from(["1", "2", ""]))
    def pick_up_at_home(self, data: st.DataObject, keys: str) -> None:
        claim = data.draw(st.sampled_from(self._called()))
        leg, caller = f"back-{claim.id}", self.model.callers[claim.call]
        if caller.number in self._numbers_elsewhere(claim):
            return
        is_bound = claim.caller_leg is not None
        self.both("back", leg, claim.id)
        self.both("back_answer", leg, claim.id, keys)
        happened[f"picked up: {keys}"] += is_bound
        if keys != "1":
            self.desk.lines.hang_up(leg)

    @precondition(lambda self: self._called())
    @rule(data=st.data(), how=st.sampled_from(UNREACHED))
    def do_not_pick_up(self, data: st.DataObject, how: str) -> None:
        self._miss(data.draw(st.sampled_from(self._called())), how)

    def _miss(self, claim: Promise, how: str) -> None:
        leg, caller = f"back-{claim.id}", self.model.callers[claim.call]
        self.desk.lines.gone.add(leg)
        self.both("back_over", leg, claim.id, how)
        over = caller.stage == "ended"
        happened["given up" if over else "tried again"] += 1

    @precondition(lambda self: self._unreached("ringing"))
    @rule(data=st.data())
    def never_pick_up(self, data: st.DataObject) -> None:
        """As often as an operator agrees, until it is given up or nobody is free."""
        claim = data.draw(st.sampled_from(self._unreached("ringing")))
        caller = self.model.callers[claim.call]
        while claim.leg and claim in self._unreached("ringing"):
            self.both("offer", claim.leg, claim.id)
            self.both("decided", claim.leg, claim.id, "1")
            if claim not in self._called():
                return
            self._miss(claim, "no-answer")
            self.let_pass(21)
            claim = self.model.claims.get(caller.claim or "", claim)

    @precondition(lambda self: self._called())
    @rule(data=st.data())
    def ask_to_connect_again(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self._called()))
        self.both("connect", claim.leg, claim.id, 1)

    @precondition(lambda self: self._called())
    @rule(data=st.data())
    def talk_at_home(self, data: st.DataObject) -> None:
        """The person is reached and talks, with nothing between."""
        self._talk(data.draw(st.sampled_from(self._called())))

    def _talk(self, claim: Promise) -> None:
        leg, caller = f"back-{claim.id}", self.model.callers[claim.call]
        if caller.number in self._numbers_elsewhere(claim):
            return
        self.both("back", leg, claim.id)
        self.both("back_answer", leg, claim.id, "1")
        if claim.leg is None or self.desk.lines.is_over(claim.leg):
            return
        self.desk.lines.rooms[claim.id] = {leg, claim.leg}
        self.both("joined", leg, claim.id)
        self.both("joined", claim.leg, claim.id)
        stands = claim.leg in self.desk.lines.standing
        happened[f"kept {'on a standing line' if stands else 'by telephone'}"] += 1

    def _unreached(self, state: str) -> list[Promise]:
        claims = [each for each in self.model.claims.values() if each.state == state]
        return [each for each in claims if self.is_awaited(each)]

    def _called(self) -> list[Promise]:
        """Claims whose person is rung just now, as far as the carrier knows."""
        lines = self.desk.lines
        legs = lines.called_back.keys() - lines.gone
        return [e for e in self._unreached("taken") if f"back-{e.id}" in legs]

    def _numbers_elsewhere(self, claim: Promise) -> set[str]:
        """The numbers of those who are on the line by other calls."""
        live = [e for e in self.model.callers.values() if e.stage != "ended"]
        return {e.number for e in live if e.leg is not None and e.id != claim.call}
