"""The desk in real browsers: two operators, callers, and everything in between."""

import re
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.desks import Desk
from tests.browser.house import House
from tests.browser.watching import Pages
from tests.processes.hotline import eventually

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
    expect(anna.page.locator("#notice")).to_contain_text("The talk is over")
    anna.talk()
    second.until("connected")
    second.hang_up()
    anna.is_("wrap-up")
    anna.is_("available")


def test_declined_caller_goes_to_the_colleague(sit: Sit, house: House) -> None:
    anna, olha = sit(), sit()
    anna.be("available")
    caller = house.call()
    expect(anna.offer).to_be_visible()

    anna.button("decline").click()
    anna.tells("desk.over.declined")
    olha.be("available")
    olha.talk()

    caller.until("connected")
    anna.is_("available")


def test_missed_offer_is_told_and_the_caller_is_kept(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    caller = house.call()
    expect(anna.offer).to_be_visible()

    expect(anna.offer).to_be_hidden(timeout=30_000)
    anna.tells("desk.over.no-answer")
    anna.talk()

    caller.until("connected")


def test_both_accept_at_once_and_each_has_one_caller(sit: Sit, house: House) -> None:
    anna, olha = sit(), sit()
    anna.be("available")
    olha.be("available")
    callers = [house.call(), house.call()]
    expect(anna.offer).to_be_visible()
    expect(olha.offer).to_be_visible()

    for desk in (anna, olha):
        desk.page.evaluate("document.getElementById('accept').click()")

    for desk in (anna, olha):
        desk.is_("talking")
        expect(desk.button("end")).to_be_visible()
    for caller in callers:
        caller.until("connected")


def test_two_tabs_of_one_operator_behave_as_one(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    other = anna.tab()
    other.is_("available")
    caller = house.call()
    expect(anna.offer).to_be_visible()
    expect(other.offer).to_be_visible()

    other.accept()

    for tab in (anna, other):
        tab.is_("talking")
        expect(tab.button("end")).to_be_visible()
    caller.until("connected")
    rings = [tab.page.evaluate("document.body.dataset.rings") for tab in (anna, other)]
    assert [each for each in rings if each] == ["1"]


def test_both_tabs_accept_at_once_and_one_call_comes_of_it(
    sit: Sit, house: House
) -> None:
    anna = sit()
    anna.be("available")
    other = anna.tab()
    caller = house.call()
    expect(anna.offer).to_be_visible()
    expect(other.offer).to_be_visible()

    for tab in (anna, other):
        tab.page.evaluate("document.getElementById('accept').click()")

    for tab in (anna, other):
        tab.is_("talking")
    caller.until("connected")
    assert house.telephone.overview()["conferences"]


def test_accepting_what_is_over_says_so_and_changes_nothing(
    sit: Sit, house: House, new_page: Pages
) -> None:
    new_page.allow("status of 409")
    anna = sit()
    anna.be("available")
    caller = house.call()
    expect(anna.offer).to_be_visible()
    claim = anna.live.get_attribute("data-offer")
    caller.hang_up()
    anna.tells("desk.over.caller-left")

    anna.page.evaluate(
        """claim => htmx.ajax("POST", `/operator/offers/${claim}/accept`,
        {target: "#live", swap: "outerHTML"})""",
        claim,
    )

    anna.tells("refusal.call-over")
    anna.is_("available")


def test_hidden_tab_still_rings(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    anna.page.context.grant_permissions(["notifications"])
    front = anna.page.context.new_page()
    front.bring_to_front()
    anna.page.evaluate(HIDE)
    caller = house.call()

    expect(anna.page).to_have_title(re.compile(anna.person.says("desk.ringing")))
    expect(anna.page.locator("body")).to_have_attribute("data-rings", "1")

    anna.talk()
    caller.until("connected")


HIDE = """() => {
  Object.defineProperty(document, "hidden", { get: () => true });
  Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Headless Chromium believes every tab to be seen: here the page is told otherwise."""


def test_lost_connection_is_shown_counts_as_away_and_comes_back(
    sit: Sit, house: House, new_page: Pages
) -> None:
    new_page.allow(NO_SERVER)
    anna = sit()
    anna.be("available")

    anna.page.context.set_offline(True)
    expect(anna.page.locator("#connection")).to_be_visible()
    eventually(lambda: house.states()[anna.person.name] == "away", 60)
    assert house.states()[anna.person.name] == "away"
    anna.page.context.set_offline(False)

    expect(anna.page.locator("#connection")).to_be_hidden()
    anna.is_("available")
    caller = house.call()
    anna.talk()
    caller.until("connected")


def test_reload_while_it_rings_keeps_the_offer(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    caller = house.call()
    expect(anna.offer).to_be_visible()

    anna.page.reload()
    anna.talk()

    caller.until("connected")


def test_operator_by_telephone_accepts_at_the_desk(
    arrive: Arrive, house: House
) -> None:
    person = arrive(reach="phone")
    person.join()
    anna = Desk(person=person, page=person.page)
    number = f"+44770090{int(person.name.split()[-1]):04}"
    house.telephone.staff(number, [{"answers": 1, "does": ["stay"]}])
    anna.be("available")
    caller = house.call()

    anna.talk()

    caller.until("connected")
