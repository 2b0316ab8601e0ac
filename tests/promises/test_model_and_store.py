"""Hypothesis plays the evening's troubles on the real queue and on its model.

Whatever arrives twice, late or out of order, and wherever a process dies: after
each step the model and the real actions over a real Valkey must tell the same.
"""

from collections import Counter
from datetime import datetime
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from ivr.core.call import OperatorId
from ivr.core.operator import Operator, State
from ivr.ports import Change
from tests.promises.comparing import (
    adopt,
    assert_same_callers,
    assert_same_claims,
    assert_same_operators,
)
from tests.promises.desk import Desk
from tests.promises.houses import LINE
from tests.promises.model import Model
from tests.promises.model_parts import Agent, Caller, Promise, Rules
from tests.scenarios.invariants import assert_everybody_is_somewhere

Notice = tuple[str, tuple[Any, ...]]

MOST_CALLERS = 7
LATENESS = 3
"""Seconds in which whatever a dead process left undone is done by others."""

WEIGHTS = {"urgent": 4, "family": 2, "information": 1}
RULES = (
    Rules(weights=WEIGHTS, second_language=30),
    Rules(weights=WEIGHTS, overdue=40, cool_down=0, wrap_up=0, away_after=2),
    Rules(weights=WEIGHTS, reserve={"urgent": 1}, ring=10, away_after=1),
)
SPEAKS = (("uk",), ("ru", "uk"), ("uk", "en"))

happened: Counter[str] = Counter()
"""What has come to pass in all examples: nothing may be missing in the end."""


class Evening(RuleBasedStateMachine):
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
        for number, languages in enumerate(SPEAKS):
            self._enrol(f"op-{number}", languages, now)

    def _enrol(self, key: str, languages: tuple[str, ...], now: datetime) -> None:
        operator = Operator(
            id=OperatorId(key),
            line=LINE,
            name=key,
            languages=languages,
            state=State.AVAILABLE,
            since=now,
            idle_since=now,
        )
        assert self.desk.store.commit(LINE, Change(save=(operator,)))
        self.model.operators[key] = Agent(key, languages, now, now)

    # --- both at once -------------------------------------------------------

    def both(self, name: str, *args: Any) -> None:
        """The same deed for the model and for the house, with all that follows."""
        happened[name] += 1
        self.past.append((name, args))
        getattr(self.model, name)(*args)
        self.model.route()
        self.desk.do(name, args)

    def drawn(self, data: st.DataObject, *states: str) -> Promise | None:
        """One of the claims in these states."""
        found = [each for each in self.model.claims.values() if each.state in states]
        return data.draw(st.sampled_from(found)) if found else None

    def staged(self, data: st.DataObject, *stages: str) -> Caller | None:
        """One of the callers who are there."""
        found = [each for each in self.model.callers.values() if each.stage in stages]
        return data.draw(st.sampled_from(found)) if found else None

    def any_claim(self, *states: str) -> bool:
        return any(each.state in states for each in self.model.claims.values())

    def any_caller(self, *stages: str) -> bool:
        return any(each.stage in stages for each in self.model.callers.values())

    # --- callers ------------------------------------------------------------

    @initialize(topic=st.sampled_from("12"))
    def begin(self, topic: str) -> None:
        for language in "12":
            self.arrive(language, topic)

    @rule(language=st.sampled_from("112"), topic=st.sampled_from("12"))
    def arrive(self, language: str, topic: str) -> None:
        live = [each for each in self.model.callers.values() if each.stage != "ended"]
        if len(live) >= MOST_CALLERS:
            return
        self.callers += 1
        key = f"caller-{self.callers:03d}"
        self.desk.lines.callers.add(key)
        self.both("incoming", key, f"+447700900{self.callers:03d}")
        for step, keys in enumerate((language, topic, "0")):
            self.both("step", key, step, keys)

    @precondition(lambda self: self.any_caller("ended"))
    @rule(
        data=st.data(),
        returns=st.booleans(),
        language=st.sampled_from("12"),
        topic=st.sampled_from("12"),
    )
    def ring_again(
        self,
        data: st.DataObject,
        returns: bool,  # noqa: FBT001
        language: str,
        topic: str,
    ) -> None:
        before = self.staged(data, "ended")
        live = [each for each in self.model.callers.values() if each.stage != "ended"]
        if before is None or before.number in {each.number for each in live}:
            return
        self.callers += 1
        key = f"caller-{self.callers:03d}"
        self.desk.lines.callers.add(key)
        self.both("incoming", key, before.number)
        kept = self.model.place_of(self.model.callers[key])
        happened[f"rings again: {'' if kept is None else kept.ended_from}"] += 1
        if returns and kept is not None:
            happened["returns by the star"] += 1
            self.both("step", key, 0, "*")
            return
        for step, keys in enumerate((language, topic, "0")):
            self.both("step", key, step, keys)

    @precondition(
        lambda self: self.any_caller(
            "waiting", "claimed", "connected", "after", "goodbye"
        )
    )
    @rule(data=st.data(), is_told=st.booleans())
    def hang_up(self, data: st.DataObject, is_told: bool) -> None:  # noqa: FBT001
        found = self.staged(data, "waiting", "claimed", "connected", "after", "goodbye")
        if found is None:
            return
        self.desk.lines.hang_up(found.id)
        if is_told:
            self.both("leave", found.id)

    @precondition(lambda self: self.any_caller("after"))
    @rule(data=st.data(), keys=st.sampled_from(["1", ""]))
    def speak_again_or_not(self, data: st.DataObject, keys: str) -> None:
        if caller := self.staged(data, "after"):
            happened[f"after a talk: {keys}"] += 1
            self.both("step", caller.id, caller.step, keys)

    @precondition(lambda self: self.any_caller("waiting", "claimed"))
    @rule(data=st.data())
    def hold_on(self, data: st.DataObject) -> None:
        if caller := self.staged(data, "waiting", "claimed"):
            self.both("wait", caller.id, "")

    # --- operators ----------------------------------------------------------

    @precondition(lambda self: self.any_claim("ringing"))
    @rule(data=st.data())
    def pick_up(self, data: st.DataObject) -> None:
        claim = self.drawn(data, "ringing")
        if claim and claim.leg and not self.desk.lines.is_over(claim.leg):
            self.both("offer", claim.leg, claim.id)

    @precondition(lambda self: self.any_claim("answered"))
    @rule(data=st.data(), keys=st.sampled_from(["1", "1", "1", "2", ""]))
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
        if claim.leg is not None:
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
        leg = claim.call if is_caller else claim.leg
        if self.desk.lines.is_over(leg):
            return
        self.desk.lines.rooms.setdefault(claim.id, set()).add(leg)
        notice = ("joined", (leg, claim.id))
        if is_told:
            self.both(*_flat(notice))
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
        if not self.desk.lines.is_over(claim.call):
            self.desk.lines.rooms[claim.id] = {claim.call, claim.leg}
            self.both("joined", claim.call, claim.id)
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
            "after": (claim.call,),
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
        key=st.sampled_from(["op-0", "op-1", "op-2"]),
        state=st.sampled_from([State.AVAILABLE, State.AWAY, State.OFFLINE]),
    )
    def choose_state(self, key: str, state: State) -> None:
        self.both("choose", OperatorId(key), state)

    # --- the carrier's bad days ---------------------------------------------

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def come_twice(self, data: st.DataObject) -> None:
        name, args = data.draw(st.sampled_from(self.past[-40:]))
        if name != "publish":
            happened["doubled"] += 1
            self.both(name, *args)

    @precondition(lambda self: self.desk.lines.notices)
    @rule(data=st.data())
    def come_late(self, data: st.DataObject) -> None:
        notices = self.desk.lines.notices
        place = data.draw(st.integers(0, len(notices) - 1))
        happened["late"] += 1
        self.both(*_flat(notices.pop(place)))

    @precondition(lambda self: self.desk.lines.notices)
    @rule()
    def is_lost(self) -> None:
        happened["lost"] += 1
        self.desk.lines.notices.pop()

    # --- the house ------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 2, 5, 12, 26, 45]))
    def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            self.desk.pass_by(1)
            self.model.now = self.desk.clock.now()
            self.both("tick")
        del self.past[-seconds:]

    @rule()
    def look_after(self) -> None:
        self.both("reconcile")

    @rule(number=st.integers(0, len(RULES) - 1))
    def publish(self, number: int) -> None:
        happened["publish"] += 1
        self.model.publish(RULES[number])
        self.model.route()
        self.desk.do("publish", (RULES[number].as_toml(),))

    @precondition(lambda self: self.past)
    @rule(data=st.data(), effects=st.integers(1, 10))
    def die(self, data: st.DataObject, effects: int) -> None:
        """A process dies between two steps; the others find what it left."""
        name, args = self._at_hand(data)
        before = {
            key: caller.queued
            for key, caller in self.model.callers.items()
            if caller.stage not in {"connected", "after"}
        }
        # The model first: what it asks of the carrier is as it was before.
        getattr(self.model, name)(*args)
        self.model.route()
        if not self.desk.dies(name, args, effects):
            return
        happened["died"] += 1
        assert_everybody_is_somewhere(self.desk.store, self.redis)
        for _ in range(LATENESS):
            self.desk.pass_by(1)
            self.desk.do("tick", ())
        adopt(self.desk, self.model)
        for key, queued in before.items():
            assert queued is None or self.model.callers[key].queued == queued

    def _at_hand(self, data: st.DataObject) -> Notice:
        """Something that may come now: the next for a claim, or a late notice."""
        found: list[Notice] = [("tick", ()), ("reconcile", ()), *self.past[-3:]]
        for claim in self.model.claims.values():
            for name, state, more in NEXT:
                if claim.state == state:
                    found.append((name, (claim.leg, claim.id, *more)))
            if claim.state in {"taken", "connected"}:
                found += [("after", (claim.call,)), ("leave", (claim.call,))]
                self.desk.lines.callers.add(claim.call)
        return data.draw(st.sampled_from(found))

    # --- what must hold after each step ---------------------------------------

    @invariant()
    def both_tell_the_same(self) -> None:
        assert_same_callers(self.desk, self.model)
        assert_same_operators(self.desk, self.model)
        assert_same_claims(self.desk, self.model)
        assert_everybody_is_somewhere(self.desk.store, self.redis)
        assert not self.desk.notes.failures

    def teardown(self) -> None:
        ends = Counter(
            (fact.name, fact.call)
            for fact in self.desk.book.facts.values()
            if fact.name in {"call-started", "call-ended"}
        )
        assert set(ends.values()) <= {1}
        for state in {each.state for each in self.model.claims.values()}:
            happened[f"claim: {state}"] += 1


NEXT: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("offer", "ringing", ()),
    ("leg_over", "ringing", ("busy",)),
    ("decided", "answered", ("1",)),
    ("decided", "answered", ("2",)),
    ("joined", "taken", ()),
    ("leg_over", "taken", ("completed",)),
    ("left", "connected", ()),
)
"""What an operator's leg may bring next, by the claim's state."""


def _flat(notice: Notice) -> tuple[Any, ...]:
    name, args = notice
    return (name, *args)


STORIES = 30
MOST_BATCHES = 16

EVERYTHING = (
    *("incoming", "step", "wait", "leave", "offer", "decided", "joined", "left"),
    *("emptied", "after", "over", "leg_exists", "leg_over", "choose", "tick"),
    *("reconcile", "publish", "doubled", "late", "lost", "died"),
    *("to_queue", "end", "returns by the star", "rings again: "),
    *("rings again: waiting", "rings again: connected", "rings again: after"),
    *("after a talk: 1", "after a talk: ", "decided: 1", "decided: 2", "decided: "),
)


def test_model_and_store_tell_the_same_whatever_happens(
    request: pytest.FixtureRequest, redis: Redis
) -> None:
    """Told in batches until everything has happened, and at least in two.

    With ``--evenings N`` N times as many stories, and shortened.
    """
    evenings: int = request.config.getoption("evenings", 1)
    first: int = request.config.getoption("first_seed", 1)
    Evening.redis = redis
    happened.clear()

    for batch in range(MOST_BATCHES):
        # Seeds, and not what the code looks like, decide what is told: the same
        # stories as long as nobody changes them.
        told = seed(first - 1 + batch)(Evening)
        run_state_machine_as_test(told, settings=_settings(evenings))
        if batch and not _missing():
            break

    assert _missing() == set()


def _missing() -> set[str]:
    return {name for name in EVERYTHING if not happened[name]}


def _settings(evenings: int) -> settings:
    return settings(
        max_examples=STORIES * evenings,
        stateful_step_count=50,
        # To shorten a story takes minutes: for those who look for its cause.
        phases=(Phase.generate, *([Phase.shrink] if evenings > 1 else [])),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
