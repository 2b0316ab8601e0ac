"""Leaving a queue for somebody: redirected over REST, or taken by who dials it."""

import pytest

from exchange.kernel.config import RedirectOrder
from exchange.kernel.transcript import Kind
from exchange.state.leg import Leg
from exchange.state.people import accepting_operator
from tests.exchange.box import BASE, CALLER, HOTLINE, OPERATOR, Box
from tests.exchange.verbs.queueing import waiting


@pytest.mark.parametrize(
    ("order", "paths"),
    [
        (RedirectOrder.ACTION_FIRST, ["/out", "/room"]),
        (RedirectOrder.URL_FIRST, ["/room", "/out"]),
    ],
)
@pytest.mark.parametrize("by_member", [True, False])
def test_redirected_caller_leaves_and_action_is_notice(
    order: RedirectOrder, paths: list[str], *, by_member: bool
) -> None:
    box = Box(redirect_order=order)
    box.page("/out", "<Say>never heard</Say>")
    box.page("/room", '<Pause length="3"/>')
    call = waiting(box)
    queue = box.board_queue().sid
    tail = f"Queues/{queue}/Members/Front" if by_member else f"Calls/{call.sid}"

    answer = box.call("POST", tail, Url=f"{BASE}/room")
    box.exchange.run_until(lambda: call.ended)

    assert answer.status == 200
    assert [p for p in box.service.paths() if p in paths] == paths
    assert box.service.asked("/out")[0]["QueueResult"] == "redirected"
    assert "never heard" not in [e.text for e in call.transcript]


def test_call_update_may_skip_queues_action() -> None:
    box = Box(call_update_notifies_queue=False)
    box.page("/room", "<Hangup/>")
    call = waiting(box)

    box.call("POST", f"Calls/{call.sid}", Url=f"{BASE}/room")
    box.exchange.run_until(lambda: call.ended)

    assert box.service.asked("/out") == []


def dialling_operator(box: Box, *, talks: float | None = 10.0) -> Leg:
    box.page(
        "/operator",
        '<Gather numDigits="1" action="/take"/><Hangup/>',
    )
    box.page(
        "/take",
        '<Dial action="/dialled"><Queue url="/before">urgent</Queue></Dial>',
    )
    box.page("/before", "<Say>You are being connected</Say>")
    box.page("/dialled", "<Hangup/>")
    box.exchange.put_person(OPERATOR, accepting_operator(talks=talks))
    box.call("POST", "Calls", To=OPERATOR, From=HOTLINE, Url=f"{BASE}/operator")
    return list(box.exchange.state.legs.values())[-1]


def test_dialled_queue_gives_first_then_action(
    box: Box,
) -> None:
    first, second = waiting(box), waiting(box)
    box.page("/out", "<Say>how was it</Say>")

    operator = dialling_operator(box)
    box.exchange.run_until(lambda: operator.ended)
    box.exchange.run_for(5)

    announced = box.service.asked("/before")[0]
    assert announced["CallSid"] == first.sid
    assert announced["DequeingCallSid"] == operator.sid
    assert {"QueueSid", "QueueTime"} <= set(announced)
    assert box.service.asked("/out")[0]["QueueResult"] == "bridged"
    assert box.service.paths().index("/before") < box.service.paths().index("/out")
    assert first.ended
    assert second.queue


def test_operator_action_after_queue_tells_of_bridge(box: Box) -> None:
    first = waiting(box)
    operator = dialling_operator(box, talks=None)
    box.exchange.run_until(lambda: first.bridged_to)
    box.exchange.run_for(6)

    box.exchange.hang_up(first)
    box.exchange.run_until(lambda: operator.ended)

    [form] = box.service.asked("/dialled")
    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "true")
    assert (form["DialCallSid"], form["DialCallDuration"]) == (first.sid, "6")
    assert form["QueueResult"] == "bridged"
    assert box.service.asked("/out")[0]["QueueResult"] == "bridged"


def test_operator_waits_at_empty_queue(
    box: Box,
) -> None:
    gone = waiting(box)
    box.exchange.hang_up(gone)
    operator = dialling_operator(box)
    box.exchange.run_until(lambda: Kind.DIAL in [e.kind for e in operator.transcript])

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.bridged_to, limit=10)

    assert call.bridged_to == operator.sid


def test_empty_queue_ends_dial_at_timeout(box: Box) -> None:
    gone = waiting(box)
    box.exchange.hang_up(gone)
    operator = dialling_operator(box)

    box.exchange.run_until(lambda: operator.ended)

    [form] = box.service.asked("/dialled")
    assert form["DialCallStatus"] == "no-answer"


def test_unknown_queue_is_error(box: Box) -> None:
    operator = dialling_operator(box)

    box.exchange.run_until(lambda: operator.ended)

    [form] = box.service.asked("/dialled")
    assert form["QueueResult"] == "error"
