"""An operator after an offer that came to nothing: a pause, or away; and told so."""

from dataclasses import replace
from datetime import datetime, timedelta

from ivr.actions.operators import own_language
from ivr.core.dialogue.whisper import SENT_AWAY
from ivr.core.model import operator as operators
from ivr.core.model.call import LineKey, OperatorId
from ivr.core.model.claim import BUSY, ENGAGED, RELOADED
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.facts import OperatorChanged
from ivr.core.model.operator import MISSED, Operator, Reach, State
from ivr.core.rules.rule_set import RuleSet
from ivr.ports import Ports

RELOADS = timedelta(seconds=3)
"""The pause after a page was left, or loaded anew, while it rang: it is back soon."""


def after_offer(
    operator: Operator, rules: RuleSet, now: datetime, reason: str, *, missed: bool
) -> tuple[Operator, OperatorChanged]:
    """The operator after an offer, and the fact that tells why.

    Whose telephone was never rung has missed nothing: an outage of the carrier or
    of the database must not send everybody away. Nor has whoever is on another call
    that we know of, and they are free again as soon as it ends.
    """
    offer = rules.offer
    pause = offer.cool_down
    if reason in {BUSY, RELOADED} and operator.reach is Reach.BROWSER:
        pause = min(pause, RELOADS)
    if reason == ENGAGED:
        after = operators.freed(operator, now)
    elif reason == RELOADED:
        after = operators.reloaded(operator, now, pause)
    elif missed:
        after = operators.missed(operator, now, pause, offer.missed_to_away)
    else:
        after = operators.cooled(operator, now, pause)
    if operator.wish is None:
        after = replace(after, why=MISSED if missed else reason)
    fact = OperatorChanged(
        at=now,
        line=after.line,
        operator=after.id,
        state=after.state.value,
        why=after.why,
    )
    return after, fact


def is_sent_away(operator: Operator) -> bool:
    """Whether the operator is away because of missed offers, not by choice."""
    return operator.state is State.AWAY and operator.why == MISSED


def tell_if_sent_away(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """Write to an operator who was sent away; on a standing line the leg says it."""
    operator = ports.store.operator(line, key)
    if operator is None or not is_sent_away(operator):
        return
    hotline = ports.content.lines()[line]
    if operator.reach is Reach.STANDING or not hotline.reminders_from:
        return
    language = own_language(ports, operator, line)
    count = {"calls": operator.missed}
    try:
        number = ports.roster.number(key)
        if number is not None:
            body = ports.content.text(line, language, SENT_AWAY, count)
            ports.carrier.text(number, hotline.reminders_from, body)
    except (NotFound, Unavailable) as error:
        ports.notes.warning("operator not told", operator=key, error=str(error))
