"""What an operator sees of the desk: no fault in any state, window or language."""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import expect

from ivr.web.desk.render.words import LANGUAGES
from tests.browser.conftest import Shot, Sit
from tests.browser.desks import Desk
from tests.browser.house import House
from tests.browser.looking import PHONE, axe, fits, is_fit, tab_to
from tests.browser.watching import Pages

NO_SERVER = (
    r"(ERR_CONNECTION|ERR_INTERNET|ERR_NETWORK|Failed to (load|fetch)"
    r"|htmx:(sendError|afterRequest))"
)


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return {
        "reserve = { urgent = 1 }\n": "",
        "cool_down = 15": "cool_down = 2",
        "ring_seconds = 20": "ring_seconds = 60",
        "seconds = 30": "seconds = 120",
    }


def states(anna: Desk, house: House) -> Iterator[str]:
    """Come to every state of the desk, one after the other; its name."""
    anna.is_("offline")
    yield "desk-offline"
    anna.be("available")
    yield "desk-available"
    caller = house.call()
    expect(anna.offer).to_be_visible()
    yield "desk-ringing"
    anna.talk()
    anna.page.locator("#to-others > summary").click()
    yield "desk-talking"
    caller.until("connected")
    caller.hang_up()
    anna.is_("wrap-up")
    yield "desk-wrap-up"
    anna.be("away")
    anna.page.locator("#preferences > summary").click()
    yield "desk-away"
    for page in ("shifts", "self-test"):
        anna.open(f"/operator/{page}")
        yield page
    anna.open()
    anna.be("offline")


def test_every_state_faultless_in_every_window(
    sit: Sit, house: House, shot: Shot
) -> None:
    anna = sit("en")

    for name in states(anna, house):
        is_fit(anna.page, shot, name)


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_state_faultless_in_every_language(
    sit: Sit, house: House, shot: Shot, language: str
) -> None:
    anna = sit(language, viewport=PHONE)

    for name in states(anna, house):
        axe(anna.page)
        fits(anna.page)
        shot(anna.page, f"{name}-{language}")


def test_mark_of_state_seen_in_forced_colours(sit: Sit) -> None:
    anna = sit("en")
    dot = anna.page.locator(".dot")
    expect(dot).to_have_css("border-top-width", "0px")

    anna.page.emulate_media(forced_colors="active")

    expect(dot).not_to_have_css("border-top-width", "0px")


def test_lost_connection_is_without_fault(
    sit: Sit, new_page: Pages, shot: Shot
) -> None:
    new_page.allow(NO_SERVER)
    anna = sit("en")
    anna.be("available")
    axe(anna.page)

    anna.page.context.set_offline(True)
    expect(anna.page.locator("#connection")).to_be_visible()

    axe(anna.page)
    shot(anna.page, "desk-lost")


def test_whole_cycle_goes_with_keyboard_alone(sit: Sit, house: House) -> None:
    anna = sit("en")
    press = anna.page.keyboard.press

    tab_to(anna.page, anna.button("be-available"))
    press("Enter")
    anna.is_("available")
    caller = house.call()
    expect(anna.button("accept")).to_be_visible()
    tab_to(anna.page, anna.button("accept"))
    press("Enter")
    anna.is_("talking")
    expect(anna.button("end")).to_be_visible()
    tab_to(anna.page, anna.button("mute"))
    with anna.page.expect_response("**/talk/mute"):
        press("Space")
    expect(anna.button("mute")).to_have_text(anna.person.says("desk.unmute"))
    tab_to(anna.page, anna.button("end"))
    press("Enter")
    anna.is_("wrap-up")
    tab_to(anna.page, anna.button("be-available"))
    press("Enter")

    anna.is_("available")
    caller.hang_up()


def test_single_keys_work_until_switched_off(sit: Sit) -> None:
    anna = sit("en")
    press = anna.page.keyboard.press

    press("r")
    anna.is_("available")
    press("w")
    anna.is_("away")
    anna.page.locator("#preferences > summary").click()
    anna.page.locator("#shortcuts").uncheck()
    anna.live.click(position={"x": 2, "y": 2})  # where nothing is
    press("r")
    anna.button("be-offline").click()

    anna.is_("offline")


def test_no_key_counts_while_somebody_types(sit: Sit) -> None:
    anna = sit("en")
    anna.be("available")

    anna.page.locator("#reason").focus()
    anna.page.keyboard.press("w")

    anna.button("be-offline").click()
    anna.is_("offline")


def test_self_test_says_what_works(sit: Sit) -> None:
    anna = sit("en")
    anna.page.context.grant_permissions(["notifications", "microphone"])
    anna.open("/operator/self-test")

    for name in ("events", "notes", "microphone"):
        anna.button(f"try-{name}").click()
        expect(anna.page.locator(f"#{name}-result")).to_have_class("result done")
    anna.button("try-sound").click()
    anna.button("sound-heard").click()
    expect(anna.page.locator("#sound-result")).to_have_class("result done")
    anna.button("try-ring").click()

    expect(anna.page.locator("#ring-answer")).to_have_text(
        anna.person.says("desk.try.ring.browser")
    )
    anna.button("ring-heard").click()
    expect(anna.page.locator("#ring-result")).to_have_class("result done")
