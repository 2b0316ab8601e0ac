"""The page of one's own shifts, and the next one on the desk."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.actions.operators import shifts
from ivr.core.model.account import LANGUAGES, Role
from ivr.core.model.facts import ShiftConfirmed, ShiftDeclined
from ivr.core.model.identifiers import OperatorId, ShiftId
from ivr.core.model.values import replace
from ivr.core.shifts.shift import COMING, Shift, ShiftAnswer, ShiftState
from ivr.core.shifts.shift_times import Span
from ivr.web.desk.render.saying import zone_said
from ivr.web.desk.render.words import FOLDER
from tests.web.desk_people import at_the_door, enrolled, signed_in, token_of
from tests.world import World

PAGE = "/operator/shifts"
NEXT = "/operator/shifts/next"
ANNA = OperatorId("anna")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STARTS = datetime(2026, 1, 6, 20, tzinfo=UTC)
"""Tomorrow, as the world begins; a Tuesday, 22:00 in Kyiv."""
WEB = FOLDER.parent
REASONS = ("shift-cancelled", "shift-over", "shift-begun", "not-yours")
HTMX: Mapping[str, str] = {"HX-Request": "true"}
PLAIN: Mapping[str, str] = {}


def planned(
    world: World, name: str = "anna", after: timedelta = timedelta(), hours: float = 8
) -> Shift:
    starts = STARTS + after
    span = Span(starts=starts, ends=starts + hours * HOUR)
    return shifts.plan_shifts(world.ports, enrolled(world, name), [span])[0]


def text_of(answer: TestResponse) -> str:
    """What is read on a page: its words, without tags."""
    body = re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True))
    return " ".join(unescape(body).replace("\u2013", "-").split())


@dataclass(slots=True)
class Reader:
    """Anna, who has signed in, and one night shift of hers."""

    world: World
    client: FlaskClient
    night: Shift

    def read(self, at: str = PAGE) -> str:
        answer = self.client.get(at)
        assert answer.status_code == 200
        return text_of(answer)

    def page(self) -> str:
        return self.client.get(PAGE).get_data(as_text=True)

    def say(
        self,
        what: str,
        shift: Shift | None = None,
        *,
        reason: str = "",
        headers: Mapping[str, str] = PLAIN,
    ) -> TestResponse:
        key = (shift or self.night).id
        form = {"reason": reason, "csrf_token": token_of(self.client.get(PAGE))}
        return self.client.post(f"{PAGE}/{key}/{what}", data=form, headers=headers)

    def now(self) -> Shift:
        found = self.world.ports.shifts.find(self.night.id)
        assert found is not None
        return found

    def speaks(self, language: str) -> None:
        form = {"language": language, "csrf_token": token_of(self.client.get(PAGE))}
        assert self.client.post("/language", data=form).status_code == 303

    def facts(self) -> list[type]:
        log = self.world.ports.call_search
        facts = log.facts_of(None)
        known = (ShiftConfirmed, ShiftDeclined)
        return [type(fact) for fact in facts if isinstance(fact, known)]


@pytest.fixture
def anna(world: World) -> Reader:
    return Reader(world, signed_in(world), planned(world))


# --- what is shown ----------------------------------------------------------


def test_shift_told_in_full(anna: Reader) -> None:
    shown = anna.read()

    assert "All times are Kyiv time." in shown
    assert "Tomorrow, Tuesday, 6 January" in shown
    assert "22:00-06:00 the next day (8 hours)" in shown
    assert "Not confirmed yet" in shown


@pytest.mark.parametrize(
    ("language", "heading", "times"),
    [
        ("uk", "Завтра, вівторок, 6 січня", "22:00-06:00 наступного дня (8 годин)"),
        ("ru", "Завтра, вторник, 6 января", "22:00-06:00 следующего дня (8 часов)"),
        ("en", "Tomorrow, Tuesday, 6 January", "22:00-06:00 the next day (8 hours)"),
    ],
)
def test_page_is_in_operators_language(
    anna: Reader, language: str, heading: str, times: str
) -> None:
    anna.speaks(language)

    shown = anna.read()

    assert heading in shown
    assert times in shown
    assert "Europe" not in shown


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Europe/Kyiv", "uk", "за київським часом"),
        ("Europe/Kiev", "ru", "по киевскому времени"),
        ("Europe/Kyiv", "en", "Kyiv time"),
        ("Europe/Warsaw", "uk", "поясом: Варшава"),
        ("Asia/Tbilisi", "ru", "поясу: Тбилиси"),
        ("America/New_York", "en", "of all times: New York"),
        ("UTC", "uk", "поясом: UTC"),
    ],
)
def test_zone_told_as_people_say_it(zone: str, language: str, said: str) -> None:
    assert f"{said}." in zone_said(ZoneInfo(zone), language)


def test_same_day_shift_off_hour(anna: Reader) -> None:
    planned(anna.world, after=2 * DAY - 4 * HOUR, hours=4.5)

    assert "Thursday, 8 January 18:00-22:30 (4 hours 30 minutes)" in anna.read()


def test_midnight_is_end_of_same_day(anna: Reader) -> None:
    planned(anna.world, after=2 * DAY - 4 * HOUR, hours=6)

    assert "Thursday, 8 January 18:00-00:00 (6 hours)" in anna.read()


def test_clock_change_night_has_true_length(world: World) -> None:
    spring = datetime(2026, 3, 28, 20, tzinfo=UTC)
    world.clock.move(spring - 7 * DAY)
    night = planned(world, after=spring - STARTS, hours=7)

    shown = Reader(world, signed_in(world), night).read()

    assert "Saturday, 28 March 22:00-06:00 the next day (7 hours)" in shown


def test_shifts_listed_for_four_weeks(anna: Reader) -> None:
    for after in (7 * DAY, 7 * DAY + 10 * HOUR, 26 * DAY):
        planned(anna.world, after=after)
    planned(anna.world, after=29 * DAY)

    days = re.findall(r"<h2[^>]*>([^<]*)</h2>", anna.page())

    assert days == [
        "Tomorrow, Tuesday, 6 January",
        "Tuesday, 13 January",
        "Wednesday, 14 January",
        "Sunday, 1 February",
    ]


def test_no_shifts_told_too(world: World) -> None:
    client = signed_in(world)

    assert "You have no shifts in the next four weeks." in text_of(client.get(PAGE))
    assert "You have no shift" in text_of(client.get(NEXT))


def test_colleagues_shifts_unseen_but_present(
    anna: Reader,
) -> None:
    planned(anna.world, "olha", hours=2)
    planned(anna.world, "iryna", after=HOUR)
    planned(anna.world, "oksana", after=9 * HOUR)
    declined = planned(anna.world, "halyna")
    shifts.decline_shift(
        anna.world.ports, OperatorId("halyna"), declined.id, "A canary"
    )

    page = anna.page()

    assert "With you: iryna, olha" in page
    assert page.count("<li ") == 1
    assert not any(name in page for name in ("oksana", "halyna", "canary"))


def test_who_is_alone_is_told_so(anna: Reader) -> None:
    assert "Nobody else is planned for this time yet." in anna.read()


def test_colleagues_name_is_plain_text(anna: Reader) -> None:
    planned(anna.world, "<b>olha</b>")

    assert "<b>olha" not in anna.page()
    assert "&lt;b&gt;olha" in anna.page()


def test_shift_is_new_until_it_was_shown(anna: Reader) -> None:
    assert ">New<" in anna.page()
    seen = anna.now().seen

    assert ">New<" not in anna.page()
    assert seen == anna.world.clock.now()
    assert anna.now().seen == seen


def test_neighbouring_shift_stays_unseen(anna: Reader) -> None:
    other = planned(anna.world, "olha")

    anna.read()

    kept = anna.world.ports.shifts.find(other.id)
    assert kept is not None
    assert kept.seen is None


def test_looking_at_desk_is_not_seeing_shifts(anna: Reader) -> None:
    anna.read(NEXT)

    assert anna.now().seen is None


def test_cancelled_shift_told_and_marked_as_changed(anna: Reader) -> None:
    anna.read()
    shifts.revoke_shift(anna.world.ports, anna.night.id)

    shown = anna.read()

    assert "Changed Cancelled: you need not come" in shown
    assert "Confirm" not in shown
    assert "I cannot come" not in shown


# --- what is said -----------------------------------------------------------


def test_shift_confirmed_by_plain_form(anna: Reader) -> None:
    answer = anna.say("confirm")

    assert answer.status_code == 303
    assert answer.location == f"{PAGE}#shift-{anna.night.id}"
    assert anna.now().state is ShiftState.CONFIRMED
    assert anna.facts() == [ShiftConfirmed]
    shown = anna.read()
    assert "Confirmed" in shown
    assert "Confirm " not in shown


def test_htmx_gets_list_and_outcome(anna: Reader) -> None:
    answer = anna.say("confirm", headers=HTMX)

    assert answer.status_code == 200
    assert answer.get_data(as_text=True).lstrip().startswith('<div id="shifts"')
    said = "You have confirmed your shift: Tuesday, 6 January, 22:00-06:00."
    assert said in text_of(answer)
    assert 'role="status"' in answer.get_data(as_text=True)


def test_declining_with_reason_kept_sealed(
    anna: Reader,
) -> None:
    answer = anna.say("decline", reason="A canary is ill.")

    after = anna.now()
    assert answer.status_code == 303
    assert after.state is ShiftState.DECLINED
    assert anna.world.ports.vault.unseal(after.reason) == "A canary is ill."
    assert "canary" not in repr(after) + anna.page()
    assert anna.facts() == [ShiftDeclined]


def test_reason_is_optional_and_never_needed(anna: Reader) -> None:
    form = {"csrf_token": token_of(anna.client.get(PAGE))}

    answer = anna.client.post(f"{PAGE}/{anna.night.id}/decline", data=form)

    assert answer.status_code == 303
    assert (anna.now().state, anna.now().reason) == (ShiftState.DECLINED, "")


def test_who_could_not_come_takes_it_back(anna: Reader) -> None:
    answer = anna.say("decline", headers=HTMX)
    assert "I can come after all" in text_of(answer)

    anna.say("confirm")

    assert anna.now().state is ShiftState.CONFIRMED
    assert anna.facts() == [ShiftDeclined, ShiftConfirmed]


def test_two_clicks_are_one(anna: Reader) -> None:
    assert [anna.say("confirm").status_code for _ in range(2)] == [303, 303]

    assert anna.facts() == [ShiftConfirmed]


def cancel(anna: Reader) -> str:
    shifts.revoke_shift(anna.world.ports, anna.night.id)
    return "This shift was cancelled meanwhile. Nothing was changed."


def let_it_pass(anna: Reader) -> str:
    anna.night = planned(anna.world, after=-DAY - 4 * HOUR, hours=1.5)
    anna.read()
    anna.world.clock.pass_by(1.5 * HOUR)
    return "This shift is over. Nothing was changed."


def take_a_colleagues(anna: Reader) -> str:
    anna.night = planned(anna.world, "olha")
    return "This is not one of your shifts. Nothing was changed."


Happen = Callable[[Reader], str]


@pytest.mark.parametrize("happen", [cancel, let_it_pass, take_a_colleagues])
@pytest.mark.parametrize("what", ["confirm", "decline"])
@pytest.mark.parametrize("headers", [HTMX, PLAIN])
def test_ended_shift_told_unchanged(
    anna: Reader, happen: Happen, what: str, headers: Mapping[str, str]
) -> None:
    said = happen(anna)
    before = (anna.now().state, anna.now().reason)

    answer = anna.say(what, reason="A canary", headers=headers)

    assert answer.status_code == 409
    assert said in text_of(answer)
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert ("<html" in answer.get_data(as_text=True)) is (headers is PLAIN)
    assert (anna.now().state, anna.now().reason) == before
    assert anna.facts() == []


def test_nothing_taken_back_once_shift_has_begun(anna: Reader) -> None:
    anna.night = planned(anna.world, after=-DAY - 3 * HOUR + HOUR / 2, hours=4)
    anna.say("decline")
    anna.world.clock.pass_by(HOUR)

    answer = anna.say("confirm")

    assert answer.status_code == 409
    assert "This shift has begun" in text_of(answer)
    assert anna.now().state is ShiftState.DECLINED


def test_shift_that_nobody_knows_is_nobodys(anna: Reader) -> None:
    unknown = replace(anna.night, id=ShiftId("nothing"))

    answer = anna.say("confirm", unknown)

    assert answer.status_code == 409
    assert "This is not one of your shifts" in text_of(answer)


def test_only_what_can_be_said_is_offered(anna: Reader) -> None:
    planned(anna.world, after=-DAY - 4 * HOUR, hours=3)
    anna.world.clock.pass_by(HOUR)

    offered = re.findall(r'action="/operator/shifts/([^/]+)/(\w+)"', anna.page())

    assert len(offered) == 4
    for key, what in offered:
        shift = replace(anna.night, id=ShiftId(key))
        assert anna.say(what, shift).status_code == 303


# --- the next shift on the desk's own page ----------------------------------


def test_next_shift_told_in_sentence(anna: Reader) -> None:
    said = "Your next shift: tomorrow 22:00-06:00, not confirmed yet."

    assert said in anna.read(NEXT)
    shifts.confirm_shift(anna.world.ports, ANNA, anna.night.id)
    assert said.replace("not confirmed yet", "confirmed") in anna.read(NEXT)


def test_shift_later_on_told_with_day(anna: Reader) -> None:
    shifts.revoke_shift(anna.world.ports, anna.night.id)
    planned(anna.world, after=3 * DAY)

    assert "Your next shift: Friday, 9 January, 22:00" in anna.read(NEXT)


@pytest.mark.parametrize(
    ("hours", "notices"),
    [
        (24.5, []),
        (23.5, ["Please confirm"]),
        (0.9, ["less than an hour", "Please confirm"]),
        (-0.5, ["running now", "Please confirm"]),
    ],
)
def test_near_unconfirmed_shift_is_notice(
    world: World, hours: float, notices: list[str]
) -> None:
    world.clock.move(STARTS - hours * HOUR)
    night = planned(world)

    shown = Reader(world, signed_in(world), night).read(NEXT)

    words = ("running now", "less than an hour", "Please confirm")
    assert [each for each in words if each in shown] == notices


def test_confirmed_shift_notice_last_hour(world: World) -> None:
    night = planned(world)
    shifts.confirm_shift(world.ports, ANNA, night.id)
    world.clock.move(STARTS - HOUR / 2)

    shown = Reader(world, signed_in(world), night).read(NEXT)

    assert "It begins in less than an hour." in shown
    assert "Please confirm" not in shown


def test_declined_shift_is_not_next_one(anna: Reader) -> None:
    shifts.decline_shift(anna.world.ports, ANNA, anna.night.id, "")

    assert "You have no shift in the next four weeks." in anna.read(NEXT)


# --- who may ask --------------------------------------------------------------


@pytest.mark.parametrize("path", [PAGE, NEXT])
def test_signed_out_shifts_lead_to_door(world: World, path: str) -> None:
    answer = at_the_door(world).get(path)

    assert answer.status_code == 303
    assert answer.location.startswith("/?next=")


@pytest.mark.parametrize("what", ["confirm", "decline"])
def test_nothing_said_without_pages_own_token(anna: Reader, what: str) -> None:
    answer = anna.client.post(f"{PAGE}/{anna.night.id}/{what}")

    assert answer.status_code == 400
    assert anna.now().state is ShiftState.PLANNED


@pytest.mark.parametrize("role", Role)
def test_whatever_role_one_has_shifts(world: World, role: Role) -> None:
    planned(world)

    client = signed_in(world, role=role)

    assert "Not confirmed yet" in text_of(client.get(PAGE))


# --- the words --------------------------------------------------------------


def keys_of(language: str) -> set[str]:
    text = (FOLDER / language / "shift.po").read_text(encoding="utf-8")
    return set(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE))


def test_every_language_has_same_words() -> None:
    assert keys_of("uk") == keys_of("ru") == keys_of("en")


def test_used_words_all_exist() -> None:
    parts = [WEB / "desk" / name for name in ("pages/shifts.py", "render/saying.py")]
    sources = [*WEB.glob("templates/desk/*shift*.html"), *parts]
    named = re.compile(r"""["'](shift\.[a-z-]+[a-z])["']""")
    used = {key for path in sources for key in named.findall(path.read_text())}
    made = {
        *(f"shift.state-{state}" for state in ShiftState),
        *(f"shift.next-{state}" for state in COMING),
        *(f"shift.done-{answer}" for answer in ShiftAnswer),
        *(f"shift.refused-{reason}" for reason in REASONS),
    }

    assert used | made == keys_of("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_shown_in_place_of_words(anna: Reader, language: str) -> None:
    anna.speaks(language)
    planned(anna.world, "olha")

    for answer in (
        "",
        anna.say("decline", headers=HTMX),
        anna.say("confirm", headers=HTMX),
    ):
        shown = anna.read() if isinstance(answer, str) else text_of(answer)
        assert "shift." not in shown
    assert "shift." not in anna.read(NEXT)
