"""The desk in real browsers: two operators, callers, and everything in between."""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive, Sit
from tests.browser.desks import DRAW_ANEW, NOW, Desk, Late
from tests.browser.house import PATIENT, House, held_still
from tests.browser.people import seated
from tests.browser.watching import Pages
from tests.processes.hotline import eventually

NO_SERVER = (
    r"(ERR_CONNECTION|ERR_INTERNET|ERR_NETWORK|Failed to (load|fetch)|status of 5)"
)


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return {**PATIENT, "seconds = 30": "seconds = 10"}


def test_offer_talk_wrap_up_and_next_caller(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    first = house.call()
    first.until("queue")
    second = house.call()

    anna.talk()
    first.until("connected")
    first.hang_up()
    anna.is_("wrap-up")
    expect(anna.page.locator("#notice")).to_contain_text("The call is over")
    anna.talk()
    second.until("connected")
    second.hang_up()
    anna.is_("wrap-up")
    anna.is_("available")


def test_declined_caller_goes_to_colleague(sit: Sit, house: House) -> None:
    anna, olha = sit(), sit()
    anna.be("available")
    caller = house.call()
    expect(anna.offer).to_be_visible()

    anna.button("decline").click()
    anna.tells("desk.over.declined")
    olha.button("be-available").click()
    olha.talk()

    caller.until("connected")
    anna.is_("available")


def test_accepts_at_once_get_separate_callers(sit: Sit, house: House) -> None:
    anna, olha = sit(), sit()
    anna.be("available")
    olha.be("available")
    callers = [house.call(), house.call()]
    expect(anna.offer).to_be_visible()
    expect(olha.offer).to_be_visible()

    for desk in (anna, olha):
        desk.page.evaluate("document.getElementById('accept')?.click()")

    for desk in (anna, olha):
        desk.is_("talking")
        expect(desk.button("end")).to_be_visible()
    for caller in callers:
        caller.until("connected")


def test_two_tabs_behave_as_one(sit: Sit, house: House) -> None:
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


def test_both_tabs_accepting_make_one_call(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    other = anna.tab()
    caller = house.call()
    expect(anna.offer).to_be_visible()
    expect(other.offer).to_be_visible()

    for tab in (anna, other):
        tab.page.evaluate("document.getElementById('accept')?.click()")

    for tab in (anna, other):
        tab.is_("talking")
    caller.until("connected")


def test_accepting_ended_offer_changes_nothing(
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
        {target: "#top"})""",
        claim,
    )

    anna.tells("refusal.call-over")
    anna.page.evaluate(DRAW_ANEW)
    anna.tells("desk.over.caller-left")
    anna.tells("refusal.call-over")
    anna.is_("available")


def test_hidden_tab_still_rings(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    anna.page.context.grant_permissions(["notifications", "microphone"])
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


def test_lost_connection_counts_as_away(
    sit: Sit, house: House, new_page: Pages
) -> None:
    new_page.allow(NO_SERVER)
    anna = sit()
    anna.be("available")

    with held_still(house.pids("hotline-live")):
        expect(anna.page.locator("#connection")).to_be_visible()
        assert eventually(lambda: house.states()[anna.person.name] == "away")

    expect(anna.page.locator("#connection")).to_be_hidden()
    anna.is_("available")
    caller = house.call()
    anna.talk()
    caller.until("connected")


def test_closed_page_counts_as_away_too(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")

    anna.page.close()

    assert eventually(lambda: house.states()[anna.person.name] == "away")


def take_what_comes(desk: Desk) -> bool:
    """Accept, or be ready anew after a miss; whether a talk has come of it.

    The button is clicked within the page: it may be gone while we look for it.
    """
    either = "#accept, [data-state=available] #be-available"
    desk.page.evaluate("wanted => document.querySelector(wanted)?.click()", either)
    return desk.live.get_attribute("data-state") == "talking"


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_click_counts_despite_new_state(sit: Sit, house: House, by: str) -> None:
    anna = sit()
    anna.be("away")
    button, device = anna.button("be-offline"), getattr(anna.page, by)
    if by == "mouse":
        button.hover()
    else:
        button.focus()
    late = Late(anna, NOW)
    house.say("operators", "status", anna.person.name, "available")
    assert late.is_asked()
    device.down(*[] if by == "mouse" else [" "])
    with anna.page.expect_response(NOW):
        late.let_go()

    device.up(*[] if by == "mouse" else [" "])

    anna.is_("offline")


def test_undrawn_state_drawn_after_click(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("away")
    anna.page.mouse.move(5, 5)
    with anna.page.expect_response("**/operator/now?*"):
        anna.page.mouse.down()
        house.say("operators", "status", anna.person.name, "offline")

    anna.page.mouse.up()

    anna.is_("offline")


def test_reload_while_it_rings_keeps_caller(
    sit: Sit, house: House, new_page: Pages
) -> None:
    new_page.allow(r"status of 409")  # accepted in the moment in which it is missed
    anna = sit()
    anna.be("available")
    caller = house.call()
    expect(anna.offer).to_be_visible()

    # The telephone is gone with the page: it rings the new page, or counts as busy.
    anna.page.reload()
    expect(anna.page.locator("body")).to_have_attribute("data-telephone", "ready")

    assert eventually(lambda: take_what_comes(anna))
    caller.until("connected")


def test_operator_by_telephone_accepts_at_desk(
    arrive: Arrive, house: House, new_page: Pages
) -> None:
    new_page.allow("status of 409")
    person = seated(house, arrive(reach="phone"))
    anna = Desk(person=person, page=person.page)
    number = f"+44770090{int(person.name.split()[-1]):04}"
    house.telephone.staff_number(number, [{"answers": 1, "does": ["stay"]}])
    anna.be("available")
    caller = house.call()

    assert eventually(lambda: take_what_comes(anna))

    caller.until("connected")


def test_reload_during_talk_leads_back_into_it(sit: Sit) -> None:
    anna = sit()
    caller = anna.meets_a_caller()

    anna.page.reload()

    anna.is_("talking")
    caller.until("connected")
    expect(anna.live).to_have_attribute("data-lost", "")
    expect(anna.button("end")).to_be_visible()


def test_hold_mute_and_end(sit: Sit) -> None:
    anna = sit()
    caller = anna.meets_a_caller()

    for name, switched in (("hold", "unhold"), ("mute", "unmute")):
        anna.button(name).click()
        expect(anna.button(name)).to_contain_text(anna.person.says(f"desk.{switched}"))
        anna.button(name).click()
        expect(anna.button(name)).to_contain_text(anna.person.says(f"desk.{name}"))
    anna.button("end").click()

    anna.is_("wrap-up")
    caller.until("disconnected")


def open_transfer(desk: Desk) -> None:
    desk.page.locator("#to-others > summary").click()


def choose(desk: Desk, colleague: Desk) -> None:
    """Choose the colleague among those who are free, as soon as they are listed."""
    found = desk.page.locator("#invite-who option", has_text=colleague.person.name)
    expect(found).to_be_attached()
    key = found.get_attribute("value")
    assert key
    desk.page.locator("#invite-who").select_option(key)


def test_colleague_brought_in_and_left_with_caller(sit: Sit) -> None:
    anna, olha = sit(), sit()
    anna.meets_a_caller()
    olha.be("available")
    open_transfer(anna)

    choose(anna, olha)
    anna.button("invite").click()
    asks = olha.person.says("desk.invited-by", name=anna.person.name)
    expect(olha.offer).to_contain_text(asks)
    olha.talk()
    expect(anna.button("leave")).to_be_visible()
    anna.button("leave").click()

    anna.is_("wrap-up")
    olha.is_("talking")
    expect(olha.button("end")).to_be_visible()
    olha.button("end").click()
    olha.is_("wrap-up")


def test_caller_handed_back_and_to_colleague(sit: Sit) -> None:
    anna, olha = sit(), sit()
    caller = anna.meets_a_caller()
    olha.be("available")
    open_transfer(anna)

    anna.page.locator("#transfer-to").select_option("queue")
    anna.button("transfer").click()
    anna.is_("wrap-up")
    anna.tells("desk.over.transferred-queue")
    by = olha.person.says("desk.handed-by", name=anna.person.name)
    expect(olha.offer).to_contain_text(by)
    olha.talk()

    caller.until("connected")
