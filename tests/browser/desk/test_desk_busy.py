"""Between a click and its answer, in real browsers: seen at once, and done once."""

from collections.abc import Iterable, Mapping

import pytest
from playwright.sync_api import Request, expect

from tests.browser.conftest import Sit
from tests.browser.desks import DRAW_ANEW, NOW, Desk, Late
from tests.browser.house import PATIENT, House
from tests.browser.looking import axe

WORKS_AT_ONCE = """id => {
  const button = document.getElementById(id);
  button.focus();
  button.click();
  return button.ariaBusy === "true";
}"""


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return PATIENT


def clicks(desk: Desk, name: str) -> None:
    """It is at work before the click is over, and stays focused.

    All in one go: what is drawn anew in between is another button.
    """
    expect(desk.button(name)).to_be_visible()
    assert desk.page.evaluate(WORKS_AT_ONCE, name)
    expect(desk.button(name)).to_be_focused()


def is_done_once(desk: Desk, name: str, address: str) -> None:
    """Clicked twice, it works from the first click on, and is sent once."""
    late = Late(desk, address)
    sent: list[Request] = []
    desk.page.on("request", lambda asked: sent.append(asked))  # noqa: PLW0108 - no builtin
    clicks(desk, name)
    assert late.is_asked()
    expect(desk.button(name)).to_have_attribute("aria-busy", "true")
    axe(desk.page)

    desk.page.evaluate("name => document.getElementById(name).click()", name)

    with desk.page.expect_response(address):
        late.let_go()
    desk.page.unroute_all()
    assert len(posted(desk, sent)) == 1


def posted(desk: Desk, sent: Iterable[Request]) -> list[str]:
    """What the page has sent to the house; its telephone has deeds of its own."""
    ours = (each for each in sent if each.url.startswith(desk.person.house.url))
    return [each.url for each in ours if each.method == "POST"]


def test_every_click_seen_and_done_once(sit: Sit, house: House) -> None:
    anna = sit()

    is_done_once(anna, "be-away", "**/operator/state")
    anna.is_("away")
    anna.be("available")
    caller = house.call()
    anna.is_rung()
    is_done_once(anna, "accept", "**/accept")
    anna.is_("talking")
    caller.until("connected")
    for name in ("hold", "mute"):
        is_done_once(anna, name, f"**/talk/{name}")
        words = anna.person.says(f"desk.un{name}")
        expect(anna.button(name)).to_contain_text(words)
        expect(anna.button(name)).not_to_have_attribute("aria-busy", "true")
    is_done_once(anna, "end", "**/talk/end")

    anna.is_("wrap-up")


def test_telephone_that_starts_is_seen_at_once(sit: Sit) -> None:
    anna = sit()
    late = Late(anna, "**/operator/token")

    clicks(anna, "be-available")

    assert late.is_asked()
    expect(anna.button("be-available")).to_have_attribute("aria-busy", "true")
    late.let_go()
    anna.is_("available")


def test_redrawn_button_still_at_work(sit: Sit, house: House) -> None:
    anna = sit()
    anna.be("available")
    house.call()
    anna.is_rung()
    late = Late(anna, "**/accept")
    clicks(anna, "accept")
    assert late.is_asked()
    drawn = anna.button("accept").element_handle()

    with anna.page.expect_response(NOW):
        anna.page.evaluate(DRAW_ANEW)
    anna.page.wait_for_function("old => !old.isConnected", arg=drawn)

    expect(anna.button("accept")).to_have_attribute("aria-busy", "true")
    late.let_go()
    anna.is_("talking")


@pytest.mark.usefixtures("failures_are_told")
def test_deed_that_fails_can_be_tried_again(sit: Sit) -> None:
    anna = sit()
    anna.page.route("**/operator/state", lambda route: route.abort())

    clicks(anna, "be-away")

    expect(anna.button("be-away")).not_to_have_attribute("aria-busy", "true")
    anna.page.unroute_all()
    anna.be("away")
