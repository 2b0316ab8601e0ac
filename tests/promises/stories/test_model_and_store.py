"""Hypothesis plays the evening's troubles on the real queue and on its model.

Whatever arrives twice, late or out of order, and wherever a process dies: after
each step the model and the real actions over a real Valkey must tell the same.
"""

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from tests.dsl.faults.invariants import assert_everybody_is_somewhere
from tests.promises.model.model_parts import Caller, Promise
from tests.promises.stories.comparing import (
    adopt,
    assert_same_callers,
    assert_same_claims,
    assert_same_operators,
    assert_same_promises_in_log,
)
from tests.promises.stories.story import RULES, Notice, flat, happened
from tests.promises.stories.story_callbacks import CallbacksStory
from tests.promises.stories.story_operators import OperatorsStory

LATENESS = 3
"""Seconds in which whatever a dead process left undone is done by others."""


class Evening(CallbacksStory, OperatorsStory):
    """The two side by side, on the carrier's and the house's bad days."""

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
        self.both(*flat(notices.pop(place)))

    @precondition(lambda self: self.desk.lines.notices)
    @rule()
    def is_lost(self) -> None:
        happened["lost"] += 1
        self.desk.lines.notices.pop()

    # --- the house ------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 2, 5, 12, 26, 45]))
    def pass_time(self, seconds: int) -> None:
        self.let_pass(seconds)

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
            assert queued is None or _keeps(self.model.callers[key], queued)

    def _at_hand(self, data: st.DataObject) -> Notice:
        """Something that may come now: the next for a claim, or a late notice."""
        found: list[Notice] = [("tick", ()), ("reconcile", ()), *self.past[-3:]]
        for claim in self.model.claims.values():
            stands = claim.leg in self.desk.lines.standing
            for name, state, more in NEXT:
                if claim.state == state and not (stands and name == "leg_over"):
                    found.append((name, (claim.leg, claim.id, *more)))
            if claim.state in {"taken", "connected"}:
                found += self._of_person(claim)
        return data.draw(st.sampled_from(found))

    def _of_person(self, claim: Promise) -> list[Notice]:
        """What the leg of a caller may bring next, or that of who is called back."""
        leg = f"back-{claim.id}"
        if not self.is_awaited(claim):
            return [("after", (claim.party, claim.id)), ("leave", (claim.party,))]
        if leg not in self.desk.lines.called_back:
            return [("connect", (claim.leg, claim.id, 1))]
        return [
            ("back", (leg, claim.id)),
            ("back_answer", (leg, claim.id, "1")),
            ("back_answer", (leg, claim.id, "2")),
            ("back_over", (leg, claim.id, "busy")),
        ]

    # --- what must hold after each step ---------------------------------------

    @invariant()
    def both_tell_the_same(self) -> None:
        assert_same_callers(self.desk, self.model)
        assert_same_operators(self.desk, self.model)
        assert_same_claims(self.desk, self.model)
        assert_everybody_is_somewhere(self.desk.store, self.redis)
        assert not self.desk.notes.failures
        self.is_compared = True

    def teardown(self) -> None:
        ends = Counter(
            (fact.name, fact.call)
            for fact in self.desk.book.facts.values()
            if fact.name in {"call-started", "call-ended"}
        )
        assert set(ends.values()) <= {1}
        self.desk.do("write_facts", ("",))
        if self.is_compared:
            assert_same_promises_in_log(self.desk, self.model)
        for state in {each.state for each in self.model.claims.values()}:
            happened[f"claim: {state}"] += 1


def _keeps(caller: Caller, queued: datetime) -> bool:
    """Whether an arrival is as it was; a promise may have an earlier one's place."""
    return caller.queued is not None and (
        caller.queued == queued or (caller.back is not None and caller.queued < queued)
    )


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


STORIES = 30
LEAST_BATCHES, MOST_BATCHES = 5, 16

EVERYTHING = (
    *("incoming", "step", "wait", "leave", "offer", "decided", "joined", "left"),
    *("emptied", "after", "over", "leg_exists", "leg_over", "choose", "tick"),
    *("reconcile", "publish", "doubled", "late", "lost", "died"),
    *(
        "come_in",
        "stand",
        "fetched",
        "stand_back",
        "to_queue",
        "end",
        "returns by the star",
        "rings again: ",
    ),
    *("rings again: waiting", "rings again: connected", "rings again: after"),
    "rings again: a promise",
    *("promised", "promised once more", "back", "back_answer", "back_over"),
    *("connect", "picked up: 1", "picked up: 2", "picked up: ", "tried again"),
    *("given up", "kept by telephone", "kept on a standing line"),
    *("promise: due", "promise: operator lost", "promise: binds again"),
    *("promise: outlived", "promise: spared"),
    *("after a talk: 1", "after a talk: ", "decided: 1", "decided: 2", "decided: "),
)


def test_model_and_store_tell_same_whatever_happens(
    request: pytest.FixtureRequest, redis: Redis
) -> None:
    """Told in some batches, and in more until everything has happened.

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
        if batch + 1 >= LEAST_BATCHES and not _missing():
            break

    assert _missing() == set()


def _missing() -> set[str]:
    return {name for name in EVERYTHING if not happened[name]}


def _settings(evenings: int) -> settings:
    return settings(
        max_examples=STORIES * evenings,
        stateful_step_count=50,
        # Where CI is set, examples are the same by default, and so would batches be.
        derandomize=False,
        # To shorten a story takes minutes: for those who look for its cause.
        phases=(Phase.generate, *([Phase.shrink] if evenings > 1 else [])),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
