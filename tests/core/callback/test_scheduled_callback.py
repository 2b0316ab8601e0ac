"""A call that an operator promises for a moment."""

from datetime import timedelta

import pytest

from ivr.core.callback.promised_call import (
    call_of_record,
    is_untimely,
    may_be_called_at,
    wait_for_another,
)
from ivr.core.callback.scheduled_callback import (
    MOST_AHEAD,
    arrange_call,
    callback_id,
    check_moment,
    facts_of_schedule,
)
from ivr.core.history.call_log import fold_facts
from ivr.core.history.callback_log import callback_of, when_promised
from ivr.core.model.contact.callback import CallbackPreferences
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.location import Location
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.identifiers import ContactId
from ivr.core.model.values import replace
from tests.core.kyiv import ASLEEP, PLAIN, kyiv
from tests.core.walking import FRESH

NOW, LATER = kyiv(12), kyiv(18)
WISH = CallbackPreferences(number="sealed", at=LATER)
CALL = replace(
    FRESH,
    id=ContactId("CA123"),
    stage=Stage.CONNECTED,
    need=Need("uk", "myself", "urgent"),
    caller=Caller("+12025550123", "somebody"),
    location=Location(area="864135"),
    arrival=Arrival(at=kyiv(11)),
    talk=replace(FRESH.talk, answered=True),
)
AGAIN = arrange_call(CALL, None, WISH, PLAIN, NOW)


def test_promise_is_own_call_at_moment() -> None:
    assert AGAIN.id == callback_id(CALL.id) != CALL.id
    assert (AGAIN.stage, AGAIN.leg, AGAIN.talk.answered) == (
        Stage.PROMISED,
        None,
        False,
    )
    assert AGAIN.callback.request is not None
    assert (AGAIN.callback.request.due, AGAIN.callback.request.activated) == (
        LATER,
        True,
    )
    assert (AGAIN.need.urgency, AGAIN.location.area) == ("urgent", "864135")


def test_promise_arrives_when_given() -> None:
    moved = arrange_call(CALL, AGAIN, WISH, PLAIN, NOW + timedelta(minutes=1))

    assert AGAIN.arrival.at == NOW != CALL.arrival.at
    assert moved.arrival.at == NOW


def test_beginning_of_identifier_is_its_own() -> None:
    assert not callback_id(CALL.id).startswith(CALL.id[:2])
    assert callback_id(callback_id(CALL.id)) not in {CALL.id, callback_id(CALL.id)}


def test_nobody_called_before_moment() -> None:
    assert may_be_called_at(PLAIN, WISH, NOW) == LATER
    assert is_untimely(AGAIN, PLAIN, NOW)
    assert not is_untimely(AGAIN, PLAIN, LATER)
    assert wait_for_another(AGAIN, PLAIN, LATER).stage is Stage.WAITING


def test_moment_in_quiet_hours_waits_for_end() -> None:
    at_night = replace(WISH, at=kyiv(23))

    due = may_be_called_at(ASLEEP, at_night, NOW)

    assert due == kyiv(7, 30) + timedelta(days=1)


def test_promise_asked_again_is_moved() -> None:
    known = replace(AGAIN, rev=4)

    moved = arrange_call(CALL, known, replace(WISH, at=kyiv(20)), PLAIN, NOW)

    assert (moved.id, moved.rev) == (AGAIN.id, 4)
    assert moved.callback.request is not None
    assert moved.callback.request.due == kyiv(20)


@pytest.mark.parametrize("stage", [Stage.WAITING, Stage.CLAIMED, Stage.CONNECTED])
def test_promise_being_kept_not_moved(stage: Stage) -> None:
    with pytest.raises(Stale):
        arrange_call(CALL, replace(AGAIN, stage=stage), WISH, PLAIN, NOW)


def test_promise_remembered_from_facts() -> None:
    record = callback_of(facts_of_schedule(CALL, AGAIN, WISH, NOW))

    assert record is not None
    kept = call_of_record(record)
    assert (kept.id, kept.callback.preferences, kept.arrival.at) == (
        AGAIN.id,
        WISH,
        AGAIN.arrival.at,
    )
    assert when_promised(record.promise) == f"from {LATER:%Y-%m-%d %H:%M} UTC"


def test_call_log_tells_promised_call() -> None:
    record = fold_facts(None, facts_of_schedule(CALL, AGAIN, WISH, NOW))

    assert record is not None
    assert (record.call, record.outcome) == (AGAIN.id, "callback")
    assert (record.language, record.urgency, record.caller) == (
        "uk",
        "urgent",
        "somebody",
    )


@pytest.mark.parametrize(
    "moment", [NOW, NOW - timedelta(hours=1), NOW + MOST_AHEAD + timedelta(minutes=1)]
)
def test_past_or_far_moment_refused(moment: object) -> None:
    with pytest.raises(Invalid, match="14 days"):
        check_moment(moment, NOW)  # type: ignore[arg-type]
