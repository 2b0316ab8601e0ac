"""Speech, keys and the way through documents."""

from exchange.kernel.transcript import Kind
from exchange.state.people import HangUp, Press, Silent, Speak, Stay, Wait
from tests.exchange.box import CALLER, HOTLINE, Box

MENU = '<Gather numDigits="1" action="/menu"><Say>Press one</Say></Gather>'


def test_first_request_rings_later_in_progress(box: Box) -> None:
    box.page("/start", MENU)
    box.page("/menu", "<Say>Thank you</Say>")

    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="1"))
    box.exchange.run_until(lambda: call.ended)

    statuses = [each.form["CallStatus"] for each in box.service.received]
    assert statuses == ["ringing", "in-progress", "completed"]
    assert box.service.paths() == ["/start", "/menu", "/status"]
    assert box.exchange.complaints == []


def test_parameters_complete_with_unknown_ones(box: Box) -> None:
    box.page("/start", "<Hangup/>")

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(1)

    form = box.service.received[0].form
    assert form["CallSid"] == call.sid
    assert (form["From"], form["Caller"]) == (CALLER, CALLER)
    assert (form["To"], form["Called"]) == (HOTLINE, HOTLINE)
    assert (form["ApiVersion"], form["Direction"]) == ("2010-04-01", "inbound")
    assert (form["FromCountry"], form["CallerCity"]) == ("GB", "")
    assert {"CarrierNovelty", "StirVerstat"} <= set(form)


def test_status_callback_ends_with_length(box: Box) -> None:
    box.page("/start", '<Pause length="20"/>')

    call = box.exchange.dial(CALLER, HOTLINE, Stay())
    box.exchange.run_until(lambda: call.ended)
    box.exchange.run_for(5)

    [form] = box.service.asked("/status")
    assert form["CallStatus"] == "completed"
    assert (form["CallDuration"], form["Duration"]) == ("20", "1")
    assert (form["SequenceNumber"], form["CallbackSource"]) == (
        "0",
        "call-progress-events",
    )
    assert form["Timestamp"].endswith("GMT")


def test_key_cuts_speech_short(box: Box) -> None:
    box.page(
        "/start",
        f'<Gather numDigits="1" action="/menu"><Say>{"word " * 100}</Say></Gather>',
    )
    box.page("/menu", "<Hangup/>")

    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="2", after=1.5))
    box.exchange.run_until(lambda: call.ended)

    assert box.service.asked("/menu")[0]["Digits"] == "2"
    assert call.seconds() == 2


def test_timeout_counts_from_end_of_speech(box: Box) -> None:
    box.page(
        "/start",
        f'<Gather timeout="4"><Say>{"x" * 30}</Say></Gather><Say>Nothing came</Say>',
    )

    call = box.exchange.dial(CALLER, HOTLINE, Silent())
    box.exchange.run_until(lambda: call.ended)

    said = [e.at - call.created for e in call.transcript if e.kind is Kind.SAY]
    assert said == [0, 2 + 4]


def test_finish_key_ends_input_alone_empty(box: Box) -> None:
    box.page("/start", '<Gather action="/menu"/><Gather action="/menu"/>')
    box.page("/menu", "<Hangup/>")

    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="#"), Press(digits="4711#"))
    box.exchange.run_until(lambda: call.ended)

    [form] = box.service.asked("/menu")
    assert (form["Digits"], form["FinishedOnKey"]) == ("4711", "#")
    assert form["msg"] == "Gather End"


def test_keys_before_timeout_submitted_when_it_comes(box: Box) -> None:
    box.page("/start", '<Gather numDigits="4" timeout="3" action="/menu"/>')
    box.page("/menu", "<Hangup/>")

    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="12"))
    box.exchange.run_until(lambda: call.ended)

    assert box.service.asked("/menu")[0]["Digits"] == "12"


def test_action_on_empty_result_gets_nothing(box: Box) -> None:
    box.page("/start", '<Gather actionOnEmptyResult="true" action="/menu"/>')
    box.page("/menu", "<Hangup/>")

    call = box.exchange.dial(CALLER, HOTLINE, Silent())
    box.exchange.run_until(lambda: call.ended)

    assert box.service.asked("/menu")[0]["Digits"] == ""


def test_gather_without_action_asks_its_own_document(box: Box) -> None:
    box.page("/start", '<Gather numDigits="1"/>')

    box.exchange.dial(CALLER, HOTLINE, Press(digits="1"), Press(digits="2"), HangUp())
    box.exchange.run_for(30)

    assert [form.get("Digits") for form in box.service.asked("/start")] == [
        None,
        "1",
        "2",
    ]


def test_verbs_after_action_never_run(box: Box) -> None:
    box.page("/start", f"{MENU}<Say>never heard</Say>")
    box.page("/menu", "<Say>heard</Say>")

    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="1"))
    box.exchange.run_until(lambda: call.ended)

    texts = [e.text for e in call.transcript if e.kind is Kind.SAY]
    assert texts == ["Press one", "heard"]


def test_speech_submitted_with_confidence(box: Box) -> None:
    box.page("/start", '<Gather input="dtmf speech" action="/menu"/>')
    box.page("/menu", "<Hangup/>")

    call = box.exchange.dial(CALLER, HOTLINE, Speak(text="help"))
    box.exchange.run_until(lambda: call.ended)

    form = box.service.asked("/menu")[0]
    assert form["SpeechResult"] == "help"
    assert 0 <= float(form["Confidence"]) <= 1


def test_hangup_in_gather_causes_no_action(box: Box) -> None:
    box.page("/start", '<Gather action="/menu"/>')

    box.exchange.dial(CALLER, HOTLINE, Wait(seconds=2), HangUp())
    box.exchange.run_for(30)

    assert box.service.paths() == ["/start", "/status"]


def test_reject_ends_call_unanswered(box: Box) -> None:
    box.page("/start", '<Reject reason="busy"/>')

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert call.status == "busy"
    assert call.answered_at is None


def test_record_tells_action_at_hangup(box: Box) -> None:
    box.page("/start", '<Record action="/kept" recordingStatusCallback="/rec"/>')

    box.exchange.dial(
        CALLER, HOTLINE, Speak(text="a message"), Wait(seconds=2), HangUp()
    )
    box.exchange.run_for(30)

    [form] = box.service.asked("/kept")
    assert form["Digits"] == "hangup"
    assert form["RecordingUrl"].endswith(form["RecordingSid"])
    assert box.service.asked("/rec")[0]["RecordingStatus"] == "completed"
