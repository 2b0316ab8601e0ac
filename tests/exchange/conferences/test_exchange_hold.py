"""What a talk needs of a conference: hold with its music, muting, three in a room."""

import pytest

from exchange.kernel.transcript import Kind
from exchange.state.leg import Leg
from tests.exchange.box import BASE, CALLER, HOTLINE, Box
from tests.exchange.conferences.rooms import TOLD, document, enter, events, kinds
from tests.exchange.openapi import Spec

HOLD_URL = f"{BASE}/hold"
LEAVES = 'endConferenceOnExit="true"'


def room(box: Box) -> str:
    [sid] = box.exchange.state.conferences
    return sid


def put(box: Box, call: Leg, **what: object) -> dict[str, object]:
    tail = f"Conferences/{room(box)}/Participants/{call.sid}"
    answer = box.call("POST", tail, **what)
    assert answer.status == 200
    assert answer.body is not None
    return dict(answer.body)


def said(call: Leg) -> list[str]:
    return [event.text for event in call.transcript if event.kind is Kind.SAY]


@pytest.fixture
def held(box: Box) -> Leg:
    """Return a caller on hold, with somebody else in the room."""
    box.page("/hold", "<Say>One moment, please</Say>")
    caller = enter(box, document(TOLD))
    enter(box, document(LEAVES))
    put(box, caller, Hold="true", HoldUrl=HOLD_URL)
    box.exchange.run_for(0.5)
    return caller


# --- hold -----------------------------------------------------------------


def test_held_caller_hears_document_again_and_again(box: Box, held: Leg) -> None:
    box.exchange.run_for(10)

    assert len(said(held)) >= 4
    assert {request.method for request in box.service.received[-3:]} == {"GET"}
    assert box.service.asked("/hold")[0]["CallSid"] == held.sid


def test_hold_document_may_lead_to_another(box: Box, held: Leg) -> None:
    box.page("/hold", '<Play>/music.mp3</Play><Redirect method="GET">/more</Redirect>')
    box.page("/more", "<Say>Still here</Say>")

    box.exchange.run_for(20)

    assert "Still here" in said(held)


def test_music_stops_when_caller_taken_back(box: Box, held: Leg) -> None:
    box.exchange.run_for(5)

    put(box, held, Hold="false")
    before = len(box.service.asked("/hold"))
    box.exchange.run_for(30)

    assert len(box.service.asked("/hold")) == before
    assert kinds(held)[-1] is Kind.HOLD
    assert held.is_connected
    assert events(box)[-2:] == ["participant-hold", "participant-unhold"]


def test_second_hold_restarts_no_music(box: Box, held: Leg) -> None:
    put(box, held, Hold="true", HoldUrl=HOLD_URL)
    box.exchange.run_for(0.5)

    assert len(box.service.asked("/hold")) == 1


@pytest.mark.parametrize("way", ["hang up", "remove", "redirect"])
def test_music_stops_with_stay_in_conference(box: Box, held: Leg, way: str) -> None:
    box.page("/after", '<Pause length="60"/>')
    box.page("/other", '<Pause length="60"/>')

    if way == "hang up":
        box.exchange.hang_up(held)
    elif way == "remove":
        box.call("DELETE", f"Conferences/{room(box)}/Participants/{held.sid}")
    else:
        box.call("POST", f"Calls/{held.sid}", Url=f"{BASE}/other")
    before = len(box.service.asked("/hold"))
    box.exchange.run_for(30)

    assert len(box.service.asked("/hold")) == before


def test_hold_without_address_is_carriers_music(box: Box) -> None:
    caller = enter(box, document())

    put(box, caller, Hold="true")
    box.exchange.run_for(1)

    assert kinds(caller)[-1] is Kind.MUSIC


def test_failing_hold_document_leaves_silence(box: Box, held: Leg) -> None:
    box.page("/hold", (500, (), b""))

    box.exchange.run_for(10)

    assert kinds(held)[-1] is Kind.SILENCE
    assert put(box, held, Muted="false")["hold"] is True
    assert "11200" in box.exchange.complaints[0].text


def test_forbidden_hold_verbs_complained_of(box: Box, held: Leg) -> None:
    box.page("/hold", "<Say>wait</Say><Hangup/>")

    box.exchange.run_for(5)

    assert held.live
    assert "not allowed" in box.exchange.complaints[0].text


def test_whether_hold_music_repeats_is_setting() -> None:
    box = Box(hold_repeats=False)
    box.page("/hold", "<Say>One moment, please</Say>")
    caller = enter(box, document())

    put(box, caller, Hold="true", HoldUrl=HOLD_URL)
    box.exchange.run_for(30)

    assert len(said(caller)) == 1
    assert kinds(caller)[-1] is Kind.SILENCE


# --- finding and changing -------------------------------------------------


def test_room_found_by_name_in_progress(box: Box, spec: Spec) -> None:
    box.page("/after", "<Hangup/>")
    first = enter(box, document())
    waiting = box.call("GET", "Conferences", FriendlyName="r", Status="in-progress")
    other = enter(box, document(LEAVES))

    answer = box.call("GET", "Conferences", FriendlyName="r", Status="in-progress")
    strange = box.call("GET", "Conferences", FriendlyName="s", Status="in-progress")
    box.exchange.hang_up(other)
    box.exchange.run_until(lambda: first.ended)
    over = box.call("GET", "Conferences", FriendlyName="r", Status="in-progress")

    found = [_conferences(each) for each in (waiting, answer, strange, over)]
    assert [len(each) for each in found] == [0, 1, 0, 0]
    assert found[1][0]["sid"] == room(box)
    url = f"/2010-04-01/Accounts/{box.exchange.state.config.account}/Conferences.json"
    spec.check_response("GET", url, 200, answer.body)


def test_participant_changed_by_both_sids(
    box: Box,
) -> None:
    caller = enter(box, document())
    enter(box, document(LEAVES))

    shown = put(box, caller, Muted="true", EndConferenceOnExit="true")

    assert (shown["call_sid"], shown["conference_sid"]) == (caller.sid, room(box))
    assert (shown["muted"], shown["end_conference_on_exit"]) == (True, True)


# --- three in a room ------------------------------------------------------


def test_third_comes_and_goes_two_remain(box: Box) -> None:
    caller, operator = enter(box, document(TOLD)), enter(box, document(LEAVES))
    second = enter(box, document())
    together = [call.is_connected for call in (caller, operator, second)]

    box.exchange.hang_up(second)
    box.exchange.run_for(5)

    assert together == [True, True, True]
    assert caller.is_connected
    assert operator.is_connected
    assert len(box.exchange.state.conferences) == 1


def test_non_ending_operator_leaves_others_together(
    box: Box,
) -> None:
    caller, operator = enter(box, document()), enter(box, document(LEAVES))
    second = enter(box, document())
    put(box, second, EndConferenceOnExit="true")
    put(box, operator, EndConferenceOnExit="false")

    box.exchange.hang_up(operator)
    box.exchange.run_for(5)

    assert caller.is_connected
    assert second.is_connected


def test_held_third_lets_two_speak(box: Box) -> None:
    box.page("/hold", "<Say>One moment, please</Say>")
    caller, operator = enter(box, document()), enter(box, document(LEAVES))
    second = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: second.conference)

    put(box, caller, Hold="true", HoldUrl=HOLD_URL)
    box.exchange.run_for(5)

    assert said(caller)
    assert (said(operator), said(second)) == ([], [])


def _conferences(answer: object) -> list[dict[str, object]]:
    body = getattr(answer, "body", None)
    assert isinstance(body, dict)
    return list(body["conferences"])
