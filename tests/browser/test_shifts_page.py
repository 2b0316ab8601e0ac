"""The operator's own shifts in a real browser: by pointer, keyboard, telephone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from ivr.adapters.system import SystemClock
from ivr.web.desk.render.words import LANGUAGES
from tests.browser.conftest import Arrive, Shot
from tests.browser.house import House
from tests.browser.looking import axe, is_fit, tab_to
from tests.browser.people import Person, seated
from tests.browser.watching import Pages

PAGE = "/operator/shifts"
TODAY = SystemClock().now().date()


def plan(house: House, name: str, *days: int) -> None:
    """Night shifts of somebody, so many days from now."""
    for after in days:
        begins = f"{TODAY + timedelta(days=after)} 22:00"
        house.say("shifts", "add", name, "--from", begins, "--to", "06:00")


@pytest.fixture
def anna(house: House, arrive: Arrive) -> Person:
    """Somebody at the page of her two shifts."""
    person = seated(house, arrive())
    plan(house, person.name, 2, 4)
    person.go(PAGE)
    return person


def shifts_of(person: Person) -> Locator:
    return person.page.locator(".shift")


def told(person: Person, role: str, key: str) -> Locator:
    """What came of it, in the words up to where they name the shift."""
    words = person.says(key, when="|").partition("|")[0].strip()
    area = person.page.locator("#shifts")
    return area.locator(f"[role={role}]").filter(has_text=words)


def test_desks_next_shift_leads_to_all(anna: Person) -> None:
    anna.go("/operator")

    shown = anna.page.locator("#next-shift")
    expect(shown).to_contain_text(re.compile("22:00.06:00, not confirmed yet"))
    shown.get_by_role("link").click()

    anna.is_at(PAGE)


def test_answers_taken_without_leaving_page(anna: Person) -> None:
    left: list[str] = []
    anna.page.on("framenavigated", lambda frame: left.append(frame.url))

    shifts_of(anna).first.get_by_role("button").click()
    expect(told(anna, "status", "shift.done-confirm")).to_be_focused()
    last = shifts_of(anna).last
    last.locator("summary").click()
    last.get_by_role("textbox").fill("A cold")
    last.get_by_role("button", name=anna.says("shift.send-decline")).click()
    expect(told(anna, "status", "shift.done-decline")).to_be_focused()

    states = [anna.says(f"shift.state-{each}") for each in ("confirmed", "declined")]
    expect(anna.page.locator(".shift .state")).to_have_text(states)
    assert left == []


def test_what_was_cancelled_meanwhile_says_so(
    anna: Person, house: House, new_page: Pages
) -> None:
    new_page.allow("status of 409")
    first = shifts_of(anna).first
    key = (first.get_attribute("id") or "").removeprefix("shift-")
    house.say("shifts", "cancel", key)

    first.get_by_role("button").first.click()

    expect(told(anna, "alert", "shift.refused-shift-cancelled")).to_be_focused()
    expect(shifts_of(anna).first).to_contain_text(anna.says("shift.state-cancelled"))


def test_keyboard_alone_is_enough(anna: Person) -> None:
    page = anna.page

    tab_to(page, shifts_of(anna).first.locator("summary"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("A cold")
    page.keyboard.press("Enter")
    expect(told(anna, "status", "shift.done-decline")).to_be_focused()
    tab_to(page, shifts_of(anna).first.get_by_role("button"))
    page.keyboard.press("Enter")

    expect(told(anna, "status", "shift.done-confirm")).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_fits_every_screen_in_every_language(
    house: House, arrive: Arrive, shot: Shot, language: str
) -> None:
    person, colleague = seated(house, arrive(language)), arrive()
    plan(house, person.name, 1, 3, 5)
    plan(house, colleague.name, 3)
    person.go(PAGE)

    is_fit(person.page, shot, f"shifts-{language}")
    # What axe has touched keeps a style of its own, which htmx would copy.
    person.go(PAGE)
    shifts_of(person).first.locator("summary").click()
    shifts_of(person).last.get_by_role("button").first.click()
    expect(told(person, "status", "shift.done-confirm")).to_be_focused()
    axe(person.page)
