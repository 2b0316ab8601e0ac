"""The telephone in real browsers: lost, not there at all, in two tabs, and tried."""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Sit
from tests.browser.desks import Desk
from tests.browser.house import PATIENT, House
from tests.processes.hotline import eventually

LIBRARY = "**/exchange/sdk.js"
DEVICES = "**/exchange/clients/**"
TICKET = "**/operator/token"
LEADS = """() => {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const leader = loaded.find((name) => name.includes("leader"));
  return import(leader).then(({ leading }) => leading());
}"""
"""Whether the tab leads, as its own page knows; the browser knows a little before."""

pytestmark = pytest.mark.usefixtures("failures_are_told")


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return PATIENT


def telephone_is(desk: Desk, state: str) -> None:
    words = desk.person.says(f"desk.telephone.{state}")
    expect(desk.page.locator("#telephone")).to_have_text(words)


def be_brief(route: Route) -> None:
    """Let the device wait for news no longer than a second, and ask again."""
    route.continue_(url=re.sub(r"wait=\d+", "wait=1", route.request.url))


def refuse(route: Route) -> None:
    """Know the device's token no more."""
    anybody = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
    status = 204 if route.request.method == "OPTIONS" else 401
    route.fulfill(status=status, headers=anybody, json={"code": 20104})


def picked_up(desk: Desk) -> list[str]:
    """The legs that the page picks up from now on."""
    legs: list[str] = []

    def note(url: str) -> None:
        if url.endswith("/accept") and "/exchange/" in url:
            legs.append(url.split("/")[-2])

    desk.page.on("request", lambda request: note(request.url))
    return legs


# --- lost -------------------------------------------------------------------


def test_ousted_telephone_comes_back_itself(sit: Sit, house: House) -> None:
    anna = sit()
    anna.page.route(DEVICES, be_brief)
    anna.be("available")
    telephone_is(anna, "ready")
    anna.page.route(DEVICES, refuse)
    telephone_is(anna, "lost")

    anna.page.unroute(DEVICES, refuse)

    telephone_is(anna, "ready")
    anna.is_("available")
    house.call()
    anna.talk()


def test_nobody_on_duty_with_lost_telephone(sit: Sit) -> None:
    anna = sit()
    anna.be("available")
    telephone_is(anna, "ready")
    anna.page.route(LIBRARY, lambda route: route.abort())

    anna.page.reload()

    anna.is_("away")
    expect(anna.live).to_contain_text(anna.person.says("desk.why.technical"))
    telephone_is(anna, "failed")
    words = anna.person.says("desk.telephone.failed")
    expect(anna.page.locator("#alarm")).to_have_text(words)


def test_nobody_becomes_available_without_telephone(sit: Sit) -> None:
    anna = sit()
    anna.page.route(TICKET, lambda route: route.fulfill(status=503))

    anna.button("be-available").click()
    telephone_is(anna, "failed")
    anna.is_("offline")
    anna.page.unroute(TICKET)

    anna.be("available")
    telephone_is(anna, "ready")


def test_missing_ticket_asked_for_again(sit: Sit) -> None:
    anna = sit()
    anna.page.clock.install()
    anna.page.reload()
    anna.be("available")
    telephone_is(anna, "ready")
    asked = []

    def answer_the_second(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=503)
        else:
            route.continue_()

    anna.page.route(TICKET, answer_the_second)
    anna.page.clock.fast_forward("59:30")

    assert eventually(lambda: anna.page.evaluate("1") and len(asked) > 1)
    telephone_is(anna, "ready")


# --- two tabs ---------------------------------------------------------------


def test_sounding_tab_rings_for_leader(sit: Sit, house: House) -> None:
    first = sit()  # nobody ever clicks in it
    other = first.tab()
    other.be("available")
    telephone_is(first, "ready")
    caller = house.call()
    expect(other.offer).to_be_visible()
    claim = str(other.live.get_attribute("data-offer"))

    expect(other.page.locator("body")).to_have_attribute("data-sounding", claim)
    expect(first.page.locator("body")).to_have_attribute("data-rings", "1")
    expect(first.page.locator("body[data-sounding]")).to_have_count(0)
    expect(other.page.locator("body[data-rings]")).to_have_count(0)

    other.talk()
    caller.until("connected")
    expect(other.page.locator("body[data-sounding]")).to_have_count(0)


def test_voice_goes_to_next_tab_during_offer(sit: Sit, house: House) -> None:
    first = sit()  # leads, and keeps the telephone: with it the offer would go
    second, third = first.tab(), first.tab()
    second.be("available")
    telephone_is(first, "ready")
    third.live.click(position={"x": 2, "y": 2})  # where nothing is
    house.call()
    expect(second.page.locator("body[data-sounding]")).to_have_count(1)
    expect(third.offer).to_be_visible()
    expect(third.page.locator("body[data-sounding]")).to_have_count(0)

    second.page.close()

    expect(third.page.locator("body[data-sounding]")).to_have_count(1)


# --- the self-test ----------------------------------------------------------


def test_self_test_picks_up_its_own_call(sit: Sit) -> None:
    anna = sit()
    anna.open("/operator/self-test")
    legs = picked_up(anna)

    anna.button("try-ring").click()

    result = anna.page.locator("#ring-answer")
    expect(result).to_have_text(anna.person.says("desk.try.ring.browser"))
    own = result.locator("[data-answer]").get_attribute("data-answer")
    assert eventually(lambda: anna.page.evaluate("1") and legs) == [own]


def test_self_test_leads_to_telephones_tab(
    sit: Sit,
) -> None:
    first = sit()
    other = first.tab()
    other.open("/operator/self-test")
    sent: list[str] = []
    other.page.on("request", lambda request: sent.append(request.url))

    other.button("try-ring").click()

    words = first.person.says("desk.try.ring.elsewhere")
    result = other.page.locator("#ring-answer")
    expect(result).to_have_text(words)
    first.page.close()
    other.page.wait_for_function(LEADS)
    other.button("try-ring").click()
    expect(result).to_have_text(first.person.says("desk.try.ring.browser"))
    assert len([url for url in sent if url.endswith("/self-test/ring")]) == 1


def test_self_test_picks_up_no_caller(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    anna.open("/operator/self-test")
    telephone_is(anna, "ready")
    legs = picked_up(anna)
    caller = house.call()
    expect(anna.offer).to_be_visible()

    anna.button("try-ring").click()
    refusal = anna.person.says("refusal.not-now")
    expect(anna.page.locator("#ring-answer")).to_have_text(refusal)
    expect(anna.button("ring-heard")).to_be_disabled()

    anna.is_("ringing")
    assert legs == []
    anna.accept()
    caller.until("connected")


# --- keys -------------------------------------------------------------------

PRESS = """([key, code]) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }))"""


def test_single_keys_work_on_other_layouts(sit: Sit) -> None:
    anna = sit()

    anna.page.evaluate(PRESS, ["к", "KeyR"])

    anna.is_("available")


def test_key_means_letter_on_it(sit: Sit) -> None:
    anna = sit()

    anna.page.evaluate(PRESS, ["p", "KeyR"])
    anna.page.evaluate(PRESS, ["w", "KeyZ"])

    anna.is_("away")


# --- what is heard, and where one stays --------------------------------------


def test_refusal_heard_each_time(sit: Sit) -> None:
    anna = sit()
    ask = """() => htmx.ajax("POST", "/operator/offers/gone/accept",
      { target: "#top" })"""

    for _ in range(2):
        anna.page.evaluate(ask)
        anna.tells("refusal.offer-over")
        words = anna.person.says("refusal.offer-over")
        expect(anna.page.locator("#say")).to_have_text(words)
        anna.page.evaluate("document.getElementById('say').textContent = ''")


def test_other_pages_open_beside_talk(sit: Sit) -> None:
    anna = sit()
    caller = anna.meets_a_caller()

    with anna.page.context.expect_page() as opened:
        anna.page.get_by_role(
            "link", name=anna.person.says("shift.title")
        ).first.click()

    expect(opened.value).to_have_url(re.compile("/operator/shifts"))
    caller.hang_up()
    anna.is_("wrap-up")
    anna.page.get_by_role("link", name=anna.person.says("shift.title")).first.click()
    expect(anna.page).to_have_url(re.compile("/operator/shifts"))


def test_change_in_talk_heard(sit: Sit) -> None:
    anna = sit()
    anna.meets_a_caller()

    anna.button("hold").click()

    words = anna.person.says("desk.caller-held")
    expect(anna.page.locator("#talk-title")).to_contain_text(words)
    expect(anna.page.locator("#say")).to_contain_text(words)


def test_focus_stays_on_redrawn_link(sit: Sit) -> None:
    anna = sit()
    link = anna.page.locator("#all-shifts")
    link.focus()
    drawn = anna.page.locator(".next-shift").element_handle()

    anna.page.evaluate(
        """() => htmx.ajax("GET", "/operator/shifts/next",
        { target: ".next-shift", swap: "outerHTML" })"""
    )

    assert drawn is not None
    anna.page.wait_for_function("old => !old.isConnected", arg=drawn)
    expect(link).to_be_focused()
