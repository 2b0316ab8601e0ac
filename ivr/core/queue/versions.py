"""Versions of the rule set that follow one another: which was in force when.

A new weight counts from its own moment on. So we need the rule sets before the present
one for as long as a caller waits who came under them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from ivr.core.queue.priority import FURTHEST
from ivr.core.rules.rule_set import RulePeriod, RuleSet, parse_rules

MOST = 64
"""How many versions are kept: every webhook reads them. A line that publishes more
in a week has its oldest waits counted by the oldest version that is kept."""

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when a line's own file counts, which nobody has published."""


class RuleVersion(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule set put in force; versions count from 1, 0 is the line's own file."""

    version: int
    toml: str
    published_at: datetime = ALWAYS
    note: str = ""


def still_counting(
    versions: Sequence[RuleVersion], now: datetime
) -> tuple[RuleVersion, ...]:
    """The versions, in order, that still count for somebody now."""
    furthest = now - FURTHEST
    ended = sum(later.published_at <= furthest for later in versions[1:])
    return tuple(versions[ended:])[-MOST:]


def in_succession(versions: Sequence[RuleVersion]) -> RuleSet:
    """The newest rule set, which includes those in force before it.

    ``versions`` are in order, at least one; each counts until a later one was
    published. If the clocks of two machines differ, the later version counts.
    """
    *before, newest = versions
    eras = (
        RulePeriod(
            rules=parse_rules(each.toml), until=_first_publication(versions[place:])
        )
        for place, each in enumerate(before, start=1)
    )
    return parse_rules(newest.toml).as_version(newest.version, after=eras)


def _first_publication(later: Sequence[RuleVersion]) -> datetime:
    return min(each.published_at for each in later)
