"""The carrier's REST interface: what is asked of it, and what its refusals mean."""

import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.http.response import Response

from ivr.core.model.address import PhoneNumber, Softphone
from ivr.core.model.errors import HotlineError, NotFound, Unavailable
from ivr.core.model.identifiers import ClaimId
from ivr.ports import Carrier
from tests.adapters.redis_store.store_people import LINE, claim
from tests.adapters.twilio_voice.answering_carrier import LEG, ROOM, Told, carrier_over
from tests.exchange.openapi import Spec
from tests.world import ACCOUNT, BASE, HOTLINE, TOKEN

RECORDING = "RE" + "3" * 32
TO = PhoneNumber("+447700900201")
SECONDS = timedelta(seconds=20)

BROWSER = Softphone("desk_2danna")


TALK = claim("k1", LEG, "o1", leg=LEG)

Act = Callable[[Carrier], object]

ACTS: Mapping[str, Act] = {
    "ring": lambda it: it.dialling.ring(claim("k1", "c1", "o1"), TO, HOTLINE, SECONDS),
    "ring a browser": lambda it: it.dialling.ring(
        claim("k1", "c1", "o1"), BROWSER, HOTLINE, SECONDS
    ),
    "call back": lambda it: it.dialling.call_back(
        claim("k1", "c1", "o1"), TO, HOTLINE, SECONDS
    ),
    "send to room": lambda it: it.transfers.send_to_room(LEG, ClaimId("k1")),
    "put through": lambda it: it.transfers.put_through(LEG, ClaimId("k1")),
    "fetch operator": lambda it: it.transfers.fetch_operator(LEG, "a.b", ClaimId("k1")),
    "connect operator": lambda it: it.transfers.connect_operator(LEG, ClaimId("k1")),
    "call in": lambda it: it.dialling.call_in(TO, HOTLINE, "a.b", SECONDS),
    "send back": lambda it: it.transfers.send_back(LEG),
    "bring out": lambda it: it.transfers.eject_caller(LEG, ClaimId("k1")),
    "hold": lambda it: it.rooms.hold(TALK),
    "unhold": lambda it: it.rooms.unhold(TALK),
    "mute": lambda it: it.rooms.mute(TALK),
    "unmute": lambda it: it.rooms.unmute(TALK),
    "is held": lambda it: it.rooms.is_held(TALK),
    "is muted": lambda it: it.rooms.is_muted(TALK),
    "tell over": lambda it: it.transfers.move_to_explanation(LEG, ClaimId("k1")),
    "number of": lambda it: it.legs.number_of(LEG),
    "own number of": lambda it: it.legs.own_number_of(LEG),
    "recordings": lambda it: it.recordings.recordings(None),
    "recordings since": lambda it: it.recordings.recordings(
        datetime(2026, 1, 5, 9, tzinfo=UTC)
    ),
    "is over": lambda it: it.legs.is_over(LEG),
    "end of": lambda it: it.legs.end_of(LEG),
    "live legs": lambda it: it.legs.live_legs(),
    "legs of": lambda it: it.legs.legs_of([HOTLINE]),
    "leg_locations": lambda it: it.legs.leg_locations([LEG], LINE),
    "in room": lambda it: it.rooms.in_room(ClaimId("k1")),
    "text": lambda it: it.texts.text(TO, HOTLINE, "words"),
    "end": lambda it: it.dialling.end(LEG),
    "forget recording": lambda it: it.recordings.forget_recording(RECORDING),
}
MOVES = (
    *("send to room", "put through", "fetch operator", "connect operator"),
    *("send back", "tell over", "bring out"),
)
SWITCHES = ("hold", "unhold", "mute", "unmute", "is held", "is muted")
LISTS = (
    "recordings",
    "recordings since",
    "live legs",
    "legs of",
    "leg_locations",
    "in room",
    *SWITCHES,
)
"""The acts that begin with a list."""
FORGIVING = ("end", "is over", "forget recording")


def told(act: str, status: int, code: int = 0) -> HotlineError:
    """What becomes of a refusal."""
    with pytest.raises(HotlineError) as refused:
        ACTS[act](carrier_over(Told(status, code)))
    return refused.value


@pytest.mark.parametrize("act", ACTS)
def test_requests_match_carriers_document(
    spec: Spec,
    act: str,
) -> None:
    http = Told()
    ACTS[act](carrier_over(http))

    assert http.asked
    for asked in http.asked:
        form = asked.form or [(k, str(v)) for k, v in asked.query.items() if v]
        spec.check_request(asked.method, asked.url, form)
        assert asked.auth == (ACCOUNT, TOKEN)


def test_leg_created_with_all_that_bounds_it() -> None:
    http = Told()
    leg = ACTS["ring"](carrier_over(http))
    form = http.asked[0].form
    events = [value for name, value in form if name == "StatusCallbackEvent"]

    assert leg == LEG
    assert events == ["initiated", "ringing", "answered", "completed"]
    assert dict(form) | {"StatusCallbackEvent": ""} == {
        "To": TO.reveal(),
        "From": HOTLINE,
        "Url": f"{BASE}/voice/offer?claim=k1",
        "Method": "POST",
        "FallbackUrl": f"{BASE}/voice/offer/over?claim=k1",
        "FallbackMethod": "POST",
        "StatusCallback": f"{BASE}/voice/status?claim=k1",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "",
        "Timeout": "20",
        "TimeLimit": "14400",
    }


def test_browser_rung_by_registered_name() -> None:
    http = Told()
    ACTS["ring a browser"](carrier_over(http))

    assert dict(http.asked[0].form)["To"] == "client:desk_2danna"
    assert carrier_over(Told()).legs.engaged() == {BROWSER}


def test_callback_made_within_all_bounds() -> None:
    http = Told()
    leg = ACTS["call back"](carrier_over(http))
    form = http.asked[0].form
    events = [value for name, value in form if name == "StatusCallbackEvent"]

    assert leg == LEG
    assert events == ["initiated", "ringing", "answered", "completed"]
    assert dict(form) | {"StatusCallbackEvent": ""} == {
        "To": TO.reveal(),
        "From": HOTLINE,
        "Url": f"{BASE}/voice/back?claim=k1",
        "Method": "POST",
        "FallbackUrl": f"{BASE}/voice/back?claim=k1",
        "FallbackMethod": "POST",
        "StatusCallback": f"{BASE}/voice/back/status?claim=k1",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "",
        "Timeout": "20",
        "TimeLimit": "14400",
    }


@pytest.mark.parametrize(
    ("act", "path"),
    [
        ("send to room", "/voice/room?claim=k1"),
        ("send back", "/voice/resume"),
        ("bring out", "/voice/after?claim=k1"),
        ("tell over", "/voice/offer/over?claim=k1"),
        ("connect operator", "/voice/offer/connect?claim=k1&attempt=1"),
    ],
)
def test_leg_moved_to_address_of_ours(act: str, path: str) -> None:
    http = Told()
    ACTS[act](carrier_over(http))
    form = dict(http.asked[0].form)

    assert http.asked[0].url.endswith(f"/Calls/{LEG}.json")
    assert (form["Url"], form["Method"]) == (BASE + path, "POST")


@pytest.mark.parametrize("act", ["send to room", "send back"])
def test_moved_caller_has_fallback(act: str) -> None:
    """A redirected call has a fallback of its own or none (facts, section 3)."""
    http = Told()
    ACTS[act](carrier_over(http))

    assert dict(http.asked[0].form).get("FallbackUrl") == f"{BASE}/voice/fallback"


@pytest.mark.parametrize(
    ("act", "form"),
    [
        (
            "hold",
            {
                "Hold": "true",
                "HoldUrl": f"{BASE}/voice/hold?claim=k1&line=example",
                "HoldMethod": "POST",
            },
        ),
        ("unhold", {"Hold": "false"}),
        ("mute", {"Muted": "true"}),
        ("unmute", {"Muted": "false"}),
    ],
)
def test_hold_and_mute_name_one_leg(act: str, form: dict[str, str]) -> None:
    http = Told()
    ACTS[act](carrier_over(http))

    listed, asked = http.asked
    assert listed.query["FriendlyName"] == "k1"
    assert asked.url.endswith(f"/Conferences/{ROOM}/Participants/{LEG}.json")
    assert dict(asked.form) == form


def test_nobody_held_in_room_that_is_over() -> None:
    class Empty(Told):
        def _body(self, uri: str) -> Mapping[str, Any]:
            shown = super()._body(uri)
            return {**shown, "conferences": []} if "conferences" in shown else shown

    with pytest.raises(NotFound):
        ACTS["hold"](carrier_over(Empty()))


@pytest.mark.parametrize("act", SWITCHES)
def test_nobody_held_or_muted_who_is_missing(act: str) -> None:
    assert isinstance(told(act, 404, 20404), NotFound)


def test_live_legs_and_rooms_listed() -> None:
    assert carrier_over(Told()).legs.live_legs() == {LEG}
    assert carrier_over(Told()).rooms.in_room(ClaimId("k1")) == {LEG}


def test_leg_that_lives_is_not_over() -> None:
    assert not carrier_over(Told()).legs.is_over(LEG)
    assert carrier_over(Told()).legs.end_of(LEG) is None


@pytest.mark.parametrize("how", ["completed", "busy", "no-answer", "failed"])
def test_leg_that_is_over_tells_how(how: str) -> None:
    told = Told()
    told.leg["status"] = how

    assert carrier_over(told).legs.end_of(LEG) == how
    assert carrier_over(told).legs.is_over(LEG)


def test_leg_that_is_unknown_has_no_end() -> None:
    with pytest.raises(NotFound):
        carrier_over(Told(404, 20404)).legs.end_of(LEG)


@pytest.mark.parametrize("act", FORGIVING)
def test_unknown_to_carrier_means_over(act: str) -> None:
    assert ACTS[act](carrier_over(Told(404, 20404))) in {None, True}


@pytest.mark.parametrize("act", MOVES)
@pytest.mark.parametrize(("status", "code"), [(404, 20404), (400, 21220)])
def test_moving_gone_leg_not_found(act: str, status: int, code: int) -> None:
    assert isinstance(told(act, status, code), NotFound)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("status", "code", "permanent", "ambiguous"),
    [
        (429, 20429, False, False),
        (500, 20500, False, True),
        (503, 20503, False, True),
        (401, 20003, False, False),
        (400, 21211, True, False),
    ],
)
def test_refusal_tells_whether_retrying_helps(
    act: str, status: int, *, code: int, permanent: bool, ambiguous: bool
) -> None:
    refused = told(act, status, code)

    assert isinstance(refused, Unavailable)
    if act not in LISTS:  # the library hands over a list's refusal without its code
        assert (refused.permanent, refused.ambiguous) == (permanent, ambiguous)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("failure", "ambiguous"),
    [
        (requests.ReadTimeout("read"), True),
        (requests.ConnectTimeout("connect"), False),
        (requests.ConnectionError("reset by peer"), True),
        (requests.exceptions.ChunkedEncodingError("cut"), True),
        (requests.exceptions.SSLError("bad certificate"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_carriers_silence_is_ambiguous(
    act: str, failure: Exception, *, ambiguous: bool
) -> None:
    http = Told()
    http.fails_with = failure
    with pytest.raises(Unavailable) as refused:
        ACTS[act](carrier_over(http))

    assert refused.value.ambiguous is ambiguous


@pytest.mark.parametrize("act", ACTS)
def test_answer_that_is_no_json_is_unavailable(act: str) -> None:
    class Garbled(Told):
        def request(self, *args: Any, **kwargs: Any) -> Response:
            super().request(*args, **kwargs)
            return Response(502, "<html>Bad gateway</html>")

    with pytest.raises(Unavailable):
        ACTS[act](carrier_over(Garbled()))


@pytest.mark.parametrize("act", ["ring", "call back", "live legs", "text"])
def test_refusal_quotes_no_number(act: str) -> None:
    refused = told(act, 400, 21211)

    assert "7700" not in f"{refused!r} {refused.__cause__!r}"


# --- over real connections --------------------------------------------------


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_hanging_carrier_never_dialled_again(silent: str) -> None:
    with pytest.raises(Unavailable) as refused:
        ACTS["ring"](carrier_over(None, silent))

    assert refused.value.ambiguous


def test_refused_connection_has_done_nothing() -> None:
    with pytest.raises(Unavailable) as refused:
        ACTS["ring"](carrier_over(None, "http://127.0.0.1:1"))

    assert not refused.value.ambiguous
    assert not refused.value.permanent
