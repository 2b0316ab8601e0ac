"""Rules with three kinds of need, and moments, by the clock in Kyiv."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.core.rules.rule_set import RuleSet, parse_rules

KYIV = ZoneInfo("Europe/Kyiv")

QUIET = '[callback]\nquiet = { from = "22:00", to = "07:30" }\n'


def rules_of(extra: str = "", zone: str = "Europe/Kyiv") -> RuleSet:
    """The rules of three kinds of need, with more lines."""
    return parse_rules(
        f'zone = "{zone}"\n[class.urgent]\nweight = 2.0\n[class.family]\n'
        f"weight = 1.5\n[class.information]\nweight = 1.0\n{extra}"
    )


def kyiv(hour: int, minute: int = 0, second: int = 0, *, day: int = 10) -> datetime:
    """A moment of June as UTC, given by the clock in Kyiv."""
    local = datetime(2026, 6, day, hour, minute, second, tzinfo=KYIV)
    return local.astimezone(UTC)


PLAIN, ASLEEP = rules_of(), rules_of(QUIET)
