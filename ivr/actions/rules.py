"""The rule set in force."""

from functools import lru_cache

from ivr.core.call import LineKey
from ivr.core.rules import RuleSet, parse
from ivr.ports import Ports

_parsed = lru_cache(maxsize=32)(parse)


def in_force(ports: Ports, line: LineKey) -> RuleSet:
    """The rules that count now; a fresh or wiped store is given the kept ones."""
    text = ports.store.rules_text(line)
    if text is None:
        published = ports.rule_sets.current(line)
        text = published[1] if published else ports.content.rules_text(line)
        ports.store.put_rules_text(line, text)
    return _parsed(text)
