"""What a desk is told over pub/sub, from a real server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from redis import Redis

from ivr.adapters.redis_store.change_feed import RedisChangeFeed
from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile
from ivr.ports import Change, News, Store
from tests.ports.fakes import EVENING, StillClock

LINE, OTHER = LineKey("example"), LineKey("other")
Heard = Iterator[News | None]


def operator(name: str, line: LineKey = LINE) -> Operator:
    return Operator(
        id=OperatorId(name),
        line=line,
        profile=Profile(name=name, languages=("uk",)),
        since=EVENING,
        idle_since=EVENING,
    )


@pytest.fixture
def store(redis: Redis) -> Store:
    return make_store(redis, KeyVault.with_fresh_keys(), StillClock())


@pytest.fixture
def heard(redis: Redis) -> Heard:
    pauses: list[float] = []
    return RedisChangeFeed(redis, pauses.append).listen((LINE, OTHER))


def next_news(heard: Heard) -> News:
    """What is told next; a server that is busy may tell nothing for a while."""
    return next(news for news in heard if news is not None)


def test_new_listener_told_all_may_have_changed(
    heard: Heard,
) -> None:
    assert [next_news(heard), next_news(heard)] == [(LINE, None), (OTHER, None)]


def test_changed_operator_told_by_line_and_id(heard: Heard, store: Store) -> None:
    assert [next_news(heard) for _ in range(2)]
    store.changes.commit(LINE, Change(save=(operator("anna"),)))
    store.changes.commit(OTHER, Change(save=(operator("olha", OTHER),)))

    assert next_news(heard) == (LINE, "anna")
    assert next_news(heard) == (OTHER, "olha")


def test_change_that_lost_race_tells_nothing(heard: Heard, store: Store) -> None:
    assert [next_news(heard) for _ in range(2)]
    store.changes.commit(LINE, Change(save=(operator("anna"),)))
    store.changes.commit(LINE, Change(save=(operator("anna"),)))
    store.changes.commit(LINE, Change(save=(operator("olha"),)))

    assert [next_news(heard), next_news(heard)] == [(LINE, "anna"), (LINE, "olha")]


def test_nothing_said_while_nothing_happens(heard: Heard) -> None:
    assert [next_news(heard) for _ in range(2)]

    assert next(heard) is None


def test_gap_followed_by_everybody(heard: Heard, redis: Redis) -> None:
    assert [next_news(heard) for _ in range(2)]
    redis.client_kill_filter(_type="pubsub")

    assert [next_news(heard), next_news(heard)] == [(LINE, None), (OTHER, None)]


def test_desk_believed_in_until_time(store: Store) -> None:
    anna, until = OperatorId("anna"), EVENING + timedelta(seconds=15)
    store.heartbeats.expect_desk(LINE, anna, until)

    due = store.deadlines.due(LINE, until)

    assert [(each.kind, each.key) for each in due] == [("desk", "anna")]
    assert store.heartbeats.desk_until(LINE, anna) == until
    store.heartbeats.forget_desk(LINE, anna)
    assert store.heartbeats.desk_until(LINE, anna) is None
    assert store.deadlines.due(LINE, until) == []
