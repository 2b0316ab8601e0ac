"""An offer in real browsers: in sight at once, whatever window, page and place."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.desks import Desk
from tests.browser.house import PATIENT, House
from tests.browser.looking import PHONE, SIZES, TWICE_AS_LARGE, axe, fits, is_in_sight


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return PATIENT


def is_offered(anna: Desk, house: House) -> None:
    anna.be("available")
    house.call()
    expect(anna.offer).to_be_visible()


@pytest.mark.parametrize("language", ["en", "uk"])
def test_offer_in_sight_wherever_scrolled(
    sit: Sit, house: House, language: str
) -> None:
    anna = sit(language)
    anna.page.locator("#preferences > summary").click()
    is_offered(anna, house)

    for size in SIZES:
        for name in ("accept", "decline"):
            is_in_sight(anna.page, name, size)
        fits(anna.page)

    for scheme in ("light", "dark"):
        anna.page.emulate_media(color_scheme=scheme)
        for size in (PHONE, TWICE_AS_LARGE):
            anna.page.set_viewport_size(size)
            axe(anna.page)


@pytest.mark.parametrize("path", ["/operator/self-test", "/account"])
def test_offer_in_sight_on_other_pages(sit: Sit, house: House, path: str) -> None:
    anna = sit(viewport=PHONE)
    anna.open(path)
    is_offered(anna, house)

    is_in_sight(anna.page, "accept", PHONE)


def test_nothing_else_asked_while_it_rings(sit: Sit, house: House) -> None:
    anna = sit(viewport=PHONE)
    is_offered(anna, house)

    expect(anna.button("be-away")).to_have_count(0)
    expect(anna.button("be-offline")).to_have_count(0)
    expect(anna.page.locator(".languages")).to_be_hidden()
    anna.talk()

    expect(anna.button("be-away")).to_be_visible()
    expect(anna.page.locator(".languages")).to_be_visible()


@pytest.mark.usefixtures("failures_are_told")
def test_notice_and_offer_never_overlap(sit: Sit, house: House) -> None:
    anna = sit()
    is_offered(anna, house)
    anna.page.route("**/decline", lambda route: route.fulfill(status=500))

    anna.button("decline").click()

    expect(anna.page.locator("#deed")).to_be_visible()
    for size in SIZES:
        is_in_sight(anna.page, "accept", size)


def test_alarm_of_offer_tells_no_time(sit: Sit, house: House) -> None:
    anna = sit()

    is_offered(anna, house)

    words = anna.person.says("desk.offer")
    expect(anna.page.locator("#alarm")).to_have_text(words)
