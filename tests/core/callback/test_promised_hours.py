"""When a person may be called back: hours of their own, quiet hours, clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.callback.promised_call import (
    begin_callback,
    call_of_record,
    is_untimely,
    may_be_called_at,
    put_off,
    wait_for_another,
)
from ivr.core.dialogue.exit_menu import promised_fact
from ivr.core.history.callback_log import CallbackRecord
from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.talk_state import TalkState
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.facts import CallbackPromised
from ivr.core.model.identifiers import ClaimId, LegId
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet
from tests.core.kyiv import ASLEEP, KYIV, PLAIN, kyiv, rules_of
from tests.core.walking import FRESH

NIGHT = '[callback]\nquiet = { from = "03:00", to = "03:30" }\n'
NUMBER = CallbackPreferences(number="sealed")
MADE = kyiv(12)
SPRING = datetime(2026, 3, 28, 22, tzinfo=UTC)
"""Midnight in Kyiv, three hours before clocks are put forward from 03:00 to 04:00."""
AUTUMN = datetime(2026, 10, 24, 21, tzinfo=UTC)
"""Midnight in Kyiv, before clocks are put back from 04:00 to 03:00."""

QUARTER = timedelta(minutes=15)
hours = st.integers(0, 23)
wishes = st.one_of(
    st.builds(CallbackPreferences, number=st.just("sealed"), at_any_hour=st.booleans()),
    st.tuples(hours, hours)
    .filter(lambda span: span[0] != span[1])
    .map(lambda span: CallbackPreferences(number="sealed", start=span[0], end=span[1])),
)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def minutes_after(start: datetime, most: int) -> st.SearchStrategy[datetime]:
    return st.integers(0, most).map(lambda minutes: start + timedelta(minutes=minutes))


moments = (
    minutes_after(YEAR, 360 * 24 * 60)
    | minutes_after(SPRING, 8 * 60)
    | minutes_after(AUTUMN, 8 * 60)
)


def promised(wish: CallbackPreferences = NUMBER, **more: object) -> Contact:
    """A call that was promised to be returned."""
    promise = CallbackRequest(made=MADE, activated=True)
    call = replace(
        FRESH,
        stage=Stage.PROMISED,
        callback=Callback(preferences=wish, request=promise),
        arrival=Arrival(at=MADE),
    )
    return replace(call, **more)  # type: ignore[arg-type]


def forbids(rules: RuleSet, wish: CallbackPreferences, at: datetime) -> bool:
    """The rule told in other words than the code's: hour by hour."""
    local = at.astimezone(KYIV)
    minute = local.hour * 60 + local.minute
    if wish.start is not None and wish.end is not None:
        allowed = set()
        hour = wish.start
        while hour != wish.end:
            allowed.add(hour)
            hour = (hour + 1) % 24
        return local.hour not in allowed
    quiet = rules.callback.quiet
    if quiet is None or wish.at_any_hour:
        return False
    start = quiet.start.hour * 60 + quiet.start.minute
    end = quiet.end.hour * 60 + quiet.end.minute
    return start <= minute < end if start < end else minute >= start or minute < end


@given(st.sampled_from([PLAIN, ASLEEP, rules_of(NIGHT)]), wishes, moments)
def test_nobody_called_in_forbidden_hours(
    rules: RuleSet, wish: CallbackPreferences, now: datetime
) -> None:
    at = may_be_called_at(rules, wish, now)

    assert at is not None
    assert at >= now
    assert not forbids(rules, wish, at)
    assert at - now <= timedelta(days=2)
    quarters = int((at - now) / QUARTER)
    passed = (at - QUARTER * (count + 1) for count in range(quarters))
    assert all(forbids(rules, wish, each) for each in passed), "and no later"


@given(moments)
def test_wish_for_text_means_no_call(now: datetime) -> None:
    wish = CallbackPreferences(number="sealed", in_writing=True)

    assert may_be_called_at(PLAIN, wish, now) is None
    assert begin_callback(promised(wish), PLAIN, now).stage is Stage.PROMISED
    assert is_untimely(promised(wish), PLAIN, now)


@pytest.mark.parametrize(
    ("wish", "now", "at"),
    [
        (CallbackPreferences(number="s", start=22, end=6), kyiv(23), kyiv(23)),
        (CallbackPreferences(number="s", start=22, end=6), kyiv(5, 59), kyiv(5, 59)),
        (CallbackPreferences(number="s", start=22, end=6), kyiv(6), kyiv(22)),
        (CallbackPreferences(number="s", start=21, end=0), kyiv(23, 59), kyiv(23, 59)),
        (CallbackPreferences(number="s", start=21, end=0), kyiv(0), kyiv(21)),
        (CallbackPreferences(number="s", start=9, end=12), kyiv(12), kyiv(9, day=11)),
        (NUMBER, kyiv(22), kyiv(7, 30, day=11)),
        (NUMBER, kyiv(7, 29, 59), kyiv(7, 30)),
        (NUMBER, kyiv(7, 30), kyiv(7, 30)),
        (CallbackPreferences(number="s", at_any_hour=True), kyiv(3), kyiv(3)),
    ],
)
def test_hours_hold_to_minute_and_over_midnight(
    wish: CallbackPreferences, now: datetime, at: datetime
) -> None:
    assert may_be_called_at(ASLEEP, wish, now) == at


def test_hour_skipped_by_clock_is_next_days() -> None:
    wish = CallbackPreferences(number="s", start=3, end=4)

    assert may_be_called_at(PLAIN, wish, SPRING) == SPRING + timedelta(days=1, hours=2)


def test_hour_shown_twice_allowed_twice() -> None:
    wish = CallbackPreferences(number="s", start=3, end=4)
    first = AUTUMN + timedelta(hours=3)

    assert may_be_called_at(PLAIN, wish, AUTUMN) == first
    assert may_be_called_at(PLAIN, wish, first + timedelta(minutes=90)) == first + (
        timedelta(minutes=90)
    )


# --- tries ----------------------------------------------------------------


def test_pauses_follow_rule_until_last_try() -> None:
    rules = rules_of("[callback]\ntries = 4\ndelay_seconds = [60, 600]\n")
    call: Contact | None = promised()
    pauses = []
    for _ in range(3):
        assert call is not None
        call = put_off(call, rules, MADE)
        assert call is not None
        assert call.callback.request is not None
        assert call.callback.request.due is not None
        assert (call.stage, call.arrival.at) == (Stage.PROMISED, MADE)
        pauses.append((call.callback.request.due - MADE).total_seconds())

    assert pauses == [60, 600, 600]
    assert call is not None
    assert put_off(call, rules, MADE) is None


def test_pause_ends_with_quiet_hours() -> None:
    later = put_off(promised(), ASLEEP, kyiv(21, 58))

    assert later is not None
    assert later.callback.request is not None
    assert later.callback.request.due == kyiv(7, 30, day=11)


def test_try_without_pause_waits_at_once() -> None:
    rules = rules_of("[callback]\ndelay_seconds = [0]\n")
    later = put_off(promised(), rules, MADE)

    assert later is not None
    assert later.stage is Stage.WAITING


def test_call_without_promise_not_put_off() -> None:
    assert put_off(FRESH, PLAIN, MADE) is None
    assert wait_for_another(FRESH, PLAIN, MADE) == FRESH


def test_promise_waits_on_without_claim_and_leg() -> None:
    promise = CallbackRequest(
        made=MADE, activated=True, leg=LegId("leg"), reached=True, tries=1
    )
    call = promised(
        stage=Stage.CLAIMED, talk=TalkState(claim=ClaimId("k1"))
    ).with_request(promise)

    after = wait_for_another(call, PLAIN, MADE)

    assert (after.stage, after.talk.claim, after.leg) == (Stage.WAITING, None, None)
    assert after.callback.request == CallbackRequest(made=MADE, activated=True, tries=1)


def test_hours_rechecked_while_line_is_empty() -> None:
    wish = CallbackPreferences(number="s", start=9, end=10)
    on_the_line = CallbackRequest(made=MADE, activated=True, leg=LegId("leg"))

    assert is_untimely(promised(wish), PLAIN, MADE)
    assert not is_untimely(promised(wish).with_request(on_the_line), PLAIN, MADE)
    assert not is_untimely(promised(wish), PLAIN, kyiv(9, 30))
    assert not is_untimely(FRESH, PLAIN, MADE)


def test_promise_remembered_as_it_was_made() -> None:
    wish = CallbackPreferences(number="sealed", start=22, end=6)
    call = promised(wish, need=Need("uk", "myself", "urgent"))
    fact = promised_fact(call, wish, MADE)

    assert isinstance(fact, CallbackPromised)
    found = call_of_record(CallbackRecord(promise=fact, tries=2))

    assert found.callback.request == CallbackRequest(made=MADE, activated=True, tries=2)
    assert (
        replace(
            found,
            callback=replace(found.callback, request=call.callback.request),
            caller=call.caller,
        )
        == call
    )
    assert found.caller == replace(call.caller, is_reachable=False)


def test_hours_ending_twice_awaited_again() -> None:
    quiet_again = AUTUMN + timedelta(hours=4, minutes=10)

    at = may_be_called_at(rules_of(NIGHT), NUMBER, quiet_again)

    assert at == AUTUMN + timedelta(hours=4, minutes=30)
