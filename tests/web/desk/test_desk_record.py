"""The record of a call at the desk: saved by itself, completed, and the caller seen."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from exchange.state.leg import Leg
from exchange.state.people import Press, Stay, accepting_operator
from ivr.actions.desk.scheduled_callback import promised_for
from ivr.core.history.record import LONGEST_NOTE
from ivr.core.model.account import LANGUAGES
from ivr.core.model.facts import KINDS
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import State
from ivr.web.desk.render.words import translate_to
from tests.dsl.desk_work import lines_with, talked, talking_to
from tests.dsl.doing import until_state
from tests.web.desk.writing import HTMX, PLAIN, RECORD, Writer, chosen, text_of
from tests.web.desk_people import at_the_door, signed_in
from tests.world import LINE, World, build_world

COMPLETE = "/operator/record/complete"
AREA = "864135"
TELLS_AREA = (
    Press(digits="1"),
    Press(digits="1"),
    Press(digits="2"),
    Press(digits=f"{AREA}#"),
    Press(digits="1"),
)


@pytest.fixture
def anna(world: World) -> Writer:
    world.operator("anna", accepting_operator())
    return Writer(world, signed_in(world))


@pytest.fixture
def strict(redis: Redis, tmp_path: Path) -> Iterator[Writer]:
    """Anna on a line that requires a disposition and a note."""
    required = 'required = ["disposition", "note"]'
    lines = lines_with(tmp_path, "required = []", required)
    with build_world(redis, tmp_path, lines=lines) as built:
        built.operator("anna", accepting_operator())
        yield Writer(built, signed_in(built))


# --- the form ---------------------------------------------------------------


def test_without_call_nothing_to_write(anna: Writer) -> None:
    assert "<form" not in anna.read()
    assert "as soon as a call begins" in anna.read(headers=PLAIN)


def test_empty_form_says_it_saves(anna: Writer) -> None:
    caller = talking_to(anna.world)

    form = anna.read()

    assert f'name="call" id="record-call" value="{caller.sid}"' in form
    assert 'name="version" value="0"' in form
    assert "saved by itself" in form
    assert ">Helped during the call</option>" in form


def test_written_saved_and_told_with_time(anna: Writer) -> None:
    caller = talking_to(anna.world)

    answer = anna.writes(caller, note="She is safe.", disposition="helped")

    assert answer.status_code == 200
    local = (anna.world.clock.now() + timedelta(hours=2)).strftime("%H:%M:%S")
    assert f"Saved at {local}." in answer.text
    assert 'name="version" value="1"' in answer.text
    assert "<form" not in answer.text
    record = anna.record(caller)
    assert (record.note, record.disposition) == ("She is safe.", "helped")
    form = anna.read()
    assert "She is safe.</textarea>" in form
    assert 'value="helped" selected' in form


def test_writers_form_not_redrawn(
    anna: Writer,
) -> None:
    caller = talking_to(anna.world)
    same, other = f"{RECORD}?call={caller.sid}", f"{RECORD}?call=CA0"

    assert anna.client.get(same, headers=HTMX).status_code == 204
    assert anna.client.get(other, headers=HTMX).status_code == 200
    assert anna.client.get(same).status_code == 200


def test_last_record_folded_under_heading(anna: Writer) -> None:
    caller = talking_to(anna.world)
    anna.writes(caller, note="She is safe.")
    began = anna.world.clock.now() + timedelta(hours=2)
    anna.world.exchange.hang_up(caller)
    until_state(anna.world, State.AVAILABLE)

    form = anna.read(f"{RECORD}?call={caller.sid}&shown=now")

    assert '<details id="last-record">' in form
    assert f"Record of the last call, {began:%H:%M}</h2>" in form
    again = f"{RECORD}?call={caller.sid}&shown=last"
    assert anna.client.get(again, headers=HTMX).status_code == 204


def test_nothing_of_last_record_sent_while_away(anna: Writer) -> None:
    caller = talking_to(anna.world)
    anna.writes(caller, note="She is safe.")
    anna.world.exchange.hang_up(caller)
    until_state(anna.world, State.AVAILABLE)
    anna.post("/operator/state", PLAIN, state="away", reason="break")

    for address in (RECORD, f"{RECORD}?call={caller.sid}&shown=last"):
        assert "She is safe." not in anna.read(address)
    assert "She is safe." not in anna.read(headers=PLAIN)


def test_second_window_told_and_shown_both_texts(anna: Writer) -> None:
    caller = talking_to(anna.world)
    anna.writes(caller, note="The first window.")

    answer = anna.writes(caller, note="The second window.")

    assert answer.status_code == 409
    assert "Not saved" in answer.text
    assert "The first window." in answer.text
    assert 'name="version" value="0"' in answer.text
    assert 'name="over" value="1"' in answer.text
    assert anna.record(caller).note == "The first window."


def test_only_unsaved_read_aloud(anna: Writer) -> None:
    caller = talking_to(anna.world)

    saved = anna.writes(caller, note="The first window.")
    refused = anna.writes(caller, note="The second window.")

    assert "role=" not in saved.text
    assert 'role="alert">Not saved' in refused.text


def test_second_window_may_knowingly_replace_first(anna: Writer) -> None:
    caller = talking_to(anna.world)
    anna.writes(caller, note="The first window.")

    answer = anna.writes(caller, note="The second window.", over="1")

    assert answer.status_code == 200
    assert 'name="version" value="2"' in answer.text
    assert anna.record(caller).note == "The second window."


def test_scriptless_form_loses_nothing(
    anna: Writer,
) -> None:
    caller = talking_to(anna.world)
    form = {"call": caller.sid, "note": "Plain.", "version": "0"}
    assert anna.post(RECORD, PLAIN, **form).location == RECORD

    answer = anna.post(RECORD, PLAIN, **form | {"note": "Plain, too."})

    assert answer.status_code == 409
    assert "Plain, too.</textarea>" in answer.text
    assert 'class="written">Plain.<' in answer.text
    over = form | {"note": "Plain, too.", "over": "1"}
    assert anna.post(RECORD, PLAIN, **over).status_code == 303
    assert anna.record(caller).note == "Plain, too."


def test_text_never_shown_as_markup(anna: Writer) -> None:
    caller = talking_to(anna.world)
    anna.writes(caller, note="</textarea><script>alert(1)</script>")

    assert "<script>alert" not in anna.read()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"disposition": "nonsense"}, 422),
        ({"note": "x" * (LONGEST_NOTE + 1)}, 422),
        ({"follow_up": "x", "to": "nobody"}, 422),
        ({"call": "CA" + "9" * 32}, 409),
        ({"call": "CA\0"}, 409),
        ({"call": ""}, 409),
        ({"version": "-1"}, 200),
        ({"version": "9" * 40}, 200),
    ],
)
def test_form_that_was_not_ours_changes_nothing(
    anna: Writer, form: dict[str, str], status: int
) -> None:
    caller = talking_to(anna.world)
    written = {"call": caller.sid, "version": "0", "note": "x", **form}

    assert anna.post(RECORD, **written).status_code == status


# --- completing it ----------------------------------------------------------


def test_incomplete_record_told_what_misses(
    strict: Writer,
) -> None:
    caller = talked(strict.world)
    strict.world.exchange.run_for(60)

    answer = strict.post(COMPLETE, call=caller.sid, version="0", note="All is well.")

    assert answer.status_code == 422
    told = text_of(answer)
    assert "Still missing: how it ended." in told
    assert 'aria-invalid="true"' in answer.text
    assert "All is well.</textarea>" in answer.text
    assert strict.world.operator_now().is_held


def test_complete_record_frees_operator(strict: Writer) -> None:
    caller = talked(strict.world)
    strict.world.exchange.run_for(60)
    form = {"note": "All is well.", "disposition": "helped"}

    answer = strict.post(COMPLETE, call=caller.sid, version="0", **form)

    assert answer.status_code == 200
    assert "The record was completed at" in answer.text
    assert strict.world.operator_now().state is State.AVAILABLE


def test_record_completed_without_scripts_too(strict: Writer) -> None:
    caller = talked(strict.world)
    form = {"call": caller.sid, "note": "All is well."}
    lacking = strict.post(COMPLETE, PLAIN, **form, version="0")
    assert lacking.status_code == 422
    assert 'name="version" value="1"' in lacking.text

    answer = strict.post(COMPLETE, PLAIN, **form, version="1", disposition="helped")

    assert (answer.status_code, answer.location) == (303, RECORD)


def test_more_time_given_from_top_of_page(anna: Writer) -> None:
    talked(anna.world)
    due = anna.world.operator_now().due
    assert due is not None

    answer = anna.post("/operator/more-time")

    assert answer.status_code == 200
    assert 'id="live"' in answer.text
    assert anna.world.operator_now().due == due + timedelta(seconds=60)
    until_state(anna.world, State.AVAILABLE)
    assert anna.post("/operator/more-time").status_code == 409


# --- the caller -------------------------------------------------------------


def test_caller_in_hand_shown_without_place(anna: Writer) -> None:
    leg: Leg = anna.world.dial(*TELLS_AREA, Stay())
    until_state(anna.world, State.TALKING)

    shown = anna.read("/operator/caller")

    for words in ("Ukrainian", "an area code was given", "Show the location"):
        assert words in shown
    assert "Call with anna began." in shown
    assert AREA not in shown
    assert AREA not in anna.read()
    assert leg.sid not in shown


def test_place_shown_to_whoever_asks_for_it(anna: Writer) -> None:
    anna.world.dial(*TELLS_AREA, Stay())
    until_state(anna.world, State.TALKING)

    answer = anna.post("/operator/reveal")

    assert AREA in text_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    plain = anna.post("/operator/reveal", PLAIN)
    assert AREA in text_of(plain)
    assert len(anna.world.ports.records.reveals(LINE)) == 2  # type: ignore[attr-defined]


def test_shown_place_stays_in_call(anna: Writer) -> None:
    first: Leg = anna.world.dial(*TELLS_AREA, Stay())
    until_state(anna.world, State.TALKING)
    assert "autofocus" in anna.post("/operator/reveal").text

    again = anna.read("/operator/caller")
    assert AREA in again
    assert "autofocus" not in again
    anna.world.exchange.hang_up(first)
    until_state(anna.world, State.AVAILABLE)
    anna.world.dial(*TELLS_AREA, Stay())
    until_state(anna.world, State.TALKING)

    assert AREA not in anna.read("/operator/caller")


def test_place_not_shown_once_call_is_over(anna: Writer) -> None:
    talked(anna.world)
    until_state(anna.world, State.AVAILABLE)

    answer = anna.post("/operator/reveal")

    assert answer.status_code == 409
    assert "not your call" in answer.text
    assert anna.post("/operator/reveal", PLAIN).status_code == 409
    assert anna.read("/operator/caller").strip() == ""


def test_earlier_calls_shown_with_own_notes(anna: Writer) -> None:
    first = talked(anna.world)
    anna.writes(first, note="Rings again tomorrow.", disposition="continued")
    talking_to(anna.world)

    shown = anna.read("/operator/caller")

    assert "1 earlier call" in shown
    assert "Rings again tomorrow." in shown
    assert "Another conversation is needed" in shown


# --- another call -----------------------------------------------------------


def test_another_call_promised_by_clock_of_line(anna: Writer) -> None:
    caller = talking_to(anna.world)
    at = chosen(anna.world)

    answer = anna.post("/operator/call-again", call=caller.sid, at=at)

    assert answer.status_code == 200
    assert f"A call is promised: {at[-5:]}." in text_of(answer)
    due = promised_for(anna.world.ports, LINE, ContactId(caller.sid))
    assert due is not None
    assert (due + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M") == at
    assert "7700900" not in answer.text
    form = {"call": caller.sid, "back": "yes"}
    assert "is promised" not in anna.post("/operator/call-again", **form).text
    assert promised_for(anna.world.ports, LINE, ContactId(caller.sid)) is None


@pytest.mark.parametrize(
    "at", ["", "tomorrow", "0001-01-01T00:00", "2020-01-01T10:00", "9999-12-31T23:59"]
)
def test_moment_that_is_none_is_told_so(anna: Writer, at: str) -> None:
    caller = talking_to(anna.world)

    answer = anna.post("/operator/call-again", call=caller.sid, at=at)

    assert answer.status_code == 422
    assert "coming two weeks" in answer.text


def test_withheld_number_cannot_be_promised(
    anna: Writer,
) -> None:
    caller = talking_to(anna.world, from_="anonymous")
    form = {"call": caller.sid, "at": chosen(anna.world)}

    answer = anna.post("/operator/call-again", **form)

    assert answer.status_code == 409
    assert "withheld" in answer.text
    plain = anna.post("/operator/call-again", PLAIN, **form)
    assert plain.status_code == 409
    assert "withheld" in plain.text


def test_call_promised_without_scripts_too(anna: Writer) -> None:
    caller = talking_to(anna.world)
    form = {"call": caller.sid, "at": chosen(anna.world, hours=30)}

    answer = anna.post("/operator/call-again", PLAIN, **form)

    assert answer.location == RECORD
    assert "A call is promised: 7 January, 07:00" in anna.read(headers=PLAIN)


# --- who may ask, and in which words ----------------------------------------


@pytest.mark.parametrize("path", [RECORD, "/operator/caller"])
def test_signed_out_record_leads_to_door(world: World, path: str) -> None:
    assert at_the_door(world).get(path).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        RECORD,
        COMPLETE,
        "/operator/more-time",
        "/operator/reveal",
        "/operator/call-again",
    ],
)
def test_nothing_done_without_pages_own_token(anna: Writer, path: str) -> None:
    assert anna.client.post(path, data={"call": "CA1"}).status_code == 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_shown_in_place_of_words(anna: Writer, language: str) -> None:
    anna.speaks(language)
    talked(anna.world)
    anna.world.dial(*TELLS_AREA, Stay())
    until_state(anna.world, State.TALKING)

    shown = [
        anna.read(headers=PLAIN),
        anna.read("/operator/caller"),
        anna.post("/operator/reveal").text,
        anna.post("/operator/call-again", call="CA1", at="").text,
    ]

    assert [each for each in shown if re.search(r"(record|list|refusal)\.", each)] == []


UNTOLD = {
    *("offer-made", "operator-changed", "calling-in-locked", "stranger-met"),
    *(name for name in KINDS if name.startswith("shift-")),
}
"""Facts that are in no call's timeline."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_of_call_has_words(language: str) -> None:
    keys = [f"record.fact-{name}" for name in KINDS if name not in UNTOLD]
    values = dict.fromkeys(("operator", "language", "topic", "part"), "")

    assert [key for key in keys if translate_to(language, key, values) == key] == []
