"""Dial to telephones: ringing, screening, joining, and what the action is told."""

import pytest

from exchange.kernel.transcript import Kind
from exchange.state.leg import Leg
from exchange.state.people import (
    NOBODY,
    Callee,
    HangUp,
    Pickup,
    Press,
    Stay,
    Talk,
    Wait,
    accepting_operator,
    answering_machine,
    declining_operator,
)
from tests.exchange.box import BASE, CALLER, HOTLINE, OPERATOR, SECOND, Box

SCREEN = '<Gather numDigits="1" timeout="5" action="/pressed"/><Hangup/>'


def dial(box: Box, inner: str, attributes: str = "") -> Leg:
    box.page("/start", f'<Dial action="/done" {attributes}>{inner}</Dial>')
    box.page("/done", "<Say>it is over</Say>")
    box.page("/screen", SCREEN)
    box.page("/pressed", lambda f: "" if f["Digits"] == "1" else "<Hangup/>")
    return box.exchange.dial(CALLER, HOTLINE)


def outcome(box: Box, call: Leg) -> dict[str, str]:
    box.exchange.run_until(lambda: call.ended)
    return box.service.asked("/done")[0]


def test_answered_call_bridged_and_told_with_length(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee(deeds=(Talk(seconds=12),)))

    form = outcome(box, dial(box, OPERATOR))

    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "true")
    assert form["DialCallDuration"] == "12"
    assert form["DialCallSid"] in box.exchange.state.legs


@pytest.mark.parametrize(
    ("callee", "status"),
    [
        (Callee(pickup=Pickup.BUSY), "busy"),
        (Callee(pickup=Pickup.FAILED), "failed"),
        (NOBODY, "no-answer"),
        (Callee(after=120), "no-answer"),
    ],
)
def test_unanswered_call_says_why(box: Box, callee: Callee, status: str) -> None:
    box.exchange.put_person(OPERATOR, callee)

    form = outcome(box, dial(box, OPERATOR))

    assert form["DialCallStatus"] == status
    assert "DialCallDuration" not in form


def test_ringing_lasts_timeout_and_five_seconds_more(box: Box) -> None:
    call = dial(box, OPERATOR, 'timeout="10"')

    box.exchange.run_until(lambda: box.service.asked("/done"))

    assert 15 <= box.exchange.state.now - call.created <= 16


def test_screened_party_joined_only_after_key(box: Box) -> None:
    box.exchange.put_person(OPERATOR, accepting_operator(talks=5))

    form = outcome(box, dial(box, f'<Number url="/screen">{OPERATOR}</Number>'))

    screened = box.service.asked("/screen")[0]
    assert screened["ParentCallSid"]
    assert screened["Direction"] == "outbound-dial"
    assert form["DialBridged"] == "true"


@pytest.mark.parametrize("callee", [answering_machine(), declining_operator("2")])
def test_screen_ending_in_hangup_stops_mailboxes(box: Box, callee: Callee) -> None:
    box.exchange.put_person(OPERATOR, callee)

    call = dial(box, f'<Number url="/screen">{OPERATOR}</Number>')
    form = outcome(box, call)

    assert form["DialBridged"] == "false"
    assert Kind.CONNECTED not in [event.kind for event in call.transcript]


def test_screen_without_hangup_joins_even_mail_box(box: Box) -> None:
    box.exchange.put_person(OPERATOR, answering_machine())
    call = dial(box, f'<Number url="/screen">{OPERATOR}</Number>')
    box.page("/screen", '<Gather timeout="2"/>')

    form = outcome(box, call)

    assert form["DialBridged"] == "true"


def test_first_ready_wins_others_stop(box: Box) -> None:
    box.exchange.put_person(OPERATOR, accepting_operator(after=9))
    box.exchange.put_person(SECOND, accepting_operator(after=1, talks=3))
    numbers = "".join(
        f'<Number url="/screen" statusCallback="/leg">{n}</Number>'
        for n in (OPERATOR, SECOND)
    )

    outcome(box, dial(box, numbers))

    ended = {f["To"]: f["CallStatus"] for f in box.service.asked("/leg")}
    assert ended == {OPERATOR: "canceled", SECOND: "completed"}


def test_in_sequence_second_rings_after_first(box: Box) -> None:
    box.exchange.put_person(SECOND, Callee(deeds=(Talk(seconds=2),)))
    numbers = f"<Number>{OPERATOR}</Number><Number>{SECOND}</Number>"

    form = outcome(box, dial(box, numbers, 'sequential="true" timeout="5"'))

    first, second = list(box.exchange.state.legs.values())[1:]
    assert first.status == "no-answer"
    assert first.ended_at is not None
    assert second.created >= first.ended_at
    assert form["DialCallSid"] == second.sid


def test_number_tells_its_own_progress_in_order(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee(deeds=(Talk(seconds=4),)))
    events = "initiated ringing answered completed"
    number = (
        f'<Number statusCallback="/leg" statusCallbackEvent="{events}">{OPERATOR}'
        "</Number>"
    )

    outcome(box, dial(box, number))
    box.exchange.run_for(1)

    forms = box.service.asked("/leg")
    assert [f["SequenceNumber"] for f in forms] == ["0", "1", "2", "3"]
    assert [f["CallStatus"] for f in forms] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    assert forms[0]["ParentCallSid"]


def test_time_limit_parts_two(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee())

    form = outcome(box, dial(box, OPERATOR, 'timeLimit="20"'))

    assert form["DialCallDuration"] == "20"


def test_star_ends_dial_for_one_who_dialled(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee())
    call = dial(box, OPERATOR, 'hangupOnStar="true"')
    box.exchange.run_until(lambda: call.bridged_to)

    box.exchange.press(call, "*")

    assert outcome(box, call)["DialCallStatus"] == "completed"


def test_caller_who_hangs_up_stops_ringing(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee(after=20))
    call = dial(box, OPERATOR)
    box.exchange.run_for(3)

    box.exchange.hang_up(call)
    box.exchange.run_for(1)

    [child] = [leg for leg in box.exchange.state.legs.values() if leg.parent]
    assert child.status == "canceled"
    assert box.service.asked("/done")[0]["CallStatus"] == "completed"
    assert "it is over" not in [event.text for event in call.transcript]


def test_redirected_party_goes_own_way(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee(deeds=(Stay(),)))
    box.page("/elsewhere", '<Say>hello</Say><Pause length="10"/>')
    call = dial(box, OPERATOR)
    box.exchange.run_until(lambda: call.bridged_to)
    child = call.bridged_to

    box.call("POST", f"Calls/{child}", Url=f"{BASE}/elsewhere")
    box.exchange.run_until(lambda: call.ended)

    assert not box.exchange.state.legs[child].ended
    assert "hello" in [e.text for e in box.exchange.state.legs[child].transcript]


def test_without_action_next_verb_runs(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee(pickup=Pickup.BUSY))
    box.page("/start", f"<Dial>{OPERATOR}</Dial><Say>nobody is there</Say>")

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert "nobody is there" in [event.text for event in call.transcript]


def test_callee_may_hang_up_before_pressing(box: Box) -> None:
    hangs_up = Callee(deeds=(Wait(seconds=1), HangUp()))
    box.exchange.put_person(OPERATOR, hangs_up, Callee(deeds=(Press(digits="1"),)))

    form = outcome(box, dial(box, f'<Number url="/screen">{OPERATOR}</Number>'))

    assert form["DialBridged"] == "false"
