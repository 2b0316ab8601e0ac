"""The desk's door in a real browser: signing up, in and out, and coming back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ivr.web.desk.render.words import LANGUAGES
from tests.browser.conftest import Arrive, Shot
from tests.browser.house import House
from tests.browser.looking import PHONE, axe, fits, is_fit, tab_to
from tests.browser.people import PASSWORD, Person, end_sessions, seated
from tests.browser.watching import Pages

REFUSED = r"status of (401|403|422)"
"""A form that is refused is told by the browser too, in its console."""


def test_operator_signs_up_out_and_in(arrive: Arrive) -> None:
    anna = arrive()

    anna.join()
    anna.sign_out()
    anna.sign_in()

    anna.is_at("/operator")


def test_sign_up_link_opens_once(arrive: Arrive, new_page: Pages) -> None:
    new_page.allow("status of 404")
    anna = arrive()
    anna.join()

    anna.page.goto(anna.link)

    expect(anna.page.get_by_role("heading", level=1)).to_have_text(
        anna.says("account.no-invitation-title")
    )


def test_wrong_password_asks_name_again(arrive: Arrive, new_page: Pages) -> None:
    new_page.allow(REFUSED)
    anna = arrive()
    anna.join()
    anna.sign_out()

    anna.sign_in("a sentence of somebody else")

    expect(anna.page.get_by_role("alert")).to_have_text(
        anna.says("account.refused-sign-in")
    )
    expect(anna.field("account.name")).to_be_focused()


def test_sign_up_with_wrong_code_keeps_passwords(
    arrive: Arrive, new_page: Pages
) -> None:
    new_page.allow(REFUSED)
    anna = arrive()
    anna.page.goto(anna.link)
    anna.set_up_device()
    for name in ("account.password", "account.password-again"):
        anna.field(name).fill(PASSWORD)
    anna.field("account.code").fill("000000")
    anna.button("account.join").click()

    expect(anna.page.get_by_role("alert")).to_have_text(
        anna.says("account.refused-code-wrong")
    )
    axe(anna.page)
    expect(anna.field("account.password")).to_have_value(PASSWORD)
    expect(anna.field("account.password-again")).to_have_value(PASSWORD)
    expect(anna.field("account.code")).to_be_focused()
    expect(anna.field("account.code")).to_have_value("")
    anna.field("account.code").fill(anna.code())
    anna.button("account.join").click()

    anna.is_at("/operator")


def test_name_kept_when_password_was_wrong(arrive: Arrive, new_page: Pages) -> None:
    new_page.allow(REFUSED)
    anna = arrive()
    anna.join()
    anna.sign_out()

    anna.sign_in("a sentence of somebody else")

    expect(anna.page.get_by_role("alert")).to_be_visible()
    expect(anna.field("account.name")).to_have_value(anna.name)


def leads_back(anna: Person) -> None:
    """The page has given way to the door, and the door leads back to it."""
    expect(anna.page.get_by_role("main")).to_contain_text(
        anna.says("account.back-to-where-you-were")
    )
    anna.sign_in()
    anna.is_at("/account/device")


def test_ended_session_leads_back_itself(
    arrive: Arrive, house: House, new_page: Pages
) -> None:
    new_page.allow(REFUSED)
    anna = seated(house, arrive())
    with anna.page.expect_response("**/operator/events"):
        anna.go("/account/device")

    end_sessions(house)

    leads_back(anna)


def test_sleeping_page_leads_back_itself(
    arrive: Arrive, house: House, new_page: Pages
) -> None:
    new_page.allow(rf"{REFUSED}|ERR_FAILED")
    anna = seated(house, arrive())
    anna.page.route("**/operator/events", lambda asked: asked.abort())
    anna.go("/account/device")

    end_sessions(house)
    anna.page.unroute("**/operator/events")

    leads_back(anna)


@pytest.mark.parametrize("path", ["/account", "/account/device?changed=device"])
def test_scriptless_page_leads_back_when_reloaded(
    arrive: Arrive, house: House, path: str
) -> None:
    anna = seated(house, arrive(java_script_enabled=False))
    anna.go(path)
    end_sessions(house)

    anna.page.reload()
    anna.sign_in()

    anna.is_at(path)


def test_late_form_leads_back_to_page(arrive: Arrive, house: House) -> None:
    anna = seated(house, arrive(java_script_enabled=False))
    anna.go("/account")
    for field in ("old-password", "new-password", "password-again"):
        anna.field(f"account.{field}").fill(PASSWORD)
    end_sessions(house)

    anna.button("account.change-password").click()
    anna.sign_in()

    anna.is_at("/account")


def test_signed_in_not_asked_again(arrive: Arrive) -> None:
    anna = arrive()
    anna.join()

    anna.go("/")

    anna.is_at("/operator")


def type_into(anna: Person, **fields: str) -> None:
    """Go to each field by the tab key and type."""
    for name, words in fields.items():
        tab_to(anna.page, anna.field(f"account.{name.replace('_', '-')}"))
        anna.page.keyboard.type(words)


def test_keyboard_alone_is_enough(arrive: Arrive) -> None:
    anna = arrive()
    anna.page.goto(anna.link)
    anna.set_up_device()

    type_into(anna, password=PASSWORD, password_again=PASSWORD, code=anna.code())
    tab_to(anna.page, anna.button("account.join"))
    anna.page.keyboard.press("Enter")
    anna.is_at("/operator")
    anna.page.wait_for_load_state()
    tab_to(anna.page, anna.button("account.sign-out"))
    anna.page.keyboard.press("Enter")
    anna.is_at("/")
    type_into(anna, name=anna.name, password=PASSWORD, code=anna.code())
    anna.page.keyboard.press("Enter")

    anna.is_at("/operator")


def test_first_stop_leads_past_menu(arrive: Arrive) -> None:
    anna = arrive()
    anna.join()
    anna.go("/account")

    anna.page.keyboard.press("Tab")
    anna.page.keyboard.press("Enter")
    anna.page.keyboard.press("Tab")

    expect(anna.field("account.old-password")).to_be_focused()


def pages_of_the_door(anna: Person) -> Iterator[str]:
    """Come to every page around the door, one after the other; its name."""
    anna.page.goto(anna.link)
    yield "join"
    anna.join()
    for path in ("account", "account/device"):
        anna.go(f"/{path}")
        yield path.replace("/", "-")
    anna.page.goto(anna.link)
    yield "no-link"
    anna.go("/account")
    anna.sign_out()
    yield "sign-in"
    anna.sign_in("a sentence of somebody else")
    yield "sign-in-refused"


def test_pages_faultless_in_every_window(
    arrive: Arrive, new_page: Pages, shot: Shot
) -> None:
    new_page.allow(rf"{REFUSED}|status of 404")
    anna = arrive("uk")

    for name in pages_of_the_door(anna):
        is_fit(anna.page, shot, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_every_language_and_screen(
    arrive: Arrive, new_page: Pages, language: str
) -> None:
    new_page.allow(rf"{REFUSED}|status of 404")
    anna = arrive(language, viewport=PHONE)

    for _ in pages_of_the_door(anna):
        axe(anna.page)
        fits(anna.page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_chosen_at_door_remembered(arrive: Arrive, language: str) -> None:
    anna = arrive("de")
    anna.go("/")

    anna.language = language
    anna.button(f"account.language-{language}").click()
    expect(anna.button("account.sign-in")).to_be_visible()
    anna.join()

    expect(anna.button("account.sign-out")).to_be_visible()
    expect(anna.page.locator("html")).to_have_attribute("lang", language)
