"""How entities change in memory, and who asks for routing."""

from datetime import datetime

from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.presence import (
    has_left,
    is_on_hold,
    next_request_within,
)
from ivr.core.model.facts import Fact, LocationGiven
from ivr.core.model.identifiers import LineKey
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.ports import Change, Due, Entity, RoutingRun, Saved
from tests.ports.memory_store.state import LineState, MemoryState, set_due


class MemoryChanges:
    """``ports.Changes`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        if change.pace is not None:
            self._state.acquire_dial_slot(self._state.clock.now(), change.pace)
        kept = self._state.lines[line]
        with self._state.lock:
            decided_on = (*change.unchanged, *change.save)
            if any(each.rev != self._rev(kept, each) for each in decided_on):
                return None
            for entity in change.save:
                self._put(kept, entity)
            for key, until in change.expected.items():
                self._state.expect_poll(line, key, until)
            for fact in change.facts:
                kept.facts[str(next(self._state.numbers))] = self._sealed(fact)
            return Saved(
                route=change.wake and self._asks_for_routing(kept),
                write=bool(change.facts) and self._state.sends_job(kept, "write"),
            )

    def try_write(self) -> None:
        """Write something that means nothing: memory never refuses it."""

    def _rev(self, kept: LineState, entity: Entity) -> int:
        before = kept.entities.get((type(entity), entity.id))
        return 0 if before is None else before.rev

    def _put(self, kept: LineState, entity: Entity) -> None:
        kept.entities[type(entity), entity.id] = replace(entity, rev=entity.rev + 1)
        match entity:
            case Contact():
                self._expect(kept, entity)
                _name(kept, entity)
                at = (
                    entity.callback.request.due
                    if entity.callback.request and entity.is_live
                    else None
                )
                set_due(kept.due, Due(kind="call", key=entity.id), at)
            case Claim():
                set_due(kept.due, Due(kind="claim", key=entity.id), entity.deadline)
            case Operator():
                set_due(kept.due, Due(kind="operator", key=entity.id), entity.due)

    def _expect(self, kept: LineState, call: Contact) -> None:
        """Expect the next request; a poll that was expected late stays so."""
        within = next_request_within(call)
        if within is None:
            kept.polls.pop(call.id, None)
        elif call.id not in kept.polls or not is_on_hold(call):
            kept.polls[call.id] = self._state.clock.now() + within

    def _sealed(self, fact: Fact) -> Fact:
        if isinstance(fact, LocationGiven):
            return replace(fact, area=self._state.vault.seal(fact.area))
        return fact

    def _asks_for_routing(self, kept: LineState) -> bool:
        kept.wanted += 1
        kept.since = kept.since or self._state.clock.now()
        return self._state.sends_job(kept, "route")


class MemoryRouting:
    """``ports.RoutingRequests`` in memory."""

    def __init__(self, state: MemoryState, changes: MemoryChanges) -> None:
        self._state = state
        self._changes = changes

    def wake(self, line: LineKey) -> bool:
        """Ask for routing; whether a job should be sent for it."""
        saved = self._changes.commit(line, Change(save=(), wake=True))
        return saved is not None and saved.route

    def begin_routing(self, line: LineKey) -> RoutingRun:
        """Begin to serve all requests made so far; later ones send a job."""
        kept = self._state.lines[line]
        kept.asked.pop("route", None)
        return RoutingRun(request=kept.wanted, rules=kept.rules)

    def ack_routing(
        self, line: LineKey, run: RoutingRun, again: datetime | None
    ) -> bool:
        """Routing is done up to ``run``; False when more was asked meanwhile."""
        kept = self._state.lines[line]
        set_due(kept.due, Due(kind="routing", key=""), again)
        if kept.wanted > run.request:
            return False
        kept.since = None
        return True

    def routing_pending_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        return self._state.lines[line].since


def _name(kept: LineState, call: Contact) -> None:
    """Keep the other names by which a call is found."""
    if call.callback.request is not None and call.callback.request.leg is not None:
        kept.legs[call.callback.request.leg] = call.id
    if call.caller.pseudonym is not None and has_left(call):
        kept.left[call.caller.pseudonym] = call.id
