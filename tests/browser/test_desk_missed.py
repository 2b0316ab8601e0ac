"""An offer that nobody answers at the desk, in a house that rings briefly."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.desks import Desk
from tests.browser.house import House
from tests.browser.people import seated


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return {
        "reserve = { urgent = 1 }\n": "",
        "cool_down = 15": "cool_down = 600",
        "ring_seconds = 20": "ring_seconds = 10",
    }


def test_missed_offer_is_told_and_the_caller_is_kept(
    arrive: Arrive, house: House
) -> None:
    person, other = seated(house, arrive()), seated(house, arrive())
    anna = Desk(person=person, page=person.page)
    olha = Desk(person=other, page=other.page)
    anna.be("available")
    caller = house.call()

    anna.tells("desk.over.no-answer")
    expect(anna.offer).to_be_hidden()
    olha.button("be-available").click()
    olha.talk()

    caller.until("connected")
