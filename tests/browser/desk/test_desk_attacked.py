"""The desk in real browsers against the odds: late answers, lost ones, hasty hands."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Dialog, ElementHandle, Locator, expect

from tests.browser.conftest import Sit
from tests.browser.desks import DRAW_ANEW, NOW, Desk, Late
from tests.browser.house import PATIENT, House
from tests.processes.hotline import eventually

FORM = "**/operator/record?*"
CARD, SAVE, COMPLETE = (
    "**/operator/caller",
    "**/operator/record",
    "**/operator/record/complete",
)
ASK_FOR_PLACE = """() => { htmx.ajax("POST", "/operator/reveal",
  { target: "#caller", swap: "innerHTML" }) }"""
ACCEPT_NOBODY = """() => { htmx.ajax("POST", "/operator/offers/nobody/accept",
  { target: "#top" }) }"""

pytestmark = pytest.mark.usefixtures("failures_are_told")


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return PATIENT


def note(desk: Desk) -> Locator:
    return desk.page.locator("#note")


def call_of_form(desk: Desk) -> str:
    return str(desk.page.locator("#record-call").get_attribute("value"))


def drawn_anew(desk: Desk, place: ElementHandle | None) -> None:
    """Wait until something has been drawn in the place of what was there."""
    assert place is not None
    desk.page.wait_for_function("old => !old.isConnected", arg=place)


def talked(anna: Desk, words: str) -> str:
    """A talk that has just ended, with a record; its call, as the form names it."""
    caller = anna.meets_a_caller()
    note(anna).fill(words)
    expect(anna.page.locator("#record-status")).to_contain_text("Saved at")
    first = call_of_form(anna)
    caller.hang_up()
    anna.is_("wrap-up")
    return first


# --- the state --------------------------------------------------------------


def test_late_state_asked_for_again(
    sit: Sit,
) -> None:
    anna = sit()
    caller = anna.meets_a_caller()
    late = Late(anna, NOW)
    caller.hang_up()
    assert late.is_asked()
    with anna.page.expect_response("**/operator/reveal"):
        anna.page.evaluate(ASK_FOR_PLACE)

    late.let_go()

    anna.is_("wrap-up")


def test_whoever_stays_after_all_hears_news(sit: Sit, house: House) -> None:
    anna = sit()
    anna.meets_a_caller().hang_up()
    anna.is_("wrap-up")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    anna.page.on("dialog", stay)
    late = Late(anna, SAVE)
    note(anna).press_sequentially("She is safe.")
    anna.page.get_by_role("button", name="Sign out").click(no_wait_after=True)
    assert eventually(lambda: anna.page.evaluate("1") and asked == ["beforeunload"])

    house.say("operators", "status", anna.person.name, "away")

    anna.is_("away")
    # Out of sight by now, and saved all the same.
    with anna.page.expect_response(SAVE) as saved:
        late.let_go()
    assert saved.value.ok


def test_countdown_follows_state_alone(sit: Sit) -> None:
    anna = sit()
    anna.meets_a_caller()
    anna.page.evaluate("document.getElementById('live').dataset.now = '9999999999'")
    card = anna.page.locator("#caller > *").first.element_handle()

    anna.page.evaluate("htmx.trigger(document.body, 'desk:call')")
    drawn_anew(anna, card)

    shown = anna.page.locator("#talk-title .countdown").inner_text()
    assert len(shown) < len("100:00")


def test_choice_stays_when_talk_drawn_anew(sit: Sit) -> None:
    anna, olha = sit(), sit()
    anna.meets_a_caller()
    olha.be("available")
    anna.page.locator("#to-others > summary").click()
    choice = anna.page.locator("#transfer-to")
    found = choice.locator("option", has_text=olha.person.name)
    expect(found).to_contain_text(anna.person.says("desk.state.available"))
    value = str(found.get_attribute("value"))
    choice.select_option(value)
    drawn = choice.element_handle()

    anna.page.evaluate(DRAW_ANEW)
    drawn_anew(anna, drawn)

    expect(choice).to_have_value(value)


def test_nobody_handed_over_to_nobody_in_particular(sit: Sit) -> None:
    anna = sit()
    anna.meets_a_caller()
    anna.page.locator("#to-others > summary").click()

    anna.button("transfer").click()

    expect(anna.page.locator("#transfer-to:invalid")).to_be_attached()
    anna.is_("talking")


def test_reason_of_refusal_outlives_redraw(sit: Sit) -> None:
    anna = sit()
    anna.be("available")
    anna.page.evaluate(ACCEPT_NOBODY)
    anna.tells("refusal.offer-over")

    before = anna.live.element_handle()
    anna.page.evaluate(DRAW_ANEW)
    drawn_anew(anna, before)

    anna.tells("refusal.offer-over")
    anna.be("away")
    expect(anna.page.locator("#refusal")).to_be_hidden()


# --- the record and the card ------------------------------------------------


def test_words_enter_no_earlier_record(sit: Sit) -> None:
    anna = sit()
    first = talked(anna, "Of the first.")
    anna.page.route(FORM, lambda route: route.abort())
    anna.meets_a_caller()

    expect(anna.page.locator("#record")).to_have_attribute("inert", "")
    assert call_of_form(anna) == first
    anna.page.unroute(FORM)

    expect(anna.page.locator("#record-call")).not_to_have_value(first)
    expect(anna.page.locator("#record[inert]")).to_have_count(0)
    expect(note(anna)).to_have_value("")


def test_last_callers_card_not_shown_next(sit: Sit) -> None:
    anna = sit()
    talked(anna, "Of the first.")
    anna.page.route(CARD, lambda route: route.abort())
    anna.meets_a_caller()

    expect(anna.page.locator("#caller > *")).to_have_count(0)
    anna.page.unroute(CARD)

    expect(anna.page.locator("#caller-title")).to_be_visible()


def test_nothing_typed_while_record_completed(sit: Sit) -> None:
    anna = sit()
    anna.meets_a_caller()
    note(anna).fill("She is safe.")
    late = Late(anna, COMPLETE)
    anna.button("complete").click()
    assert late.is_asked()

    expect(note(anna)).not_to_be_editable()
    late.let_go()

    expect(anna.page.locator("#record .done").first).to_be_visible()
    expect(note(anna)).to_be_editable()
    expect(note(anna)).to_have_value("She is safe.")


def test_completion_includes_words_being_saved(sit: Sit) -> None:
    anna = sit()
    anna.meets_a_caller()
    late = Late(anna, SAVE)
    note(anna).press_sequentially("She is saf")
    assert late.is_asked()
    note(anna).press_sequentially("e")
    anna.button("complete").click()

    late.let_go()

    expect(anna.page.locator("#record .done").first).to_be_visible()
    expect(anna.page.locator("[name=note]")).to_have_count(1)
    expect(note(anna)).to_have_value("She is safe")


def test_saved_note_leaves_state_unknown(sit: Sit, house: House) -> None:
    anna = sit()
    anna.meets_a_caller()
    warning = anna.page.locator("#connection")
    expect(warning).to_be_hidden()
    anna.page.route(NOW, lambda route: route.fulfill(status=503))
    house.say("operators", "status", anna.person.name, "away")
    expect(warning).to_be_visible()

    note(anna).fill("She is safe.")
    expect(anna.page.locator("#record-status")).to_contain_text("Saved")

    assert warning.is_visible()
