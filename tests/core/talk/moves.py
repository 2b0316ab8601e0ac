"""What happens beside the events of talks, as the other actions save it.

Each takes the world and the names of those whom it is about, and does nothing where the
action would refuse: so a move can be left out of a story, and the rest still be told.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from ivr.core.dialogue.flow import queue_up
from ivr.core.model import operator as operators
from ivr.core.model.claim import (
    MADE_LEASE,
    CalledPerson,
    Claim,
)
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import State
from ivr.core.model.values import replace
from ivr.core.queue.arrival import give_back_place
from tests.core.talk.talk_world import TalkWorld


class Act(Protocol):
    """Something that is done in the world, to those who are named."""

    __name__: str

    def __call__(self, world: TalkWorld, *names: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Move:
    """An act with the names of those whom it is about."""

    act: Act
    names: tuple[Any, ...] = ()

    def make(self, world: TalkWorld) -> None:
        """Do it."""
        self.act(world, *self.names)

    def __str__(self) -> str:
        return f"{self.act.__name__}({', '.join(map(str, self.names))})"


# --- routing ---------------------------------------------------------


def offer(world: TalkWorld, caller: ContactId, key: OperatorId, claim: ClaimId) -> None:
    """Routing promises a caller who waits and an operator who is free to each other."""
    call, operator = world.call(caller), world.operator(key)
    if call is None or operator is None or not operator.is_free(world.now):
        return
    if call.stage is not Stage.WAITING or call.wait.beside or world.claim(claim):
        return
    made = Claim(
        id=claim,
        line=world.line.key,
        call=call.id,
        operator=operator.id,
        made=world.now,
        deadline=world.now + MADE_LEASE,
        person=CalledPerson(leg=None if call.is_on_first_leg else call.leg),
    )
    world.save(
        made,
        replace(call, stage=Stage.CLAIMED, talk=call.talk.bind_claim(claim)),
        operators.ringing(operator, claim, world.now),
    )


# --- what an operator does --------------------------------------------------------


def choose_state(world: TalkWorld, key: OperatorId, state: State) -> None:
    """An operator is available, away or gone."""
    operator = world.operator(key)
    if operator is not None:
        world.save(operators.chosen(operator, state, world.now))


def call_in(world: TalkWorld, key: OperatorId, leg: LegId) -> None:
    """An operator calls in to stay on the line."""
    operator = world.operator(key)
    if operator is None or operator.leg or not operator.is_standing:
        return
    if operator.claim is None:
        free = operators.chosen(operator, State.AVAILABLE, world.now)
        world.save(replace(free, leg=leg))


def disable(world: TalkWorld, key: OperatorId) -> None:
    """Ops staff disable an operator."""
    operator = world.operator(key)
    if operator is not None:
        world.save(operators.shut_out(operator, world.now))


# --- callers ----------------------------------------------------------------------


def queue(world: TalkWorld, caller: ContactId) -> None:
    """Whoever came out of a talk queues again."""
    call = world.call(caller)
    if call is not None and call.stage is Stage.AFTER:
        again = queue_up(world.line, give_back_place(call), world.now)
        world.save(again.call)


# --- time and circumstances -------------------------------------------------------


def wait(world: TalkWorld, length: timedelta) -> None:
    """Time goes by."""
    world.pass_time(length)


def engage(world: TalkWorld, *keys: OperatorId) -> None:
    """These operators are on another call, and nobody else is."""
    world.engaged = frozenset(keys)
