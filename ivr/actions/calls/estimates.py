"""The expected wait: what a caller on hold hears, and the figures behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.actions import rules as rule_sets
from ivr.core.dialogue.instructions import Say
from ivr.core.history.report import queue_entry_of
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import LineKey
from ivr.core.queue.estimate import (
    Forecast,
    count_waits,
    expected_wait,
    rates_now,
    word_forecast,
)
from ivr.core.queue.priority import QueueEntry, is_ahead, overtaking_thresholds
from ivr.core.rules.rule_set import RuleSet
from ivr.core.talk.endings.closing import warn_of_nobody
from ivr.ports import Ports

WEEKS = timedelta(weeks=4)
"""How far back a line's figures are counted."""
MOST = 20_000
"""The most calls that we count, the newest: more would change no range."""
RENEWED = timedelta(minutes=10)
"""The age at which figures are counted again."""


def renew_figures(ports: Ports, line: LineKey) -> None:
    """Count the line's figures again once they are old, or lost.

    No call waits for this: while the log does not answer, the present figures stay in
    use, and the rule set's own once they have expired.
    """
    now, figures = ports.clock.now(), ports.statistics.figures(line)
    if figures is not None and now - figures.made < RENEWED:
        return
    past = ports.call_log.past_waits(line, now - WEEKS, MOST)
    rules = rule_sets.in_force(ports, line)
    ports.statistics.put_figures(line, count_waits(past, rules, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a caller on hold hears.

    ``until`` is the moment up to which the caller is told to expect to wait; None when
    no new estimate is given.
    """

    words: tuple[Say, ...] = ()
    until: datetime | None = None


def announce_wait(ports: Ports, call: Contact, rules: RuleSet) -> Announcement:
    """The place in the queue and the expected wait, for a caller who waits.

    The call keeps the first estimate: once that time is over the caller hears so each
    time, with what we expect from then on.
    """
    now, language = ports.clock.now(), call.need.language or ""
    ahead = ahead_of(ports, call, rules, now)
    place = {"place": 1 + sum(ahead.values())}
    told = _forecast_wait(ports, call, rules, ahead, now)
    expected = Say(prompt=told.prompt, language=language, values=told.values)
    first = Say(prompt="wait.place", language=language, values=place)
    if call.wait.told_until is not None and call.wait.told_until < now:
        longer = Say(prompt="wait.longer", language=language)
        return Announcement(words=(first, longer, expected))
    stay = Say(prompt="wait.stay", language=language)
    if call.wait.told_until is not None or told.within is None:
        return Announcement(words=(first, expected, stay))
    return Announcement(words=(first, expected, stay), until=now + told.within)


def ahead_of(
    ports: Ports, call: Contact, rules: RuleSet, now: datetime
) -> Mapping[str, int]:
    """How many callers are served before this one, by their language."""
    head, hotline = queue_entry_of(call), ports.content.lines()[call.line]
    topics = hotline.topics.values()
    classes = {topic.urgency for topic in topics} | {head.urgency}
    before = overtaking_thresholds(rules, head, sorted(classes), now)

    def is_before(other: QueueEntry) -> bool:
        return is_ahead(rules, other, head, now)

    languages = dict.fromkeys([*hotline.languages, head.language])
    return ports.queues.ahead(
        call.line,
        {
            (language, urgency): mark
            for urgency, mark in before.items()
            for language in languages
        },
        is_before,
    )


def _forecast_wait(
    ports: Ports, call: Contact, rules: RuleSet, ahead: Mapping[str, int], now: datetime
) -> Forecast:
    operators = ports.operators.operators(call.line)
    means = rates_now(ports.statistics.figures(call.line), rules, now)
    return word_forecast(
        expected_wait(queue_entry_of(call), ahead, operators, rules, means, now)
    )


def warn_if_unserved(ports: Ports, call: Contact) -> Contact:
    """The call in the queue; its caller hears if nobody on duty speaks the language."""
    on_duty = (each for each in ports.operators.operators(call.line) if each.is_on_duty)
    spoken = frozenset(
        language for each in on_duty for language in each.profile.languages
    )
    return warn_of_nobody(call, spoken)
