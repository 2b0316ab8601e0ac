"""The places at the door: whose they are, and how long somebody waits for one."""

import threading
from contextlib import ExitStack

import pytest

from ivr.core.model.errors import Unavailable
from ivr.web.desk.security.hashing_slots import (
    EACH,
    PLACES,
    QUEUE,
    STRANGERS,
    HashingSlots,
    network_of,
)


def fill(
    full: ExitStack, turns: HashingSlots, places: int, *, known: bool = False
) -> None:
    """Take places, each from an address of its own."""
    for number in range(places):
        full.enter_context(turns.take_slot(f"192.0.2.{number}", known=known))


def is_free(turns: HashingSlots, address: str = "198.51.100.1", *, known: bool) -> bool:
    try:
        with turns.take_slot(address, known=known):
            return True
    except Unavailable:
        return False


def test_strangers_leave_place_to_known_browsers() -> None:
    turns = HashingSlots(patience=0, rest=0)
    with ExitStack() as full:
        fill(full, turns, STRANGERS)

        assert not is_free(turns, known=False)
        assert is_free(turns, known=True)
    assert is_free(turns, known=False)


def test_one_address_takes_no_more_than_part() -> None:
    turns = HashingSlots(patience=0, rest=0)
    with ExitStack() as full:
        for _ in range(EACH):
            full.enter_context(turns.take_slot("192.0.2.1", known=False))

        assert not is_free(turns, "192.0.2.1", known=False)
        assert is_free(turns, "192.0.2.2", known=False)


def test_known_browsers_take_every_place() -> None:
    turns = HashingSlots(patience=0, rest=0)
    with ExitStack() as full:
        fill(full, turns, PLACES, known=True)

        assert not is_free(turns, known=True)
        assert not is_free(turns, known=False)
    assert is_free(turns, known=True)


def test_one_known_browser_keeps_out_no_other() -> None:
    turns = HashingSlots(patience=0, rest=0)
    with ExitStack() as full:
        for _ in range(EACH):
            full.enter_context(turns.take_slot("stolen", known=True))

        assert not is_free(turns, "stolen", known=True)
        assert is_free(turns, "another", known=True)
        assert is_free(turns, known=False)
    assert is_free(turns, "stolen", known=True)


def test_known_browser_waits_for_few_places() -> None:
    turns = HashingSlots(patience=60, rest=0)
    with ExitStack() as full:
        for _ in range(EACH):
            full.enter_context(turns.take_slot("stolen", known=True))
        waiting = [
            threading.Thread(target=lambda: is_free(turns, "stolen", known=True))
            for _ in range(EACH)
        ]
        for each in waiting:
            each.start()
        while turns.waiting < EACH and any(each.is_alive() for each in waiting):
            threading.Event().wait(0.01)

        assert not is_free(turns, "stolen", known=True)
    for each in waiting:
        each.join(60)


def test_place_of_known_browser_rests_after_failure() -> None:
    turns = HashingSlots(patience=0, rest=3600)
    for _ in range(2 * EACH):
        assert is_free(turns, "anna", known=True)
    for _ in range(EACH):
        with pytest.raises(ValueError), turns.take_slot("anna", known=True):  # noqa: PT011
            raise ValueError

    assert not is_free(turns, "anna", known=True)
    assert is_free(turns, "olha", known=True)


def test_place_of_whoever_failed_is_free_again() -> None:
    turns = HashingSlots(patience=0, rest=0)
    for _ in range(2 * PLACES):
        with pytest.raises(ValueError), turns.take_slot("192.0.2.1", known=False):  # noqa: PT011
            raise ValueError

    assert is_free(turns, known=False)


def test_strangers_place_is_free_after_rest() -> None:
    turns = HashingSlots(patience=60, rest=0.01)
    for _ in range(2 * EACH):
        assert is_free(turns, known=False)

    resting = HashingSlots(patience=0, rest=3600)
    for _ in range(EACH):
        assert is_free(resting, known=False)
    assert not is_free(resting, known=False)
    assert is_free(resting, known=True)


def test_latecomer_enters_when_somebody_leaves() -> None:
    turns, entered = HashingSlots(patience=60, rest=0), threading.Event()

    def come() -> None:
        with turns.take_slot("198.51.100.1", known=True):
            entered.set()

    with ExitStack() as full:
        fill(full, turns, PLACES, known=True)
        late = threading.Thread(target=come)
        late.start()
        assert not entered.is_set()
    late.join(60)

    assert entered.is_set()


def test_strangers_queue_short_and_passed() -> None:
    turns = HashingSlots(patience=60, rest=0)
    done: list[bool] = []
    with ExitStack() as full:
        fill(full, turns, STRANGERS)
        waiting = [
            threading.Thread(target=lambda: done.append(is_free(turns, known=False)))
            for _ in range(QUEUE)
        ]
        for each in waiting:
            each.start()
        while turns.waiting < QUEUE:
            threading.Event().wait(0.01)

        assert not is_free(turns, "203.0.113.9", known=False)
        assert is_free(turns, known=True)
    for each in waiting:
        each.join(60)
    assert done == [True] * QUEUE


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_customer_of_network_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network
