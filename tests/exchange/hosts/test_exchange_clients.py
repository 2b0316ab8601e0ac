"""Calls to clients: the devices ring, and whoever holds one decides by hand."""

from collections.abc import Callable

import pytest

from exchange.hosts.switch import Switch
from exchange.kernel.config import CLIENT_SILENCE
from exchange.kernel.transcript import Kind
from exchange.state.devices import NoticeKind, TooLate, UnknownDevice
from exchange.state.leg import Leg
from exchange.state.people import Callee, Press, Stay
from tests.exchange.box import BASE, CALLER, HOTLINE, Box

ANNA, DESK, LAPTOP = "anna", "desk", "laptop"
ADDRESS = f"client:{ANNA}"
EVENTS = ["initiated", "ringing", "answered", "completed"]
GATHER = (
    '<Gather numDigits="1" timeout="60" action="/pressed"><Say>press</Say></Gather>'
)


@pytest.fixture
def switch(box: Box) -> Switch:
    """Return an exchange where Anna has one device."""
    box.page("/url", '<Pause length="600"/>')
    box.exchange.switch.register(ANNA, DESK)
    return box.exchange.switch


def ring(box: Box, to: str = ADDRESS, **more: object) -> Leg:
    params: dict[str, object] = {
        "To": to,
        "From": HOTLINE,
        "Url": f"{BASE}/url",
        "StatusCallback": f"{BASE}/told",
        "StatusCallbackEvent": EVENTS,
    }
    answer = box.call("POST", "Calls", **(params | more))
    assert answer.status == 201
    assert answer.body is not None
    return box.exchange.switch.leg(str(answer.body["sid"]))


def ringing(box: Box, to: str = ADDRESS) -> Leg:
    call = ring(box, to)
    box.exchange.run_for(2)
    return call


def told(box: Box) -> list[str]:
    return [form["CallStatus"] for form in box.service.asked("/told")]


def heard(switch: Switch, device: str) -> list[str]:
    return [str(notice.kind) for notice in switch.device(device).notices_after(0)]


# --- who is rung ----------------------------------------------------------


def test_client_without_device_answers_nothing(box: Box) -> None:
    call = ring(box)

    box.exchange.run_for(2)

    assert call.status == "no-answer"
    assert told(box) == ["initiated", "no-answer"]
    assert box.service.asked("/told")[-1]["SipResponseCode"] == "480"


def test_deviceless_outcome_is_setting() -> None:
    box = Box(absent_client="failed")

    call = ring(box)
    box.exchange.run_for(2)

    assert call.status == "failed"


def test_device_told_caller_and_parameters(box: Box, switch: Switch) -> None:
    call = ringing(box, to=f"{ADDRESS}?claim=7&line=a%20b")

    [notice] = switch.device(DESK).notices_after(0)
    assert (notice.kind, notice.call) == (NoticeKind.INCOMING, call.sid)
    assert notice.parameters["From"] == HOTLINE
    assert notice.parameters["To"] == ADDRESS
    assert notice.custom == {"claim": "7", "line": "a b"}


def test_rest_shows_client_that_is_called(box: Box, switch: Switch) -> None:
    call = ringing(box, to=f"{ADDRESS}?claim=7")

    shown = box.call("GET", f"Calls/{call.sid}").body
    listed = box.call("GET", "Calls", To=ADDRESS).body

    assert switch.leg(call.sid) is call
    assert shown is not None
    assert listed is not None
    assert (shown["to"], shown["status"]) == (ADDRESS, "ringing")
    assert [each["sid"] for each in listed["calls"]] == [call.sid]  # type: ignore[attr-defined]


def test_deaf_device_does_not_ring(box: Box, switch: Switch) -> None:
    switch.unregister(DESK)

    call = ringing(box)

    assert call.status == "no-answer"
    assert heard(switch, DESK) == []


def test_person_at_client_answers_for_device(box: Box, switch: Switch) -> None:
    box.page("/url", GATHER)
    box.exchange.put_person(ADDRESS, Callee(deeds=(Press(digits="1"), Stay())))

    ring(box)
    box.exchange.run_for(10)

    assert box.service.asked("/pressed")[0]["Digits"] == "1"
    assert heard(switch, DESK) == []


def test_clients_rung_at_common_pace(box: Box, switch: Switch) -> None:
    calls = [ring(box) for _ in range(3)]
    box.exchange.run_for(5)

    assert [round(call.queue_time) for call in calls] == [0, 1, 2]
    assert heard(switch, DESK) == ["incoming"] * 3


# --- by hand --------------------------------------------------------------


def test_device_picks_up_when_holder_likes(box: Box, switch: Switch) -> None:
    call = ringing(box)
    box.exchange.run_for(17)
    before = call.status

    switch.pick_up(call.sid, DESK)
    box.exchange.run_for(1)

    assert (before, call.status) == ("ringing", "in-progress")
    assert told(box) == ["initiated", "ringing", "in-progress"]
    assert len(box.service.asked("/url")) == 1


def test_unattended_device_rings_its_time(box: Box, switch: Switch) -> None:
    call = ring(box, Timeout=20)

    box.exchange.run_until(lambda: call.ended)
    with pytest.raises(TooLate):
        switch.pick_up(call.sid, DESK)

    assert call.status == "no-answer"
    assert call.ended_at is not None
    assert 20 <= call.ended_at - call.created <= 21
    assert heard(switch, DESK) == ["incoming", "cancel"]


def test_device_turns_call_down(box: Box, switch: Switch) -> None:
    call = ringing(box)

    switch.reject(call.sid, DESK)
    box.exchange.run_for(1)

    assert told(box)[-1] == "busy"
    assert box.service.asked("/url") == []
    assert heard(switch, DESK) == ["incoming"]


def test_ignored_call_rings_on_for_caller(box: Box, switch: Switch) -> None:
    call = ringing(box)

    switch.ignore(call.sid, DESK)
    box.exchange.run_for(5)

    assert call.status == "ringing"
    with pytest.raises(TooLate):
        switch.pick_up(call.sid, DESK)


def test_device_presses_keys_and_hangs_up(box: Box, switch: Switch) -> None:
    box.page("/url", GATHER)
    box.page("/pressed", '<Pause length="60"/>')
    call = ringing(box)
    switch.pick_up(call.sid, DESK)
    box.exchange.run_for(1)

    switch.press(call.sid, "1", DESK)
    box.exchange.run_for(1)
    switch.hang_up(call.sid, DESK)
    box.exchange.run_for(1)

    assert box.service.asked("/pressed")[0]["Digits"] == "1"
    assert told(box)[-1] == "completed"
    assert heard(switch, DESK) == ["incoming", "disconnect"]


def test_call_ended_from_afar_told_to_device(box: Box, switch: Switch) -> None:
    call = ringing(box)
    switch.pick_up(call.sid, DESK)

    box.call("POST", f"Calls/{call.sid}", Status="completed")

    assert heard(switch, DESK) == ["incoming", "disconnect"]


def test_call_cancelled_while_it_rings_stops_ringing(box: Box, switch: Switch) -> None:
    call = ringing(box)

    box.call("POST", f"Calls/{call.sid}", Status="canceled")

    assert heard(switch, DESK) == ["incoming", "cancel"]
    assert call.status == "canceled"


def test_microphone_closed_at_device_only_noted(box: Box, switch: Switch) -> None:
    call = ringing(box)
    switch.pick_up(call.sid, DESK)

    switch.mute(call.sid, DESK)
    switch.mute(call.sid, DESK, on=False)

    noted = [event.text for event in call.transcript if event.kind is Kind.MUTED]
    assert noted == ["on", "off"]


def test_device_controls_only_its_calls(box: Box, switch: Switch) -> None:
    call = ringing(box)
    deeds: list[Callable[[], object]] = [
        lambda: switch.hang_up(call.sid, DESK),
        lambda: switch.press(call.sid, "1", DESK),
        lambda: switch.mute(call.sid, DESK),
    ]

    for deed in deeds:
        with pytest.raises(TooLate):
            deed()

    assert call.status == "ringing"


def test_client_dialled_by_document_asked_and_joined(box: Box, switch: Switch) -> None:
    box.page(
        "/start",
        '<Dial action="/after"><Client url="/screen"><Identity>anna</Identity>'
        '<Parameter name="claim" value="7"/></Client></Dial>',
    )
    box.page("/screen", "<Say>a caller</Say>")
    box.page("/after", "<Hangup/>")
    caller = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(2)
    [notice] = switch.device(DESK).notices_after(0)

    switch.pick_up(notice.call, DESK)
    box.exchange.run_for(3)
    connected = caller.is_connected
    switch.hang_up(notice.call, DESK)
    box.exchange.run_for(1)

    assert notice.custom == {"claim": "7"}
    assert connected
    assert box.service.asked("/after")[0]["DialCallStatus"] == "completed"
    assert box.exchange.complaints == []


def test_client_declining_dialled_call_is_busy(box: Box, switch: Switch) -> None:
    box.page("/start", '<Dial action="/after"><Client>anna</Client></Dial>')
    box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(2)
    [notice] = switch.device(DESK).notices_after(0)

    switch.reject(notice.call, DESK)
    box.exchange.run_for(1)

    assert box.service.asked("/after")[0]["DialCallStatus"] == "busy"


def test_client_called_into_conference_rung_and_joins(box: Box, switch: Switch) -> None:
    box.page("/start", "<Dial><Conference>r</Conference></Dial>")
    caller = box.exchange.dial(CALLER, HOTLINE)
    box.call("POST", "Conferences/r/Participants", From=HOTLINE, To=ADDRESS)
    box.exchange.run_for(2)
    [notice] = switch.device(DESK).notices_after(0)

    switch.pick_up(notice.call, DESK)
    box.exchange.run_for(1)

    assert caller.is_connected
    assert switch.leg(notice.call).conference == caller.conference


# --- several devices ------------------------------------------------------


def test_first_device_to_pick_up_has_call(box: Box, switch: Switch) -> None:
    switch.register(ANNA, LAPTOP)
    call = ringing(box)

    switch.pick_up(call.sid, LAPTOP)
    with pytest.raises(TooLate):
        switch.pick_up(call.sid, DESK)

    assert heard(switch, LAPTOP) == ["incoming"]
    assert heard(switch, DESK) == ["incoming", "accepted-elsewhere"]
    with pytest.raises(TooLate):
        switch.hang_up(call.sid, DESK)


def test_device_declines_for_all_devices(box: Box, switch: Switch) -> None:
    switch.register(ANNA, LAPTOP)
    call = ringing(box)

    switch.reject(call.sid, LAPTOP)

    assert call.status == "busy"
    assert heard(switch, DESK) == ["incoming", "cancel"]


def test_devices_of_others_do_not_ring(box: Box, switch: Switch) -> None:
    switch.register("boris", LAPTOP)

    ringing(box)

    assert heard(switch, LAPTOP) == []


# --- the connection -------------------------------------------------------


def test_lost_device_loses_call(box: Box, switch: Switch) -> None:
    call = ringing(box)
    switch.pick_up(call.sid, DESK)
    box.exchange.run_for(5)

    switch.lose(DESK)
    box.exchange.run_for(1)

    assert told(box)[-1] == "completed"
    with pytest.raises(UnknownDevice):
        switch.device(DESK)


def test_call_outlives_lost_device(box: Box, switch: Switch) -> None:
    call = ringing(box)

    switch.lose(DESK)
    box.exchange.run_for(5)

    assert call.status == "ringing"


def test_closed_page_declines_and_hangs_up(box: Box, switch: Switch) -> None:
    live = ringing(box)
    switch.pick_up(live.sid, DESK)
    waiting = ringing(box)

    switch.close(DESK)
    box.exchange.run_for(1)

    assert (live.status, waiting.status) == ("completed", "busy")


def test_silent_device_lost_after_while(box: Box, switch: Switch) -> None:
    call = ringing(box)
    switch.pick_up(call.sid, DESK)

    device = switch.attend(DESK)
    box.exchange.run_for(60)
    switch.leave(device, CLIENT_SILENCE)
    box.exchange.run_for(CLIENT_SILENCE - 0.5)
    switch.attend(DESK)
    switch.leave(device, CLIENT_SILENCE)
    box.exchange.run_for(CLIENT_SILENCE - 0.5)
    before = call.live
    box.exchange.run_for(1)

    assert (before, call.live) == (True, False)


def test_device_waiting_elsewhere_is_not_silent(box: Box, switch: Switch) -> None:
    call = ringing(box)
    switch.pick_up(call.sid, DESK)

    switch.attend(DESK)
    device = switch.attend(DESK)
    switch.leave(device, 3)
    box.exchange.run_for(10)

    assert call.live


def test_device_registered_anew_not_lost(box: Box, switch: Switch) -> None:
    switch.leave(switch.attend(DESK), 3)
    switch.close(DESK)
    switch.register(ANNA, DESK)
    box.exchange.run_for(10)

    assert switch.device(DESK).listening


def test_unregistered_device_keeps_call(box: Box, switch: Switch) -> None:
    call = ringing(box)
    switch.pick_up(call.sid, DESK)

    switch.unregister(DESK)
    box.exchange.run_for(5)

    assert call.live


def test_news_repeated_until_read(box: Box, switch: Switch) -> None:
    call = ringing(box)
    device = switch.device(DESK)
    first = device.notices_after(0)
    again = device.notices_after(0)

    box.call("POST", f"Calls/{call.sid}", Status="canceled")

    assert first == again
    assert [notice.kind for notice in device.notices_after(first[-1].number)] == [
        "cancel"
    ]
    assert [notice.kind for notice in device.notices_after(0)] == ["cancel"]
