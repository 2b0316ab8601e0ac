"""Whoever is not heard, in real browsers: without a microphone, muted, cut off."""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Sit
from tests.browser.desks import Desk
from tests.browser.house import PATIENT, held_still
from tests.browser.looking import DESKTOP, PHONE, axe, fits
from tests.processes.hotline import eventually

DEVICES = "**/exchange/clients/**"
COUNTED = """
let asked = 0;
const media = navigator.mediaDevices;
const open = media.getUserMedia.bind(media);
media.getUserMedia = (wanted) => { asked += 1; return open(wanted); };
Object.defineProperty(window, "asked", { get: () => asked });
"""
"""How often the page has asked for the microphone."""

UNANSWERED = """
navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
navigator.permissions.query = async () =>
  Object.assign(new EventTarget(), { state: "prompt" });
"""
"""The browser asks, and nobody answers."""

pytestmark = pytest.mark.usefixtures("failures_are_told")


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return PATIENT


def allow(desk: Desk, *what: str) -> None:
    """Allow this alone, as in the browser's settings: all else is denied."""
    desk.page.context.grant_permissions([*what])


def is_red(desk: Desk, key: str) -> None:
    sign = desk.page.locator("#telephone")
    expect(sign).to_have_text(desk.person.says(f"telephone.{key}"))
    expect(sign).to_have_class("fault")


def is_unavailable(desk: Desk) -> None:
    """Neither the page nor the service believes that somebody may be rung."""
    desk.is_("away")
    expect(desk.live).to_contain_text(desk.person.says("desk.why.technical"))
    house, name = desk.person.house, desk.person.name
    assert eventually(lambda: house.states()[name] == "away")


# --- the microphone -----------------------------------------------------------


@pytest.mark.parametrize("by", ["click", "key"])
def test_nobody_is_available_whose_microphone_is_denied(sit: Sit, by: str) -> None:
    anna = sit()
    allow(anna)

    if by == "click":
        anna.button("be-available").click()
    else:
        anna.page.keyboard.press("r")

    is_red(anna, "denied")
    anna.is_("offline")
    axe(anna.page)
    allow(anna, "microphone")
    anna.be("available")
    expect(anna.page.locator("#telephone")).not_to_have_class("fault")


def test_microphone_asked_for_before_anybody_is_available(sit: Sit) -> None:
    anna = sit()
    anna.page.add_init_script(COUNTED)
    anna.page.reload()
    assert anna.page.evaluate("asked") == 0
    asked: list[int] = []

    def note(route: Route) -> None:
        asked.append(anna.page.evaluate("asked"))
        route.continue_()

    anna.page.route("**/operator/state", note)
    anna.be("available")

    assert asked == [1]


def test_denial_told_before_anything_done(sit: Sit) -> None:
    anna = sit()
    allow(anna)

    anna.page.reload()

    is_red(anna, "denied")


def test_whoever_loses_microphone_is_available_no_more(sit: Sit) -> None:
    anna = sit()
    anna.be("available")

    allow(anna)

    is_unavailable(anna)
    is_red(anna, "denied")
    words = anna.person.says("telephone.denied")
    expect(anna.page.locator("#alarm")).to_have_text(words)


def test_reload_without_microphone_ends_being_available(sit: Sit) -> None:
    anna = sit()
    anna.be("available")
    anna.page.add_init_script(UNANSWERED)

    anna.page.reload()

    is_unavailable(anna)
    words = anna.person.says("telephone.asking")
    expect(anna.page.locator("#telephone")).to_have_text(words)


def test_second_tab_makes_nobody_available_without_microphone(sit: Sit) -> None:
    anna = sit()
    other = anna.tab()
    allow(anna)

    other.button("be-available").click()

    is_red(other, "denied")
    other.is_("offline")


# --- muted, and on hold -------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_muted_told_in_every_place_and_aloud(sit: Sit, language: str) -> None:
    anna = sit(language)
    anna.meets_a_caller()
    says, short = anna.person.says("talk.muted"), anna.person.says("talk.muted-short")

    anna.button("mute").click()

    expect(anna.page.locator("#talk-title")).to_contain_text(says)
    expect(anna.page).to_have_title(re.compile(f"^{short}"))
    expect(anna.page.locator(".state-word")).to_contain_text(short)
    expect(anna.page.locator("#say")).to_contain_text(says)
    for window in (PHONE, DESKTOP):
        anna.page.set_viewport_size(window)
        axe(anna.page)
        fits(anna.page)
    anna.button("mute").click()
    expect(anna.page.locator("#say")).to_contain_text(anna.person.says("desk.talking"))
    expect(anna.page).not_to_have_title(re.compile(f"^{short}"))


def test_muted_told_of_whoever_holds_caller_too(sit: Sit) -> None:
    anna = sit()
    anna.meets_a_caller()
    title = anna.page.locator("#talk-title")
    talk = title.locator("[data-since]").get_attribute("data-since")

    anna.button("hold").click()
    expect(title).to_contain_text(anna.person.says("desk.caller-held"))
    anna.button("mute").click()

    expect(anna.page.locator("#muted")).to_have_text(anna.person.says("talk.muted"))
    hold = title.locator("[data-since]").get_attribute("data-since")
    assert float(str(hold)) > float(str(talk))
    anna.button("hold").click()
    expect(title.locator("[data-since]")).to_have_attribute("data-since", str(talk))


# --- cut off ------------------------------------------------------------------


def is_cut(desk: Desk, how: str) -> None:
    """Cut off: in the title, in the heading and aloud; and nothing speaks of a talk."""
    says = desk.person.says
    title = desk.page.locator("#talk-title")
    expect(title).to_contain_text(says("talk.cut"))
    expect(title).not_to_contain_text(says("desk.talking"))
    expect(desk.page).to_have_title(re.compile(f"^{says('talk.cut-short')}"))
    expect(desk.page.locator(".state-word strong").first).to_have_text(
        says("talk.cut-short")
    )
    expect(desk.page.locator("#cut-help")).to_have_text(says(f"talk.cut-{how}"))
    expect(desk.page.locator("#alarm")).to_contain_text(says("talk.cut"))
    expect(desk.page.locator("#telephone")).not_to_have_text(
        says("desk.telephone.ready")
    )


def is_whole(desk: Desk) -> None:
    says = desk.person.says
    title = desk.page.locator("#talk-title")
    expect(title).to_contain_text(says("desk.talking"))
    expect(desk.page.locator("#cut-help")).to_be_hidden()
    expect(desk.page.locator("#say")).to_contain_text(says("talk.back"))
    expect(desk.page).not_to_have_title(re.compile(f"^{says('talk.cut-short')}"))


def clock_of(desk: Desk) -> float:
    clock = desk.page.locator("#talk-title [data-since]")
    return float(clock.get_attribute("data-since") or 0)


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_offline_talker_told_so(sit: Sit, language: str) -> None:
    anna = sit(language)
    anna.meets_a_caller()
    began = clock_of(anna)

    anna.page.context.set_offline(True)
    is_cut(anna, "surely")
    assert clock_of(anna) > began
    axe(anna.page)
    anna.page.context.set_offline(False)

    is_whole(anna)


def test_silence_of_service_in_talk_told(sit: Sit) -> None:
    anna = sit()
    anna.meets_a_caller()
    with held_still(anna.person.house.pids("hotline-live")):
        is_cut(anna, "perhaps")

    is_whole(anna)


def test_telephone_lost_in_talk_told(sit: Sit) -> None:
    anna = sit()
    anna.page.route(
        DEVICES, lambda route: route.continue_(url=brief(route.request.url))
    )
    anna.meets_a_caller()

    anna.page.route(DEVICES, lambda route: route.abort())

    is_cut(anna, "surely")
    anna.page.unroute_all()
    is_whole(anna)


def brief(url: str) -> str:
    """Let the device wait for news no longer than a second, and ask again."""
    return re.sub(r"wait=\d+", "wait=1", url)
