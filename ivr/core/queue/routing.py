"""Routing decides who is offered to whom: one snapshot, always the same decision."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import Operator, State
from ivr.core.model.telephones import are_one, find_held
from ivr.core.model.values import replace
from ivr.core.queue.priority import (
    QueueEntry,
    Rank,
    is_overdue,
    next_turn,
    priority_of,
    rank_of,
)
from ivr.core.rules.rule_set import RuleSet, reserve_of

_as_json = json.JSONEncoder(separators=(",", ":")).encode

HELD_LOOK = timedelta(seconds=5)
"""How soon to look again while a telephone that could be rung is in use elsewhere."""

Preference = tuple[bool, int, datetime, OperatorId]


class Snapshot(Struct, frozen=True, kw_only=True):
    """Everything that routing sees of a line.

    ``heads``: for each queue (language and class) its first callers in order of
    arrival. ``operators``: all of the line, whatever they do. ``engaged``: the
    operators whose telephone is known to be in use for something else than this line.
    """

    heads: tuple[tuple[QueueEntry, ...], ...]
    operators: tuple[Operator, ...]
    engaged: frozenset[OperatorId] = frozenset()

    def without(self, calls: Collection[ContactId]) -> "Snapshot":
        """The same without these callers."""
        if not calls:
            return self
        heads = (
            tuple(each for each in queue if each.call not in calls)
            for queue in self.heads
        )
        return replace(self, heads=tuple(heads))


class Match(Struct, frozen=True, kw_only=True):
    """A caller for an operator; ``why`` explains it, as JSON that names nobody.

    ``lane``; ``language`` (primary or second of the operator); ``free``, the number of
    operators who were free; ``rules``, the version of the rule set; ``heads``, the
    queues' first callers as they were compared, best first. One that was passed over
    says why in ``passed``: no-operator, reserve, own-operator (who is free in a moment)
    or own-team (that the call was handed to). ``p`` is the priority in weight times
    seconds.
    """

    call: ContactId
    operator: Operator
    why: str


class RoutingDecision(Struct, frozen=True, kw_only=True):
    """The matches, best rank first, and when time alone may allow another."""

    matches: tuple[Match, ...]
    look_again: datetime | None


def decide(
    snapshot: Snapshot, rules: RuleSet, now: datetime, *, explains: bool = True
) -> RoutingDecision:
    """Match callers with free operators, the highest rank first.

    A queue whose operators are all busy, or kept for others, holds up no other queue.
    Each caller and each operator is used at most once. Code that only wants to see what
    would happen can go without the explanation, a fifth of the work.
    """
    desk = _Desk(snapshot, rules, now, explains=explains)
    matches = tuple(iter(desk.next_match, None))
    return RoutingDecision(matches=matches, look_again=desk.next_decision_at())


class _Desk:
    """The snapshot during a decision: the callers and operators that are left."""

    def __init__(
        self, snapshot: Snapshot, rules: RuleSet, now: datetime, *, explains: bool
    ) -> None:
        self._rules, self._now, self._explains = rules, now, explains
        self._queues: Sequence[Sequence[QueueEntry]] = snapshot.heads
        self._operators = snapshot.operators
        self._held = {
            each.id for each in find_held(snapshot.operators)
        } | snapshot.engaged
        self._available = [
            each for each in snapshot.operators if each.state is State.AVAILABLE
        ]
        self._free = [each for each in self._available if self._is_free(each)]
        self._reserve = reserve_of(rules, rules.local(now))
        self._all_reserved = sum(self._reserve.values())
        self._ranks: dict[ContactId, Rank] = {}
        self._homes: dict[str, bool] = {}

    def _is_at_home(self, language: str) -> bool:
        """Whether somebody on duty speaks the language first."""
        known = self._homes.get(language)
        if known is None:
            known = self._homes[language] = any(
                each.profile.languages[:1] == (language,) and each.is_on_duty
                for each in self._operators
            )
        return known

    def _is_free(self, operator: Operator) -> bool:
        return operator.id not in self._held and operator.is_free(self._now)

    def next_match(self) -> Match | None:
        """Take the best caller who can be served off the desk; None at the end.

        If a queue's head cannot be served, nobody behind it can: the head came earlier,
        so every language, and the overdue lane, is open to it at least as early.
        """
        if not self._free:
            return None
        tops = [queue[0] for queue in self._queues if queue]
        if len(tops) > 1:
            tops.sort(key=self._rank_of)
        for place, head in enumerate(tops):
            if not self._is_reserved_for_others(head) and (
                able := self._able_for(head)
            ):
                return self._take_match(
                    tops, place, min(able, key=_order_of_preference(head))
                )
        return None

    def next_decision_at(self) -> datetime | None:
        """When the decision may change though nothing happens; never too late.

        None when nobody waits, or time alone changes nothing.
        """
        waiting = [head for queue in self._queues for head in queue]
        if not waiting:
            return None
        moments = [*self._boundaries_of_heads(waiting), *self._shared_boundaries()]
        return min((at for at in moments if at > self._now), default=None)

    def _boundaries_of_heads(self, waiting: Sequence[QueueEntry]) -> Iterator[datetime]:
        for head in waiting:
            yield head.arrived + self._rules.wait.overdue_after
            opens = head.arrived + self._rules.relax.opens_after(head.language)
            if self._is_at_home(head.language):
                yield opens
            if head.handed is not None:
                yield head.handed + self._rules.relax.neighbouring_team_after

    def _shared_boundaries(self) -> Iterator[datetime]:
        for each in self._available:
            if each.due is not None:
                yield each.due
        if self._held:
            # A hang-up there asks for routing; this is for a call that was lost.
            yield self._now + HELD_LOOK
        turn = next_turn(self._rules, self._now)
        if turn is not None:
            yield turn

    def _rank_of(self, head: QueueEntry) -> Rank:
        """The head's rank, which is the same for the whole decision."""
        known = self._ranks.get(head.call)
        if known is None:
            known = self._ranks[head.call] = rank_of(self._rules, head, self._now)
        return known

    def _able_for(self, head: QueueEntry) -> list[Operator]:
        # All languages of an operator, or the first alone.
        upto = None if self._is_open(head) else 1
        able = [
            each
            for each in self._free
            if head.language in each.profile.languages[:upto]
        ]
        if self._is_reserved_for_team(head):
            return [each for each in able if each.profile.team == head.team]
        own = self._own_operator(head)
        if own is None or head.language not in own.profile.languages[:upto]:
            return able
        return [own] if own in able else []

    def _own_operator(self, head: QueueEntry) -> Operator | None:
        """The operator of the talk that broke off, if free now or soon.

        Wrap-up is short, and both know what was said. Once that operator does anything
        else, or needs longer, anybody may take the caller.
        """
        if head.belongs_to is None:
            return None
        for each in self._operators:
            if each.id == head.belongs_to:
                soon = each.is_back_soon or self._is_free(each)
                return each if soon else None
        return None

    def _is_reserved_for_team(self, head: QueueEntry) -> bool:
        """Whether the call was handed to a team, and only its operators may take it.

        If none of them who speaks the language is on duty, anybody may take it at once.
        """
        if head.handed is None:
            return False
        opens = head.handed + self._rules.relax.neighbouring_team_after
        return opens > self._now and any(
            each.profile.team == head.team
            and each.is_on_duty
            and head.language in each.profile.languages
            for each in self._operators
        )

    def _is_open(self, head: QueueEntry) -> bool:
        """Whether the caller may be taken in another than an operator's first language.

        The first language is always open. Another opens some time after the caller's
        arrival, to leave the call to those whose first language it is. With none of
        them on duty it is open at once: the delay would make the caller wait for
        nobody.
        """
        opens = head.arrived + self._rules.relax.opens_after(head.language)
        return opens <= self._now or not self._is_at_home(head.language)

    def _is_reserved_for_others(self, head: QueueEntry) -> bool:
        """Whether the operators who are free are kept for other classes.

        They are while no more of the line's operators are free, whatever they speak,
        than the present hours reserve for the other classes together. The overdue lane
        is above every reserve.
        """
        kept = self._all_reserved - self._reserve.get(head.urgency, 0)
        if len(self._free) > kept:
            return False
        return not is_overdue(self._rules, head.arrived, self._now)

    def _take_match(
        self, tops: Sequence[QueueEntry], place: int, operator: Operator
    ) -> Match:
        head = tops[place]
        why = self._explain_match(tops, place, operator) if self._explains else ""
        self._queues = [
            [each for each in queue if each.call != head.call] for queue in self._queues
        ]
        self._free = [
            each
            for each in self._free
            if each.id != operator.id and not are_one(each, operator)
        ]
        return Match(call=head.call, operator=operator, why=why)

    def _explain_match(
        self, tops: Sequence[QueueEntry], place: int, operator: Operator
    ) -> str:
        told = {
            "lane": self._lane_of(tops[place]),
            "language": "primary" if _is_first(operator, tops[place]) else "second",
            "free": len(self._free),
            "rules": self._rules.version,
            "heads": [
                self._describe_head(head, passed=index < place)
                for index, head in enumerate(tops)
            ],
        }
        return _as_json(told)

    def _describe_head(self, head: QueueEntry, *, passed: bool) -> dict[str, Any]:
        points = priority_of(self._rules, head, self._now)
        told: dict[str, Any] = {
            "class": head.urgency,
            "language": head.language,
            "lane": self._lane_of(head),
            "p": round(points, 1),
        }
        if passed:
            told["passed"] = self._why_passed_over(head)
        return told

    def _why_passed_over(self, head: QueueEntry) -> str:
        if self._is_reserved_for_others(head):
            return "reserve"
        if self._is_reserved_for_team(head):
            return "own-team"
        return "own-operator" if self._own_operator(head) else "no-operator"

    def _lane_of(self, head: QueueEntry) -> str:
        overdue = is_overdue(self._rules, head.arrived, self._now)
        return "overdue" if overdue else "priority"


def _is_first(operator: Operator, head: QueueEntry) -> bool:
    return operator.profile.languages[:1] == (head.language,)


def _order_of_preference(head: QueueEntry) -> Callable[[Operator], Preference]:
    """Smallest first: own language, rare languages kept free, longest idle."""
    return lambda each: (
        not _is_first(each, head),
        len(each.profile.languages),
        each.idle_since,
        each.id,
    )
