"""Persons: what they do, what they notice, and how they are written down."""

from pathlib import Path

import pytest

from exchange.state import script
from exchange.state.people import (
    Callee,
    HangUp,
    Hears,
    Moment,
    Pickup,
    Press,
    Stay,
    Talk,
    Until,
    Wait,
)
from tests.exchange.box import BASE, CALLER, HOTLINE, OPERATOR, Box, Handler

CALLS = Path(__file__).parent / "calls"


def hotline(box: Box) -> None:
    """Let the service be a small hotline that rings one operator, twice."""
    box.page(
        "/start",
        '<Gather numDigits="1" action="/chosen"><Say language="en-GB">For English'
        " press 3</Say></Gather>",
    )
    box.page("/chosen", _enqueue(box))
    box.page("/wait", "<Play>/music.wav</Play>")
    box.page("/ring", '<Gather numDigits="1" action="/taken"/><Hangup/>')
    box.page("/taken", _taken(box))
    box.page("/room", '<Dial><Conference waitUrl="">r</Conference></Dial>')


def _enqueue(box: Box) -> Handler:
    def reply(form: dict[str, str]) -> str:
        for _ in range(2):
            params = {"To": OPERATOR, "From": HOTLINE, "Timeout": 10}
            box.call(
                "POST", "Calls", Url=f"{BASE}/ring?call={form['CallSid']}", **params
            )
        return '<Enqueue waitUrl="/wait">q</Enqueue>'

    return reply


def _taken(box: Box) -> Handler:
    def reply(_form: dict[str, str]) -> str:
        [queue] = box.exchange.state.queues
        box.call("POST", f"Queues/{queue}/Members/Front", Url=f"{BASE}/room")
        return '<Dial><Conference endConferenceOnExit="true">r</Conference></Dial>'

    return reply


@pytest.mark.parametrize("path", sorted(CALLS.glob("*.yaml")), ids=lambda p: p.stem)
def test_whole_calls_played_from_files(path: Path) -> None:
    box = Box()
    hotline(box)

    call = box.exchange.play(script.load_script(path))
    box.exchange.run_until(lambda: call.ended, limit=600)

    assert box.exchange.failures == []
    assert box.exchange.complaints == []


def test_call_of_sample_talked_out(box: Box) -> None:
    hotline(box)

    call = box.exchange.play(script.load_script(CALLS / "taken_by_an_operator.yaml"))
    box.exchange.run_until(lambda: call.ended, limit=600)

    talked = [event.at for event in call.transcript if event.kind == "connected"]
    assert call.ended_at == talked[0] + 30


def test_unheard_words_are_failure_with_heard(box: Box) -> None:
    box.page("/start", '<Say language="ru-RU">something else</Say>')

    call = box.exchange.dial(CALLER, HOTLINE, Hears(text="welcome", language="uk-UA"))
    box.exchange.run_until(lambda: call.ended)
    box.exchange.run_for(1)

    [failure] = box.exchange.failures
    assert "ru-RU: something else" in failure


def test_impossible_steps_are_failures(box: Box) -> None:
    box.page("/start", "<Say>Goodbye</Say>")

    box.exchange.dial(CALLER, HOTLINE, Press(digits="1"), Talk(seconds=3))
    box.exchange.run_for(30)

    assert len(box.exchange.failures) == 2


def test_waiting_for_goodbye_met_by_end(box: Box) -> None:
    box.page("/start", "<Say>Goodbye</Say>")

    box.exchange.dial(CALLER, HOTLINE, Until(moment=Moment.GOODBYE))
    box.exchange.run_for(30)

    assert box.exchange.failures == []


def test_all_steps_can_be_written_down() -> None:
    read = script.parse_steps(
        [
            {"press": "12#", "after": 2},
            {"speak": "help"},
            "silent",
            {"wait": 1.5},
            {"hears": {"text": "a", "language": "uk-UA", "within": 5}},
            {"until": "connected", "patience": 60},
            {"talk": 10},
            "hang up",
            "stay",
        ]
    )

    assert read[0] == Press(digits="12#", after=2)
    assert read[3] == Wait(seconds=1.5)
    assert read[5] == Until(moment=Moment.CONNECTED, patience=60)
    assert len(read) == 9


@pytest.mark.parametrize(
    ("written", "callee"),
    [
        ("busy", Callee(pickup=Pickup.BUSY)),
        ({"answers": "no answer"}, Callee(pickup=Pickup.NO_ANSWER)),
        (
            {"answers": 3, "presses": "1", "talks": 20},
            Callee(after=3, deeds=(Press(digits="1"), Talk(seconds=20))),
        ),
        (
            {"answers": 1, "after": 4, "hangs up": "before pressing"},
            Callee(after=1, deeds=(Wait(seconds=4), HangUp())),
        ),
        (
            {"presses": "2", "hangs up": "after pressing"},
            Callee(deeds=(Press(digits="2"), HangUp())),
        ),
        ({"answers": 0}, Callee(after=0, deeds=(Stay(),))),
        (
            {"mailbox": True},
            Callee(mailbox=True, deeds=(Wait(seconds=20), HangUp())),
        ),
        ({"does": ["stay"]}, Callee(deeds=(Stay(),))),
    ],
)
def test_operators_can_be_written_down(written: object, callee: Callee) -> None:
    assert script.parse_attempts(written) == (callee,)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ({"from": "a", "to": "b", "calller": []}, "'caller'"),
        ({"from": "a", "to": "b", "caller": [{"pres": "1"}]}, "'press'"),
        ({"from": "a", "to": "b", "caller": ["hangup"]}, "'hang up'"),
        ({"from": "a", "to": "b", "caller": [{"until": "queue"}]}, "'queued'"),
        ({"from": "a", "to": "b", "caller": [{"press": 1}]}, "quotes"),
        ({"from": "a", "to": "b", "caller": [{"wait": "long"}]}, "seconds"),
        ({"from": "a", "to": "b", "caller": [{"press": "1", "afer": 1}]}, "'after'"),
        ({"from": "a", "to": "b", "operators": {"+1": "bussy"}}, "'busy'"),
        ({"from": "a", "to": "b", "operators": {"+1": {"talk": 1}}}, "'talks'"),
        ({"from": 447700900123, "to": "b"}, "quotes"),
    ],
)
def test_misspelt_scripts_name_nearest_word(written: object, hint: str) -> None:
    with pytest.raises(script.BadScript, match=hint):
        script.parse_script(written)


@pytest.mark.parametrize("written", ["[" * 5000, "9" * 5000, "from: [", "\0"])
def test_file_that_is_no_call_names_itself(tmp_path: Path, written: str) -> None:
    file = tmp_path / "call.yaml"
    file.write_text(written, encoding="utf-8")

    with pytest.raises(script.BadScript, match=r"call\.yaml: "):
        script.load_script(file)
