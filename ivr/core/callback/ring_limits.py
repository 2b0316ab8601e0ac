"""Limits of rings: how often a number may be called back, and ask for others."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ivr.core.model.callee import DAY, Callee, moments_since
from ivr.core.rules.rule_set import CallbackRules

HOUR = timedelta(hours=1)


def may_be_rung_at(callee: Callee, rules: CallbackRules, now: datetime) -> datetime:
    """The first moment from now on at which the number may be called."""
    hour = _free_at(callee.rung, rules.rings_per_hour, HOUR, now)
    return max(now, hour, _free_at(callee.rung, rules.rings_per_day, DAY, now))


def rested_at(callee: Callee, rules: CallbackRules, now: datetime) -> datetime:
    """When a number with a new promise may be called: after a pause."""
    last = max(callee.rung, default=None)
    return now if last is None else max(now, last + rules.delays[0])


def may_ask(callee: Callee, rules: CallbackRules, now: datetime) -> bool:
    """Whether somebody at the number may ask for one more call to another number."""
    return len(moments_since(callee.asked, now - DAY)) < rules.other_numbers_per_day


def _free_at(
    moments: Iterable[datetime], most: int, length: timedelta, now: datetime
) -> datetime:
    within = moments_since(moments, now - length)
    return now if len(within) < most else within[-most] + length
