"""A store for one request: what hangs together is read at once, and not twice."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pytest
from redis import Redis

from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.model.address import PhoneNumber
from ivr.core.model.callee import Callee
from ivr.core.model.contact.callback import Callback, CallbackPreferences
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import ExitMenu, Page
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.talk_state import TalkState
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.operator import Telephone
from ivr.core.model.values import replace
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Change, Due, Store
from tests.adapters.redis_store.store_people import (
    LINE,
    at,
    claim,
    keep,
    operator,
    queued,
    seen,
    waiting,
)
from tests.ports.fakes import StillClock
from tests.ports.stores import counted_trips, counting_client

PHONE, OTHER_PHONE = "phone-1", "phone-2"
OTHER = LineKey("other")
DUE = Due(kind="leg", key="c1")


@pytest.fixture
def client(valkey_url: str) -> Iterator[Redis]:
    """A client that counts, of an empty store."""
    client = counting_client(valkey_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def store(client: Redis) -> Store:
    store = make_store(client, KeyVault.with_fresh_keys(), StillClock())
    talking = waiting(
        "c1", 0, caller=PHONE, stage=Stage.CLAIMED, talk=TalkState(claim=ClaimId("k1"))
    )
    number = Telephone(name=OTHER_PHONE)
    anna = operator("anna", telephone=number, claim=ClaimId("k1"))
    promised = replace(Callee(id=PHONE, line=LINE), promise=ContactId("c2"))
    saved = (talking, claim("k1", "c1", "anna"), anna, promised)
    assert store.changes.commit(
        LINE, Change(save=(*saved, waiting("c2", 1, caller=PHONE)))
    )
    # The first to ask of all connects, and brings the scripts to the server.
    assert store.contacts.call(LINE, ContactId("c1"))
    return store


def trips(ask: Callable[[], object]) -> int:
    before = counted_trips()
    ask()
    return counted_trips() - before


def ahead(store: Store) -> Mapping[str, int]:
    return store.queues.ahead(LINE, {("uk", "urgent"): at(9)}, lambda _: True)


def read_all(store: Store) -> tuple[object, ...]:
    """Whatever hangs together with the call."""
    called = store.contacts.call(LINE, ContactId("c1"))
    of_number = (
        store.contacts.calls_of(LINE, PHONE),
        store.contacts.last_call(LINE, PHONE),
    )
    people = (
        store.operators.enrolled(LINE, PHONE),
        store.operators.enrolled(LINE, OTHER_PHONE),
    )
    known = (
        store.operators.operator(LINE, OperatorId("anna")),
        store.contacts.callee(LINE, PHONE),
    )
    engaged = store.operators.find_telephone_uses([LINE], [OTHER_PHONE])
    talk = (
        store.talks.load_talk(LINE, contact=ContactId("c1")),
        store.live_rules.rule_versions(LINE),
    )
    promised = (
        store.contacts.call(LINE, ContactId("c2")),
        store.contacts.claim(LINE, ClaimId("k1")),
    )
    return called, of_number, people, known, engaged, talk, promised


def changed(store: Store, key: str = "c1") -> Contact:
    call = store.contacts.call(LINE, ContactId(key))
    assert call is not None
    return replace(call, menu=MenuPosition(draft="905"))


def test_request_reads_all_at_once(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1")

    assert trips(lambda: read_all(request)) == 1
    assert read_all(request) == read_all(store)


def test_request_about_claim_reads_same(store: Store) -> None:
    request = store.requests.for_request(LINE, claim="k1")

    assert trips(lambda: read_all(request)) == 1


def test_waiters_request_reads_wait_along(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1", waits=True)
    assert store.routing.wake(LINE)
    store.deadlines.note_due(LINE, DUE, at(0.1))

    def read_wait() -> object:
        pending = request.routing.routing_pending_since(LINE)
        first = request.deadlines.first_due(LINE, at(60))
        return (
            pending,
            request.operators.operators(LINE),
            request.statistics.figures(LINE),
            first,
        )

    assert trips(read_wait) == 1
    assert read_wait() == (
        store.routing.routing_pending_since(LINE),
        store.operators.operators(LINE),
        store.statistics.figures(LINE),
        DUE,
    )
    assert store.routing.routing_pending_since(LINE) is not None
    assert request.deadlines.first_due(LINE, at(0.05)) is None
    assert trips(lambda: ahead(request)) == 0
    assert ahead(request) == ahead(store) == {"uk": 1}


def test_long_queues_counted_by_server(store: Store) -> None:
    for number in range(50):
        assert store.changes.commit(LINE, Change(save=(waiting(f"d{number}", number),)))
    request = store.requests.for_request(LINE, leg="c1", waits=True)
    assert request.contacts.call(LINE, ContactId("c1"))

    assert trips(lambda: ahead(request)) == 1
    assert ahead(request) == ahead(store) == {"uk": 10}


def test_callers_counted_later_read_along(store: Store) -> None:
    apart = waiting("d1", 1, arrival=Arrival(at=at(1), counts_from=at(2)))
    assert store.changes.commit(LINE, Change(save=(apart,)))
    request = store.requests.for_request(LINE, leg="c1", waits=True)
    assert request.contacts.call(LINE, ContactId("c1"))

    def seen(of: Store) -> list[QueueEntry]:
        asked: list[QueueEntry] = []
        of.queues.ahead(LINE, {("uk", "urgent"): at(9)}, _noted(asked))
        return asked

    assert trips(lambda: seen(request)) == 0
    assert [head.call for head in seen(request)] == ["d1"]
    assert seen(request) == seen(store)


def _noted(asked: list[QueueEntry]) -> Callable[[QueueEntry], bool]:
    def is_ahead(head: QueueEntry) -> bool:
        asked.append(head)
        return False

    return is_ahead


def test_who_joins_queue_is_counted_after_change(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1", waits=True)
    assert ahead(request) == {"uk": 1}
    assert store.changes.commit(LINE, Change(save=(waiting("d1", 1),)))
    assert request.changes.commit(LINE, Change(save=(changed(request),)))

    assert ahead(request) == ahead(store) == {"uk": 2}


def test_moved_timer_looked_up_anew(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1", waits=True)
    request.deadlines.note_due(LINE, DUE, at(0.1))
    assert request.deadlines.first_due(LINE, at(0.1)) == DUE

    request.deadlines.put_off(LINE, DUE, at(0.2))
    assert request.deadlines.first_due(LINE, at(0.1)) is None

    assert request.deadlines.first_due(LINE, at(0.2)) == DUE
    request.deadlines.drop_due(LINE, DUE)
    assert request.deadlines.first_due(LINE, at(0.2)) is None


def test_roster_read_along_when_asked_for(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1", roster=True)
    assert request.contacts.call(LINE, ContactId("c1"))

    assert trips(lambda: request.operators.operators(LINE)) == 0
    assert request.operators.operators(LINE) == store.operators.operators(LINE)


def test_what_is_missing_is_asked_for_once(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="nobody", caller="phone-9")
    assert request.contacts.call(LINE, ContactId("nobody")) is None

    assert trips(lambda: request.contacts.call(LINE, ContactId("nobody"))) == 0
    assert trips(lambda: request.operators.enrolled(LINE, "phone-9")) == 0


def test_every_look_for_matching_takes_one_trip(store: Store) -> None:
    store.queues.snapshot(LINE, 4)
    keep(store, waiting("c3", 2, "family"), operator("bela"))

    assert trips(lambda: store.queues.snapshot(LINE, 4)) == 1
    assert seen(store.queues.snapshot(LINE, 4)) == ({"c2", "c3"}, {"anna", "bela"})


def test_routing_begins_and_ends_in_one_trip_each(store: Store) -> None:
    assert store.routing.wake(LINE)
    run = store.routing.begin_routing(LINE)
    assert store.routing.ack_routing(LINE, run, None)

    assert trips(lambda: store.routing.begin_routing(LINE)) == 1
    assert trips(lambda: store.routing.ack_routing(LINE, run, None)) == 1


def test_telephones_of_lines_take_one_trip(store: Store) -> None:
    lines, phones = [LINE, OTHER], [PHONE, OTHER_PHONE]
    request = store.requests.for_request(LINE, leg="c1")
    known = store.operators.find_telephone_uses(lines, phones)

    assert trips(lambda: store.operators.find_telephone_uses(lines, phones)) == 1
    assert trips(lambda: store.operators.find_telephone_uses(lines, [])) == 0
    assert trips(lambda: request.operators.find_telephone_uses(lines, phones)) == 1
    assert trips(lambda: request.operators.find_telephone_uses(lines, phones)) == 0
    assert request.operators.find_telephone_uses(lines, phones) == known


def test_change_read_anew_on_same_way(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1")
    after, other = changed(request), changed(store, "c2")

    def change() -> None:
        assert store.changes.commit(LINE, Change(save=(other,)))
        assert request.changes.commit(LINE, Change(save=(after,)))
        read_all(request)

    assert trips(change) == 2
    assert read_all(request) == read_all(store)
    assert request.contacts.call(LINE, ContactId("c1")) == replace(
        after, rev=after.rev + 1
    )


def test_place_in_pace_taken_along(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1")
    after = changed(request)
    # The first to take a place brings the script to the server.
    assert store.carrier_memory.acquire_dial_slot(at(-9), 1.0) is None

    assert (
        trips(lambda: request.changes.commit(LINE, Change(save=(after,), pace=0.1)))
        == 1
    )
    assert request.contacts.call(LINE, ContactId("c1")) == store.contacts.call(
        LINE, ContactId("c1")
    )
    assert store.carrier_memory.acquire_dial_slot(at(1), 1.0) == at(10)


def test_whoever_was_second_reads_what_first_saved(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1")
    mine, theirs = (
        changed(request),
        replace(changed(store), menu=MenuPosition(draft="906")),
    )
    assert store.changes.commit(LINE, Change(save=(theirs,)))

    assert request.changes.commit(LINE, Change(save=(mine,))) is None
    assert request.contacts.call(LINE, ContactId("c1")) == store.contacts.call(
        LINE, ContactId("c1")
    )


def test_refused_facts_decided_anew(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1")
    known = changed(request)
    assert store.changes.commit(LINE, Change(save=(changed(store),)))
    facts = Change(save=(), facts=(queued("c1"),), unchanged=(known,))

    assert request.changes.commit(LINE, facts) is None
    assert request.contacts.call(LINE, ContactId("c1")) == store.contacts.call(
        LINE, ContactId("c1")
    )


def test_callee_of_wished_number_read_along(client: Redis, store: Store) -> None:
    vault, number = KeyVault.with_fresh_keys(), PhoneNumber("+447700900123")
    name, sealed = vault.pseudonym(number), vault.seal_number(number)
    store = make_store(client, vault, StillClock())
    asked, menu = ExitMenu(Page.CONFIRMING), MenuPosition(draft="447700900123")
    typed = waiting("d1", 1, exit_menu=asked, menu=menu)
    wished = waiting(
        "d2", 1, callback=Callback(preferences=CallbackPreferences(number=sealed))
    )
    lost = Callback(preferences=CallbackPreferences(number="sealed with a lost key"))
    unreadable = waiting("d3", 1, callback=lost)
    promised = Callee(id=name, line=LINE, promise=ContactId("d2"))
    assert store.changes.commit(
        LINE, Change(save=(typed, wished, unreadable, promised))
    )

    for key in ("d1", "d2"):
        request = store.requests.for_request(LINE, leg=key)
        assert request.contacts.call(LINE, ContactId(key))
        assert trips(partial(request.contacts.callee, LINE, name)) == 0
        assert request.contacts.callee(LINE, name) == store.contacts.callee(LINE, name)
    assert store.contacts.call(LINE, ContactId("d3"))


def test_switchboards_calls_read_only_if_asked(store: Store) -> None:
    for number in range(50):
        assert store.changes.commit(
            LINE, Change(save=(waiting(f"d{number}", 2, caller=PHONE),))
        )
    request = store.requests.for_request(LINE, leg="c1")
    assert request.contacts.call(LINE, ContactId("c1"))

    assert trips(lambda: request.contacts.calls_of(LINE, PHONE)) == 1
    assert len(request.contacts.calls_of(LINE, PHONE)) == 52


def test_documents_without_links_found_one_by_one(store: Store, client: Redis) -> None:
    for key in client.keys("hotline:{example}:*:*"):
        if client.type(key) == b"hash":
            client.hdel(key, "links")
    request = store.requests.for_request(LINE, leg="c1")

    assert trips(lambda: read_all(request)) > 1
    assert read_all(request) == read_all(store)


def test_server_that_knows_no_script_saves_once(store: Store, client: Redis) -> None:
    request = store.requests.for_request(LINE, leg="c1")
    after = changed(request)
    client.script_flush()

    assert request.changes.commit(LINE, Change(save=(after,), facts=(queued("c1"),)))
    assert len(store.journal.take(LINE, 9)) == 1
    assert read_all(request) == read_all(store)


def test_published_rules_count_for_next_request(store: Store, client: Redis) -> None:
    other = make_store(client, KeyVault.with_fresh_keys(), StillClock())
    first = RuleVersion(version=1, toml="a", published_at=at(0))
    later = RuleVersion(version=2, toml="b", published_at=at(1))
    for published in (first, later):
        other.live_rules.put_rule_versions(LINE, [published])

        assert store.requests.for_request(LINE).live_rules.rule_versions(LINE) == (
            published,
        )
        assert other.requests.for_request(LINE).live_rules.rule_versions(LINE) == (
            published,
        )


def test_lost_rules_known_no_more(store: Store, client: Redis) -> None:
    store.live_rules.put_rule_versions(
        LINE, [RuleVersion(version=1, toml="a", published_at=at(0))]
    )
    assert store.live_rules.rule_versions(LINE)
    client.flushall()

    assert store.live_rules.rule_versions(LINE) == ()
    assert store.talks.load_talk(LINE, contact=ContactId("c1")).rules == ()


def test_rules_put_in_request_count_in_it(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1")
    assert request.live_rules.rule_versions(LINE) == ()
    published = RuleVersion(version=1, toml="a", published_at=at(0))
    request.live_rules.put_rule_versions(LINE, [published])

    assert request.live_rules.rule_versions(LINE) == (published,)


def script_runs(client: Redis) -> int:
    return int(client.info("commandstats")["cmdstat_evalsha"]["calls"])


def in_menu(store: Store) -> Contact:
    return replace(changed(store), stage=Stage.MENU)


def test_answer_in_menu_reads_nothing_anew(store: Store, client: Redis) -> None:
    request = store.requests.for_request(LINE, leg="c1")
    answer, before = in_menu(request), script_runs(client)
    assert request.changes.commit(LINE, Change(save=(answer,)))
    assert script_runs(client) == before + 1

    assert trips(lambda: request.contacts.call(LINE, ContactId("c1"))) == 1
    assert request.contacts.call(LINE, ContactId("c1")) == replace(
        answer, rev=answer.rev + 1
    )


def test_lost_answer_in_menu_is_decided_anew(store: Store) -> None:
    request = store.requests.for_request(LINE, leg="c1")
    late = in_menu(request)
    assert store.changes.commit(LINE, Change(save=(in_menu(store),)))

    assert request.changes.commit(LINE, Change(save=(late,))) is None
    assert changed(request).rev == late.rev + 1
