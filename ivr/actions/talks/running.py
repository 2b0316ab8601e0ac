"""One runner for all events of talks, from loading to the carrier's answer.

Load, decide, save (and decide once more when somebody was first), do the requests; what
the carrier answers is the next event.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ivr.actions.saving import ATTEMPTS, commit_and_enqueue
from ivr.actions.talks.calling_persons import want_person
from ivr.actions.talks.carrying_out import carry_out
from ivr.actions.talks.loading import is_about, load_talk, with_lacking
from ivr.core.model.errors import Conflict, Stale
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace
from ivr.core.talk.answers import Answer
from ivr.core.talk.deciding import decide
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import TalkEvent
from ivr.core.talk.requests import DialPerson, Request
from ivr.core.talk.talk import Context, Entity, Talk
from ivr.ports import Change, Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class EventResult:
    """The outcome of an event: the talk, and the answer for the leg that asks.

    ``changed``: the event itself has changed something. ``refused`` tells an operator
    at the desk why nothing was done.
    """

    talk: Talk
    context: Context
    answer: Answer | None = None
    changed: bool = False
    refused: str = ""


def run(ports: Ports, line: LineKey, event: TalkEvent) -> EventResult:
    """Decide about an event, and about everything that follows from it."""
    decision, context = _decide_and_save(ports, line, event, None)
    outcome = EventResult(
        talk=decision.talk,
        context=context,
        answer=decision.answer,
        changed=decision.is_change,
        refused=decision.refused,
    )
    following = deque(_carried_out(ports, decision))
    while following:
        event = following.popleft()
        decision, context = _decide_and_save(ports, line, event, outcome.talk)
        following.extend(_carried_out(ports, decision))
        outcome = _outcome_after(outcome, decision, context)
    return outcome


def run_for_desk(ports: Ports, line: LineKey, event: TalkEvent) -> EventResult:
    """Do the same for an operator at the desk; Stale says why nothing was done."""
    outcome = run(ports, line, event)
    if outcome.refused:
        raise Stale(outcome.refused)
    return outcome


def _outcome_after(
    before: EventResult, decision: Decision, context: Context
) -> EventResult:
    return replace(
        before,
        talk=decision.talk,
        context=context,
        answer=decision.answer or before.answer,
        refused=decision.refused or before.refused,
    )


def _carried_out(ports: Ports, decision: Decision) -> Iterator[TalkEvent]:
    for request in decision.requests:
        yield from carry_out(ports, decision.talk, request)


def _decide_and_save(
    ports: Ports, line: LineKey, event: TalkEvent, known: Talk | None
) -> tuple[Decision, Context]:
    """Decide, and save; a talk that we saved a moment ago need not be loaded."""
    if known is not None and not is_about(known, event):
        known = None
    for _ in range(ATTEMPTS):
        talk, rules = load_talk(ports, line, event, known)
        now = ports.clock.now()
        context = Context(now=now, rules=rules, line=ports.content.lines()[line])
        decision = _decide_fully(ports, talk, event, context)
        saved = _save_decision(ports, line, decision)
        if saved is not None:
            return saved, context
        known = None
    raise Conflict("others kept changing the same talk; nothing was changed here")


def _decide_fully(
    ports: Ports, talk: Talk, event: TalkEvent, context: Context
) -> Decision:
    """Decide; where somebody wraps up, look up first what they owe.

    Events that need nothing from outside are decided along with it.
    """
    decision = decide(talk, event, context)
    over = decision.talks_over(talk) if context.line.desk.required else ()
    if over:
        decision = decide(with_lacking(ports, talk, over), event, context)
    for request in decision.requests:
        wanted = want_person(ports, decision.talk, request)
        if wanted is not None:
            decision = _decide_followed(ports, decision, request, wanted, context)
    return decision


def _decide_followed(
    ports: Ports,
    decision: Decision,
    request: Request,
    event: TalkEvent,
    context: Context,
) -> Decision:
    """Add the decision about the event that a request stood for."""
    talk, _ = load_talk(ports, decision.talk.line, event, decision.talk)
    return decision.followed_by(request, decide(talk, event, context))


def _save_decision(ports: Ports, line: LineKey, decision: Decision) -> Decision | None:
    """Save a decision.

    Return it with the talk as it is now, None if somebody was first.

    The decision may depend on any entity that was read, so none may have changed
    meanwhile.
    """
    if not decision.is_change:
        return decision
    kept = {(type(each), each.id) for each in decision.saved}
    seen = decision.talk.entities
    change = Change(
        save=decision.saved,
        facts=decision.facts,
        wake=decision.wake,
        unchanged=[e for e in seen if (type(e), e.id) not in kept],
        pace=ports.calls_per_second if _creates_leg(decision) else None,
    )
    saved = commit_and_enqueue(ports, line, change)
    if saved is None:
        return None
    talk = decision.talk
    for entity in saved.save:
        talk = talk.put(_next_revision(entity))
    return replace(decision, talk=talk)


def _creates_leg(decision: Decision) -> bool:
    # We take a slot of the carrier's pace and do not wait for it: the carrier itself
    # holds a leg that comes too early, and the operator is on the line already.
    return any(isinstance(each, DialPerson) for each in decision.requests)


def _next_revision(entity: Entity) -> Entity:
    return replace(entity, rev=entity.rev + 1)
