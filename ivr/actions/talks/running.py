"""An event of a talk, from what is known of it to what the carrier answers.

Load, decide, save (and decide once more when somebody was first), do what was asked
for; what comes of that is the next event.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ivr.actions.saving import ATTEMPTS, commit_and_enqueue
from ivr.actions.talks.carrying_out import carry_out
from ivr.actions.talks.loading import is_about, load_talk, with_lacking
from ivr.core.model.call import LineKey
from ivr.core.model.errors import Conflict, Stale
from ivr.core.model.values import replace
from ivr.core.talk.answers import Answer
from ivr.core.talk.deciding import decide
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import TalkEvent
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
        saved = _save_decision(ports, line, talk, decision)
        if saved is not None:
            return saved, context
        known = None
    raise Conflict("others kept changing the same talk; nothing was changed here")


def _decide_fully(
    ports: Ports, talk: Talk, event: TalkEvent, context: Context
) -> Decision:
    """The decision; where somebody wraps up, with what they owe looked up first."""
    decision = decide(talk, event, context)
    over = decision.talks_over(talk) if context.line.desk.required else ()
    if not over:
        return decision
    return decide(with_lacking(ports, talk, over), event, context)


def _save_decision(
    ports: Ports, line: LineKey, talk: Talk, decision: Decision
) -> Decision | None:
    """The decision with the talk as it is kept from now on; None: somebody was first.

    On whatever was looked at a decision may depend: none of it has changed meanwhile.
    """
    if not decision.is_change:
        return decision
    kept = {(type(each), each.id) for each in decision.saved}
    change = Change(
        save=decision.saved,
        facts=decision.facts,
        wake=decision.wake,
        unchanged=[e for e in talk.entities if (type(e), e.id) not in kept],
    )
    saved = commit_and_enqueue(ports, line, change)
    if saved is None:
        return None
    talk = decision.talk
    for entity in saved.save:
        talk = talk.put(_next_revision(entity))
    return replace(decision, talk=talk)


def _next_revision(entity: Entity) -> Entity:
    return replace(entity, rev=entity.rev + 1)
