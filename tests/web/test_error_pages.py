"""What people are told of what is not there or fails; machines hear what they heard."""

import re
from pathlib import Path

import pytest
from flask import Blueprint
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, ServiceUnavailable
from werkzeug.test import TestResponse

from ivr.adapters.sql.session_cache import CIRCUIT_OPEN_FOR
from ivr.app import create_app, create_live
from ivr.core.model.account import LANGUAGES, Role
from ivr.core.model.errors import Conflict, Invalid, Unavailable
from ivr.web.context import NAME
from ivr.web.desk.live.hub import Hub
from ivr.web.desk.render.words import translate_to
from ivr.web.desk.security import guard
from tests.dsl.faults.wire import broken_database
from tests.web.desk_people import Browser, at_the_door, signed_in, token_of
from tests.world import BASE, World

PATHS = ("/nothing", "/operator/nothing", "/account/nothing", "/ops", "/join", "/a//b")
FORMS = ("/operator/offers/x/accept", "/operator/talk/end", "/account/password")
MACHINES = (
    *(
        "/voice/nothing",
        "/voice/incoming",
        "/messages/nothing",
        "/voice/standing/nothing",
    ),
    *("/audio/nothing", "/desk/static/nothing.js", "/desk/vendor/nothing.js"),
    *("/healthz/more", "/metrics/more"),
)
NAVIGATES = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}
FAULTS = {
    "broken": (ValueError("a secret"), 500, "account.failed"),
    "bad": (BadRequest("a secret"), 400, "account.not-understood"),
    "large": (RequestEntityTooLarge("a secret"), 413, "account.too-large"),
    "down": (ServiceUnavailable("a secret"), 503, "account.unavailable"),
}

REFUSALS = {
    "away": Unavailable("a secret"),
    "first": Conflict("a secret"),
    "wrong": Invalid("a secret"),
}


@pytest.fixture
def broken(world: World) -> World:
    """A house with pages that fail, each in a way of its own; open and closed ones."""
    world.app = create_app(world.app.extensions[NAME])
    for name, allowed in (
        ("fails", guard.require_role(Role.OPERATOR)),
        ("open", guard.anybody),
    ):
        world.app.register_blueprint(failing(name, allowed))
    return world


def failing(name: str, allowed: guard.Guard) -> Blueprint:
    made = Blueprint(name, __name__, url_prefix=f"/{name}")
    made.before_request(allowed)

    @made.route("/<what>", methods=["GET", "POST"])
    def show(what: str) -> str:
        raise FAULTS[what][0] if what in FAULTS else REFUSALS[what]

    return made


def is_page(answer: TestResponse, key: str, language: str = "en") -> None:
    """It says this, in this language, and leads back; nothing of the house."""
    said = answer.text
    assert f'<html lang="{language}">' in said
    assert translate_to(language, f"{key}-title", {}) in said
    assert re.search(r'<a class="button" href="/">', said)
    assert "a secret" not in said
    assert "account." not in said, "a key without words"


@pytest.mark.parametrize("path", PATHS)
def test_missing_address_told_on_page(world: World, path: str) -> None:
    for client in (signed_in(world), at_the_door(world)):
        answer = client.get(path, headers=NAVIGATES)

        assert answer.status_code == 404
        is_page(answer, "account.not-found")


@pytest.mark.parametrize("path", FORMS)
def test_address_of_form_told_on_page(world: World, path: str) -> None:
    for client in (signed_in(world), at_the_door(world)):
        answer = client.get(path, headers=NAVIGATES)

        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]
        is_page(answer, "account.no-page")


@pytest.mark.parametrize("path", ["/sign-out", "/language"])
def test_doors_form_leads_to_door(world: World, path: str) -> None:
    for client in (signed_in(world), at_the_door(world)):
        answer = client.get(path, headers=NAVIGATES)

        assert (answer.status_code, answer.location) == (303, "/")
    assert signed_in(world, "olha").get("/").location == "/operator"


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_speaks_browsers_or_operators_language(
    world: World, language: str
) -> None:
    told = {**NAVIGATES, "Accept-Language": language}
    stranger = at_the_door(world).get("/nothing", headers=told)
    anna = signed_in(world)
    chosen = {"language": language, "csrf_token": token_of(anna.get("/account"))}
    anna.post("/language", data=chosen)
    known = anna.get("/nothing", headers={**NAVIGATES, "Accept-Language": "fr"})

    is_page(stranger, "account.not-found", language)
    is_page(known, "account.not-found", language)


@pytest.mark.parametrize("what", FAULTS)
@pytest.mark.parametrize("face", ["fails", "open"])
def test_fault_page_tells_nothing(broken: World, face: str, what: str) -> None:
    _, status, key = FAULTS[what]

    answer = signed_in(broken).get(f"/{face}/{what}", headers=NAVIGATES)

    assert answer.status_code == status
    is_page(answer, key)


def test_unanswering_page_retries_itself(broken: World) -> None:
    client = signed_in(broken)

    answer = client.get("/fails/away", headers=NAVIGATES)

    assert answer.status_code == 503
    is_page(answer, "account.away")
    assert "retry.js" in answer.text
    token = token_of(client.get("/account"))
    form = client.post("/fails/away", data={"csrf_token": token}, headers=NAVIGATES)
    assert form.status_code == 503
    is_page(form, "account.unavailable")
    assert "retry.js" not in form.text


@pytest.mark.parametrize("what", ["first", "wrong"])
def test_refusal_never_drawn_as_part_of_page(broken: World, what: str) -> None:
    client = signed_in(broken)

    part = client.get(f"/fails/{what}", headers={"HX-Request": "true"})
    whole = client.get(f"/fails/{what}", headers=NAVIGATES)

    assert part.status_code == whole.status_code
    assert (part.text, part.headers["HX-Reswap"]) == ("", "none")
    assert "desk.css" in whole.text


def test_oversized_form_told_on_page(world: World) -> None:
    client = signed_in(world)
    form = {"csrf_token": token_of(client.get("/account")), "old": "x" * guard.MOST}

    answer = client.post("/account/password", data=form, headers=NAVIGATES)

    assert answer.status_code == 413
    is_page(answer, "account.too-large")


def test_page_told_without_database_too(world: World, tmp_path: Path) -> None:
    client = signed_in(world)

    with broken_database(tmp_path):
        world.clock.pass_by(CIRCUIT_OPEN_FOR)
        answer = client.get("/nothing", headers=NAVIGATES)

    assert answer.status_code == 404
    is_page(answer, "account.not-found")


def test_page_that_only_tells_runs_no_script(world: World) -> None:
    headers = at_the_door(world).get("/nothing", headers=NAVIGATES).headers

    assert "style-src 'self'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


# --- machines -----------------------------------------------------------------


@pytest.mark.parametrize("path", MACHINES)
def test_machines_get_bare_status_cookieless(world: World, path: str) -> None:
    client = Browser(world.app, world.app.response_class)

    for method in ("GET", "POST", "PUT"):
        answer = client.open(path, method=method)
        assert answer.status_code in {403, 404, 405}, (method, answer.status_code)
        assert "desk.css" not in answer.text
        assert "Set-Cookie" not in answer.headers


def test_carrier_with_wrong_address_hears_bare_status(world: World) -> None:
    client = Browser(world.app, world.app.response_class)

    answer = client.post("/voise/incoming", headers={"X-Twilio-Signature": "x"})

    assert answer.status_code == 404
    assert "desk.css" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"Sec-Fetch-Mode": "cors", "Accept": "*/*"},
        {"Accept": "application/json"},
        {"Accept": "text/event-stream"},
    ],
)
def test_scripts_get_status_without_page(
    broken: World, headers: dict[str, str]
) -> None:
    client = signed_in(broken)

    for path, status in (("/operator/nothing", 404), ("/fails/broken", 500)):
        answer = client.get(path, headers=headers)
        assert answer.status_code == status
        assert "desk.css" not in answer.text
        assert "a secret" not in answer.text


def test_stream_process_answers_bare(world: World) -> None:
    live = create_live(world.app.extensions[NAME], Hub())

    answer = live.test_client().get("/nothing", base_url=BASE, headers=NAVIGATES)

    assert answer.status_code == 404
    assert "desk.css" not in answer.text
