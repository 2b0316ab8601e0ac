"""The position of a caller in the menu, and what they hear there."""

from typing import Self

from msgspec import Struct

from ivr.core.model.values import replace


class MenuPosition(Struct, frozen=True):
    """The node of the menu that is asked, and how the caller has come to it.

    ``trail`` holds the nodes on the way back. ``step`` counts the caller's answers: a
    request that was made for an older step changes nothing. ``tries`` counts how often
    the question was asked in vain. ``part`` counts inside a node: the recorded part, or
    the page of the location step; ``parts_heard`` is the most parts that the caller has
    heard. ``draft`` is what the caller has typed and not confirmed yet: an area code,
    or the digits of a number; it is sealed wherever it is stored. ``notices`` are the
    prompts spoken before the node's own; for a caller who has not chosen a language
    yet, they are in ``language_before``.
    """

    node: str = ""
    trail: tuple[str, ...] = ()
    step: int = 0
    tries: int = 0
    part: int = 0
    parts_heard: int = 0
    draft: str = ""
    notices: tuple[str, ...] = ()
    language_before: str = ""

    def count_step(self) -> Self:
        """After an answer: requests for an earlier question belong to an older step."""
        return replace(self, step=self.step + 1)

    def next_step(self) -> Self:
        """After an answer, with no notices yet."""
        return replace(self, step=self.step + 1, notices=())

    def repeat_question(self, *notices: str) -> Self:
        """The same question once more, with notices before it."""
        return replace(self, tries=self.tries + 1, notices=notices)

    def at_node(self, node: str) -> Self:
        """At the beginning of a node."""
        return replace(self, node=node, tries=0, part=0, draft="")

    def turn_to(self, part: int, draft: str = "") -> Self:
        """At a part of the same node, where the caller confirms ``draft``."""
        return replace(self, part=part, tries=0, draft=draft)

    def mark_played(self) -> Self:
        """With the present part counted as heard."""
        return replace(self, parts_heard=max(self.parts_heard, self.part + 1))

    def remember_node(self) -> Self:
        """With the present node added to the way back."""
        return replace(self, trail=(*self.trail, self.node))

    def go_back(self) -> Self:
        """At the node from which the caller has come."""
        *trail, node = self.trail
        return replace(self.at_node(node), trail=tuple(trail))

    def in_queue(self, node: str) -> Self:
        """In the queue, which says so after the notices."""
        told = (*self.notices, "wait.start")
        return replace(self, node=node, tries=0, notices=told)

    def with_notices(self, *notices: str) -> Self:
        """With these notices before the next question."""
        return replace(self, notices=notices)

    def reset_tries(self) -> Self:
        """With nothing asked in vain, and no notices."""
        return replace(self, tries=0, notices=())

    def forget_draft(self) -> Self:
        """Without what the caller typed and did not confirm."""
        return replace(self, draft="")

    def reset_question(self) -> Self:
        """With nothing typed, nothing asked in vain, and no notices."""
        return replace(self, tries=0, notices=(), draft="")
