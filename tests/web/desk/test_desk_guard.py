"""Every address of the desk and every role, and what nobody gets past the guard."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Blueprint, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.adapters.sql.session_cache import CIRCUIT_OPEN_FOR
from ivr.app import create_app
from ivr.core.model.account import IDLE, NOTED, WHOLE, Role
from ivr.core.model.errors import Conflict, Invalid, NotFound, Stale, Unavailable
from ivr.core.model.values import replace
from ivr.web.desk.security import guard
from ivr.web.desk.security.hashing_slots import PLACES, STRANGERS, HashingSlots
from ivr.web.desk.security.knocking import EXTENSION
from tests.dsl.faults.wire import broken_database
from tests.web.audience import (
    ANYBODY,
    AUDIENCE,
    BOT,
    CARRIER,
    OPERATORS,
    OPS,
    SUPERVISORS,
)
from tests.web.desk_people import (
    Browser,
    at_the_door,
    cookie_of,
    enter,
    shows,
    signed_in,
    signed_up,
    token_of,
)
from tests.world import BASE, World

LEAST = {OPERATORS: Role.OPERATOR, SUPERVISORS: Role.SUPERVISOR, OPS: Role.OPS}
CLOSED = sorted(each for each, who in AUDIENCE.items() if who in LEAST)
CHANGES = sorted(
    each
    for each, who in AUDIENCE.items()
    if each[0] != "GET" and who not in {CARRIER, BOT}
)
SECOND = timedelta(seconds=1)


def filled(path: str) -> str:
    """The path with something in its variable parts."""
    return path.replace("<secret>", "none").replace("<", "").replace(">", "")


def asked(client: FlaskClient, method: str, path: str, token: str = "") -> TestResponse:
    headers = {"X-CSRFToken": token} if token else {}
    return client.open(filled(path), method=method, headers=headers)


# --- every address, every role ------------------------------------------------


def test_audience_of_every_closed_address_is_role() -> None:
    known = {CARRIER, BOT, ANYBODY, *LEAST}

    assert set(AUDIENCE.values()) <= known
    assert CLOSED


def test_whoever_is_signed_out_led_to_door(world: World) -> None:
    client = at_the_door(world)

    answers = {each: asked(client, *each) for each in CLOSED}

    assert {each: given.status_code for each, given in answers.items()} == (
        dict.fromkeys(CLOSED, 303)
    )
    assert all(given.location.startswith("/") for given in answers.values())
    assert all(given.location.split("?")[0] == "/" for given in answers.values())


@pytest.mark.parametrize("role", list(Role))
def test_roles_reach_exactly_their_addresses(world: World, role: Role) -> None:
    client = signed_in(world, "anna", role)
    token = token_of(client.get("/account"))

    barred = {each: asked(client, *each, token).status_code == 403 for each in CLOSED}

    assert barred == {each: not role.may(LEAST[AUDIENCE[each]]) for each in CLOSED}


# --- a face of the desk as others build it --------------------------------------

ROLES = {"calm": Role.OPERATOR, "strict": Role.SUPERVISOR, "inner": Role.OPS}
ERRORS = {
    "gone": NotFound("no 17"),
    "first": Conflict("somebody"),
    "stale": Stale("taken"),
    "wrong": Invalid("a thing"),
    "down": Unavailable("the thing at 10.0.0.1"),
    "broken": ValueError("a secret"),
}


def face(name: str) -> Blueprint:
    """A subject of the desk that only those of a role may see."""
    made = Blueprint(name, __name__, url_prefix=f"/{name}")
    made.before_request(guard.require_role(ROLES[name]))

    @made.get("/<what>")
    def show(what: str) -> str:
        if what in ERRORS:
            raise ERRORS[what]
        return f"{guard.current_account().name} sees {what}"

    @made.get("/poll")
    @guard.without_presence
    def poll() -> str:
        return "nothing new"

    @made.post("/change")
    def change() -> Response:
        return Response("changed")

    return made


@pytest.fixture
def desk(world: World) -> World:
    """A house with three faces more."""
    inside = world.app.extensions["hotline"]
    origins = {"connect-src": ("wss://voice.example",), "script-src": ("x.example",)}
    app = create_app(replace(inside, desk_origins=origins))
    for name in ROLES:
        app.register_blueprint(face(name))
    world.app = app
    return world


@pytest.mark.parametrize("role", list(Role))
def test_face_open_to_role_and_higher(desk: World, role: Role) -> None:
    client = signed_in(desk, "anna", role)

    seen = {name: client.get(f"/{name}/it").status_code for name in ROLES}

    assert seen == {
        name: 200 if role.may(least) else 403 for name, least in ROLES.items()
    }


def test_face_knows_who_asks(desk: World) -> None:
    assert signed_in(desk, "olha").get("/calm/it").text == "olha sees it"


def test_page_sends_to_door_and_back(desk: World) -> None:
    client = at_the_door(desk)
    sent = client.get("/calm/it?a=1&b=%D1%97")

    back = enter(client, signed_up(desk).form(), at=sent.location)

    assert sent.status_code == 303
    assert back.location == "/calm/it?a=1&b=%D1%97"


def test_fragment_sends_page_to_door(desk: World) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"{BASE}/calm/it?a=1#there"}

    sent = at_the_door(desk).get("/calm/poll", headers=headers)

    assert sent.status_code == 401
    assert sent.headers["HX-Redirect"] == "/?next=/calm/it?a%3D1"


def test_unknown_fragment_goes_to_door(desk: World) -> None:
    for where in ("https://evil.example/x", "http://[", "javascript:alert(1)", ""):
        headers = {"HX-Request": "true", "HX-Current-URL": where}
        sent = at_the_door(desk).post("/calm/change", headers=headers)
        assert (sent.status_code, sent.headers["HX-Redirect"]) == (401, "/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/event-stream"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_scripts_request_gets_401_without_redirect(
    desk: World, headers: dict[str, str]
) -> None:
    given = at_the_door(desk).get("/calm/it", headers=headers)

    assert given.status_code == 401
    assert "Location" not in given.headers


def test_ended_sessions_form_leads_to_page(
    desk: World,
) -> None:
    given = at_the_door(desk).post(
        "/calm/change", headers={"Referer": f"{BASE}/calm/it"}
    )

    assert (given.status_code, given.location) == (303, "/?next=/calm/it")


def test_letters_link_signs_nobody_out(desk: World) -> None:
    client = at_the_door(desk)
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    given = client.get("/calm/it", headers=elsewhere)

    assert given.status_code == 200
    assert 'http-equiv="refresh" content="0"' in given.text
    assert "Set-Cookie" not in given.headers


# --- how long -------------------------------------------------------------------


def test_session_ends_after_two_idle_hours(desk: World) -> None:
    client = signed_in(desk)
    desk.clock.pass_by(IDLE - SECOND)
    assert client.get("/calm/it").status_code == 200

    desk.clock.pass_by(IDLE)

    assert client.get("/calm/it").location == "/?next=/calm/it"


def test_session_ends_after_fourteen_hours_however_busy(desk: World) -> None:
    client = signed_in(desk)
    for _ in range(13):
        desk.clock.pass_by(timedelta(hours=1))
        assert client.get("/calm/it").status_code == 200

    desk.clock.pass_by(WHOLE - timedelta(hours=13))

    assert client.get("/calm/it").status_code == 303


def test_pages_own_requests_show_nobody(desk: World) -> None:
    client = signed_in(desk)
    desk.clock.pass_by(IDLE - SECOND)
    assert client.get("/calm/poll").status_code == 200

    desk.clock.pass_by(SECOND)

    assert client.get("/calm/poll").status_code == 303


def test_session_noted_once_per_minute(desk: World) -> None:
    client = signed_in(desk)
    seen: list[str] = []
    inside = desk.app.extensions["hotline"]

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(inside.ports.sessions, name)

        def mark_active(self, key: str, now: object) -> None:
            seen.append(key)
            inside.ports.sessions.mark_active(key, now)

    ports = replace(inside.ports, sessions=Counting())
    desk.app.extensions["hotline"] = replace(inside, ports=ports)
    for _ in range(9):
        desk.clock.pass_by(NOTED / 3)
        client.get("/calm/it")

    assert len(seen) == 3


# --- forms ----------------------------------------------------------------------


@pytest.mark.parametrize("place", CHANGES)
def test_change_without_token_of_form_refused(
    world: World, place: tuple[str, str]
) -> None:
    other = signed_in(world, "olha", Role.OPS)
    foreign = token_of(other.get("/account"))
    client = signed_in(world, "anna", Role.OPS)

    answers = [asked(client, *place, token) for token in ("", "nonsense", foreign)]

    assert [given.status_code for given in answers] == [400] * 3
    assert client.get("/account").status_code == 200


def test_token_counts_in_header_and_in_field(desk: World) -> None:
    client = signed_in(desk)
    token = token_of(client.get("/account"))

    by_field = client.post("/calm/change", data={"csrf_token": token})
    by_header = client.post("/calm/change", headers={"X-CSRFToken": token})

    assert (by_field.text, by_header.text) == ("changed", "changed")


def test_token_counts_as_long_as_session(desk: World) -> None:
    client = signed_in(desk)
    token = token_of(client.get("/account"))
    for _ in range(10):
        desk.clock.pass_by(timedelta(hours=1))
        client.get("/calm/it")

    assert client.post("/calm/change", data={"csrf_token": token}).text == "changed"


def test_token_before_sign_in_worthless_after(desk: World) -> None:
    client = at_the_door(desk)
    early = token_of(client.get("/"))
    enter(client, signed_up(desk).form())

    assert client.post("/calm/change", data={"csrf_token": early}).status_code == 400


def test_oversized_form_not_read(desk: World) -> None:
    client = signed_in(desk)

    given = client.post("/calm/change", data={"notes": "x" * (guard.MOST + 1)})

    assert given.status_code == 413


# --- what goes wrong --------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("gone", 404),
        ("first", 409),
        ("stale", 409),
        ("wrong", 422),
        ("down", 503),
        ("broken", 500),
    ],
)
def test_refusal_page_tells_nothing(desk: World, what: str, status: int) -> None:
    given = signed_in(desk).get(f"/calm/{what}")

    assert given.status_code == status
    assert "<h1>" in given.text
    assert str(ERRORS[what]) not in given.text
    assert "desk.css" in given.text
    assert "account." not in given.text, "a key without words"


def test_desk_stays_without_database(desk: World, tmp_path: Path) -> None:
    client = signed_in(desk)
    client.get("/calm/it")

    with broken_database(tmp_path):
        given = [client.get("/calm/it").status_code for _ in range(9)]
        stranger = shows(desk, "somebody's", "/")
        newcomer = enter(at_the_door(desk), {"name": "anna"})

    assert given == [200] * 9
    assert (stranger.status_code, newcomer.status_code) == (503, 503)
    desk.clock.pass_by(CIRCUIT_OPEN_FOR)
    assert client.get("/calm/it").status_code == 200


def test_flood_at_door_told_to_come_back(desk: World) -> None:
    client, person = at_the_door(desk), signed_up(desk)
    turns = desk.app.extensions[EXTENSION] = HashingSlots(patience=0, rest=0)
    with ExitStack() as full:
        for number in range(PLACES):
            known = number >= STRANGERS
            full.enter_context(turns.take_slot(f"192.0.2.{number}", known=known))
        given = enter(client, person.form())
        page = client.get("/")

    assert (given.status_code, page.status_code) == (503, 200)
    assert enter(client, person.form()).status_code == 303


# --- headers ------------------------------------------------------------------------


def test_pages_allow_own_and_named_files(
    desk: World,
) -> None:
    client = signed_in(desk)
    for path in ("/calm/it", "/calm/gone", "/strict/it", "/account"):
        headers = client.get(path).headers
        policy = dict(
            part.strip().split(" ", 1)
            for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self' x.example",
            "style-src": "'self'",
            "img-src": "'self' data:",
            "connect-src": "'self' wss://voice.example",
            "media-src": "'self' blob:",
            "font-src": "'self'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }
        assert "microphone=(self)" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "max-age=" in headers["Strict-Transport-Security"]


def test_other_answers_keep_strict_policy(desk: World) -> None:
    for path in ("/healthz", "/desk/static/desk.css", "/nowhere", "/voice/incoming"):
        policy = at_the_door(desk).get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy


def test_carrier_given_no_cookie(world: World) -> None:
    client = Browser(world.app, world.app.response_class)
    for path in ("/healthz", "/metrics", "/desk/static/desk.css", "/voice/incoming"):
        assert "Set-Cookie" not in client.open(path).headers


def test_cookie_is_secret_to_our_own_pages(world: World) -> None:
    client = signed_in(world)

    cookie = cookie_of(client)

    assert cookie is not None
    assert cookie.secure
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert (cookie.path, cookie.domain) == ("/", "hotline.example")
    assert cookie.origin_only
    assert cookie.expires is None
