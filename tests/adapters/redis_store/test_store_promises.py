"""Promises, places that are kept, and who is found by which number."""

from collections.abc import Callable

import pytest

from ivr.core.history.report import queue_entry_of
from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Ending
from ivr.core.model.contact.exit_menu import ExitMenu, Page
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Affinity, Arrival, QueueWait
from ivr.core.model.identifiers import ContactId, LegId, LineKey, OperatorId
from ivr.core.model.values import replace
from ivr.core.queue.priority import QueueEntry
from ivr.ports import Due, Store
from tests.adapters.redis_store.store_people import LINE, at, keep, kept_call, waiting

OTHER = LineKey("other")
SEALED = "sealed-number"


def promised(name: str, arrived: float, **more: object) -> Contact:
    """Somebody who was promised a call back, and whose turn it is."""
    promise = CallbackRequest(made=at(arrived), activated=True)
    wish = CallbackPreferences(number=SEALED, start=9, end=21)
    call = waiting(name, arrived, callback=Callback(preferences=wish, request=promise))
    return replace(call, **more)  # type: ignore[arg-type]


def with_leg(call: Contact, leg: str) -> Contact:
    """The same call as it was saved, with the person's leg."""
    assert call.callback.request is not None
    ringing = replace(call.callback.request, leg=LegId(leg))
    return replace(
        call, callback=replace(call.callback, request=ringing), rev=call.rev + 1
    )


def test_promise_found_by_persons_leg(store: Store) -> None:
    call = promised("c1", 0)
    keep(store, call)
    keep(store, with_leg(call, "leg-1"))

    found = store.contacts.call(LINE, ContactId("leg-1"))

    assert found == store.contacts.call(LINE, call.id)
    assert found is not None
    assert found.callback.preferences == call.callback.preferences
    assert store.contacts.call(OTHER, ContactId("leg-1")) is None


def test_leg_of_earlier_try_still_names_call(store: Store) -> None:
    call = promised("c1", 0)
    keep(store, call)
    first = with_leg(call, "leg-1")
    keep(store, first)
    keep(store, with_leg(first, "leg-2"))

    assert store.contacts.call(LINE, ContactId("leg-1")) == store.contacts.call(
        LINE, ContactId("leg-2")
    )


def test_latest_call_left_last(store: Store) -> None:
    first = waiting("c1", 0, caller="somebody")
    second = waiting("c2", 1, caller="somebody")
    other = waiting("c3", 2, caller="another")
    keep(store, first, second, other)
    assert store.contacts.last_call(LINE, "somebody") is None, "they are on the line"

    keep(
        store,
        replace(first, stage=Stage.ENDED, ending=Ending(at=at(5)), rev=1),
    )
    keep(
        store,
        replace(second, stage=Stage.ENDED, ending=Ending(at=at(6)), rev=1),
    )

    found = store.contacts.last_call(LINE, "somebody")
    assert found is not None
    assert found.id == second.id
    assert store.contacts.last_call(LINE, "another") is None
    assert store.contacts.last_call(OTHER, "somebody") is None


def test_many_cut_off_each_counted(store: Store) -> None:
    names = [f"operator-{number:03}" for number in range(300)]
    calls = [
        waiting(f"c{number:03}", number, affinity=Affinity(operator=OperatorId(name)))
        for number, name in enumerate(names)
    ]
    for call in calls:
        keep(store, call)

    heads = store.queues.snapshot(LINE, 4).heads

    assert sorted(str(head.belongs_to) for (head,) in heads) == names
    marks = {("uk", "urgent"): at(200)}
    assert store.queues.ahead(LINE, marks, bool) == {"uk": 200}


@pytest.mark.parametrize("stage", [Stage.ENDED, Stage.PROMISED])
def test_promise_is_due_while_it_binds(store: Store, stage: Stage) -> None:
    promise = CallbackRequest(made=at(0), activated=True, due=at(60))
    call = promised("c1", 0, stage=Stage.PROMISED).with_request(promise)
    keep(store, call)

    keep(store, replace(call, stage=stage, rev=1))

    found = [(due.kind, due.key) for due in store.deadlines.due(LINE, at(61))]
    assert found == ([("call", "c1")] if stage is Stage.PROMISED else [])
    assert store.deadlines.due(LINE, at(59)) == []


def test_caller_at_way_out_expects_no_poll(
    store: Store,
) -> None:
    caller = waiting("c1", 0)
    keep(store, caller)
    assert store.heartbeats.is_poll_overdue(LINE, caller.id, at(61))

    keep(store, replace(caller, exit_menu=ExitMenu(Page.MESSAGE), rev=1))
    assert not store.heartbeats.is_poll_overdue(LINE, caller.id, at(10**6))

    keep(store, replace(caller, rev=2))
    assert store.heartbeats.is_poll_overdue(LINE, caller.id, at(61))


def test_caller_who_types_may_be_silent_longer(
    store: Store,
) -> None:
    caller = waiting("c1", 0, exit_menu=ExitMenu(Page.TYPING))
    keep(store, caller)
    assert not store.heartbeats.is_poll_overdue(LINE, caller.id, at(359))
    assert store.heartbeats.is_poll_overdue(LINE, caller.id, at(361))


def test_callers_found_by_time_waited(store: Store) -> None:
    first, second = (
        waiting(f"c{n}", n, wait=QueueWait(since=at(n * 60))) for n in (1, 2)
    )
    keep(store, first)
    keep(store, second)
    assert store.queues.waiting_since(LINE, at(59)) == []
    assert store.queues.waiting_since(LINE, at(60)) == [first.id]
    assert store.queues.waiting_since(LINE, at(120)) == [first.id, second.id]

    keep(store, replace(first, exit_menu=ExitMenu(Page.NUMBER), rev=1))
    keep(store, replace(second, stage=Stage.CLAIMED, rev=1))
    assert store.queues.waiting_since(LINE, at(120)) == []


def test_scheduled_call_not_left_by_caller(
    store: Store,
) -> None:
    """Whoever rings before the moment neither takes its place nor ends it."""
    left = waiting(
        "c1", 0, stage=Stage.ENDED, caller="somebody", ending=Ending(at=at(9))
    )
    keep(store, left)
    again = promised("c2", 0, stage=Stage.PROMISED, caller=left.caller)
    again = again.with_preferences(CallbackPreferences(number=SEALED, at=at(900)))
    keep(store, again)

    assert store.contacts.last_call(LINE, "somebody") == kept_call(store, "c1")

    over = replace(again, stage=Stage.ENDED, ending=Ending(at=at(950)), rev=1)
    keep(store, over)
    assert store.contacts.last_call(LINE, "somebody") == kept_call(store, "c2")


def _noted(asked: list[QueueEntry]) -> Callable[[QueueEntry], bool]:
    def is_ahead(head: QueueEntry) -> bool:
        asked.append(head)
        return False

    return is_ahead


def test_caller_sharing_place_is_not_queued(store: Store) -> None:
    first, second = waiting("c1", 1, caller="n1"), waiting("c2", 2, caller="n1")
    keep(store, first, second)

    keep(store, replace(second, wait=replace(second.wait, beside=True), rev=1))

    assert [call.id for call in store.queues.waiting(LINE)] == ["c1"]
    ((head,),) = store.queues.snapshot(LINE, 4).heads
    assert head.call == "c1"


def test_doubted_leg_due_until_checked(store: Store) -> None:
    due = Due(kind="leg", key="c1")
    store.deadlines.note_due(LINE, due, at(5))

    assert store.deadlines.due(LINE, at(4)) == []
    assert store.deadlines.due(LINE, at(5)) == [due]
    store.deadlines.drop_due(LINE, due)
    assert store.deadlines.due(LINE, at(5)) == []


def test_handed_caller_seen_with_team(
    store: Store,
) -> None:
    handed = waiting(
        "c1", 0, affinity=Affinity(team="Ночь: один", handed_at=at(100.000001))
    )
    keep(store, handed, waiting("c2", 1))

    heads = {head.call: head for (head,) in store.queues.snapshot(LINE, 4).heads}

    assert (heads[handed.id].team, heads[handed.id].handed) == (
        "Ночь: один",
        at(100.000001),
    )
    assert (heads[ContactId("c2")].team, heads[ContactId("c2")].handed) == ("", None)
    assert store.queues.ahead(LINE, {("uk", "urgent"): at(200)}, bool) == {"uk": 2}


def test_caller_of_other_class_counted_apart(
    store: Store,
) -> None:
    """Else the first of a queue would not be the one who waits longest in it."""
    plain, since = waiting("c1", 50), at(60.000001)
    first, second = (Arrival(at=at(n), counts_from=since) for n in (0, 10))
    came = waiting(
        "c2", 0, arrival=first, affinity=Affinity(team="Ночь: один", handed_at=at(70))
    )
    owned = waiting(
        "c3", 10, arrival=second, affinity=Affinity(operator=OperatorId("anna"))
    )
    keep(store, plain, came, owned)

    heads = {head.call: head for (head,) in store.queues.snapshot(LINE, 4).heads}
    asked: list[QueueEntry] = []
    ahead = store.queues.ahead(LINE, {("uk", "urgent"): at(99)}, _noted(asked))

    assert heads == {call.id: queue_entry_of(call) for call in (plain, came, owned)}
    assert sorted(head.call for head in asked) == ["c2", "c3"]
    assert ahead == {"uk": 1}


def test_live_calls_of_number_in_order(store: Store) -> None:
    first, second = waiting("c2", 1, caller="n1"), waiting("c1", 2, caller="n1")
    keep(store, first, second, waiting("c3", 3, caller="n2"), waiting("c4", 4))

    assert [call.id for call in store.contacts.calls_of(LINE, "n1")] == ["c2", "c1"]
    for call in (first, second):
        keep(
            store,
            replace(call, stage=Stage.ENDED, ending=Ending(at=at(9)), rev=1),
        )
    assert store.contacts.calls_of(LINE, "n1") == []
