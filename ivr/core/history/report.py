"""Reports of the present: who waits, who answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import DISABLED, MISSED, Operator, State
from ivr.core.queue.priority import QueueEntry, in_order, priority_of
from ivr.core.rules.rule_set import RuleSet


def queue_rows(
    calls: Sequence[Contact],
    claimed_by: Mapping[ContactId, str],
    rules: RuleSet,
    now: datetime,
) -> list[dict[str, Any]]:
    """Everybody in the queue, next first; ``priority`` in weighted seconds.

    ``place`` counts the callers who wait, in the order of the line's one queue. A
    caller who is being offered to an operator, or may not be called back just now, has
    none.
    """
    known = {call.id: call for call in calls if not is_written_to(call)}
    heads = in_order(rules, map(queue_entry_of, known.values()), now)
    rows, place = [], 0
    for head in heads:
        call = known[head.call]
        waits = call.stage is Stage.WAITING
        place += waits
        rows.append(
            {
                "call": head.call,
                "channel": call.caller.channel.value,
                "line": call.line,
                "language": head.language,
                "class": head.urgency,
                "state": _word_state(call),
                "arrived": head.arrived.isoformat(),
                "priority": round(priority_of(rules, head, now), 3),
                "place": place if waits else None,
                "operator": claimed_by.get(head.call),
            }
        )
    return rows


def is_written_to(call: Contact) -> bool:
    """Whether the caller asked never to be called: that is no place in a queue."""
    preferences = call.callback.preferences
    return preferences is not None and preferences.in_writing


def _word_state(call: Contact) -> str:
    if call.stage is Stage.CLAIMED:
        return "claimed"
    return "waiting" if call.callback.request is None else "callback"


def queue_entry_of(call: Contact) -> QueueEntry:
    """A waiting call as the queue's order sees it."""
    return QueueEntry(
        call=call.id,
        language=call.need.language or "",
        urgency=call.need.urgency or "",
        arrived=call.arrival.at or call.started,
        counts_from=call.arrival.counts_from,
        belongs_to=call.affinity.operator,
        team=call.affinity.team,
        handed=call.affinity.handed_at,
    )


def operator_row(operator: Operator) -> dict[str, Any]:
    """An operator as ``hotline operators list --json`` prints one.

    ``missed`` counts offers missed in a row, ``cooling_until`` is the end of the pause
    after one; ``on_line`` is None for an operator who is not on a standing line.
    """
    cools = _cooling_until(operator)
    stands = operator.is_standing
    return {
        "id": operator.id,
        "name": operator.profile.name,
        "line": operator.line,
        "state": operator.state.value,
        "since": operator.since.isoformat(),
        "languages": list(operator.profile.languages),
        "reach": operator.profile.reach.value,
        "team": operator.profile.team,
        "missed": operator.unanswered.missed,
        "cooling_until": cools.isoformat() if cools else None,
        "why": operator.why,
        "disabled": operator.disabled,
        "on_line": operator.leg is not None if stands else None,
    }


def operator_note(operator: Operator) -> str:
    """A few words for a person about an operator, besides the state."""
    cools, notes = _cooling_until(operator), [DISABLED] * operator.disabled
    if operator.state is State.AWAY and operator.why != MISSED:
        notes.append(operator.why)
    if operator.is_held:
        notes.append("a record is owed")
    if operator.unanswered.missed:
        notes.append(f"missed {operator.unanswered.missed}")
    if cools:
        notes.append(f"pause until {cools:%H:%M:%S}")
    return ", ".join(filter(None, notes))


def _cooling_until(operator: Operator) -> datetime | None:
    return operator.due if operator.state is State.AVAILABLE else None
