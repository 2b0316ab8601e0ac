"""The rule set in force."""

from functools import lru_cache

from ivr.core.call import LineKey
from ivr.core.errors import Unavailable
from ivr.core.rules import RuleSet, parse
from ivr.ports import Ports

_parsed = lru_cache(maxsize=32)(parse)


def in_force(ports: Ports, line: LineKey) -> RuleSet:
    """The rules that count now."""
    return _parsed(text_in_force(ports, line))


def text_in_force(ports: Ports, line: LineKey) -> str:
    """The rules that count now, as TOML; a fresh or lost store is given them anew.

    While the database is away as well, the line's own rules count and are not
    put in force: published ones may be waiting there.
    """
    text = ports.store.rules_text(line)
    if text is not None:
        return text
    shipped = ports.content.rules_text(line)
    try:
        published = ports.rule_sets.current(line)
    except Unavailable as error:
        ports.notes.warning("shipped rules count", line=line, error=str(error))
        return shipped
    text = published[1] if published else shipped
    ports.store.put_rules_text(line, text)
    return text


def put_in_force(ports: Ports, line: LineKey, text: str) -> None:
    """Let other rules count from now on, for those who wait already too."""
    ports.store.put_rules_text(line, text)
    if ports.store.wake(line):
        ports.jobs.route(line)
