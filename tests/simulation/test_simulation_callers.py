"""Callers who are made by rates, and callers who were there."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.adapters.system import seeded_random
from ivr.core.history.call_log import CallRecord, Folding
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet, parse_rules
from ivr.simulation import generated, recorded
from ivr.simulation.day import OfferResult, SimulatedCaller

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
START = datetime(2026, 6, 10, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")
RULES = parse_rules(
    "[class.urgent]\nweight = 2\n[wait]\nlongest_wait = 1000\n"
    "[estimate]\ntalk_seconds = 480\npatience_seconds = 333\n"
)


def traffic(per_hour: tuple[float, ...]) -> generated.Traffic:
    return generated.Traffic(
        zone="Europe/Kyiv",
        per_hour=per_hour,
        mix={("uk", "urgent"): 3, ("ru", "family"): 1},
        talk=generated.exponential(600 * SECOND),
        patience=generated.exponential(300 * SECOND),
        offers=generated.usual_offers,
    )


def hundred_days(seed: int = 1) -> list[SimulatedCaller]:
    return list(
        generated.generate_callers(
            traffic(generated.EVENINGS), seeded_random(seed), START, START + 100 * DAY
        )
    )


def record(call: str, at: int, **values: object) -> CallRecord:
    """A caller who was in the queue at a second of the day."""
    queued = START + at * SECOND
    plain = CallRecord(
        call=ContactId(call),
        line=LineKey("example"),
        started=queued,
        queued=queued,
        language="uk",
        urgency="urgent",
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def answered(call: str, at: int, wait: int, talk: int) -> CallRecord:
    began = START + (at + wait) * SECOND
    over = began + talk * SECOND
    return record(call, at, answered=began, talk_ended=over, ended=over)


def left(call: str, at: int, wait: int, outcome: str = "abandoned") -> CallRecord:
    ended = START + (at + wait) * SECOND
    return record(call, at, ended=ended, folding=Folding(final=outcome))


def replayed(*records: CallRecord, rules: RuleSet = RULES) -> list[SimulatedCaller]:
    return list(recorded.replay_callers(records, rules, seeded_random(1)))


# --- made -----------------------------------------------------------------


def test_same_seed_makes_same_callers() -> None:
    assert hundred_days() == hundred_days()
    assert hundred_days() != hundred_days(seed=2)


def test_evening_line_has_hundred_late_calls() -> None:
    callers = hundred_days()

    hours = Counter(each.at.astimezone(KYIV).hour for each in callers)
    assert len(callers) == pytest.approx(100 * 100, rel=0.03)
    assert sum(hours[hour] for hour in range(18, 23)) == pytest.approx(5800, rel=0.05)
    assert sum(hours[hour] for hour in range(8)) == pytest.approx(800, rel=0.1)


def test_generated_callers_ordered_and_shared_out() -> None:
    callers = hundred_days()

    assert [each.at for each in callers] == sorted(each.at for each in callers)
    urgent = sum(each.urgency == "urgent" and each.language == "uk" for each in callers)
    assert urgent / len(callers) == pytest.approx(0.75, abs=0.02)


def test_lengths_have_means() -> None:
    callers = hundred_days()

    talks = sum((each.talk for each in callers), timedelta()) / len(callers)
    patience = sum((each.patience or DAY for each in callers), timedelta())
    assert talks / SECOND == pytest.approx(600, rel=0.05)
    assert patience / len(callers) / SECOND == pytest.approx(300, rel=0.05)


def test_nobody_calls_in_hours_of_no_calls() -> None:
    only_noon = traffic(tuple(60.0 if hour == 12 else 0.0 for hour in range(24)))

    callers = list(
        generated.generate_callers(only_noon, seeded_random(1), START, START + DAY)
    )

    assert callers
    assert {each.at.astimezone(KYIV).hour for each in callers} == {12}


def test_tenth_offer_fails_last_taken() -> None:
    planned = [each.offers for each in hundred_days()]

    answers = Counter(first.answer for first, *_ in planned)
    assert answers[OfferResult.MISSED] / len(planned) == pytest.approx(0.08, abs=0.01)
    assert answers[OfferResult.DECLINED] / len(planned) == pytest.approx(0.02, abs=0.01)
    assert {offers[-1].answer for offers in planned} == {OfferResult.TAKEN}


# --- recorded -------------------------------------------------------------


def test_recorded_callers_come_as_recorded() -> None:
    second = replace(left("b", 50, 10), language="ru", urgency="family")

    callers = replayed(second, answered("a", 20, 5, 60))

    assert [(each.at - START) / SECOND for each in callers] == [20, 50]
    assert [(each.language, each.urgency) for each in callers] == [
        ("uk", "urgent"),
        ("ru", "family"),
    ]
    assert callers[0].talk == 60 * SECOND


@pytest.mark.parametrize("outcome", ["abandoned", "callback", "message"])
def test_who_left_has_patience_that_was_seen(outcome: str) -> None:
    (caller,) = replayed(left("a", 0, 77, outcome))

    assert caller.patience == 77 * SECOND


def test_answered_were_more_patient_than_wait() -> None:
    records = [answered(f"a{n}", n, 50, 60) for n in range(2000)]

    callers = replayed(*records, *(left(f"l{n}", n, 50) for n in range(500)))

    more = [
        (each.patience or DAY) - 50 * SECOND
        for each in callers
        if each.patience != 50 * SECOND
    ]
    # 2,500 waits of 50 s and 500 who left: one leaves in 250 s of waiting.
    assert len(more) == 2000
    assert min(more) > timedelta()
    assert sum(more, timedelta()) / len(more) / SECOND == pytest.approx(250, rel=0.05)


def test_who_was_sent_off_would_have_stayed() -> None:
    sent_off, gone = replayed(left("a", 0, 1000), left("b", 1, 999))

    assert (sent_off.patience or DAY) > 1000 * SECOND
    assert gone.patience == 999 * SECOND


def test_missing_talk_drawn_from_others() -> None:
    records = [answered(f"a{n}", n, 0, 60 * n) for n in range(1, 4)]

    callers = replayed(*records, *(left(f"l{n}", 10 + n, 5) for n in range(60)))

    assert {each.talk / SECOND for each in callers[3:]} == {60, 120, 180}


def test_without_records_rules_estimates_count() -> None:
    assert recorded.fit_model([], RULES) == recorded.FittedModel(
        patience=333 * SECOND, talks=(480 * SECOND,)
    )


def test_present_or_unqueued_left_out() -> None:
    never = replace(left("n", 0, 9), queued=None)

    assert replayed(record("waits", 0), never) == []
