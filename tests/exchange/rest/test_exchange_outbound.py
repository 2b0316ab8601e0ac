"""Calls created over REST: pace, progress, and every way they can end."""

import pytest

from exchange.state.leg import Leg
from exchange.state.people import (
    NOBODY,
    Callee,
    HangUp,
    Pickup,
    Talk,
    Wait,
    answering_machine,
)
from tests.exchange.box import BASE, HOTLINE, OPERATOR, Box

EVENTS = ["initiated", "ringing", "answered", "completed"]


def create(box: Box, **more: object) -> Leg:
    box.service.pages.setdefault("/url", '<Pause length="30"/>')
    params: dict[str, object] = {
        "To": OPERATOR,
        "From": HOTLINE,
        "Url": f"{BASE}/url",
        "StatusCallback": f"{BASE}/told",
        "StatusCallbackEvent": EVENTS,
    }
    answer = box.call("POST", "Calls", **(params | more))
    assert answer.status == 201
    assert answer.body is not None
    return box.exchange.switch.leg(str(answer.body["sid"]))


def told(box: Box) -> list[str]:
    return [form["CallStatus"] for form in box.service.asked("/told")]


def test_progress_told_in_order_from_zero(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee())

    call = create(box)
    status = box.call("GET", f"Calls/{call.sid}").body
    box.exchange.run_until(lambda: call.ended)
    box.exchange.run_for(1)

    assert status is not None
    assert status["status"] == "queued"
    forms = box.service.asked("/told")
    assert told(box) == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert (forms[-1]["CallDuration"], forms[-1]["SipResponseCode"]) == ("30", "200")
    assert {form["Direction"] for form in forms} == {"outbound-api"}


def test_answered_callback_races_document() -> None:
    orders = set()
    for seed in range(20):
        box = Box(seed=seed)
        box.exchange.put_person(OPERATOR, Callee())
        create(box)
        box.exchange.run_for(5)
        orders.add(tuple(box.service.paths()[2:4]))

    assert orders == {("/url", "/told"), ("/told", "/url")}


@pytest.mark.parametrize(
    ("callee", "status", "code"),
    [
        (Callee(pickup=Pickup.BUSY), "busy", "486"),
        (Callee(pickup=Pickup.FAILED), "failed", "404"),
        (NOBODY, "no-answer", "487"),
    ],
)
def test_unanswered_call_ends_with_reason(
    box: Box, callee: Callee, status: str, code: str
) -> None:
    box.exchange.put_person(OPERATOR, callee)

    call = create(box, Timeout=20)
    box.exchange.run_until(lambda: call.ended)
    box.exchange.run_for(1)

    assert told(box)[-1] == status
    assert box.service.asked("/told")[-1]["SipResponseCode"] == code
    assert box.service.asked("/url") == []


def test_nobody_answers_until_timeout(box: Box) -> None:
    call = create(box, Timeout=20)

    box.exchange.run_until(lambda: call.ended)

    assert call.ended_at is not None
    assert 20 <= call.ended_at - call.created <= 21


def test_only_end_told_unless_more_asked_for(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee())

    call = create(box, StatusCallbackEvent=[])
    box.exchange.run_until(lambda: call.ended)
    box.exchange.run_for(1)

    assert told(box) == ["completed"]


def test_one_call_a_second_dialled_in_order(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee())

    calls = [create(box) for _ in range(5)]
    box.exchange.run_for(10)

    queue_times = [round(call.queue_time * 1000) for call in calls]
    assert queue_times == [0, 1000, 2000, 3000, 4000]
    answered = [call.answered_at or 0 for call in calls]
    assert answered == sorted(answered)
    assert answered[-1] - answered[0] == pytest.approx(4)


def test_pace_is_setting() -> None:
    box = Box(calls_per_second=10.0)

    calls = [create(box) for _ in range(3)]

    assert [round(call.queue_time * 1000) for call in calls] == [0, 100, 200]


def test_call_cancelled_while_queued_told_to_nobody(box: Box) -> None:
    create(box)
    call = create(box)

    answer = box.call("POST", f"Calls/{call.sid}", Status="canceled")
    box.exchange.run_for(10)

    assert answer.body is not None
    assert answer.body["status"] == "canceled"
    assert call.sid not in {f["CallSid"] for f in box.service.asked("/told")}


def test_call_cancelled_while_ringing_told_as_canceled(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee(after=20))
    call = create(box)
    box.exchange.run_for(5)

    box.call("POST", f"Calls/{call.sid}", Status="canceled")
    box.exchange.run_for(1)

    assert told(box)[-1] == "canceled"


def test_cancelling_spares_answered_completing_ends(
    box: Box,
) -> None:
    box.exchange.put_person(OPERATOR, Callee())
    call = create(box)
    box.exchange.run_until(lambda: call.live)

    spared = box.call("POST", f"Calls/{call.sid}", Status="canceled").body
    ended = box.call("POST", f"Calls/{call.sid}", Status="completed").body

    assert spared is not None
    assert ended is not None
    assert (spared["status"], ended["status"]) == ("in-progress", "completed")


def test_redirect_of_unlive_call_is_21220(box: Box) -> None:
    call = create(box)
    ringing = box.call("POST", f"Calls/{call.sid}", Url=f"{BASE}/url")
    box.exchange.run_until(lambda: call.ended)

    over = box.call("POST", f"Calls/{call.sid}", Url=f"{BASE}/url")

    for answer in (ringing, over):
        assert answer.status == 400
        assert answer.body is not None
        assert answer.body["code"] == 21220


def test_time_limit_ends_call_from_answer_on(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee())

    call = create(box, TimeLimit=12)
    box.exchange.run_until(lambda: call.ended)

    assert call.seconds() == 12


def test_inline_document_followed(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee())

    call = create(box, Url="", Twiml="<Response><Say>Inline</Say></Response>")
    box.exchange.run_until(lambda: call.ended)

    assert "Inline" in [event.text for event in call.transcript]


def test_fallback_of_created_call_is_its_own(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee())
    box.page("/url", (500, (), b""))
    box.page("/mine", "<Say>fallback</Say>")

    call = create(box, FallbackUrl=f"{BASE}/mine")
    box.exchange.run_until(lambda: call.ended)

    assert box.service.asked("/mine")[0]["ErrorCode"] == "11200"


def test_machine_detection_tells_mail_box(box: Box) -> None:
    box.exchange.put_person(OPERATOR, answering_machine())

    create(box, MachineDetection="Enable")
    box.exchange.run_for(10)

    assert box.service.asked("/url")[0]["AnsweredBy"] == "machine_start"


def test_person_may_behave_differently_at_each_attempt(box: Box) -> None:
    box.exchange.put_person(
        OPERATOR,
        Callee(pickup=Pickup.BUSY),
        Callee(deeds=(Wait(seconds=1), HangUp())),
        Callee(deeds=(Talk(seconds=1),)),
    )

    calls = [create(box, Timeout=10) for _ in range(3)]
    box.exchange.run_until(lambda: all(call.ended for call in calls))

    assert [call.status for call in calls] == ["busy", "completed", "completed"]
    assert calls[1].seconds() == 1
