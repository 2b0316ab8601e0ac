"""A person is called back: a question, a key, a conference; or nobody who answers."""

from pathlib import Path

import pytest

from exchange.state import script
from exchange.state.people import (
    NOBODY,
    Callee,
    Deed,
    HangUp,
    Pickup,
    Press,
    Speak,
    Stay,
    Talk,
    Wait,
    accepting_operator,
    answering_machine,
    declining_operator,
)
from tests.exchange.box import BASE, CALLER, HOTLINE, OPERATOR, Box

QUESTION = (
    '<Gather numDigits="1" timeout="8" action="/decided"><Say>Press one</Say></Gather>'
    "<Hangup/>"
)
ROOM = '<Dial><Conference waitUrl="" endConferenceOnExit="true">r</Conference></Dial>'


@pytest.fixture
def calling(box: Box) -> Box:
    """A service that asks whom it calls for the key 1."""
    box.page("/back", QUESTION)
    box.page(
        "/decided", lambda form: ROOM if form["Digits"] == "1" else "<Say>Bye</Say>"
    )
    box.page("/room", ROOM)
    return box


def call_back(box: Box) -> str:
    answer = box.call(
        "POST",
        "Calls",
        To=CALLER,
        From=HOTLINE,
        Url=f"{BASE}/back",
        StatusCallback=f"{BASE}/progress",
        StatusCallbackEvent=["initiated", "answered", "completed"],
        Timeout=20,
    )
    assert answer.body is not None
    return str(answer.body["sid"])


def told(box: Box) -> list[str]:
    return sorted(form["CallStatus"] for form in box.service.asked("/progress"))


def test_whoever_presses_one_comes_into_room(calling: Box) -> None:
    calling.exchange.put_person(CALLER, accepting_operator(talks=30))
    calling.exchange.put_person(OPERATOR, Callee())
    calling.call("POST", "Calls", To=OPERATOR, From=HOTLINE, Url=f"{BASE}/room")
    sid = call_back(calling)

    calling.exchange.run_until(lambda: calling.exchange.state.legs[sid].ended)
    calling.exchange.run_for(1)

    assert calling.service.asked("/decided")[0]["Digits"] == "1"
    assert told(calling) == ["completed", "in-progress", "initiated"]
    assert calling.exchange.state.legs[sid].seconds() == 30
    assert calling.exchange.failures == []


@pytest.mark.parametrize(
    ("callee", "end"),
    [
        (NOBODY, "no-answer"),
        (Callee(after=25), "no-answer"),
        (Callee(pickup=Pickup.BUSY), "busy"),
        (Callee(pickup=Pickup.FAILED), "failed"),
    ],
)
def test_whoever_is_not_reached_is_never_asked(
    calling: Box, callee: Callee, end: str
) -> None:
    calling.exchange.put_person(CALLER, callee)
    call_back(calling)
    calling.exchange.run_for(60)

    assert calling.service.asked("/back") == []
    assert told(calling) == sorted(["initiated", end])


@pytest.mark.parametrize(
    "callee",
    [
        answering_machine(),
        Callee(deeds=(Wait(seconds=3), HangUp())),
        Callee(deeds=(Speak(text="Who is there?"), Stay())),
        Callee(deeds=(Stay(),)),
    ],
)
def test_whoever_presses_nothing_never_enters_room(
    calling: Box, callee: Callee
) -> None:
    calling.exchange.put_person(CALLER, callee)
    call_back(calling)
    calling.exchange.run_for(60)

    assert calling.service.asked("/decided") == []
    assert calling.exchange.state.conferences == {}
    assert told(calling) == ["completed", "in-progress", "initiated"]
    assert calling.exchange.failures == []


def test_whoever_presses_another_key_is_told_so(calling: Box) -> None:
    calling.exchange.put_person(CALLER, declining_operator())
    sid = call_back(calling)
    calling.exchange.run_for(60)

    heard = [event.text for event in calling.exchange.state.legs[sid].transcript]
    assert "Bye" in heard
    assert calling.exchange.state.conferences == {}


def test_each_try_finds_person_otherwise(calling: Box) -> None:
    calling.exchange.put_person(
        CALLER, NOBODY, Callee(pickup=Pickup.BUSY), accepting_operator()
    )
    for _ in range(3):
        call_back(calling)
        calling.exchange.run_for(60)

    assert [
        form["CallStatus"]
        for form in calling.service.asked("/progress")
        if form["CallStatus"] not in {"initiated", "in-progress"}
    ] == ["no-answer", "busy"]
    assert len(calling.exchange.state.conferences) == 1


def test_call_back_in_conference_redirectable(calling: Box) -> None:
    calling.exchange.put_person(CALLER, Callee(deeds=(Press(digits="1"), Stay())))
    sid = call_back(calling)
    calling.exchange.run_for(10)
    calling.page("/moved", "<Say>Nobody came</Say>")

    answer = calling.call("POST", f"Calls/{sid}", Url=f"{BASE}/moved")
    calling.exchange.run_for(10)

    leg = calling.exchange.state.legs[sid]
    assert answer.status == 200
    assert "Nobody came" in [event.text for event in leg.transcript]
    assert leg.ended


def test_called_back_person_can_be_scripted(calling: Box, tmp_path: Path) -> None:
    file = tmp_path / "call.yaml"
    file.write_text(
        f"""
        from: "{CALLER}"
        to: "{HOTLINE}"
        caller: [{{press: "1"}}, hang up]
        called back:
          "{CALLER}":
            - busy
            - {{answers: 4, presses: "1", talks: 20}}
            - {{mailbox: true}}
        """,
        encoding="utf-8",
    )
    calling.page("/start", '<Gather numDigits="1" action="/thanks"/>')
    calling.page("/thanks", "<Say>We ring you</Say>")

    calling.exchange.play(script.load_script(file))
    calling.exchange.run_for(10)
    for _ in range(2):
        call_back(calling)
        calling.exchange.run_for(60)

    last: tuple[Deed, ...] = (Press(digits="1"), Talk(seconds=20))
    read = script.load_script(file)
    assert read.operators == {}
    assert read.called_back[CALLER][1] == Callee(after=4, deeds=last)
    assert len(calling.service.asked("/decided")) == 1
