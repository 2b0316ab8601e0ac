"""Faults of a rule set for its line: more than the file alone shows.

A rule set that is in force is never checked this way: it counts as it is.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

from ivr.core.line.menu import Line
from ivr.core.model.errors import Faults
from ivr.core.rules.hours_check import find_overlaps, missing_times
from ivr.core.rules.rule_set import RuleSet, key_of, parse_rules
from ivr.core.text.nearest import did_you_mean
from ivr.core.text.toml_lines import Key, line_of, lines_of

AHEAD = timedelta(days=2 * 366)
"""How far ahead we look for changes of the clocks."""

Fault = tuple[Key, str]
"""A key, and what is wrong with it."""


def faults_of_rules(
    text: str, line: Line | None, today: date | None = None, origin: str = "rules.toml"
) -> list[str]:
    """Everything that is wrong with a rule set before it is published on a line.

    Without a line (its own file cannot be read) its topics and languages are skipped,
    without ``today`` the clock changes of the next two years.
    """
    try:
        rules = parse_rules(text, origin)
    except Faults as error:
        return list(error.faults)
    lines = lines_of(text)
    return [
        f"{origin}:{line_of(lines, key)}: {key_of(key)}: {what}"
        for key, what in chain(
            _of_line(rules, line) if line else (),
            find_overlaps(rules, lines),
            missing_times(rules, today, today + AHEAD) if today else (),
        )
    ]


def notices_of_rules(text: str, line: Line, origin: str = "rules.toml") -> list[str]:
    """Settings that are no fault of a rule set but may not be meant."""
    try:
        zone = parse_rules(text, origin).zone
    except Faults:
        return []
    if not line.zone or zone == line.zone:
        return []
    at = line_of(lines_of(text), ("zone",))
    what = f"the hours are those of {zone}, and {line.key}/line.toml has {line.zone}"
    remedy = f'write zone = "{line.zone}" unless that is meant'
    return [f"{origin}:{at}: zone: {what}; {remedy}"]


def _of_line(rules: RuleSet, line: Line) -> Iterator[Fault]:
    yield from _lacking_classes(rules, line)
    yield from _unused_classes(rules, line)
    yield from _unspoken_languages(rules, line)


def _lacking_classes(rules: RuleSet, line: Line) -> Iterator[Fault]:
    for topic in line.topics.values():
        if topic.urgency and topic.urgency not in rules.classes:
            named = f"topics.{topic.key} in {line.key}/line.toml"
            what = f'has no "{topic.urgency}", the class of {named}'
            remedy = did_you_mean(topic.urgency, rules.classes)
            yield ("class",), f"{what}; define it, or change it there: {remedy}"


def _unused_classes(rules: RuleSet, line: Line) -> Iterator[Fault]:
    used = {topic.urgency for topic in line.topics.values()}
    # Incomplete topics were refused when the file was read.
    unused = set(rules.classes) - used if used and "" not in used else set()
    for urgency in rules.classes:
        if urgency in unused:
            what = f"no topic in {line.key}/line.toml has this class"
            yield ("class", urgency), f"{what}; remove it, or give it to a topic"


def _unspoken_languages(rules: RuleSet, line: Line) -> Iterator[Fault]:
    for language in rules.relax.languages:
        if line.languages and language not in line.languages:
            what = f"is no language of {line.key}/line.toml"
            remedy = did_you_mean(language, line.languages)
            yield ("relax", "languages", language), f"{what}; {remedy}"
