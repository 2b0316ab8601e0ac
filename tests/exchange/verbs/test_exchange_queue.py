"""Callers in the carrier's queue, and the ways out of it."""

from exchange.kernel.transcript import Kind
from exchange.state.people import HangUp, Moment, Press, Until, Wait
from tests.exchange.box import BASE, CALLER, HOTLINE, OFFICE, OPERATOR, Box
from tests.exchange.verbs.queueing import ENQUEUE, ROUND, waiting


def test_wait_document_asked_repeatedly_with_place(box: Box) -> None:
    waiting(box)
    second = waiting(box)
    box.exchange.run_for(20)

    mine = [f for f in box.service.asked("/wait") if f["CallSid"] == second.sid]
    assert len(mine) > 2
    assert {f["QueuePosition"] for f in mine} == {"2"}
    assert mine[-1]["CurrentQueueSize"] == "2"
    assert (mine[-1]["MaxQueueSize"], mine[-1]["AvgQueueTime"]) == ("1000", "0")
    assert int(mine[-1]["QueueTime"]) > int(mine[0]["QueueTime"])


def test_leave_asks_action_at_once(box: Box) -> None:
    box.page("/wait", '<Pause length="7"/><Leave/>')
    box.page("/out", "<Say>goodbye</Say>")

    call = waiting(box)
    box.exchange.run_until(lambda: call.ended)

    [form] = box.service.asked("/out")
    assert (form["QueueResult"], form["QueueTime"]) == ("leave", "7")
    assert form["QueueSid"].startswith("QU")
    assert "goodbye" in [e.text for e in call.transcript]


def test_without_action_next_verb_runs(box: Box) -> None:
    box.page("/start", '<Enqueue waitUrl="/wait">q</Enqueue><Say>next</Say>')
    box.page("/wait", '<Pause length="1"/><Leave/>')

    call = waiting(box)
    box.exchange.run_until(lambda: call.ended)

    assert "next" in [e.text for e in call.transcript]


def test_hangup_tells_action_then_status(box: Box) -> None:
    call = waiting(box)

    box.exchange.hang_up(call)
    box.exchange.run_for(1)

    assert box.service.paths()[-2:] == ["/out", "/status"]
    assert box.service.asked("/out")[0]["QueueResult"] == "hangup"
    assert box.board_queue().members == []


def test_hangup_in_wait_document_ends_call(box: Box) -> None:
    box.page("/wait", '<Pause length="1"/><Hangup/>')

    call = waiting(box)
    box.exchange.run_until(lambda: call.ended)
    box.exchange.run_for(1)

    assert box.service.asked("/out")[0]["QueueResult"] == "hangup"


def test_full_queue_sends_next_caller_away(box: Box) -> None:
    box.page("/start", ENQUEUE.replace("waitUrl", 'maxQueueSize="1" waitUrl'))
    box.page("/out", "<Say>full</Say>")
    waiting(box)

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    form = box.service.asked("/out")[0]
    assert form["QueueResult"] == "queue-full"
    assert "QueueSid" not in form


def test_failing_wait_document_is_error_of_queue(box: Box) -> None:
    box.page("/wait", (503, (), b""))
    box.page("/out", "<Say>sorry</Say>")
    box.page("/start", ENQUEUE)

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert box.service.asked("/out")[0]["QueueResult"] == "error"
    assert "sorry" in [e.text for e in call.transcript]


def test_failing_wait_goes_to_fallback(box: Box) -> None:
    box.page("/start", ENQUEUE)
    box.page("/wait", (503, (), b""))
    box.page("/out", (503, (), b""))
    box.page("/fallback", "<Say>fallback</Say>")

    call = box.exchange.dial(CALLER, OFFICE)
    box.exchange.run_until(lambda: call.ended)

    assert box.service.paths()[:4] == ["/start", "/wait", "/out", "/fallback"]
    assert box.service.asked("/fallback")[0]["ErrorUrl"] == f"{BASE}/out"


def test_empty_queue_wait_address_is_silence(box: Box) -> None:
    box.page("/start", '<Enqueue waitUrl="">q</Enqueue>')
    silent = waiting(box)
    box.page("/start", "<Enqueue>q</Enqueue>")
    musical = waiting(box)
    box.exchange.run_for(60)

    assert Kind.SILENCE in [e.kind for e in silent.transcript]
    assert Kind.MUSIC in [e.kind for e in musical.transcript]
    assert box.service.asked("/wait") == []


def test_instant_wait_document_complained_of(box: Box) -> None:
    box.page("/wait", "")

    waiting(box)
    box.exchange.run_for(3)

    assert "takes no time" in box.exchange.complaints[0].text


def test_only_some_verbs_allowed_while_waiting(box: Box) -> None:
    box.page("/wait", f"<Dial>{OPERATOR}</Dial><Pause/>")

    waiting(box)
    box.exchange.run_for(2)

    assert "<Dial> is not allowed" in box.exchange.complaints[0].text


def test_gather_in_queue_keeps_caller_in_it(box: Box) -> None:
    box.page("/wait", '<Gather numDigits="1" action="/key"/>')
    box.page("/key", "<Say>you stay</Say>")
    box.page("/start", ENQUEUE)

    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="5"))
    box.exchange.run_for(20)

    [form] = box.service.asked("/key")
    assert (form["Digits"], form["QueuePosition"]) == ("5", "1")
    assert call.queue


def test_impatient_caller_gives_up(box: Box) -> None:
    box.page("/start", ENQUEUE)
    box.page("/wait", ROUND)
    script = (Until(moment=Moment.CONNECTED, patience=25), HangUp())

    call = box.exchange.dial(CALLER, HOTLINE, Wait(seconds=0), *script)
    box.exchange.run_until(lambda: call.ended)

    assert call.seconds() == 25
