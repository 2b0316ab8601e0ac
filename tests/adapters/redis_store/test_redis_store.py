"""The live state on a real Valkey: its keys, for how long they last, what is sealed.

What it promises whoever asks it is in the suite of ``test_store_entities`` and its
neighbours, which the store in memory passes too.
"""

import pytest
from redis import Redis
from redis.client import PubSub

from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.model.claim import Companions, ended
from ivr.core.model.contact.ending import Ending
from ivr.core.model.contact.exit_menu import ExitMenu, Page
from ivr.core.model.contact.location import Location
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.talk_state import TalkState
from ivr.core.model.contact.waiting import Affinity, Arrival
from ivr.core.model.errors import Unreadable
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.values import replace
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Change, Entity, Store
from tests.adapters.redis_store.store_people import (
    LINE,
    at,
    claim,
    keep,
    kept_call,
    located,
    operator,
    queued,
    seen,
    waiting,
)
from tests.ports.fakes import StillClock
from tests.web.contents import of_redis

AREA = "90517"
DEPTH = 4


@pytest.fixture
def store(redis: Redis, clock: StillClock) -> Store:
    return make_store(redis, KeyVault.with_fresh_keys(), clock)


@pytest.mark.parametrize("is_request", [False, True])
def test_saved_though_pace_is_not_taken(
    store: Store, redis: Redis, *, is_request: bool
) -> None:
    """What was saved is told as saved: somebody is to be dialled because of it."""
    redis.lpush("hotline:{carrier}:legs", "no moment")
    asked = store.requests.for_request(LINE, leg="c1") if is_request else store

    assert asked.changes.commit(LINE, Change(save=(waiting("c1", 0),), pace=1.0))

    assert kept_call(store, "c1").stage is Stage.WAITING


@pytest.mark.parametrize("stale", [0, 1, 2])
def test_change_of_three_saved_whole(store: Store, redis: Redis, stale: int) -> None:
    three: list[Entity] = [waiting("c1", 0), operator("o1"), claim("k1", "c1", "o1")]
    keep(store, three[stale])
    before = of_redis(redis)

    change = Change(save=three, facts=(queued("c1"),), wake=True)
    assert store.changes.commit(LINE, change) is None

    assert of_redis(redis) == before


def test_area_is_nowhere_in_clear(store: Store, redis: Redis) -> None:
    caller = waiting(
        "c1", 0, location=Location(area=AREA), menu=MenuPosition(draft=AREA)
    )
    store.changes.commit(LINE, Change(save=(caller,), facts=(located("c1", AREA),)))

    assert AREA.encode() not in b"".join(of_redis(redis).values())
    assert kept_call(store, "c1").location.area == AREA
    ((_, fact),) = store.journal.take(LINE, 1)
    assert getattr(fact, "area", "") not in {"", AREA}


def test_only_ended_forgotten_after_hour(store: Store, redis: Redis) -> None:
    keep(store, waiting("c1", 0), waiting("c2", 0), operator("o1"))
    keep(store, claim("k1", "c1", "o1"))
    made = store.contacts.claim(LINE, ClaimId("k1"))
    assert made is not None
    keep(
        store,
        replace(kept_call(store, "c1"), stage=Stage.ENDED),
        ended(made, "caller-left"),
    )

    hour = 3600
    for gone in ("call:c1", "claim:k1"):
        assert hour - 5 <= redis.ttl(f"hotline:{{{LINE}}}:{gone}") <= hour
    for stays in ("call:c2", "operator:o1"):
        assert redis.ttl(f"hotline:{{{LINE}}}:{stays}") == -1


def test_ended_call_left_in_no_list(store: Store, redis: Redis) -> None:
    keep(store, waiting("c1", 0))
    store.heartbeats.expect_poll(LINE, ContactId("c1"), at(60))
    keep(store, replace(kept_call(store, "c1"), stage=Stage.ENDED))

    lists = [key for key in redis.keys("*") if redis.type(key) == b"zset"]
    assert [key for key in lists if redis.zscore(key, "c1") is not None] == []


def test_poll_of_ended_call_leaves_nothing(store: Store, redis: Redis) -> None:
    keep(store, waiting("c1", 0))
    keep(store, replace(kept_call(store, "c1"), stage=Stage.ENDED))
    store.heartbeats.expect_poll(LINE, ContactId("c1"), at(60))

    assert redis.zcard(f"hotline:{{{LINE}}}:polls") == 0


def test_every_key_carries_tag_of_line(store: Store, redis: Redis) -> None:
    everyone = (waiting("c1", 0), operator("o1", due=at(5)), claim("k1", "c1", "o1"))
    store.changes.commit(LINE, Change(save=everyone, facts=(queued("c1"),), wake=True))
    store.routing.ack_routing(LINE, store.routing.begin_routing(LINE), at(9))
    store.live_rules.put_rule_versions(
        LINE, [RuleVersion(version=0, toml="zone = 'UTC'")]
    )
    store.carrier_memory.acquire_dial_slot(at(0), 1.0)

    keys = {name.removeprefix("redis ") for name in of_redis(redis)}
    assert all(key.startswith("hotline:{") for key in keys)
    assert {key for key in keys if f"{{{LINE}}}" not in key} == {
        "hotline:{carrier}:legs"
    }


def test_older_releases_rules_disturb_nobody(store: Store, redis: Redis) -> None:
    redis.set(f"hotline:{{{LINE}}}:rules", "zone = 'UTC'")

    assert store.live_rules.rule_versions(LINE) == ()
    published = RuleVersion(version=1, toml="zone = 'UTC'", published_at=at(1))
    store.live_rules.put_rule_versions(LINE, [published])
    assert store.live_rules.rule_versions(LINE) == (published,)


def test_unrenewed_figures_gone_after_a_day(store: Store, redis: Redis) -> None:
    store.statistics.put_figures(LINE, WaitFigures(made=at(0), hours={}))

    (key,) = redis.keys("*:figures")
    assert 86_000 < redis.ttl(key) <= 86_400


def test_suspicions_forgotten_when_nobody_looks(store: Store, redis: Redis) -> None:
    store.carrier_memory.note_orphaned_legs(LINE, [LegId("leg-1")], at(0))

    assert 0 < redis.ttl(f"hotline:{{{LINE}}}:strangers") <= 600


def test_unqueued_or_withheld_leaves_no_name(store: Store, redis: Redis) -> None:
    keep(
        store, waiting("c1", 0, stage=Stage.ENDED, arrival=Arrival(), caller="somebody")
    )
    keep(store, waiting("c2", 0, stage=Stage.ENDED))

    assert redis.keys("*caller*") == []


def test_queues_listed_while_somebody_is_in_them(store: Store, redis: Redis) -> None:
    own = waiting("c1", 0, affinity=Affinity(operator=OperatorId("anna")))
    other, same = waiting("c2", 1, "family"), waiting("c3", 2, "family")
    keep(store, own, other, same)
    listed = f"hotline:{{{LINE}}}:queues"
    assert redis.smembers(listed) == {b"uk:urgent:anna", b"uk:family"}

    for call in (own, other):
        keep(store, replace(call, stage=Stage.ENDED, rev=1))
    assert redis.smembers(listed) == {b"uk:family"}
    keep(
        store,
        replace(
            same,
            stage=Stage.CLAIMED,
            talk=same.talk.bind_claim(ClaimId("k1")),
            rev=1,
        ),
    )
    assert redis.smembers(listed) == set()

    keep(store, replace(same, rev=2))
    (heads,) = store.queues.snapshot(LINE, 4).heads
    assert [head.call for head in heads] == ["c3"]


def test_typed_number_is_nowhere_in_clear(store: Store, redis: Redis) -> None:
    typed = "447700900765"
    keep(
        store,
        waiting(
            "c1", 0, exit_menu=ExitMenu(Page.CONFIRMING), menu=MenuPosition(draft=typed)
        ),
    )

    held = b"".join(of_redis(redis).values())

    assert typed.encode() not in held
    assert kept_call(store, "c1").menu.draft == typed


def test_changes_of_others_seen_later(redis: Redis, store: Store) -> None:
    store.queues.snapshot(LINE, DEPTH)
    other = make_store(redis, KeyVault.with_fresh_keys(), StillClock())
    keep(other, waiting("c1", 0), operator("o1"))

    assert seen(store.queues.snapshot(LINE, DEPTH)) == seen(
        other.queues.snapshot(LINE, DEPTH)
    )


def test_wiped_store_seen_empty(redis: Redis, store: Store) -> None:
    keep(store, waiting("c1", 0), operator("o1"))
    store.queues.snapshot(LINE, DEPTH)
    redis.flushall()

    assert seen(store.queues.snapshot(LINE, DEPTH)) == (set(), set())


def test_flag_of_sent_job_does_not_last(store: Store, redis: Redis) -> None:
    store.routing.wake(LINE)

    assert 0 < redis.pttl(f"hotline:{{{LINE}}}:asked:route") <= 1000


def test_desk_told_once_per_change(store: Store, redis: Redis) -> None:
    told: PubSub = redis.pubsub(  # type: ignore[no-untyped-call]
        ignore_subscribe_messages=True
    )
    told.subscribe("hotline:{example}:told")
    told.get_message(timeout=1)

    keep(store, waiting("c1", 0))
    keep(store, claim("k1", "c1", "o1"), operator("o1"))
    keep(store, claim("k2", "c2", "o2"))
    stale = store.changes.commit(LINE, Change(save=(operator("o1"),)))

    messages = [told.get_message(timeout=60) for _ in range(2)]
    assert stale is None
    assert [each and each["data"] for each in messages] == [b"o1", b"o2"]
    assert told.get_message() is None
    told.close()


def test_empty_queue_listed_no_more(store: Store, redis: Redis) -> None:
    handed = waiting(
        "c1", 0, affinity=Affinity(team="Ночь: один", handed_at=at(100.000001))
    )
    reclassed = Arrival(at=at(0), counts_from=at(60))
    came = waiting(
        "c2",
        0,
        arrival=reclassed,
        affinity=Affinity(team="Ночь: один", handed_at=at(70)),
    )
    owned = waiting(
        "c3", 0, arrival=reclassed, affinity=Affinity(operator=OperatorId("anna"))
    )
    keep(store, handed, came, owned, waiting("c4", 1))
    assert redis.scard(f"hotline:{{{LINE}}}:queues") == 4

    for call in (handed, came, owned):
        keep(
            store,
            replace(
                call,
                stage=Stage.CLAIMED,
                talk=call.talk.bind_claim(ClaimId("k1")),
                rev=1,
            ),
        )

    assert redis.smembers(f"hotline:{{{LINE}}}:queues") == {b"uk:urgent"}


def test_number_of_no_live_call_leaves_nothing(store: Store, redis: Redis) -> None:
    call = waiting("c1", 1, caller="n1")
    keep(store, call)
    keep(
        store,
        replace(call, stage=Stage.ENDED, ending=Ending(at=at(9)), rev=1),
    )

    assert not redis.exists(f"hotline:{{{LINE}}}:calls-of:n1")
    assert not redis.exists(f"hotline:{{{LINE}}}:on-call:n1")


@pytest.mark.parametrize("links", [None, "", "call:c9\nclaim:k9"])
def test_talk_whole_despite_older_links(
    store: Store, redis: Redis, links: str | None
) -> None:
    bound = operator("o1", claim=ClaimId("k1"))
    keep(
        store,
        waiting("c1", 0, talk=TalkState(claim=ClaimId("k1"))),
        bound,
        operator("o2"),
    )
    keep(store, claim("k2", "c1", "o2", companions=Companions(host=ClaimId("k1"))))
    keep(store, claim("k1", "c1", "o1", companions=Companions(guest=ClaimId("k2"))))
    for name in ("claim:k1", "claim:k2", "call:c1"):
        if links is None:
            redis.hdel(f"hotline:{{{LINE}}}:{name}", "links")
        else:
            redis.hset(f"hotline:{{{LINE}}}:{name}", "links", links)

    for found in (
        store.talks.load_talk(LINE, claim=ClaimId("k1")).talk,
        store.talks.load_talk(LINE, contact=ContactId("c1")).talk,
        store.talks.load_talk(LINE, operator=OperatorId("o1")).talk,
    ):
        assert found.key == "k1"
        assert set(found.claims) == {"k1", "k2"}
        assert set(found.calls) == {"c1"}
        assert set(found.operators) == {"o1", "o2"}


def test_partly_newer_talk_is_unreadable(store: Store, redis: Redis) -> None:
    keep(
        store,
        waiting("c1", 0, talk=TalkState(claim=ClaimId("k1"))),
        operator("o1"),
    )
    keep(store, claim("k1", "c1", "o1"))
    redis.hset(f"hotline:{{{LINE}}}:operator:o1", "doc", '{"state": "in space"}')

    with pytest.raises(Unreadable) as refused:
        store.talks.load_talk(LINE, claim=ClaimId("k1"))
    assert refused.value.rev == 1


@pytest.mark.parametrize("changed", ["operator", "call"])
def test_nothing_saved_on_changed_ground(
    store: Store, redis: Redis, changed: str
) -> None:
    keep(store, waiting("c1", 0), operator("o1"), claim("k1", "c1", "o1"))
    found = store.talks.load_talk(LINE, claim=ClaimId("k1")).talk
    meanwhile: dict[str, Entity] = {
        "operator": found.operators[OperatorId("o1")],
        "call": found.calls[ContactId("c1")],
    }
    keep(store, meanwhile[changed])
    before = of_redis(redis)

    promise = found.claims[ClaimId("k1")]
    change = Change(save=(promise,), unchanged=tuple(meanwhile.values()))
    assert store.changes.commit(LINE, change) is None

    assert of_redis(redis) == before


def test_full_server_still_tells_what_it_keeps(store: Store, redis: Redis) -> None:
    keep(
        store,
        waiting("c1", 0, talk=TalkState(claim=ClaimId("k1"))),
        operator("o1"),
    )
    keep(store, claim("k1", "c1", "o1"))
    redis.config_set("maxmemory", "1")
    try:
        assert kept_call(store, "c1").talk.claim == "k1"
        assert store.talks.load_talk(LINE, claim=ClaimId("k1")).talk.call is not None
    finally:
        redis.config_set("maxmemory", "0")
