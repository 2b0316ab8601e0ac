"""An offer that nobody answers at the desk, in a house that rings briefly."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.house import PATIENT, House


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return {**PATIENT, "ring_seconds = 20": "ring_seconds = 10"}


def test_missed_offer_told_and_caller_kept(sit: Sit, house: House) -> None:
    anna, olha = sit(), sit()
    anna.be("available")
    caller = house.call()

    anna.tells("desk.over.no-answer")
    expect(anna.offer).to_be_hidden()
    olha.button("be-available").click()
    olha.talk()

    caller.until("connected")
