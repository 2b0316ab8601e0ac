"""Signing in at the desk and out again, and who is not let in."""

import base64
import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.actions.accounts.accounts import disable_operator, enable_operator, make_link
from ivr.actions.accounts.browsers import LASTS, MOST, make_browser_token, place_of
from ivr.adapters.argon2_keys import Argon2Keys
from ivr.core.model.account import ATTEMPTS, CODES, WITHIN, digest_of
from ivr.core.model.values import replace
from ivr.web.desk.security.session import COOKIE, KNOWN
from tests.web.desk_people import (
    PASSWORD,
    Person,
    at_the_door,
    cookie_of,
    enrolled,
    enter,
    hidden_of,
    secret_of,
    shows,
    signed_in,
    signed_up,
    token_of,
)
from tests.world import World

SECOND = timedelta(seconds=1)


@pytest.fixture
def client(world: World) -> FlaskClient:
    return at_the_door(world)


@pytest.fixture
def anna(world: World) -> Person:
    return signed_up(world)


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def said(answer: TestResponse) -> str:
    """What a page says, without its tokens and what was typed."""
    return re.sub(r'value="[^"]*"', "", answer.text)


def with_keys(world: World, keys: Any) -> None:
    inside = world.app.extensions["hotline"]
    ports = replace(inside.ports, keys=keys)
    world.app.extensions["hotline"] = replace(inside, ports=ports)


def test_name_password_and_code_open_desk(client: FlaskClient, anna: Person) -> None:
    answer = enter(client, anna.form())

    assert (answer.status_code, answer.location) == (303, "/operator")
    assert is_in(client)


def test_name_and_code_typed_freely(client: FlaskClient, anna: Person) -> None:
    form = anna.form()
    spaced = f" {form['code'][:3]} {form['code'][3:]}"

    answer = enter(client, form | {"name": " ANNA ", "code": spaced})

    assert answer.status_code == 303


def test_signed_in_sent_on_from_door(world: World) -> None:
    client = signed_in(world)

    assert client.get("/").location == "/operator"
    assert client.get("/?next=/account").location == "/account"


WRONG = {
    "name": {"name": "olha"},
    "no name": {"name": ""},
    "password": {"password": "a sentence that anna forgot"},
    "no password": {"password": ""},
    "code": {"code": "000000"},
    "no code": {"code": ""},
    "all": {"name": "olha", "password": "x", "code": "1"},
}


@pytest.mark.parametrize("what", WRONG)
def test_whatever_is_wrong_answer_is_same(
    client: FlaskClient, anna: Person, what: str
) -> None:
    form = anna.form()
    plainly = said(enter(client, form | {"code": "1"}))

    answer = enter(client, form | WRONG[what])

    assert answer.status_code == 403
    assert said(answer) == plainly
    assert not is_in(client)


def test_typed_name_stays_after_error(client: FlaskClient, anna: Person) -> None:
    form = anna.form() | {"name": '"><b>Anna</b>', "code": "1"}

    answer = enter(client, form)

    assert 'value="&#34;&gt;&lt;b&gt;Anna&lt;/b&gt;"' in answer.text
    assert form["password"] not in answer.text


def test_name_that_nobody_has_costs_same_work(
    world: World, client: FlaskClient, anna: Person
) -> None:
    looked: list[tuple[str, bool]] = []

    class Watched(Argon2Keys):
        def check_password(self, kept: str, password: str) -> bool:
            looked.append(("password", bool(kept)))
            return super().check_password(kept, password)

        def find_step(self, seed: str, code: str, now: Any) -> int | None:
            looked.append(("code", bool(seed)))
            return super().find_step(seed, code, now)

    with_keys(world, Watched(PasswordHasher(1, 8, 1)))
    enter(client, anna.form() | {"name": "olha"})
    enter(client, anna.form() | {"password": "wrong"})

    unknown, known = looked[:2], looked[2:]
    assert [what for what, _ in unknown] == [what for what, _ in known]
    assert [there for _, there in unknown] == [False, False]


def test_unsigned_up_operator_not_let_in(world: World, client: FlaskClient) -> None:
    make_link(world.ports, enrolled(world, "anna"))

    answer = enter(client, {"name": "anna", "password": "", "code": "000000"})

    assert answer.status_code == 403


def test_password_hashed_anew_when_more_care_taken(
    world: World, client: FlaskClient, anna: Person
) -> None:
    before = world.ports.accounts.of(anna.account.operator)
    with_keys(world, Argon2Keys(PasswordHasher(2, 16, 1)))
    enter(client, anna.form())
    after = world.ports.accounts.of(anna.account.operator)

    assert before is not None
    assert after is not None
    assert "m=8,t=1" in before.password
    assert "m=16,t=2" in after.password
    assert enter(at_the_door(world), anna.form()).status_code == 303


# --- codes ------------------------------------------------------------------------


def test_code_opens_once(world: World, client: FlaskClient, anna: Person) -> None:
    form = anna.form()
    enter(client, form)

    again = enter(at_the_door(world), form)

    assert again.status_code == 403


def test_older_code_expires_with_newer(
    world: World, client: FlaskClient, anna: Person
) -> None:
    older = anna.form()
    newer = pyotp.TOTP(anna.seed).at(world.clock.now() + timedelta(seconds=30))
    assert enter(client, older | {"code": newer}).status_code == 303

    assert enter(at_the_door(world), older).status_code == 403


@pytest.mark.parametrize(("drift", "status"), [(-60, 403), (30, 303), (60, 403)])
def test_devices_clock_may_differ_little(
    world: World, client: FlaskClient, anna: Person, drift: int, status: int
) -> None:
    world.clock.pass_by(timedelta(minutes=5))
    code = pyotp.TOTP(anna.seed).at(world.clock.now() + timedelta(seconds=drift))

    assert enter(client, anna.form() | {"code": code}).status_code == status


def test_code_of_refused_attempt_not_used_up(client: FlaskClient, anna: Person) -> None:
    form = anna.form()
    enter(client, form | {"password": "wrong"})

    assert enter(client, form).status_code == 303


# --- limits -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["anna", "nobody-of-that-name"])
def test_too_many_attempts_refused_whoever_it_is(
    client: FlaskClient, anna: Person, name: str
) -> None:
    form = anna.form() | {"name": name, "password": "wrong"}
    first = [enter(client, form).status_code for _ in range(ATTEMPTS)]

    refused = enter(client, form)

    assert first == [403] * ATTEMPTS
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "60 seconds" in refused.text


def test_excess_attempts_refused_until_time(
    world: World, client: FlaskClient, anna: Person
) -> None:
    for _ in range(ATTEMPTS):
        enter(client, anna.form() | {"password": "wrong"})
        world.clock.pass_by(SECOND)

    early = enter(client, anna.form())
    world.clock.pass_by(timedelta(seconds=int(early.headers["Retry-After"])))

    assert early.status_code == 429
    assert early.headers["Retry-After"] == str(int(WITHIN.total_seconds()) - ATTEMPTS)
    assert enter(client, anna.form()).status_code == 303


def test_right_attempt_forgives_wrong_ones(world: World, anna: Person) -> None:
    for _ in range(3):
        for _ in range(ATTEMPTS - 1):
            enter(at_the_door(world), anna.form() | {"password": "wrong"})
        assert enter(at_the_door(world), anna.form()).status_code == 303


def test_ones_attempts_block_no_other(
    world: World, client: FlaskClient, anna: Person
) -> None:
    for _ in range(ATTEMPTS + 1):
        enter(client, anna.form() | {"password": "wrong"})

    assert enter(client, signed_up(world, "olha").form()).status_code == 303


# --- strangers --------------------------------------------------------------------


def fail(world: World, form: dict[str, str], times: int = ATTEMPTS + 1) -> TestResponse:
    """Strangers try a name, each with a browser that is nobody's."""
    given = [enter(at_the_door(world), form) for _ in range(times)]
    return given[-1]


def test_strangers_block_no_known_browser(
    world: World, client: FlaskClient, anna: Person
) -> None:
    enter(client, anna.form())
    sign_out(client)
    world.clock.pass_by(timedelta(days=30))
    wrong = {"name": "anna", "password": "wrong", "code": "1"}

    stranger = fail(world, wrong)
    mine = enter(client, anna.form())
    still = fail(world, wrong, 1)

    assert (stranger.status_code, mine.status_code) == (429, 303)
    assert still.status_code == 429, "that she came in forgives no stranger"


def test_signed_up_browser_is_known(world: World) -> None:
    client = at_the_door(world)
    secret = make_link(world.ports, enrolled(world, "olha"))
    page = client.get(f"/join/{secret}")
    seed = seed_of(world, secret)
    form = hidden_of(page) | {"password": PASSWORD, "again": PASSWORD}
    now = world.clock.now()
    client.post(f"/join/{secret}", data=form | {"code": pyotp.TOTP(seed).at(now)})
    sign_out(client)
    fail(world, {"name": "olha", "password": "wrong", "code": "1"})
    later_code = pyotp.TOTP(seed).at(now + timedelta(seconds=30))

    mine = {"name": "olha", "password": PASSWORD, "code": later_code}
    assert enter(client, mine).status_code == 303


def test_attempts_in_known_browser_counted_too(
    client: FlaskClient, anna: Person
) -> None:
    enter(client, anna.form())
    sign_out(client)
    wrong = anna.form() | {"password": "wrong"}

    given = [enter(client, wrong).status_code for _ in range(ATTEMPTS + 1)]

    assert given == [403] * ATTEMPTS + [429]


def test_browser_known_for_own_operators(
    world: World, client: FlaskClient, anna: Person
) -> None:
    olha = signed_up(world, "olha")
    enter(client, anna.form())
    sign_out(client)

    fail(world, {"name": "olha", "password": "wrong", "code": "1"})

    assert enter(client, olha.form()).status_code == 429


@pytest.mark.parametrize(
    "what", ["forged", "of another kind", "cut", "long", "too old", "empty"]
)
def test_foreign_token_makes_nobody_known(
    world: World, client: FlaskClient, anna: Person, what: str
) -> None:
    enter(client, anna.form())
    token = known_of(client)
    others = {
        "forged": f"{'A' * 40}.{token.partition('.')[2]}",
        "of another kind": world.ports.vault.sign({"kind": "place", "of": "x"}),
        "cut": token[:-1],
        "long": "x" * 3000,
        "too old": token,
        "empty": "",
    }
    fail(world, {"name": "anna", "password": "wrong", "code": "1"})
    client.set_cookie(KNOWN, others[what], domain="hotline.example", secure=True)
    sign_out(client)
    if what == "too old":
        world.clock.pass_by(LASTS)
        fail(world, {"name": "anna", "password": "wrong", "code": "1"})

    assert enter(client, anna.form()).status_code == 429


def test_token_of_browser_names_nobody(client: FlaskClient, anna: Person) -> None:
    enter(client, anna.form())
    body = known_of(client).partition(".")[0]

    told = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))

    assert b"anna" not in told
    assert anna.account.operator.encode() not in told


def test_shared_browser_known_for_latest(world: World) -> None:
    token = ""
    for number in range(MOST + 1):
        token = make_browser_token(world.ports, token, f"operator-{number}")

    known = [
        bool(place_of(world.ports, token, f"operator-{n}")) for n in range(MOST + 1)
    ]
    assert known == [False] + [True] * MOST
    assert len(token) < 1024


def test_password_alone_guesses_ten_codes_a_day(world: World, anna: Person) -> None:
    wrong = anna.form() | {"code": "000000"}
    given = []
    for _ in range(CODES.most + 1):
        given.append(enter(at_the_door(world), wrong))
        world.clock.pass_by(WITHIN)
    right = enter(at_the_door(world), anna.form())
    world.clock.pass_by(CODES.within)
    next_day = enter(at_the_door(world), anna.form())

    assert [each.status_code for each in given] == [403] * CODES.most + [429]
    assert "new sign-up link" in given[-1].text
    assert (right.status_code, next_day.status_code) == (429, 303)
    told = world.notes.events().count("wrong code after the right password")
    assert told == CODES.most + 2


def test_new_link_reopens_closed_account(world: World, anna: Person) -> None:
    for _ in range(CODES.most + 1):
        enter(at_the_door(world), anna.form() | {"code": "000000"})
        world.clock.pass_by(WITHIN)

    again = signed_up(world)

    assert enter(at_the_door(world), again.form()).status_code == 303


def test_wrong_passwords_spend_no_codes(world: World, anna: Person) -> None:
    for _ in range(CODES.most + 1):
        enter(at_the_door(world), anna.form() | {"password": "wrong"})
        world.clock.pass_by(WITHIN)

    assert enter(at_the_door(world), anna.form()).status_code == 303


def sign_out(client: FlaskClient) -> None:
    client.post("/sign-out", data={"csrf_token": token_of(client.get("/account"))})


def known_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(KNOWN, domain="hotline.example")
    assert cookie is not None
    return cookie.value


def seed_of(world: World, secret: str) -> str:
    credentials = world.ports.accounts.invited(digest_of(secret))
    assert credentials is not None
    return world.ports.vault.unseal(credentials.pending)


# --- sessions ---------------------------------------------------------------------


def test_sign_in_replaces_planted_secret(
    world: World, client: FlaskClient, anna: Person
) -> None:
    client.set_cookie(COOKIE, "planted", domain="hotline.example", secure=True)
    enter(client, anna.form())

    assert secret_of(client) != "planted"
    assert is_in(client)
    assert shows(world, "planted").status_code == 303
    assert shows(world, secret_of(client)).status_code == 200


def test_signing_in_ends_former_session(
    world: World, client: FlaskClient, anna: Person
) -> None:
    enter(client, anna.form())
    before, token = secret_of(client), token_of(client.get("/account"))

    client.post("/", data=anna.form() | {"csrf_token": token})

    assert is_in(client)
    assert shows(world, before).status_code == 303


def test_secret_of_cookie_kept_nowhere(
    client: FlaskClient, anna: Person, tmp_path: Any
) -> None:
    enter(client, anna.form())

    found = b"".join(path.read_bytes() for path in tmp_path.rglob("hotline.db*"))

    assert secret_of(client).encode() not in found
    assert anna.password.encode() not in found
    assert anna.seed.encode() not in found


def test_signing_out_takes_cookie_back(
    world: World, client: FlaskClient, anna: Person
) -> None:
    enter(client, anna.form())
    before, token = secret_of(client), token_of(client.get("/account"))

    left = client.post("/sign-out", data={"csrf_token": token})

    assert (left.status_code, left.location) == (303, "/")
    assert cookie_of(client) is None
    assert shows(world, before).status_code == 303


def test_two_browsers_both_signed_in(
    world: World, client: FlaskClient, anna: Person
) -> None:
    other = at_the_door(world)
    enter(client, anna.form())
    enter(other, anna.form())

    assert is_in(client)
    assert is_in(other)


def test_disabled_account_is_out_at_once(
    world: World, client: FlaskClient, anna: Person
) -> None:
    enter(client, anna.form())

    disable_operator(world.ports, anna.account.operator)

    assert not is_in(client)
    assert enter(client, anna.form()).status_code == 403
    enable_operator(world.ports, anna.account.operator)
    assert not is_in(client)
    assert enter(client, anna.form()).status_code == 303


def test_nonsense_in_cookie_is_nobody(world: World) -> None:
    for given in ("x", "x" * 5000, "\xd1\x97", "a b;c", "'; --", "", "=", "\x01"):
        assert shows(world, given).status_code == 303
        assert shows(world, given, "/").status_code == 200


# --- where to ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/account",
        "/\\evil.example/account",
        "\\\\evil.example",
        "///evil.example",
        "/account\\@evil.example",
        "http:account",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
        "http://[",
        "account",
        "/nowhere",
        "/healthz",
        "/voice/incoming",
        "/join/none",
        "/%2F/evil.example",
        "",
    ],
)
def test_nobody_sent_elsewhere_after_signing_in(
    client: FlaskClient, anna: Person, wanted: str
) -> None:
    answer = enter(client, anna.form() | {"next": wanted})

    assert (answer.status_code, answer.location) == (303, "/operator")
    assert client.get("/", query_string={"next": wanted}).location == "/operator"


def test_wanted_page_kept_through_wrong_attempts(
    client: FlaskClient, anna: Person
) -> None:
    wanted = client.get("/account/device?x=1").location
    page = client.get(wanted)
    assert 'name="next" value="/account/device?x=1"' in page.text

    form = anna.form() | {"next": "/account/device?x=1"}
    refused = enter(client, form | {"password": "wrong"})

    assert 'name="next" value="/account/device?x=1"' in refused.text
    assert enter(client, form).location == "/account/device?x=1"


# --- languages --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asks", "speaks"),
    [
        ("uk-UA,uk;q=0.9,en;q=0.5", "uk"),
        ("ru", "ru"),
        ("fr, en;q=0.4", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_door_speaks_what_browser_asks_for(
    client: FlaskClient, asks: str, speaks: str
) -> None:
    page = client.get("/", headers={"Accept-Language": asks})

    assert f'<html lang="{speaks}">' in page.text


def test_language_can_be_chosen_at_door(client: FlaskClient) -> None:
    token = token_of(client.get("/?next=/account"))
    form = {"csrf_token": token, "language": "uk", "back": "/?next=/account"}

    answer = client.post("/language", data=form)

    assert answer.location == "/?next=/account"
    page = client.get("/", headers={"Accept-Language": "ru"})
    assert '<html lang="uk">' in page.text
    assert "Увійти" in page.text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/nowhere"])
def test_choosing_language_sends_nobody_elsewhere(
    client: FlaskClient, back: str
) -> None:
    form = {"csrf_token": token_of(client.get("/")), "language": "xx", "back": back}

    answer = client.post("/language", data=form)

    assert answer.location == "/operator"
    assert "Set-Cookie" not in answer.headers


def test_accounts_language_precedes_browsers(
    world: World,
) -> None:
    client = signed_in(world)
    form = {"language": "ru", "back": "/account"}
    token = token_of(client.get("/account"))

    client.post("/language", data=form | {"csrf_token": token})

    page = client.get("/account", headers={"Accept-Language": "uk"})
    assert '<html lang="ru">' in page.text
    assert "Выйти" in page.text
