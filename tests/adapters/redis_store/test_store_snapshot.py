"""What routing sees, as it changes between one look and the next."""

from ivr.core.model.identifiers import LineKey
from ivr.ports import Store
from tests.adapters.redis_store.store_people import LINE, keep, operator, seen, waiting

DEPTH = 4


def test_empty_line_seen_empty(store: Store) -> None:
    assert seen(store.queues.snapshot(LINE, DEPTH)) == (set(), set())


def test_first_look_sees_everybody(store: Store) -> None:
    keep(store, waiting("c1", 0), operator("o1"))

    assert seen(store.queues.snapshot(LINE, DEPTH)) == ({"c1"}, {"o1"})


def test_later_queues_and_operators_seen(
    store: Store,
) -> None:
    keep(store, waiting("c1", 0), operator("o1"))
    store.queues.snapshot(LINE, DEPTH)
    keep(store, waiting("c2", 1, "family"), waiting("c3", 2, language="en"))
    keep(store, operator("o2"))

    assert seen(store.queues.snapshot(LINE, DEPTH)) == (
        {"c1", "c2", "c3"},
        {"o1", "o2"},
    )


def test_one_line_never_seen_in_another(store: Store) -> None:
    keep(store, waiting("c1", 0), operator("o1"))
    store.queues.snapshot(LINE, DEPTH)

    assert seen(store.queues.snapshot(LineKey("other"), DEPTH)) == (set(), set())
