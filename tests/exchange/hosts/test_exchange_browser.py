"""The web face for devices: whose token opens it, which pages may come, how long."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest

from exchange.kernel.transcript import Kind
from tests.exchange.box import ACCOUNT, BASE, HOTLINE
from tests.exchange.pages import ANNA, DESK, PAGE, SECRET, House, house, token

OTHER = "other" * 4
BY_HAND = {Kind.PRESSED, Kind.MUTED, Kind.ENDED}
STRANGER = "https://stranger.example"


@pytest.fixture
def anna() -> Iterator[House]:
    """Return an exchange where Anna's device is registered."""
    one = house(time.time())  # noqa: TID251 - the carrier's library writes it so
    one.engine.start()
    assert one.ask("POST", DESK).status_code == 200
    yield one
    one.engine.stop()


# --- tokens ---------------------------------------------------------------


def test_good_token_registers_device_for_identity(anna: House) -> None:
    again = anna.ask("POST", DESK).get_json()
    took = time.time() - anna.wall.now  # noqa: TID251 - the carrier's library, too

    assert (again["identity"], again["fresh"], again["calls"]) == (ANNA, False, [])
    assert 3599 <= again["ttl"] <= 3600 + took  # an hour from when it was made
    assert anna.browser.get("/exchange").get_json()["clients"] == {ANNA: 1}


def unsigned() -> str:
    good = token()
    return good.rpartition(".")[0] + "."


def plain() -> str:
    claims = jwt.decode(token(), options={"verify_signature": False})
    return jwt.encode(claims, SECRET, algorithm="HS256")


def without(claim: str) -> str:
    claims = jwt.decode(token(), options={"verify_signature": False})
    claims.pop(claim)
    headers = {"cty": "twilio-fpa;v=1"}
    return jwt.encode(claims, SECRET, algorithm="HS256", headers=headers)


@pytest.mark.parametrize(
    ("bearer", "code"),
    [
        (lambda: token(secret=SECRET.upper()), 20101),
        (lambda: token(account="AC" + "9" * 32), 20101),
        (lambda: token(key="SK" + "9" * 32), 20101),
        (lambda: token(identity=None), 20101),
        (lambda: token(identity=""), 20101),
        (lambda: token(incoming=False), 20101),
        (lambda: token(incoming=None), 20101),
        (unsigned, 20101),
        (plain, 20101),
        (lambda: without("exp"), 20101),
        (lambda: "nonsense", 20101),
        (lambda: "", 20101),
        (lambda: token(ttl=-1), 20104),
        (lambda: token(ttl=25 * 3600), 20104),
    ],
)
def test_bad_token_refused_by_carriers_number(
    anna: House, bearer: Callable[[], str], code: int
) -> None:
    refused = anna.ask("POST", OTHER, bearer=bearer())

    assert refused.status_code == 401
    assert refused.get_json()["code"] == code
    assert set(refused.get_json()) == {"code", "message", "more_info", "status"}
    # The page must be able to read why.
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE


def test_token_from_tomorrow_refused(anna: House) -> None:
    anna.wall.now -= 3600

    assert anna.ask("POST", OTHER).get_json()["code"] == 20105


@pytest.mark.parametrize("missing", ["api_key", "api_secret"])
def test_exchange_without_key_lets_nobody_in(missing: str) -> None:
    closed = house(time.time(), **{missing: ""})  # noqa: TID251 - as above

    assert closed.ask("POST", DESK).get_json()["code"] == 20101


def test_every_address_wants_token_and_devices_own(anna: House) -> None:
    call = anna.ring().sid
    paths = [
        *(("POST", DESK), ("DELETE", DESK), ("GET", f"{DESK}/events")),
        *(
            ("POST", f"{DESK}/calls/{call}/{deed}")
            for deed in ("accept", "reject", "ignore", "hang-up", "mute")
        ),
    ]
    body = {"muted": True}

    for method, path in paths:
        assert anna.ask(method, path, body, bearer="x").status_code == 401, path
        boris = anna.ask(method, path, body, bearer=token("boris"))
        assert boris.status_code == 403, path
    gone = anna.browser.post(
        f"/exchange/clients/{DESK}/gone", json={"token": token("boris")}
    )
    assert gone.status_code == 403
    assert anna.events() == ["incoming"]


def test_expired_token_serves_current_call(anna: House) -> None:
    call = anna.ring()
    anna.wall.now += 7200

    took = anna.ask("POST", f"{DESK}/calls/{call.sid}/accept")
    heard = anna.events()
    over = anna.ask("POST", f"{DESK}/calls/{call.sid}/hang-up")
    idle = anna.ask("GET", f"{DESK}/events")

    assert (took.get_json(), over.get_json()) == ({"done": True}, {"done": True})
    assert heard == ["incoming"]
    assert (idle.status_code, idle.get_json()["code"]) == (401, 20104)


# --- which pages ----------------------------------------------------------


@pytest.mark.parametrize(
    "origin", [PAGE, "http://localhost:3000", "http://127.0.0.1", BASE]
)
def test_local_and_service_pages_may_ask(anna: House, origin: str) -> None:
    wish = {
        "Origin": origin,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization,content-type",
    }

    first = anna.browser.options(f"/exchange/clients/{DESK}", headers=wish)
    then = anna.ask("GET", f"{DESK}/events", origin=origin)

    assert first.status_code == 200
    assert first.headers["Access-Control-Allow-Origin"] == origin
    assert "DELETE" in first.headers["Access-Control-Allow-Methods"]
    assert first.headers["Access-Control-Allow-Headers"] == (
        "Authorization, Content-Type"
    )
    assert then.headers["Access-Control-Allow-Origin"] == origin
    assert then.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in then.headers


@pytest.mark.parametrize(
    "origin",
    [
        STRANGER,
        "null",
        "http://127.0.0.1.stranger.example",
        "http://127.0.0.1:8000.stranger.example",
        "https://127.0.0.1:8000",
        "http://stranger.example:8000",
        "http://localhost:8000@stranger.example",
        f"{BASE}.stranger.example",
        "http://127.0.0.1:8000\u2028",
    ],
)
def test_other_pages_refused_despite_token(anna: House, origin: str) -> None:
    origin = origin.encode().decode("latin-1")
    wish = {"Origin": origin, "Access-Control-Request-Method": "GET"}

    first = anna.browser.options(f"/exchange/clients/{DESK}/events", headers=wish)
    then = anna.ask("GET", f"{DESK}/events", origin=origin)

    for answer in (first, then):
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_rest_and_control_stay_closed_to_pages(anna: House) -> None:
    wish = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}

    for path in ("/exchange/calls", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"):
        answer = anna.browser.options(path, headers=wish)
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_strangers_by_another_name_refused_here_too(anna: House) -> None:
    headers = {"Host": "evil.example", "Authorization": f"Bearer {token()}"}

    for path in (f"/exchange/clients/{DESK}/events", "/exchange/sdk.js"):
        assert anna.browser.get(path, headers=headers).status_code == 403


def test_library_is_one_uncached_script(anna: House) -> None:
    answer = anna.browser.get("/exchange/sdk.js")

    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "class Device" in answer.text
    assert answer.text.rstrip().endswith("})();")


# --- waiting for news -----------------------------------------------------


def test_news_told_with_what_page_shows(anna: House) -> None:
    call = anna.ring()

    [event] = anna.ask("GET", f"{DESK}/events").get_json()["events"]

    assert (event["kind"], event["call"], event["number"]) == ("incoming", call.sid, 1)
    assert event["parameters"] == {
        "CallSid": call.sid,
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": HOTLINE,
        "To": f"client:{ANNA}",
    }
    assert event["custom"] == {}


def test_wait_for_news_ends_by_itself(anna: House) -> None:
    began = time.monotonic()  # noqa: TID251 - it is real time that is waited

    answer = anna.ask("GET", f"{DESK}/events?wait=0.2")

    took = time.monotonic() - began  # noqa: TID251 - likewise
    assert took >= 0.2
    assert answer.get_json() == {"events": []}


def test_wait_ends_with_first_news(anna: House) -> None:
    with ThreadPoolExecutor() as pool:
        path = f"{DESK}/events?wait=20"
        waiting = pool.submit(lambda: anna.ask("GET", path).get_json())
        anna.engine.wait_for(lambda it: it.device(DESK).readers == 1, 60)
        call = anna.ring()
        [event] = waiting.result(timeout=60)["events"]

    assert event["call"] == call.sid


@pytest.mark.parametrize("end", ["DELETE", "stop"])
def test_wait_ends_with_device_or_exchange(anna: House, end: str) -> None:
    with ThreadPoolExecutor() as pool:
        path = f"{DESK}/events?wait=20"
        waiting = pool.submit(lambda: anna.ask("GET", path).status_code)
        anna.engine.wait_for(lambda it: it.device(DESK).readers == 1, 60)
        if end == "DELETE":
            with anna.engine.using() as switch:
                switch.close(DESK)
        else:
            anna.engine.stopping.set()
            with anna.engine.using():
                pass
        status = waiting.result(timeout=60)

    assert status == (404 if end == "DELETE" else 503)


def test_silent_browser_loses_call(anna: House) -> None:
    call = anna.ring()
    anna.ask("POST", f"{DESK}/calls/{call.sid}/accept")
    anna.events()

    anna.pass_time(2.9)
    before = call.live
    anna.pass_time(0.2)

    assert (before, call.live, call.status) == (True, False, "completed")
    assert anna.ask("GET", f"{DESK}/events").status_code == 404


def test_browser_that_waits_is_not_silent(anna: House) -> None:
    call = anna.ring()
    anna.ask("POST", f"{DESK}/calls/{call.sid}/accept")

    with ThreadPoolExecutor() as pool:
        path = f"{DESK}/events?after=1&wait=20"
        waiting = pool.submit(lambda: anna.ask("GET", path).status_code)
        anna.engine.wait_for(lambda it: it.device(DESK).readers == 1, 60)
        anna.pass_time(60)
        live = call.live
        anna.ask("POST", f"{DESK}/calls/{call.sid}/hang-up")
        waiting.result(timeout=60)

    assert live


def test_silence_counted_in_browsers_own_seconds(anna: House) -> None:
    anna.engine.speed = 60.0
    anna.events()

    anna.pass_time(179)
    before = anna.ask("GET", f"{DESK}/events").status_code
    anna.pass_time(181)

    assert before == 200
    assert anna.ask("GET", f"{DESK}/events").status_code == 404


# --- calls ----------------------------------------------------------------


def test_browser_takes_types_mutes_and_hangs_up(anna: House) -> None:
    call = anna.ring()
    path = f"{DESK}/calls/{call.sid}"

    assert anna.ask("POST", f"{path}/accept").get_json() == {"done": True}
    assert anna.ask("POST", f"{path}/keys", {"digits": "1#"}).status_code == 200
    assert anna.ask("POST", f"{path}/mute", {"muted": True}).status_code == 200
    assert anna.ask("POST", f"{path}/hang-up").get_json() == {"done": True}

    kinds = [event.kind for event in call.transcript if event.kind in BY_HAND]
    assert kinds == ["pressed", "muted", "ended"]
    assert anna.events(after=1) == ["disconnect"]


@pytest.mark.parametrize("digits", ["", "a", "1w2", 1, None])
def test_what_is_no_key_cannot_be_pressed(anna: House, digits: object) -> None:
    call = anna.ring()
    anna.ask("POST", f"{DESK}/calls/{call.sid}/accept")

    answer = anna.ask("POST", f"{DESK}/calls/{call.sid}/keys", {"digits": digits})

    assert answer.status_code == (200 if digits == 1 else 422)


def test_late_pick_up_told_too_late(anna: House) -> None:
    anna.ask("POST", OTHER)
    call = anna.ring()
    anna.ask("POST", f"{OTHER}/calls/{call.sid}/accept")

    late = anna.ask("POST", f"{DESK}/calls/{call.sid}/accept")

    assert (late.status_code, late.get_json()["done"]) == (200, False)
    assert late.get_json()["code"] == 31008
    assert anna.events() == ["incoming", "accepted-elsewhere"]


def test_ignored_call_rings_but_rejected_is_busy(anna: House) -> None:
    ignored, rejected = anna.ring(), anna.ring()

    anna.ask("POST", f"{DESK}/calls/{ignored.sid}/ignore")
    anna.ask("POST", f"{DESK}/calls/{rejected.sid}/reject")

    assert (ignored.status, rejected.status) == ("ringing", "busy")


def test_unregistered_browser_keeps_call_unrung(anna: House) -> None:
    call = anna.ring()
    anna.ask("POST", f"{DESK}/calls/{call.sid}/accept")

    anna.ask("DELETE", DESK)
    other = anna.ring()

    assert (call.live, other.status) == (True, "no-answer")
    assert anna.ask("POST", DESK).get_json()["calls"] == [call.sid]


def test_closed_page_says_goodbye_without_headers(anna: House) -> None:
    live = anna.ring()
    anna.ask("POST", f"{DESK}/calls/{live.sid}/accept")
    waiting = anna.ring()

    answer = anna.browser.post(
        f"/exchange/clients/{DESK}/gone",
        data=f'{{"token": "{token()}"}}',
        content_type="text/plain;charset=UTF-8",
        headers={"Origin": PAGE},
    )

    assert answer.status_code == 200
    assert (live.status, waiting.status) == ("completed", "busy")


@pytest.mark.parametrize("body", ["", "[]", "{", '{"token": 7}'])
def test_goodbye_without_token_is_nobodys(anna: House, body: str) -> None:
    address = f"/exchange/clients/{DESK}/gone"

    assert anna.browser.post(address, data=body).status_code == 401


def test_unknown_devices_and_calls_not_found(anna: House) -> None:
    nowhere = "CA" + "0" * 32

    assert anna.ask("GET", f"{OTHER}/events").status_code == 404
    assert anna.ask("POST", f"{DESK}/calls/{nowhere}/accept").status_code == 404
