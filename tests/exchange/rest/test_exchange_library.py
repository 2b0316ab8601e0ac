"""The carrier's own library against the exchange, on good days and bad."""

import pytest
from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from exchange.state.faults import Fault, FaultKind
from exchange.state.people import Callee
from exchange.testing.client import ExchangeHttpClient
from tests.exchange.box import ACCOUNT, BASE, CALLER, HOTLINE, OPERATOR, TOKEN, Box


@pytest.fixture
def client(box: Box) -> Client:
    http = ExchangeHttpClient(box.exchange.switch)
    return Client(ACCOUNT, TOKEN, http_client=http)


def test_lists_paged_and_filtered_through_library(busy: Box, client: Client) -> None:
    busy.exchange.hang_up(next(iter(busy.exchange.state.legs.values())))

    every = client.calls.list(page_size=1)
    live = client.calls.list(status="in-progress")
    from_caller = client.calls.list(from_=CALLER)
    rooms = client.conferences.list(friendly_name="r", status="in-progress")

    assert (len(every), len(live), len(from_caller)) == (4, 3, 3)
    assert len(client.conferences(rooms[0].sid).participants.list()) == 2


def test_library_places_redirects_and_ends_call(box: Box, client: Client) -> None:
    box.page("/url", '<Pause length="60"/>')
    box.page("/other", '<Pause length="60"/>')
    box.exchange.put_person(OPERATOR, Callee())

    made = client.calls.create(
        to=OPERATOR, from_=HOTLINE, url=f"{BASE}/url", status_callback_event=["ringing"]
    )
    box.exchange.run_for(5)
    client.calls(made.sid).update(url=f"{BASE}/other")
    box.exchange.run_for(5)
    done = client.calls(made.sid).update(status="completed")

    assert (made.status, done.status) == ("queued", "completed")
    assert box.service.paths() == ["/url", "/other"]
    assert made.date_created is not None


def test_number_can_be_sent_elsewhere(box: Box, client: Client) -> None:
    [number] = client.incoming_phone_numbers.list(phone_number=HOTLINE)
    box.page("/new", "<Hangup/>")

    client.incoming_phone_numbers(number.sid).update(voice_url=f"{BASE}/new")
    box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(1)

    assert box.service.paths()[0] == "/new"


def test_errors_have_done_nothing(box: Box, client: Client) -> None:
    faults = box.exchange.state.faults
    faults.add(Fault(kind=FaultKind.TOO_MANY, path="Calls", times=1))
    faults.add(Fault(kind=FaultKind.BROKEN, path="Calls", times=1))

    for status, code in ((429, 20429), (503, 20503)):
        with pytest.raises(TwilioRestException) as caught:
            client.calls.create(to=OPERATOR, from_=HOTLINE, url=f"{BASE}/url")
        assert (caught.value.status, caught.value.code) == (status, code)

    assert box.exchange.state.legs == {}


@pytest.mark.parametrize(
    ("kind", "calls"), [(FaultKind.HANG, 0), (FaultKind.HANG_AFTER, 1)]
)
def test_hanging_create_is_ambiguous(
    box: Box, client: Client, kind: FaultKind, calls: int
) -> None:
    box.exchange.state.faults.add(Fault(kind=kind, method="POST", times=1))

    with pytest.raises(ReadTimeout):
        client.calls.create(to=OPERATOR, from_=HOTLINE, url=f"{BASE}/url")

    assert len(box.exchange.state.legs) == calls


def test_messages_kept_for_whoever_reads_them(box: Box, client: Client) -> None:
    client.messages.create(to=CALLER, from_=HOTLINE, body="a link")

    [kept] = box.exchange.state.messages.values()
    assert (kept["to"], kept["body"]) == (CALLER, "a link")
    assert client.messages(str(kept["sid"])).delete()
