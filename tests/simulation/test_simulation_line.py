"""A line in virtual time: what people do, and what the real rules make of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.model.identifiers import OperatorId
from ivr.core.rules.rule_set import RuleSet, parse_rules
from ivr.simulation.contact_result import ContactResult, End, Run
from ivr.simulation.day import (
    Day,
    OfferResult,
    Response,
    SimulatedCaller,
    SimulatedShift,
)
from ivr.simulation.line import Publication, simulate_day

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLAIN = "[wrap_up]\nseconds = 0\n"
MISSED = Response(answer=OfferResult.MISSED)
DECLINED = Response(after=3 * SECOND, answer=OfferResult.DECLINED)
TAKEN = Response()


def rules_of(extra: str = "") -> RuleSet:
    wrap_up = "" if "[wrap_up]" in extra else PLAIN
    return parse_rules(
        'zone = "UTC"\n[class.urgent]\nweight = 4\n[class.information]\nweight = 1\n'
        f"{wrap_up}{extra}"
    )


def caller(
    at: int,
    urgency: str = "urgent",
    *offers: Response,
    language: str = "uk",
    talk: int = 100,
    patience: int | None = None,
) -> SimulatedCaller:
    return SimulatedCaller(
        at=NOON + at * SECOND,
        language=language,
        urgency=urgency,
        talk=talk * SECOND,
        patience=None if patience is None else patience * SECOND,
        offers=offers or (TAKEN,),
    )


def shift(
    name: str, *languages: str, start: int = 0, end: int | None = None
) -> SimulatedShift:
    return SimulatedShift(
        operator=OperatorId(name),
        languages=languages or ("uk",),
        start=NOON + start * SECOND,
        end=None if end is None else NOON + end * SECOND,
    )


def ran(
    callers: Sequence[SimulatedCaller],
    *shifts: SimulatedShift,
    rules: RuleSet | None = None,
    publications: Sequence[Publication] = (),
) -> Run:
    day = Day(callers=tuple(callers), shifts=shifts or (shift("anna"),))
    return simulate_day(day, rules or rules_of(), publications)


def ends(found: Run) -> list[tuple[End, float]]:
    """How each caller's wait ended and after how many seconds, by arrival."""
    results = sorted(found.results, key=lambda each: each.caller.at)
    return [(each.end, each.wait.total_seconds()) for each in results]


def answered(*seconds: float) -> list[tuple[End, float]]:
    return [(End.ANSWERED, each) for each in seconds]


# --- callers --------------------------------------------------------------


def test_free_operator_answers_at_once() -> None:
    assert ends(ran([caller(10)])) == answered(0)


def test_who_comes_during_talk_waits_for_end() -> None:
    assert ends(ran([caller(0), caller(30)])) == answered(0, 70)


def test_operator_breathes_between_talks() -> None:
    rules = rules_of("[wrap_up]\nseconds = 30\n")

    assert ends(ran([caller(0), caller(30)], rules=rules)) == answered(0, 100)


def test_more_weight_overtakes_and_is_told() -> None:
    found = ran([caller(0), caller(20, "information"), caller(60)])

    assert ends(found) == answered(0, 180, 40)
    overtaken = {each.caller.at for each in found.results if each.overtaken}
    assert overtaken == {NOON + 20 * SECOND}


def test_language_bound_call_overtakes_nobody() -> None:
    callers = [caller(0), caller(20), caller(60, language="ru")]

    found = ran(callers, shift("anna"), shift("boris", "ru"))

    assert ends(found) == answered(0, 80, 0)
    assert not any(each.overtaken for each in found.results)


def test_impatient_caller_hangs_up() -> None:
    found = ran([caller(0), caller(10, patience=40), caller(20)])

    assert ends(found) == [(End.ANSWERED, 0), (End.LEFT, 40), (End.ANSWERED, 80)]


def test_longest_wait_ends_in_goodbye() -> None:
    rules = rules_of("[wait]\nlongest_wait = 60\n")

    found = ran([caller(0), caller(10), caller(30, patience=65)], rules=rules)

    assert ends(found) == [(End.ANSWERED, 0), (End.SENT_OFF, 60), (End.SENT_OFF, 60)]


def test_nobody_sent_off_while_ringing() -> None:
    rules = rules_of("[wait]\nlongest_wait = 105\n")
    slow = Response(after=10 * SECOND)
    callers = [caller(0), caller(1, "urgent", slow), caller(2, "urgent", MISSED)]

    found = ran(callers, shift("anna"), shift("bela", end=1), rules=rules)

    assert ends(found)[:2] == answered(0, 109)
    assert ends(found)[2] == (End.SENT_OFF, 105)


def test_overdue_caller_goes_first() -> None:
    rules = rules_of("[wait]\noverdue_after = 70\n")

    found = ran([caller(0), caller(20, "information"), caller(40)], rules=rules)

    assert ends(found) == answered(0, 80, 160)
    assert [each.overdue for each in found.results] == [False, True, True]


# --- offers ---------------------------------------------------------------


def test_missed_offer_rings_out_keeps_place() -> None:
    callers = [caller(0, "information", MISSED, TAKEN), caller(5, "information")]

    found = ran(callers, shift("anna"), rules=rules_of("[offer]\ncool_down = 15\n"))

    assert ends(found) == answered(35, 130)


def test_next_operator_rung_after_missed_offer() -> None:
    found = ran([caller(0, "urgent", MISSED, TAKEN)], shift("anna"), shift("bela"))

    assert ends(found) == answered(20)
    assert found.results[0].operator == "bela"


def test_declined_offer_ends_when_it_is_declined() -> None:
    found = ran([caller(0, "urgent", DECLINED, TAKEN)])

    assert ends(found) == answered(3 + 15)


def test_answer_after_ringing_missed_offer() -> None:
    late = Response(after=21 * SECOND)

    assert ends(ran([caller(0, "urgent", late, TAKEN)])) == answered(20 + 15)


def test_time_until_answer_waited() -> None:
    slow = Response(after=8 * SECOND)

    assert ends(ran([caller(0, "urgent", slow), caller(1)])) == answered(8, 107)


def test_who_missed_too_many_is_away_awhile() -> None:
    rules = rules_of("[offer]\nmissed_to_away = 2\ncool_down = 15\n")

    found = ran([caller(0, "urgent", MISSED, MISSED, TAKEN)], rules=rules)

    assert ends(found) == answered(20 + 15 + 20 + 300)


def test_hangup_while_ringing_frees_operator() -> None:
    callers = [caller(0, "urgent", MISSED, patience=5), caller(2)]

    assert ends(ran(callers)) == [(End.LEFT, 5), (End.ANSWERED, 3)]


# --- time alone -----------------------------------------------------------


def test_second_language_opens_though_nothing_else_happens() -> None:
    rules = rules_of("[relax]\nsecond_language_after = 60\n")
    callers = [caller(0, talk=1000), caller(10)]

    found = ran(callers, shift("anna"), shift("boris", "ru", "uk"), rules=rules)

    assert ends(found) == answered(0, 60)
    assert [each.operator for each in found.results] == ["anna", "boris"]


def test_reserve_holds_until_overdue_lane() -> None:
    rules = rules_of(
        "[wait]\noverdue_after = 90\n"
        '[[hours]]\nfrom = "00:00"\nto = "24:00"\nreserve = { urgent = 1 }\n'
    )

    found = ran([caller(0, "information"), caller(50, talk=10)], rules=rules)

    assert ends(found) == answered(90, 0)


def test_reserve_ends_with_hours() -> None:
    rules = rules_of(
        '[[hours]]\nfrom = "11:00"\nto = "12:05"\nreserve = { urgent = 1 }\n'
    )

    assert ends(ran([caller(200, "information")], rules=rules)) == answered(100)


# --- shifts and rules -----------------------------------------------------


def test_who_waits_is_served_when_shift_begins() -> None:
    assert ends(ran([caller(0)], shift("anna", start=30))) == answered(30)


def test_after_end_of_shift_talk_is_last() -> None:
    callers = [caller(0), caller(10, patience=500)]

    found = ran(callers, shift("anna", end=50))

    assert ends(found) == [(End.ANSWERED, 0), (End.LEFT, 500)]


def test_operator_comes_back_for_next_shift() -> None:
    found = ran(
        [caller(0), caller(90)], shift("anna", end=50), shift("anna", start=400)
    )

    assert ends(found) == answered(0, 310)


def test_published_rules_touch_those_who_wait_already() -> None:
    shorter = rules_of("[wait]\nlongest_wait = 30\n")
    at = NOON + 50 * SECOND

    found = ran(
        [caller(0), caller(10), caller(40)],
        publications=[Publication(at=at, rules=shorter)],
    )

    assert ends(found) == [(End.ANSWERED, 0), (End.SENT_OFF, 40), (End.SENT_OFF, 30)]


def test_published_rules_decided_by_from_then_on() -> None:
    callers = [caller(0), caller(10), caller(20, "information")]
    head_start = parse_rules(
        'zone = "UTC"\n[class.urgent]\nweight = 4\n[class.information]\nweight = 1\n'
        f"head_start = 5000\n{PLAIN}"
    )
    published = [Publication(at=NOON + 50 * SECOND, rules=head_start)]

    assert ends(ran(callers)) == answered(0, 90, 180)
    assert ends(ran(callers, publications=published)) == answered(0, 190, 80)


# --- the operators' time, and all of it -----------------------------------


def test_occupancy_is_work_over_roster() -> None:
    rules = rules_of("[wrap_up]\nseconds = 30\n")

    found = ran([caller(0)], shift("anna", end=260), rules=rules)

    assert found.busy == 130 * SECOND
    assert found.busy / found.rostered == pytest.approx(0.5)


def test_day_without_anybody_is_no_trouble() -> None:
    found = simulate_day(Day(callers=(), shifts=()), rules_of())

    assert found.results == ()
    assert (found.busy, found.rostered) == (timedelta(), timedelta())


RESPONSES = st.builds(
    Response,
    after=st.integers(0, 25).map(lambda seconds: seconds * SECOND),
    answer=st.sampled_from(OfferResult),
)
CALLERS = st.builds(
    caller,
    st.integers(0, 900),
    st.sampled_from(["urgent", "information", "unknown"]),
    RESPONSES,
    RESPONSES,
    st.just(TAKEN),
    language=st.sampled_from(["uk", "ru", "en"]),
    talk=st.integers(0, 300),
    patience=st.none() | st.integers(0, 400),
)
SHIFTS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["uk", "ru"]), min_size=1, unique=True),
        st.integers(0, 300),
        st.none() | st.integers(301, 900),
    ),
    max_size=4,
)


def talks_of(results: Sequence[ContactResult], operator: str) -> list[tuple[int, int]]:
    began = [
        (each.caller.at + each.wait, each.caller.talk)
        for each in results
        if each.operator == operator
    ]
    return sorted(
        ((at - NOON) // SECOND, (at + talk - NOON) // SECOND) for at, talk in began
    )


@given(callers=st.lists(CALLERS, max_size=25), staff=SHIFTS)
@settings(max_examples=60)
def test_everybody_ends_once_operators_talk_once(
    callers: list[SimulatedCaller], staff: list[tuple[list[str], int, int | None]]
) -> None:
    rules = rules_of(
        "[wait]\noverdue_after = 120\nlongest_wait = 600\n"
        "[relax]\nsecond_language_after = 30\n"
    )
    shifts = [
        shift(f"o{place}", *languages, start=start, end=end)
        for place, (languages, start, end) in enumerate(staff)
    ]
    day = Day(callers=tuple(callers), shifts=tuple(shifts))

    found = simulate_day(day, rules)

    assert sorted(id(each.caller) for each in found.results) == sorted(map(id, callers))
    assert all(each.wait <= 620 * SECOND for each in found.results)
    for each in shifts:
        talks = talks_of(found.results, each.operator)
        assert all(a[1] <= b[0] for a, b in pairwise(talks))
    assert simulate_day(day, rules) == found
