"""The rules in force, and the versions before them."""

from collections.abc import Sequence
from functools import lru_cache

from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import LineKey
from ivr.core.queue.versions import RuleVersion, in_succession, still_counting
from ivr.core.rules.rule_set import RuleSet
from ivr.ports import Content, Ports, RuleSets

_read = lru_cache(maxsize=32)(in_succession)


def in_force(ports: Ports, line: LineKey) -> RuleSet:
    """The rules that count now; they include what counted before."""
    return _read(_versions_in_force(ports, line))


def read_rules(
    ports: Ports, line: LineKey, versions: tuple[RuleVersion, ...]
) -> RuleSet:
    """The rules of these versions of the live state; none: the store was lost."""
    return _read(versions) if versions else in_force(ports, line)


def shipped_rules(ports: Ports, line: LineKey) -> RuleSet:
    """The line's own rules, for code that cannot ask which are in force."""
    return _read((_shipped_version(ports.content, line),))


def version_in_force(ports: Ports, line: LineKey) -> RuleVersion:
    """The rules that count now as they were published, or the line's own."""
    return _versions_in_force(ports, line)[-1]


def text_in_force(ports: Ports, line: LineKey) -> str:
    """The rules that count now, as TOML."""
    return version_in_force(ports, line).toml


def put_in_force(ports: Ports, line: LineKey, text: str, note: str = "") -> RuleVersion:
    """Publish other rules: they count from now on, for callers who wait too."""
    # Asked first: a store that is away refuses before anything is kept.
    known, now = ports.live_rules.rule_versions(line), ports.clock.now()
    version = ports.rule_sets.publish(line, text, now, note)
    _add_published(ports, line, known, _published_versions(ports.rule_sets, line))
    if ports.routing.wake(line):
        ports.jobs.route(line)
    return RuleVersion(version=version, toml=text, published_at=now, note=note)


def _versions_in_force(ports: Ports, line: LineKey) -> tuple[RuleVersion, ...]:
    """The versions that count; a fresh or lost store gets them again.

    While the database is away as well, the line's own rules count and are not put in
    force: published ones may be waiting there.
    """
    known = ports.live_rules.rule_versions(line)
    if known:
        return known
    try:
        published = _published_versions(ports.rule_sets, line)
    except Unavailable as error:
        ports.log.warning("shipped rules count", line=line, error=str(error))
        return (_shipped_version(ports.content, line),)
    return _add_published(ports, line, known, published)


def _add_published(
    ports: Ports,
    line: LineKey,
    known: Sequence[RuleVersion],
    published: Sequence[RuleVersion],
) -> tuple[RuleVersion, ...]:
    """Put the versions into the store that were published after those it knows."""
    known = known or (_shipped_version(ports.content, line),)
    newer = (each for each in published if each.version > known[-1].version)
    counting = still_counting((*known, *newer), ports.clock.now())
    ports.live_rules.put_rule_versions(line, counting)
    return counting


def _published_versions(rule_sets: RuleSets, line: LineKey) -> Sequence[RuleVersion]:
    return rule_sets.history(line)[::-1]


def _shipped_version(content: Content, line: LineKey) -> RuleVersion:
    return RuleVersion(version=0, toml=content.rules_text(line))
