"""Callers who wait and may press a key: what they hear, and where each key leads."""

import pytest

from exchange.kernel.transcript import Kind
from exchange.state.leg import Leg
from exchange.state.people import HangUp, Press, Silent, Speak, Stay, Wait
from tests.exchange.box import BASE, CALLER, HOTLINE, Box
from tests.exchange.verbs.queueing import ENQUEUE

WORDS = "Press one to be called back"  # 1.8 s
TONES = 4  # of 5 s each
HOLD = (
    '<Gather numDigits="1" timeout="1" action="/key">'
    f'<Say>{WORDS}</Say><Play loop="{TONES}">/tone.wav</Play></Gather>'
)
MOVED = '<Pause length="60"/>'


@pytest.fixture
def held(box: Box) -> Box:
    """A service that lets callers wait and press."""
    box.page("/start", ENQUEUE)
    box.page("/wait", HOLD)
    box.page("/moved", MOVED)
    box.page("/out", "<Say>Goodbye</Say>")
    return box


def waiting(box: Box, seconds: float = 0.0) -> Leg:
    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.queue)
    box.exchange.run_for(seconds)
    return call


def move(box: Box, call: Leg) -> None:
    answer = box.call("POST", f"Calls/{call.sid}", Url=f"{BASE}/moved")
    assert answer.status == 200


def kinds(call: Leg) -> list[Kind]:
    return [event.kind for event in call.transcript]


def test_wait_without_key_goes_on(
    held: Box,
) -> None:
    call = waiting(held, 100)

    told = kinds(call)
    assert len(held.service.asked("/wait")) == 5
    assert (told.count(Kind.SAY), told.count(Kind.PLAY)) == (5, 4 * TONES + 2)
    assert held.service.asked("/key") == []
    assert held.exchange.complaints == []
    assert call.queue


@pytest.mark.parametrize("after", [0.5, 3.0, 12.0, 22.0])
def test_wait_key_taken_at_any_sound(held: Box, after: float) -> None:
    held.page("/key", "<Leave/>")

    held.exchange.dial(CALLER, HOTLINE, Press(digits="2", after=after), Stay())
    held.exchange.run_for(60)

    [key], [out] = held.service.asked("/key"), held.service.asked("/out")
    assert (key["Digits"], key["QueuePosition"]) == ("2", "1")
    assert (out["QueueResult"], out["QueueTime"]) == ("leave", str(int(after)))
    assert held.exchange.complaints == []


def test_undecided_key_leads_back_to_wait(held: Box) -> None:
    held.page("/key", "<Say>You are the first</Say>")

    call = held.exchange.dial(CALLER, HOTLINE, Press(digits="5", after=3), Stay())
    held.exchange.run_for(10)

    assert held.service.paths() == ["/start", "/wait", "/key", "/wait"]
    assert len({form["QueueSid"] for form in held.service.asked("/wait")}) == 1
    assert "You are the first" in [event.text for event in call.transcript]
    assert held.exchange.complaints == []
    assert call.queue


def test_hash_alone_is_no_key(held: Box) -> None:
    held.exchange.dial(CALLER, HOTLINE, Press(digits="#", after=3), Stay())
    held.exchange.run_for(10)

    assert held.service.paths() == ["/start", "/wait", "/wait"]


def test_key_may_ask_again_before_caller_leaves(held: Box) -> None:
    held.page(
        "/key",
        lambda form: (
            "<Leave/>"
            if form["Digits"] == "9"
            else '<Gather numDigits="1" action="/key"><Say>Sure?</Say></Gather>'
        ),
    )

    held.exchange.dial(CALLER, HOTLINE, Press(digits="1"), Press(digits="9"), Stay())
    held.exchange.run_for(10)

    assert [form["Digits"] for form in held.service.asked("/key")] == ["1", "9"]
    assert held.service.asked("/out")[0]["QueueResult"] == "leave"


def test_whoever_left_may_be_asked_for_keys(held: Box) -> None:
    held.page("/key", "<Leave/>")
    held.page("/out", '<Gather numDigits="1" action="/number"/>')
    deeds = (Press(digits="1"), Press(digits="7"), Stay())

    call = held.exchange.dial(CALLER, HOTLINE, *deeds)
    held.exchange.run_until(lambda: held.service.asked("/number"))

    [form] = held.service.asked("/number")
    assert form["Digits"] == "7"
    assert "QueuePosition" not in form
    assert not call.queue


def test_whoever_left_may_leave_message(held: Box) -> None:
    held.page("/key", "<Leave/>")
    held.page("/out", '<Record action="/message" finishOnKey="#"/>')
    held.page("/message", "<Say>Thank you</Say>")
    deeds = (Press(digits="2"), Speak(text="Please ring me"), Press(digits="#"))

    call = held.exchange.dial(CALLER, HOTLINE, *deeds)
    held.exchange.run_until(lambda: call.ended)

    [form] = held.service.asked("/message")
    assert form["Digits"] == "#"
    assert "Thank you" in [event.text for event in call.transcript]
    assert held.exchange.failures == []
    assert held.exchange.complaints == []


def test_returner_waits_behind_all_others(held: Box) -> None:
    held.page("/key", "<Leave/>")
    held.page("/out", ENQUEUE)
    first = held.exchange.dial(CALLER, HOTLINE, Press(digits="1", after=3), Stay())
    second = waiting(held)

    held.exchange.run_for(10)

    last = {form["CallSid"]: form for form in held.service.asked("/wait")}
    assert last[first.sid]["QueuePosition"] == "2"
    assert (first.queue, second.queue) == (held.board_queue().sid,) * 2
    assert held.exchange.complaints == []


@pytest.mark.parametrize("seconds", [0.5, 3.0, 21.9, 22.5])
def test_caller_may_be_fetched_from_wait_anytime(held: Box, seconds: float) -> None:
    call = waiting(held, seconds)

    move(held, call)
    held.exchange.press(call, "1")
    held.exchange.run_for(30)

    [out] = held.service.asked("/out")
    assert out["QueueResult"] == "redirected"
    assert len(held.service.asked("/moved")) == 1
    assert held.service.asked("/key") == []
    assert not call.queue
    assert kinds(call)[-1] is Kind.SILENCE
    assert held.exchange.complaints == []


def test_caller_fetchable_while_key_travels(held: Box) -> None:
    def answer(form: dict[str, str]) -> str:
        move(held, held.exchange.state.legs[form["CallSid"]])
        return "<Say>You stay</Say>"

    held.page("/key", answer)
    call = held.exchange.dial(CALLER, HOTLINE, Press(digits="1"), Stay())
    held.exchange.run_for(10)

    assert held.service.paths()[:5] == ["/start", "/wait", "/key", "/out", "/moved"]
    assert "You stay" not in [event.text for event in call.transcript]
    assert not call.queue


def test_fetched_caller_presses_when_asked_again(held: Box) -> None:
    later = '<Pause length="20"/><Gather numDigits="1" action="/after"/>'
    held.page("/moved", later)
    held.page("/after", MOVED)
    deeds = (Wait(seconds=10), Press(digits="1", after=1), Stay())
    call = held.exchange.dial(CALLER, HOTLINE, *deeds)
    held.exchange.run_for(5)

    move(held, call)
    held.exchange.run_for(25)

    pressed = [e.at for e in call.transcript if e.kind is Kind.PRESSED]
    assert pressed == [call.created + 5 + 20 + 1]
    assert held.service.paths()[-1] == "/after"


def test_caller_in_menu_may_be_fetched(box: Box) -> None:
    box.page("/start", '<Gather numDigits="2" action="/menu"><Say>Hi</Say></Gather>')
    box.page("/moved", MOVED)
    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="1"), Stay())
    box.exchange.run_for(2)

    move(box, call)
    box.exchange.press(call, "2")
    box.exchange.run_for(10)

    assert box.service.paths() == ["/start", "/moved"]
    assert kinds(call)[-3:] == [Kind.GATHER_END, Kind.PRESSED, Kind.SILENCE]


def test_speaking_caller_fetchable_message_kept(box: Box) -> None:
    box.page("/start", '<Record action="/message" recordingStatusCallback="/kept"/>')
    box.page("/moved", MOVED)
    call = box.exchange.dial(CALLER, HOTLINE, Speak(text="x" * 150), Stay())
    box.exchange.run_for(6)

    move(box, call)
    box.exchange.run_for(10)

    assert box.service.paths() == ["/start", "/moved", "/kept"]
    assert [kept.seconds for kept in box.exchange.state.recordings.values()] == [6]
    assert kinds(call)[-2:] == [Kind.RECORD_END, Kind.SILENCE]


def test_hangup_in_wait_ends_wait(held: Box) -> None:
    held.exchange.dial(CALLER, HOTLINE, Wait(seconds=5), HangUp())
    held.exchange.run_for(10)

    assert held.service.paths() == ["/start", "/wait", "/out", "/status"]
    assert held.service.asked("/out")[0]["QueueResult"] == "hangup"


def test_silent_caller_lets_one_round_run_out(held: Box) -> None:
    held.page("/key", "<Leave/>")

    held.exchange.dial(CALLER, HOTLINE, Silent(), Press(digits="1"), Stay())
    held.exchange.run_for(40)

    assert held.service.paths()[:5] == ["/start", "/wait", "/wait", "/key", "/out"]
