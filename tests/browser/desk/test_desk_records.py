"""What an operator writes and sees of a call, in a real browser."""

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect

from tests.browser.conftest import Shot, Sit
from tests.browser.desks import Desk
from tests.browser.house import Caller, House, housed
from tests.browser.looking import PHONE, axe, fits, is_fit, tab_to
from tests.browser.watching import Pages
from tests.processes.people import lines

AREA = "864135"
TELLS_AREA = (
    *({"press": keys, "after": 0.1} for keys in ("3", "1", "2", f"{AREA}#", "1")),
    "stay",
)
LAST = re.compile(r"Record of the last call, \d\d:\d\d")
SAVED = re.compile(r"Saved at \d\d:\d\d:\d\d\.")


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return {"reserve = { urgent = 1 }\n": "", "seconds = 30": "seconds = 2"}


@pytest.fixture(scope="module")
def house(
    rules: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A house whose line requires a disposition of every call."""
    folder = tmp_path_factory.mktemp("house")
    shipped = lines(folder, rules)
    file = Path(shipped) / "example" / "line.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("required = []", 'required = ["disposition"]'))
    with housed(folder, shipped) as one:
        yield one


@pytest.fixture
def sit(sit: Sit) -> Sit:
    """Somebody new is at the desk and available."""

    def one(language: str = "en", **wishes: object) -> Desk:
        desk = sit(language, **wishes)
        desk.be("available")
        return desk

    return one


def note(desk: Desk) -> Locator:
    return desk.page.locator("#note")


def status(desk: Desk) -> Locator:
    return desk.page.locator("#record-status")


def talks(desk: Desk, house: House, script: object = None) -> Caller:
    """The operator talks to a caller, and has the form before them."""
    caller = house.call(script) if script else house.call()  # type: ignore[arg-type]
    desk.talk()
    caller.until("connected")
    expect(note(desk)).to_be_visible()
    return caller


def unfold(desk: Desk) -> None:
    """Open the record of the last call, which is folded away."""
    fold = desk.page.locator("#last-record")
    expect(fold.locator("> summary")).to_have_text(LAST)
    expect(note(desk)).to_be_hidden()
    fold.locator("> summary").click()
    expect(note(desk)).to_be_visible()


def leave(desk: Desk) -> None:
    """Write what is required, so that nobody is held, and go off duty."""
    desk.page.locator("#disposition").select_option("helped")
    expect(status(desk)).to_contain_text(SAVED)
    desk.button("complete").click()
    expect(desk.page.locator("#record .done").first).to_be_visible()
    desk.be("offline")


def choose_helped(desk: Desk) -> None:
    """Choose what came of the talk, and see it kept."""

    def is_kept(answer: Response) -> bool:
        sent = answer.request.post_data or ""
        return answer.url.endswith("/operator/record") and "disposition=helped" in sent

    with desk.page.expect_response(is_kept):
        desk.page.locator("#disposition").select_option("helped")


def test_note_saves_itself_and_outlives_reload(sit: Sit, house: House) -> None:
    anna = sit()
    caller = talks(anna, house)

    note(anna).press_sequentially("She is safe.", delay=20)
    expect(status(anna)).to_contain_text(SAVED)
    note(anna).press_sequentially(" She rings again tomorrow.", delay=120)
    choose_helped(anna)
    caller.hang_up()
    anna.is_("available")
    anna.open()

    unfold(anna)
    expect(note(anna)).to_have_value("She is safe. She rings again tomorrow.")
    expect(anna.page.locator("#disposition")).to_have_value("helped")
    leave(anna)


def test_last_record_hidden_beside_next_caller(sit: Sit, house: House) -> None:
    anna = sit()
    first = talks(anna, house)
    note(anna).fill("She is safe.")
    choose_helped(anna)
    first.hang_up()
    anna.is_("available")
    unfold(anna)
    expect(note(anna)).to_have_value("She is safe.")

    second = house.call()
    expect(anna.offer).to_be_visible()
    expect(note(anna)).to_be_hidden()
    expect(anna.page.locator("#last-record")).to_be_hidden()
    anna.open()
    expect(anna.page.locator("#record")).to_contain_text("as soon as a call begins")
    assert "She is safe." not in anna.page.content()
    anna.talk()

    expect(note(anna)).to_be_visible()
    expect(note(anna)).to_have_value("")
    second.hang_up()
    leave(anna)


def test_nothing_of_last_record_seen_while_away(sit: Sit, house: House) -> None:
    anna = sit()
    caller = talks(anna, house)
    note(anna).fill("She is safe.")
    choose_helped(anna)
    caller.hang_up()
    anna.is_("available")
    unfold(anna)

    anna.be("away")
    expect(anna.page.locator("#last-record")).to_be_hidden()
    expect(anna.page.locator("#note")).to_have_count(0)
    anna.open()
    expect(anna.page.locator("#record")).to_contain_text("as soon as a call begins")
    anna.be("offline")

    unfold(anna)
    expect(note(anna)).to_have_value("She is safe.")


@pytest.mark.usefixtures("failures_are_told")
def test_unsaved_words_hidden_while_ringing(sit: Sit, house: House) -> None:
    anna = sit()
    caller = talks(anna, house)
    choose_helped(anna)
    anna.page.route("**/operator/record", lose)
    note(anna).fill("She is safe.")
    caller.hang_up()
    anna.is_("available")
    second = house.call()
    expect(anna.offer).to_be_visible()

    expect(note(anna)).to_be_hidden()
    expect(anna.page.locator("#record-waits")).to_be_visible()
    axe(anna.page)
    expect(note(anna)).to_have_value("She is safe.")
    anna.page.unroute("**/operator/record")
    expect(anna.page.locator("#record-waits")).to_be_hidden()
    anna.talk()
    expect(note(anna)).to_have_value("")
    second.hang_up()
    leave(anna)
    unfold(anna)


def lose(route: Route) -> None:
    """Lose what is sent on its way; what is asked for is answered."""
    if route.request.method == "POST":
        route.abort("connectionreset")
    else:
        route.continue_()


def test_hangup_takes_no_word_from_writer(sit: Sit, house: House) -> None:
    anna = sit()
    caller = talks(anna, house)
    note(anna).press_sequentially("She is", delay=20)

    caller.hang_up()
    for word in itertools.islice(itertools.cycle([" well", " and", " safe"]), 12):
        note(anna).press_sequentially(word, delay=60)

    anna.is_("wrap-up")
    expect(note(anna)).to_be_focused()
    written = "She is" + " well and safe" * 4
    expect(note(anna)).to_have_value(written)
    expect(status(anna)).to_contain_text(SAVED)
    leave(anna)


def test_wrap_up_held_until_record_is_complete(
    sit: Sit, house: House, new_page: Pages
) -> None:
    new_page.allow("status of 422")
    anna = sit()
    first = talks(anna, house)
    first.hang_up()
    anna.is_("wrap-up")
    second = house.call()

    anna.button("complete").click()
    missing = anna.page.locator("#record [role=alert]")
    expect(missing).to_contain_text("Still missing: how it ended.")
    expect(missing).to_be_focused()
    second.until("queue")
    assert not anna.offer.is_visible()
    anna.page.locator("#disposition").select_option("helped")
    anna.button("complete").click()

    expect(anna.page.locator("#record .done").first).to_be_focused()
    anna.talk()
    second.until("connected")
    second.hang_up()
    leave(anna)


def test_two_tabs_lose_no_word(sit: Sit, house: House, new_page: Pages) -> None:
    new_page.allow("status of 409")
    anna = sit()
    caller = talks(anna, house)
    other = anna.tab()
    expect(note(other)).to_be_visible()
    note(anna).fill("The first tab.")
    expect(status(anna)).to_contain_text(SAVED)

    note(other).fill("The second tab.")
    expect(status(other)).to_contain_text("Not saved")
    expect(status(other)).to_contain_text("The first tab.")
    expect(note(other)).to_have_value("The second tab.")
    axe(other.page)
    other.page.get_by_role("button", name="Save what is written here").click()
    expect(status(other)).to_contain_text(SAVED)
    note(anna).fill("The first tab, again.")
    expect(status(anna)).to_contain_text("The second tab.")
    anna.page.get_by_role("link", name="Take the other text").click()

    expect(note(anna)).to_have_value("The second tab.")
    other.page.close()
    caller.hang_up()
    leave(anna)


def test_refused_words_set_aside_for_next_caller(
    sit: Sit, house: House, new_page: Pages
) -> None:
    new_page.allow("status of 409")
    anna = sit()
    first = talks(anna, house)
    other = anna.tab()
    note(other).fill("The other tab.")
    choose_helped(other)
    note(anna).fill("Only here.")
    expect(status(anna)).to_contain_text("Not saved")
    other.page.close()
    first.hang_up()
    anna.is_("available")
    expect(note(anna)).to_be_visible()

    second = house.call()
    expect(anna.offer).to_be_visible()
    expect(note(anna)).to_be_hidden()
    anna.talk()

    expect(note(anna)).to_have_value("")
    left = anna.page.locator("#left-words")
    expect(left.locator(".written")).to_be_hidden()
    left.locator("summary").click()
    expect(left.locator(".written")).to_have_text("Only here.")
    axe(anna.page)
    left.get_by_role("button").click()
    expect(left).to_be_hidden()
    second.hang_up()
    leave(anna)


def test_record_written_and_completed_with_keyboard_alone(
    sit: Sit, house: House
) -> None:
    anna = sit()
    caller = talks(anna, house)
    caller.hang_up()
    expect(anna.live).to_contain_text(anna.person.says("desk.wrap-up-held"))
    keys = anna.page.keyboard

    tab_to(anna.page, anna.page.locator("#disposition"))
    keys.press("ArrowDown")
    tab_to(anna.page, note(anna))
    keys.type("She is safe.")
    tab_to(anna.page, anna.button("complete"))
    keys.press("Enter")

    expect(anna.page.locator("#record .done").first).to_contain_text("completed at")
    anna.is_("available")
    anna.be("offline")


def test_place_shown_on_demand(sit: Sit, house: House) -> None:
    anna = sit()
    caller = talks(anna, house, TELLS_AREA)
    card = anna.page.locator("#caller")
    expect(card).to_contain_text("an area code was given")
    assert AREA not in anna.page.content()

    anna.page.get_by_role("button", name="Show the location").click()

    place = card.locator(".place")
    expect(place).to_contain_text(AREA)
    expect(place).to_be_focused()
    note(anna).focus()
    caller.hang_up()
    anna.is_("wrap-up")
    ended = f"Call with {anna.person.name} ended."
    expect(card.locator("#timeline")).to_contain_text(ended)
    expect(place).to_contain_text(AREA)
    expect(note(anna)).to_be_focused()
    leave(anna)


def test_another_call_promised_and_taken_back(sit: Sit, house: House) -> None:
    anna = sit()
    caller = talks(anna, house)
    again = anna.page.locator("#again")
    again.locator("summary").click()
    moment = again.locator("#again-at")
    moment.fill(str(moment.get_attribute("max")))

    again.get_by_role("button", name="Promise", exact=True).click()
    expect(again).to_contain_text("A call is promised:")
    again.get_by_role("button", name="Take the promise back").click()

    expect(again).not_to_contain_text("A call is promised:")
    caller.hang_up()
    leave(anna)


# --- how it looks -----------------------------------------------------------


def everything_open(anna: Desk, house: House) -> Caller:
    """A second call of the same caller, with all that can be opened."""
    first = talks(anna, house, TELLS_AREA)
    note(anna).fill("She is safe.")
    choose_helped(anna)
    first.hang_up()
    anna.is_("available")
    call = house.telephone.place_call(first.number, "+12025550101", TELLS_AREA)
    again = Caller(telephone=house.telephone, number=first.number, call=call)
    anna.talk()
    again.until("connected")
    expect(anna.page.locator("#caller .earlier")).to_be_attached()
    expect(note(anna)).to_have_value("")
    open_all(anna.page)
    return again


def open_all(page: Page) -> None:
    page.evaluate(
        "document.querySelectorAll('main details').forEach(each => each.open = true)"
    )


def test_record_and_caller_faultless_everywhere(
    sit: Sit, house: House, shot: Shot
) -> None:
    anna = sit()
    caller = everything_open(anna, house)

    is_fit(anna.page, shot, "record")
    caller.hang_up()
    anna.open()  # looking at a page leaves traces on it
    leave(anna)
    for name in ("record", "waiting", "day", "missed"):
        anna.open(f"/operator/{name}")
        open_all(anna.page)
        is_fit(anna.page, shot, f"alone-{name}")


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_record_and_caller_faultless_in_languages(
    sit: Sit, house: House, shot: Shot, language: str
) -> None:
    anna = sit(language, viewport=PHONE)
    caller = everything_open(anna, house)

    fits(anna.page)
    axe(anna.page)
    shot(anna.page, f"record-{language}")
    caller.hang_up()
    anna.open()  # looking at a page leaves traces on it
    anna.page.locator("#disposition").select_option("helped")
    anna.button("complete").click()
    expect(anna.page.locator("#record .done").first).to_be_visible()
    anna.be("offline")
