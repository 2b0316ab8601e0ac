"""Things that seldom happen, and must not surprise the exchange when they do."""

import pytest

from exchange.kernel.transcript import Kind
from exchange.state.people import Callee, Pickup, Stay, accepting_operator
from tests.exchange.box import BASE, CALLER, HOTLINE, OPERATOR, Box
from tests.exchange.verbs.queueing import waiting

TAKE = '<Dial action="/dialled" timeout="9"><Queue url="/before">urgent</Queue></Dial>'


def operator_takes_the_first(box: Box) -> None:
    box.page("/take", TAKE)
    box.page("/dialled", "<Hangup/>")
    box.exchange.put_person(OPERATOR, Callee())
    box.call("POST", "Calls", To=OPERATOR, From=HOTLINE, Url=f"{BASE}/take")


def test_leaving_announced_caller_makes_room(
    box: Box,
) -> None:
    box.page("/before", '<Pause length="5"/>')
    first, second = waiting(box), waiting(box)
    operator_takes_the_first(box)
    box.exchange.run_until(lambda: box.service.asked("/before"))

    box.exchange.hang_up(first)
    box.exchange.run_until(lambda: second.bridged_to, limit=20)

    assert box.service.asked("/out")[0]["QueueResult"] == "bridged"


def test_operator_leaving_announcement_leaves_error(
    box: Box,
) -> None:
    box.page("/before", '<Pause length="5"/>')
    box.page("/out", "<Say>please call again</Say>")
    caller = waiting(box)
    operator_takes_the_first(box)
    box.exchange.run_until(lambda: box.service.asked("/before"))

    box.exchange.hang_up(list(box.exchange.state.legs.values())[-1])
    box.exchange.run_until(lambda: caller.ended)

    assert box.service.asked("/out")[0]["QueueResult"] == "error"


def test_failing_announcement_does_not_keep_two_apart(box: Box) -> None:
    box.page("/before", (500, (), b""))
    caller = waiting(box)

    operator_takes_the_first(box)
    box.exchange.run_until(lambda: caller.bridged_to, limit=20)

    assert len(box.exchange.complaints) == 1


def test_speech_repeated_however_often_asked(box: Box) -> None:
    box.page("/start", f'<Say loop="3">{"x" * 15}</Say><Play loop="0">/a.mp3</Play>')

    call = box.exchange.dial(CALLER, HOTLINE, Stay())
    box.exchange.run_for(60)

    kinds = [event.kind for event in call.transcript]
    assert kinds.count(Kind.SAY) == 3
    assert kinds.count(Kind.PLAY) == 12


def test_tones_heard(box: Box) -> None:
    box.page("/start", '<Play digits="1w2"/>')

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert (Kind.DTMF, "1w2") in [(e.kind, e.text) for e in call.transcript]


def test_wrong_voice_complained_of(box: Box) -> None:
    box.page("/start", '<Say voice="Polly.Maxim" language="uk-UA">nobody</Say>')

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert Kind.SAY not in [event.kind for event in call.transcript]
    assert "Polly.Maxim" in box.exchange.complaints[0].text
    assert "<Say" in box.exchange.complaints[0].document


def test_inline_document_wants_action_for_gather(box: Box) -> None:
    box.exchange.put_person(OPERATOR, accepting_operator())
    inline = '<Response><Gather numDigits="1"/></Response>'

    box.call("POST", "Calls", To=OPERATOR, From=HOTLINE, Twiml=inline)
    box.exchange.run_for(30)

    assert "wants an action" in box.exchange.complaints[0].text


@pytest.mark.parametrize(
    ("status", "headers", "complaints"),
    [
        (204, (), 0),
        (200, (("Content-Type", "text/xml"),), 0),
        (200, (("Content-Type", "text/html"),), 1),
        (500, (), 1),
    ],
)
def test_status_callbacks_want_empty_answers(
    box: Box, status: int, headers: tuple[tuple[str, str], ...], complaints: int
) -> None:
    box.page("/start", "<Hangup/>")
    box.page("/status", (status, headers, b""))

    box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(1)

    assert len(box.exchange.complaints) == complaints


def test_address_that_is_none_is_fatal(box: Box) -> None:
    box.page("/start", "<Redirect>https://under_score.example/a</Redirect>")

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert "no web address" in box.exchange.complaints[0].text


def test_caller_may_hang_up_while_service_thinks(box: Box) -> None:
    def slow(_form: dict[str, str]) -> str:
        box.exchange.hang_up(call)
        return "<Say>too late</Say>"

    box.page("/start", slow)
    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(10)

    assert call.status == "canceled"
    assert box.service.paths() == ["/start", "/status"]


def test_awaited_request_may_redirect_call(box: Box) -> None:
    def busy(form: dict[str, str]) -> str:
        box.call("POST", f"Calls/{form['CallSid']}", Url=f"{BASE}/instead")
        return "<Say>thrown away</Say>"

    box.page("/start", '<Pause length="1"/><Redirect>/next</Redirect>')
    box.page("/next", busy)
    box.page("/instead", "<Say>instead</Say>")

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    said = [event.text for event in call.transcript if event.kind is Kind.SAY]
    assert said == ["instead"]


def test_what_service_may_delete_is_gone(box: Box) -> None:
    box.exchange.put_person(OPERATOR, Callee(pickup=Pickup.BUSY))
    made = box.call("POST", "Calls", To=OPERATOR, From=HOTLINE, Url=f"{BASE}/a").body
    assert made is not None
    early = box.call("DELETE", f"Calls/{made['sid']}").status
    box.exchange.run_for(10)
    late = box.call("DELETE", f"Calls/{made['sid']}").status
    queue = box.call("POST", "Queues", FriendlyName="x").body
    assert queue is not None

    gone = box.call("DELETE", f"Queues/{queue['sid']}").status

    assert (early, late, gone) == (409, 204, 204)
    assert box.exchange.state.queues == {}
