"""The demonstration: a plan that repeats, a clock that begins right, a reckoning."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.adapters.system import seeded_random
from ivr.cli import demo_script
from ivr.cli.commands.demo import clock_origin, find_unaccounted
from ivr.core.history.call_log import CallRecord
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.values import replace

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
NUMBERS = ("+12025550101", "+12025550102")


def ended(key: str) -> CallRecord:
    record = CallRecord(call=ContactId(key), line=LineKey("example"), started=NOW)
    return replace(
        record, ended=NOW, folding=replace(record.folding, final="abandoned")
    )


def test_same_seed_plays_same_evening() -> None:
    assert demo_script.script_callers(
        seeded_random(7), NUMBERS
    ) == demo_script.script_callers(seeded_random(7), NUMBERS)


def test_evening_has_sixty_callers_and_peak_midway() -> None:
    plan = demo_script.script_callers(seeded_random(7), NUMBERS)

    thirds = Counter(int(3 * caller.at / demo_script.LENGTH) for caller in plan)
    assert len(plan) >= 60
    assert thirds[1] > thirds[0]
    assert thirds[1] > thirds[2]


def test_eight_operators_speak_different_languages() -> None:
    operators = demo_script.script_operators()

    assert len(operators) == 8
    assert len({operator.languages for operator in operators}) >= 4


@pytest.mark.parametrize("hours", [0, 6, 9, 14, 22])
def test_fast_clock_begins_at_ten_to_six(hours: int) -> None:
    now, speed = NOW + timedelta(hours=hours), 30.0

    begins = clock_origin(now, speed)

    shown = begins + (now - begins) * speed + timedelta(seconds=0.5)
    local = shown.astimezone(ZoneInfo("Europe/Kyiv"))
    assert (local.hour, local.minute) == (17, 50)


def test_clock_of_common_speed_is_left_alone() -> None:
    assert clock_origin(NOW, 1.0) == NOW


def test_everybody_with_one_end_accounted_for() -> None:
    assert find_unaccounted(["CA1", "CA2"], [ended("CA1"), ended("CA2")]) == []


def test_caller_missing_unended_or_unknown_told() -> None:
    open_ = replace(ended("CA2"), ended=None)

    faults = find_unaccounted(["CA1", "CA2"], [open_, ended("CA3")])

    assert faults == [
        "call CA1 is not in the log",
        "call CA2 has no end in the log",
        "call CA3 was never placed",
    ]
