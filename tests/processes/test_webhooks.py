"""Webhooks forged, absurd, doubled or at once; and the other addresses."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from twilio.request_validator import RequestValidator

from tests.processes.carrier import EXTRA, Answer, Carrier
from tests.processes.hotline import PUBLIC, SID, TOKEN, Hotline, eventually, hotline
from tests.processes.legs import Leg
from tests.processes.people import everyone_leaves, lines, queue_up, talk

PHONE = "+12025550120"
OPEN = ("incoming", "status", "fallback", "step", "wait", "left", "room", "after")
OFFERS = ("offer", "offer/answer", "offer/over", "room-events")
VOICE = tuple(f"/voice/{name}" for name in (*OPEN, *OFFERS))


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Hotline, Carrier]]:
    folder = tmp_path_factory.mktemp("webhooks")
    with hotline(folder, HOTLINE_LINES=lines(folder)) as (service, carrier, _):
        service.operator("Ann", PHONE)
        yield service, carrier
        everyone_leaves(carrier)


@pytest.fixture(autouse=True)
def alone(house: tuple[Hotline, Carrier]) -> Iterator[None]:
    """Each test leaves nobody in the house."""
    yield
    service, carrier = house
    everyone_leaves(carrier)
    idle = 'state="available"'
    assert eventually(lambda: service.measured("hotline_operators", idle) == 1)
    assert service.waiting() == 0


def is_led_out(answer: Answer) -> bool:
    return answer.status == 200 and "<Leave" in answer.body


def said(answer: Answer) -> bool:
    return answer.status == 200 and ("<Say" in answer.body or "<Play" in answer.body)


def is_apology(body: str) -> bool:
    """Whether the carrier is only sent on, for the step could not be taken."""
    return "<Redirect" in body and "<Gather" not in body and "<Enqueue" not in body


def answered_by(service: Hotline, sid: str) -> list[tuple[object, object]]:
    rows = [row for row in service.rows("calls") if row["call"] == sid]
    return [(row["offers"], row["operator"]) for row in rows]


def signed(url: str, form: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    signature = RequestValidator(token).compute_signature(url, form)
    return {"X-Twilio-Signature": str(signature)}


@pytest.mark.parametrize("path", [*VOICE, "/messages/twilio", "/messages/telegram"])
def test_every_carrier_address_refuses_what_is_forged(
    house: tuple[Hotline, Carrier], path: str
) -> None:
    _, carrier = house
    url = PUBLIC + path
    form = {"CallSid": f"CA{1:032x}", "AccountSid": SID, "Digits": "1"}
    good = signed(url, form)
    other = signed(url.replace("https", "http"), form)
    tampered = {**form, "Digits": "2"}
    tries = [
        carrier.send(url, form, {}),
        carrier.send(url, form, {"X-Twilio-Signature": ""}),
        carrier.send(url, form, signed(url, form, "another token")),
        carrier.send(url, form, other),
        carrier.send(url, tampered, good),
        carrier.send(f"{url}?a=1", form, good),
        carrier.send(url, form, {"X-Telegram-Bot-Api-Secret-Token": "guess"}),
    ]
    assert [answer.status for answer in tries] == [403] * 7
    assert not any("<Response" in answer.body for answer in tries)
    del carrier.answers[:]


def test_carrier_s_status_acknowledged_with_204(
    house: tuple[Hotline, Carrier],
) -> None:
    _, carrier = house
    form = {"CallSid": f"CA{2:032x}", "CallStatus": "completed"}
    assert carrier.post(f"{PUBLIC}/voice/status", form).status == 204


def test_query_signed_as_sent(
    house: tuple[Hotline, Carrier],
) -> None:
    _, carrier = house
    url = f"{PUBLIC}/voice/status?x=%D0%9A%2F%3A&empty="
    assert carrier.post(url, {"CallSid": f"CA{2:032x}"}).status == 204


def test_fallback_speaks(house: tuple[Hotline, Carrier]) -> None:
    _, carrier = house
    form = {"CallSid": f"CA{3:032x}", "ErrorCode": "11200", "ErrorUrl": PUBLIC}
    assert said(carrier.post(f"{PUBLIC}/voice/fallback", form))


@pytest.mark.parametrize(
    "odd",
    [
        {"CallSid": None},
        {"CallSid": "x" * 10_000},
        {"CallSid": "CA\x00\x01' OR 1=1"},
        {"CallSid": "CA/../../Calls"},
        {"From": None, "To": None},
        {"To": "not a number", "Called": "\x00"},
        {"From": "anonymous"},
        {"From": "+266696687"},
        {"From": "\x00" * 50},
        {"CallStatus": "no such status", "Direction": "sideways"},
        {"Digits": "1" * 10_000},
        {"Digits": "\x00#*\u0664"},
        {"SequenceNumber": "minus one", "Timestamp": "yesterday", "QueueTime": "x"},
        {"AccountSid": "AC0"},
    ],
)
def test_no_absurd_webhook_answered_without_words(
    house: tuple[Hotline, Carrier], odd: dict[str, str | None]
) -> None:
    service, carrier = house
    sid = f"CA{abs(hash(repr(odd))):032x}"
    usual = {"CallSid": sid, "From": "+447700900111", "To": "+12025550101"}
    form = {k: v for k, v in ({**usual, **odd}).items() if v is not None}
    spoken = ("incoming", "fallback", "step", "step?n=abc", "wait", "wait?t=a.b")
    for name in (*spoken, "step?n=99999999999999999999"):
        answer = carrier.post(f"{PUBLIC}/voice/{name}", form)
        # Who is not to wait is led out of the queue, to where the call stands.
        assert said(answer) or is_led_out(answer), (name, answer)
    quiet = ("left", "room", "after", "offer", "offer/answer", "offer/over")
    for name in (*quiet, "offer?claim=%00", "offer/answer?claim=" + "x" * 900):
        answer = carrier.post(f"{PUBLIC}/voice/{name}", form)
        assert answer.status == 200, (name, answer)
        assert "<Response" in answer.body
    for name in ("status", "room-events", "status?claim=x", "room-events?claim=x"):
        answer = carrier.post(f"{PUBLIC}/voice/{name}", form)
        assert answer.status in (200, 204), (name, answer)
    ended = {**form, "CallStatus": "completed"}
    assert carrier.post(f"{PUBLIC}/voice/status", ended).status == 204
    assert "Traceback" not in service.log.read_text()


def test_absurd_body_gets_no_server_error(house: tuple[Hotline, Carrier]) -> None:
    service, _ = house
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        for path in (*VOICE, "/messages/twilio", "/messages/telegram"):
            got = requests.post(
                service.url + path,
                data=b'{"a": \xff\x00',
                headers={"Content-Type": kind},
                timeout=60,
            )
            assert got.status_code < 500, (path, kind)


def test_thousands_of_parameters_get_no_server_error(
    house: tuple[Hotline, Carrier],
) -> None:
    _, carrier = house
    form = {f"p{n}": "x" for n in range(5000)}
    answer = carrier.post(f"{PUBLIC}/voice/incoming", form)
    assert answer.status < 500, answer.status
    del carrier.answers[:]


def test_large_forged_body_spares_connection(
    house: tuple[Hotline, Carrier],
) -> None:
    service, _ = house
    lost = 0
    with requests.Session() as proxy:  # one connection carries many callers
        for _ in range(150):
            try:
                large = {"a": "b" * 300_000}
                proxy.post(f"{service.url}/voice/step", large, timeout=60)
            except requests.ConnectionError:
                lost += 1
    assert lost == 0


def at_once(
    carrier: Carrier, leg: Leg, url: str, extra: dict[str, str]
) -> list[Answer]:
    """What is answered to a request of a leg that comes twenty times at once."""
    form = {"CallSid": leg.sid, "From": leg.number_from, "To": leg.number_to, **extra}
    with ThreadPoolExecutor(20) as pool:
        jobs = [pool.submit(carrier.post, url, form) for _ in range(20)]
        return [job.result() for job in jobs]


def step(carrier: Carrier, leg: Leg, key: str) -> str:
    """The one answer to a key; asked anew when the store was too slow for some."""
    bodies: set[str] = set()

    def all_are_answered() -> bool:
        told = {a.body for a in at_once(carrier, leg, str(leg.gather), {"Digits": key})}
        bodies.update(each for each in told if not is_apology(each))
        return not any(map(is_apology, told))

    assert eventually(all_are_answered)
    assert len(bodies) == 1
    return bodies.pop()


def test_twenty_simultaneous_webhooks_count_once(
    house: tuple[Hotline, Carrier],
) -> None:
    service, carrier = house
    caller = carrier.dial()
    for key in ("3", "1"):
        caller.gather = re.findall(r'action="([^"]+)"', step(carrier, caller, key))[0]
    (wait,) = re.findall(r'waitUrl="([^"]+)"', step(carrier, caller, "0"))
    caller.wait_url = wait.replace("&amp;", "&")
    at_once(carrier, caller, caller.wait_url, {})
    assert eventually(lambda: carrier.rung(PHONE))
    assert len(carrier.rung()) == 1
    ring = carrier.rung()[0]
    carrier.answer(ring)
    answers = at_once(carrier, ring, str(ring.gather), {"Digits": "1"})
    assert all("<Conference" in answer.body for answer in answers)
    carrier.press(ring, "1")
    assert eventually(lambda: caller in carrier.partners(ring))
    assert eventually(lambda: answered_by(service, caller.sid) == [(1, "Ann")])
    over = {"CallStatus": "completed"}
    ended = at_once(carrier, caller, f"{PUBLIC}/voice/status", over)
    assert {answer.status for answer in ended} == {204}
    everyone_leaves(carrier)
    assert eventually(lambda: service.states() == {"Ann": "available"})


def test_earlier_steps_webhook_only_repeats_answer(
    house: tuple[Hotline, Carrier],
) -> None:
    service, carrier = house
    caller = queue_up(carrier)
    form = {"CallSid": caller.sid, "From": caller.number_from, "To": caller.number_to}
    for number, key in enumerate("310"):
        late = {**form, "Digits": key}
        answer = carrier.post(f"{PUBLIC}/voice/step?n={number}", late)
        assert answer.status == 200
    assert carrier.post(f"{PUBLIC}/voice/incoming", form).status == 200
    operator, met = talk(carrier, PHONE)
    assert met is caller
    carrier.hang_up(caller)
    assert eventually(lambda: not operator.live)
    again = carrier.post(f"{PUBLIC}/voice/step?n=2", {**form, "Digits": "0"})
    assert again.status == 200
    assert eventually(lambda: service.states() == {"Ann": "available"})
    assert service.rows("queue") == []
    assert len([r for r in service.rows("calls") if r["call"] == caller.sid]) == 1


def test_address_holds_neither_choice_nor_number(
    house: tuple[Hotline, Carrier],
) -> None:
    _, carrier = house
    caller = queue_up(carrier, "ru", "family")
    urls = " ".join([str(caller.wait_url), str(caller.queue_action), caller.url])
    assert caller.number_from[1:] not in urls
    assert "Digits" not in urls
    carrier.hang_up(caller)


def test_health_metrics_and_pages_answer(house: tuple[Hotline, Carrier]) -> None:
    service, _ = house
    health = requests.get(f"{service.url}/healthz", timeout=30)
    ready = requests.get(f"{service.url}/readyz", timeout=30)
    assert (health.status_code, ready.status_code) == (200, 200)
    assert json.loads(ready.text)["status"] == "ready"
    metrics = requests.get(f"{service.url}/metrics", timeout=30)
    assert metrics.headers["Content-Type"].startswith("text/plain")
    assert "# TYPE" in metrics.text
    for path in ("/", "/operator", "/ops", "/nothing-here"):
        got = requests.get(service.url + path, timeout=30, allow_redirects=False)
        assert got.status_code < 500, path


def test_path_naming_header_is_ignored(
    house: tuple[Hotline, Carrier],
) -> None:
    service, _ = house
    for name in ("SCRIPT_NAME", "PATH_INFO", "Script-Name"):
        plain = requests.get(f"{service.url}/healthz", headers={name: "/x"}, timeout=30)
        under = requests.get(
            f"{service.url}/x/healthz", headers={name: "/x"}, timeout=30
        )
        assert (plain.status_code, under.status_code) == (200, 404), name


def test_no_number_or_secret_in_process_log(
    house: tuple[Hotline, Carrier],
) -> None:
    service, carrier = house
    caller = queue_up(carrier)
    carrier.hang_up(caller)
    text = service.log.read_text()
    assert caller.number_from not in text
    assert TOKEN not in text
    assert EXTRA["Zebra"] not in text
