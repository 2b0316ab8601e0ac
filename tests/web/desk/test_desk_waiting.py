"""The lists at the desk: what waits, what was missed, and the own day."""

import re

import pytest

from exchange.state.people import accepting_operator, declining_operator
from ivr.core.model.account import LANGUAGES
from ivr.core.model.claim import DECLINED, MISSED
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from ivr.web.desk.render.words import translate_to
from tests.dsl.callbacks import promised
from tests.dsl.desk_work import talked
from tests.dsl.doing import OTHER_OPERATOR, call_in, until_state
from tests.dsl.ways_out import left_message
from tests.web.desk.writing import HTMX, PLAIN, Writer, text_of
from tests.web.desk_people import at_the_door, signed_in
from tests.world import LINE, World

BELA = OperatorId("bela")
WAITING, DAY, MISSED_TODAY = "/operator/waiting", "/operator/day", "/operator/missed"


@pytest.fixture
def on_duty(world: World) -> Writer:
    world.operator("anna", accepting_operator())
    return Writer(world, signed_in(world))


def away(world: World) -> Writer:
    """Anna speaks all languages, and takes a break."""
    world.operator("anna", accepting_operator())
    writer = Writer(world, signed_in(world))
    writer.post("/operator/state", state="away", reason="meal")
    return writer


def test_nothing_waits_at_first(on_duty: Writer) -> None:
    assert "Nothing is waiting." in on_duty.read(WAITING)


def test_promised_calls_listed_without_number(world: World) -> None:
    anna = away(world)
    promised(world)

    listed = text_of(anna.client.get(WAITING, headers=HTMX))

    assert "Promised calls the caller's own situation, Ukrainian" in listed
    assert "waits for its turn" in listed
    assert "7700900" not in listed


# --- messages ---------------------------------------------------------------


def test_message_heard_in_browser_and_then_deleted(world: World) -> None:
    anna = away(world)
    key = left_message(world)
    path = f"/operator/messages/{key}"
    assert "Listen to the messages" in anna.read(WAITING)
    assert f'src="{path}/audio"' in anna.read(WAITING, PLAIN)

    sound = anna.client.get(f"{path}/audio")

    assert (sound.status_code, sound.mimetype) == (200, "audio/wav")
    assert sound.headers["Cache-Control"] == "no-store"
    assert sound.data.startswith(b"RIFF")
    assert anna.post(f"{path}/done", PLAIN).location == WAITING
    assert "Nothing is waiting." in anna.read(WAITING)
    assert not world.exchange.state.recordings


def test_unheard_message_is_not_deleted(world: World) -> None:
    anna = away(world)
    key = left_message(world)

    answer = anna.post(f"/operator/messages/{key}/done")

    assert answer.status_code == 409
    assert "please listen to the message first" in answer.text
    assert len(world.ports.promises.messages(LINE)) == 1


def test_gone_message_told_in_words(world: World) -> None:
    anna = away(world)

    for path in ("/operator/messages/CA1/audio", "/operator/messages/%20/audio"):
        answer = anna.client.get(path)
        assert answer.status_code == 409
        assert "a colleague has dealt with this already" in text_of(answer)


# --- for one another --------------------------------------------------------


def test_passed_on_listed_until_done(world: World) -> None:
    world.operator("anna", accepting_operator())
    world.operator("bela", accepting_operator(), phone=OTHER_OPERATOR)
    anna = Writer(world, signed_in(world))
    bela = Writer(world, signed_in(world, "bela"))
    bela.post("/operator/state", state="away", reason="meal")
    caller = talked(world)
    anna.writes(caller, follow_up="Ring the clinic.", to="bela")
    assert "Ring the clinic." not in anna.read(WAITING)
    listed = bela.read(WAITING)
    assert "Ring the clinic." in listed
    key = re.search(r"/operator/follow-ups/([^/]+)/done", listed)
    assert key

    assert anna.post(key[0]).status_code == 409
    done = bela.post(key[0])

    assert "Marked as done." in done.text
    assert "Ring the clinic." not in done.text
    again = bela.post(key[0])
    assert again.status_code == 409
    assert "dealt with this already" in again.text
    record = world.ports.records.of(ContactId(caller.sid), OperatorId("anna"))
    assert record is not None
    assert record.follow_up is not None
    assert record.follow_up.done_by == BELA


@pytest.mark.parametrize("key", ["nothing", "%00", "x" * 200, "a%2Fb"])
def test_never_passed_on_is_not_done(on_duty: Writer, key: str) -> None:
    answer = on_duty.post(f"/operator/follow-ups/{key}/done")

    assert answer.status_code in {404, 409}


# --- the own day ------------------------------------------------------------


def test_own_day_told_in_figures(on_duty: Writer) -> None:
    talked(on_duty.world, seconds=70)

    shown = text_of(on_duty.client.get(DAY, headers=HTMX))

    assert "Calls 1" in shown
    assert "Time in calls 1 min" in shown
    assert "Missed 0" in shown


def test_missed_offers_told_with_reason(on_duty: Writer) -> None:
    world = on_duty.world
    world.exchange.put_person(
        "+447700900201", declining_operator(), accepting_operator()
    )
    call_in(world)
    until_state(world, State.TALKING, limit=120)

    shown = text_of(on_duty.client.get(MISSED_TODAY))

    assert "19:00 declined by you" in shown
    assert "Missed today" in on_duty.read(DAY)


@pytest.mark.parametrize("path", [WAITING, DAY, MISSED_TODAY])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_shown_in_place_of_words(world: World, language: str, path: str) -> None:
    anna = away(world)
    anna.speaks(language)
    promised(world)
    left_message(world)

    for headers in (HTMX, PLAIN):
        assert not re.search(r"\blist\.", anna.read(path, headers))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_state_has_words(language: str) -> None:
    keys = [
        *(f"list.missed-{reason}" for reason in {*MISSED, DECLINED}),
        *(
            f"list.state-{state}"
            for state in ("later", "waiting", "going-on", "in-writing", "lost")
        ),
    ]

    assert [key for key in keys if translate_to(language, key, {}) == key] == []


@pytest.mark.parametrize("path", [WAITING, DAY, MISSED_TODAY])
def test_signed_out_lists_lead_to_door(world: World, path: str) -> None:
    assert at_the_door(world).get(path).status_code == 303
