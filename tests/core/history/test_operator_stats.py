"""An operator's own day: what was answered, talked, waited for and missed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.core.history.operator_stats import (
    MissedOffer,
    OwnDay,
    calls_answered,
    day_start,
    missed_offers,
    own_day,
)
from ivr.core.model.facts import (
    CallbackPromised,
    CallerConnected,
    CallerQueued,
    Fact,
    OfferEnded,
    OfferRung,
    OperatorJoined,
    OperatorParted,
    TalkEnded,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.values import replace
from tests.core.one_operator import NOW, after
from tests.core.promise_fields import PROMISE

START = NOW - timedelta(hours=9)


def told(seconds: float, kind: type[Fact], claim: str = "k1", **more: Any) -> Any:
    """A fact of the call c1 of the claim k1, c2 of k2 and so on."""
    call = ContactId(f"c{claim[1:]}")
    values = {"claim": ClaimId(claim), "operator": OperatorId("anna")}
    if kind in {CallerQueued, CallbackPromised}:
        values = {}
    place: dict[str, Any] = {"line": LineKey("harbour"), "call": call}
    return kind(at=after(seconds), **place, **{**values, **more})


def queued(seconds: float, claim: str = "k1") -> Any:
    return told(seconds, CallerQueued, claim, language="uk", urgency="urgent")


def talk(start: float, end: float, claim: str = "k1") -> list[Fact]:
    over = told(end, TalkEnded, claim, by="caller")
    return [told(start, CallerConnected, claim), over]


def test_day_of_two_conversations_counted() -> None:
    about = [*talk(60, 160), *talk(300, 450, "k2")]
    of_calls = [queued(0), queued(200, "k2"), *about]

    day = own_day(about, of_calls, START, after(900))

    assert day == OwnDay(
        calls=2, talked=timedelta(seconds=250), longest_wait=timedelta(seconds=100)
    )
    assert calls_answered(about) == {ContactId("c1"), ContactId("c2")}


def test_nothing_has_happened_yet() -> None:
    assert own_day([], [], START, NOW) == OwnDay()


def test_ongoing_conversation_counted_until_now() -> None:
    about = talk(60, 160)[:1]

    assert own_day(about, [], START, after(100)).talked == timedelta(seconds=40)


def test_conversation_over_midnight_counted_from_midnight() -> None:
    about = talk(-90, 30)[1:]

    day = own_day(about, [], NOW, after(100))

    assert (day.calls, day.talked) == (0, timedelta(seconds=30))


def test_handed_over_conversation_ends_for_leaver() -> None:
    about = [*talk(60, 160)[:1], told(100, OperatorParted, why="transferred")]

    assert own_day(about, [], START, after(900)).talked == timedelta(seconds=40)


def test_joined_conversation_is_time_not_call() -> None:
    about = [told(60, OperatorJoined), told(90, OperatorParted, why="operator")]

    day = own_day(about, [], START, after(900))

    assert (day.calls, day.talked) == (0, timedelta(seconds=30))


def test_wait_after_lost_talk_counted_anew() -> None:
    about = [*talk(60, 100), *talk(130, 200, "k2")]
    again = replace(queued(110), again=True)
    second = replace(told(130, CallerConnected, "k2"), call=ContactId("c1"))
    of_calls = [queued(50), *talk(60, 100), again, second]

    assert own_day(about, of_calls, START, NOW).longest_wait == timedelta(seconds=20)


def test_called_back_did_not_wait_on_line() -> None:
    about = talk(9000, 9100)
    of_calls = [queued(0), told(60, CallbackPromised, **PROMISE), *about]

    day = own_day(about, of_calls, START, after(9200))

    assert (day.calls, day.longest_wait) == (1, None)


def test_wait_for_another_operator_is_not_ours() -> None:
    theirs = [queued(0), *talk(500, 600)]

    assert own_day([], theirs, START, NOW).longest_wait is None


@pytest.mark.parametrize(
    ("reason", "rung", "missed", "declined"),
    [
        ("no-answer", True, 1, 0),
        ("busy", True, 1, 0),
        ("expired", True, 1, 0),
        ("declined", True, 0, 1),
        ("failed", False, 1, 0),
        ("expired", False, 0, 0),
        ("carrier", True, 0, 0),
        ("caller-left", True, 0, 0),
    ],
)
def test_missed_means_rang_and_untaken(
    reason: str, *, rung: bool, missed: int, declined: int
) -> None:
    about = [told(1, OfferRung)] if rung else []
    about.append(told(20, OfferEnded, reason=reason))

    day = own_day(about, [], START, NOW)

    assert (day.missed, day.declined) == (missed, declined)
    offer = MissedOffer(at=after(20), call=ContactId("c1"), reason=reason)
    assert missed_offers(about) == ((offer,) if missed or declined else ())


def test_newest_missed_offer_comes_first() -> None:
    about = [
        told(20, OfferEnded, reason="declined"),
        told(40, OfferEnded, "k2", reason="declined"),
    ]

    assert [offer.call for offer in missed_offers(about)] == ["c2", "c1"]


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (datetime(2026, 1, 5, 17, tzinfo=UTC), datetime(2026, 1, 4, 22, tzinfo=UTC)),
        (datetime(2026, 1, 5, 22, tzinfo=UTC), datetime(2026, 1, 5, 22, tzinfo=UTC)),
        (
            datetime(2026, 1, 5, 21, 59, tzinfo=UTC),
            datetime(2026, 1, 4, 22, tzinfo=UTC),
        ),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 28, 22, tzinfo=UTC)),
        (datetime(2026, 3, 29, 21, tzinfo=UTC), datetime(2026, 3, 29, 21, tzinfo=UTC)),
    ],
    ids=["evening", "midnight", "before it", "clocks forward", "the night after"],
)
def test_day_begins_at_midnight_in_lines_zone(now: datetime, start: datetime) -> None:
    assert day_start("Europe/Kyiv", now) == start
