"""The desk in real browsers: two operators, callers, and everything in between."""

from collections.abc import Callable, Mapping

import pytest

from tests.browser.conftest import Arrive
from tests.browser.desks import Desk
from tests.browser.house import House

NO_SERVER = (
    r"(ERR_CONNECTION|ERR_INTERNET|ERR_NETWORK|Failed to (load|fetch)|status of 5)"
)

Sit = Callable[[], Desk]


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return {
        "reserve = { urgent = 1 }\n": "",
        "cool_down = 15": "cool_down = 2",
        "ring_seconds = 20": "ring_seconds = 8",
        "seconds = 30": "seconds = 4",
    }


@pytest.fixture
def sit(arrive: Arrive) -> Sit:
    """Somebody new has signed up and is at the desk, offline."""

    def one() -> Desk:
        person = arrive()
        person.join()
        desk = Desk(person=person, page=person.page)
        desk.is_("offline")
        return desk

    return one


def test_offer_talk_wrap_up_and_the_next_caller(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    first, second = house.call(), house.call()

    anna.talk()
    first.until("connected")
    first.hang_up()
    anna.is_("wrap-up")
    anna.tells("desk.over.talk-caller")
    anna.talk()
    second.until("connected")
    second.hang_up()
    anna.is_("wrap-up")
    anna.is_("available")
