"""The desk in real browsers while something fails: it says so, and goes on."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Sit
from tests.browser.desks import DRAW_ANEW, Desk
from tests.browser.house import PATIENT, House
from tests.browser.looking import WINDOWS, axe, fits, tab_to
from tests.processes.hotline import eventually

EVENTS, NOW = "**/operator/events", "**/operator/now?*"
RECORD = "**/operator/record"
MINUTE = 60_000
MONDAY, A_DAY = datetime(2026, 1, 5, tzinfo=UTC), timedelta(days=1)

IS_ON_TOP = """
name => {
  const button = document.querySelector(name);
  button.scrollIntoView({ block: "nearest" });
  const { left, top, width, height } = button.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) === button;
}
"""

pytestmark = pytest.mark.usefixtures("failures_are_told")


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return PATIENT


def unanswered(route: Route) -> None:
    """Lose what is sent; what is asked for is answered."""
    if route.request.method == "POST":
        lose(route)
    else:
        route.continue_()


def hang(_: Route) -> None:
    """Answer never."""


def lose(route: Route) -> None:
    """Lose it on its way."""
    route.abort("connectionreset")


def says(desk: Desk, place: str, key: str) -> None:
    expect(desk.page.locator(place)).to_have_text(desk.person.says(key))


def is_lost(page: Page) -> None:
    expect(page.locator("#connection")).to_be_visible()
    expect(page.locator("#alarm")).not_to_be_empty()


def is_back(page: Page) -> None:
    expect(page.locator("#connection")).to_be_hidden()
    expect(page.locator("#alarm")).to_be_empty()


# --- the connection ---------------------------------------------------------


def test_stream_that_hangs_is_opened_anew(sit: Sit) -> None:
    anna = sit()
    anna.page.route(EVENTS, hang)
    anna.page.reload()
    is_lost(anna.page)

    anna.page.unroute(EVENTS)

    is_back(anna.page)


def test_stream_opens_when_network_returns(sit: Sit) -> None:
    anna = sit()
    anna.page.route(EVENTS, hang)
    with anna.page.expect_request(EVENTS):
        anna.page.reload()

    with anna.page.expect_request(EVENTS):
        anna.page.evaluate(
            "['offline', 'online'].forEach(each => dispatchEvent(new Event(each)))"
        )


def test_stream_opens_when_tab_seen(sit: Sit) -> None:
    anna = sit()
    opened: list[str] = []

    def note(route: Route) -> None:
        opened.append(route.request.url)

    def are_opened(count: int) -> bool:
        return eventually(lambda: anna.page.evaluate("1") and len(opened) == count)

    anna.page.route(EVENTS, note)
    anna.page.clock.install(time=MONDAY)
    anna.page.reload()
    assert are_opened(1)
    # Of the timers that were due meanwhile each fires once; then they sleep.
    anna.page.clock.pause_at(MONDAY + A_DAY)
    is_lost(anna.page)
    assert are_opened(2)
    anna.page.clock.run_for(1000)
    assert len(opened) == 2

    anna.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert are_opened(3)


def test_page_proves_presence_while_hearing(sit: Sit) -> None:
    anna = sit()

    for _ in range(2):
        with anna.page.expect_response(f"{EVENTS}/here") as answer:
            pass
        assert answer.value.status == 204


def test_unanswered_state_doubted_and_refetched(sit: Sit) -> None:
    anna = sit()
    anna.page.route(NOW, hang)

    anna.button("be-available").click()
    is_lost(anna.page)
    anna.page.unroute(NOW)

    is_back(anna.page)
    anna.is_("available")


def test_nothing_rings_while_connection_lost(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    house.call()
    expect(anna.offer).to_be_visible()
    claim = anna.live.get_attribute("data-offer")
    body = anna.page.locator("body")
    expect(body).to_have_attribute("data-sounding", str(claim))

    silent = anna.page.evaluate(
        "() => { dispatchEvent(new Event('offline'));"
        " return !('sounding' in document.body.dataset); }"
    )

    assert silent
    expect(body).to_have_attribute("data-sounding", str(claim))
    expect(body).to_have_attribute("data-rings", "1")


def test_nothing_rings_after_offer_passed(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    house.call()
    anna.is_rung()
    expect(anna.page.locator("body[data-sounding]")).to_have_count(1)

    def is_silent_once_it_is_over() -> bool:
        # Said again and again: the state may be drawn anew at any time.
        over = "document.querySelector('#offer [data-until]').dataset.until = '1'"
        anna.page.evaluate(over)
        return anna.page.locator("body[data-sounding]").count() == 0

    assert eventually(is_silent_once_it_is_over)


# --- deeds ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (0, "desk.deed-unknown"),
        (500, "desk.deed-unknown"),
        (403, "desk.deed-refused"),
        (400, "desk.deed-refused"),
    ],
)
def test_failed_deed_told_and_spoken(sit: Sit, status: int, key: str) -> None:
    anna = sit()
    deed = "**/operator/state"
    anna.page.route(
        deed, lambda route: route.fulfill(status=status) if status else lose(route)
    )

    anna.button("be-away").click()
    says(anna, "#deed", key)
    says(anna, "#alarm", key)
    anna.is_("offline")
    anna.page.unroute(deed)
    anna.be("away")

    expect(anna.page.locator("#failed")).to_be_hidden()
    expect(anna.page.locator("#alarm")).to_be_empty()


def is_refused(anna: Desk, deed: str = "**/operator/state") -> Locator:
    """Let what is done fail, and see it told; nothing has changed."""
    anna.page.route(deed, lambda route: route.fulfill(status=500))
    anna.button("be-away").click()
    says(anna, "#deed", "desk.deed-unknown")
    return anna.page.locator("#failed")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_deed_that_failed_is_closed_with_keyboard(sit: Sit, key: str) -> None:
    anna = sit()
    bar = is_refused(anna)
    axe(anna.page)

    tab_to(anna.page, anna.button("close-deed"))
    anna.page.keyboard.press(key)

    expect(bar).to_be_hidden()
    expect(anna.page.locator("#alarm")).to_be_empty()
    expect(anna.live).to_be_focused()


def test_failed_deed_goes_once_seen(sit: Sit) -> None:
    anna = sit()
    anna.page.clock.install(time=MONDAY)
    anna.open()
    anna.page.route(NOW, lambda route: route.fulfill(status=500))
    bar = is_refused(anna)
    is_lost(anna.page)
    anna.page.clock.fast_forward(5 * MINUTE)
    expect(bar).to_be_visible()  # what came of it is not known yet

    anna.page.unroute(NOW)
    expect(anna.page.locator("#connection")).to_be_hidden()

    def is_gone_in_time() -> bool:
        anna.page.clock.fast_forward(MINUTE)
        return not bar.is_visible()

    assert eventually(is_gone_in_time)
    expect(anna.page.locator("#alarm")).not_to_have_text(
        anna.person.says("desk.deed-unknown")
    )


def test_failed_deed_untold_of_other_caller(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    bar = is_refused(anna)

    house.call()

    expect(anna.offer).to_be_visible()
    expect(bar).to_be_hidden()


@pytest.mark.parametrize("window", WINDOWS)
def test_deed_that_failed_covers_nothing_of_talk(sit: Sit, window: str) -> None:
    anna = sit(viewport=WINDOWS[window])
    caller = anna.meets_a_caller()
    hold = "**/operator/talk/hold"
    anna.page.route(hold, lambda route: route.fulfill(status=500))

    anna.button("hold").click()
    says(anna, "#deed", "desk.deed-unknown")

    expect(anna.page.locator("#deed")).to_be_in_viewport()
    fits(anna.page)
    places = ["#hold", "#mute", "#end"]
    assert eventually(
        lambda: all(anna.page.evaluate(IS_ON_TOP, place) for place in places)
    )
    anna.page.unroute(hold)
    anna.button("hold").click()
    expect(anna.page.locator("#failed")).to_be_hidden()
    caller.hang_up()


def test_refusal_closed_and_is_not_told_again(sit: Sit) -> None:
    anna = sit()
    deed = "**/operator/state"
    anna.page.route(deed, lambda route: route.continue_(post_data="state=nowhere"))
    anna.button("be-away").click()
    anna.tells("refusal.invalid")

    anna.button("close-refusal").click()
    with anna.page.expect_response(NOW):
        anna.page.evaluate(DRAW_ANEW)

    expect(anna.page.locator("#refusal")).to_be_hidden()
    expect(anna.button("close-refusal")).to_be_hidden()


def test_unsaved_record_told_and_finally_saved(sit: Sit) -> None:
    anna = sit()
    anna.meets_a_caller()
    note, status = anna.page.locator("#note"), anna.page.locator("#record-status")
    note.fill("She is safe.")
    expect(status).to_contain_text("Saved at")
    anna.page.route(RECORD, lose)

    note.press_sequentially(" She rings again.")
    expect(status).to_have_text(anna.person.says("record.not-saved"))
    says(anna, "#alarm", "record.not-saved")
    anna.page.unroute(RECORD)

    expect(status).to_contain_text("Saved at")
    expect(anna.page.locator("#alarm")).to_be_empty()
    anna.page.reload()
    expect(note).to_have_value("She is safe. She rings again.")


def test_overlong_record_told_and_not_retried(sit: Sit) -> None:
    anna = sit()
    caller = anna.meets_a_caller()
    note, status = anna.page.locator("#note"), anna.page.locator("#record-status")
    expect(note).to_be_visible()
    tries: list[str] = []

    def refuse(route: Route) -> None:
        tries.append(route.request.url)
        route.fulfill(status=413)

    anna.page.clock.install(time=MONDAY)
    anna.page.reload()
    expect(anna.button("end")).to_be_visible()
    anna.page.route(RECORD, refuse)
    note.fill("She is safe.")
    anna.page.clock.run_for(1000)
    expect(status).to_have_text(anna.person.says("record.refused-invalid"))
    anna.page.clock.run_for(MINUTE)

    assert len(tries) == 1
    expect(note).to_have_value("She is safe.")
    anna.page.unroute(RECORD)
    note.fill("She is.")
    anna.page.clock.run_for(1000)
    expect(status).to_contain_text("Saved at")
    caller.hang_up()


def test_unsaved_record_stays_until_saved(sit: Sit) -> None:
    anna = sit()
    caller = anna.meets_a_caller()
    note, call = anna.page.locator("#note"), anna.page.locator("#record-call")
    first = call.get_attribute("value")
    anna.page.route(RECORD, unanswered)
    note.fill("She is safe.")
    expect(anna.page.locator("#record-status .fault")).to_be_visible()
    caller.hang_up()
    anna.is_("wrap-up")
    anna.meets_a_caller()

    expect(note).to_have_value("She is safe.")
    anna.page.unroute(RECORD)

    expect(call).not_to_have_attribute("value", str(first))
    expect(note).to_have_value("")
