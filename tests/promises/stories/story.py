"""The model and the real queue side by side, and what both are told."""

from collections import Counter
from datetime import datetime
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from redis import Redis

from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State
from ivr.ports import Change
from tests.promises.deeds import LINE
from tests.promises.desk import Desk
from tests.promises.model.model import Model
from tests.promises.model.model_parts import Agent, Caller, Promise, Rules

Notice = tuple[str, tuple[Any, ...]]

WEIGHTS = {"urgent": 4, "family": 2, "information": 1}
RULES = (
    Rules(weights=WEIGHTS, second_language=30, tries=2),
    Rules(
        weights=WEIGHTS,
        overdue=40,
        cool_down=0,
        wrap_up=0,
        away_after=2,
        delays=(5, 20),
        call_back_rings=10,
    ),
    Rules(weights=WEIGHTS, reserve={"urgent": 1}, ring=10, away_after=1, delays=(0, 9)),
)
SPEAKS = (("uk",), ("ru", "uk"), ("uk", "en"))
STANDS = "op-9"
"""The operator who is on a standing line, or has not called in."""

happened: Counter[str] = Counter()
"""What has come to pass in all examples: nothing may be missing in the end."""


class Story(RuleBasedStateMachine):
    """The two side by side."""

    redis: ClassVar[Redis]

    def __init__(self) -> None:
        super().__init__()
        self.redis.flushall()
        self.desk = Desk(self.redis)
        now = self.desk.clock.now()
        self.model = Model(now, RULES[0], self.desk.lines)
        self.desk.do("publish", (RULES[0].as_toml(),))
        self.past: list[Notice] = []
        self.callers = 0
        self.is_compared = False
        self.calls_in = self.recordings = 0
        for number, languages in enumerate(SPEAKS):
            self._enrol(f"op-{number}", languages, now)
        self._enrol(STANDS, ("uk",), now, Reach.STANDING, State.OFFLINE)

    def _enrol(
        self,
        key: str,
        languages: tuple[str, ...],
        now: datetime,
        reach: Reach = Reach.PHONE,
        state: State = State.AVAILABLE,
    ) -> None:
        operator = Operator(
            id=OperatorId(key),
            line=LINE,
            profile=Profile(name=key, languages=languages, reach=reach),
            state=state,
            since=now,
            idle_since=now,
        )
        assert self.desk.store.changes.commit(LINE, Change(save=(operator,)))
        stands = reach is Reach.STANDING
        self.model.operators[key] = Agent(
            key, languages, now, now, state.value, stands=stands
        )

    # --- both at once -------------------------------------------------------

    def both(self, name: str, *args: Any) -> None:
        """The same deed for the model and for the house, with all that follows."""
        self.is_compared = False
        happened[name] += 1
        self.past.append((name, args))
        getattr(self.model, name)(*args)
        self.model.route()
        happened.update(self.model.noted)
        self.model.noted.clear()
        self.desk.do(name, args)

    def let_pass(self, seconds: int) -> None:
        """Time, in which the house looks at its clock each second."""
        for _ in range(seconds):
            self.desk.pass_by(1)
            self.model.now = self.desk.clock.now()
            self.both("tick")
        del self.past[-seconds:]

    def drawn(self, data: st.DataObject, *states: str) -> Promise | None:
        """One of the claims in these states."""
        found = [each for each in self.model.claims.values() if each.state in states]
        return data.draw(st.sampled_from(found)) if found else None

    def staged(self, data: st.DataObject, *stages: str) -> Caller | None:
        """One of the callers who are there."""
        found = [each for each in self.model.callers.values() if each.stage in stages]
        return data.draw(st.sampled_from(found)) if found else None

    def on_line(self, *stages: str) -> list[Caller]:
        """The callers in these stages who are on a leg, as is believed."""
        callers = self.model.callers.values()
        return [each for each in callers if each.stage in stages and each.leg]

    def is_awaited(self, claim: Promise) -> bool:
        """Whether the person of a claim is to be called, and is not reached yet."""
        return self.model.callers[claim.call].is_to_be_dialled

    def any_claim(self, *states: str) -> bool:
        return any(each.state in states for each in self.model.claims.values())

    def any_caller(self, *stages: str) -> bool:
        return any(each.stage in stages for each in self.model.callers.values())


def flat(notice: Notice) -> tuple[Any, ...]:
    """A notice as the arguments of ``both``."""
    name, args = notice
    return (name, *args)
