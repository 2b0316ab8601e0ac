"""A walk: events of a talk one after the other, drawn from a seed, from a beginning."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from random import Random  # noqa: TID251 - the type; chance itself is handed in

from ivr.core.model.claim import Claim
from ivr.core.talk.deciding import decide
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import TalkEvent
from ivr.core.talk.table import TABLE
from ivr.core.talk.talk import Phase, Talk, phase_of
from tests.core.talk.beginnings import BEGINNINGS, populate
from tests.core.talk.moves import Move
from tests.core.talk.talk_world import TalkWorld
from tests.core.talk.walks.carrier import Post, Step, follow, reply
from tests.core.talk.walks.chance import Draw
from tests.core.talk.walks.doubling import DONE_TWICE, doubled
from tests.core.talk.walks.drawing import draw_step
from tests.core.talk.walks.leases import faults_of_leases
from tests.core.talk.walks.properties import (
    faults_in_facts,
    faults_in_state,
    faults_of_decision,
)

EVENTS = 30
"""How many events one walk has after its beginning; other moves are not counted."""


@dataclass(slots=True)
class Seen:
    """What walks have come by: cells of the table, and what led from phase to phase."""

    cells: Counter[tuple[Phase, type]] = field(default_factory=Counter)
    edges: Counter[tuple[Phase, Phase, type]] = field(default_factory=Counter)
    events: Counter[type] = field(default_factory=Counter)
    requests: Counter[type] = field(default_factory=Counter)
    answers: Counter[type] = field(default_factory=Counter)
    doubled: Counter[tuple[type, type]] = field(default_factory=Counter)
    replies: Counter[tuple[type, type]] = field(default_factory=Counter)

    def add(self, other: "Seen") -> None:
        """Count what others have come by, too."""
        for each in fields(self):
            getattr(self, each.name).update(getattr(other, each.name))

    def note(self, talk: Talk, event: TalkEvent, decision: Decision) -> None:
        """Note where an event fell, and where it led."""
        kind = type(event)
        self.events[kind] += 1
        if kind in TABLE:
            self.cells[talk.phase, kind] += 1
        for request in decision.requests:
            self.requests[type(request)] += 1
        if decision.answer is not None:
            self.answers[type(decision.answer)] += 1
        for each in decision.saved:
            if isinstance(each, Claim):
                before, after = phase_of(talk.claims.get(each.id)), phase_of(each)
                if before is not after:
                    self.edges[before, after, kind] += 1


@dataclass(slots=True)
class Walk:
    """A walk as it goes on; ``steps`` tell it again, and ``faults`` what went wrong."""

    world: TalkWorld
    draw: Draw
    seen: Seen
    post: Post = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def take_all(self, steps: Sequence[Step]) -> None:
        """Take these steps, until something is wrong; then have every lease end."""
        for step in steps:
            if not self.faults:
                self.take(step)
        self.finish()

    def wander(self, *, is_wild: bool) -> None:
        """Take as many steps as a walk has, each drawn as the world stands then."""
        left = EVENTS
        while left and not self.faults:
            step = draw_step(self.draw, self.world, self.post, is_wild=is_wild)
            left -= not isinstance(step, Move)
            self.take(step)
        self.finish()

    def take(self, step: Step) -> None:
        """Let something happen, and look at everything that must hold afterwards."""
        self.steps.append(step)
        world = self.world
        if isinstance(step, Move):
            step.make(world)
            return
        talk, context = world.load(step), world.context
        decision = decide(talk, step, context)
        self.faults += faults_of_decision(decision, talk, step, context)
        self.seen.note(talk, step, decision)
        world.keep(decision)
        self.faults += faults_in_state(world) if decision.saved else ()
        self._take_twice(decision, step)
        for request in decision.requests:
            post = reply(self.draw, decision.talk, request)
            self.seen.replies.update((type(request), type(each)) for each in post)
            self.post += post
        self.post += follow(self.draw, decision, step)

    def _take_twice(self, first: Decision, event: TalkEvent) -> None:
        """Look at what would come of the same event, told once more just now."""
        second = self.world.decide(event) if first.is_change else first
        for kind, done in doubled(second, self.world, event):
            self.seen.doubled[kind, done] += 1
            if (kind, done) not in DONE_TWICE:
                twice = f"{kind.__name__} twice: {done.__name__} once more"
                self.faults.append(twice)

    def finish(self) -> None:
        """Look at all that was told, and have every lease end with nobody answering."""
        if not self.faults:
            self.faults += faults_in_facts(self.world.facts)
            self.faults += faults_of_leases(self.world)


def wander(seed: int, seen: Seen, *, is_wild: bool = True) -> Walk:
    """The walk of a seed: the same every time."""
    names = sorted(BEGINNINGS)
    begun = _begin(names[seed % len(names)], is_one=is_one(seed), owes=owes(seed))
    seen.add(begun.seen)
    walk = Walk(
        world=begun.world.copy(),
        draw=Draw(Random(seed), begun.draw.count),  # noqa: S311 - no secret
        seen=seen,
        post=[*begun.post],
        steps=[*begun.steps],
        faults=[*begun.faults],
    )
    walk.wander(is_wild=is_wild)
    return walk


@cache
def _begin(name: str, *, is_one: bool, owes: bool) -> Walk:
    """A walk that has come to its beginning, with what is in the post by then."""
    world = populate(one_number=is_one, owes=owes)
    walk = Walk(world, Draw(Random(name)), Seen())  # noqa: S311
    for step in BEGINNINGS[name]:
        walk.take(step)
    return walk


def populate_for(seed: int) -> TalkWorld:
    """The line of a seed: with one telephone or more, with records that are owed."""
    return populate(one_number=is_one(seed), owes=owes(seed))


def is_one(seed: int) -> bool:
    """Whether all callers of a walk have the same telephone."""
    return seed % 3 == 0


def owes(seed: int) -> bool:
    """Whether the records of the talks of a walk lack something."""
    return seed % 5 == 0
