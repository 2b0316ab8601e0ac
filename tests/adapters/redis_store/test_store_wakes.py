"""The live state: what is due, asked for, and written down."""

from datetime import timedelta

from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ClaimId, ContactId
from ivr.core.model.values import replace
from ivr.ports import Change, Due, Store
from tests.adapters.redis_store.store_people import (
    LINE,
    at,
    claim,
    keep,
    kept_call,
    operator,
    queued,
    waiting,
)
from tests.ports.fakes import StillClock

# --- what is due ------------------------------------------------------------


def test_due_stays_due_until_moved(
    store: Store,
) -> None:
    keep(store, claim("k1", "c1", "o1", deadline=at(5)), operator("o1", due=at(8)))

    assert store.deadlines.due(LINE, at(4.999)) == []
    assert store.deadlines.due(LINE, at(5)) == [Due(kind="claim", key="k1")]
    assert store.deadlines.due(LINE, at(8)) == store.deadlines.due(LINE, at(8))
    assert len(store.deadlines.due(LINE, at(8))) == 2

    made = store.contacts.claim(LINE, ClaimId("k1"))
    assert made is not None
    keep(store, replace(made, deadline=at(50)))
    assert store.deadlines.due(LINE, at(8)) == [Due(kind="operator", key="o1")]


def test_key_with_colon_due_under_whole_name(store: Store) -> None:
    keep(store, claim("a:b:c", "c1", "o1", deadline=at(1)))

    assert store.deadlines.due(LINE, at(1)) == [Due(kind="claim", key="a:b:c")]


def test_caller_not_polling_has_strayed(store: Store) -> None:
    keep(store, waiting("c1", 0))
    key = ContactId("c1")
    assert not store.heartbeats.is_poll_overdue(LINE, key, at(59))
    assert store.heartbeats.is_poll_overdue(LINE, key, at(61))

    store.heartbeats.expect_poll(LINE, key, at(120))
    assert not store.heartbeats.is_poll_overdue(LINE, key, at(119))
    assert store.heartbeats.is_poll_overdue(LINE, key, at(121))


def test_late_poll_stays_late_after_change(
    store: Store,
) -> None:
    keep(store, waiting("c1", 0))
    store.heartbeats.expect_poll(LINE, ContactId("c1"), at(600))

    keep(store, replace(kept_call(store, "c1"), stage=Stage.CLAIMED))
    keep(store, replace(kept_call(store, "c1"), stage=Stage.WAITING))

    assert not store.heartbeats.is_poll_overdue(LINE, ContactId("c1"), at(300))


def test_change_expects_whoever_is_on_hold_still(store: Store) -> None:
    keep(store, waiting("c1", 0), waiting("c2", 0))
    first, other = kept_call(store, "c1"), kept_call(store, "c2")
    until = {first.id: at(120), other.id: at(120), ContactId("nobody"): at(120)}
    ended = replace(other, stage=Stage.ENDED)
    assert store.changes.commit(LINE, Change(save=(first, ended), expected=until))

    assert not store.heartbeats.is_poll_overdue(LINE, first.id, at(119))
    assert store.heartbeats.is_poll_overdue(LINE, first.id, at(121))
    for gone in (other.id, ContactId("nobody")):
        assert not store.heartbeats.is_poll_overdue(LINE, gone, at(999))


def test_change_that_is_refused_expects_nobody(store: Store) -> None:
    keep(store, waiting("c1", 0))
    late = waiting("c1", 0)

    assert (
        store.changes.commit(LINE, Change(save=(late,), expected={late.id: at(120)}))
        is None
    )
    assert store.heartbeats.is_poll_overdue(LINE, late.id, at(61))


def test_change_takes_place_in_pace(store: Store) -> None:
    assert store.changes.commit(LINE, Change(save=(waiting("c1", 0),), pace=0.5))

    assert store.carrier_memory.acquire_dial_slot(at(1), 0.5) == at(2)
    assert store.carrier_memory.acquire_dial_slot(at(2), 0.5) is None


# --- asking for routing -----------------------------------------------------


def test_first_of_many_requests_sends_job(store: Store) -> None:
    assert [store.routing.wake(LINE) for _ in range(3)] == [True, False, False]


def test_request_during_routing_leads_to_rerun(
    store: Store,
) -> None:
    store.routing.wake(LINE)
    run = store.routing.begin_routing(LINE)

    assert store.routing.wake(LINE), "it must not hide behind the job that runs"
    assert not store.routing.ack_routing(LINE, run, None)
    assert store.routing.routing_pending_since(LINE) is not None

    assert store.routing.ack_routing(LINE, store.routing.begin_routing(LINE), None)
    assert store.routing.routing_pending_since(LINE) is None


def test_request_unserved_since_first_made(store: Store, clock: StillClock) -> None:
    store.routing.wake(LINE)
    clock.pass_by(timedelta(seconds=7))
    store.routing.wake(LINE)

    assert store.routing.routing_pending_since(LINE) == at(0)


def test_request_of_router_that_died_stays_unserved(store: Store) -> None:
    store.routing.wake(LINE)
    store.routing.begin_routing(LINE)

    assert store.routing.routing_pending_since(LINE) == at(0)


def test_slow_router_hides_no_newer_request(
    store: Store,
) -> None:
    store.routing.wake(LINE)
    slow = store.routing.begin_routing(LINE)
    store.routing.wake(LINE)
    quick = store.routing.begin_routing(LINE)

    assert store.routing.ack_routing(LINE, quick, None)
    assert not store.routing.ack_routing(LINE, slow, None), "it looks again"


def test_routing_looks_again_when_time_has_come(store: Store) -> None:
    assert store.routing.ack_routing(LINE, store.routing.begin_routing(LINE), at(30))
    assert store.deadlines.due(LINE, at(29)) == []
    assert [due.kind for due in store.deadlines.due(LINE, at(30))] == ["routing"]

    assert store.routing.ack_routing(LINE, store.routing.begin_routing(LINE), None)
    assert store.deadlines.due(LINE, at(99)) == []


def test_waking_and_telling_change_asks_both_once(
    store: Store,
) -> None:
    change = Change(save=(waiting("c1", 0),), facts=(queued("c1"),), wake=True)
    first = store.changes.commit(LINE, change)
    second = store.changes.commit(
        LINE, Change(save=(), facts=(queued("c2"),), wake=True)
    )

    assert first is not None
    assert (first.route, first.write) == (True, True)
    assert second is not None
    assert (second.route, second.write) == (False, False)


# --- the pace of legs -------------------------------------------------------


def test_leg_created_once_in_a_second(store: Store) -> None:
    assert store.carrier_memory.acquire_dial_slot(at(0), 1.0) is None
    assert store.carrier_memory.acquire_dial_slot(at(0.4), 1.0) == at(1)
    assert store.carrier_memory.acquire_dial_slot(at(0.999), 1.0) == at(1), (
        "asking takes no place"
    )
    assert store.carrier_memory.acquire_dial_slot(at(1), 1.0) is None


def test_pace_may_be_several_in_a_second(store: Store) -> None:
    taken = [
        store.carrier_memory.acquire_dial_slot(at(tenth / 10), 5.0) is None
        for tenth in range(10)
    ]
    assert taken.count(True) == 5


# --- the journal ------------------------------------------------------------


def test_facts_stay_until_they_are_dropped(store: Store) -> None:
    facts = tuple(queued(f"c{number}") for number in range(5))
    store.changes.commit(LINE, Change(save=(), facts=facts))

    first = store.journal.take(LINE, 3)
    assert [fact for _, fact in first] == list(facts[:3])
    assert store.journal.take(LINE, 3) == first

    store.journal.drop(LINE, [entry for entry, _ in first])
    assert [fact for _, fact in store.journal.take(LINE, 9)] == list(facts[3:])
    store.journal.drop(LINE, [])


def test_fact_during_writing_sends_own_job(store: Store) -> None:
    store.changes.commit(LINE, Change(save=(), facts=(queued("c1"),)))
    store.journal.begin_writing(LINE)

    saved = store.changes.commit(LINE, Change(save=(), facts=(queued("c2"),)))

    assert saved is not None
    assert saved.write


def test_facts_of_refused_change_not_told(store: Store) -> None:
    ghost = waiting("c1", 0, rev=3)
    assert (
        store.changes.commit(LINE, Change(save=(ghost,), facts=(queued("c1"),))) is None
    )

    assert store.journal.take(LINE, 9) == []


# --- who is told --------------------------------------------------------------
