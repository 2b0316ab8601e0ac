"""A decision: the talk as it is from now on, and what else has to be done."""

from msgspec import Struct

from ivr.core.model.claim import Claim
from ivr.core.model.facts import Fact
from ivr.core.model.values import replace
from ivr.core.talk.answers import Answer
from ivr.core.talk.requests import Request
from ivr.core.talk.talk import Entity, Talk


class Decision(Struct, frozen=True, kw_only=True):
    """A decision as it grows, step by step, from the talk that was loaded.

    ``saved`` holds the new versions, the latest change last; ``facts`` are written down
    together with them. ``requests`` are done afterwards, in this order. ``answer`` is
    for the leg that asks. ``refused`` tells an operator at the desk why nothing was
    done. ``wake`` asks for routing. ``checks``: the decision counts only if nothing
    that was loaded has changed since, even when it saves nothing.
    """

    talk: Talk
    saved: tuple[Entity, ...] = ()
    facts: tuple[Fact, ...] = ()
    requests: tuple[Request, ...] = ()
    answer: Answer | None = None
    refused: str = ""
    wake: bool = False
    checks: bool = False

    def saving(self, *entities: Entity) -> "Decision":
        """Save these versions, each in place of an earlier one."""
        decision = self
        for entity in entities:
            others = (each for each in decision.saved if not _are_same(each, entity))
            decision = replace(
                decision,
                talk=decision.talk.put(entity),
                saved=(*others, entity),
            )
        return decision

    def noting(self, *facts: Fact) -> "Decision":
        """Write these facts down, too."""
        return replace(self, facts=(*self.facts, *facts))

    def asking(self, *requests: Request) -> "Decision":
        """Have these requests done once everything is saved."""
        return replace(self, requests=(*self.requests, *requests))

    def answering(self, answer: Answer) -> "Decision":
        """Answer the leg that asks with this."""
        return replace(self, answer=answer)

    def refusing(self, why: str) -> "Decision":
        """Tell the operator at the desk why nothing is done."""
        return replace(self, refused=why)

    def waking(self) -> "Decision":
        """Ask for routing."""
        return replace(self, wake=True)

    def followed_by(self, request: Request, decision: "Decision") -> "Decision":
        """Put a later decision on the same talk in place of one of these requests."""
        others = (each for each in self.requests if each != request)
        return replace(
            self.saving(*decision.saved),
            talk=decision.talk,
            facts=(*self.facts, *decision.facts),
            requests=(*others, *decision.requests),
            answer=decision.answer or self.answer,
            refused=decision.refused or self.refused,
            wake=self.wake or decision.wake,
            checks=self.checks or decision.checks,
        )

    def talks_over(self, loaded: Talk) -> tuple[Claim, ...]:
        """The claims that were talks when they were loaded and are not any more."""
        talks = (each for each in loaded.claims.values() if each.is_talk)
        return tuple(e for e in talks if not self.talk.claims[e.id].is_talk)

    def checking(self) -> "Decision":
        """Have the decision made once more if anything has changed meanwhile."""
        return replace(self, checks=True)

    @property
    def is_change(self) -> bool:
        """Whether there is something to save, or to compare with what is kept."""
        return bool(self.saved or self.facts or self.wake or self.checks)


def _are_same(one: Entity, other: Entity) -> bool:
    return type(one) is type(other) and one.id == other.id
