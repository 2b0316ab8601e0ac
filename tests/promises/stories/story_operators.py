"""What operators do in a story: rung, in a talk, and on a standing line."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from tests.promises.model.model_parts import Promise
from tests.promises.stories.story import STANDS, Story, flat, happened


class OperatorsStory(Story):
    """The operators."""

    @precondition(lambda self: self.any_claim("ringing"))
    @rule(data=st.data())
    def pick_up(self, data: st.DataObject) -> None:
        claim = self.drawn(data, "ringing")
        if claim and claim.leg and not self.desk.lines.is_over(claim.leg):
            self.both("offer", claim.leg, claim.id)

    @precondition(lambda self: self.any_claim("answered"))
    @rule(data=st.data(), keys=st.sampled_from(["1", "2", ""]))
    def decide(self, data: st.DataObject, keys: str) -> None:
        if claim := self.drawn(data, "answered"):
            happened[f"decided: {keys}"] += 1
            self.both("decided", claim.leg, claim.id, keys)

    @precondition(lambda self: self.any_claim("ringing"))
    @rule(data=st.data(), how=st.sampled_from(["no-answer", "busy", "failed"]))
    def is_not_reached(self, data: st.DataObject, how: str) -> None:
        if claim := self.drawn(data, "ringing"):
            self._end_leg(claim, how)

    @precondition(lambda self: self.any_claim("answered", "taken", "connected", "over"))
    @rule(data=st.data())
    def puts_the_receiver_down(self, data: st.DataObject) -> None:
        if claim := self.drawn(data, "answered", "taken", "connected", "over"):
            self._end_leg(claim, "completed")

    def _end_leg(self, claim: Promise, how: str) -> None:
        if claim.leg in self.desk.lines.standing:
            self._hang_up_line(claim.leg)
        elif claim.leg is not None:
            self.desk.lines.gone.add(claim.leg)
            self.desk.lines.rooms.pop(claim.id, None)
            self.both("leg_over", claim.leg, claim.id, how)

    @precondition(lambda self: self.any_claim("taken"))
    @rule(data=st.data(), is_caller=st.booleans(), is_told=st.booleans())
    def enter_room(
        self,
        data: st.DataObject,
        is_caller: bool,  # noqa: FBT001
        is_told: bool,  # noqa: FBT001
    ) -> None:
        claim = self.drawn(data, "taken")
        if claim is None or claim.leg is None:
            return
        leg = claim.party if is_caller else claim.leg
        if self.desk.lines.is_over(leg) or self.is_awaited(claim):
            return
        self.desk.lines.rooms.setdefault(claim.id, set()).add(leg)
        notice = ("joined", (leg, claim.id))
        if is_told:
            self.both(*flat(notice))
        else:
            self.desk.lines.notices.append(notice)

    @precondition(lambda self: self.any_claim("ringing"))
    @rule(data=st.data())
    def talk(self, data: st.DataObject) -> None:
        """All that brings a talk about, with nothing between."""
        claim = self.drawn(data, "ringing")
        if claim is None or claim.leg is None or self.desk.lines.is_over(claim.leg):
            return
        self.both("offer", claim.leg, claim.id)
        self.both("decided", claim.leg, claim.id, "1")
        if not self.desk.lines.is_over(claim.party) and not self.is_awaited(claim):
            self.desk.lines.rooms[claim.id] = {claim.party, claim.leg}
            self.both("joined", claim.party, claim.id)
            self.both("joined", claim.leg, claim.id)

    @precondition(lambda self: self.any_claim("connected", "taken"))
    @rule(data=st.data(), name=st.sampled_from(["left", "emptied", "after", "over"]))
    def part(self, data: st.DataObject, name: str) -> None:
        claim = self.drawn(data, "connected", "taken")
        if claim is None:
            return
        self.desk.lines.rooms.pop(claim.id, None)
        args = {
            "left": (claim.leg, claim.id),
            "emptied": (claim.id,),
            "after": (claim.party, claim.id),
            "over": (claim.leg, claim.id),
        }
        self.both(name, *args[name])

    @precondition(lambda self: self.any_claim("connected"))
    @rule(data=st.data(), name=st.sampled_from(["to_queue", "end"]))
    def end_at_desk(self, data: st.DataObject, name: str) -> None:
        if claim := self.drawn(data, "connected"):
            self.desk.lines.rooms.pop(claim.id, None)
            self.both(name, claim.id)

    @rule(
        key=st.sampled_from(["op-0", "op-1", "op-2", STANDS]),
        state=st.sampled_from([State.AVAILABLE, State.AWAY, State.OFFLINE]),
    )
    def choose_state(self, key: str, state: State) -> None:
        self.both("choose", OperatorId(key), state)

    # --- on a standing line -----------------------------------------------------

    @initialize()
    def begin_on_the_line(self) -> None:
        self.call_in()

    @rule()
    def call_in(self) -> None:
        self.calls_in += 1
        leg = f"line-{self.calls_in:03d}"
        self.desk.lines.standing.add(leg)
        self.both("come_in", STANDS, leg)

    @precondition(lambda self: self.model.operators[STANDS].leg)
    @rule()
    def stand(self) -> None:
        self.both("stand", self.model.operators[STANDS].leg, STANDS)

    @precondition(lambda self: self.model.operators[STANDS].leg)
    @rule(is_told=st.booleans())
    def hang_up_line(self, is_told: bool) -> None:  # noqa: FBT001
        leg = self.model.operators[STANDS].leg
        if is_told:
            self._hang_up_line(leg)
        else:
            self.desk.lines.hang_up(str(leg))

    def _hang_up_line(self, leg: str | None) -> None:
        lines = self.desk.lines
        lines.gone.add(str(leg))
        for inside in lines.rooms.values():
            if leg in inside:
                inside.clear()
        self.both("leave", leg)

    @precondition(lambda self: self._stands_for("taken", "connected"))
    @rule(data=st.data(), then=st.sampled_from(["", "meets", "meets and parts"]))
    def come_to_the_line(self, data: st.DataObject, then: str) -> None:
        claim = data.draw(st.sampled_from(self._stands_for("taken", "connected")))
        if self.desk.lines.is_over(str(claim.leg)):
            return
        self.both("fetched", claim.leg, STANDS, claim.id)
        if self.is_awaited(claim):
            return
        if then and not self.desk.lines.is_over(claim.party):
            self.desk.lines.rooms[claim.id] = {claim.party, str(claim.leg)}
            self.both("joined", claim.party, claim.id)
            self.both("joined", claim.leg, claim.id)
        if then == "meets and parts" and claim.state == "connected":
            self._come_back(claim)

    def _stands_for(self, *states: str) -> list[Promise]:
        lines = self.desk.lines
        claims = [each for each in self.model.claims.values() if each.state in states]
        return [each for each in claims if each.leg in lines.standing]

    @precondition(lambda self: self._stands_for("connected"))
    @rule(data=st.data())
    def come_back_to_the_line(self, data: st.DataObject) -> None:
        self._come_back(data.draw(st.sampled_from(self._stands_for("connected"))))

    def _come_back(self, claim: Promise) -> None:
        self.desk.lines.rooms.pop(claim.id, None)
        self.both("stand_back", claim.leg, STANDS, claim.id)
