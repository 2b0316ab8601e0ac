"""Conferences over REST: muting, holding, removing, announcing, ending."""

from exchange.kernel.transcript import Kind
from exchange.state.people import Callee
from tests.exchange.box import BASE, HOTLINE, Box
from tests.exchange.conferences.rooms import TOLD, document, enter, events, kinds


def room(box: Box) -> str:
    [sid] = box.exchange.state.conferences
    return sid


def test_rest_ends_conference_for_all(box: Box) -> None:
    box.page("/after", "<Hangup/>")
    calls = [enter(box, document(TOLD)), enter(box, document())]

    answer = box.call("POST", f"Conferences/{room(box)}", Status="completed")
    box.exchange.run_until(lambda: all(call.ended for call in calls), limit=5)

    assert answer.body is not None
    assert answer.body["status"] == "completed"
    assert "conference-ended-via-api" in {
        form.get("ReasonConferenceEnded") for form in box.service.asked("/room")
    }


def test_rest_tells_of_mute_and_hold(box: Box) -> None:
    call = enter(box, document(TOLD))
    enter(box, document())
    tail = f"Conferences/{room(box)}/Participants/{call.sid}"

    box.call("POST", tail, Muted="true")
    box.call("POST", tail, Hold="true", HoldUrl=f"{BASE}/hold")
    box.call("POST", tail, Hold="false")
    box.exchange.run_for(1)

    told = ["participant-mute", "participant-hold", "participant-unhold"]
    assert events(box)[3:] == told
    assert kinds(call).count(Kind.HOLD) == 2


def test_end_on_exit_fixed_during_hold(box: Box) -> None:
    call = enter(box, document())
    tail = f"Conferences/{room(box)}/Participants/{call.sid}"
    box.call("POST", tail, Hold="true")

    held = box.call("POST", tail, EndConferenceOnExit="true").body
    box.call("POST", tail, Hold="false")
    free = box.call("POST", tail, EndConferenceOnExit="true").body

    assert held is not None
    assert free is not None
    assert (held["end_conference_on_exit"], free["end_conference_on_exit"]) == (
        False,
        True,
    )


def test_removed_participant_goes_on_with_action(box: Box) -> None:
    box.page("/after", "<Say>you were removed</Say>")
    call = enter(box, document())
    enter(box, document())

    answer = box.call("DELETE", f"Conferences/{room(box)}/Participants/{call.sid}")
    box.exchange.run_until(lambda: call.ended)

    assert answer.status == 204
    assert "you were removed" in [event.text for event in call.transcript]


def test_announcement_heard_by_all(box: Box) -> None:
    calls = [enter(box, document()), enter(box, document())]
    box.page("/news", "<Say>Recording is off</Say>")

    box.call("POST", f"Conferences/{room(box)}", AnnounceUrl=f"{BASE}/news")
    box.exchange.run_for(5)

    for call in calls:
        assert "Recording is off" in [event.text for event in call.transcript]


def test_participant_made_over_rest_rung_and_joins(box: Box) -> None:
    first = enter(box, document())
    box.exchange.put_person("+447700900201", Callee())

    answer = box.call(
        "POST", "Conferences/r/Participants", From=HOTLINE, To="+447700900201"
    )
    box.exchange.run_until(lambda: Kind.CONNECTED in kinds(first), limit=10)

    assert answer.status == 201
    assert len(box.exchange.state.conferences) == 1
