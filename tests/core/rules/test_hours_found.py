"""Hours are found once for the whole week, and are those that the file names first."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.rules.rule_set import Hours, parse_rules
from ivr.core.text.wall_clock import DAYS

MONDAY = datetime(2026, 3, 2)  # noqa: DTZ001 - as the clock on the wall shows it
CLOCKS = st.sampled_from(["00:00", "00:01", "06:30", "12:00", "18:00", "23:59"])
DAYS_OF_SOME = st.lists(st.sampled_from(DAYS), min_size=1, unique=True)
SPANS = st.tuples(CLOCKS, CLOCKS | st.just("24:00")).filter(
    lambda span: len({*span}) == 2
)


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    begin, end = draw(SPANS)
    return Hours.model_validate({"days": draw(DAYS_OF_SOME), "from": begin, "to": end})


@given(hours=st.lists(some_hours(), max_size=4))
def test_hours_are_first_that_cover(hours: list[Hours]) -> None:
    rules = parse_rules("[class.urgent]\nweight = 1").model_copy(
        update={"hours": tuple(hours)}
    )

    for minute in range(0, 7 * 24 * 60, 30):
        for second in (-60, -1, 0, 60):
            local = MONDAY + timedelta(minutes=minute, seconds=second)
            first = next((each for each in hours if each.covers(local)), None)
            assert rules.hours_at(local) is first
