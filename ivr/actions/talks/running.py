"""An event of a talk, from what is known of it to what the carrier answers.

Load, decide, save (and decide once more when somebody was first), do what was asked
for; what comes of that is the next event.
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
class Outcome:
    """What has come of an event: the talk, and what the leg that asks is answered.

    ``changed``: the event itself has changed something. ``refused`` tells an operator
    at the desk why nothing was done.
    """

    talk: Talk
    context: Context
    answer: Answer | None = None
    changed: bool = False
    refused: str = ""


def run(ports: Ports, line: LineKey, event: TalkEvent) -> Outcome:
    """Decide about an event, and about all that follows from it."""
    decision, context = _decide_and_save(ports, line, event, None)
    outcome = Outcome(
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


def run_for_desk(ports: Ports, line: LineKey, event: TalkEvent) -> Outcome:
    """The same for an operator at the desk; Stale tells why nothing was done."""
    outcome = run(ports, line, event)
    if outcome.refused:
        raise Stale(outcome.refused)
    return outcome


def _outcome_after(before: Outcome, decision: Decision, context: Context) -> Outcome:
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
    """The decision, as it was saved. What was saved a moment ago need not be loaded."""
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
    """The decision; where somebody wraps up, with what they owe looked up first.

    What is asked of nobody outside is decided along with it.
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
    """The decision together with that about an event, which a request stood for."""
    talk, _ = load_talk(ports, decision.talk.line, event, decision.talk)
    return decision.followed_by(request, decide(talk, event, context))


def _save_decision(ports: Ports, line: LineKey, decision: Decision) -> Decision | None:
    """The decision with the talk as it is kept from now on; None: somebody was first.

    On whatever was looked at a decision may depend: none of it has changed meanwhile.
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
    # The place in the carrier's pace is taken and not waited for: the carrier itself
    # holds a leg that comes too early, and the operator is on the line already.
    return any(isinstance(each, DialPerson) for each in decision.requests)


def _next_revision(entity: Entity) -> Entity:
    return replace(entity, rev=entity.rev + 1)
